"""What each record says of each field: a value, that it is empty, something unreadable, or nothing at all.

Put here: the four answers, and what a file must give for a missing value to mean anything. Keep out: which records count
(``candidates``), and which answer decides (``winners``).

An answer is in the value's column and two Boolean ones, which are there only where some record needs them: a value that is not
null is a value; else ``<field>:unreadable`` or ``<field>:not_given`` is true; else the field is empty.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import polars as pl

from hubsync_assets.model.contact_model import ContactModel

__all__ = ["Gives", "answer_columns", "is_empty", "not_given", "unreadable"]


@dataclass(frozen=True, slots=True)
class Gives:
    """Of which fields the files of each source speak.

    Attributes:
        fields: by source and rank of the file, the fields that it gives: it has a column for them, or a key. A file that is not
            named gives every field.
        silent: by source, the ranks of the files in which a missing value says nothing, because the file was not read to its end.
    """

    fields: Mapping[str, Mapping[int, Collection[str]]] = field(default_factory=dict)
    silent: Mapping[str, Collection[int]] = field(default_factory=dict)

    def without(self, name: str) -> pl.Expr | None:
        """Which records are of a file that does not give this field; None where there is no such file."""
        ranks = {
            source: [rank for rank, given in files.items() if name not in given]
            for source, files in self.fields.items()
        }
        return _of_files(ranks)

    def silent_files(self) -> pl.Expr | None:
        """Which records are of a file in which a missing value says nothing; None where there is no such file."""
        return _of_files(self.silent)


def unreadable(name: str) -> str:
    """The column that says whether a record has something unreadable in a field."""
    return f"{name}:unreadable"


def not_given(name: str) -> str:
    """The column that says whether a record says nothing of a field."""
    return f"{name}:not_given"


def is_empty(name: str, columns: Collection[str]) -> pl.Expr:
    """Whether a record says that a field is empty, in a frame with these columns."""
    answer = pl.col(name).is_null()
    for other in (unreadable(name), not_given(name)):
        if other in columns:
            answer &= ~pl.col(other)
    return answer


def answer_columns(model: ContactModel, records: pl.DataFrame, gives: Gives) -> list[pl.Expr]:
    """The Boolean columns that are needed to tell what the records say, and no more: usually there are few or none.

    Args:
        model: What a contact is.
        records: ``Schemas.raw`` and ``source``.
        gives: what the files give.
    """
    some_rejected = bool(records["rejected"].any())
    named_unreadable, named_not_given = (set(_named(records[name])) for name in ("unreadable", "not_given"))
    silent = gives.silent_files()
    rejected = pl.col("rejected").fill_null(value=False)
    columns: list[pl.Expr] = []
    for name in model.names:
        without = gives.without(name)
        bad, nothing = [], []
        if name in named_unreadable:
            bad.append(_lists("unreadable", name))
        if some_rejected:
            bad.append(rejected if without is None else rejected & ~without)
        if name in named_not_given:
            nothing.append(_lists("not_given", name))
        nothing += [files for files in (without, silent) if files is not None]
        missing = pl.col(name).is_null()
        if bad:
            columns.append((missing & pl.any_horizontal(bad)).alias(unreadable(name)))
        if nothing:
            but = [~pl.any_horizontal(bad)] if bad else []
            columns.append(pl.all_horizontal(missing, pl.any_horizontal(nothing), *but).alias(not_given(name)))
    return columns


def _of_files(ranks: Mapping[str, Collection[int]]) -> pl.Expr | None:
    found = [
        (pl.col("source") == source) & pl.any_horizontal(pl.col("file_rank") == rank for rank in some)
        for source, some in ranks.items()
        if some
    ]
    return pl.any_horizontal(found) if found else None


def _named(lists: pl.Series) -> list[str]:
    """The fields that some record names. Most columns name none, which costs nothing to see."""
    return [] if lists.null_count() == lists.len() else lists.drop_nulls().explode().unique().drop_nulls().to_list()


def _lists(column: str, name: str) -> pl.Expr:
    return pl.col(column).list.contains(name).fill_null(value=False)
