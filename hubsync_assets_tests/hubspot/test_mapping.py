"""A contact in HubSpot's form, and compared with what HubSpot holds."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubsync_assets.errors import PermanentError
from hubsync_assets_tests.shipped import CONTACT_FIELDS, MAPPING

EMAIL = "ana@example.com"
WORDS = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=8)
CONTACTS = st.fixed_dictionaries(
    {"email": st.just(EMAIL)},
    optional={
        "name": st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
        "country": st.sampled_from(["ES", "IT", "FR", "DE"]),
        "phone": st.text("+0123456789 -", min_size=1, max_size=16),
        "company_name": WORDS,
        "company_size": st.integers(0, 2**63 - 1),
        "mrr": st.floats(0, allow_nan=False, allow_infinity=False),
    },
)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("María José García Pérez", "María", "José García Pérez"),
        ("Jean d'Arc", "Jean", "d'Arc"),
    ],
)
def test_a_name_is_its_first_word_and_the_rest(name: str, first: str, last: str) -> None:
    assert MAPPING.to_properties({"email": EMAIL, "name": name}) == {
        "email": EMAIL,
        "firstname": first,
        "lastname": last,
    }


def test_a_name_of_one_word_leaves_the_last_name_alone() -> None:
    assert MAPPING.to_properties({"email": EMAIL, "name": "Ana"}) == {"email": EMAIL, "firstname": "Ana"}


def test_a_last_name_that_is_to_go_is_sent_empty() -> None:
    sent = MAPPING.to_properties({"email": EMAIL, "name": "Ana"}, shortened=["name"])
    assert sent == {"email": EMAIL, "firstname": "Ana", "lastname": ""}


def test_a_phone_is_formed_with_the_country_that_is_named_for_it() -> None:
    contact = {"email": EMAIL, "phone": "612 34 56 78"}
    assert MAPPING.to_properties(contact, regions={"phone": "ES"})["phone"] == "+34612345678"
    assert MAPPING.to_properties({**contact, "country": "FR"}, regions={"phone": "ES"})["phone"] == "+34612345678"
    assert MAPPING.to_properties({**contact, "country": "ES"}, regions=None)["phone"] == "+34612345678"


@pytest.mark.parametrize(
    ("phone", "country", "sent"),
    [
        ("612 34 56 78", "ES", "+34612345678"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("+39 02 1234 5678", None, "+390212345678"),
        ("0034 612345678", "ES", "+34612345678"),
        ("612 34 56 78", None, "612 34 56 78"),
        ("12", "ES", "12"),
        ("call me", "ES", "call me"),
        ("+1 555 0100", "ES", "+1 555 0100"),
        ("612 34 56 78 ext. 5", "ES", "612 34 56 78 ext. 5"),
    ],
)
def test_a_phone_is_e164_where_it_is_valid_and_as_given_elsewhere(phone: str, country: str | None, sent: str) -> None:
    assert MAPPING.to_properties({"email": EMAIL, "phone": phone, "country": country})["phone"] == sent


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (148, "148"), (2**63 - 1, "9223372036854775807"), (1000.0, "1000"), (0.1, "0.1"), (-0.0, "0"), (1e21, "1" + "0" * 21),
     (1.5e-7, "0.00000015"), (1234567.89, "1234567.89"), (100.50, "100.5")],
)  # fmt: skip
def test_a_number_is_its_shortest_decimal_form_without_an_exponent(value: float, text: str) -> None:
    assert MAPPING.to_properties({"email": EMAIL, "mrr": value})["mrr"] == text


@given(st.floats(allow_nan=False, allow_infinity=False))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_number_loses_anything_on_the_way(value: float) -> None:
    text = MAPPING.to_properties({"email": EMAIL, "mrr": value})["mrr"]
    assert float(text) == value
    assert not set(text) - set("-.0123456789")
    assert Decimal(text) == Decimal(repr(value))


def test_missing_values_are_not_sent_and_cleared_ones_are_sent_empty() -> None:
    contact = {"email": EMAIL, "name": None, "mrr": None, "country": "ES"}
    cleared = {"email": EMAIL, "country": "Spain", "hs_country_region_code": "ES", "firstname": ""}
    assert MAPPING.to_properties(contact, cleared=["name"]) == cleared
    assert MAPPING.to_properties(contact, cleared=["name"], shortened=["name"]) == {**cleared, "lastname": ""}


@pytest.mark.parametrize(
    "contact",
    [{}, {"email": None}, {"email": ""}, {"email": EMAIL, "mrr": float("nan")}, {"email": EMAIL, "mrr": float("inf")},
     {"email": EMAIL, "mrr": "12"}, {"email": EMAIL, "mrr": True}, {"email": EMAIL, "name": 3}],
)  # fmt: skip
def test_what_no_contact_can_hold_is_an_error_that_quotes_no_value(contact: dict[str, object]) -> None:
    with pytest.raises(PermanentError) as caught:
        MAPPING.to_properties(contact)
    assert EMAIL not in str(caught.value)


def test_a_field_cannot_be_cleared_and_have_a_value() -> None:
    with pytest.raises(PermanentError, match="country"):
        MAPPING.to_properties({"email": EMAIL, "country": "ES"}, cleared=["country"])


@given(CONTACTS, CONTACTS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_field_is_the_same_if_and_only_if_hubspot_holds_what_would_be_sent(
    ours: dict[str, object], theirs: dict[str, object]
) -> None:
    held = {name: value for name, value in MAPPING.to_properties(theirs).items() if value}
    states = MAPPING.compare(ours, held)
    sent = MAPPING.to_properties(ours)
    assert set(states) == {field.name for field in CONTACT_FIELDS}
    for field in CONTACT_FIELDS:
        pairs = {it.name: (sent.get(it.name, ""), held.get(it.name, "")) for it in field.properties}
        compared = [pair for name, pair in pairs.items() if name in sent or ours.get(field.name) is None]
        if field.kind not in {"whole", "number"}:
            assert states[field.name].same == all(ours == theirs for ours, theirs in compared)
            assert states[field.name].whole == all(ours == theirs for ours, theirs in pairs.values())


@given(CONTACTS)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_contact_that_hubspot_holds_as_sent_has_nothing_to_change(contact: dict[str, object]) -> None:
    held: dict[str, str | None] = dict.fromkeys(MAPPING.read_properties()) | {
        k: v or None for k, v in MAPPING.to_properties(contact).items()
    }
    assert all(state.same for state in MAPPING.compare(contact, held).values())
    assert MAPPING.holds(MAPPING.to_properties(contact), held, [EMAIL])


def test_equal_numbers_in_a_number_property_are_the_same_however_hubspot_writes_them() -> None:
    assert MAPPING.compare({"mrr": 1000.0}, {"mrr": "1000.0"})["mrr"].same
    assert MAPPING.compare({"mrr": 1000.0}, {"mrr": "1E+3"})["mrr"].same
    assert not MAPPING.compare({"mrr": 1000.0}, {"mrr": "1001"})["mrr"].same
    assert not MAPPING.compare({"mrr": 1000.0}, {"mrr": "n/a"})["mrr"].same
    assert MAPPING.compare({"company_size": 10}, {"company_size": "10.0"})["company_size"].same


def test_old_values_are_what_hubspot_holds_as_one_text() -> None:
    states = MAPPING.compare({"name": "Ana B"}, {"firstname": "Eva", "lastname": "C D", "phone": "", "mrr": "7"})
    assert (states["name"].old, states["name"].same) == ("Eva C D", False)
    assert (states["phone"].old, states["phone"].same) == (None, True)
    assert (states["mrr"].old, states["mrr"].same) == ("7", False)


def test_a_last_name_that_is_not_sent_is_no_difference_but_is_seen() -> None:
    theirs = {"firstname": "Ana", "lastname": "García López"}
    name = MAPPING.compare({"name": "Ana"}, theirs)["name"]
    assert (name.same, name.whole, name.old) == (True, False, "Ana García López")
    assert not MAPPING.compare({"name": "Eva"}, theirs)["name"].same
    assert MAPPING.compare({"name": "Ana García López"}, theirs)["name"].whole


@pytest.mark.parametrize(
    ("properties", "emails", "held"),
    [
        ({"mrr": "12.0", "firstname": None}, [EMAIL], True),
        ({"mrr": "12.0", "firstname": None}, ["primary@example.com", EMAIL], True),
        ({"mrr": "12.0"}, ["primary@example.com"], False),
        ({"mrr": "13"}, [EMAIL], False),
        ({"mrr": "12", "firstname": "Eva"}, [EMAIL], False),
        ({}, [EMAIL], False),
    ],
)
def test_a_record_holds_what_was_sent_only_if_every_property_says_so(
    properties: dict[str, str | None], emails: list[str], held: bool
) -> None:
    assert MAPPING.holds({"email": EMAIL, "mrr": "12", "firstname": ""}, properties, emails) is held
