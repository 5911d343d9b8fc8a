"""F4 and F7: what means the same in another form is no change."""

import pytest

from hubsync_assets_tests.first_day.day import Day

ANA, NEW = "ana.first@example.com", "new.first@example.com"
TEXT = {"name": "country", "type": "string", "fieldType": "text", "options": []}
BY_LABEL = {
    "name": "country",
    "type": "enumeration",
    "fieldType": "select",
    "options": [{"label": "España", "value": "es"}, {"label": "Italia", "value": "it"}],
}


@pytest.mark.parametrize("held", ["Spain", "España", "ES", "spain ", "ESP"])
def test_a_country_in_another_form_stays_as_it_is_and_is_counted(day: Day, held: str) -> None:
    day.hubspot.seed([{"email": ANA, "country": held}], properties=[TEXT])
    day.export({"email": ANA, "country": "ES", "mrr": 1})
    run = day.sync()
    assert day.changes(ANA) == {"mrr": ("fill", None, "1")}
    assert run.plan is not None
    assert run.plan.other_forms == ({} if held == "Spain" else {"country": 1})
    assert day.holds(ANA, "country", "hs_country_region_code") == (held, None)


def test_a_new_or_changed_country_is_its_english_name_and_the_code_goes_along(day: Day) -> None:
    day.hubspot.seed([{"email": ANA, "country": "France"}], properties=[TEXT])
    day.export({"email": ANA, "country": "ES"}, {"email": NEW, "country": "DE"})
    day.sync()
    assert day.changes(ANA) == {
        "country": ("overwrite_theirs", "France", "Spain"),
        "hs_country_region_code": ("fill", None, "ES"),
    }
    assert day.holds(NEW, "country", "hs_country_region_code") == ("Germany", "DE")


@pytest.mark.parametrize("option", ["spain", "Spain"])
def test_a_dropdown_takes_its_own_option_for_a_country(day: Day, option: str) -> None:
    options = [{"label": "Spain", "value": option}, {"label": "Italy", "value": "italy"}]
    day.hubspot.seed([{"email": ANA}], properties=[{**BY_LABEL, "options": options}])
    day.export({"email": ANA, "country": "ES"}, {"email": NEW, "country": "IT"})
    day.sync()
    assert day.holds(ANA, "country") == (option,)
    assert day.holds(NEW, "country") == ("italy",)
    assert day.sync().planned == 0


def test_a_dropdown_of_codes_in_another_case_and_labels_in_another_language_takes_them(day: Day) -> None:
    day.hubspot.seed(properties=[BY_LABEL])
    day.export({"email": NEW, "country": "ES"})
    day.sync()
    assert day.holds(NEW, "country") == ("es",)


def test_a_dropdown_without_any_of_our_countries_stops_the_plan_and_the_message_says_so(day: Day) -> None:
    options = [{"label": "Peru", "value": "peru"}]
    day.hubspot.seed(properties=[{**BY_LABEL, "options": options}])
    day.export({"email": NEW, "country": "ES"})
    with pytest.raises(Exception, match="country is an enumeration with none of .*Spain.* among its options"):
        day.sync(only_plan=True)


def test_reformat_rewrites_what_we_wrote_and_nothing_else(day: Day) -> None:
    day.hubspot.seed([{"email": ANA, "country": "España"}], properties=[TEXT])
    day.export({"email": ANA, "country": "ES", "mrr": 1}, {"email": NEW, "country": "ES"})
    day.sync()
    day.hubspot.edit(NEW, country="ES")
    assert day.sync().planned == 0
    day.sync(reformat=True)
    assert day.changes(NEW) == {"country": ("overwrite", "ES", "Spain")}
    assert day.holds(ANA, "country") == ("España",)


@pytest.mark.parametrize(
    ("held", "phone"),
    [
        ("06 75 45 07 60", "+33675450760"),
        ("+33 6 75 45 07 60", "06 75 45 07 60"),
        ("(+33) 675-450-760", "0675450760"),
        ("0033675450760", "+33 6 75 45 07 60"),
    ],
)
def test_a_phone_with_the_same_e164_is_no_change(day: Day, held: str, phone: str) -> None:
    day.hubspot.seed([{"email": ANA, "phone": held, "country": "france"}])
    day.export({"email": ANA, "phone": phone, "country": "FR", "mrr": 1})
    run = day.sync()
    assert day.changes(ANA) == {"mrr": ("fill", None, "1")}
    assert run.plan is not None
    assert run.plan.other_forms == {"phone": 1}
    assert day.holds(ANA, "phone") == (held,)


def test_new_is_what_is_sent_and_never_reads_like_old(day: Day) -> None:
    day.hubspot.seed([{"email": ANA, "phone": "06 75 45 07 60", "country": "france"}])
    day.export(
        {"email": ANA, "phone": "06 75 45 07 61", "country": "FR"},
        {"email": NEW, "phone": "06 75 45 07 62", "country": "FR"},
    )
    day.sync()
    assert day.changes(ANA) == {"phone": ("overwrite_theirs", "06 75 45 07 60", "+33675450761")}
    assert day.changes(NEW)["phone"] == ("create", None, "+33675450762")
    assert day.holds(ANA, "phone") == ("+33675450761",)


def test_a_name_is_the_same_however_it_is_split(day: Day) -> None:
    day.hubspot.seed([{"email": ANA, "firstname": "María José", "lastname": "García"}])
    day.export({"email": ANA, "name": "María José García", "mrr": 1})
    day.sync()
    assert day.changes(ANA) == {"mrr": ("fill", None, "1")}
    assert day.holds(ANA, "firstname", "lastname") == ("María José", "García")


@pytest.mark.parametrize("how", [{"readOnlyValue": True}, {"archived": True}])
def test_the_code_is_left_out_where_the_portal_does_not_take_it(day: Day, how: dict[str, bool]) -> None:
    day.hubspot.seed(properties=[{"name": "hs_country_region_code", **how}])
    day.export({"email": NEW, "country": "ES"})
    run = day.sync()
    assert run.success
    assert set(day.changes(NEW)) == {"country"}
    assert day.holds(NEW, "country", "hs_country_region_code") == ("spain", None)
    assert day.sync().planned == 0


def test_the_code_alone_plans_nobody(day: Day) -> None:
    day.export({"email": NEW, "country": "ES"})
    day.sync()
    day.hubspot.edit(NEW, hs_country_region_code="FR")
    assert day.sync(distrust=True).planned == 0
    assert day.holds(NEW, "hs_country_region_code") == ("FR",)
