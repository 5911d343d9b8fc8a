"""``python -m hubsync_assets.emulator``: the emulator in a process of its own."""

import argparse
import signal
import socket
import sys
from pathlib import Path

from hubsync_assets.emulator.api.routes import VERSIONS
from hubsync_assets.emulator.database import DatabaseError
from hubsync_assets.emulator.door import host_name, is_loopback
from hubsync_assets.emulator.limits import TIERS
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.presets import PRESETS, fill, is_empty, preset_tier
from hubsync_assets.emulator.server import BACKLOG, ServerError, bind, build_server
from hubsync_assets.emulator.switches import Switches

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted. Exit code 2: the port or the database can't be used, one line on stderr says why."""
    parser = argparse.ArgumentParser(prog="python -m hubsync_assets.emulator", description="A local HubSpot.")
    parser.add_argument("--port", type=int, default=8954, help="port to listen on (0: a free one)")
    parser.add_argument("--db", type=Path, help="SQLite file that keeps the portal (default: in memory)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="answer under this name too, such as a container's (repeatable; a --host that others can reach needs one)",
    )
    parser.add_argument("--tier", choices=TIERS, help="whose limits apply (default: the preset's; without one free)")
    parser.add_argument(
        "--preset", choices=PRESETS, help="what a portal without contacts is filled with, and its limits"
    )
    parser.add_argument("--api-version", choices=VERSIONS, default="", help="answer only at this version's paths")
    given = parser.parse_args(arguments)
    try:
        allowed = _names(given.allow_host)
        with bind(given.host, given.port, allowed_hosts=allowed) as bound:
            tier = given.tier or preset_tier(given.preset or "free")
            portal = Portal.open(given.db, switches=Switches(api_version=given.api_version), tier=tier)
            if given.preset:
                _fill(portal, given.preset)
            _serve(bound, portal, allowed)
    except (ServerError, DatabaseError) as failure:
        print(failure, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _fill(portal: Portal, preset: str) -> None:
    """Fill a new portal; one that has contacts, from an earlier start with the same file, stays as it is."""
    if is_empty(portal):
        with portal.database.transaction():
            fill(portal, preset)


def _names(given: list[str]) -> list[str]:
    """The names of ``--allow-host`` as the door compares them; ServerError for anything else."""
    names = [host_name(name) for name in given]
    if not all(names):
        raise ServerError(
            "--allow-host takes a name or an address as a URL has it, without http://: emulator, [fd00::1]."
        )
    return names


def _called(host: str, allowed: list[str]) -> str:
    """A name under which the door lets calls in to the address that is listened on."""
    if host in ("0.0.0.0", "::"):  # noqa: S104  (compared, not listened on)
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    name = host if is_loopback(host) or host in allowed else allowed[0]
    return f"[{name}]" if ":" in name else name


def _serve(bound: socket.socket, portal: Portal, allowed: list[str]) -> None:
    host, port = bound.getsockname()[:2]
    where = _called(host, allowed)
    bound.listen(BACKLOG)
    kept = portal.database.path or "memory"
    print(f"HubSpot emulator ready at http://{where}:{port} (portal {portal.id}, kept in {kept})", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that terminating closes the database too
    try:
        build_server(portal, allowed).run([bound])
    finally:
        portal.close()


if __name__ == "__main__":
    sys.exit(main())
