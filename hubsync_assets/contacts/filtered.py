"""Records that a source's ``where`` leaves out: for their source the contact is gone, whatever its older files say.

Put here: what such a record takes away. Keep out: which records that are (``source_columns``), and the order of the others
(``candidates``).
"""

import polars as pl

__all__ = ["FILTERED", "without_filtered"]

FILTERED = "filtered"
"""Marks rows that say that their source does not have the contact."""


def without_filtered(rows: pl.DataFrame, *, keep_marks: bool = False) -> pl.DataFrame:
    """What is left where a source's newest word on a contact is that it does not count.

    Args:
        rows: ``candidate_schema``, in any order.
        keep_marks: Keep a row that says so, because there may be more rows of the contact.

    Returns:
        Without rows of older files of that source, and without ``FILTERED`` unless the marks are kept.
    """
    if FILTERED not in rows.schema:
        return rows
    marks = rows.filter(FILTERED)
    if marks.is_empty():
        return rows if keep_marks else rows.drop(FILTERED)
    newest = marks.group_by("email", "source").agg(pl.col("file_rank").min().alias("gone"))
    ranked = rows.join(newest, on=["email", "source"], how="left", maintain_order="left")
    is_older = (pl.col("file_rank") > pl.col("gone")).fill_null(value=False)
    left = ranked.filter(~is_older, ~pl.col(FILTERED)).drop("gone")
    if not keep_marks:
        return left.drop(FILTERED)
    kept = ranked.filter(FILTERED, pl.col("file_rank") == pl.col("gone")).unique(["email", "source"], keep="first")
    return pl.concat([left, kept.select(left.columns)])
