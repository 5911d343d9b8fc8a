"""Which encoding is this text in? Decided once for each file, from its first mebibyte.

A byte-order mark or a pattern of NUL bytes gives UTF-16 and UTF-32 away. Where the beginning has more bytes that are not
UTF-8 than characters that are, it is Windows-1252 or MacRoman if its letters make sense in one of them (``western``), and else
refused as a whole: half of its names would be wrong. Otherwise it is UTF-8, and a record with a bad byte in it costs that record
only, here or later in the file. Keep out: reading the file.
"""

import re

from hubsync_assets.sources import errors
from hubsync_assets.sources.looks_like import binary_format
from hubsync_assets.sources.readers.western import western_encoding

__all__ = ["HEAD_BYTES", "UTF8_BOM", "recognise", "refuse_binary", "require_utf8"]

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


def recognise(head: bytes, name: str) -> str | None:
    """The encoding of a text that declares none, as Python calls it; ``None`` for UTF-8.

    Args:
        head: The first ``HEAD_BYTES`` of its content, or all of it; a character cut off at the end is not a fault.
        name: The file, for the error.

    Raises:
        FileRefusedError: It is no text, or in none of the encodings that can be told; what it looks like is named.
    """
    refuse_binary(head, name)
    wide = _wide(head)
    if wide:
        return wide
    first_bad, looks = _not_utf8(head)
    if not looks:
        return None
    western = western_encoding(head)
    if western is None:
        raise errors.wrong_encoding(name, looks, first_bad)
    return western


def require_utf8(head: bytes, name: str) -> None:
    """Raise when a file that is declared to be UTF-8 is not text, or not UTF-8.

    Raises:
        FileRefusedError: It looks like another format or encoding, which is named, with the position that shows it.
    """
    refuse_binary(head, name)
    wide = _wide(head)
    if wide:
        raise errors.wrong_encoding(name, wide, max(head.find(b"\0"), 0) if head[:1] < b"\xfe" else 0)
    first_bad, looks = _not_utf8(head)
    if looks:
        raise errors.wrong_encoding(name, looks, first_bad)


def refuse_binary(head: bytes, name: str) -> None:
    """Raise when a file begins like one of a format that is no text.

    Raises:
        FileRefusedError: It does; the format is named.
    """
    seems = binary_format(head)
    if seems:
        raise errors.not_text(name, seems)


def _wide(head: bytes) -> str | None:
    for mark, encoding in _WIDE:
        if head.startswith(mark):
            return encoding
    if b"\0" not in head:
        return None
    return next((encoding for pattern, encoding in _WIDE_ASCII if pattern.match(head)), None) or _by_zeros(head)


def _by_zeros(head: bytes) -> str | None:
    """UTF-16 that begins with a letter that is not ASCII: its delimiters, digits and addresses still have a zero byte each."""
    even, odd = head[::2].count(b"\0"), head[1::2].count(b"\0")
    most, least = max(even, odd), min(even, odd)
    if 10 * most < len(head) or 20 * least > most:
        return None
    return "UTF-16LE" if odd > even else "UTF-16BE"


def _not_utf8(head: bytes) -> tuple[int, str]:
    """The byte that shows that a text is not UTF-8, and which family it looks like; empty words where it is UTF-8."""
    try:
        head.decode()
    except UnicodeDecodeError as error:
        if error.end == len(head) and error.reason == "unexpected end of data":
            return 0, ""
        first_bad = error.start
    else:
        return 0, ""
    text = head.decode("utf-8", "surrogateescape")
    bad, good = len(_NOT_UTF8.findall(text)), len(_UTF8_CHARACTER.findall(text))
    if bad <= good:
        return 0, ""
    return first_bad, "WINDOWS-1252" if _WINDOWS.search(text) else "ISO-8859-1"
