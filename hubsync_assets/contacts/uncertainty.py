"""Which fields of a golden record are uncertain: something that is not known could have decided them.

Put here: the marks that merging leaves in ``<field>:from``, and which source in doubt could have decided a field. Keep out: what becomes
of an uncertain field (``comparison``), and when there is a doubt about a source.

The frames here are golden records joined with the state (``state:<column>``; null where the state does not have the contact).
"""

from collections.abc import Iterable, Mapping

import polars as pl

from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.doubts import SourceDoubts
from hubsync_assets.model.schema import DEFAULT, EMPTY, UNREADABLE

__all__ = ["Uncertainty", "is_empty", "is_short", "marked_fields"]


def is_empty(model: ContactModel, field: Field) -> pl.Expr:
    """Whether some record says that the field is empty, none has a value and none is unreadable."""
    return (_from(field) == model.schema.codes[EMPTY]).fill_null(value=False)


def marked_fields(model: ContactModel, contacts: pl.LazyFrame) -> frozenset[str]:
    """The names of the fields that an unreadable value leaves uncertain for at least one contact."""
    found = contacts.select(_is_marked(model, each).any().alias(each.name) for each in model.contact_fields).collect()
    return frozenset(name for name in found.columns if found[name].item())


def is_short(source: str, doubts: SourceDoubts) -> pl.Expr:
    """Whether the source has fewer records of a contact than the state knows, or only an older file's than it or its missing file."""
    before, now = pl.col(f"state:{source}_records"), pl.col(f"{source}_records")
    rank = pl.col(f"{source}_file_rank")
    signs = [now < before, rank > pl.col(f"state:{source}_file_rank")]
    if doubts.newest_broken is not None:
        signs.append(rank > doubts.newest_broken)
    return ((before > 0) & pl.any_horizontal(signs)).fill_null(value=False)


class Uncertainty:
    """What may be uncertain in some contacts, so that nothing is computed for a field that cannot be.

    Args:
        model: What a contact is.
        doubts: By source. Sources that are not in it are believed, as are those without a doubt.
        marked: What ``marked_fields`` says of the contacts.
    """

    def __init__(self, model: ContactModel, doubts: Mapping[str, SourceDoubts], marked: Iterable[str]) -> None:
        self.model = model
        self.doubts = {source: doubts[source] for source in model.sources if doubts.get(source)}
        self.marked = frozenset(marked)

    @property
    def absence(self) -> bool:
        """Whether what some source does not say proves nothing."""
        return any(doubts.absence for doubts in self.doubts.values())

    def is_empty(self, field: Field) -> pl.Expr:
        """Whether some record says that the field is empty, none has a value and none is unreadable."""
        return is_empty(self.model, field)

    def is_missing(self, field: Field) -> pl.Expr:
        """Whether nobody has a value."""
        return (_from(field) >= self.model.schema.codes[EMPTY]).fill_null(value=True)

    def is_unreadable(self, field: Field) -> pl.Expr:
        """Whether there is no value, and an unreadable one."""
        return (_from(field) == self.model.schema.codes[UNREADABLE]).fill_null(value=False)

    def is_possible(self, field: Field) -> bool:
        """Whether the field may be uncertain at all."""
        return field.name in self.marked or bool(self._of_absence(field)) or bool(self._of_content(field))

    def is_uncertain(self, field: Field) -> pl.Expr:
        """Whether something that is not known could have decided the field (Boolean, never null)."""
        marks = [_is_marked(self.model, field)] if field.name in self.marked else []
        return _any([*marks, *self._of_absence(field), *self._of_content(field)])

    def by_absence(self, field: Field) -> pl.Expr:
        """Whether a source that may have more records of the contact than were read would have kept it from a change."""
        return _any(self._of_absence(field))

    def by_content(self, field: Field) -> pl.Expr:
        """Whether a source could have decided that is not believed in this field."""
        return _any(self._of_content(field))

    def by_marks(self, field: Field) -> pl.Expr:
        """Whether an unreadable value could have decided."""
        return _is_marked(self.model, field)

    def _of_absence(self, field: Field) -> list[pl.Expr]:
        return [
            is_short(source, doubts) & _would_be_lost(source, field) & self._could_decide(source, field)
            for source, doubts in self.doubts.items()
            if doubts.absence
        ]

    def _of_content(self, field: Field) -> list[pl.Expr]:
        return [
            _knows(source) & self._could_decide(source, field)
            for source, doubts in self.doubts.items()
            if field.name in doubts.fields
        ]

    def _could_decide(self, source: str, field: Field) -> pl.Expr:
        """Whether the source would have been heard before the one whose value it is, or with it."""
        order = field.keep.order or self.model.sources
        before = order[: order.index(source)]
        if field.rule is not Rule.FIRST or not before:
            return pl.lit(value=True)
        codes = [self.model.schema.codes[name] for winner in before for name in (winner, f"{winner}?")]
        return ~pl.any_horizontal(_from(field) == code for code in codes).fill_null(value=False)


def _from(field: Field) -> pl.Expr:
    return pl.col(f"{field.name}:from").to_physical()


def _is_marked(model: ContactModel, field: Field) -> pl.Expr:
    code, codes = _from(field), model.schema.codes
    return ((code >= len(model.sources)) & (code != codes[EMPTY]) & (code != codes[DEFAULT])).fill_null(value=False)


def _would_be_lost(source: str, field: Field) -> pl.Expr:
    """Whether what is acknowledged is, or may be, the source's. What another one gave, changes or takes away is written all the same."""
    gave = pl.col(f"state:{field.name}:source")
    acknowledged = pl.col(f"state:{field.name}").is_not_null()
    lost = acknowledged & (gave.is_null() | (gave == source)).fill_null(value=False)
    if field.rule is not Rule.MAX:
        return lost
    # The state names one source where several agreed: the greatest value may be another one's, too, as long as it would only become less.
    return lost | (pl.col(field.name) < pl.col(f"state:{field.name}")).fill_null(value=False)


def _knows(source: str) -> pl.Expr:
    """Whether the source has the contact, be it in a record that was rejected, or had it."""
    return (
        (pl.col(f"{source}_records") > 0)
        | pl.col(f"{source}_file_rank").is_not_null()
        | (pl.col(f"state:{source}_records") > 0).fill_null(value=False)
    )


def _any(expressions: list[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal(expressions) if expressions else pl.lit(value=False)
