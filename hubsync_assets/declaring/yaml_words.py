"""Plain words for text that is no YAML.

Put here: what the scanner and the parser say, and what people read. Keep out: everything that is YAML.
"""

import re

import yaml

from hubsync_assets.declaring.document import Line

__all__ = ["line_of_no_yaml"]

_WORDS: tuple[tuple[str, str], ...] = (
    (r"found character '\\t'", "a tab stands where blanks belong: indent with blanks"),
    (r"found character '(.)' that cannot start any token", r"a text that begins with \1 belongs in quotes"),
    (r"found a tab character", "a tab stands where blanks belong: indent with blanks"),
    (r"mapping values are not allowed", "a colon is too many here: put the text into quotes, or mend the indentation"),
    (r"could not find expected ':'", "a colon is missing behind this key, or a text has to be in quotes"),
    (r"found unexpected end of stream", "a text in quotes begins here and never ends"),
    (r"expected ',' or '\]'", "a list begins here and is not closed by ], or a comma is missing in it"),
    (r"expected ',' or '\}'", "{ is not closed by }, or a comma is missing in between"),
    (r"expected <block end>", "the indentation does not fit the lines above"),
    (r"expected the node content", "something stands here that does not belong here; [ and {, ] and } come in pairs"),
    (
        r"found undefined alias",
        "no name behind & above is the one behind *: a text that begins with * belongs in quotes",
    ),
    (r"found duplicate anchor", "the same name behind & stands above already"),
    (r"found unknown escape character", r"in double quotes \\ begins a sign like \\n or \\t: use single quotes"),
    (r"but found another document", "a second document begins here: one is wanted"),
    (r"expected alphabetic or numeric", "a name belongs behind & and *: a text that begins with one belongs in quotes"),
)

_BEGINS_BEFORE = re.compile(r"unexpected end of stream|expected ',' or")
"""What is told best where it began."""


_QUOTED = re.compile(r"'[^']{2,}'")


def line_of_no_yaml(error: yaml.YAMLError, text: str) -> Line:
    """What is wrong, and where; nothing of the text is quoted, for a password may be in it."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return Line(line, "", "a character stands here that no text has (a control character)")
    if not isinstance(error, yaml.MarkedYAMLError):
        return Line(1, "", "this is no YAML")
    problem = str(error.problem or "")
    begins_before = error.context_mark is not None and _BEGINS_BEFORE.search(problem)
    mark = error.context_mark if begins_before else error.problem_mark or error.context_mark
    words = next((found.expand(said) for seen, said in _WORDS if (found := re.search(seen, problem))), None)
    return Line(
        mark.line + 1 if mark is not None else 1, "", f"this is no YAML: {words or _QUOTED.sub('...', problem)}"
    )
