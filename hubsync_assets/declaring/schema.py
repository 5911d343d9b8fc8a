"""The JSON schema of ``hubsync.yaml``, made of the models: an editor completes and checks with it what is being written.

Put here: what pydantic's schema lacks for people who write by hand. ``python -m hubsync_assets.declaring.schema`` prints it; it is kept in
docs/hubsync.schema.json. Keep out: checks that need more than one key, which an editor does not know.
"""

import json
import sys
from typing import Any

from pydantic import BaseModel

from hubsync_assets.declaring.known_keys import keys_of, summary_of
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets.model.declaration import ContactSync

__all__ = ["schema_text"]

_TITLE = "hubsync.yaml: what a contact is, where it is read and how it is written to HubSpot"


def schema_text() -> str:
    """The schema, as it stands in docs/hubsync.schema.json."""
    whole = _for_people(ContactSync.model_json_schema(by_alias=True))
    for definition in whole["$defs"].values():
        # A docstring.
        definition.pop("description", None)
    for kind, model in KINDS.items():
        _name_kind(whole["$defs"][model.__name__], kind, model)
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **whole, "title": _TITLE}
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _name_kind(schema: dict[str, Any], kind: str, model: type[BaseModel]) -> None:
    """Without its kind a field fits several schemas, and an editor cannot say which one is meant."""
    properties = schema["properties"]
    for key, description in keys_of(model).items():
        properties[key]["description"] = description
    properties["kind"].pop("default", None)
    properties["kind"]["description"] = f"What the field is. {kind}: {summary_of(model)}"
    schema["required"] = ["kind", *schema.get("required", [])]


def _for_people(schema: Any, *, are_names: bool = False) -> Any:  # noqa: ANN401 - any part of a schema
    """Without what only says what everybody knows, or speaks to programmers."""
    if isinstance(schema, list):
        return [_for_people(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if are_names:
        return {name: _for_people(value) for name, value in schema.items()}
    # A property with keys fits two of its forms, and an editor would complain of that.
    renamed = {"anyOf" if key == "oneOf" else key: value for key, value in schema.items()}
    return {
        key: _for_people(value, are_names=key in {"properties", "$defs"})
        for key, value in renamed.items()
        if not (_is_noise(key, value) or (key == "description" and "properties" in schema))
    } | ({"additionalProperties": False} if "patternProperties" in schema else {})


def _is_noise(key: str, value: Any) -> bool:  # noqa: ANN401 - any part of a schema
    return key in {"title", "discriminator"} or (
        key == "default" and (value is None or value in ([], {}) or isinstance(value, dict))
    )


if __name__ == "__main__":
    sys.stdout.write(schema_text())
