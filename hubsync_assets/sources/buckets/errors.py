"""The errors of the buckets room: what is wrong with an address, credentials or a store, and what to do about it.

What obstore says is never repeated: it quotes whole URLs, and what a server answered. Keep out: deciding when something is an error.
"""

from collections.abc import Mapping

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.sources.errors import some_left_out

__all__ = [
    "broke_off", "cannot_be_address", "cannot_be_endpoint", "failed", "no_bucket", "no_data_objects", "no_library", "no_name", "no_profile", "no_space",
    "no_such_object", "not_encrypted", "refused", "replaced", "too_many",
]  # fmt: skip


def cannot_be_address(source: str) -> PermanentError:
    """No address of objects; it may hold a secret, so nothing of it is told."""
    return PermanentError(
        f"what {source} reads is no address of objects: write s3://bucket/folder/, s3://bucket/folder/*.csv or s3://bucket/key, with az:// for "
        "Azure (the container first) and gs:// for Google; credentials come from the environment"
    )


def no_library(source: str) -> PermanentError:
    """The extra is not installed."""
    return PermanentError(f"{source}: what reads buckets is not installed: pip install 'hubsync_assets[cloud]'")


def no_profile(source: str) -> PermanentError:
    """AWS_PROFILE is set, and only boto3 knows what it means."""
    return PermanentError(
        f"{source}: AWS_PROFILE is set, and boto3 has to be there to read profiles: pip install boto3"
    )


def cannot_be_endpoint(source: str, variable: str) -> PermanentError:
    """A variable that should hold a URL."""
    return PermanentError(f"{source}: {variable} is no http(s) address: correct it, or take it out")


def not_encrypted(source: str, variable: str, allowing: str) -> PermanentError:
    """The endpoint is another machine, and not https."""
    return PermanentError(
        f"{source}: {variable} lets contacts cross the network in plain text: make it https, or set {allowing}=true"
    )


def no_bucket(name: str) -> PermanentError:
    """There is none of that name."""
    return PermanentError(f"{name}: there is no such bucket or container: correct its name, or the account or region")


def no_such_object(name: str) -> PermanentError:
    """Neither an object nor a folder."""
    return PermanentError(f"{name}: no such object or folder: put the export there, or correct the setting")


def no_data_objects(name: str, left_out: Mapping[str, str]) -> PermanentError:
    """Objects perhaps, and none that can be read."""
    beside = f" ({some_left_out(left_out)})" if left_out else ""
    return PermanentError(
        f"{name}: no data file there{beside}: the names have to end as those of files that can be read do"
    )


def no_name(name: str) -> PermanentError:
    """A key among those that are listed; the library gives up the whole list for it. The key is not told: it may have control characters."""
    return PermanentError(
        f"{name}: a key there has an empty part (//), a part . or .., or control characters, and such a list cannot be read: rename that object, "
        "or name a folder or pattern without it"
    )


def too_many(name: str, most: int) -> PermanentError:
    """A listing that does not end."""
    return PermanentError(f"{name}: more than {most:,} objects: name a folder or pattern that has fewer")


def no_space(name: str, size: int) -> PermanentError:
    """It is larger than what the disk still takes."""
    return PermanentError(f"{name}: {size:,} bytes, and the disk has less room: free some, or move HUBSYNC_STORAGE")


def replaced(name: str) -> TransientError:
    """It is not what it was when it was listed."""
    return TransientError(
        f"{name}: replaced or gone while it was about to be read: run again when the export is in place"
    )


def refused(name: str, what: str) -> PermanentError:
    """It answers, and not with what was asked for."""
    return PermanentError(f"{name}: {what}")


def failed(name: str, what: str) -> TransientError:
    """It may be better later."""
    return TransientError(f"{name}: {what}: try again later, or check that the store is up")


def broke_off(got: int, size: int) -> str:
    """Words for a file of which a part came."""
    return f"the download broke off at byte {got} of {size}"
