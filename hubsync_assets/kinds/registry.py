"""All kinds there are, by the word that a declaration has for each.

Put here: the list. A new kind is its module and one line here.
"""

from typing import Annotated

from pydantic import Discriminator

from hubsync_assets.kinds.country import Country
from hubsync_assets.kinds.email import Email
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.numbers import Number, Whole
from hubsync_assets.kinds.phone import Phone
from hubsync_assets.kinds.text import Id, Text

__all__ = ["KINDS", "AnyField"]

AnyField = Annotated[
    Email | Text | Id | Whole | Number | Country | Phone,
    Discriminator("kind"),
]
"""A field of some kind, as ``kind:`` says."""

KINDS: dict[str, type[Field]] = {
    kind.model_fields["kind"].default: kind for kind in (Email, Text, Id, Whole, Number, Country, Phone)
}
"""The class of each kind."""
