"""Settings and names of files as people may see them: without secrets, on one line.

Put here: what is taken out of a text before it stands in an error, a log or a table. Keep out: the sentences around it (``errors``).
"""

import re
import unicodedata
from urllib.parse import urlsplit

__all__ = ["clean", "is_broken_url", "public_name", "public_setting"]

_BROKEN_URL = re.compile(r"^\W*https?(:|//)", re.IGNORECASE)
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(:\d+$)?")
"""With a port only where that is a number: else it is a password, and the @ behind it was forgotten."""

_SECRETS = re.compile(r"[?]|%3[Ff]|[#;&][\w.~-]+=|%23[\w.~-]+=")
"""Where in a path parameters begin: also behind a question mark that was encoded, or forgotten."""

_AT = re.compile(r"@|%40")

_UNPRINTABLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of characters that end a line, move the cursor or turn the text around; a forged line of a log begins with one."""


def clean(name: str) -> str:
    r"""A name with its control characters written out.

    Example:
        >>> print(clean("a\n\x1b[2Jb.csv"))
        a\n\x1b[2Jb.csv
    """
    if name.isascii() and name.isprintable():
        return name
    return "".join(
        each.encode("unicode_escape").decode() if unicodedata.category(each) in _UNPRINTABLE else each for each in name
    )


def public_setting(setting: str) -> str:
    """A path or glob, and nothing of it behind a ``?`` or before an ``@``, encoded or not, nor behind ``;key=``: it may be a URL that somebody mistyped.

    Example:
        >>> public_setting("https:/bucket/x.json?sig=SECRET"), public_setting("me:secret@host/x.json")
        ('https:/bucket/x.json?...', '...@host/x.json')
    """
    path, mark = _without_parameters(setting)
    *before, behind = _AT.split(path)
    return clean(f"...@{behind}" if before else path) + mark


def is_broken_url(setting: str) -> bool:
    """Whether somebody meant an http(s) URL and mistyped it: a slash too few, quotes around it."""
    return _BROKEN_URL.match(setting) is not None


def public_name(url: str) -> str:
    """A URL as people may see it: scheme, host, port and path; no user info, query or fragment.

    Example:
        >>> public_name("https://me:secret@host:8443/a.csv?sig=1"), public_name("http://host:SECRET/x")
        ('https://host:8443/a.csv', 'http://host/x')
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return f"an {url.partition(':')[0].lower()} address"  # a bracket that is not closed: nobody knows where its host is
    path, mark = _without_parameters(parts.path)
    _, at, behind = path.rpartition("@")
    if at:  # a slash in a password ends what counts as the host, so the password is in the path then
        return clean(f"{parts.scheme}://...@{behind}") + mark
    host = _HOST.match(parts.netloc.rpartition("@")[2])
    return clean(f"{parts.scheme}://{host[0] if host else ''}{path}") + mark


def _without_parameters(path: str) -> tuple[str, str]:
    """What stands before them, and a sign that there were some."""
    found = _SECRETS.search(path)
    return (path, "") if found is None else (path[: found.start()], "?...")
