"""Two contact databases in, one HubSpot that holds the truth out. Nothing is imported here; start at ``definitions``."""

__version__ = "0.1.0"

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubsync_assets.building import build_definitions
    from hubsync_assets.scanning import scan

__all__ = ["build_definitions", "scan"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as Python wants it
    """The public names, imported when they are asked for: Dagster takes two seconds, and most modules do without."""
    if name == "build_definitions":
        from hubsync_assets.building import build_definitions as found  # noqa: PLC0415

        return found
    if name == "scan":
        from hubsync_assets.scanning import scan as scanning  # noqa: PLC0415

        return scanning
    raise AttributeError(name)
