"""Is this text UTF-8? Decided once for each file, from its first mebibyte.

A byte-order mark or a pattern of NUL bytes gives UTF-16 and UTF-32 away. Where the beginning has more bytes that are not
UTF-8 than characters that are, the file is taken for Latin-1 or Windows-1252 and refused as a whole: half of its names
would be wrong. Otherwise it is UTF-8, and a record with a bad byte in it costs that record only, here or later in the
file. Keep out: reading the file.
"""

import re

from hubsync_assets.sources import errors
from hubsync_assets.sources.looks_like import binary_format

__all__ = ["HEAD_BYTES", "UTF8_BOM", "refuse_binary", "require_text"]

HEAD_BYTES = 1 << 20
"""How much of a file is looked at. Not a block size: the answer must not depend on one."""

UTF8_BOM = b"\xef\xbb\xbf"

_WIDE = (  # longest first: the mark of UTF-16LE begins that of UTF-32LE
    (b"\xff\xfe\x00\x00", "UTF-32LE"),
    (b"\x00\x00\xfe\xff", "UTF-32BE"),
    (b"\xff\xfe", "UTF-16LE"),
    (b"\xfe\xff", "UTF-16BE"),
)
_WIDE_ASCII = (
    (re.compile(rb"[^\0]\0\0\0"), "UTF-32LE"),
    (re.compile(rb"\0\0\0[^\0]"), "UTF-32BE"),
    (re.compile(rb"[^\0]\0"), "UTF-16LE"),
    (re.compile(rb"\0[^\0]"), "UTF-16BE"),
)
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_UTF8_CHARACTER = re.compile("[^\x00-\x7f\udc80-\udcff]")
_WINDOWS = re.compile("[\udc80-\udc9f]")


def require_text(head: bytes, name: str) -> None:
    """Raise when a file is not text, or not UTF-8.

    Args:
        head: The first ``HEAD_BYTES`` of its content, or all of it; a character cut off at the end is not a fault.
        name: The file, for the error.

    Raises:
        FileRefusedError: It looks like another format or encoding, which is named, with the position that shows it.
    """
    refuse_binary(head, name)
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            raise errors.wrong_encoding(name, encoding, 0)
    for pattern, encoding in _WIDE_ASCII:
        if pattern.match(head):
            raise errors.wrong_encoding(name, encoding, head.index(b"\0"))
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.end == len(head) and error.reason == "unexpected end of data":
            return
        first_bad = error.start
    else:
        return
    text = head.decode("utf-8", "surrogateescape")
    bad, good = len(_NOT_UTF8.findall(text)), len(_UTF8_CHARACTER.findall(text))
    if bad > good:
        encoding = "WINDOWS-1252" if _WINDOWS.search(text) else "ISO-8859-1"
        raise errors.wrong_encoding(name, encoding, first_bad)


def refuse_binary(head: bytes, name: str) -> None:
    """Raise when a file begins like one of a format that is no text.

    Raises:
        FileRefusedError: It does; the format is named.
    """
    seems = binary_format(head)
    if seems:
        raise errors.not_text(name, seems)
