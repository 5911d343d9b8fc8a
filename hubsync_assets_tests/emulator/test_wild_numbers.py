"""Whatever number stands where the emulator takes one, it answers, and never with 500; afterwards it still works.

Calls go over HTTP, so that a number is sent as the text it is written in: JSON's own, and what is only nearly JSON.
"""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.emulator import ControlError, HubSpotEmulator
from hubsync_assets_tests.emulator.asking import Api, row
from hubsync_assets_tests.emulator.wild_calls import API, CONTACTS, CONTROL, PROPERTIES, WildCall

NUMBERS = [
    *("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 5000, '"' + "9" * 5000 + '"', "-" + "9" * 5000),
    *("1e12", "-1e12", "1e16", "1e300", "-1e300", "1.7e308", "5e-324", "-0.0", "0", "-1", "0.5", "1.5", "2e5"),
    *("2147483648", "-2147483649", "9007199254740993", "9223372036854775807", "9223372036854775808"),
    *("-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616", "1" + "0" * 40),
    *("253402300799", "253402300799999", "253402300800000", "-62135596800000", "-62135596800001", "170000000001"),
    *("true", "null", '""', '"nan"', '"inf"', '"1e999"', '"1_000"', '"-5"', '"\u0663"', '"0x10"', "[]", "{}", "[1]"),
]
WILD = (
    st.sampled_from(NUMBERS)
    | st.integers().map(str)
    | st.integers(-(10**400), 10**400).map(str)
    | st.floats().map(repr)
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda it: f'"{it}"')
)
"""The JSON text of a number, and of what is taken for one. Delays of a fault come from ``DELAYS``: nobody waits for them."""
DELAYS = st.sampled_from([it for it in NUMBERS if it not in ("0.5", "1.5")] + ["3601", "1e-9"])
CUSTOM = {"amount": ("number", "number"), "day": ("date", "date"), "moment": ("datetime", "date")}


@st.composite
def filled(draw: st.DrawFn, calls: list[WildCall]) -> WildCall:
    """One of the calls, with numbers and a word put in."""
    call = draw(st.sampled_from(calls))
    word = draw(st.sampled_from(call.words))
    fill = {"<word>": lambda: word, "<number>": lambda: draw(WILD), "<delay>": lambda: draw(DELAYS)}

    def put_in(text: str) -> str:
        return re.sub("<(word|number|delay)>", lambda mark: fill[mark[0]](), text)

    path = re.sub("<number>", lambda _: draw(WILD).strip('"'), call.path).replace("<word>", word)
    return WildCall(call.method, path, put_in(call.body))


def status_of(api: Api, call: WildCall) -> int:
    body = call.body.encode() or None
    return api.session.request(call.method, api.base_url + call.path, data=body, timeout=10).status_code


def prepare(api: Api, hubspot: HubSpotEmulator) -> None:
    """A portal with contacts, and with a property of every type that numbers go into."""
    hubspot.reset()
    for name, (kind, field_type) in CUSTOM.items():
        api.define(name, kind, field_type)
    api.define("number_id", hasUniqueValue=True)
    hubspot.seed([{"email": "a@example.com", "amount": 1, "day": "2026-01-01", "number_id": "1"}, {"firstname": "B"}])


def check_that_it_works(api: Api, hubspot: HubSpotEmulator) -> None:
    """Once faults, limits and rights are as usual again, usual calls get usual answers; whatever the clock says."""
    hubspot.clear_faults()
    hubspot.set_limit(tier="free")
    hubspot.switch(token="", scopes="", api_version="")
    answers = [
        api.upsert(row("usual@example.com")),
        api.contacts("GET", limit="2"),
        api.search(query="usual"),
        api.properties("GET"),
        api.ask("GET", "/account-info/v3/details"),
        api.ask("GET", "/account-info/v3/api-usage/daily/private-apps"),
    ]
    assert [it.status_code for it in answers] == [200] * len(answers)
    assert hubspot.state()["contacts"] >= 1


@pytest.mark.parametrize("calls", [CONTROL, API + CONTROL[:8]], ids=["control", "api"])
def test_no_number_makes_it_fail(api: Api, hubspot: HubSpotEmulator, calls: list[WildCall]) -> None:
    @given(st.lists(filled(calls), min_size=3, max_size=12))
    @settings(max_examples=50, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def try_them(wild: list[WildCall]) -> None:
        prepare(api, hubspot)
        for call in wild:
            assert status_of(api, call) < 500, call
        check_that_it_works(api, hubspot)

    try_them()


@pytest.mark.parametrize(
    "call",
    [
        WildCall("POST", "/_emulator/clock", '{"advance": 1e12}'),
        WildCall("POST", "/_emulator/clock", '{"advance": -1}'),
        WildCall("POST", "/_emulator/switch", '{"search_lag_seconds": 1e300}'),
        WildCall("POST", "/_emulator/switch", '{"time_zone": "9"}'),
        WildCall("POST", "/_emulator/fault", '{"kind": "burst_429", "times": 1.5}'),
        WildCall("POST", "/_emulator/fault", '{"kind": "missing_scopes", "scopes": 5}'),
        WildCall("POST", "/_emulator/fault", '{"kind": "latency", "spread": 1e300}'),
        WildCall("POST", "/_emulator/fault", '{"kind": "latency", "seconds": 1e300}'),
        WildCall("POST", "/_emulator/mix", '{"rates": {"burst_429": 1}, "path": 5}'),
        WildCall("POST", "/_emulator/mix", '{"rates": {"burst_429": 1}, "seed": []}'),
        WildCall("GET", "/_emulator/contact?id=9223372036854775808"),
        WildCall("GET", "/_emulator/contacts?after=-1"),
        WildCall("GET", "/_emulator/look?skip=18446744073709551616"),
        WildCall("PATCH", PROPERTIES + "/amount", '{"type": []}'),
        WildCall("PATCH", PROPERTIES + "/groups/contactinformation", '{"displayOrder": 1e300}'),
        WildCall("POST", CONTACTS + "/batch/upsert", '{"inputs": ' + "[" * 900 + "]" * 900 + "}"),
        WildCall("POST", CONTACTS + "/batch/upsert", '{"inputs": [{"id": ' + "[" * 900 + "]" * 900 + "}]}"),
        WildCall("POST", CONTACTS + "/search", '{"properties": [' + "[" * 1000 + "]" * 1000 + "]}"),
        WildCall("POST", CONTACTS, '{"properties": {"email": "b@example.com", "day": "' + "9" * 5000 + '"}}'),
    ],
)
def test_a_number_that_can_not_be_is_refused_and_changes_nothing(
    api: Api, hubspot: HubSpotEmulator, call: WildCall
) -> None:
    prepare(api, hubspot)

    assert status_of(api, call) == 400

    state = hubspot.state()
    assert (state["faults"], state["rates"], state["contacts"]) == ([], {}, 2)
    assert api.contacts("GET").status_code == 200
    check_that_it_works(api, hubspot)


def test_the_clock_goes_to_the_last_year_and_no_further(api: Api, hubspot: HubSpotEmulator) -> None:
    with pytest.raises(ControlError, match="not beyond the year 9998") as refused:
        hubspot.advance(1e12)
    hubspot.advance(float(str(refused.value).rpartition(" ")[2].rstrip(".")) - 5)

    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Niue"):
        hubspot.switch(time_zone=zone)
        check_that_it_works(api, hubspot)
