"""Records that stand one by one in a wrapper, such as Airbyte's ``_airbyte_data``, Elasticsearch's ``_source`` or Singer's ``record``.

A record is what is wrapped; of what stands around it, it keeps the single values under names of columns that it has not itself (a JSON:API
``id``). One without the wrapper is read as it is. Keep out: which wrapper it is (``json_layout``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from hubsync_assets.model.columns import Columns
from hubsync_assets.sources.readers.json_messages import NO_RECORDS
from hubsync_assets.sources.readers.json_strides import Form
from hubsync_assets.sources.readers.json_struct import Record, RecordShape
from hubsync_assets.sources.readers.json_value import scan
from hubsync_assets.sources.readers.keys import KeyBook
from hubsync_assets.sources.readers.row_builder import RowBuilder

__all__ = ["Wrapped", "WrappedBuilder", "Wrapping"]

_BLANK = b" \t\r\n"
_REMEMBERED = 2000
_MISFITS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_members = msgspec.json.Decoder(dict[str, msgspec.Raw])
_string = msgspec.json.Decoder(str)


@dataclass(frozen=True)
class Wrapping:
    """How records are wrapped: the keys that lead to each, from the outside."""

    keys: tuple[str, ...]
    columns: Columns
    _places: dict[str, int | None] = field(default_factory=dict, repr=False, compare=False)

    def unwrapped(self, text: bytes) -> bytes:
        """The JSON text of a record without its wrapper; empty for a message that is no record."""
        around: dict[int, tuple[str, bytes]] = {}
        inner = text
        try:
            for key in self.keys:
                members = _members.decode(inner)
                if key not in members:
                    return b"" if self._is_no_record(members) else text
                wrapped = bytes(members.pop(key)).strip(_BLANK)
                for name, value in members.items():
                    column, raw = self._place(name), bytes(value).strip(_BLANK)
                    if column is not None and raw[:1] not in {b"{", b"["}:
                        around[column] = (name, raw)
                inner = _of_text(wrapped) if wrapped.startswith(b'"') else wrapped
                if not inner.startswith(b"{"):
                    return text
            own = {self._place(name) for name in _members.decode(inner)} if around else set()
        except _MISFITS:
            return text
        kept = [msgspec.json.encode(name) + b":" + raw for column, (name, raw) in around.items() if column not in own]
        rest = inner[1:].lstrip(_BLANK)
        return b"".join((b"{", b",".join(kept), b"" if rest == b"}" else b",", rest)) if kept else inner

    def _is_no_record(self, members: dict[str, msgspec.Raw]) -> bool:
        kind = bytes(members.get("type", b"")).strip(_BLANK)
        return self.keys[0] == "record" and kind.decode("utf-8", "replace").strip('"') in NO_RECORDS

    def _place(self, name: str) -> int | None:
        if name not in self._places:
            place = self.columns.place(name)
            if len(self._places) >= _REMEMBERED:
                return place[0] if place else None
            self._places[name] = place[0] if place else None
        return self._places[name]


def _of_text(wrapped: bytes) -> bytes:
    """JSON that is written as text, as in a warehouse's column."""
    inner = _string.decode(wrapped).strip().encode()
    return msgspec.json.format(inner, indent=-1) if b"\n" in inner else inner


@dataclass(frozen=True)
class Wrapped:
    """Wrapped records in a text. See ``Form``."""

    form: Form
    wrapping: Wrapping

    @property
    def separator(self) -> bytes:
        """What stands between them."""
        return self.form.separator

    def at_once(self, shape: RecordShape, text: bytes) -> list[Record] | None:
        """See ``Form``."""
        bare, form = self.bare(text)
        return form.at_once(shape, bare)

    def records(self, text: bytes) -> Sequence[bytes]:
        """See ``Form``."""
        texts = (self.wrapping.unwrapped(bytes(record)) for record in self.form.records(text))
        return [record for record in texts if record]

    def bare(self, text: bytes) -> tuple[bytes, Form]:
        """See ``Form``."""
        if not text.isascii():
            text.decode()  # nothing else looks at what stands around a record
        return self.separator.join([*self.records(text), b""]), self.form


class WrappedBuilder(RowBuilder):
    """Rows of wrapped records that are read one by one."""

    def __init__(self, book: KeyBook, wrapping: Wrapping, *, superseding: bool = False) -> None:
        """``wrapping``: what is taken off each."""
        super().__init__(book, superseding=superseding)
        self._wrapping = wrapping

    def add(self, value: object, text: str) -> None:
        """Add what is in a wrapper."""
        bare = self._wrapping.unwrapped(text.encode()).decode()
        if bare == text:
            super().add(value, text)
        elif bare:
            super().add(scan(bare, 0)[0], bare)

    def has_key(self, value: object) -> bool:
        """Whether there is a wrapper around a value, behind text that is no JSON."""
        return isinstance(value, list) and any(
            isinstance(member, tuple) and member[0] == self._wrapping.keys[0] for member in value
        )
