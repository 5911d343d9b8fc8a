"""Small charts as SVG that stands in the page.

Put here: bars. Keep out: what is counted.
"""

from collections.abc import Mapping

from hubsync_assets.reporting.markup import Markup, element

__all__ = ["bars"]

_ROW, _NAME, _BAR, _NUMBER = 24, 240, 360, 120


def bars(counts: Mapping[str, int], title: str) -> Markup:
    """A bar for each count that is not nothing, with its name before it and its number behind.

    Args:
        counts: by name.
        title: what is counted, for those who cannot see the chart.
    """
    shown = {name: count for name, count in counts.items() if count}
    if not shown:
        return Markup("")
    most = max(shown.values())
    rows = []
    for place, (name, count) in enumerate(shown.items()):
        top = place * _ROW
        width = max(1, round(_BAR * count / most))
        rows += [
            element("text", name, x=_NAME - 8, y=top + 16, text_anchor="end"),
            element("rect", x=_NAME, y=top + 4, width=width, height=_ROW - 8, rx=2),
            element("text", f"{count:,}", x=_NAME + width + 8, y=top + 16),
        ]
    width, height = _NAME + _BAR + _NUMBER, _ROW * len(shown)
    return element(
        "svg", *rows, viewBox=f"0 0 {width} {height}", width=width, height=height, role="img", aria_label=title
    )
