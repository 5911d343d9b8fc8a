"""HTML in which nothing can be forgotten to be escaped: text is escaped where it goes in, and only what was made here is not.

Put here: elements and whole pages. Keep out: what stands on a page.
"""

from collections.abc import Iterable, Sequence
from html import escape

from hubsync_assets.reporting.style import SCRIPT, STYLE

__all__ = ["Markup", "element", "joined", "link", "page", "table"]

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)
"""What a browser may do for a page: nothing that needs the network, even if something were to be smuggled into it."""
_EMPTY = frozenset({"meta"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | float | None) -> Markup:
    """An element; what is not markup is escaped.

    Args:
        tag: its name.
        children: what stands in it.
        attributes: an underscore is a hyphen, and one at the end is dropped; None leaves an attribute out.
    """
    said = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{tag}{said}>" if tag in _EMPTY else f"<{tag}{said}>{joined(children)}</{tag}>")


def joined(children: Iterable[str]) -> Markup:
    """Pieces one after the other; what is not markup is escaped."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def link(text: str, address: str | None) -> Markup:
    """A link to a page elsewhere; without an address just the text."""
    if address is None or not address.startswith(("https://", "http://")):
        return joined([text])
    return element("a", text, href=address, rel="noreferrer noopener", target="_blank")


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = (), filtered: bool = False
) -> Markup:
    """A table.

    Args:
        head: the columns' names.
        rows: cells, as text or markup.
        numbers: which columns stand to the right.
        filtered: whether the page's script puts a field above it that hides rows.
    """
    classes = ["number" if place in numbers else None for place in range(len(head))]
    heads = [element("th", name, scope="col", class_=class_) for name, class_ in zip(head, classes, strict=True)]
    body = [
        element("tr", *(element("td", cell, class_=class_) for cell, class_ in zip(row, classes, strict=True)))
        for row in rows
    ]
    found = element("table", element("thead", element("tr", *heads)), element("tbody", *body))
    return element("div", found, class_="table", data_filter="" if filtered else None)


def page(title: str, *body: str) -> str:
    """A whole document that needs nothing from anywhere."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="referrer", content="no-referrer"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", title),
        element("style", Markup(STYLE)),
    )
    # Without the script the page is the same, but for the fields that hide rows.
    script = element("script", Markup(SCRIPT))
    whole = element("html", head, element("body", element("main", *body), script), lang="en")
    return f"<!DOCTYPE html>\n{whole}\n"
