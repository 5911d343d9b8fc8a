"""Each kind of value by example: what is kept, what is dropped, and for which reason."""

import polars as pl
import pytest

from hubsync_assets.contacts.errors import ContactsError
from hubsync_assets.contacts.normalise import normalise
from hubsync_assets.model.schema import DROPPED_SCHEMA
from hubsync_assets_tests.contacts.rows import given
from hubsync_assets_tests.shipped import FIELDS, KEY, MODEL, RECORD_COLUMNS

WHO = "a@example.com"
TEXT_FIELDS = [field.name for field in FIELDS if field.kind == "text"]


def one(**values: object) -> dict[str, object]:
    """The one kept record of a row with an email and these values."""
    kept = normalise(MODEL, given({"email": WHO, **values})).kept
    assert kept.height == 1
    return kept.row(0, named=True)


@pytest.mark.parametrize("field", TEXT_FIELDS)
@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Anna Rossi", "Anna Rossi"),
        ("  Anna\t\n Rossi ", "Anna Rossi"),
        ("Jose\u0301", "Jos\u00e9"),
        ("An\u200bna\u2060\ufeff", "Anna"),
        ("a\u200c\u200db", "a\u200c\u200db"),
        ("a\u0000\u0085\u00a0\u3000\u2028b", "a b"),
        ("a\u001fb\u007fc", "a b c"),
        ("true", "true"),
        ("148.0", "148.0"),
        ("", None),
        (" \u200b\t", None),
        (None, None),
    ],
)
def test_text_is_cleaned(field: str, text: str | None, clean: str | None) -> None:
    assert one(**{field: text})[field] == clean


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_a_list_in_a_text_field_is_dropped_with_its_text(field: str) -> None:
    done = normalise(MODEL, given({"email": WHO, field: '["a"]', "nested": [field]}))
    assert done.kept[field].to_list() == [None]
    assert done.rejected.select("position", "field", "reason", "value").rows() == [(1, field, "invalid_value", '["a"]')]


@pytest.mark.parametrize(
    ("given_email", "email"),
    [
        ("  Anna.ROSSI@Example.COM ", "anna.rossi@example.com"),
        ("an\u200cna\u200d@example.com", "anna@example.com"),
        ("o'brien+tag@a-b.example.org", "o'brien+tag@a-b.example.org"),
        ("\u00e9@b\u00fccher.example", "\u00e9@b\u00fccher.example"),
        ("JOSE\u0301@example.com", "jos\u00e9@example.com"),
        ("x" * 64 + "@example.com", "x" * 64 + "@example.com"),
        ("a@" + "b" * 63 + ".com", "a@" + "b" * 63 + ".com"),
        ("a@1.2.x1", "a@1.2.x1"),
        ("a@x--y.com", "a@x--y.com"),
        ("a@\u0939\u093f\u0902.example", "a@\u0939\u093f\u0902.example"),
        ("a@" + ".".join(["b" * 61] * 4) + ".de", "a@" + ".".join(["b" * 61] * 4) + ".de"),
    ],
)
def test_a_valid_email_is_kept_in_lower_case(given_email: str, email: str) -> None:
    assert normalise(MODEL, given({"email": given_email})).kept["email"].to_list() == [email]


@pytest.mark.parametrize(
    "email",
    [
        "anna",
        "12345",
        "true",
        "@example.com",
        "anna@",
        "a@b@example.com",
        "a b@example.com",
        'a"b@example.com',
        "a<b>@example.com",
        "a,b@example.com",
        "a;b@example.com",
        "a:b@example.com",
        "a\\b@example.com",
        "a(b)@example.com",
        "a[b]@example.com",
        "a{b}@example.com",
        "a`b@example.com",
        ".a@example.com",
        "a.@example.com",
        "a..b@example.com",
        "a@example",
        "a@.example.com",
        "a@example.com..",
        "a@example..com",
        "a@-example.com",
        "a@example-.com",
        "a@ex_ample.com",
        "a@example.c",
        "a@example.123",
        "a@example.\u0661\u0662",
        "x" * 65 + "@example.com",
        "\u00e9" * 65 + "@example.com",
        "a@" + "b" * 64 + ".com",
        "a@x." + "b" * 64 + ".com",
        "a@x." + "b" * 64,
        "a@" + ".".join(["b" * 62] * 4) + ".de",
    ],
)
def test_a_record_with_an_invalid_email_is_rejected_once_and_as_a_whole(email: str) -> None:
    done = normalise(MODEL, given({"email": email, "mrr": "bad", "country": "XX"}))
    assert done.kept.is_empty()
    assert done.rejected.select("position", "field", "reason", "value").rows() == [(1, None, "invalid_email", email)]


def test_an_email_of_254_characters_is_valid_and_one_more_is_not() -> None:
    longest = "a" * 63 + "@" + ".".join(["b" * 60] * 3) + "." + "c"
    emails = [longest + "c" * (length - len(longest)) for length in (254, 255)]
    done = normalise(MODEL, given(*({"email": email} for email in emails)))
    assert done.kept["email"].to_list() == emails[:1]
    assert done.rejected["reason"].to_list() == ["invalid_email"]


@pytest.mark.parametrize("email", [None, "", " \t\u200d"])
def test_a_record_without_an_email_is_rejected_with_its_reason(email: str | None) -> None:
    done = normalise(MODEL, given({"email": email, "mrr": "bad"}))
    assert done.kept.is_empty()
    assert done.rejected.select("position", "field", "reason", "value").rows() == [(1, None, "missing_email", email)]


def test_a_list_as_email_is_an_invalid_email() -> None:
    done = normalise(MODEL, given({"email": '["a@example.com"]', "nested": ["email"]}))
    assert done.rejected["reason"].to_list() == ["invalid_email"]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("148", 148),
        ("148.0", 148),
        ("+148.", 148),
        ("1e3", 1000),
        ("1.48E+2", 148),
        ("14800e-2", 148),
        ("-0", 0),
        ("-0.0e5", 0),
        ("0e99999999999999999999", 0),
        ("007", 7),
        (" 1\u200b2 ", 12),
        ("9007199254740993", 9007199254740993),
        ("9007199254740993.0", 9007199254740993),
        ("9.007199254740993e15", 9007199254740993),
        ("9223372036854775807", 9223372036854775807),
        ("9223372036854775807.000", 9223372036854775807),
        ("0.000000000000000000009e21", 9),
        ("9e18", 9 * 10**18),
        ("900e16", 9 * 10**18),
        ("", None),
        (None, None),
    ],
)
def test_a_whole_number_keeps_every_digit(text: str | None, size: int | None) -> None:
    done = normalise(MODEL, given({"email": WHO, "company_size": text}))
    assert done.kept["company_size"].to_list() == [size]
    assert done.rejected.is_empty()


@pytest.mark.parametrize(
    "text",
    ["12.7",
 "-5.0",
 "-1e3", "-1", "-0.5", "1e-1", "9223372036854775808", "1e19", "1e400", "1e-400", "1e99999999999999999999", "true", "many",
     "1,000", "1 000", "0x10", "1_0", "99,5", "Infinity", "\uff11", "--1", "1e", ".", "[1]", "-9223372036854775808"],
)  # fmt: skip
def test_what_is_no_whole_number_is_dropped_and_the_record_goes_on(text: str) -> None:
    done = normalise(MODEL, given({"email": WHO, "company_size": text, "phone": "1"}))
    assert done.kept.select("email", "company_size", "phone").rows() == [(WHO, None, "1")]
    assert done.rejected.select("position", "field", "reason", "value").rows() == [
        (1, "company_size", "invalid_value", text)
    ]


@pytest.mark.parametrize(
    ("text", "mrr"),
    [("12.5", 12.5), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), ("+.5e1", 5.0), (" 7 ", 7.0), ("1e-400", 0.0), ("0.1", 0.1),
     ("1.7976931348623157e308", 1.7976931348623157e308), ("", None), (None, None)],
)  # fmt: skip
def test_a_number_is_read_from_text(text: str | None, mrr: float | None) -> None:
    done = normalise(MODEL, given({"email": WHO, "mrr": text}))
    assert done.kept["mrr"].to_list() == [mrr]
    assert done.rejected.is_empty()


@pytest.mark.parametrize("text", ["-0", "-0.0", " -0 "])
def test_minus_zero_is_zero(text: str) -> None:
    assert str(one(mrr=text)["mrr"]) == "0.0"


@pytest.mark.parametrize(
    "text", ["-1", "-0.01", "1e400", "99,5", "1,234.50", "inf", "+Infinity", "true", "1,5", "1.5.", "e5", "\u0663"]
)
def test_what_is_no_number_is_dropped(text: str) -> None:
    done = normalise(MODEL, given({"email": WHO, "mrr": text}))
    assert done.kept["mrr"].to_list() == [None]
    assert done.rejected.select("field", "reason", "value").rows() == [("mrr", "invalid_value", text)]


@pytest.mark.parametrize(
    ("text", "country"), [("es", "ES"), (" It ", "IT"), ("FR", "FR"), ("d\u200be", "DE"), ("", None)]
)
def test_a_country_is_two_letters_without_regard_to_case(text: str, country: str | None) -> None:
    assert one(country=text)["country"] == country


@pytest.mark.parametrize("text", ["Spain", "Espa\u00f1a", "ESP", "spanien", " SPAIN "])
def test_a_country_is_read_from_its_name_too(text: str) -> None:
    assert one(country=text)["country"] == "ES"


@pytest.mark.parametrize("text", ["XX", "Portugal", "PT", "E S", "\u0131t", "e\u017f", "PRT", "1"])
def test_another_country_is_dropped(text: str) -> None:
    done = normalise(MODEL, given({"email": WHO, "country": text}))
    assert done.kept["country"].to_list() == [None]
    assert done.rejected.select("field", "reason", "value").rows() == [("country", "invalid_value", text)]


def test_columns_that_are_numeric_already_are_checked_alike() -> None:
    rows = given(*({"email": WHO} for _ in range(4))).with_columns(
        pl.Series("company_size", [9007199254740993, -1, None, 0]), pl.Series("mrr", [148.0, -0.5, -0.0, float("inf")])
    )
    done = normalise(MODEL, rows)
    assert done.kept["company_size"].to_list() == [9007199254740993, None, None, 0]
    assert [str(mrr) for mrr in done.kept["mrr"]] == ["148.0", "None", "0.0", "None"]
    assert done.rejected.select("position", "field").rows() == [(2, "company_size"), (2, "mrr"), (4, "mrr")]


def test_a_size_read_as_a_float_and_a_revenue_read_as_an_integer_are_the_same_numbers() -> None:
    rows = given(*({"email": WHO} for _ in range(4))).with_columns(
        pl.Series("company_size", [148.0, 12.7, float("nan"), 2.0**63]), pl.Series("mrr", [5, -5, 0, None])
    )
    done = normalise(MODEL, rows)
    assert done.kept["company_size"].to_list() == [148, None, None, None]
    assert done.kept["mrr"].to_list() == [5.0, None, 0.0, None]
    assert done.rejected["field"].to_list() == ["company_size", "mrr", "company_size", "company_size"]


def test_rejected_rows_come_by_position_and_say_no_value_in_their_message() -> None:
    done = normalise(
        MODEL,
        given(
            {"position": 7, "email": "secret@nowhere"},
            {"position": 9, "email": WHO, "mrr": "secret", "country": "secret", "company_size": "secret"},
            {"position": 12, "email": None},
        ),
    )
    assert done.rejected.select("position", "field").rows() == [
        (7, None), (9, "country"), (9, "company_size"), (9, "mrr"), (12, None),
    ]  # fmt: skip
    assert not done.rejected["message"].str.contains("secret").any()
    assert done.kept["position"].to_list() == [9]


@pytest.mark.parametrize("rows", [given(), given({"email": None}), given({"email": WHO})])
def test_the_dtypes_are_the_agreed_ones_however_few_rows_there_are(rows: pl.DataFrame) -> None:
    done = normalise(MODEL, rows)
    assert done.kept.schema == {
        "position": pl.UInt64,
        **RECORD_COLUMNS,
        "unreadable": pl.List(pl.String),
        "not_given": pl.List(pl.String),
    }
    assert done.rejected.schema == DROPPED_SCHEMA


@pytest.mark.parametrize("field", [field.name for field in FIELDS])
def test_rows_without_a_column_are_refused(field: str) -> None:
    with pytest.raises(ContactsError, match=f"missing: {field}"):
        normalise(MODEL, given({"email": WHO}).drop(field))


@pytest.mark.parametrize("field", [KEY.name, *TEXT_FIELDS])
def test_numbers_in_a_text_column_are_refused_because_their_text_is_lost(field: str) -> None:
    with pytest.raises(ContactsError, match=f"other dtype: {field}"):
        normalise(MODEL, given({"email": WHO}).with_columns(pl.lit(1.0).alias(field)))


EMPTY = ["NULL", "null", "\\N", "None", "nil", "(null)", "-", "--", " NULL\t", "N\u200bULL"]
UNREADABLE = ["nan", "NaN", "#N/A", "N/A", "n/a", "?"]
CONTACT_FIELDS = [field.name for field in FIELDS if field is not KEY]


@pytest.mark.parametrize("field", CONTACT_FIELDS)
@pytest.mark.parametrize("word", EMPTY)
def test_a_word_for_nothing_is_no_value_in_any_field(field: str, word: str) -> None:
    done = normalise(MODEL, given({"email": WHO, field: word}))
    assert done.kept.select(field, "unreadable").rows() == [(None, None)]
    assert done.rejected.is_empty()


@pytest.mark.parametrize("field", CONTACT_FIELDS)
@pytest.mark.parametrize("word", UNREADABLE)
def test_a_word_that_says_that_nobody_knows_is_unreadable_and_not_listed(field: str, word: str) -> None:
    done = normalise(MODEL, given({"email": WHO, field: word}))
    assert done.kept.select(field, "unreadable").rows() == [(None, [field])]
    assert done.rejected.is_empty()


@pytest.mark.parametrize("word", [*EMPTY, *UNREADABLE])
def test_a_null_word_is_no_email_and_no_wrong_one(word: str) -> None:
    assert normalise(MODEL, given({"email": word})).rejected["reason"].to_list() == ["missing_email"]


@pytest.mark.parametrize("name", ["None Null", "Nan Goldin", "- Ann", "Null-Eins", "NULLE"])
def test_a_null_word_counts_only_where_it_is_the_whole_value(name: str) -> None:
    assert one(name=name)["name"] == name


@pytest.mark.parametrize(
    "phone", ["+34 600 123 123", "600123123", "tel. 6", "(0034)600-12", "ext e5", "12e", "\u0664\u0665"]
)
def test_a_phone_is_text_with_a_digit_in_it(phone: str) -> None:
    assert one(phone=phone)["phone"] == phone


@pytest.mark.parametrize("phone", ["privado", "see notes", "+", "6.0012E+08", "3,46e+10", "-1E5", "+34e9", "true"])
def test_a_phone_without_digits_or_in_scientific_notation_is_unreadable(phone: str) -> None:
    done = normalise(MODEL, given({"email": WHO, "phone": phone}))
    assert done.kept.select("phone", "unreadable").rows() == [(None, ["phone"])]
    assert done.rejected.select("field", "reason", "value").rows() == [("phone", "invalid_value", phone)]


def test_each_record_says_what_of_it_is_unreadable_and_what_it_does_not_speak_of() -> None:
    done = normalise(
        MODEL,
        given(
            {"email": WHO, "mrr": "99,5", "country": "Narnia", "name": "[1]", "nested": ["name"]},
            {"email": WHO, "mrr": "1", "not_given": ["phone"]},
            {"email": "nobody", "mrr": "1,5", "not_given": ["phone"]},
            {"email": WHO, "mrr": "1,5", "company_size": "?", "phone": "-"},
        ),
    )
    assert done.kept.select("position", "unreadable", "not_given").rows() == [
        (1, ["name", "country", "mrr"], None),
        (2, None, ["phone"]),
        (4, ["company_size", "mrr"], None),
    ]


@pytest.mark.parametrize(
    "email",
    [
        "\u200eann@example.net", "an\u00adn@example.net", "\u202aann@example.net\u202c", "ann@example.net\u200f", "ann\ufe0f@example.net",
        "\u2066ann@example.net\u2069", "ann@exam\u2061ple.net", "ann@example.net\U000e0101", "a\U000e0041nn@example.net",
        "a\u034fnn@example.net", "ann\u3164@example.net", "ann\u2800@example.net", "ann@example.net\u061c", "A\u180enn@example.net",
    ],
)  # fmt: skip
def test_what_nobody_sees_in_an_email_makes_no_second_contact_of_a_mailbox(email: str) -> None:
    assert normalise(MODEL, given({"email": email})).kept["email"].to_list() == ["ann@example.net"]


def test_an_accent_is_composed_across_what_nobody_sees() -> None:
    assert normalise(MODEL, given({"email": "jose\u200b\u0301@example.com"})).kept["email"].to_list() == [
        "jos\u00e9@example.com"
    ]
