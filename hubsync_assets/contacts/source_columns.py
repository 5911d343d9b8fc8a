"""From the columns of a source's files to the fields of a contact, all of it still text.

Put here: joining and taking apart columns, paths into JSON, constants, and which records count. Keep out: which column is which field
(``model.columns``), and what the text means (``normalise``).
"""

from collections.abc import Mapping

import polars as pl

from hubsync_assets.contacts.errors import filter_fails
from hubsync_assets.contacts.json_paths import AtPath, at_path
from hubsync_assets.model.columns import Columns, Derived
from hubsync_assets.model.field_lists import field_lists, no_fields

__all__ = ["as_fields", "is_filtered"]


def as_fields(columns: Columns, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of a file with one column for each field.

    Args:
        columns: Of its source.
        rows: ``position``, the columns as text (or as numbers), ``nested`` and ``not_given``, which name columns.

    Returns:
        ``position``, the fields, ``nested`` and ``not_given``, which name fields.
    """
    if not columns.derived:
        return rows if len(columns.names) == len(columns.fields) else rows.select(_wanted(columns))
    paths = {each.field: _at_path(columns, each, rows) for each in columns.derived if each.path is not None}
    made = rows.with_columns(
        paths[each.field].values.alias(each.field) if each.field in paths else _value(each)
        for each in columns.derived
        if not _is_own_alone(each, rows)
    )
    lists = [_in_fields(columns, rows, name, paths) for name in ("nested", "not_given")]
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


def _value(each: Derived) -> pl.Expr:
    if each.constant is not None:
        return pl.lit(each.constant, dtype=pl.String).alias(each.field)
    if len(each.columns) == 1:
        return pl.col(each.columns[0]).alias(each.field)
    parts = [pl.col(column).cast(pl.String).str.strip_chars() for column in each.columns]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True).str.strip_chars()
    value = pl.when(pl.any_horizontal(part.is_not_null() for part in parts)).then(joined)
    own = [pl.when(pl.col(each.field).str.strip_chars() != "").then(each.field)] if each.or_own else []
    return pl.coalesce(*own, value).alias(each.field)


def _at_path(columns: Columns, each: Derived, rows: pl.DataFrame) -> AtPath:
    """What stands at a field's path, or else in a column whose name is the whole path."""
    direct, document = each.columns
    inside = at_path(rows[document].cast(pl.String), each.path or "", decimal=columns.decimals.get(direct, "."))
    own = rows[direct].cast(pl.String)
    if own.null_count() == own.len():
        return inside
    return AtPath(own.zip_with(own.is_not_null(), inside.values), inside.nested & own.is_null())


def _in_fields(columns: Columns, rows: pl.DataFrame, name: str, paths: Mapping[str, AtPath]) -> pl.Series:
    """A list of columns as a list of fields: a field is in it if all its columns are (nested: any)."""
    lists = rows[name]
    is_at_path = name == "nested" and any(found.nested.any() for found in paths.values())
    if lists.null_count() == lists.len() and not is_at_path:
        return no_fields(rows.height).alias(name)
    made = {each.field: each for each in columns.derived}
    has = {column: lists.list.contains(column).fill_null(value=False) for column in columns.names}
    flags: dict[str, pl.Series] = {}
    for field in columns.fields:
        if field not in made:
            flags[field] = has[field]
            continue
        each = made[field]
        if each.constant is not None:
            continue
        if name == "nested" and each.path is not None:
            flags[field] = has[each.columns[0]] | paths[field].nested
            continue
        parts = [has[column] for column in ((field, *each.columns) if each.or_own else each.columns)]
        flag = parts[0]
        for part in parts[1:]:
            flag = flag & part if name == "not_given" else flag | part
        flags[field] = flag
    return field_lists(flags, rows.height).alias(name)
