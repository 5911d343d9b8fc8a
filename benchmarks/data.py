"""Two exports of any size, made from arithmetic alone: the same call gives the same bytes on every machine.

The shape: 5 % of a source's records repeat an earlier person of it, 30 % of db2's persons are in db1, 1 % of the emails are no good
(0.8 % without @, 0.2 % null), 30 % in capitals, 5 % with blanks around; a tenth of the optional values is null; db1 has no
company_name and db2 no company_size. Keep out: odd JSON, which the readers' tests have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

__all__ = ["Sources", "make_sources"]

ROWS_AT_ONCE = 200_000
SHARED = 0.3
WORD = 1 << 32


@dataclass(frozen=True, slots=True)
class Sources:
    """Two files and what they hold."""

    db1: Path
    db2: Path
    rows: int

    @property
    def paths(self) -> dict[str, str]:
        """The setting of each source, as ``read_sources`` takes it."""
        return {"db1": str(self.db1), "db2": str(self.db2)}

    @property
    def size(self) -> int:
        """Bytes of both."""
        return self.db1.stat().st_size + self.db2.stat().st_size


def make_sources(folder: Path, rows: int, changed_per_mille: float = 0) -> Sources:
    """Two JSON arrays of ``rows`` records each, made once a folder.

    Args:
        folder: where they are kept; made when missing.
        rows: records of each file.
        changed_per_mille: so many in a thousand of db1's records have another (the greatest) mrr than without it.
    """
    home = folder / f"sources-{rows}-{changed_per_mille:g}"
    home.mkdir(parents=True, exist_ok=True)
    first_of_db2 = round(rows * (1 - SHARED))
    for name, start in (("db1", 0), ("db2", first_of_db2)):
        path = home / f"{name}.json"
        if path.exists():
            continue
        unfinished = path.with_suffix(".tmp")
        with unfinished.open("wb") as file:
            for number, text in enumerate(_texts(name, start, rows, changed_per_mille if name == "db1" else 0)):
                file.write(b",\n" if number else b"[")
                file.write(text)
            file.write(b"]")
        unfinished.replace(path)
    return Sources(home / "db1.json", home / "db2.json", rows)


def _texts(source: str, start: int, rows: int, changed_per_mille: float) -> Iterator[bytes]:
    for begin in range(0, rows, ROWS_AT_ONCE):
        numbers = pl.DataFrame({"row": range(begin, min(begin + ROWS_AT_ONCE, rows))}, schema={"row": pl.UInt64})
        records = numbers.select(_record(source, start, changed_per_mille).alias("text"))
        yield ",\n".join(records["text"]).encode()


def _record(source: str, start: int, changed_per_mille: float) -> pl.Expr:
    row = pl.col("row")
    salt = 0 if source == "db1" else 100
    repeated = _chance(row, salt) < 0.05
    person = start + pl.when(repeated).then(_mixed(row, salt + 1) % pl.max_horizontal(row, pl.lit(1))).otherwise(row)
    cents = _mixed(row, salt + 2) % 500_000
    if changed_per_mille:
        cents = pl.when(_chance(row, salt + 3) < changed_per_mille / 1000).then(600_050).otherwise(cents)
    country = pl.lit(pl.Series(["ES", "IT", "FR", "DE"])).gather(person % 4)
    fields = {
        "email": _email(person, _chance(row, salt + 4)),
        "name": _often(row, salt + 5, pl.format('"Name{} Sur{}"', person % 5_000, person % 70_001)),
        "country": _often(row, salt + 6, pl.format('"{}"', country)),
        "phone": _often(row, salt + 7, pl.format('"+34 6{}"', (person % 100_000_000).cast(pl.String).str.zfill(8))),
        "mrr": _often(row, salt + 8, pl.format("{}.{}", cents // 100, (cents % 100).cast(pl.String).str.zfill(2))),
    }
    if source == "db1":
        fields["company_size"] = _often(row, salt + 9, (_mixed(row, salt + 10) % 5_000).cast(pl.String))
    else:
        fields["company_name"] = _often(row, salt + 9, pl.format('"Company {} S.L."', person % 20_000))
    return pl.format("{{" + ", ".join(f'"{name}": {{}}' for name in fields) + "}}", *fields.values())


def _email(person: pl.Expr, chance: pl.Expr) -> pl.Expr:
    plain = pl.format("user{}@mail{}.example.com", person, person % 997)
    capitals = pl.when(person % 2 == 0).then(plain.str.to_uppercase()).otherwise(plain.str.to_titlecase())
    text = (
        pl.when(chance < 0.008)
        .then(plain.str.replace("@", "", literal=True))
        .when(chance < 0.31)
        .then(capitals)
        .when(chance < 0.36)
        .then(pl.format("  {} ", plain))
        .otherwise(plain)
    )
    return pl.when(chance.is_between(0.008, 0.010)).then(pl.lit("null")).otherwise(pl.format('"{}"', text))


def _often(row: pl.Expr, salt: int, json: pl.Expr) -> pl.Expr:
    return pl.when(_chance(row, salt) < 0.1).then(pl.lit("null")).otherwise(json)


def _chance(row: pl.Expr, salt: int) -> pl.Expr:
    """0 to 1, evenly spread."""
    return (_mixed(row, salt) % 1_000_000) / 1_000_000


def _mixed(row: pl.Expr, salt: int) -> pl.Expr:
    """A well mixed 32-bit number for each row: multiplications and folds, each exact in 64 bits, so no version changes it."""
    mixed = (row + salt * 1_000_003 + 1) % WORD
    for factor in (0x7FEB352D, 0x846CA68B, 0x9E3779B1):
        mixed = (mixed ^ (mixed // 65_536)) * pl.lit(factor, pl.UInt64) % WORD
    return mixed ^ (mixed // 65_536)
