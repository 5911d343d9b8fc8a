"""One message to one webhook, as Slack and most chats take it: a POST of ``{"text": ...}``.

The URL is a secret, since whoever has it can write there: no message and no error has any part of it. Keep out: when there is something to
say, and what (``automation.alerts``).
"""

import random
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import requests

from hubsync_assets.errors import PermanentError, TransientError
from hubsync_assets.quiet_logs import no_urls_in_logs
from hubsync_assets.retrying import backoff, is_retryable

__all__ = ["is_url", "send"]

TRIES = 3
# A sensor has 60 seconds: three tries that hang take 30, and the pauses between them a few more.
CONNECT_SECONDS, ANSWER_SECONDS = 3.0, 7.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 4.0
LONGEST_TEXT = 3_000
_NAME = "HUBSYNC_ALERT_URL"


def send(url: str, text: str, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Send a message; a server that is busy or does not answer is asked three times.

    Args:
        url: The webhook; no redirect is followed, so what is sent goes nowhere else.
        text: Without contacts' data; cut off after 3,000 characters.
        pause: Waits so many seconds.

    Raises:
        PermanentError: The URL is none, or the server does not take what it is sent.
        TransientError: It could not be reached, did not answer, or failed, three times.
    """
    if not is_url(url):
        msg = f"{_NAME} cannot be what it is set to: write the http(s) URL of a webhook that takes JSON with a text"
        raise PermanentError(msg)
    why = ""
    for failures in range(1, TRIES + 1):
        why = _post(url, text)
        if not why:
            return
        if failures < TRIES:
            pause(backoff(failures, FIRST_PAUSE, LONGEST_PAUSE, random.random, certain=0.5))
    msg = f"the webhook of {_NAME} {why}, {TRIES} times: the message was not delivered"
    raise TransientError(msg)


def _post(url: str, text: str) -> str:
    """Empty: it was taken; else why another try may help."""
    try:
        # The answer's body says nothing of use, and is not waited for.
        with (
            no_urls_in_logs(),
            requests.post(
                url,
                json={"text": text[:LONGEST_TEXT]},
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            status = answer.status_code
    except requests.Timeout:
        return "did not answer in time"
    except (requests.RequestException, OSError, ValueError):
        # The libraries' words have the URL in them; some of a host, a user or a redirect that cannot be are no RequestException.
        return "could not be reached"
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        msg = f"the webhook of {_NAME} answered with a redirect ({status}), which is not followed: set the URL that it leads to"
        raise PermanentError(msg)
    if not is_retryable(status):
        msg = f"the webhook of {_NAME} answered {status}: the URL may be old, or wants something other than JSON with a text"
        raise PermanentError(msg)
    return f"answered {status}"


def is_url(url: str) -> bool:
    """Whether a message can be sent there at all."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
