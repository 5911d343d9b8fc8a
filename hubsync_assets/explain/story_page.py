"""A story as a page that needs no network.

Keep out: what it says (``telling``), and HTML itself (``reporting.markup``).
"""

from collections.abc import Iterator

from hubsync_assets.explain.story import Story
from hubsync_assets.explain.telling import parts_of
from hubsync_assets.reporting.markup import Markup, element, link, page, table

__all__ = ["story_page"]


def story_page(story: Story) -> str:
    """An HTML document."""
    return page("Why does HubSpot say this?", *_body(story))


def _body(story: Story) -> Iterator[Markup]:
    yield element("h1", story.email)
    yield element("p", story.verdict, class_="note")
    if story.now.address is not None:
        yield element("p", "Its record: ", link(story.now.address, story.now.address))
    if story.reasons:
        yield element("h2", "Why, and what would help")
        yield table(("why", "what would help"), [(reason.why, reason.free) for reason in story.reasons])
    for part in parts_of(story):
        yield element("h2", part.title)
        # A column that says nothing only takes the others' room.
        used = [place for place in range(len(part.head)) if any(row[place] for row in part.rows)]
        rows = [[row[place] for place in used] for row in part.rows]
        yield table([part.head[place] for place in used], rows) if rows else element("p", part.empty, class_="soft")
