"""``python -m hubsync_assets.emulator``: the emulator in a process of its own."""

import argparse
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
        bound = bind(given.host, given.port, beyond_loopback=given.beyond_loopback)
        portal = Portal.open(given.db, switches=Switches(api_version=given.api_version), tier=given.tier)
    except (ServerError, DatabaseError) as failure:
        print(failure, file=sys.stderr)
        return 2
    host, port = bound.getsockname()[:2]
    where = f"[{host}]" if ":" in host else host
    kept = given.db or "memory"
    bound.listen(BACKLOG)
    print(f"HubSpot emulator ready at http://{where}:{port} (portal {portal.id}, kept in {kept})", flush=True)
    try:
        build_server(portal).run([bound])
    except KeyboardInterrupt:
        return 0
    finally:
        portal.database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
