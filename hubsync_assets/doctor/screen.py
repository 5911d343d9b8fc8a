"""The one screen, and the same as JSON.

Keep out: finding.
"""

import json
from collections.abc import Iterator, Sequence

from hubsync_assets.doctor.findings import Level, Part, worst

__all__ = ["as_json", "lines"]

_MARKS = {Level.WELL: "  ", Level.ATTENTION: "! ", Level.BROKEN: "X "}
_COLOURS = {Level.WELL: "", Level.ATTENTION: "\033[33m", Level.BROKEN: "\033[31m"}
_VERDICTS = {
    Level.WELL: "All well.",
    Level.ATTENTION: "Needs attention:",
    Level.BROKEN: "Cannot work:",
}


def lines(parts: Sequence[Part], *, colour: bool = False) -> Iterator[str]:
    """For a terminal.

    Args:
        parts: What was found.
        colour: Whether it shows colours.
    """
    wide = max(len(part.name) for part in parts)
    for part in parts:
        name = part.name
        for finding in part.findings:
            text = f"{_MARKS[finding.level]}{name:<{wide}}  {_plain(finding.text)}"
            yield _coloured(text, finding.level) if colour else text
            name = ""
    found = worst(parts)
    yield ""
    yield _VERDICTS[found]
    for level in (Level.BROKEN, Level.ATTENTION):
        for part in parts:
            for finding in part.findings:
                if finding.level == level:
                    yield f"{_MARKS[level]}{part.name}: {_plain(finding.text)}"
                    if finding.do:
                        yield f"    -> {finding.do}"


def as_json(parts: Sequence[Part]) -> str:
    """For scripts."""
    told = [
        {
            "part": part.name,
            "level": part.level.name.lower(),
            "findings": [
                {"text": finding.text, "level": finding.level.name.lower(), "do": finding.do}
                for finding in part.findings
            ],
        }
        for part in parts
    ]
    return json.dumps({"code": worst(parts).value, "parts": told}, indent=2)


def _coloured(text: str, level: Level) -> str:
    return f"{_COLOURS[level]}{text}\033[0m" if _COLOURS[level] else text


def _plain(text: str) -> str:
    """What a file's name holds must not steer the terminal."""
    return "".join(char if char.isprintable() else "?" for char in text)
