"""The contact that a declaration describes, in the form that every room is handed.

Put here: the fields and sources in their order, and what follows for tables and columns. Keep out: the declaration's own shape
(``declaration``), dtypes (``schema``) and names (``tables``).
"""

from collections.abc import Mapping
from functools import cached_property

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.reading import Conventions
from hubsync_assets.model.aliases import RELEASE
from hubsync_assets.model.columns import Columns
from hubsync_assets.model.declaration import ContactSync, Source
from hubsync_assets.model.schema import Schemas
from hubsync_assets.model.tables import Tables

__all__ = ["ContactModel"]


class ContactModel:
    """What a contact is. Immutable, and made once a declaration.

    Args:
        sync: A declaration without faults.

    Attributes:
        declared: The declaration.
        sources: The names of the sources; where they disagree, the first one wins.
        key: The field that tells contacts apart.
        contact_fields: All others.
        fields: The key, and all others.
        schema: The polars dtypes of everything that passes between rooms.
        tables: The names of the tables, and the columns of each.
    """

    def __init__(self, sync: ContactSync) -> None:
        self.declared = sync
        self.sources: tuple[str, ...] = tuple(sync.sources)
        self.key: Field = sync.fields[sync.key]
        self.contact_fields: tuple[Field, ...] = tuple(field for name, field in sync.fields.items() if name != sync.key)
        self.fields: tuple[Field, ...] = (self.key, *self.contact_fields)
        self.schema = Schemas(self.fields, self.sources)
        self.tables = Tables(self.sources, self.schema)

    def __repr__(self) -> str:
        """Names only."""
        return f"ContactModel(sources={self.sources}, fields={tuple(field.name for field in self.fields)})"

    def __eq__(self, other: object) -> bool:
        """Models of the same declaration are equal."""
        return isinstance(other, ContactModel) and self.declared == other.declared

    def __hash__(self) -> int:
        """As ``__eq__``."""
        return hash(self.sources)

    def source(self, name: str) -> Source:
        """What is declared of a source."""
        return self.declared.sources[name]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of all fields but the key."""
        return tuple(field.name for field in self.contact_fields)

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        """All fields."""
        return {field.name: field for field in self.fields}

    @cached_property
    def with_rest(self) -> tuple[Field, ...]:
        """The fields whose second property takes what is behind the first word."""
        return tuple(field for field in self.contact_fields if field.has_rest)

    @cached_property
    def sent_fields(self) -> tuple[Field, ...]:
        """The fields but the key that are written to HubSpot."""
        return tuple(field for field in self.contact_fields if field.targets)

    @cached_property
    def groups(self) -> tuple[tuple[Field, ...], ...]:
        """The fields that are taken from one record together."""
        return tuple(tuple(self.by_name[name] for name in group) for group in self.declared.together)

    @cached_property
    def alone(self) -> tuple[Field, ...]:
        """The fields but the key that are in no group."""
        grouped = {field.name for group in self.groups for field in group}
        return tuple(field for field in self.contact_fields if field.name not in grouped)

    def columns(self, source: str, release: int = RELEASE) -> Columns:
        """What to look for in the source's files; ``release``: of the table of aliases."""
        return Columns.of(self.fields, self.source(source), release)

    def conventions(self, source: str) -> Conventions:
        """How the source writes values."""
        declared = self.source(source)
        # A database writes a point before fractions and nothing between thousands.
        decimal = declared.decimal or ("." if declared.table or declared.query else None)
        if declared.null_words is None:
            return Conventions(decimal=decimal)
        words = frozenset(word.lower() for word in declared.null_words)
        return Conventions(empty_words=words, unreadable_words=Conventions().unreadable_words - words, decimal=decimal)
