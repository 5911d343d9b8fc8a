"""The command.

Put here: options, where the email comes from, and exit codes. Keep out: the story. The email is never an argument: those stand in the
shell's history, and every user of the machine can list them.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from dotenv import dotenv_values

from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.errors import HubsyncError, PermanentError
from hubsync_assets.explain.gathering import gather
from hubsync_assets.explain.story_page import story_page
from hubsync_assets.explain.text import lines
from hubsync_assets.kinds.reading import USUAL
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.reporting.shelf import write_private
from hubsync_assets.settings import Settings
from hubsync_assets.tables.storage import Storage

__all__ = ["main"]

_LONGEST = 1_000
"""Characters of the line with the email, and then some: it may have a name around it."""


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Explain one contact.

    Args:
        arguments: of the command.
        environment: the variables of the README.

    Returns:
        The exit code: 1 if nothing could be said.
    """
    parser = argparse.ArgumentParser(
        prog="python -m hubsync_assets.explain",
        description="Say all about one contact: its records, how each field got its value, what was planned and written, what HubSpot holds "
        "now, why something is held back and what would free it. The email is read from standard input, or asked for.",
    )
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a page into this file (readable by you alone)")
    parser.add_argument("--prefix", default="", help="of a sync that is not alone (key_prefix of build_definitions)")
    options = parser.parse_args(arguments)
    try:
        model = load(file_named_by(environment))
        settings = Settings.from_environment(environment, model, prefix=options.prefix)
        if not settings.storage.exists():
            raise PermanentError(f"{settings.storage} does not exist: run a sync first, or set HUBSYNC_STORAGE")
        story = gather(Storage(model, settings.storage, only_look=True), settings, _email(model))
        if options.html is None:
            print("\n".join(lines(story)))
        else:
            _write(options.html, story_page(story))
            print(f"written to {options.html}; it holds a contact, so remove it when you are done")
    except HubsyncError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _email(model: ContactModel) -> str:
    """The email as the tables have it; read without being shown in a prompt's history.

    Raises:
        PermanentError: there is none.
    """
    if sys.stdin is not None and sys.stdin.isatty():
        print("Email: ", end="", file=sys.stderr, flush=True)
    text = _first_line()
    email = model.key.read(pl.Series([text], dtype=pl.String), USUAL).values[0] if text else None
    if text and email is None:
        # One that no source could be synced with may still stand in a rejected record.
        email = text.lower()
    if not email:
        raise PermanentError(
            "no email was given: write it into standard input, such as: python -m hubsync_assets.explain < email.txt"
        )
    return str(email)


def _first_line() -> str:
    try:
        text = sys.stdin.readline(_LONGEST + 2).strip() if sys.stdin is not None else ""
        text.encode()  # Where the locale is none, bytes that are no UTF-8 come as halves of characters.
    except UnicodeError:
        raise PermanentError(
            "what stands in standard input is no text in UTF-8: save the file as UTF-8, or type the email"
        ) from None
    if len(text) > _LONGEST:
        raise PermanentError(
            f"the first line of standard input has more than {_LONGEST} characters, which no email has: write the email alone into it"
        )
    return text


def _write(path: Path, text: str) -> None:
    # A page takes the place of what is there, which must not be a device (as root, even /dev/null).
    if not path.name or (path.exists() and not path.is_file()):
        raise PermanentError(f"--html {path} is no file: name one, such as --html why.html")
    try:
        write_private(path, text)
    except OSError as error:
        raise PermanentError(f"{path} cannot be written ({error.strerror}): name another file") from None


if __name__ == "__main__":
    # As Dagster reads it: what is set already counts more.
    in_file = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    for name, value in in_file.items():
        os.environ.setdefault(name, value)
    sys.exit(main(sys.argv[1:], os.environ))
