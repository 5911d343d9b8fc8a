"""A digest that a person types into YAML is a text there."""

import hashlib

import pytest
import yaml

from hubsync_assets.model.short_digest import short_digest

REST = "00000000000000ab1c" + "0" * 34


@pytest.mark.parametrize("start", ["123456789012", "012345670123", "5e1234567890", "12345e678901", "0b0101010101"])
def test_a_beginning_that_would_be_a_number_is_passed_over(start: str) -> None:
    digits = short_digest(start + REST)
    assert len(digits) == 12
    assert digits in start + REST
    assert set(digits) & set("acdf")


def test_any_other_is_its_beginning() -> None:
    assert short_digest("5dba8d546560" + REST) == "5dba8d546560"


def test_of_ten_thousand_plans_none_is_a_number() -> None:
    whole = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(10_000)]
    assert any(each[:12].isdigit() for each in whole)
    assert all(isinstance(yaml.safe_load(f"approve: {short_digest(each)}")["approve"], str) for each in whole)
