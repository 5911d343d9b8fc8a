"""How an answer over HTTP leads to the next page of the same export, as it is declared.

Put here: the keys. Keep out: following (``sources.files.pages``).
"""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["HEADER", "Pages"]

HEADER = "rel=next"
"""In place of a path: the next page is in the header Link."""


class Pages(BaseModel):
    """How pages are followed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    next: Annotated[
        str | None,
        Field(
            min_length=1,
            description="Where an answer has the URL of the next page, as in paging.next.link; or rel=next, its header Link.",
        ),
    ] = None
    cursor: Annotated[
        str | None,
        Field(min_length=1, description="Where an answer has what the next request sends, as in paging.next.after."),
    ] = None
    parameter: Annotated[
        str | None, Field(min_length=1, description="With cursor: the parameter of the URL that it is sent in.")
    ] = None
    number: Annotated[
        str | None,
        Field(
            min_length=1,
            description="The parameter of the URL that has the number of the page; the first page without records is the last.",
        ),
    ] = None
    first: Annotated[int, Field(ge=0, description="With number: that of the first page; left out: 1.")] = 1
    most: Annotated[
        int, Field(ge=1, le=1_000_000, description="The most pages; what is behind them is missing. Left out: 10000.")
    ] = 10_000
