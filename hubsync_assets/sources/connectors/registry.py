"""Which kind of source a setting means.

Put here: the kinds that there are, a line each. Keep out: what each of them does.
"""

from collections.abc import Callable

from hubsync_assets.model.aliases import RELEASE
from hubsync_assets.model.columns import Columns
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.model.declaration import Source as Declared
from hubsync_assets.sources import errors
from hubsync_assets.sources.buckets.address import BucketAddress, is_bucket_url
from hubsync_assets.sources.connectors.bucket import Bucket
from hubsync_assets.sources.connectors.database import Database
from hubsync_assets.sources.connectors.exports import LocalFiles, RemoteFile
from hubsync_assets.sources.connectors.source import Source
from hubsync_assets.sources.databases.address import DatabaseAddress, is_database_url
from hubsync_assets.sources.files.locate import is_url
from hubsync_assets.sources.naming import public_name, public_setting

__all__ = ["KINDS", "is_bucket_url", "shown", "source_of"]

Make = Callable[[str, str, Columns, Declared], Source]

KINDS: tuple[tuple[Callable[[str], bool], Make], ...] = (
    (is_url, RemoteFile.of),
    (is_bucket_url, Bucket.of),
    (is_database_url, Database.of),
    (lambda _: True, LocalFiles.of),
)
"""By what a setting looks like, the first that fits: how the source is made of its name, its setting, its columns and its declaration."""


def source_of(model: ContactModel, name: str, setting: str, release: int = RELEASE) -> Source:
    """The source of a declaration.

    Args:
        model: What is declared.
        name: Which of its sources.
        setting: What it reads: path, folder, glob or URL.
        release: Of the table of aliases.

    Raises:
        PermanentError: It cannot be one, in words without the setting where that may be a secret.
    """
    declared = model.source(name)
    asks = declared.table is not None or declared.query is not None
    if asks and not is_database_url(setting):
        raise errors.no_database(name)
    if not asks and is_database_url(setting):
        raise errors.no_query(name)
    return next(make for fits, make in KINDS if fits(setting))(name, setting, model.columns(name, release), declared)


def shown(name: str, setting: str) -> str:
    """A source's setting as people may see it: a URL without user, password and query.

    Raises:
        PermanentError: It is the URL of a database or bucket that cannot be one.
    """
    if is_url(setting):
        return public_name(setting)
    if is_bucket_url(setting):
        return BucketAddress.of(name, setting).name
    return DatabaseAddress.of(name, setting).name if is_database_url(setting) else public_setting(setting)
