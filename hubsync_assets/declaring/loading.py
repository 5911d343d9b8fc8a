"""From a file to the model of a contact, or to every fault of the file.

Put here: finding the file, and the two passes. Keep out: each of them.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from hubsync_assets.declaring.document import Line, place_of
from hubsync_assets.declaring.errors import DeclarationError
from hubsync_assets.declaring.shapes import check_shape
from hubsync_assets.declaring.sql_files import with_queries
from hubsync_assets.declaring.well_formed import well_formed
from hubsync_assets.declaring.yaml_text import read_yaml
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync
from hubsync_assets.model.faults import faults_of

__all__ = ["DEFAULT_FILE", "declared_in", "file_named_by", "load", "model_of"]

DEFAULT_FILE = "hubsync.yaml"


def file_named_by(environment: Mapping[str, str]) -> Path:
    """``HUBSYNC_FILE``, or hubsync.yaml in the working directory."""
    return Path(environment.get("HUBSYNC_FILE", "").strip() or DEFAULT_FILE)


def load(path: Path) -> ContactModel:
    """What a file declares.

    Raises:
        DeclarationError: the file is not there, cannot be read or has faults; the text has a line for each.
    """
    return declared_in(_text(path), str(path))


def declared_in(text: str, name: str) -> ContactModel:
    """What the text of a file declares.

    Args:
        text: YAML.
        name: of the file, for the faults; .sql files are looked for beside it.

    Raises:
        DeclarationError: as ``load``.
    """
    data, faults = read_yaml(text)
    if data is None:
        raise _error(name, faults)
    shape = check_shape(data)
    sync, broken = well_formed(data, shape.broken)
    faults += shape.faults
    sync, unread = with_queries(sync, Path(name).parent)
    for path, words in [*faults_of(sync, broken), *unread]:
        line, shown = place_of(data, path)
        faults.append(Line(line, shown, words))
    if faults:
        raise _error(name, faults)
    return ContactModel(sync)


def model_of(sync: ContactSync) -> ContactModel:
    """The model of a declaration made in Python.

    Raises:
        DeclarationError: the same faults as a file's, without lines.
    """
    sync, unread = with_queries(sync, Path())
    faults = [f"{'.'.join(path)}: {words}" for path, words in [*faults_of(sync), *unread]]
    if faults:
        raise DeclarationError("\n".join(faults))
    return ContactModel(sync)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DeclarationError(_not_there(path)) from None
    except OSError as error:
        raise DeclarationError(f"{path}: it cannot be read ({error.strerror})") from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DeclarationError(f"{path}:{line}: this is not UTF-8: save the file in that encoding") from None


def _not_there(path: Path) -> str:
    other = path.with_suffix(".yml" if path.suffix == ".yaml" else ".yaml")
    if other.is_file():
        return f"{path}: there is no such file, but {other.name}: rename it, or put its name into HUBSYNC_FILE"
    return f"{path}: there is no such file: start where it is, put its name into HUBSYNC_FILE, or write one (docs/declare.md)"


def _error(name: str, faults: Iterable[Line]) -> DeclarationError:
    lines = dict.fromkeys(
        f"{name}:{line}: {f'{path}: ' if path else ''}{words}"
        for line, path, words in sorted(faults, key=lambda fault: fault.number)
    )
    return DeclarationError("\n".join(lines))
