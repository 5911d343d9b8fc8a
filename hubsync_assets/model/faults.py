"""What is wrong with a declaration beyond single keys: names that lead nowhere, and what cannot be combined.

Put here: checks of the declaration as a whole. Keep out: types and allowed words (``declaration``), sources and fields one by one
(``source_faults``, ``field_faults``), and where in a file a fault is (``declaring``).
"""

from collections.abc import Iterator

from hubsync_assets.kinds.email import Email
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.field_faults import faults_of_fields
from hubsync_assets.model.judged import Broken, Fault, Judged, Path
from hubsync_assets.model.source_faults import faults_of_sources

__all__ = ["Broken", "Fault", "faults_of"]


def faults_of(sync: ContactSync, broken: Broken | None = None) -> Iterator[Fault]:
    """Everything that is wrong with a declaration whose single keys are right.

    Args:
        sync: the declaration; it may lack what is broken.
        broken: what is known to be wrong already: nothing is said that may only follow from it.
    """
    judged = Judged(sync, broken or Broken())
    yield from _of_key(judged)
    yield from faults_of_sources(judged)
    yield from faults_of_fields(judged)
    yield from _of_groups(judged)
    yield from _of_properties(judged)
    if not sync.create and not sync.update:
        yield Fault(("update",), "with create: false and update: false nothing would ever be written")


def _of_key(judged: Judged) -> Iterator[Fault]:
    name = judged.sync.key
    if "key" in judged.broken.top:
        return
    is_said = "key" in judged.sync.model_fields_set
    missing = judged.no_field(name)
    if missing is not None:
        yield Fault(("key",), missing) if is_said else Fault(("fields",), f"the key is '{name}', and {missing}")
        return
    key = judged.sure(name)
    if key is None:
        return
    path: Path = ("fields", name)
    if not isinstance(key, Email):
        words = (
            f"'{name}' is of kind {key.kind}, and contacts are told apart by their email: name a field of kind email"
        )
        yield Fault(("key",) if is_said else (*path, "kind"), words)
        return
    if [property_.name for property_ in key.properties] != ["email"]:
        yield Fault((*path, "property"), "the key is written to HubSpot's property email, and to nothing else")
    if key.default is not None:
        yield Fault((*path, "default"), "a record without the key is of nobody, so the key has no default")
    if (key.rule, key.keep.order) != (Rule.FIRST, None):
        yield Fault((*path, "keep"), "all records of a contact have the same key: leave keep out")


def _of_groups(judged: Judged) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, group in enumerate(judged.sync.together if "together" not in judged.broken.top else ()):
        path = ("together", str(number))
        for name in group:
            missing = judged.no_field(name)
            if missing is not None:
                yield Fault(path, missing)
            elif name == judged.sync.key:
                yield Fault(path, "every record has the key: leave it out")
            elif name in seen:
                yield Fault(path, f"'{name}' stands in a group already")
            seen.add(name)
        yield from _of_rules(judged, group, path)


def _of_rules(judged: Judged, group: tuple[str, ...], path: Path) -> Iterator[Fault]:
    if len(group) < 2:
        yield Fault(path, "a group has two fields or more")
    sure = [field for name in group if (field := judged.sure(name)) is not None]
    if len({(field.rule, field.keep.by, field.keep.order) for field in sure}) > 1:
        yield Fault(path, "the fields of a group need the same keep")
    elif any(field.rule not in {Rule.FIRST, Rule.NEWEST} for field in sure):
        yield Fault(path, "only fields with keep first or newest can be taken together")


def _of_properties(judged: Judged) -> Iterator[Fault]:
    written: dict[str, str] = {}
    for name in judged.fields:
        field = judged.sure(name)
        for property_ in field.properties if field is not None else ():
            if property_.name in written:
                by = written[property_.name]
                words = "is written twice" if by == name else f"is written by the field '{by}' already"
                yield Fault(("fields", name, "property"), f"'{property_.name}' {words}")
            written.setdefault(property_.name, name)
