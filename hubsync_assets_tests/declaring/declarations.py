"""Strategies for declarations without faults, as plain values."""

from typing import Any

from hypothesis import strategies as st

from hubsync_assets.kinds.policies import Rule
from hubsync_assets.kinds.registry import KINDS

SOURCES = ("crm", "billing", "shop", "db1")
FIELDS = ("name", "country", "phone", "size", "mrr", "city", "zip", "job_title", "no", "score")
WORDS = st.sampled_from(
    (
        "x",
        "NO",
        "no",
        "yes",
        "on",
        "012",
        "1e3",
        "null",
        "~",
        "a: b",
        "# a",
        "3.10",
        "true",
        "ñ",
        "a, b",
        "'",
        '"',
        "=",
        "<<",
    )
)

SOURCE = st.fixed_dictionaries(
    {"read": st.sampled_from(("data/crm", "env:CRM_URL", "https://example.com/a.csv?b=c", "*.csv"))},
    optional={
        "where": st.sampled_from(("plan <> 'test'", "\"a b\" is null or lower(plan) = 'x'")),
        "decimal": st.sampled_from((".", ",")),
        "null_words": st.lists(WORDS, max_size=3),
        "encoding": st.sampled_from(("utf-8", "cp1252")),
        "delimiter": st.sampled_from((";", "\t", "|", ",")),
        "sheet": st.sampled_from(("People", "Tabelle 1")),
        "region": st.sampled_from(("NO", "ES")),
        "absent": st.sampled_from(("empty", "not_given")),
        "rank": st.sampled_from(("time", "name")),
    },
)


@st.composite
def field(draw: st.DrawFn, name: str, sources: tuple[str, ...]) -> dict[str, Any]:
    kind = draw(st.sampled_from([kind for kind in KINDS if kind != "email"]))
    model = KINDS[kind]
    declared: dict[str, Any] = {"kind": kind}
    rule = draw(st.sampled_from([rule.value for rule in Rule if rule in model.rules and rule is not Rule.NEWEST]))
    match draw(st.integers(0, 2)):
        case 1:
            declared["keep"] = rule
        case 2:
            declared["keep"] = {"rule": rule, "order": draw(st.permutations(sources))}
    match draw(st.integers(0, 4)):
        case 1:
            declared["property"] = None
        case 2:
            declared["property"] = f"our_{name}"
        case 3:
            declared["property"] = {"name": f"our_{name}", "label": draw(WORDS)}
        case 4:
            declared["property"] = {f"our_{name}": model.forms[0], f"other_{name}": model.forms[-1]}
    if "values" in model.model_fields and draw(st.booleans()):
        words = draw(st.lists(st.sampled_from(("free", "no", "012", "ja")), min_size=1, unique=True))
        declared["values"] = draw(st.sampled_from((words, {word: f"v{word}" for word in words})))
        declared["other"] = draw(st.sampled_from(("reject", "drop", "keep")))
    if "zone" in model.model_fields and draw(st.booleans()):
        declared |= {"formats": ["iso", "%d.%m.%Y"] if kind == "date" else ["epoch_ms"], "zone": "Europe/Madrid"}
    if draw(st.booleans()):
        declared["write"] = draw(st.sampled_from(("overwrite", {"how": "overwrite"}, {"edited": "ours"})))
    return declared


@st.composite
def declarations(draw: st.DrawFn) -> dict[str, Any]:
    """Every key of a declaration and of a source, and what all kinds of field share."""
    sources = tuple(draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True)))
    names = draw(st.lists(st.sampled_from(FIELDS), max_size=5, unique=True))
    declared: dict[str, Any] = {"key": "email"} if draw(st.booleans()) else {}
    declared["sources"] = {source: draw(SOURCE) for source in sources}
    declared["fields"] = {"email": {"kind": "email"}, **{name: draw(field(name, sources)) for name in names}}
    for source in sources:
        place = (
            draw(st.dictionaries(st.sampled_from(names), st.sampled_from(("columns", "constants")))) if names else {}
        )
        for name, where in place.items():
            value = draw(st.one_of(WORDS, st.lists(WORDS, min_size=1, max_size=2)) if where == "columns" else WORDS)
            declared["sources"][source].setdefault(where, {})[name] = value
    for key in ("create_properties", "create"):
        if draw(st.booleans()):
            declared[key] = draw(st.booleans())
    return declared
