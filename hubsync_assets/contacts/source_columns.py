"""From the columns of a source's files to the fields of a contact, all of it still text.

Put here: joining and taking apart columns, paths into JSON, constants, and which records count. Keep out: which column is which field
(``model.columns``), and what the text means (``normalise``).
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_, or_

import polars as pl

from hubsync_assets.contacts.errors import filter_fails
from hubsync_assets.contacts.json_paths import AtPath, at_path
from hubsync_assets.kinds.null_words import AS_WRITTEN
from hubsync_assets.kinds.reading import USUAL, Conventions
from hubsync_assets.model.columns import Columns, Derived
from hubsync_assets.model.field_lists import field_lists, no_fields

__all__ = ["as_fields", "is_filtered"]


def as_fields(
    columns: Columns, rows: pl.DataFrame, how: Conventions = USUAL, *, keys_matter: bool = False
) -> pl.DataFrame:
    """The rows of a file with one column for each field.

    Args:
        columns: Of its source.
        rows: ``position``, the columns as text (or as numbers), ``nested`` and ``not_given``, which name columns.
        how: Which words of the source say that there is nothing, or that nobody knows: no part of a joined text is one.
        keys_matter: A key that an object lacks, at a path, is not given; else it is empty.

    Returns:
        ``position``, the fields, ``nested`` and ``not_given``, which name fields.
    """
    if not columns.derived:
        return rows if len(columns.names) == len(columns.fields) else rows.select(_wanted(columns))
    paths = {
        each.field: _at_path(columns, each, rows, how, keys_matter=keys_matter)
        for each in columns.derived
        if each.path is not None
    }
    lists = [_in_fields(columns, rows, name, paths) for name in ("nested", "not_given")]
    made = rows.with_columns(found.values.alias(name) for name, found in paths.items()).with_columns(
        _value(each, how) for each in columns.derived if each.path is None and not _is_own_alone(each, rows)
    )
    return made.with_columns(lists).select(_wanted(columns))


def is_filtered(columns: Columns, rows: pl.DataFrame) -> pl.Series | None:
    """Which records the source's ``where`` leaves out: those for which it is false; None where it has none.

    Args:
        columns: Of the source.
        rows: As for ``as_fields``.

    Raises:
        ContactsError: It cannot be asked of every record.
    """
    if columns.where is None:
        return None
    named = rows.select(pl.col(column).cast(pl.String).alias(name) for name, column in columns.where_columns.items())
    try:
        return named.select((~pl.sql_expr(columns.where)).fill_null(value=False).alias("filtered")).to_series()
    except pl.exceptions.PolarsError:
        # What polars says may quote a value.
        raise filter_fails(columns.where) from None


def _wanted(columns: Columns) -> list[str]:
    return ["position", *columns.fields, "nested", "not_given"]


def _is_own_alone(each: Derived, rows: pl.DataFrame) -> bool:
    """Whether the field's own column is all there is: usual, and costs nothing then."""
    return each.or_own and all(rows[column].null_count() == rows.height for column in each.columns)


def _value(each: Derived, how: Conventions) -> pl.Expr:
    if each.constant is not None:
        return pl.lit(each.constant, dtype=pl.String).alias(each.field)
    if len(each.columns) == 1:
        return pl.col(each.columns[0]).alias(each.field)
    value = _joined([pl.col(column).cast(pl.String).str.strip_chars() for column in each.columns], how)
    own = [pl.when(pl.col(each.field).str.strip_chars() != "").then(each.field)] if each.or_own else []
    return pl.coalesce(*own, value).alias(each.field)


def _joined(parts: Sequence[pl.Expr], how: Conventions) -> pl.Expr:
    """The parts with blanks between them; if of one of them nobody knows what it is, nobody knows the whole."""
    words = [part.str.to_lowercase() for part in parts]
    no_news = how.unreadable_words | ({word.lower() for word in AS_WRITTEN} - how.empty_words)
    unknown = [pl.when(word.is_in(no_news)).then(part) for part, word in zip(parts, words, strict=True)]
    some = [
        pl.when(word.is_in(how.empty_words)).then(pl.lit("")).otherwise(part)
        for part, word in zip(parts, words, strict=True)
    ]
    joined = pl.concat_str(some, separator=" ", ignore_nulls=True).str.strip_chars()
    return pl.coalesce(*unknown, pl.when(pl.any_horizontal(part.is_not_null() for part in parts)).then(joined))


def _at_path(columns: Columns, each: Derived, rows: pl.DataFrame, how: Conventions, *, keys_matter: bool) -> AtPath:
    """What stands at a field's path, or else in a column whose name is the whole path."""
    direct, document = each.columns
    decimal = columns.decimals.get(direct, ".")
    texts, own = rows[document].cast(pl.String), rows[direct].cast(pl.String)
    if document == columns.names[0]:
        # The key's column has an object or, where the file is flat, the key itself.
        is_object = _is_object(texts)
        texts = texts.set(~is_object, None)
        if direct == document:
            own = own.set(is_object | rows.select(_is_in("nested", direct)).to_series(), None)
    inside = at_path(texts, each.path or "", how, decimal=decimal, keys_matter=keys_matter)
    if own.null_count() == own.len():
        return inside
    absent = None if inside.absent is None else inside.absent & own.is_null()
    return AtPath(own.zip_with(own.is_not_null(), inside.values), inside.nested & own.is_null(), absent)


def _is_object(texts: pl.Series) -> pl.Series:
    return texts.str.starts_with("{").fill_null(value=False)


def _absent(found: AtPath, height: int) -> pl.Series:
    return pl.repeat(value=False, n=height, dtype=pl.Boolean, eager=True) if found.absent is None else found.absent


def _is_in(lists: str, column: str) -> pl.Expr:
    """Whether a column is named in a row's list (Boolean, never null)."""
    return pl.col(lists).list.contains(pl.lit(column)).fill_null(value=False)


def _in_fields(columns: Columns, rows: pl.DataFrame, name: str, paths: Mapping[str, AtPath]) -> pl.Series:
    """A list of columns as a list of fields: a field is in it if all its columns are (nested: any), or what stands at its path."""
    lists = rows[name]
    at_paths = {
        field: found.nested if name == "nested" else _absent(found, rows.height) for field, found in paths.items()
    }
    if lists.null_count() == lists.len() and not any(flag.any() for flag in at_paths.values()):
        return no_fields(rows.height).alias(name)
    made = {each.field: each for each in columns.derived}
    has = rows.select(_is_in(name, column).alias(column) for column in columns.names)
    key = columns.names[0]
    documents = has.with_columns(~_is_object(rows[key].cast(pl.String)).alias(key)) if name == "not_given" else has
    of_paths = {field: _of_path(name, made[field], documents, at_path) for field, at_path in at_paths.items()}
    has = has.with_columns(flag.alias(field) for field, flag in of_paths.items())
    flags: dict[str, pl.Series] = {}
    for field in columns.fields:
        each = made.get(field)
        if each is None or each.path is not None:
            flags[field] = has[field]
        elif each.constant is None:
            parts = [has[column] for column in ((field, *each.columns) if each.or_own else each.columns)]
            flags[field] = reduce(and_ if name == "not_given" else or_, parts)
    return field_lists(flags, rows.height).alias(name)


def _of_path(name: str, each: Derived, has: pl.DataFrame, at_path: pl.Series) -> pl.Series:
    direct, document = each.columns
    if direct == document:
        return at_path
    return at_path | (has[direct] & has[document] if name == "not_given" else has[direct])
