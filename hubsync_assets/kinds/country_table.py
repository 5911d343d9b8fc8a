"""The countries of ISO 3166: their codes, and what people call them.

Put here: the table (``country_names.tsv``, which ``scripts/country_names.py`` makes), read when it is first needed, and finding a country in
it. Keep out: which countries a field takes (``country``).
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import polars as pl

__all__ = ["Countries", "all_countries", "country_of", "plain"]

_TABLE = "country_names.tsv"
_ACCENTS = r"[\x{300}-\x{36f}]"
_NO_LETTERS = r"[^\p{L}\p{M}\p{N}]"
_OTHER_LETTERS = {"\u00df": "ss", "\u00e6": "ae", "\u0153": "oe", "\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u0131": "i", "\u00f0": "d", "\u00fe": "th"}  # fmt: skip
_SHORTEST = 4
"""Characters of a name that is found without its accents: of less than that too much is made."""


@dataclass(frozen=True, slots=True)
class Countries:
    """All countries.

    Attributes:
        alpha3: by alpha-2, in the order of the alphabet.
        english: by alpha-2.
        spellings: ``spelling``, a name, an alpha-3 or a numeric code, in lower case, and ``country``, the alpha-2 code that it is.
        plain: the same for names without accents, signs and blanks. In both each spelling is one country's, which is the table's business.
    """

    alpha3: dict[str, str]
    english: dict[str, str]
    spellings: pl.DataFrame
    plain: pl.DataFrame

    def named(self, texts: pl.Series) -> pl.Series:
        """The countries (String, alpha-2) that cleaned texts name; null: none."""
        lower = texts.str.to_lowercase()
        country = _found(lower, self.spellings)
        rest = (country.is_null() & lower.is_not_null()).arg_true()
        return country if rest.is_empty() else country.scatter(rest, _found(plain(lower.gather(rest)), self.plain))


@lru_cache(maxsize=1)
def all_countries() -> Countries:
    """The table."""
    text = (files(__package__) / _TABLE).read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    table = pl.DataFrame(rows, schema=["country", "alpha3", "numeric", "english", "names"], orient="row")
    names = _spellings(table, pl.col("names").str.split("|")).with_columns(pl.col("spelling").str.to_lowercase())
    codes = _spellings(table, pl.concat_list(pl.col("alpha3").str.to_lowercase(), "numeric"))
    without_accents = names.with_columns(plain(names["spelling"]).alias("spelling"))
    return Countries(
        alpha3=dict(zip(table["country"], table["alpha3"], strict=True)),
        english=dict(zip(table["country"], table["english"], strict=True)),
        spellings=pl.concat([codes, names]).unique(),
        plain=without_accents.filter(pl.col("spelling").str.len_chars() >= _SHORTEST).unique(),
    )


@lru_cache(maxsize=10_000)
def country_of(text: str) -> str | None:
    """The country (alpha-2) that one text names, by any code or name; None: none."""
    text = text.strip()
    code = text.upper()
    if len(text.encode()) == 2 and code in all_countries().alpha3:
        return code
    found: str | None = all_countries().named(pl.Series([text], dtype=pl.String)).item()
    return found


def plain(lower: pl.Series) -> pl.Series:
    """Texts in lower case without accents, signs and blanks."""
    name = pl.col("name")
    return (
        lower.to_frame("name")
        .select(
            name.str.normalize("NFD")
            .str.replace_all(_ACCENTS, "")
            .str.replace_many(_OTHER_LETTERS)
            .str.replace_all(_NO_LETTERS, "")
        )
        .to_series()
    )


def _spellings(table: pl.DataFrame, spellings: pl.Expr) -> pl.DataFrame:
    return table.select(spellings.alias("spelling"), "country").explode("spelling")


def _found(texts: pl.Series, spellings: pl.DataFrame) -> pl.Series:
    return texts.replace_strict(spellings["spelling"], spellings["country"], default=None, return_dtype=pl.String)
