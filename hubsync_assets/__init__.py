"""Two contact databases in, one HubSpot that holds the truth out. Nothing is imported here; start at ``definitions``."""

__version__ = "0.1.0"
