"""What older rows of the log call and write otherwise than today's declaration.

Put here: names of sources and fields, and properties that a field had. Keep out: the fold, which goes by them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from hubsync_assets.model.ways import as_named_now, former_names, is_elsewhere

__all__ = ["NOW", "Then", "with_names_of_now"]


@dataclass(frozen=True, slots=True)
class Then:
    """What was otherwise.

    Attributes:
        sources: by an earlier name of a source, its name now.
        fields: by version of the mapping, and by an earlier name of a field, its name now.
        elsewhere: by field, the versions that wrote it to other properties, or not at all.
    """

    sources: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    elsewhere: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, sources: Mapping[str, str], ways: Mapping[str, str], mappings: Mapping[int, Mapping[str, str]]
    ) -> "Then":
        """All that differs.

        Args:
            sources: see the class.
            ways: how each field is written now.
            mappings: the same of every version.
        """
        fields = {version: former_names(ways, then) for version, then in mappings.items()}
        named = {version: as_named_now(ways, then) for version, then in mappings.items()}
        elsewhere = {
            name: frozenset(version for version, then in named.items() if is_elsewhere(then.get(name), way))
            for name, way in ways.items()
        }
        return cls(
            sources,
            {version: names for version, names in fields.items() if names},
            {name: versions for name, versions in elsewhere.items() if versions},
        )


NOW = Then()
"""Nothing was."""


def with_names_of_now(answers: pl.DataFrame, fields: Mapping[int, Mapping[str, str]]) -> pl.DataFrame:
    """Answers (ANSWER_SCHEMA) in whose JSON the fields have their names of now.

    Args:
        answers: the rows.
        fields: see ``Then``.
    """
    for version, names in fields.items():
        rows = (answers["mapping_version"] == version).arg_true()
        if not rows.is_empty():
            answers = answers.with_columns(
                answers[column].scatter(rows, [_renamed(column, text, names) for text in answers[column].gather(rows)])
                for column in ("sent", "cleared", "provenance")
            )
    return answers


def _renamed(column: str, text: str, names: Mapping[str, str]) -> str:
    said = orjson.loads(text)
    if column == "cleared":
        said = [names.get(name, name) for name in said]
    elif column == "sent":
        said = _keys(said, names)
    elif "sources" in said:
        said["sources"] = _keys(said["sources"], names)
    return orjson.dumps(said).decode()


def _keys(values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}
