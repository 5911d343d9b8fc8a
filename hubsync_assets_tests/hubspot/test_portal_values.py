"""What one portal makes of values: its options, what it does not take, and properties that only go along."""

from typing import Any

import pytest

from hubsync_assets.hubspot.mapping import PropertyMapping
from hubsync_assets.hubspot.portal_values import LONGEST_TEXT, PortalValues, option_of
from hubsync_assets.hubspot.values import PropertySchema
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import ContactSync

CODE = "hs_country_region_code"
FIELDS: dict[str, dict[str, Any]] = {
    "city": {"kind": "text"},
    "country": {"kind": "country", "property": {"country": "english", CODE: "alpha2"}},
    "size": {"kind": "whole"},
    "tags": {"kind": "multi", "property": "labels"},
    "tier": {"kind": "enum"},
}
TEXT = PropertySchema("", "string", "text")


def dropdown(*names: str, several: bool = False, **labels: str) -> PropertySchema:
    options = {**{name: name for name in names}, **labels}
    return PropertySchema("", "enumeration", "checkbox" if several else "select", options=options)


def with_labels(options: dict[str, str]) -> PropertySchema:
    return PropertySchema("", "enumeration", "select", options=options)


def values_of(**schema: PropertySchema) -> PortalValues:
    declared = {"sources": {"crm": {"read": "x.csv"}}, "fields": {"email": {"kind": "email"}, **FIELDS}}
    return PortalValues(PropertyMapping(ContactModel(ContactSync.model_validate(declared))), schema)


def fit(name: str, text: str, schema: PropertySchema) -> str | None:
    fitting, _ = values_of(**{name: schema}).fit({name: text})
    return fitting.get(name)


@pytest.mark.parametrize(
    ("text", "options", "taken"),
    [
        ("Pro", {"Pro": "Professional"}, "Pro"),
        ("Pro", {"p1": "Pro"}, "p1"),
        ("Pro", {"PRO": "x"}, "PRO"),
        ("Pro", {"p1": " pro "}, "p1"),
        # A value to the letter goes before a label, and a label to the letter before another case.
        ("Pro", {"x": "Pro", "Pro": "x"}, "Pro"),
        ("Pro", {"pro": "x", "y": "Pro"}, "y"),
        ("Pro", {"one": "Pro", "two": "Pro"}, "one"),
        ("Pro", {"Basic": "Basic"}, None),
        ("Pro", {"x": ""}, None),
    ],
)
def test_the_option_is_found_by_value_or_label(text: str, options: dict[str, str], taken: str | None) -> None:
    assert fit("tier", text, with_labels(options)) == taken


def test_an_option_is_found_by_what_it_means() -> None:
    assert fit("country", "Spain", dropdown("ES", "IT")) == "ES"
    assert fit("country", "Spain", dropdown(x="España")) == "x"
    assert fit("size", "10", dropdown("10.0", "20.0")) == "10.0"
    field = values_of().mapping.fields["country"]
    assert option_of(field, dropdown("Spanien", a="Spain"), "Spain") == "a"


def test_each_of_several_is_found_by_itself_and_one_that_is_none_refuses_all() -> None:
    several = dropdown(a="Ants", b="Bees", several=True)
    values = values_of(labels=several)
    assert values.fit({"labels": "Bees;ants"}) == ({"labels": "b;a"}, [])
    fitting, (unfit,) = values.fit({"labels": "Ants;Cats;Dogs"})
    assert fitting == {}
    assert (unfit.field_name, unfit.property_name, unfit.category) == ("tags", "labels", "not_an_option")
    assert unfit.message.startswith(
        "labels: 'Cats', 'Dogs' is none of the options that the portal has (a, b): add the option"
    )
    assert values_of(labels=dropdown("a;b")).fit({"labels": "a;b"})[0] == {"labels": "a;b"}
    assert values_of(labels=dropdown("a", "b")).fit({"labels": "a;b"})[0] == {}


def test_what_is_refused_says_what_there_is_and_its_text_is_only_in_the_message() -> None:
    many = dropdown(*(f"o{number}" for number in range(7)))
    _, (unfit,) = values_of(tier=many).fit({"tier": "Secret" + "x" * 200})
    assert "(o0, o1, o2, o3, o4 and 2 more)" in unfit.message
    assert "x" * 95 not in unfit.message
    assert "Secret" in unfit.message
    assert "Secret" not in repr(unfit)


@pytest.mark.parametrize(("length", "fits"), [(LONGEST_TEXT, True), (LONGEST_TEXT + 1, False)])
def test_a_text_that_is_too_long_is_refused(length: int, fits: bool) -> None:
    fitting, unfit = values_of(city=TEXT).fit({"city": "x" * length})
    assert (list(fitting), [it.category for it in unfit]) == ((["city"], []) if fits else ([], ["too_long"]))


def test_what_is_to_be_made_empty_every_property_takes() -> None:
    values = values_of(tier=dropdown("A"), **{CODE: PropertySchema(CODE, "string", "text")})
    empty = {"city": "", "tier": "", "country": "", CODE: ""}
    assert values.fit(empty) == (empty, [])


def test_a_property_that_goes_along_is_left_out_where_it_is_missing_or_may_not_be_written() -> None:
    sent = {"country": "Spain", CODE: "ES"}
    assert values_of().fit(sent) == ({"country": "Spain"}, [])
    assert values_of(**{CODE: PropertySchema(CODE, "string", "text", read_only=True)}).fit(sent)[0] == {
        "country": "Spain"
    }
    assert values_of(**{CODE: TEXT}).fit(sent)[0] == sent
    # Nobody is told of a code that has no option: it is not what was asked for.
    assert values_of(**{CODE: dropdown("IT")}).fit(sent) == ({"country": "Spain"}, [])
    assert values_of().goes_along(CODE)
    assert not values_of().goes_along("country")


@pytest.mark.parametrize(
    ("name", "schema", "ours", "theirs", "same"),
    [
        ("tier", dropdown(p1="Pro"), "p1", "P1", True),
        ("tier", dropdown(p1="Pro"), "Pro", "p1", True),
        ("tier", dropdown(p1="Pro", p2="Max"), "p1", "p2", False),
        ("tier", dropdown(a="Pro", b="Pro"), "a", "b", False),
        ("country", dropdown(sp="Spain"), "sp", "sp", True),
        ("country", dropdown(sp="Spain"), "Spain", "sp", True),
        ("country", TEXT, "Spain", "sp", False),
        ("labels", dropdown("a", "b", several=True), "a;b", "b;a", True),
        ("labels", dropdown("a", "b", several=True), "a;b", "a", False),
        ("size", TEXT, "10", "10.0", True),
    ],
)
def test_what_hubspot_holds_means_ours_by_value_or_label(
    name: str, schema: PropertySchema, ours: str, theirs: str, same: bool
) -> None:
    assert values_of(**{name: schema}).means(name, ours, theirs) is same


def test_words_for_a_property_change_where_what_it_takes_does() -> None:
    words = values_of(tier=dropdown("A", "B")).described("tier")
    assert words == values_of(tier=dropdown("B", "A"), city=TEXT).described("tier")
    others = [values_of(tier=it).described("tier") for it in (dropdown("A"), dropdown("A", B="b"), TEXT)]
    assert len({words, values_of().described("tier"), *others}) == 5
    assert values_of(**{CODE: TEXT}).described("country") == values_of().described("country")
