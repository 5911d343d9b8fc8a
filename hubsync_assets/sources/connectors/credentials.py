"""What a source sends with its requests, from the variables that its declaration names. Keep out: whom it is sent to (``following``)."""

import re
from collections.abc import Mapping

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.declaration import Source
from hubsync_assets.model.plain_http import leaves_in_plain

__all__ = ["headers_of"]

_VARIABLE = "env:"
_SENDABLE = re.compile(r"[\x20-\x7e]+")


def headers_of(name: str, url: str, declared: Source, environment: Mapping[str, str]) -> dict[str, str]:
    """The headers, with their secrets.

    Args:
        name: The source, for errors.
        url: Where they go; it may be from a variable, so that the declaration did not show it.
        declared: Which variables hold what.
        environment: The variables.

    Raises:
        PermanentError: A variable is not set, or holds what no header can be; or they would leave this machine in plain text.
    """
    if (declared.headers or declared.bearer) and not declared.allow_plain and leaves_in_plain(url):
        message = (
            f"{name}: its URL is http, and anybody on the way could read the bearer or headers that are declared: give its https URL, or "
            "declare allow_plain: true where the network is trusted"
        )
        raise PermanentError(message)
    headers = {header: _value(name, value, environment) for header, value in declared.headers.items()}
    if declared.bearer is not None:
        headers["Authorization"] = f"Bearer {_value(name, declared.bearer, environment)}"
    return headers


def _value(name: str, declared: str, environment: Mapping[str, str]) -> str:
    variable = declared.removeprefix(_VARIABLE)
    value = environment.get(variable, "").strip()
    if not value:
        message = f"{variable} is not set, and the source {name} sends it with its requests: set it"
        raise PermanentError(message)
    if not _SENDABLE.fullmatch(value):
        message = f"{variable} has characters that no header can have: correct it"
        raise PermanentError(message)
    return value
