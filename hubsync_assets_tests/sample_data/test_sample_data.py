"""The generator's truth is what the project's pure functions find in its files."""

import json
from pathlib import Path

import phonenumbers
import polars as pl
import pytest

from hubsync_assets.contacts.merge import Merged, merge_bucket
from hubsync_assets.contacts.normalise import normalise
from hubsync_assets.sample_data import Truth, expected_contacts, write_sample
from hubsync_assets.sample_data.__main__ import main
from hubsync_assets.sample_data.dice import Dice
from hubsync_assets.sample_data.people import phone_number, written_phone
from hubsync_assets.sample_data.places import DOMAINS, PLACES
from hubsync_assets_tests.sample_data.reading import rows_of
from hubsync_assets_tests.shipped import FIELDS, MODEL, RAW_SCHEMA

SHIPPED = Path(__file__).parents[2] / "data" / "landing"
PEOPLE, SEED = 1_500, 7
SIZES = [(PEOPLE, SEED), (1, 1), (0, 1), (7_000, 2)]


def made(folder: Path, people: int, seed: int) -> tuple[Truth, Merged, pl.DataFrame]:
    """A sample's truth, what comes of its files, and what was rejected."""
    truth = write_sample(people, seed, folder / "1.json", folder / "2.json")
    kept, rejected = [], []
    for source, name in (("db1", "1.json"), ("db2", "2.json")):
        rows, no_objects = rows_of(folder / name)
        done = normalise(MODEL, rows)
        kept.append(
            done.kept.with_columns(
                source=pl.lit(source), file=pl.lit(name), file_rank=pl.lit(0, pl.UInt32), rejected=pl.lit(value=False)
            )
        )
        rejected.append(done.rejected.select("reason"))
        rejected.append(pl.DataFrame({"reason": ["not_an_object"] * no_objects}, schema={"reason": pl.String}))
        assert rows.height + no_objects == truth.sources[source].records
        assert done.kept.height == truth.sources[source].kept
    records = pl.concat([pl.DataFrame(schema={**RAW_SCHEMA, "source": pl.String}), *kept], how="diagonal")
    return truth, merge_bucket(MODEL, records), pl.concat(rejected)


@pytest.mark.parametrize(("people", "seed"), SIZES)
def test_the_golden_records_are_the_expected_ones(tmp_path: Path, people: int, seed: int) -> None:
    _, merged, _ = made(tmp_path, people, seed)
    expected = sorted(expected_contacts(people, seed), key=lambda contact: str(contact["email"]))
    columns = [*(field.name for field in FIELDS), "db1_records", "db2_records"]
    assert merged.contacts.sort("email").select(columns).to_dicts() == [
        {name: contact[name] for name in columns} for contact in expected
    ]


@pytest.mark.parametrize(("people", "seed"), SIZES)
def test_every_count_of_the_truth_is_found(tmp_path: Path, people: int, seed: int) -> None:
    truth, merged, rejected = made(tmp_path, people, seed)
    found = dict(rejected.group_by("reason").len().sort("reason").iter_rows())
    assert found == {reason: count for reason, count in truth.rejected.items() if count}
    assert merged.contacts.height == truth.contacts == people
    assert merged.contacts.filter((pl.col("db1_records") > 0) & (pl.col("db2_records") > 0)).height == truth.in_both
    assert merged.conflicts.height == truth.conflicts
    assert merged.contacts["email"].str.ends_with(".con").sum() == truth.refused == min(people, 3)


@pytest.mark.parametrize("source", ["db1", "db2"])
def test_the_shipped_sample_is_what_the_generator_makes(tmp_path: Path, source: str) -> None:
    write_sample(PEOPLE, SEED, tmp_path / "db1", tmp_path / "db2")
    shipped = SHIPPED / source / "sample.json"
    assert shipped.read_bytes() == (tmp_path / source).read_bytes()
    assert shipped.stat().st_size < 1_000_000


def test_the_shipped_sample_has_something_of_everything(tmp_path: Path) -> None:
    truth, merged, rejected = made(tmp_path, PEOPLE, SEED)
    assert set(rejected["reason"]) == {"missing_email", "invalid_email", "not_an_object", "invalid_value"}
    assert min(truth.rejected.values()) >= 3
    assert 0.28 < truth.in_both / truth.contacts < 0.39
    assert set(merged.conflicts["field"]) == {field.name for field in FIELDS[1:]}
    assert merged.contacts.select((pl.col("db1_records") > 1).sum(), (pl.col("db2_records") > 1).sum()).row(0) > (
        30,
        30,
    )
    assert all(nulls > 50 for nulls in merged.contacts.select(field.name for field in FIELDS[1:]).null_count().row(0))


def test_no_email_leads_to_anybody(tmp_path: Path) -> None:
    _, merged, _ = made(tmp_path, PEOPLE, SEED)
    domains = merged.contacts["email"].str.split("@").list.last()
    reserved = domains.str.contains(r"(^|\.)example\.(com|org|net)$") | (domains == "example.con")
    assert reserved.all()
    assert all(domain.split(".")[-2] == "example" for domain in DOMAINS)


@pytest.mark.parametrize("code", sorted(PLACES))
def test_phone_numbers_are_valid_in_their_country(code: str) -> None:
    dice, place = Dice(1), PLACES[code]
    written = [written_phone(dice, place, phone_number(dice, place)) for _ in range(300)]
    parsed = [phonenumbers.parse(text, code) for text in written]
    valid = [phonenumbers.is_valid_number_for_region(number, code) for number in parsed]
    assert sum(valid) > 270, [text for text, is_valid in zip(written, valid, strict=True) if not is_valid][:10]


def test_another_seed_makes_up_other_people(tmp_path: Path) -> None:
    write_sample(50, 1, tmp_path / "a", tmp_path / "b")
    write_sample(50, 2, tmp_path / "c", tmp_path / "d")
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_a_sample_without_people_is_two_empty_arrays(tmp_path: Path) -> None:
    write_sample(0, 1, tmp_path / "a", tmp_path / "b")
    assert [json.loads((tmp_path / name).read_text()) for name in "ab"] == [[], []]


def test_both_files_at_one_path_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two files"):
        write_sample(5, 1, tmp_path / "a", tmp_path / "x" / ".." / "a")
    assert list(tmp_path.iterdir()) == []


def test_fewer_than_no_people_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="-1 people"):
        write_sample(-1, 1, tmp_path / "a", tmp_path / "b")


def test_a_fault_on_the_way_leaves_the_old_file_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old")

    def full(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("hubsync_assets.sample_data.generate._count", full)
    with pytest.raises(OSError, match="disk full"):
        write_sample(5, 1, tmp_path / "a", tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_text() == "old"


def test_the_command_writes_both_files_and_says_what_is_true(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(
        ["--people", "60", "--seed", "3", "--db1", str(tmp_path / "new" / "a.json"), "--db2", str(tmp_path / "b.json")]
    )
    said = json.loads(capsys.readouterr().out)
    assert said["contacts"] == 60
    assert said["records"] == sum(
        len(json.loads(path.read_text())) for path in (tmp_path / "new" / "a.json", tmp_path / "b.json")
    )


@pytest.mark.parametrize("people", ["-5", "many"])
def test_the_command_says_in_one_line_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], people: str
) -> None:
    with pytest.raises(SystemExit) as left:
        main([f"--people={people}", "--db1", str(tmp_path / "a"), "--db2", str(tmp_path / "b")])
    assert left.value.code == 2
    assert people in capsys.readouterr().err.splitlines()[-1]
