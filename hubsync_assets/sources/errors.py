"""The errors of the sources room: what is wrong with a setting, a file or a download, and what to do about it.

Every error of this room is built here, so that the wording stays consistent and nobody has to look for a leak in ten places:
no text holds a record's content, nor the query or user info of a URL. Keep out: deciding when something is an error.
"""

from collections.abc import Iterable, Mapping
from typing import Self

from hubsync_assets.errors import PermanentError, TransientError

__all__ = [
    "FileRefusedError",
    "bad_header",
    "cut_off",
    "denied",
    "no_data_files",
    "no_database",
    "no_email",
    "no_key_column",
    "no_match",
    "no_query",
    "no_such_file",
    "not_a_file",
    "not_columnar",
    "not_lines",
    "not_text",
    "other_encoding",
    "packed_again",
    "same_files",
    "several_places",
    "some_left_out",
    "unknown_encoding",
    "unknown_scheme",
    "unknown_suffix",
    "unreadable",
    "vanished",
    "wrong_encoding",
]

_KNOWN = (
    ".json, .ndjson, .jsonl, .csv, .tsv or .tab, each also with .gz, .bz2, .xz or .zst, .parquet, .arrow, .feather, .ipc, .xlsx, .xlsm, .xls, "
    ".ods or .zip"
)
_MOST_NAMES = 40
_MOST_LEFT_OUT = 12


class FileRefusedError(PermanentError):
    """A file that is there and can be opened, and of which nothing can be used; the source's other files still can.

    Attributes:
        name: Of the file.
        what: What is wrong with it and what it looks like, without its name.
    """

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name}: {what}")
        self.name = name
        self.what = what

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """It comes from another process where that one has read the file."""
        return type(self), (self.name, self.what)


def unknown_scheme(scheme: str) -> PermanentError:
    """The setting is a URL that cannot be read from."""
    return PermanentError(
        f"{scheme}:// URLs cannot be read: give a file, a folder, a glob, an http(s) URL, or objects as s3://, az:// or gs://"
    )


def no_database(source: str) -> PermanentError:
    """It has a table or query, and reads a file. What it reads may be a secret."""
    return PermanentError(
        f"{source}: it declares a table or query, and what it reads is no database: give it a URL such as "
        "postgresql://user:password@host:port/database"
    )


def no_query(source: str) -> PermanentError:
    """It reads a database, or another scheme that no file has, and nobody knows what of it."""
    return PermanentError(
        f"{source}: it reads what looks like a database: declare table: or query:, and id: with a unique column; else give it a file, a "
        "folder, a glob, an http(s) URL, or s3://, az:// or gs:// of a bucket"
    )


def no_such_file(name: str) -> PermanentError:
    """Nothing is there under that name."""
    return PermanentError(f"{name}: no such file or folder: put the export there, or correct the setting")


def no_match(name: str, left_out: Mapping[str, str]) -> PermanentError:
    """A glob that matches nothing that is read."""
    return PermanentError(
        f"{name}: no data file matches{_beside(left_out)}: correct the pattern, or put {_KNOWN} files there"
    )


def no_data_files(name: str, left_out: Mapping[str, str]) -> PermanentError:
    """A folder without anything to read."""
    return PermanentError(f"{name}: no data file in this folder{_beside(left_out)}: put {_KNOWN} files there")


def _beside(left_out: Mapping[str, str]) -> str:
    return f" ({some_left_out(left_out)})" if left_out else ""


def some_left_out(left_out: Mapping[str, str]) -> str:
    """Names of files that are not read, each with its reason."""
    named = ", ".join(f"{name} ({why})" for name, why in list(left_out.items())[:_MOST_LEFT_OUT])
    more = len(left_out) - _MOST_LEFT_OUT
    return f"left out: {named}{f' and {more} more' if more > 0 else ''}"


def not_a_file(name: str) -> PermanentError:
    """A device, a socket, a pipe: nothing with a size that can be read twice."""
    return PermanentError(f"{name}: neither a regular file nor a folder: copy its content to a file")


def denied(name: str) -> PermanentError:
    """The operating system says no."""
    return PermanentError(f"{name}: no permission to read: allow it for the user that runs the sync")


def unknown_suffix(name: str, seems: str = "") -> FileRefusedError:
    """The name does not say which format it is, nor do its bytes. ``seems``: see ``looks_like``."""
    return FileRefusedError(name, f"unknown kind of file{_as(seems)}: the name has to end in {_KNOWN}")


def same_files(first: str, second: str, name: str) -> PermanentError:
    """Two sources read the same file, so one database would be taken for two."""
    return PermanentError(f"{first} and {second} both read {name}: give each its own files, or leave one empty")


def vanished(name: str) -> TransientError:
    """Listed a moment ago, gone or changing now."""
    return TransientError(f"{name}: gone while it was about to be read: run again when the export is in place")


def not_text(name: str, seems: str) -> FileRefusedError:
    """Its first bytes are those of a format that is no text. ``seems``: see ``looks_like``."""
    return FileRefusedError(name, f"looks like {seems}: export the records as CSV or JSON")


def packed_again(name: str, what: str) -> FileRefusedError:
    """A format that is packed in itself, in gzip. Its end says where everything is, and gzip has to be unpacked from its beginning."""
    return FileRefusedError(
        name, f"{what} inside of gzip, or named so: give the file as it is, without .gz; it is packed already"
    )


def not_columnar(name: str, seems: str, promised: str = "") -> FileRefusedError:
    """Its name promises Parquet or Arrow, or it is a relative that cannot be read. ``seems``: see ``looks_like``."""
    what = f"its name promises {promised}, and it is none{_as(seems)}" if promised else f"looks like {seems}"
    return FileRefusedError(name, f"{what}: export the records as Parquet, as an Arrow (Feather) file, CSV or JSON")


def cut_off(name: str, what: str, missing: str | None) -> FileRefusedError:
    """Parquet or Arrow without its end, which says where everything is. ``missing``: see ``SourceFile``."""
    why = missing or "it was cut off, or is not finished"
    return FileRefusedError(
        name, f"{what} without its end, so nothing of it can be read: {why}; export or copy it again"
    )


def unreadable(name: str, what: str, why: str) -> FileRefusedError:
    """Parquet or Arrow that cannot be read, in our words: those of a library may quote what is in it."""
    return FileRefusedError(name, f"{what} that cannot be read: {why}; export it again, or as CSV or JSON")


def wrong_encoding(name: str, encoding: str, position: int) -> FileRefusedError:
    """The text is not UTF-8. ``position`` is the byte (from 0) that shows it."""
    return FileRefusedError(
        name,
        f"looks like {encoding}, not UTF-8 (byte {position}): convert it, "
        f"for example with: iconv -f {encoding} -t UTF-8",
    )


def other_encoding(name: str, encoding: str) -> FileRefusedError:
    """The text is not in the encoding that its source declares."""
    return FileRefusedError(
        name, f"not {encoding}, as its source declares: correct the encoding, or leave it out for UTF-8"
    )


def unknown_encoding(name: str, encoding: str) -> FileRefusedError:
    """Its source declares an encoding that nobody knows."""
    return FileRefusedError(name, f"its source declares the encoding {encoding!r}, which Python does not know")


def bad_header(name: str, why: str, seems: str, perhaps: Iterable[str] = ()) -> FileRefusedError:
    """A CSV file whose first line cannot name the columns. ``seems``: see ``looks_like``; ``perhaps``: names that may be an email's."""
    some = ", ".join(list(perhaps)[:_MOST_NAMES])
    more = f"; if it is {some}, name it under columns" if some else ""
    return FileRefusedError(name, f"{why}{_as(seems)}: the first line has to name the columns, email among them{more}")


def no_key_column(name: str, key: str, there: Iterable[str]) -> FileRefusedError:
    """Columns with names, and none is the one that says whose a record is."""
    names = list(there)
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return FileRefusedError(
        name, f"no column is an {key}: it has {', '.join(names[:_MOST_NAMES])}{more}; name the right one under columns"
    )


def not_lines(name: str, seems: str) -> FileRefusedError:
    """JSON that should have one object a line, and is one value over many. ``seems``: see ``looks_like``."""
    return FileRefusedError(
        name,
        f"not one JSON object a line{_as(seems)}: export the records themselves, one a line, or all in one array in a .json file; or "
        "declare where they stand, as in records: data.items",
    )


def several_places(name: str, seems: str) -> FileRefusedError:
    """JSON in which more than one place has records with an email. ``seems``: see ``looks_like``."""
    return FileRefusedError(
        name, f"records with an email in several places{_as(seems)}: declare which are meant, as in records: data.items"
    )


def no_email(name: str, seems: str) -> FileRefusedError:
    """A file that was read to its end, and nobody knows whose any of its records is. ``seems``: see ``looks_like``."""
    return FileRefusedError(
        name, f"no record with an email{_as(seems)}: export the records themselves, each with its contact's email"
    )


def _as(seems: str) -> str:
    return f" (it looks like {seems})" if seems else ""
