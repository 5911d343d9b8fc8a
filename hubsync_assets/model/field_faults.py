"""What is wrong with the fields of a declaration.

Put here: checks of a field that look at other fields and at the sources. Keep out: what one field knows by itself (``kinds``).
"""

import re
from collections.abc import Iterator

from hubsync_assets.kinds.country import Country
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.numbers import ONE_SIGN, Numeric
from hubsync_assets.kinds.phone import Phone
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.judged import Fault, Judged, Path
from hubsync_assets.model.meant import meant
from hubsync_assets.model.region_codes import wrong_with_region
from hubsync_assets.model.taken_names import is_taken_column

__all__ = ["faults_of_fields"]

_DATES = frozenset({"date", "datetime"})
_NO_PROPERTY = re.compile(r"[A-Z\s]")


def faults_of_fields(judged: Judged) -> Iterator[Fault]:
    """Everything that is wrong with the fields, one by one."""
    for name, field in judged.fields.items():
        path = ("fields", name)
        if name != judged.key_name and is_taken_column(name, judged.field_names, judged.source_names):
            words = "is a column of the project's own tables: give the field another name, and this one in columns and property"
            yield Fault(path, f"'{name}' {words}")
        yield from _of_by(judged, field, path)
        yield from _of_order(judged, field, path)
        yield from _of_region(judged, field, path)
        yield from _of_thousands(judged, field, path)
        if judged.sure(name) is not None:
            yield from (Fault((*path, key), words) for key, words in field.faults())
            yield from _of_names(field, path)


def _of_by(judged: Judged, field: Field, path: Path) -> Iterator[Fault]:
    by = field.keep.by
    here = (*path, "keep", "by")
    if by is None:
        if field.rule is Rule.NEWEST and judged.sure(field.name) is not None:
            yield Fault((*path, "keep"), "newest needs by, the date field that decides: {rule: newest, by: changed}")
        return
    if field.rule is not Rule.NEWEST:
        if judged.sure(field.name) is not None:
            yield Fault(here, f"'{field.rule.value}' needs no by; newest does")
        return
    if by == field.name:
        yield Fault(here, "a field cannot decide about itself; the newest of several dates is their max")
        return
    missing = judged.no_field(by)
    if missing is not None:
        yield Fault(here, missing)
        return
    decides = judged.sure(by)
    if decides is not None and decides.kind not in _DATES:
        yield Fault(here, f"'{by}' is of kind {decides.kind}, and newest needs a date or datetime")


def _of_order(judged: Judged, field: Field, path: Path) -> Iterator[Fault]:
    order = field.keep.order
    if order is None:
        return
    here = (*path, "keep", "order")
    unknown = {name: words for name in order if (words := judged.no_source(name)) is not None}
    yield from (Fault(here, words) for words in unknown.values())
    twice = sorted({name for name in order if order.count(name) > 1})
    if twice:
        yield Fault(here, f"'{twice[0]}' stands in it twice")
    left_out = [name for name in judged.source_names if name not in order]
    # One that is misspelled is left out because of that.
    if len(left_out) > len(unknown):
        yield Fault(here, f"it has to name every source; {', '.join(left_out)} is missing")


def _of_region(judged: Judged, field: Field, path: Path) -> Iterator[Fault]:
    if not isinstance(field, Phone):
        return
    wrong = wrong_with_region(field.region)
    if wrong is not None:
        yield Fault((*path, "region"), wrong)
    name = field.region_from
    if name is None or "fields" in judged.broken.top or name in judged.broken.fields:
        return
    if not isinstance(judged.fields.get(name), Country):
        countries = [each.name for each in judged.fields.values() if isinstance(each, Country)]
        words = f"no field of kind country is called '{name}'{meant(name, countries)}"
        yield Fault((*path, "region_from"), words)


def _of_thousands(judged: Judged, field: Field, path: Path) -> Iterator[Fault]:
    if not isinstance(field, Numeric) or field.thousands is None or field.decimal is not None:
        return
    if judged.sure(field.name) is None or "sources" in judged.broken.top or judged.broken.sources:
        return
    if all((source.decimal or ".") == field.thousands for source in judged.sources.values()):
        yield Fault((*path, "thousands"), ONE_SIGN)


def _of_names(field: Field, path: Path) -> Iterator[Fault]:
    for property_ in field.properties:
        if not property_.name or _NO_PROPERTY.search(property_.name):
            words = "HubSpot's internal name of a property has no capitals and no blanks (it stands in the property's settings, behind </>)"
            yield Fault((*path, "property"), f"'{property_.name}': {words}")
