"""Whatever a caller sends, the answer is one that HubSpot could give: never a failure of the emulator's own."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hubsync_assets.emulator.api.routes import TABLE
from hubsync_assets.emulator.gate import Endpoint
from hubsync_assets.emulator.portal import ApiRequest, Portal
from hubsync_assets.emulator.responses import Refusal

ENDPOINTS = [pytest.param(endpoint, id=f"{method} {base.v3}{rest}") for base, method, rest, endpoint, _ in TABLE]
TEXTS = st.sampled_from(
    [
        "",
        "email",
        "hs_object_id",
        "createdate",
        "firstname",
        "a@example.com",
        "170000000001",
        "-1",
        "9" * 30,
        "EQ",
        "IN",
    ]
) | st.text(max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False) | TEXTS
KEYS = st.sampled_from(
    [
        "inputs",
        "id",
        "idProperty",
        "properties",
        "propertiesWithHistory",
        "objectWriteTraceId",
        "email",
        "firstname",
        "name",
        "label",
        "type",
        "fieldType",
        "groupName",
        "options",
        "value",
        "values",
        "highValue",
        "operator",
        "propertyName",
        "filterGroups",
        "filters",
        "sorts",
        "query",
        "limit",
        "after",
        "objectId",
        "primaryObjectId",
        "objectIdToMerge",
    ]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | TEXTS, inner, max_size=5),
    max_leaves=12,
)
INPUTS: st.SearchStrategy[object] = st.builds(
    dict,
    inputs=st.lists(
        st.fixed_dictionaries(
            {"id": SCALARS | JSON, "properties": st.dictionaries(KEYS | TEXTS, SCALARS | JSON, max_size=3) | JSON},
            optional={"idProperty": TEXTS | JSON, "objectWriteTraceId": JSON},
        ),
        max_size=3,
    ),
)
FILTERS = st.builds(
    lambda filters, sorts, rest: {"filterGroups": [{"filters": filters}], "sorts": sorts, **rest},
    st.lists(
        st.fixed_dictionaries(
            {
                "propertyName": TEXTS | JSON,
                "operator": st.sampled_from(["EQ", "IN", "BETWEEN", "CONTAINS_TOKEN", "NOT_IN"]),
            },
            optional={"value": JSON, "values": JSON, "highValue": JSON},
        ),
        max_size=2,
    ),
    st.lists(JSON, max_size=1),
    st.dictionaries(KEYS, SCALARS, max_size=2),
)


@pytest.fixture(scope="module")
def portal() -> Iterator[Portal]:
    portal = Portal.open()
    yield portal
    portal.close()


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@given(body=JSON | INPUTS | FILTERS, part=TEXTS, query=st.dictionaries(KEYS, TEXTS, max_size=3))
@settings(max_examples=60, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_no_body_makes_an_endpoint_fail(
    portal: Portal, endpoint: Endpoint, body: object, part: str, query: dict[str, str]
) -> None:
    request = ApiRequest(1, "v3", {"object": "contacts", "id": part, "name": part}, query, body)
    try:
        with portal.database.transaction():
            answer = endpoint(portal, request)
    except Refusal as refusal:
        answer = refusal.response

    assert 200 <= answer.status < 500
    assert (answer.body is None) == (answer.status == 204)
