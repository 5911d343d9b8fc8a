"""The page that each run leaves: what stands on it, who may read it, and what of contacts it shows."""

import csv
import io
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from hubsync_assets.reporting import looking_back, troubles
from hubsync_assets.reporting.run_table import disarmed
from hubsync_assets_tests.end_to_end.project import Project, Run, person
from hubsync_assets_tests.end_to_end.test_privacy import stored_by_dagster

pytestmark = pytest.mark.services

NAME = "<script>alert(1)</script> Zacharias Quillfeather"
SECRETS = ["zacharias", "quillfeather", "600123199", "acmesecret", "alert(1)"]
LOADED = {"img", "link", "iframe", "object", "embed", "source", "video", "audio", "base", "form"}


class Page(HTMLParser):
    """A page as a browser without script has it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.cells: list[str] = []
        self.words = ""
        self.in_table = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "td":
            self.in_table = True
            self.cells.append("")
        for name, value in attrs:
            if name == "href":
                self.links.append(value or "")
            if name in {"src", "srcset", "data", "action"} or name.startswith("on"):
                self.loaded.append(f"{tag} {name}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.in_table = False

    def handle_data(self, data: str) -> None:
        if not self.tags or self.tags[-1] in {"script", "style"}:
            return
        self.words += data
        if self.cells and self.in_table:
            self.cells[-1] += data


def reports(project: Project) -> list[Path]:
    return sorted((project.folder / "storage" / "reports").glob("*.html"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def eventful(project: Project) -> Run:
    """A run in which something of everything happens."""
    project.put(
        "db1",
        [
            person(1, name=NAME, phone="600123199", company_name="AcmeSecret"),
            person(2, mrr="quillfeather"),
            {"name": "Quillfeather"},
            person(3),
            {"email": "zacharias@example.quillfeather", "name": "Quillfeather"},
            {"email": "zacharias@example.com", "name": "=HYPERLINK(1)", "mrr": -5},
        ],
    )
    project.put("db2", [person(1, name="Someone Quillfeather", country="IT")])
    project.hubspot.fault("conflict_409", times=-1, path="upsert", email="person3@example.com")
    return project.run()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize(
    "name", ["Ana;=1+1", "Ana; =1+1", 'Ana;"=1+1', "Ana\t@SUM(1)", "Ana;;-1", "Ana;\uff1d1", "Ana\n=1+1;"]
)
def test_no_cell_is_a_formula_whatever_a_spreadsheet_splits_at(name: str, separator: str) -> None:
    out = io.StringIO()
    csv.writer(out).writerow(["create", disarmed(name), "x"])
    cells = [cell for row in csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=separator) for cell in row]
    assert [cell for cell in cells if cell.strip(" \u00a0").startswith(("=", "+", "-", "@", "\uff1d"))] == []


def test_a_cell_that_is_no_formula_stays_as_it_is() -> None:
    for text in ("Ana; Eva", "a=b", "1-2; 3-4", "Smith, -Jr", 'the "one"'):
        assert disarmed(text) == text


def test_a_page_says_what_came_in_was_merged_changed_and_needs_somebody(project: Project, eventful: Run) -> None:
    page = Page(reports(project)[0])
    for words in ("What came in", "What it was merged to", "Changed in HubSpot", "Needs somebody"):
        assert words in page.words
    assert "Refused by HubSpot: 2" in page.words
    assert f"Could not be read: {project.table('rejected_rows').height}" in page.words
    assert "the record has no email" in page.cells
    assert "no two contacts with the same email" in page.words
    assert "merge the two contacts in HubSpot" in page.words
    assert "db1 contacts.json #4" in page.cells
    assert "HubSpot wants no two contacts with the same email" in eventful.words["failed_contacts.nothing_is_refused"]
    ids = project.table("failed_contacts")["correlation_id"].drop_nulls().to_list()
    assert ids
    assert set(ids) <= set(page.cells)
    assert "svg" in page.tags


def test_a_page_needs_no_network_and_runs_nothing_of_a_source(
    project: Project, eventful: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_REPORT_DETAIL", "full")
    project.put("db1", [person(1, name=f"{NAME} Second")])
    project.run()
    for path in reports(project):
        page = Page(path)
        assert page.tags.count("script") == 1
        assert not LOADED & set(page.tags)
        assert page.loaded == []
        outside = [link for link in page.links if not link.startswith("#")]
        assert outside
        assert all(link.startswith(f"{project.hubspot.base_url}/?contact=") for link in outside)
    assert "<script>alert(1)</script>" in Page(reports(project)[1]).words


def test_who_somebody_is_does_not_stand_on_a_page_unless_that_is_wanted(
    project: Project, eventful: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = reports(project)[0]
    for text in (path.read_text(), path.with_suffix(".csv").read_text()):
        for secret in [*SECRETS, "person1@", "@example"]:
            assert secret not in text.lower().replace("name@example.com", "")
    assert "Spain" in Page(path).cells
    monkeypatch.setenv("HUBSYNC_REPORT_DETAIL", "full")
    project.run()
    full = Page(reports(project)[1])
    assert "zacharias@example.quillfeather" in full.words
    assert "quillfeather" in full.cells


def test_pages_are_their_owners_alone_and_the_run_has_the_path_as_text(project: Project, eventful: Run) -> None:
    path = reports(project)[0]
    for each in (path, path.with_suffix(".csv")):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert eventful.numbers["hubspot_contacts"]["report"] == str(path)
    assert eventful.numbers["contact_changes"]["report"] == str(path)
    recorded = project.instance.get_run_by_id(eventful.run_id)
    assert recorded is not None
    assert recorded.tags["hubsync/report"] == str(path)


def test_nothing_of_a_contact_is_in_dagsters_storage_after_a_run_with_full_pages(
    project: Project, eventful: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_REPORT_DETAIL", "full")
    project.run()
    assert any(b"Quillfeather" in path.read_bytes() for path in reports(project))
    kept = stored_by_dagster(project).lower()
    assert b"merged_contacts" in kept
    for secret in SECRETS:
        assert secret.encode() not in kept


def test_the_old_and_the_new_value_stand_side_by_side(project: Project) -> None:
    project.put("db1", [person(1, mrr=10), person(2)])
    project.put("db2", [])
    project.run()
    project.put("db1", [person(1, mrr=77), person(2)])
    project.run()
    page = Page(reports(project)[1])
    record = project.held()["person1@example.com"]["hs_object_id"]
    start = page.cells.index(record)
    assert page.cells[start - 1 : start + 5] == ["db1 contacts.json #1", record, "mrr", "10", "77", "written"]
    assert f"{project.hubspot.base_url}/?contact={record}" in page.links
    changed = [row for row in rows(reports(project)[1]) if row["what"] == "overwrite"]
    assert [(row["property"], row["old"], row["new"]) for row in changed] == [("mrr", "10", "77")]


def test_no_cell_of_the_table_is_a_formula(project: Project, eventful: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUBSYNC_REPORT_DETAIL", "full")
    project.put("db1", [person(n, name=f"{sign}cmd()") for n, sign in enumerate(("=", "+", "-", "@", "\t=", " ="))])
    project.run()
    cells = [cell for path in reports(project) for row in rows(path) for cell in row.values()]
    assert "'=cmd()" in cells
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []


def test_a_plan_that_waits_has_a_page_that_says_so(project: Project) -> None:
    project.put("db1", [person(n, phone=f"6001231{n:02}") for n in range(40)])
    project.put("db2", [])
    project.run()
    project.put("db1", [person(n, phone=None) for n in range(40)])
    accept = project.run("plan_contacts").failures[0].partition("accept: {db1: ")[2][:12]
    run = project.run(config={"ops": {"raw_records": {"config": {"accept": {"db1": accept}}}}})
    assert not run.success
    assert run.numbers.keys().isdisjoint({"hubspot_contacts"})
    page = Page(reports(project)[-1])
    assert "The plan is made and nothing of it is written to HubSpot (yet)." in page.words
    assert "approve: " in page.words
    assert "Would change in HubSpot" in page.words


def test_a_run_that_cannot_read_a_source_has_a_page_that_names_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.put("db1", [person(1)])
    monkeypatch.setenv("HUBSYNC_DB2", str(project.folder / "nowhere.json"))
    assert not project.run().success
    page = Page(reports(project)[0])
    assert "db2 could not be read" in page.words
    assert "Nothing is planned yet" in page.words


def test_what_a_page_has_no_room_for_is_counted_and_the_table_named(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_back, "MOST_ROWS", 5)
    monkeypatch.setattr(troubles, "MOST_ROWS", 5)
    project.put("db1", [*[person(n) for n in range(30)], *[{"name": "x"}] * 30])
    project.put("db2", [])
    project.run()
    page = Page(reports(project)[0])
    assert "Set with a new contact: 150 values" in page.words
    assert "The first 5 of 150. All of them: " in page.words
    assert "The first 5 of 30. All of them: " in page.words
    assert len(rows(reports(project)[0])) == 10
    plan = page.words.partition("The first 5 of 150. All of them: ")[2].partition("/*.parquet")[0]
    assert list(Path(plan).glob("*.parquet"))


def test_the_pages_of_the_last_runs_are_kept_and_older_ones_removed(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSYNC_REPORTS_KEPT", "2")
    monkeypatch.setenv("HUBSYNC_REPORTS", str(project.folder / "pages"))
    (project.folder / "pages").mkdir()
    (project.folder / "pages" / "mine.html").write_text("a person's own")
    project.put("db1", [person(1)])
    project.put("db2", [])
    ids = [project.run("plan_contacts").run_id for _ in range(3)]
    names = sorted(path.name for path in (project.folder / "pages").iterdir())
    assert len(names) == 5
    assert "mine.html" in names
    assert not [name for name in names if ids[0] in name]


def test_a_page_that_cannot_be_written_costs_no_sync(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / "a_file").write_text("")
    monkeypatch.setenv("HUBSYNC_REPORTS", str(project.folder / "a_file"))
    project.put("db1", [person(1)])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    assert "person1@example.com" in project.held()
    assert "report" not in run.numbers["hubspot_contacts"]


def test_a_fault_in_the_page_costs_no_sync_and_its_words_are_left_out(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("zacharias@quillfeather.example")

    monkeypatch.setattr("hubsync_assets.assets.run_report.looked_back", fail)
    project.put("db1", [person(1)])
    project.put("db2", [])
    run = project.run()
    assert run.success, run.failures
    assert b"no report was written" in stored_by_dagster(project)
    assert b"quillfeather" not in stored_by_dagster(project)
