"""What a source sends with its requests, from the variables that its declaration names. Keep out: whom it is sent to (``following``)."""

import re
from collections.abc import Mapping

from hubsync_assets.errors import PermanentError
from hubsync_assets.model.declaration import Source

__all__ = ["headers_of"]

_VARIABLE = "env:"
_SENDABLE = re.compile(r"[\x20-\x7e]+")


def headers_of(name: str, declared: Source, environment: Mapping[str, str]) -> dict[str, str]:
    """The headers, with their secrets.

    Args:
        name: The source, for errors.
        declared: Which variables hold what.
        environment: The variables.

    Raises:
        PermanentError: A variable is not set, or holds what no header can be.
    """
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
