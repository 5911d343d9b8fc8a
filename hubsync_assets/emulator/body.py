"""Reading the body of a request, up to a limit.

Put here: how much is kept. Keep out: what it means (``gate``, ``control``).
"""

from starlette.requests import Request

__all__ = ["MOST_BYTES", "read_body"]

MOST_BYTES = 16_000_000
"""HubSpot publishes no limit; a batch of 100 contacts has a few hundred kilobytes at most in practice."""


async def read_body(request: Request) -> bytes | None:
    """The body; None as soon as it is longer than ``MOST_BYTES``, and then the rest is not kept."""
    pieces = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > MOST_BYTES:
            return None
        pieces.append(piece)
    return b"".join(pieces)
