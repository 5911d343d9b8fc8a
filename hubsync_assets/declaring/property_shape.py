"""Which of its forms a ``property:`` with keys is meant to have: a name with a label, or properties with a form each.

Put here: misspelled keys that would pass as the name of a property. Keep out: all others (``shapes``).
"""

from hubsync_assets.declaring.document import Keys, Line, place_of
from hubsync_assets.kinds.registry import KINDS
from hubsync_assets.model.meant import nearest

__all__ = ["mend_property"]


def mend_property(data: Keys, name: str, field: Keys, faults: list[Line]) -> None:
    """Tell ``{nmae: mrr, label: MRR}``, and read it as it is meant.

    Args:
        data: the file.
        name: of the field.
        field: what is declared of it.
        faults: grows.
    """
    written = field.get("property")
    kind = KINDS.get(str(field.get("kind")))
    if not isinstance(written, Keys) or "name" in written or kind is None:
        return
    if any(value in kind.forms for value in written.values() if isinstance(value, str)):
        return
    meaning = {key: nearest(key, ("name", "label")) for key in written}
    for key in [key for key, like in meaning.items() if like == "name"][:1]:
        line, path = place_of(data, ("fields", name, "property", key))
        faults.append(Line(line, path, "there is no such key; did you mean 'name'?"))
        written.take_for(key, "name")
