"""What a user declares: sources, fields, rules. The shape of ``hubsync.yaml``, and the Python API.

Put here: the keys, what each may be, and what cannot be combined. Keep out: reading the file and telling where a fault is (``declaring``),
and what follows from a declaration (``contact_model``).
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from hubsync_assets.kinds.field import Field as Kind
from hubsync_assets.kinds.registry import AnyField
from hubsync_assets.model.pages import Pages

__all__ = ["ContactSync", "Source"]

_Word = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]


class Source(BaseModel):
    """One source of contacts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    read: Annotated[
        str,
        Field(
            description="A path, folder, glob, http(s) URL or the URL of a database; or env:NAME, the variable that holds one."
        ),
    ]
    columns: Annotated[
        dict[str, str | tuple[str, ...]],
        Field(
            description="By field, the column that holds it; a path into JSON (address.city); or columns that are joined by a blank."
        ),
    ] = {}
    constants: Annotated[
        dict[str, str | bool | int | float], Field(description="By field, what every record of this source says.")
    ] = {}
    where: Annotated[
        str | None,
        Field(
            description="Which records count, as SQL over the columns, all of them text; a record for which it is null counts."
        ),
    ] = None
    decimal: Annotated[
        Literal[".", ","] | None, Field(description="What stands before the fraction of a number; left out: a point.")
    ] = None
    null_words: Annotated[
        tuple[str, ...] | None,
        Field(
            description="Words that say that there is nothing, in any case; left out: NULL, None, nil, -, -- and such."
        ),
    ] = None
    encoding: Annotated[str | None, Field(description="How its text is encoded; left out: it is recognised.")] = None
    delimiter: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=1,
            description="What stands between the values of a CSV file; left out: what its header has.",
        ),
    ] = None
    sheet: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Of a spreadsheet: the name of the sheet that is read; left out: the one that has a column for the key.",
        ),
    ] = None
    region: Annotated[
        str | None, Field(pattern="^[A-Z]{2}$", description="ISO code of the country of its phone numbers without +.")
    ] = None
    absent: Annotated[
        Literal["empty", "not_given"] | None,
        Field(
            description="What a key that a JSON record lacks says; left out: empty where it is the source's only or oldest file."
        ),
    ] = None
    rank: Annotated[
        Literal["time", "name"],
        Field(description="Which of its files is the newest: the last one by time of modification, or by name."),
    ] = "time"
    table: Annotated[
        str | None,
        Field(
            min_length=1, description="Of a database: the table that is read, perhaps behind its schema and a point."
        ),
    ] = None
    query: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Or the SELECT that is read, or the name of a .sql file beside this one that holds it.",
        ),
    ] = None
    id: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Of a database: a unique column; the rows are read in its order, so that they are the same each time.",
        ),
    ] = None
    updated_at: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Of a table: a column whose greatest value grows with each change; while it and the number of rows stay, it is not read again.",
        ),
    ] = None
    unchanged: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Of a query: a SELECT of one row; while its answer stays, the query is not read again.",
        ),
    ] = None
    reread_every: Annotated[
        float,
        Field(
            gt=0,
            le=365,
            description="Of a database: days after which it is read again even if it looks unchanged; left out: 7.",
        ),
    ] = 7
    time_limit: Annotated[
        float, Field(ge=1, le=86_400, description="Of a database: seconds that reading it may take; left out: 3600.")
    ] = 3600
    allow_plain: Annotated[
        bool,
        Field(
            description="Of a database, and of http with bearer or headers: the connection may leave this machine without encryption; false: it is refused then."
        ),
    ] = False
    follow_links: Annotated[
        bool, Field(description="Whether links in its folder may lead out of it; false: such a link is left out.")
    ] = False
    records: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Of JSON: where the records stand, as in data.items or hits.hits[]._source; left out: where they are found.",
        ),
    ] = None
    pages: Annotated[
        Pages | None,
        Field(description="Of an http(s) URL: how an answer leads to the next page; all pages are one export."),
    ] = None
    headers: Annotated[
        dict[str, str],
        Field(
            description="Of an http(s) URL: headers that are sent to it, and nowhere else; each value is env:NAME, the variable that holds it."
        ),
    ] = {}
    bearer: Annotated[
        str | None, Field(description="Of an http(s) URL: env:NAME, the variable that holds a bearer token.")
    ] = None
    was: Annotated[
        _Word | None, Field(description="Its name until now: what is known of it is kept. To be removed after one run.")
    ] = None

    @property
    def is_database(self) -> bool:
        """Whether it is a table or a query, and no file."""
        return self.table is not None or self.query is not None

    @property
    def says_what_changes(self) -> bool:
        """Whether a database can be asked if its rows changed."""
        return self.updated_at is not None or self.unchanged is not None


class ContactSync(BaseModel):
    """The whole declaration.

    Example:
        >>> sync = ContactSync.model_validate(
        ...     {
        ...         "sources": {"crm": {"read": "crm.csv"}},
        ...         "fields": {"email": {"kind": "email"}, "age": {"kind": "whole", "keep": "max"}},
        ...     }
        ... )
        >>> [(field.name, field.rule.value) for field in sync.fields.values()]
        [('email', 'first'), ('age', 'max')]
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(description="The field that says which contact a record is of; of kind email.")] = "email"
    sources: Annotated[
        dict[_Word, Source],
        Field(min_length=1, description="Any number of sources, by name; where they disagree, the first one wins."),
    ]
    fields: Annotated[
        dict[_Word, AnyField], Field(min_length=1, description="What a contact has: by name, fields of some kind.")
    ]
    together: Annotated[
        tuple[tuple[str, ...], ...],
        Field(description="Groups of fields whose values are taken from one record, such as [[city, zip]]."),
    ] = ()
    create_properties: Annotated[
        bool, Field(description="Create the HubSpot properties that the portal lacks; false: that is an error.")
    ] = True
    create: Annotated[
        bool, Field(description="Create contacts that HubSpot does not have; false: they are held back.")
    ] = True
    update: Annotated[
        bool, Field(description="Update contacts that HubSpot has; false: only new ones are written.")
    ] = True

    gone_in_hubspot: Annotated[
        Literal["hold", "recreate"],
        Field(
            description="What becomes of contacts that were deleted or erased in HubSpot: hold: they are listed, and not written. recreate: "
            "they are created again."
        ),
    ] = "hold"

    @model_validator(mode="before")
    @classmethod
    def _name_fields(cls, value: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
        """A field knows its name."""
        fields = value.get("fields") if isinstance(value, dict) else None
        if not isinstance(fields, dict):
            return value
        return {**value, "fields": {name: _named(name, field) for name, field in fields.items()}}


def _named(name: Any, field: Any) -> Any:  # noqa: ANN401 - whatever stands in the file
    if isinstance(field, Kind):
        # Not a copy of the object: what it has worked out of its other name would come with it.
        return {**field.model_dump(by_alias=True, exclude_unset=True), "kind": field.kind, "name": name}
    return {**field, "name": name} if isinstance(field, dict) else field
