"""A run as one page: what came in, what was merged, what changed in HubSpot, and what needs somebody, with why.

Put here: the page's parts in their order. Keep out: HTML itself (``markup``), and looking things up (``looking_back``).
"""

from collections.abc import Iterator

from hubsync_assets.reporting.charts import bars
from hubsync_assets.reporting.contents import Change, Disagreement, RunContents, Stage
from hubsync_assets.reporting.disguise import NOTHING, Disguise
from hubsync_assets.reporting.markup import Markup, element, link, page, table
from hubsync_assets.reporting.plain_words import ACTION_WORDS, HELD_WORDS, SETTLED_WORDS
from hubsync_assets.reporting.trouble_tables import refused_part, rejected_part, rest_of

__all__ = ["run_page"]

_STAGES = {
    Stage.READ: "The sources are read. Nothing is planned yet: if the run has ended, it stopped here, and its page in Dagster says why.",
    Stage.PLANNED: "The plan is made and nothing of it is written to HubSpot (yet).",
    Stage.WRITTEN: "The plan is written to HubSpot.",
}


def run_page(contents: RunContents, disguise: Disguise) -> str:
    """The page of a run.

    Args:
        contents: what the run did.
        disguise: what of contacts may be seen.

    Returns:
        An HTML document.
    """
    return page(
        f"Sync of {contents.head.at:%Y-%m-%d %H:%M} UTC",
        *_head(contents, disguise),
        *_attention(contents, disguise),
        *(_changes(contents, disguise) if contents.head.stage >= Stage.PLANNED else ()),
        *_incoming(contents),
        *(_merged(contents, disguise) if contents.head.stage >= Stage.PLANNED else ()),
    )


def _head(contents: RunContents, disguise: Disguise) -> Iterator[Markup]:
    head = contents.head
    yield element("h1", f"Sync of {head.at:%Y-%m-%d %H:%M} UTC")
    yield element("p", f"To {head.pages.words}. Run {head.run_id}.", class_="soft")
    yield element("p", _STAGES[head.stage])
    for note in head.notes:
        yield element("p", note, class_="note bad")
    yield element("div", *_cards(contents), class_="cards")
    parts = {"attention": "Needs somebody", "changes": "Changes", "incoming": "What came in", "merged": "Merged"}
    there = [*parts] if head.stage >= Stage.PLANNED else ["attention", "incoming"]
    yield element("nav", *(element("a", parts[part], href=f"#{part}") for part in there))
    if not disguise.is_full:
        yield element(
            "p",
            "Emails, phones, names and other texts are masked here. HUBSYNC_REPORT_DETAIL=full shows them in the pages of later runs; "
            "all about one contact: python -m hubsync_assets.explain",
            class_="soft",
        )


def _cards(contents: RunContents) -> Iterator[Markup]:
    planned = contents.planned
    numbers = {"records read": sum(of.get("records", 0) for of in contents.sources.values())}
    if contents.head.stage >= Stage.PLANNED:
        numbers |= {
            "contacts in the sources": contents.merged.get("contacts", 0),
            **(contents.head.results or _to_do(contents)),
            "unchanged": sum(planned.get("unchanged", {}).values()),
            "held back": sum(planned.get("held_back", {}).values()),
            "refused by HubSpot": contents.refused.total,
        }
    numbers["not readable"] = contents.rejected.total
    for name, number in numbers.items():
        yield element("div", element("b", f"{number:,}"), element("span", name), class_="card")


def _to_do(contents: RunContents) -> dict[str, int]:
    return {"to create": contents.planned.get("creates", 0), "to update": contents.planned.get("updates", 0)}


def _attention(contents: RunContents, disguise: Disguise) -> Iterator[Markup]:
    yield element("h2", "Needs somebody", id="attention")
    parts = [
        *(element("p", words, class_="note warn") for words in contents.doubts.values()),
        *refused_part(contents.refused, contents.head.pages, disguise),
        *rejected_part(contents.rejected, contents.rejected_by, disguise),
        *_held(contents),
    ]
    yield from parts or [element("p", "Nothing: all that was read is synced or unchanged.", class_="note good")]


def _held(contents: RunContents) -> Iterator[Markup]:
    held = {reason: count for reason, count in contents.planned.get("held_back", {}).items() if count}
    if held:
        yield element("h3", "Contacts that are held back")
        rows = [(f"{count:,}", HELD_WORDS.get(reason, reason.replace("_", " "))) for reason, count in held.items()]
        yield table(("contacts", "because"), rows, numbers=(0,))
    settled = {
        (reason, name): count
        for reason, by in contents.planned.get("settled", {}).items()
        for name, count in by.items()
    }
    if settled:
        yield element("h3", "Values that are not sent")
        yield table(
            ("values", "field", "because", "what would free them"),
            [(f"{count:,}", name, *SETTLED_WORDS[reason]) for (reason, name), count in settled.items()],
            numbers=(0,),
        )


def _changes(contents: RunContents, disguise: Disguise) -> Iterator[Markup]:
    is_written = contents.head.stage is Stage.WRITTEN
    yield element("h2", "Changed in HubSpot" if is_written else "Would change in HubSpot", id="changes")
    if not contents.changes:
        yield element("p", "Nothing: HubSpot holds what the sources say.")
        return
    by_property = contents.planned.get("changes", {})
    yield bars({name: sum(by.values()) for name, by in by_property.items()}, "Values by property")
    for action, listed in contents.changes.items():
        yield element("h3", f"{ACTION_WORDS[action]}: {listed.total:,} value{'' if listed.total == 1 else 's'}")
        yield table(
            ("contact, by source", "record", "property", "old", "new", "outcome"),
            [_change(change, contents, disguise) for change in listed.rows],
            filtered=True,
        )
        yield from rest_of(listed)


def _change(change: Change, contents: RunContents, disguise: Disguise) -> tuple[str, ...]:
    who = f"{change.email} ({change.contact})" if disguise.is_full else change.contact
    return (
        who,
        link(change.hubspot_id or NOTHING, contents.head.pages.of(change.hubspot_id)),
        change.property_name,
        disguise.value(change.field_name, change.old),
        disguise.value(change.field_name, change.new),
        change.outcome,
    )


def _incoming(contents: RunContents) -> Iterator[Markup]:
    yield element("h2", "What came in", id="incoming")
    yield bars({source: of.get("records", 0) for source, of in contents.sources.items()}, "Records by source")
    rows = [
        (
            source,
            f"{of.get('files', 0):,}",
            f"{of.get('records', 0):,}",
            f"{of.get('kept', 0):,}",
            f"{of.get('rejected', 0):,}",
            f"{of.get('filtered', 0):,}",
            f"{of.get('dropped_values', 0):,}",
        )
        for source, of in contents.sources.items()
    ]
    head = ("source", "files", "records", "of use", "rejected", "left out by where", "values dropped")
    yield table(head, rows, numbers=(1, 2, 3, 4, 5, 6))
    notes = [f"{source}: {file}: {note}" for source, of in contents.sources.items() for file, note in _notes(of)]
    if notes:
        yield element("ul", *(element("li", note) for note in notes))


def _notes(reading: object) -> Iterator[tuple[str, str]]:
    """What was recognised of files, and which were not read, without contact data."""
    if isinstance(reading, dict):
        yield from reading.get("notes", {}).items()
        yield from reading.get("refused", {}).items()


def _merged(contents: RunContents, disguise: Disguise) -> Iterator[Markup]:
    merged = contents.merged
    yield element("h2", "What it was merged to", id="merged")
    yield element(
        "p",
        f"{merged.get('kept', 0):,} records are {merged.get('contacts', 0):,} contacts; {merged.get('in_several', 0):,} of them are in "
        f"more than one source. In {merged.get('conflicts', 0):,} fields their records disagree, and the field's rule decided.",
    )
    by_field = merged.get("conflicts_by_field", {})
    yield bars(by_field, "Disagreements by field")
    if contents.disagreements.total:
        yield table(
            ("contact, by source", "field", "kept", "of", "not kept", "by the rule"),
            [_disagreement(each, disguise) for each in contents.disagreements.rows],
            filtered=True,
        )
        yield from rest_of(contents.disagreements)


def _disagreement(each: Disagreement, disguise: Disguise) -> tuple[str, ...]:
    who = f"{each.email} ({each.contact})" if disguise.is_full else each.contact
    others = "; ".join(f"{disguise.value(each.field_name, value)} of {source}" for value, source in each.others)
    return (who, each.field_name, disguise.value(each.field_name, each.kept), each.kept_source, others, each.rule)
