"""All kinds there are, by the word that a declaration has for each.

Put here: the list. A new kind is its module and one line here.
"""

from typing import Annotated, get_args

from pydantic import Discriminator

from hubsync_assets.kinds.boolean import Boolean
from hubsync_assets.kinds.country import Country
from hubsync_assets.kinds.dates import Date, Datetime
from hubsync_assets.kinds.email import Email
from hubsync_assets.kinds.enumeration import Enum
from hubsync_assets.kinds.field import Field
from hubsync_assets.kinds.multi import Multi
from hubsync_assets.kinds.numbers import Number, Whole
from hubsync_assets.kinds.phone import Phone
from hubsync_assets.kinds.text import Id, Text
from hubsync_assets.kinds.url import Url

__all__ = ["KINDS", "AnyField"]

AnyField = Annotated[
    Email | Text | Id | Whole | Number | Boolean | Date | Datetime | Enum | Multi | Country | Phone | Url,
    Discriminator("kind"),
]
"""A field of some kind, as ``kind:`` says."""

KINDS: dict[str, type[Field]] = {kind.model_fields["kind"].default: kind for kind in get_args(get_args(AnyField)[0])}
"""The class of each kind."""
