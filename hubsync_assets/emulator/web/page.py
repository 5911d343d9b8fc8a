"""The page at ``/``: contacts, newest first, and what was called."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hubsync_assets.emulator.portal import Portal

__all__ = ["page_routes"]

COLUMNS = ("email", "firstname", "lastname", "country", "phone", "company", "company_size", "mrr")


def page_routes(portal: Portal) -> list[Route]:
    """The page."""

    async def show(_request: Request) -> Response:
        contacts = "".join(
            f"<tr><td>{it.id}</td>"
            + "".join(f"<td>{escape(it.properties.get(name, ''))}</td>" for name in COLUMNS)
            + "</tr>"
            for it in portal.contacts.newest(100)
        )
        calls = "".join(
            f"<tr><td>{it.id}</td><td>{it.method}</td><td>{escape(it.path)}</td><td>{it.status or 'reset'}</td>"
            f"<td>{it.inputs}</td><td>{it.own_ms:.1f}</td></tr>"
            for it in portal.calls.newest(50)
        )
        head = "".join(f"<th>{name}</th>" for name in COLUMNS)
        return HTMLResponse(
            "<!doctype html><title>HubSpot emulator</title><style>body{font:14px system-ui;margin:2rem}"
            "td,th{padding:.2rem .6rem;text-align:left}</style>"
            f"<h1>HubSpot emulator, portal {portal.id}</h1><h2>{portal.contacts.count()} contacts</h2>"
            f"<table><tr><th>id</th>{head}</tr>{contacts}</table><h2>Calls</h2>"
            f"<table><tr><th>#</th><th>method</th><th>path</th><th>status</th><th>inputs</th><th>ms</th></tr>{calls}</table>"
        )

    return [Route("/", show, methods=["GET"])]
