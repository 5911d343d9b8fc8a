"""What a declaration says of a field beside its kind: which value survives, and how HubSpot is written.

Put here: the words and their short forms. Keep out: what follows from them for records (``contacts``).
"""

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

__all__ = ["Keep", "Rule", "Write"]


class Rule(StrEnum):
    """Survivorship: which of a contact's values the golden record keeps.

    ``first``: the one of the source that comes first. ``newest``: the one whose record has the newest date in another field. ``max``,
    ``min``, ``longest``: by the value itself. ``any``, ``all``: of booleans. ``union``: all elements together.
    """

    FIRST = "first"
    NEWEST = "newest"
    MAX = "max"
    MIN = "min"
    LONGEST = "longest"
    ANY = "any"
    ALL = "all"
    UNION = "union"


class _Policy(BaseModel):
    """An object that may be written as one word: then that is its first key."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    _word: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _spell_out(cls, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        return {cls._word: value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        spelled_out = handler.resolve_ref_schema(handler(schema))
        return {"anyOf": [spelled_out["properties"][cls._word], dict(spelled_out)]}


class Keep(_Policy):
    """Survivorship of one field."""

    _word: ClassVar[str] = "rule"

    rule: Annotated[Rule, Field(description="Which of several values is kept.")] = Rule.FIRST
    by: Annotated[str | None, Field(description="With newest: the date or datetime field that decides.")] = None
    order: Annotated[
        tuple[str, ...] | None,
        Field(
            description="The sources in the order in which they count for this field; left out: as they are declared."
        ),
    ] = None


class Write(_Policy):
    """How one field is written to HubSpot."""

    _word: ClassVar[str] = "how"

    how: Annotated[
        Literal["overwrite", "fill", "set_once", "never_clear"],
        Field(
            description="overwrite: the sources are the truth. fill: only where HubSpot is empty. set_once: only when the contact is "
            "created. never_clear: an empty value leaves HubSpot's."
        ),
    ] = "overwrite"
    edited: Annotated[
        Literal["ours", "theirs"],
        Field(
            description="Whose value stands where people changed it in HubSpot: ours is written again; theirs is kept until the source "
            "changes."
        ),
    ] = "ours"
