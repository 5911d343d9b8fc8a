"""Where objects are: the store, the bucket, and a key, a folder or a pattern in it.

Put here: what a setting means. Keep out: asking a store.
"""

import re
from dataclasses import dataclass
from typing import Literal, Self, cast

from hubsync_assets.sources.buckets import errors

__all__ = ["BucketAddress", "Scheme", "is_bucket_url"]

Scheme = Literal["s3", "az", "gs"]

_URL = re.compile(r"(s3|az|gs)://([A-Za-z0-9][A-Za-z0-9._-]{1,254})(?:/(.*))?", re.IGNORECASE)
_BEGIN = re.compile(r"(?:s3|az|gs)://", re.IGNORECASE)
_MAGIC = re.compile(r"[*?\[]")


def is_bucket_url(setting: str) -> bool:
    """Whether a setting is an address of objects."""
    return _BEGIN.match(setting.strip()) is not None


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """Some objects.

    Attributes:
        source: Name of the source that reads them, for errors.
        scheme: Which kind of store.
        bucket: Its name; Azure calls it a container.
        path: A key, a folder or a pattern, without a slash at its ends; empty for the whole bucket.
        is_folder: It ends in a slash, so it is no key.
    """

    source: str
    scheme: Scheme
    bucket: str
    path: str
    is_folder: bool

    @classmethod
    def of(cls, source: str, setting: str) -> Self:
        """What a setting means.

        Raises:
            PermanentError: It is no address: it has user info, a query or no bucket.
        """
        found = _URL.fullmatch(setting.strip())
        path = (found[3] or "") if found else ""
        # Not a question mark that ends a pattern's character: ?versionId=... is what other tools write.
        if found is None or re.search(r"\?[\w-]+=", path) or "@" in found[2]:
            raise errors.cannot_be_address(source)
        is_folder = not path or path.endswith("/")
        return cls(source, cast("Scheme", found[1].lower()), found[2], path.strip("/"), is_folder)

    @property
    def root(self) -> str:
        """What the names of its objects begin with."""
        return f"{self.scheme}://{self.bucket}/"

    @property
    def name(self) -> str:
        """As people may see it."""
        return self.root + self.path

    @property
    def is_pattern(self) -> bool:
        """Whether the path is a glob."""
        return _MAGIC.search(self.path) is not None

    @property
    def fixed(self) -> str:
        """Of a pattern the folders before its first sign."""
        return _MAGIC.split(self.path, maxsplit=1)[0].rpartition("/")[0]

    def matches(self, key: str) -> bool:
        """Whether a pattern fits a key.

        Example:
            >>> address = BucketAddress.of("crm", "s3://exports/crm/*.csv")
            >>> address.matches("crm/a.csv"), address.matches("crm/old/a.csv")
            (True, False)
        """
        return re.fullmatch(_expression(self.path), key) is not None


def _expression(pattern: str) -> str:
    """``*`` and ``?`` stay within a folder, ``**/`` is any number of them."""
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]/]+\])", pattern)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(known.get(part) or _class_of(part) for part in parts)


def _class_of(part: str) -> str:
    if not (part.startswith("[") and part.endswith("]")):
        return re.escape(part)
    inside = part[1:-1].replace("\\", r"\\").replace("[", r"\[")
    return f"[^{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
