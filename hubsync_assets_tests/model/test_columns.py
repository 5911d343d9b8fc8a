"""Which columns of a source are which fields."""

from typing import Any

import polars as pl

from hubsync_assets.contacts.source_columns import as_fields
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync


def columns_of(fields: dict[str, Any], **source: Any) -> Any:
    declared = {"sources": {"crm": {"read": "crm.csv", **source}}, "fields": {"email": {"kind": "email"}, **fields}}
    return ContactModel(ContactSync.model_validate(declared)).columns("crm")


def read(columns: Any, record: dict[str, str]) -> dict[str, Any]:
    """The fields of a record, as a reader and ``as_fields`` give them."""
    given: dict[str, str | None] = dict.fromkeys(columns.names)
    for name, value in record.items():
        if (place := columns.place(name)) is not None:
            given[columns.names[place[0]]] = value
    schema = dict.fromkeys(columns.names, pl.String)
    rows = pl.DataFrame([given], schema=schema).with_columns(
        pl.lit(1, pl.UInt64).alias("position"),
        pl.lit(None, pl.List(pl.String)).alias("nested"),
        pl.lit(None, pl.List(pl.String)).alias("not_given"),
    )
    return as_fields(columns, rows).drop("position", "nested", "not_given").row(0, named=True)


def test_a_column_that_one_field_is_declared_to_take_is_still_that_of_the_field_of_its_name() -> None:
    text = {"kind": "text"}
    for fields in ({"a": text, "b": text}, {"b": text, "a": text}):
        columns = columns_of(fields, columns={"a": "b"})
        assert read(columns, {"email": "x@y.io", "b": "1"}) == {"email": "x@y.io", "a": "1", "b": "1"} | dict.fromkeys(
            fields, "1"
        )


def test_case_and_punctuation_do_not_count_and_what_is_declared_comes_before_an_alias() -> None:
    columns = columns_of({"phone": {"kind": "phone"}, "fax": {"kind": "text"}}, columns={"fax": "Telephone"})
    assert read(columns, {"E-Mail": "x@y.io", "Telephone": "1", "phone_number": "2"}) == {
        "email": "x@y.io", "phone": "2", "fax": "1",
    }  # fmt: skip
