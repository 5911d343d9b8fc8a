"""Whether the server of a URL hands its file out, from the headers of its answer: the body is not read.

A pre-signed URL is signed for GET alone, so that is what is asked; the connection is closed behind the headers. Keep out: downloading
(``fetch``).
"""

import requests
from urllib3.exceptions import HTTPError

from hubsync_assets.quiet_logs import no_urls_in_logs
from hubsync_assets.retrying import is_retryable
from hubsync_assets.sources.files import refusals
from hubsync_assets.sources.files.following import Following
from hubsync_assets.sources.files.replies import read_reply
from hubsync_assets.sources.files.session import Session
from hubsync_assets.sources.files.source_file import SourceFile

__all__ = ["reach"]


def reach(file: SourceFile, following: Following, seconds: float) -> None:
    """Ask for a URL, once.

    Args:
        file: From ``locate``; one on this machine is reached already.
        following: What is sent along.
        seconds: How long its server may be silent.

    Raises:
        PermanentError: It is refused, or is no file.
        TransientError: There is no answer, or the server fails.
    """
    if file.url is None:
        return
    timeout = (min(seconds, 5.0), seconds)
    with no_urls_in_logs(), Session(file.name, lambda _: None, following=following) as session:
        try:
            with session.ask(file.url, {"Accept-Encoding": "identity"}, timeout) as response:
                if is_retryable(response.status_code):
                    raise refusals.download_failed(file.name, f"HTTP {response.status_code}", 1)
                if response.status_code != 200:
                    raise refusals.download_refused(file.name, response.status_code)
                read_reply(response.headers, file.name)
        except requests.exceptions.SSLError:
            raise refusals.untrusted(file.name) from None
        except requests.Timeout:
            raise refusals.download_failed(file.name, "the server did not answer in time", 1) from None
        except (requests.RequestException, HTTPError) as error:
            if isinstance(error, ValueError):
                raise refusals.unusable_url(file.name, "it is not a valid http(s) address") from None
            raise refusals.download_failed(file.name, "no connection to the server", 1) from None
