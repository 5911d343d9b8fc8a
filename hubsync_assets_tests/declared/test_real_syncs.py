"""Real contact syncs, as declarations over made-up data of their shape: what HubSpot holds, and what it costs."""

import math
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets_tests.declared.atlas_authority import ATLAS_AUTHORITY
from hubsync_assets_tests.declared.commcare import COMMCARE
from hubsync_assets_tests.declared.company import Company, Exports
from hubsync_assets_tests.declared.crossroads import CROSSROADS
from hubsync_assets_tests.declared.ever_house import EVER_HOUSE
from hubsync_assets_tests.declared.mitx_online import MITX_ONLINE
from hubsync_assets_tests.declared.naive import golden_records
from hubsync_assets_tests.declared.portal import Portal, differences, in_hubspot
from hubsync_assets_tests.pipeline import Pipeline

pytestmark = pytest.mark.services

COMPANIES = (MITX_ONLINE, CROSSROADS, ATLAS_AUTHORITY, EVER_HOUSE, COMMCARE)
SEED = 11
SOME = frozenset(range(5, 200, 15))


def put(pipeline: Pipeline, exports: Exports) -> None:
    for source, files in exports.files.items():
        pipeline.put(source, files)


@pytest.mark.parametrize("company", COMPANIES, ids=lambda company: company.name)
def test_hubspot_holds_what_the_declaration_means(
    company: Company, hubspot: HubSpotEmulator, client: HubSpotClient, tmp_path: Path
) -> None:
    client.create_properties(company.has)
    pipeline = Pipeline(tmp_path, hubspot, model=company.model)
    portal = Portal()

    exports = company.exports(company.declared, SEED, frozenset())
    put(pipeline, exports)
    sent = portal.take(company.declared, golden_records(company.declared, exports.records))
    assert pipeline.sync().success
    assert differences(in_hubspot(hubspot), portal.held) == []
    assert len(sent) >= 300
    assert len(hubspot.write_calls()) == math.ceil(len(sent) / 100)

    assert pipeline.sync().planned == 0
    assert len(hubspot.write_calls()) == math.ceil(len(sent) / 100)

    exports = company.exports(company.declared, SEED, SOME)
    put(pipeline, exports)
    sent = portal.take(company.declared, golden_records(company.declared, exports.records))
    run = pipeline.sync()
    assert run.success, run.words
    assert differences(in_hubspot(hubspot), portal.held) == []
    assert set(pipeline.table("contact_changes")["email"]) == sent
    assert 5 <= len(sent) <= len(SOME)
    assert pipeline.sync().planned == 0
