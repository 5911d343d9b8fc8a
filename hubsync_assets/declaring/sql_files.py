"""Queries that stand in files of their own, beside the declaration.

Put here: reading them. Keep out: what a query may be.
"""

from pathlib import Path

from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.judged import Fault

__all__ = ["with_queries"]

_MOST = 1 << 20


def with_queries(sync: ContactSync, folder: Path) -> tuple[ContactSync, list[Fault]]:
    """The declaration with the text of each query in place of its file's name, and what is wrong with the files.

    Args:
        sync: a declaration.
        folder: where it is.
    """
    found, faults = {}, []
    for name, source in sync.sources.items():
        query = (source.query or "").strip()
        if not query.lower().endswith(".sql") or len(query.split()) > 1:
            continue
        path = ("sources", name, "query")
        try:
            text = _text(folder / query)
        except (OSError, UnicodeDecodeError):
            faults.append(Fault(path, f"{query}: this file is not there, or is no text in UTF-8"))
            continue
        if not text.strip():
            faults.append(Fault(path, f"{query}: the file is empty"))
        found[name] = source.model_copy(update={"query": text})
    return sync.model_copy(update={"sources": {**sync.sources, **found}}) if found else sync, faults


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(_MOST).decode("utf-8-sig")
