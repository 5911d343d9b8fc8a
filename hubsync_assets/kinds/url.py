"""Kind url: an address in the web, with its scheme.

Keep out: whether there is anything at that address.
"""

from typing import Annotated, ClassVar, Literal

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text
from hubsync_assets.kinds.field import KIND_KEY, Field
from hubsync_assets.kinds.policies import Rule
from hubsync_assets.kinds.reading import Conventions, nowhere

__all__ = ["Url"]

_PLAIN = r"^https?://(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z]{2,}(?:[/?#][!#-;=?-\[\]^_a-z~]*)?$"
"""A part of what is valid, in ASCII and already in canonical form; nearly always enough."""
_NO_LABEL_IS_TOO_LONG = 63 + len("http://")
"""Bytes in all."""

_WORD = r"[\p{L}\p{M}\p{Nd}]+"
_LABEL = rf"{_WORD}(?:-+{_WORD})*"
_PORT = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_PARTS = (
    rf"^(?:(?<scheme>(?i:https?):)?//)?(?<host>(?:{_LABEL}\.)+{_LABEL})\.?(?<port>:(?:{_PORT}))?"
    r"""(?<path>[/?#][^\s<>"\\]*)?$"""
)
_BAD_HOST = r"\.(?:\p{Nd}+|[^.])$|[^.]{64}"
_LONGEST_HOST = 253


class Url(Field):
    """A web address; one without a scheme gets https."""

    rules: ClassVar[frozenset[Rule]] = frozenset({Rule.FIRST, Rule.NEWEST, Rule.LONGEST})

    kind: Annotated[Literal["url"], KIND_KEY] = "url"

    @property
    def unfit(self) -> str:
        """What is said of a value that does not fit."""
        return "no http or https address of a host with a name"

    def same(self, ours: str, theirs: str, type_: str) -> bool:
        """The host's case means nothing, nor a slash with nothing behind it."""
        del type_
        return _compared(ours) == _compared(theirs)

    def _read(self, given: pl.Series, how: Conventions) -> tuple[pl.Series, pl.Series | None]:
        del how
        plain = given.str.contains(_PLAIN) & (given.str.len_bytes() <= _NO_LABEL_IS_TOO_LONG)
        odd = (~plain).arg_true()
        text = clean_text(given.gather(odd))
        parts = text.str.extract_groups(_PARTS).struct.unnest()
        host, path = pl.col("host"), pl.col("path").fill_null("")
        fits = ~host.str.contains(_BAD_HOST) & (host.str.len_chars() <= _LONGEST_HOST)
        scheme = pl.col("scheme").str.to_lowercase().fill_null("https:")
        written = pl.concat_str(scheme, pl.lit("//"), host.str.to_lowercase(), pl.col("port").fill_null(""), path)
        url = parts.select(pl.when(fits).then(written)).to_series()
        return given.clone().scatter(odd, url), nowhere(given.len()).scatter(odd, text.is_not_null() & url.is_null())


def _compared(url: str) -> str:
    scheme, between, rest = url.strip().partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{between}{host.lower()}{slash if path else ''}{path}"
