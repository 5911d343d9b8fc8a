"""What obstore raises, in our own words: what it says quotes whole URLs and what a server answered.

Put here: which failure means what, and what to do about it. Keep out: catching, and the words of errors (``errors``) that this room finds itself.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hubsync_assets.errors import HubsyncError
from hubsync_assets.sources.buckets import errors

__all__ = ["explained", "in_own_words"]

_STATUS = re.compile(r"status code: (\d{3})")
_NO_CREDENTIALS = {
    "s3": "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role",
    "az": "no credentials: set AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN, or give this machine an identity",
    "gs": "no credentials: set GOOGLE_APPLICATION_CREDENTIALS, or give this machine a service account",
}
_KEYS = {
    "s3": "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, if they are temporary, AWS_SESSION_TOKEN",
    "az": "AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN",
    "gs": "GOOGLE_APPLICATION_CREDENTIALS",
}

_SIGNS: tuple[tuple[re.Pattern[str], Callable[[str, str], HubsyncError]], ...] = (
    (re.compile("NoSuchBucket|ContainerNotFound|specified bucket does not exist"), lambda name, _: errors.no_bucket(name)),
    (
        re.compile("PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint"),
        lambda name, _: errors.refused(name, "the bucket is in another region: set AWS_REGION to its own"),
    ),
    (
        re.compile("InvalidObjectState|BlobArchived"),
        lambda name, _: errors.refused(name, "it is archived: bring it back to storage that can be read at once"),
    ),
    (
        re.compile("InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|AuthenticationFailed|Invalid Access Key|InvalidClientTokenId"),
        lambda name, scheme: errors.refused(name, f"the credentials are wrong or have expired: check {_KEYS[scheme]}"),
    ),
    (
        re.compile("latest/api/token|latest/meta-data|metadata/identity|metadata.google.internal|[Mm]issing *[Cc]redential"),
        lambda name, scheme: errors.refused(name, _NO_CREDENTIALS[scheme]),
    ),
    (
        re.compile("Account must be specified|MissingAccount"),
        lambda name, _: errors.refused(name, "nobody knows which account: set AZURE_STORAGE_ACCOUNT_NAME"),
    ),
    (
        re.compile("certificate", re.IGNORECASE),
        lambda name, _: errors.refused(name, "the store's TLS certificate is not trusted here: check the endpoint or install the authority"),
    ),
    (re.compile("timed out|TimedOut|Timeout"), lambda name, _: errors.failed(name, "the store did not answer in time")),
    (
        re.compile("error sending request|[Cc]onnect|dns error"),
        lambda name, _: errors.failed(name, "no connection to the store"),
    ),
)  # fmt: skip
"""By what an error says, the first that fits. A status alone comes after these."""


def explained(name: str, scheme: str, error: BaseException) -> HubsyncError:
    """The error that says what happened.

    Args:
        name: What was asked for, as people may see it.
        scheme: Of the store.
        error: From obstore.
    """
    kind, text = type(error).__name__, str(error)
    found = next((make for sign, make in _SIGNS if sign.search(text)), None)
    status = int(_STATUS.search(text)[1]) if _STATUS.search(text) else 0  # type: ignore[index]
    if isinstance(error, FileNotFoundError) and "NoSuchBucket" not in text and "ContainerNotFound" not in text:
        return errors.no_such_object(name)
    if kind == "InvalidPathError":
        return errors.no_name(name)
    if kind == "PreconditionError":
        return errors.replaced(name)
    if found is not None:
        return found(name, scheme)
    return _by_status(name, scheme, kind, status)


def _by_status(name: str, scheme: str, kind: str, status: int) -> HubsyncError:
    if kind in {"PermissionDeniedError", "UnauthenticatedError"} or status in {401, 403}:
        words = f"the store does not allow it: check {_KEYS[scheme]}, and that they may list and read there"
        return errors.refused(name, words)
    if status == 404:
        return errors.no_bucket(name)
    if 300 <= status < 500 and status not in {408, 429}:
        return errors.refused(name, f"the store does not accept the request (HTTP {status}): check its address")
    if kind in {"UnknownConfigurationKeyError", "PanicException"}:
        return errors.refused(name, "what the environment says of the store cannot be used: check its variables")
    return errors.failed(name, f"the store answers HTTP {status}" if status else "the store could not be asked")


@contextmanager
def in_own_words(name: str, scheme: str) -> Iterator[None]:
    """Whatever obstore raises in here becomes one of our errors."""
    from obstore.exceptions import BaseError  # noqa: PLC0415 - an extra

    try:
        yield
    except HubsyncError:
        raise
    except (BaseError, OSError, ValueError) as error:
        raise explained(name, scheme, error) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of Rust, and no Exception; it can be imported from nowhere
            raise
        raise explained(name, scheme, error) from None
