"""``python -m hubsync_assets.emulator``: the emulator in a process of its own."""

import argparse
import signal
import socket
import sys
from pathlib import Path

from hubsync_assets.emulator.api.routes import VERSIONS
from hubsync_assets.emulator.database import DatabaseError
from hubsync_assets.emulator.limits import TIERS
from hubsync_assets.emulator.portal import Portal
from hubsync_assets.emulator.server import BACKLOG, ServerError, bind, build_server
from hubsync_assets.emulator.switches import Switches

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted. Exit code 2: the port or the database can't be used, one line on stderr says why."""
    parser = argparse.ArgumentParser(prog="python -m hubsync_assets.emulator", description="A local HubSpot.")
    parser.add_argument("--port", type=int, default=8954, help="port to listen on (0: a free one)")
    parser.add_argument("--db", type=Path, help="SQLite file that keeps the portal (default: in memory)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--beyond-loopback", action="store_true", help="allow a --host that others can reach")
    parser.add_argument("--tier", choices=TIERS, default="free", help="whose limits apply")
    parser.add_argument("--api-version", choices=VERSIONS, default="", help="answer only at this version's paths")
    given = parser.parse_args(arguments)
    try:
        with bind(given.host, given.port, beyond_loopback=given.beyond_loopback) as bound:
            portal = Portal.open(given.db, switches=Switches(api_version=given.api_version), tier=given.tier)
            _serve(bound, portal)
    except (ServerError, DatabaseError) as failure:
        print(failure, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


def _serve(bound: socket.socket, portal: Portal) -> None:
    host, port = bound.getsockname()[:2]
    where = f"[{host}]" if ":" in host else host
    bound.listen(BACKLOG)
    kept = portal.database.path or "memory"
    print(f"HubSpot emulator ready at http://{where}:{port} (portal {portal.id}, kept in {kept})", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that terminating closes the database too
    try:
        build_server(portal).run([bound])
    finally:
        portal.close()


if __name__ == "__main__":
    sys.exit(main())
