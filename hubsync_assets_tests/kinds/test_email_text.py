"""The quick way to read an email gives what the slow way gives, for every character there is."""

import polars as pl

from hubsync_assets.kinds.cleaning import clean_text
from hubsync_assets.kinds.email_text import read_emails, valid
from hubsync_assets.kinds.reading import Conventions


def test_every_character_is_read_the_quick_way_as_it_is_the_slow_way() -> None:
    characters = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    given = pl.Series(characters) + "a@example.com"
    email, fits = read_emails(given, Conventions())
    slowly = clean_text(given, email=True).str.to_lowercase()
    assert email.equals(slowly)
    assert fits.equals(valid(slowly))
    assert email.filter(given == "\u212aa@example.com").to_list() == ["ka@example.com"]
