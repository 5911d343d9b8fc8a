"""Text in another encoding than UTF-8, made UTF-8 before a reader sees it, for a source that declares its encoding.

A text that is not what was declared costs the record it is in, as bad bytes in UTF-8 do: it becomes a byte that no UTF-8 has. Keep out:
guessing (``encoding``).
"""

import codecs
from collections.abc import Iterator

from hubsync_assets.sources import errors
from hubsync_assets.sources.readers.encoding import UTF8_BOM

__all__ = ["in_utf8", "is_utf8"]

_SPOILT = "hubsync-spoilt"


def _spoil(error: UnicodeError) -> tuple[str | bytes, int]:
    # One for each, as how many stand in one error depends on where the text was cut.
    if isinstance(error, UnicodeDecodeError):
        return "\udcff" * (error.end - error.start), error.end
    if isinstance(error, UnicodeEncodeError):
        return b"\xff" * (error.end - error.start), error.end
    raise error


codecs.register_error(_SPOILT, _spoil)


def is_utf8(head: bytes, encoding: str, name: str) -> bool:
    """Whether nothing has to be done: the encoding is UTF-8, or the file begins with the mark that says so.

    Args:
        head: The beginning of its content.
        encoding: As declared.
        name: The file, for the error.

    Raises:
        FileRefusedError: There is no such encoding of text.
    """
    try:
        "".encode(encoding)
        known = codecs.lookup(encoding).name
    except (LookupError, UnicodeError, ValueError):
        raise errors.unknown_encoding(name, encoding) from None
    return known in {"utf-8", "utf-8-sig"} or head.startswith(UTF8_BOM)


def in_utf8(blocks: Iterator[bytes], encoding: str, name: str) -> Iterator[bytes]:
    """The same text in UTF-8; a block is at most four times as long as it was.

    Args:
        blocks: Text in ``encoding``, cut anywhere.
        encoding: One that Python knows.
        name: The file, for the error.

    Raises:
        FileRefusedError: The text does not even begin as it should.
    """
    decoder = codecs.getincrementaldecoder(encoding)(_SPOILT)
    try:
        for block in blocks:
            if text := decoder.decode(block):
                yield text.encode("utf-8", _SPOILT)
        if text := decoder.decode(b"", final=True):
            yield text.encode("utf-8", _SPOILT)
    except UnicodeError:
        raise errors.other_encoding(name, encoding) from None
