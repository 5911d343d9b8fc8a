"""Words that stand in exports where there is no value.

Put here: the lists, and nothing else. A word counts when it is the whole value after cleaning, in any case, in every field. So a
person whose only name is None or Null has no name here; one with a second word in the name keeps it. Keep out: how values are read
(``contacts``).
"""

__all__ = ["AS_WRITTEN", "EMPTY_WORDS", "UNREADABLE_WORDS"]

EMPTY_WORDS = frozenset({"null", "\\n", "none", "nil", "(null)", "<null>", "[null]", "-", "--"})
"""The database says that there is nothing. In lower case."""

UNREADABLE_WORDS = frozenset(
    {
        "nan", "#n/a", "n/a", "?", "n.a.", "<na>", "(none)",
        "#ref!", "#name?", "#num!", "#null!",
        "#nv", "#wert!", "#zahl!",
        "#n/d", "#nom?", "#nome?", "#rif!",
    }
)  # fmt: skip
"""A program says that it does not know: that is no news of the contact, so the value is unreadable. In lower case, and short: only values that are
no longer than the longest word of both lists are looked at twice."""

AS_WRITTEN = ("#VALUE!", "#DIV/0!", "#BEZUG!", "#VALEUR!", "undefined")
"""The same in words that are longer, which programs always write like this."""
