"""The page at ``/`` and the files it loads.

Put here: serving them. Keep out: data, which the page asks for over the control path (``views``).
"""

from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

__all__ = ["page_routes"]

FILES = {"/": ("index.html", "text/html"), "/_emulator/page.css": ("page.css", "text/css")}
SCRIPTS = ("page.js", "build.js", "plot.js", "contacts.js", "calls.js", "faults.js")


def page_routes() -> list[Route]:
    """A route for each file."""
    served = {**FILES, **{f"/_emulator/{name}": (name, "text/javascript") for name in SCRIPTS}}
    return [_route(path, name, kind) for path, (name, kind) in served.items()]


def _route(path: str, name: str, kind: str) -> Route:
    content = (files(__package__) / name).read_bytes()

    async def show(_request: Request) -> Response:
        return Response(content, media_type=kind, headers={"Cache-Control": "no-cache"})

    return Route(path, show, methods=["GET"])
