"""A message reaches a real server once; one that hangs, fails or leads elsewhere ends in a sentence, and the URL is in none."""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hubsync_assets import alerting
from hubsync_assets.alerting import send
from hubsync_assets.errors import HubsyncError, PermanentError, TransientError

Answer = Callable[[BaseHTTPRequestHandler, int], None]
SECRET = "T000/B000/secretpart"


class Webhook:
    """A server on a port of its own; ``answer`` is asked for each request, with its number from 1."""

    def __init__(self, answer: Answer) -> None:
        self.texts: list[dict[str, str]] = []
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.texts.append(json.loads(body))
                answer(self, len(webhook.texts))

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/services/{SECRET}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def webhook() -> Iterator[Callable[[Answer], Webhook]]:
    made: list[Webhook] = []

    def make(answer: Answer) -> Webhook:
        made.append(Webhook(answer))
        return made[-1]

    yield make
    for each in made:
        each.close()


def status(code: int, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler, _number: int) -> None:
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def failure(url: str) -> HubsyncError:
    with pytest.raises(HubsyncError) as raised:
        send(url, "a sync failed", pause=lambda _seconds: None)
    assert SECRET not in repr(raised.value)
    assert "127.0.0.1" not in repr(raised.value)
    assert raised.value.__cause__ is None
    return raised.value


def test_a_message_arrives_once_as_json_with_a_text(webhook: Callable[[Answer], Webhook]) -> None:
    server = webhook(status(200))
    send(server.url, "a sync failed")
    assert server.texts == [{"text": "a sync failed"}]


def test_a_server_that_answers_500_is_asked_three_times(webhook: Callable[[Answer], Webhook]) -> None:
    server = webhook(status(500))
    error = failure(server.url)
    assert isinstance(error, TransientError)
    assert "answered 500, 3 times: the message was not delivered" in str(error)
    assert len(server.texts) == 3


def test_one_that_is_back_at_the_second_try_has_the_message(webhook: Callable[[Answer], Webhook]) -> None:
    server = webhook(lambda handler, number: status(503 if number == 1 else 200)(handler, number))
    send(server.url, "a sync failed", pause=lambda _seconds: None)
    assert len(server.texts) == 2


def test_a_server_that_hangs_is_given_up(webhook: Callable[[Answer], Webhook], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerting, "ANSWER_SECONDS", 0.2)
    server = webhook(lambda _handler, _number: time.sleep(1))
    error = failure(server.url)
    assert isinstance(error, TransientError)
    assert "did not answer in time" in str(error)


def test_no_redirect_is_followed(webhook: Callable[[Answer], Webhook]) -> None:
    elsewhere = webhook(status(200))
    server = webhook(status(307, Location=elsewhere.url))
    error = failure(server.url)
    assert isinstance(error, PermanentError)
    assert "redirect (307)" in str(error)
    assert (len(server.texts), elsewhere.texts) == (1, [])


def test_a_url_that_is_refused_or_none_is_not_tried_again(webhook: Callable[[Answer], Webhook]) -> None:
    server = webhook(status(404))
    assert isinstance(failure(server.url), PermanentError)
    assert len(server.texts) == 1
    for wrong in (f"hooks.slack.com/{SECRET}", f"file:///{SECRET}", f"http://[{SECRET}"):
        assert isinstance(failure(wrong), PermanentError)


def test_headers_that_cannot_be_read_leave_no_url_in_the_log(
    webhook: Callable[[Answer], Webhook], caplog: pytest.LogCaptureFixture
) -> None:
    def answer(handler: BaseHTTPRequestHandler, _number: int) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\nno header at all\r\nContent-Length: 0\r\n\r\n")

    caplog.set_level(logging.DEBUG)
    server = webhook(answer)
    send(server.url, "a sync failed")
    assert SECRET not in caplog.text
    assert len(server.texts) == 1


@pytest.mark.parametrize("url", [f"http://a..b/{SECRET}", f"http://\u0142\u0142:x@127.0.0.1:9/{SECRET}"])
def test_a_host_or_user_that_cannot_be_is_a_sentence(url: str) -> None:
    assert "could not be reached" in str(failure(url))


def test_a_redirect_to_what_is_no_url_is_a_sentence(webhook: Callable[[Answer], Webhook]) -> None:
    server = webhook(status(302, Location=f"http://[{SECRET}"))
    failure(server.url)


def test_nobody_there_is_a_sentence_without_the_url(webhook: Callable[[Answer], Webhook]) -> None:
    server = webhook(status(200))
    server.close()
    assert "could not be reached" in str(failure(server.url))
