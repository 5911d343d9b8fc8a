"""Markdown as Dagster's pages show it: in place while it is short, behind a link when it is long.

Put here: that limit, and what is shown first. Keep out: what is said (``plan_summary``, ``upload_summary``).
"""

import dagster as dg

__all__ = ["IN_PLACE", "shown_markdown"]

IN_PLACE = 1_000
"""From so many characters on an asset's page shows ``[Show Markdown]`` instead (Dagster 1.13)."""


def shown_markdown(text: str) -> dict[str, dg.MarkdownMetadataValue]:
    """Metadata that stands first on an asset's page and is read there without a click.

    Args:
        text: paragraphs, divided by an empty line, the most important first.

    Returns:
        ``summary``, as many paragraphs as are shown in place, and ``summary_continued`` with the others where there are any.
    """
    paragraphs = text.split("\n\n")
    fits = 1
    while fits < len(paragraphs) and len("\n\n".join(paragraphs[: fits + 1])) < IN_PLACE:
        fits += 1
    first, others = "\n\n".join(paragraphs[:fits]), "\n\n".join(paragraphs[fits:])
    shown = {"summary": dg.MetadataValue.md(first)}
    return {**shown, "summary_continued": dg.MetadataValue.md(others)} if others else shown
