"""Kind phone: what is kept, and what is sent."""

import pytest

from hubsync_assets.kinds.phone import Phone
from hubsync_assets_tests.kinds.outcomes import BAD, UNKNOWN, read_texts


def test_a_phone_is_kept_as_it_was_written_and_cleaned() -> None:
    texts = ["+34 600 123 123", " 600\u00a0123  123 ", "(0151) 23456789", "ext 5", "?", "-", None]
    assert read_texts(Phone(name="phone"), texts) == [
        "+34 600 123 123", "600 123 123", "(0151) 23456789", "ext 5", UNKNOWN, None, None
    ]  # fmt: skip


def test_the_apostrophe_that_keeps_excel_from_counting_is_no_part_of_a_phone() -> None:
    texts = ["'+34 600 123 123", "'600123123", "' 600", "O'600", "''600"]
    assert read_texts(Phone(name="phone"), texts) == ["+34 600 123 123", "600123123", "' 600", "O'600", "''600"]


@pytest.mark.parametrize("text", ["privado", "+", "6.0012E+08", "3,46e+10", "-1E5"])
def test_a_text_without_a_digit_or_in_scientific_notation_is_unreadable(text: str) -> None:
    assert read_texts(Phone(name="phone"), [text]) == [BAD]


@pytest.mark.parametrize(("region", "sent"), [("ES", "+34600123123"), ("US", "600 123 123"), (None, "600 123 123")])
def test_a_number_is_sent_in_e164_where_it_is_valid_in_its_country(region: str | None, sent: str) -> None:
    properties: dict[str, str] = {}
    Phone(name="phone").write_into(properties, "600 123 123", region)
    assert properties == {"phone": sent}


def test_a_region_is_two_capital_letters() -> None:
    assert Phone(name="phone", region="ES").region == "ES"
    with pytest.raises(ValueError, match="pattern"):
        Phone(name="phone", region="Spain")
