"""A declaration as far as it can be judged: what is well-formed, and what of the rest is known.

Put here: what a check may rely on when other keys are broken. Keep out: the checks (``faults``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hubsync_assets.kinds.email import Email
from hubsync_assets.kinds.field import Field
from hubsync_assets.model.declaration import ContactSync, Source
from hubsync_assets.model.meant import meant

__all__ = ["Broken", "Fault", "Judged", "Path"]

Path = tuple[str, ...]


class Fault(NamedTuple):
    """Something that is wrong.

    Attributes:
        path: of the key that is wrong; the number of an element of a list is text, too.
        words: what is wrong, what is allowed, what may be meant. One line.
    """

    path: Path
    words: str


@dataclass(frozen=True, slots=True)
class Broken:
    """What other faults have been found in, so that nothing can be said of it but that it is there.

    Attributes:
        top: of the keys of the whole declaration: ``fields``, ``together``, ...
        fields: names.
        sources: names.
    """

    top: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judged:
    """A declaration, and which parts of it are broken.

    Attributes:
        sync: what is well-formed; it may lack what is broken.
        broken: what a check may not rely on.
    """

    sync: ContactSync
    broken: Broken = field(default_factory=Broken)

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources, in order, without those of which nothing is well-formed."""
        return self.sync.sources

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields, in order, without those of which nothing is well-formed."""
        return self.sync.fields

    @property
    def field_names(self) -> list[str]:
        """The names of all fields, the broken ones last."""
        return [*self.fields, *sorted(self.broken.fields - self.fields.keys())]

    @property
    def source_names(self) -> list[str]:
        """The names of all sources, the broken ones last."""
        return [*self.sources, *sorted(self.broken.sources - self.sources.keys())]

    @property
    def key_name(self) -> str:
        """The name of the key; where no field can be it, the usual one."""
        key = self.fields.get(self.sync.key)
        return key.name if isinstance(key, Email) else "email"

    def sure(self, name: str) -> Field | None:
        """The field of this name, if there is one and all of it is well-formed."""
        return None if name in self.broken.fields else self.fields.get(name)

    def no_field(self, name: str) -> str | None:
        """What is said where no field has this name; None: one has, or nobody can tell."""
        if "fields" in self.broken.top or name in self.field_names:
            return None
        return f"no field is called '{name}'{meant(name, self.field_names)}"

    def no_source(self, name: str) -> str | None:
        """The same of a source."""
        if "sources" in self.broken.top or name in self.source_names:
            return None
        return f"no source is called '{name}'{meant(name, self.source_names)}"
