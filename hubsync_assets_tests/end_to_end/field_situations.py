"""What each situation of ``field_inputs`` has to end as: the copy of a table that was made from what people met elsewhere.

Put here: expectations, as data. Keep out: running anything (``test_field_inputs``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["SITUATIONS", "Situation"]

Contacts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Situation:
    """One folder of inputs.

    Attributes:
        folder: its name.
        held: what HubSpot holds in the end: the properties that have a value, by email.
        success: how the last run ends; None: either way is right.
        words: what the last run says, in any case.
        mode: how the plan is made.
        writes_in_last_run: contacts that the last run sends.
        same_times: the files of each run have the times of those before.
        rejected: rows of ``rejected_rows`` in the end, as field and reason; None: not looked at.
    """

    folder: str
    held: Contacts
    success: bool | None = True
    words: tuple[str, ...] = ()
    mode: str = "replace"
    writes_in_last_run: int = 0
    same_times: bool = False
    rejected: list[tuple[str | None, str]] | None = field(default=None)


ANN = {
    "firstname": "Ann",
    "lastname": "Lee",
    "phone": "+34600123123",
    "country": "Spain",
    "company": "Acme",
    "company_size": "10",
}
BOB = {
    "firstname": "Bob",
    "lastname": "Fox",
    "phone": "+34600123124",
    "country": "Spain",
    "company": "Beta",
    "company_size": "20",
}
BOTH: Contacts = {"ann@example.com": ANN, "bob@example.com": BOB}
ANN_LEE = {"firstname": "Ann", "lastname": "Lee"}
ANN_OF_A_JSON_FILE: Contacts = {
    "ann@example.com": {**ANN_LEE, "phone": "+34600123123", "company_size": "10"},
    "bob@example.com": {"company_size": "20"},
}

SITUATIONS = (
    Situation("A1_trailing_comma_in_rows", BOTH, rejected=[]),
    Situation("A2_email_column_renamed", BOTH, success=False, words=("db1", "a.csv", "email")),
    Situation("A4_header_only_export", BOTH, success=False, words=("db1", "had 2 records", "none")),
    Situation("A5_error_object_with_200", ANN_OF_A_JSON_FILE, success=False, words=("db1", "a.json", "error")),
    Situation("A6_empty_array", ANN_OF_A_JSON_FILE, success=False, words=("db1", "none")),
    Situation("A7_airbyte_envelope", ANN_OF_A_JSON_FILE),
    Situation(
        "A9_decimal_comma",
        {
            "ann@example.com": {"mrr": "1234.56", "company": "Acme", "company_size": "10"},
            "bob@example.com": {"company_size": "20"},
        },
        words=("1 of 1 values of mrr that do not fit look like decimal",),
        rejected=[("mrr", "invalid_value")],
    ),
    Situation("A10_country_names", BOTH),
    # One broken row is no proof of anything, and no reason for a person to come: it is in rejected_rows.
    Situation("B1_one_row_with_unquoted_comma", BOTH, rejected=[(None, "malformed")]),
    Situation(
        "B3_one_number_with_thousands_separator",
        {
            "ann@example.com": {**ANN_LEE, "mrr": "1234.5", "company_size": "10"},
            "bob@example.com": {"company_size": "20"},
        },
        rejected=[("mrr", "invalid_value")],
    ),
    Situation(
        "B5_older_value_comes_back",
        {"ann@example.com": {**ANN_LEE, "phone": "+34600000002"}},
        rejected=[(None, "malformed")],
    ),
    Situation(
        "C1_delta_with_fewer_columns",
        {
            "ann@example.com": {**ANN_LEE, "phone": "+34600999999", "company": "Acme"},
            "bob@example.com": {"firstname": "Bob", "lastname": "Fox", "phone": "+34600123124", "company": "Beta"},
        },
        writes_in_last_run=1,
    ),
    Situation("D1_one_word_name", {"ann@example.com": ANN_LEE}),
    Situation("D1_one_word_name", {"ann@example.com": ANN_LEE}, mode="never_clear"),
    Situation(
        "E1_null_words",
        {
            "ann@example.com": {**ANN_LEE, "phone": "+34600123123", "company": "Acme"},
            "bob@example.com": {"firstname": "Bob", "lastname": "Fox", "phone": "+34600123124", "company": "Beta"},
            "cy@example.com": {"firstname": "Cy", "lastname": "Moe", "phone": "+34600123125", "company": "Gamma"},
        },
        writes_in_last_run=3,
        rejected=[],
    ),
    Situation(
        "H1_direction_marks_in_email",
        {
            "ann@example.net": {"firstname": "Ann", "lastname": "One"},
            "bob@example.net": {"firstname": "Bob", "lastname": "Fox"},
            "cy@example.net": {"firstname": "Cy", "lastname": "Moe"},
        },
        writes_in_last_run=3,
        rejected=[],
    ),
    Situation(
        "J1_same_size_same_time",
        {"ann@example.com": {"firstname": "Ann", "lastname": "Fox"}},
        same_times=True,
        writes_in_last_run=1,
    ),
    # The file with the earlier date was downloaded later: times count, as declared, and the run says so.
    Situation(
        "K1_dated_exports",
        {"ann@example.com": {"firstname": "Old", "lastname": "Name"}},
        words=("contacts_2026-01-01.csv counts as newer than", "rank: name"),
        writes_in_last_run=1,
    ),
    Situation(
        "L1_gz_with_tail",
        {"a1@example.com": {"firstname": "A"}, "a2@example.com": {"firstname": "B"}},
        words=("a.csv.gz", "9 bytes follow"),
        writes_in_last_run=2,
    ),
    Situation(
        "M1_excel_owner_file",
        {"ann@example.com": {"firstname": "Ann"}},
        words=("~$a.csv", "office program"),
        writes_in_last_run=1,
    ),
    Situation("M2_xlsx_named_csv", {}, success=False, words=("a.csv", "excel")),
    Situation(
        "M3_files_left_out",
        {"ann@example.com": {"firstname": "Ann"}, "d@example.com": {"firstname": "D"}},
        words=("b.csv.zip (an archive without a data file)", "c.xlsx (a spreadsheet without a sheet"),
        writes_in_last_run=2,
    ),
    Situation(
        "P1_short_rows",
        {
            "jerry@example.com": {"firstname": "Jerry"},
            "george@example.com": {"firstname": "George"},
            "kramer@example.com": {"firstname": "Kramer"},
        },
        writes_in_last_run=3,
        rejected=[],
    ),
    Situation(
        "N1_sep_line",
        {"ann@example.com": {**ANN_LEE, "phone": "600123123"}},
        writes_in_last_run=1,
        rejected=[],
    ),
    Situation(
        "N2_cr_only",
        {"ann@example.com": {"firstname": "Ann"}, "bob@example.com": {"firstname": "Bob"}},
        writes_in_last_run=2,
        rejected=[],
    ),
    Situation(
        "N4_utf16",
        {"ann@example.com": {"firstname": "Ann", "lastname": "Ñu"}},
        writes_in_last_run=1,
        rejected=[],
    ),
    Situation(
        "Q1_email_decorations",
        {f"{letter}@example.com": {"firstname": "X", "lastname": "Y"} for letter in "abcdfg"},
        writes_in_last_run=6,
        rejected=[(None, "invalid_email"), (None, "invalid_email")],
    ),
)
