"""What stands at a path in JSON texts, as text.

Put here: finding it, and telling a list or an object from a text that looks like one, and nothing from what cannot be read. Keep out: which
field it is (``source_columns``).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from hubsync_assets.kinds.cleaning import null_words
from hubsync_assets.kinds.reading import USUAL, Conventions

__all__ = ["AtPath", "at_path"]

_ODD = r"^[\[{]|[0-9]{16}|[0-9]e[+-]?[0-9]"
"""What may not be the text that stands there: a list, or a number with more digits than polars keeps of it."""


@dataclass(frozen=True, slots=True)
class AtPath:
    """What was found in some texts.

    Attributes:
        values: String; null where there is nothing.
        nested: Boolean, never null: it is a list or an object, and the value is its JSON text; or something else stands where an object
            with the path's key belongs, and the value is that in braces, which no kind takes for a value.
        absent: the same: there is an object, and no such key in it. None: nobody asked.
    """

    values: pl.Series
    nested: pl.Series
    absent: pl.Series | None = None


class _Number(str):
    """A JSON number as it is written."""

    __slots__ = ()


def at_path(
    documents: pl.Series, path: str, how: Conventions = USUAL, *, decimal: str = ".", keys_matter: bool = False
) -> AtPath:
    """What stands at a path.

    Args:
        documents: String, each the text of a JSON object, or null.
        path: names of keys, with a point between them.
        how: which words in place of an object say that there is nothing, or that nobody knows: the latter are the value.
        decimal: what is put before the fraction of a JSON number.
        keys_matter: tell a key that is not there from one with nothing behind it.
    """
    keys = path.split(".")
    found = _match(documents, keys)
    pattern = _ODD if decimal == "." else rf"{_ODD}|[.]"
    odd = found.str.contains(pattern).fill_null(value=False).arg_true()
    nested = _nowhere(documents)
    absent = _absent(documents, found, keys) if keys_matter else None
    if not odd.is_empty():
        read = list(_exactly(documents.gather(odd), keys, decimal))
        found = found.scatter(odd, pl.Series([text for text, _ in read], dtype=pl.String))
        nested = nested.scatter(odd, [is_nested for _, is_nested in read])
    rows = (found.is_null() & documents.is_not_null()).arg_true()
    texts = _misplaced(documents.gather(rows), keys)
    empty, unknown = null_words(texts, how)
    rows, texts, is_word = _without(rows, texts, empty, unknown)
    if rows.is_empty():
        return AtPath(found, nested, absent)
    found = found.scatter(rows, pl.select(pl.when(is_word).then(texts).otherwise("{" + texts + "}")).to_series())
    nested = nested.scatter(rows, ~is_word)
    return AtPath(found, nested, None if absent is None else absent.scatter(rows, values=False))


def _match(documents: pl.Series, keys: Sequence[str]) -> pl.Series:
    # In quotes any key will do, such as @id.
    return documents.str.json_path_match("$" + "".join(f"[{json.dumps(key, ensure_ascii=False)}]" for key in keys))


def _misplaced(documents: pl.Series, keys: Sequence[str]) -> pl.Series:
    """The text that stands where an object belongs, or that is no JSON; null where there is none."""
    text = documents.str.strip_chars()
    is_object = text.str.starts_with("{") & _match(documents, []).is_not_null()
    wrong = [pl.select(pl.when(~is_object & (text != "")).then(text)).to_series()]
    for depth in range(1, len(keys)):
        inner = _match(documents, keys[:depth])
        wrong.append(pl.select(pl.when(~inner.str.starts_with("{")).then(inner)).to_series())
    return pl.select(pl.coalesce(wrong)).to_series()


def _without(
    rows: pl.Series, texts: pl.Series, empty: pl.Series, unknown: pl.Series
) -> tuple[pl.Series, pl.Series, pl.Series]:
    """The rows with a text that does not say that there is nothing; the text; and whether it is a word that says that nobody knows."""
    is_word = _nowhere(texts).scatter(unknown, values=True)
    left = texts.is_not_null().scatter(empty, values=False)
    return rows.filter(left), texts.filter(left), is_word.filter(left)


def _nowhere(documents: pl.Series) -> pl.Series:
    return pl.repeat(value=False, n=documents.len(), dtype=pl.Boolean, eager=True)


def _absent(documents: pl.Series, found: pl.Series, keys: list[str]) -> pl.Series:
    """Where a key is not there; a text that does not have it anywhere needs no second look."""
    rows = (found.is_null() & documents.str.starts_with("{")).fill_null(value=False).arg_true()
    if rows.is_empty():
        return _nowhere(documents)
    texts = documents.gather(rows)
    # Behind several keys there may be a null in place of an object; and a key may be written with escapes.
    maybe = texts.str.contains("\\", literal=True) | texts.str.contains(f'"{keys[0]}"', literal=True)
    looked_at = maybe.arg_true()
    lacks = (~maybe).scatter(looked_at, [_lacks(text, keys) for text in texts.gather(looked_at)])
    return _nowhere(documents).scatter(rows, lacks)


def _lacks(document: str, keys: list[str]) -> bool:
    try:
        value = json.loads(document)
    except ValueError:
        return False
    for key in keys:
        if not isinstance(value, dict):
            return False  # null or something else stands there in place of an object
        if key not in value:
            return True
        value = value[key]
    return False


def _exactly(documents: pl.Series, keys: list[str], decimal: str) -> Iterator[tuple[str, bool]]:
    for document in documents:
        value = json.loads(document, parse_int=_Number, parse_float=_Number)
        for key in keys:
            value = value[key]
        if isinstance(value, _Number):
            yield value.replace(".", decimal), False
        elif isinstance(value, str):
            yield value, False
        else:
            yield json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":")), True


def _plain(value: object) -> object:
    """The same with numbers that are numbers."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return json.loads(value) if isinstance(value, _Number) else value
