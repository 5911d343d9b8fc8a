"""A local HubSpot: a real HTTP server with a portal in SQLite, for people without a spare portal and for every test.

``with HubSpotEmulator() as hubspot:`` in a test, ``python -m hubsync_assets.emulator`` in a shell. The room knows Starlette,
uvicorn, orjson and sqlite3, and nothing of the rest of the project, which in turn doesn't import it.
"""

from hubsync_assets.emulator.client import ControlError, EmulatorControl
from hubsync_assets.emulator.faults import KINDS
from hubsync_assets.emulator.server import HubSpotEmulator, ServerError
from hubsync_assets.emulator.switches import Switches

__all__ = ["KINDS", "ControlError", "EmulatorControl", "HubSpotEmulator", "ServerError", "Switches"]
