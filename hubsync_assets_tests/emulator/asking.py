"""Asking the emulator as any HTTP client would. Keep out: what is expected of the answers."""

from typing import Any, Self

import requests

__all__ = ["Api", "codes", "row"]

BASES = {
    "v3": ("/crm/v3/objects", "/crm/v3/properties"),
    "2026-03": ("/crm/objects/2026-03", "/crm/properties/2026-03"),
    "2026-09": ("/crm/objects/2026-09", "/crm/properties/2026-09"),
}


class Api:
    """An HTTP client of one API version, with a token."""

    def __init__(self, base_url: str, version: str = "v3", token: str = "a-token") -> None:
        self.base_url = base_url
        self.objects, self.definitions = BASES[version]
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def ask(self, method: str, path: str, body: object = None, **query: str) -> requests.Response:
        """Any path of the server."""
        return self.session.request(method, self.base_url + path, json=body, params=query, timeout=30)

    def contacts(self, method: str, rest: str = "", body: object = None, **query: str) -> requests.Response:
        """A path under contacts."""
        return self.ask(method, f"{self.objects}/contacts{rest}", body, **query)

    def properties(self, method: str, rest: str = "", body: object = None, **query: str) -> requests.Response:
        """A path under the contacts' properties."""
        return self.ask(method, f"{self.definitions}/contacts{rest}", body, **query)

    def upsert(self, *inputs: dict[str, Any]) -> requests.Response:
        """Batch upsert."""
        return self.contacts("POST", "/batch/upsert", {"inputs": list(inputs)})

    def create(self, **properties: object) -> str:
        """The id of a new contact."""
        answer = self.contacts("POST", "", {"properties": properties})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def get(self, identity: str, *names: str) -> dict[str, Any]:
        """A contact's asked-for properties."""
        answer = self.contacts("GET", f"/{identity}", properties=",".join(names))
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["properties"])

    def search(self, **body: object) -> requests.Response:
        """Search."""
        return self.contacts("POST", "/search", body)

    def define(self, name: str, kind: str = "string", field_type: str = "text", **more: object) -> requests.Response:
        """Make a property."""
        body = {"name": name, "label": name, "type": kind, "fieldType": field_type, "groupName": "contactinformation"}
        return self.properties("POST", "", {**body, **more})


def row(email: str, trace: str = "", **properties: object) -> dict[str, Any]:
    """An upsert input by email; with a trace id if one is given."""
    given = {"id": email, "idProperty": "email", "properties": {"email": email, **properties}}
    return {**given, "objectWriteTraceId": trace} if trace else given


def codes(answer: requests.Response) -> list[str]:
    """The error codes of a whole-batch 400."""
    return [it["code"] for it in answer.json()["errors"]]
