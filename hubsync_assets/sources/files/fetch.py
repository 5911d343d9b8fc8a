"""A URL to a file on this disk: streamed, checked for length, resumed or repeated when the network fails; or left alone.

A file that was read before and did not change is not downloaded again. Either the server says so (304), or its headers do:
the same tag, date and length as last time, and then the body is not read. ``If-Modified-Since`` is not sent: to most
servers a file that was replaced by an older one is not modified.

Pre-signed URLs carry their signature in the query, so neither a name, an error nor a log of this module holds one: what
requests and urllib3 say is replaced by our own words. Keep out: what the bytes mean.
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import requests
from urllib3.exceptions import HTTPError

from hubsync_assets.quiet_logs import no_urls_in_logs
from hubsync_assets.retrying import is_retryable
from hubsync_assets.sources.files import refusals
from hubsync_assets.sources.files.download_retry import DownloadRetry
from hubsync_assets.sources.files.following import Following
from hubsync_assets.sources.files.replies import Interrupted, Reply, believable_form, read_reply
from hubsync_assets.sources.files.session import Session, is_private
from hubsync_assets.sources.files.source_file import Known, SourceFile
from hubsync_assets.sources.files.watch import Watch

__all__ = ["fetch"]

_BLOCK = 1 << 18
_BEGINNING = 1 << 10


def fetch(
    file: SourceFile,
    folder: Path,
    retry: DownloadRetry | None = None,
    known: Known | None = None,
    private: Callable[[str], bool] = is_private,
    following: Following | None = None,
) -> SourceFile:
    """Download a URL into ``folder`` and describe the result.

    A body that ends early is asked for again (from where it broke off, if the server can); when that keeps failing, what
    arrived is passed on with ``missing`` set, so that its whole records are not lost.

    Args:
        file: From ``locate``. One that already has a path is returned as it is.
        folder: Where the download goes, made if needed. The caller clears it.
        retry: How often and how long to try.
        known: What the file was when it was last read, from a caller that has no use for the same content again.
        private: See ``Session``.
        following: See ``Session``.

    Returns:
        The same file with ``path``, ``size``, and what the server said: ``mtime_ns``, ``etag``, ``form``. Or, where it is
        still what is ``known``: with those attributes, ``unchanged`` and no ``path``.

    Raises:
        PermanentError: 403, 404 and other 4xx, a web page instead of data, an untrusted certificate, a malformed URL, a redirect that is not followed,
            more than fits.
        TransientError: Not one byte arrived in all attempts.
    """
    if file.url is None:
        return file
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = hashlib.sha256(file.url.encode()).hexdigest()[:16]
    part = folder / f"{stem}.part"
    part.touch(mode=0o600)
    retry = retry or DownloadRetry()
    with (
        no_urls_in_logs(),
        Watch(retry) as watch,
        Session(file.name, watch.take, private, following) as session,
        part.open("w+b") as target,
    ):
        download = _Download(file, session, target, retry, known, watch)
        missing = download.run()
        size = target.tell()
        target.seek(0)
        start = target.read(_BEGINNING)
    if download.unchanged and known:
        part.unlink()
        return replace(file, size=known.size, mtime_ns=known.mtime_ns, etag=known.etag, unchanged=True)
    path = part.with_suffix(".data")
    part.replace(path)
    reply = download.reply
    return replace(
        file,
        path=path,
        size=size,
        missing=missing,
        form=file.form or believable_form(reply.form, start),
        mtime_ns=reply.mtime_ns,
        etag=reply.etag,
        next_link=reply.next_link,
    )


class _Download:
    """One file, over as many requests as it takes."""

    def __init__(
        self,
        file: SourceFile,
        session: Session,
        target: BinaryIO,
        retry: DownloadRetry,
        known: Known | None,
        watch: Watch,
    ) -> None:
        self.reply = Reply()
        self.unchanged = False
        self._known = known
        self._name = file.name
        self._url = file.url or ""
        self._session = session
        self._target = target
        self._retry = retry
        self._watch = watch
        room = shutil.disk_usage(target.name).free // 2
        self._most, self._which = min(
            (retry.most_bytes, "the most that is downloaded"), (room, "half of what is free on the disk of the storage")
        )

    def run(self) -> str | None:
        """Fill the target. Returns what is missing in the end, in words."""
        failures, furthest = 0, 0
        while True:
            try:
                with self._watch.attempt():
                    self._attempt()
            except Interrupted as interrupted:
                failures = 0 if self._target.tell() > furthest and not interrupted.slow else failures + 1
                furthest = max(furthest, self._target.tell())
                tries = failures + 1
                if tries > self._retry.attempts or self._watch.is_over:
                    return self._give_up(interrupted.what, tries - 1)
                self._retry.pause(failures, interrupted.retry_after)
            else:
                return None

    def _give_up(self, what: str, attempts: int) -> str:
        got = self._target.tell()
        if not got:
            raise refusals.download_failed(self._name, what, attempts)
        expected = f" of {self.reply.length}" if self.reply.length is not None else ""
        return f"the download broke off at byte {got}{expected}: {what}"

    def _attempt(self) -> None:
        """One request, as far as it goes. Raises ``Interrupted`` where another one may help."""
        got = self._target.tell()
        headers = {"Accept-Encoding": "identity"}
        asked = None if got else self._tag_to_ask_with()
        if asked:
            headers["If-None-Match"] = asked
        if got and self.reply.validator:
            headers |= {"Range": f"bytes={got}-", "If-Range": self.reply.validator}
        try:
            response = self._session.ask(self._url, headers, self._retry.timeout)
        except (requests.RequestException, HTTPError) as error:  # requests lets some of urllib3 through
            raise self._ended() or _explained(error, self._name) from None
        self._watch.answered()
        with response:
            if response.status_code == 416 or (response.status_code == 206 and not _continues(response, got)):
                self.reply = Reply()
                self._restart()
                raise Interrupted("the server cannot resume the download")
            if response.status_code == 304 and asked:
                self.unchanged = True
                return
            if is_retryable(response.status_code):
                raise Interrupted(f"HTTP {response.status_code}", response.headers.get("Retry-After"))
            if response.status_code not in {200, 206}:
                raise refusals.download_refused(self._name, response.status_code)
            if response.status_code == 200 or not got:  # or it sends a part that nobody asked for
                self._restart()
                self.reply = read_reply(response.headers, self._name, is_part=response.status_code == 206)
                if self._is_known():
                    self.unchanged = True
                    return
            self._store(response)

    def _tag_to_ask_with(self) -> str | None:
        """With a query, the URL may name something else than last time, and then a tag proves nothing."""
        return self._known.etag if self._known and "?" not in self._url else None

    def _is_known(self) -> bool:
        """Whether the headers are those of last time; a length alone proves nothing."""
        reply = self.reply
        told = Known(reply.length, reply.mtime_ns, reply.etag)
        return told == self._known and told.size is not None and bool(told.mtime_ns or told.etag)

    def _restart(self) -> None:
        self._target.seek(0)
        self._target.truncate()

    def _store(self, response: requests.Response) -> None:
        self._require_room(self.reply.length or 0)
        while True:
            try:
                # What has come by now: a whole block of a slow server could take days.
                block = response.raw.read1(_BLOCK, decode_content=False)
            except (HTTPError, OSError):
                raise self._ended() or Interrupted("the connection broke off or went silent") from None
            if not block:
                break
            self._watch.received(len(block))
            self._require_room(self._target.tell() + len(block))
            self._target.write(block)
        ended = self._ended()
        if ended is not None:  # to a body without a length it looks like its end
            raise ended
        if self.reply.length is not None and self._target.tell() < self.reply.length:
            raise Interrupted("the server sent less than it announced")

    def _require_room(self, size: int) -> None:
        if size > self._most:
            raise refusals.too_large(self._name, self._most, self._which)

    def _ended(self) -> Interrupted | None:
        """What the watch has to say of the connection that has just ended."""
        why = self._watch.why
        return None if why is None else Interrupted(why, slow=self._watch.slow)


def _continues(response: requests.Response, got: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {got}-")


def _explained(error: Exception, name: str) -> Exception:
    """An error of requests or urllib3 in our own words; its text quotes the URL."""
    if isinstance(error, requests.exceptions.SSLError):
        return refusals.untrusted(name)
    if isinstance(error, requests.Timeout):
        return Interrupted("the server did not answer in time")
    if isinstance(error, requests.ConnectionError):
        return Interrupted("no connection to the server")
    if isinstance(
        error, ValueError
    ):  # InvalidURL, InvalidSchema (a redirect to ftp://), LocationParseError, and their kin
        return refusals.unusable_url(name, "it is not a valid http(s) address")
    return Interrupted("the connection broke off")
