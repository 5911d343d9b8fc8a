"""More inputs that go wrong, of the kinds that ``field_inputs`` shows: what db1 turns into, and what has to come of it.

All begin with the same twelve people in both sources, who are in HubSpot; then db1 is replaced. db2 gets one change in the same run, so that
it is seen to go on. Put here: expectations, as data. Keep out: running anything (``test_field_variants``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["DB2", "PEOPLE", "VARIANTS", "Variant", "as_csv", "full_csv", "full_json", "in_hubspot"]

FIELDS = ("email", "name", "phone", "country", "company_name", "mrr")

PEOPLE: list[dict[str, str]] = [
    {
        "email": f"p{n:02}@example.com",
        "name": f"Pia Nr{n:02}",
        "phone": f"6001231{n:02}",
        "country": "ES",
        "company_name": f"Firm {n:02}",
        "mrr": f"{n + 1}.5",
    }
    for n in range(12)
]


def as_csv(rows: list[dict[str, str]], fields: tuple[str, ...] = FIELDS) -> str:
    """Rows as CSV, without a thought for quotes."""
    return "".join(
        ",".join(line) + "\n" for line in [fields, *([row.get(name, "") for name in fields] for row in rows)]
    )


def full_csv(**changes: Mapping[str, str]) -> str:
    """Everybody, with other values for some: ``p03={"mrr": "7"}``."""
    return as_csv([{**row, **changes.get(row["email"][:3], {})} for row in PEOPLE])


def full_json(**changes: Mapping[str, Any]) -> str:
    """The same as a JSON array."""
    return json.dumps([{**row, **changes.get(row["email"][:3], {})} for row in PEOPLE])


DB2 = as_csv([{"email": row["email"], "company_size": "10"} for row in PEOPLE], ("email", "company_size"))
DB2_CHANGED = DB2.replace("p11@example.com,10", "p11@example.com,99")


def in_hubspot(row: Mapping[str, str]) -> dict[str, str]:
    """What HubSpot holds of a person of both sources."""
    first, _, last = row["name"].partition(" ")
    return {
        "firstname": first,
        "lastname": last,
        "phone": f"+34{row['phone']}",
        "country": {"ES": "Spain"}[row["country"]],
        "company": row["company_name"],
        "mrr": row["mrr"],
        "company_size": "10",
    }


@dataclass(frozen=True)
class Variant:
    """What db1 turns into.

    Attributes:
        what: in a few words.
        db1: its files, the oldest first.
        success: whether the run ends with exit code 0.
        words: what it says, in any case.
        changes: the properties that are not what they were, by the first three letters of the email; empty: cleared. p11's size is 99 in
            all of them.
        db1_before: its files in the first run.
    """

    what: str
    db1: Mapping[str, str | bytes]
    success: bool
    words: tuple[str, ...] = ()
    changes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    db1_before: Mapping[str, str | bytes] = field(default_factory=lambda: {"a.csv": full_csv()})


def _refused(what: str, name: str, text: str | bytes, *words: str) -> Variant:
    return Variant(what, {name: text}, success=False, words=("db1", name, *words))


def _read(what: str, name: str, text: str, *, success: bool = True) -> Variant:
    return Variant(what, {name: text}, success=success)


_ROWS = full_csv().splitlines(keepends=True)
_ARRAY = full_json()
_LINES = "".join(json.dumps(row) + "\n" for row in PEOPLE)
_PHPMYADMIN = json.dumps(
    [
        {"type": "header", "version": "5.2.1", "comment": "Export to JSON plugin for PHPMyAdmin"},
        {"type": "database", "name": "crm"},
        {"type": "table", "name": "contacts", "database": "crm", "data": PEOPLE},
    ]
)
_SPREADSHEET = (
    b"PK\x03\x04\x14\x00\x00\x00\x00\x00\x00\x00!\x00\xab\xdf\x42\x30\x88\x00\x00\x00xl/workbook.xml" + b"<x/>" * 30
)
_LOGIN = (
    "<!DOCTYPE html>\n<html><head><title>Sign in</title></head>\n<body>Please sign in, then try again</body></html>\n"
)

_WHOLE_FILES_GONE_WRONG = (
    _refused("an error object", "a.json", '{"error": {"code": 401, "message": "token expired"}}', "error"),
    _refused("an error object in NDJSON", "a.ndjson", '{"error": "unauthorized"}\n', "error"),
    _read("an envelope around the records", "a.json", json.dumps({"records": PEOPLE})),
    _read("an envelope with pages", "a.json", json.dumps({"page": 1, "data": PEOPLE, "next": None})),
    _read("a phpMyAdmin export", "a.json", _PHPMYADMIN),
    _read("an array in .ndjson", "a.ndjson", _ARRAY),
    _read("an envelope that is cut off", "a.json", json.dumps({"data": PEOPLE})[:-1], success=False),
    _refused(
        "an envelope with two lists", "a.json", json.dumps({"data": PEOPLE, "deleted": PEOPLE}), "data", "records:"
    ),
    _refused("a spreadsheet named .csv", "a.csv", _SPREADSHEET, "spreadsheet"),
    _refused("a login page named .csv", "a.csv", _LOGIN, "email"),
    _refused(
        "a quoted header with another email column", "a.csv", '"E-mail 2 - Value","Name"\n"p00@example.com","X"\n'
    ),
    _refused("an email column without an email", "a.csv", as_csv([{**row, "email": ""} for row in PEOPLE]), "email"),
    _refused(
        "records without an email", "a.json", json.dumps([{"mail_address": it["email"]} for it in PEOPLE]), "email"
    ),
    _refused("nothing but blanks in CSV", "a.csv", "  \n\n \n"),
    _refused("nothing but blanks in JSON", "a.json", "  \n\n \n"),
    _refused("nothing but blanks in NDJSON", "a.ndjson", "  \n\n \n"),
    *(_refused(f"0 bytes in {name}", name, "") for name in ("a.csv", "a.json", "a.ndjson")),
    _refused("broken off in a record", "a.json", _ARRAY[: _ARRAY.index("p06@") + 3]),
)

_DOUBTS = (
    Variant("an empty array", {"a.json": "[]"}, success=False, words=("had 12 records", "none")),
    Variant("a header alone", {"a.csv": _ROWS[0]}, success=False, words=("had 12 records", "none")),
    Variant("half of the records gone", {"a.csv": "".join(_ROWS[:7])}, success=False, words=("12 records", "6")),
    Variant(
        "half of the records gone, and one changed",
        {"a.csv": "".join(_ROWS[:7]).replace("Firm 02", "New Firm")},
        success=False,
        changes={"p02": {"company": "New Firm"}},
    ),
    Variant(
        "a column emptied in all rows",
        {
            "a.csv": full_csv(
                **{**{f"p{n:02}": {"company_name": ""} for n in range(12)}, "p05": {"company_name": "", "mrr": "77"}}
            )
        },
        success=False,
        words=("company_name",),
        changes={"p05": {"mrr": "77"}},
    ),
    Variant("a column gone", {"a.csv": as_csv(PEOPLE, FIELDS[:4])}, success=False, words=("company_name", "mrr")),
    Variant(
        "a number's decimal sign changed in all rows",
        {"a.csv": as_csv([{**row, "mrr": f'"{row["mrr"].replace(".", ",")}"'} for row in PEOPLE])},
        success=False,
        words=("mrr",),
    ),
    Variant(
        "half of the rows rejected",
        {"a.csv": "".join(line if n % 2 else line.replace(",ES", ",ES,,x") for n, line in enumerate(_ROWS))},
        success=False,
        words=("rejected",),
    ),
)

_ONE_RECORD = (
    Variant("a country's name in one row", {"a.csv": full_csv(p03={"country": "España"})}, success=True),
    Variant(
        "NaN in one JSON record",
        {"a.json": full_json(p03={"mrr": 1}).replace('"mrr": 1}', '"mrr": NaN}')},
        success=True,
    ),
    Variant("a decimal comma in one row", {"a.csv": full_csv(p03={"mrr": '"99,5"'})}, success=True),
    Variant("a phone as a spreadsheet shows it", {"a.csv": full_csv(p03={"phone": "6.00123E+08"})}, success=True),
    Variant("a phone without digits", {"a.csv": full_csv(p03={"phone": "ask Ann"})}, success=True),
    Variant("a phone that JSON has as a number", {"a.json": full_json(p03={"phone": 600123103})}, success=True),
    # The reader finds the next row again.
    Variant("an unclosed quote", {"a.csv": full_csv(p03={"name": '"Pia Nr03'})}, success=True),
    Variant("a list where text belongs", {"a.json": full_json(p03={"company_name": ["Firm 03"]})}, success=True),
    Variant(
        "a word that says nobody knows", {"a.csv": full_csv(p03={"company_name": "#N/A", "name": "?"})}, success=True
    ),
    Variant(
        "a word that says empty",
        {"a.csv": full_csv(p03={"company_name": "(null)", "phone": "--"})},
        success=True,
        changes={"p03": {"company": "", "phone": ""}},
    ),
    Variant("one value emptied", {"a.csv": full_csv(p03={"mrr": ""})}, success=True, changes={"p03": {"mrr": ""}}),
    Variant("a row that ends early", {"a.csv": full_csv().replace(",ES,Firm 03,4.5", "")}, success=True),
    # HubSpot's phone was formed with a country that the row does not give any more: it is not formed anew without one.
    Variant(
        "a row that ends early, and another name",
        {"a.csv": full_csv(p03={"name": "Pia New"}).replace(",ES,Firm 03,4.5", "")},
        success=True,
        changes={"p03": {"lastname": "New"}},
    ),
    Variant(
        "a country's name in one row, and another name",
        {"a.csv": full_csv(p03={"country": "España", "name": "Pia New"})},
        success=True,
        changes={"p03": {"lastname": "New"}},
    ),
    Variant("empty cells too many", {"a.csv": full_csv().replace("Firm 03,4.5", "Firm 03,4.5,,")}, success=True),
    Variant("a cell too many", {"a.csv": full_csv(p03={"company_name": "Firm, Inc."})}, success=True),
    Variant(
        "invisible letters in an email",
        {"a.csv": full_csv(p03={"email": "p0\u00ad3@exam\ufe0fple.com\u2066"})},
        success=True,
    ),
    Variant(
        "a first name alone", {"a.csv": full_csv(p03={"name": "Pia"})}, success=True, changes={"p03": {"lastname": ""}}
    ),
    Variant(
        "one contact gone",
        {"a.csv": "".join(_ROWS[:-1])},
        success=True,
        changes={"p11": {"firstname": "", "lastname": "", "phone": "", "country": "", "company": "", "mrr": ""}},
    ),
    Variant(
        "one contact gone, and a row that cannot be read and may be theirs",
        {"a.csv": "".join(_ROWS[:-1]) + "p11 at example.com,Pia Nr11,600123111,ES,Firm 11,12.5\n"},
        success=True,
    ),
)

_DELTA = {"email": "p03@example.com", "phone": "600999903"}
_NEW_PHONE = {"p03": {"phone": "+34600999903"}}

_SEVERAL_FILES = (
    Variant(
        "a delta in JSON without keys",
        {"a.csv": full_csv(), "b.json": json.dumps([_DELTA])},
        success=True,
        changes=_NEW_PHONE,
    ),
    Variant(
        "a delta in JSON with a null",
        {"a.csv": full_csv(), "b.json": json.dumps([{**_DELTA, "company_name": None}])},
        success=True,
        changes={"p03": {"phone": "+34600999903", "company": ""}},
    ),
    Variant(
        "a delta in CSV with an empty column",
        {"a.json": full_json(), "b.csv": "email,phone,mrr\np03@example.com,600999903,\n"},
        success=True,
        changes={"p03": {"phone": "+34600999903", "mrr": ""}},
    ),
    Variant(
        "a broken row in the newest of three files",
        {
            "a.csv": full_csv(p03={"phone": "600000001"}),
            "b.csv": full_csv(),
            "c.csv": full_csv(p03={"name": "Nr03, Pia", "phone": "600000003"}, p04={"mrr": "44"}),
        },
        success=True,
        changes={"p04": {"mrr": "44"}},
        db1_before={"a.csv": full_csv(p03={"phone": "600000001"}), "b.csv": full_csv()},
    ),
    Variant(
        "a value in the newest of two files that cannot be read",
        {"a.csv": full_csv(p03={"mrr": "1"}), "b.csv": full_csv(p03={"mrr": '"99,5"'})},
        success=True,
    ),
    Variant(
        "the newest of two files refused: the older one's values are old",
        {"a.csv": full_csv(p03={"phone": "600000001"}), "b.csv": "user_email,name\np03@example.com,X\n"},
        success=False,
        words=("b.csv",),
        db1_before={"a.csv": full_csv(p03={"phone": "600000001"}), "b.csv": full_csv()},
    ),
    Variant(
        "the oldest of two files refused: the newer one goes on",
        {"a.json": '{"error": "unauthorized"}', "b.csv": full_csv(p03={"mrr": "44"})},
        success=False,
        words=("a.json",),
        changes={"p03": {"mrr": "44"}},
        db1_before={"a.csv": full_csv(p03={"phone": "600000001"}), "b.csv": full_csv()},
    ),
)

VARIANTS = (*_WHOLE_FILES_GONE_WRONG, *_DOUBTS, *_ONE_RECORD, *_SEVERAL_FILES)
