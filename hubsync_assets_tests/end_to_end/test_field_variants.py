"""More inputs that go wrong, of the same kinds: what HubSpot holds afterwards, and how a person takes a version that is meant.

Put here: the runs, on the steps without Dagster. Keep out: what is expected of each input (``field_variants``).
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubsync_assets.emulator import HubSpotEmulator
from hubsync_assets_tests.end_to_end.field_variants import (
    DB2,
    DB2_CHANGED,
    PEOPLE,
    VARIANTS,
    Variant,
    as_csv,
    full_csv,
    in_hubspot,
)
from hubsync_assets_tests.pipeline import Pipeline

pytestmark = pytest.mark.services

Held = dict[str, dict[str, str]]

EVERYBODY: Held = {row["email"]: in_hubspot(row) for row in PEOPLE}
ONLY_FROM_DB1 = ("firstname", "lastname", "phone", "country", "company", "mrr")


@pytest.fixture(scope="module")
def server() -> Iterator[HubSpotEmulator]:
    with HubSpotEmulator() as hubspot:
        yield hubspot


@pytest.fixture
def pipeline(tmp_path: Path, server: HubSpotEmulator) -> Pipeline:
    server.reset()
    return Pipeline(tmp_path, server)


def synced(pipeline: Pipeline) -> Pipeline:
    """Everybody is in both sources and in HubSpot."""
    pipeline.put("db1", {"a.csv": full_csv()})
    pipeline.put("db2", {"b.csv": DB2})
    assert pipeline.sync().success
    assert pipeline.held() == EVERYBODY
    return pipeline


def changed(**changes: dict[str, str]) -> Held:
    """Everybody, but for some properties; an empty one is cleared."""
    held = {email: {**properties, **changes.get(email[:3], {})} for email, properties in EVERYBODY.items()}
    return {email: {name: value for name, value in it.items() if value} for email, it in held.items()}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.what)
def test_what_db1_turns_into_ends_as_it_should(pipeline: Pipeline, variant: Variant) -> None:
    pipeline.put("db1", variant.db1_before)
    pipeline.put("db2", {"b.csv": DB2})
    assert pipeline.sync().success
    assert pipeline.held() == EVERYBODY
    pipeline.put("db1", variant.db1)
    pipeline.put("db2", {"b.csv": DB2_CHANGED})
    run = pipeline.sync()
    changes = {name: dict(it) for name, it in variant.changes.items()}
    changes["p11"] = {**changes.get("p11", {}), "company_size": "99"}
    assert pipeline.held() == changed(**changes)
    assert run.success is variant.success, run.words
    assert [word for word in variant.words if word not in run.words] == []
    # Once more: the same end, and nothing to send.
    sent = pipeline.inputs_sent()
    again = pipeline.sync()
    assert (again.success, pipeline.inputs_sent(), pipeline.held()) == (variant.success, sent, changed(**changes))
    # And the good version comes back.
    pipeline.put("db1", {"a.csv": full_csv()})
    pipeline.put("db2", {"b.csv": DB2})
    if not pipeline.sync().success:
        # One file where there were several is much less than there was, so a person has to say that it is meant.
        assert pipeline.sync(accept={"db1": pipeline.digest("db1")}).success
    assert pipeline.held() == EVERYBODY


@pytest.mark.parametrize(
    "content", [as_csv([]), "".join(full_csv().splitlines(keepends=True)[:4])], ids=["none", "three"]
)
def test_a_version_that_is_meant_is_accepted_by_its_digest_and_is_the_baseline_then(
    pipeline: Pipeline, content: str
) -> None:
    synced(pipeline)
    pipeline.put("db1", {"a.csv": content})
    doubted = pipeline.sync()
    assert not doubted.success
    assert pipeline.held() == EVERYBODY
    digest = pipeline.digest("db1")
    assert digest in doubted.words
    accepted = pipeline.sync(accept={"db1": digest})
    assert accepted.success, accepted.words
    gone = {row["email"][:3] for row in PEOPLE if row["email"] not in content}
    assert pipeline.held() == changed(**{name: dict.fromkeys(ONLY_FROM_DB1, "") for name in gone})
    assert pipeline.sync().success


def test_a_digest_accepts_just_the_version_that_it_names(pipeline: Pipeline) -> None:
    synced(pipeline)
    pipeline.put("db1", {"a.csv": as_csv(PEOPLE[:4])})
    pipeline.sync()
    digest = pipeline.digest("db1")
    pipeline.put("db1", {"a.csv": as_csv(PEOPLE[:2])})
    assert not pipeline.sync(accept={"db1": digest}).success
    assert pipeline.held() == EVERYBODY


def test_an_accepted_version_without_a_column_lets_the_other_source_decide(pipeline: Pipeline) -> None:
    pipeline.put("db1", {"a.csv": full_csv()})
    pipeline.put(
        "db2", {"b.csv": as_csv([{**row, "company_name": "Second"} for row in PEOPLE], ("email", "company_name"))}
    )
    assert pipeline.sync().success
    pipeline.put("db1", {"a.csv": as_csv(PEOPLE, ("email", "name", "phone", "country", "mrr"))})
    assert not pipeline.sync().success
    assert {it["company"] for it in pipeline.held().values()} == {row["company_name"] for row in PEOPLE}
    assert pipeline.sync(accept={"db1": pipeline.digest("db1")}).success
    assert {it["company"] for it in pipeline.held().values()} == {"Second"}


def test_what_a_source_gave_stays_while_it_is_switched_off(pipeline: Pipeline) -> None:
    synced(pipeline)
    pipeline.switch_off("db1")
    pipeline.put("db2", {"b.csv": DB2_CHANGED})
    pipeline.sync()
    assert pipeline.held() == changed(p11={"company_size": "99"})


def test_a_new_contact_gets_the_other_sources_value_although_the_first_is_unreadable(pipeline: Pipeline) -> None:
    synced(pipeline)
    pipeline.put("db1", {"a.csv": full_csv() + "new@example.com,N/A,600123199,ES,?,\n"})
    pipeline.put(
        "db2",
        {
            "b.csv": "email,name,company_name,company_size\nnew@example.com,Nora Neu,New Firm,7\n"
            + DB2[19:].replace(",10", ",,,10")
        },
    )
    assert pipeline.sync().success
    new = pipeline.held()["new@example.com"]
    assert (new["firstname"], new["lastname"], new["company"]) == ("Nora", "Neu", "New Firm")


def test_an_unreadable_number_keeps_even_a_greater_one_of_the_other_source_back(pipeline: Pipeline) -> None:
    synced(pipeline)
    pipeline.put("db1", {"a.csv": full_csv(p03={"mrr": '"1.234,50"'})})
    pipeline.put("db2", {"b.csv": "email,company_size,mrr\n" + "".join(f"{row['email']},10,900\n" for row in PEOPLE)})
    pipeline.sync()
    assert {email: it["mrr"] for email, it in pipeline.held().items() if it["mrr"] != "900"} == {
        "p03@example.com": "4.5"
    }


@pytest.mark.parametrize("base_is_newer", [False, True])
def test_a_newest_file_that_is_deleted_does_not_bring_back_what_it_superseded_but_a_newer_export_counts(
    pipeline: Pipeline, base_is_newer: bool
) -> None:
    old = full_csv(p03={"phone": "600000003"})
    pipeline.put("db1", {"old.csv": old, "new.csv": full_csv()})
    pipeline.put("db2", {"b.csv": DB2})
    assert pipeline.sync().success
    if base_is_newer:
        pipeline.put("db1", {"old.csv": old})
    else:
        (pipeline.folder / "db1" / "new.csv").unlink()
    assert not pipeline.sync().success
    expected = changed(p03={"phone": "+34600000003"})
    assert pipeline.held() == (expected if base_is_newer else EVERYBODY)
    assert pipeline.sync(accept={"db1": pipeline.digest("db1")}).success
    assert pipeline.held() == expected
