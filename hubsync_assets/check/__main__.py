"""The command.

Put here: options and exit codes. Keep out: what is said of the file (``declaring``) and of the sources (``source_look``).
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from dotenv import dotenv_values

from hubsync_assets.check.source_look import look_at
from hubsync_assets.check.source_words import words
from hubsync_assets.declaring.errors import DeclarationError
from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.errors import HubsyncError
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.settings import Settings

__all__ = ["main"]


def main(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Check the declaration.

    Args:
        arguments: of the command.
        environment: where ``HUBSYNC_FILE`` may be.

    Returns:
        The exit code: 1 if anything is wrong.
    """
    parser = argparse.ArgumentParser(
        prog="python -m hubsync_assets.check",
        description="Say everything that is wrong with hubsync.yaml (or HUBSYNC_FILE).",
    )
    parser.add_argument(
        "--sources",
        action="store_true",
        help="also read the first records of each source and show how the declaration reads them (on this terminal only)",
    )
    options = parser.parse_args(arguments)
    path = file_named_by(environment)
    try:
        model = load(path)
    except DeclarationError as error:
        print(error)
        return 1
    print(f"{path}: {_counts(model)}, nothing wrong")
    return _show_sources(model, environment) if options.sources else 0


def _show_sources(model: ContactModel, environment: Mapping[str, str]) -> int:
    """Show each source; one that cannot be read does not hide the others."""
    code = 0
    try:
        settings = Settings.from_environment(environment, model)
    except HubsyncError as error:
        print(error)
        return 1
    for source, setting in settings.sources.items():
        print()
        try:
            print("\n".join(words(source, look_at(model, source, setting))))
        except HubsyncError as error:
            print(f"{source}: {error}")
            code = 1
    return code


def _counts(model: ContactModel) -> str:
    sources, fields = len(model.sources), len(model.fields)
    return f"{sources} source{'s' * (sources != 1)}, {fields} field{'s' * (fields != 1)}"


if __name__ == "__main__":
    # As Dagster reads it: what is set already counts more.
    in_file = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    for name, value in in_file.items():
        os.environ.setdefault(name, value)
    sys.exit(main(sys.argv[1:], os.environ))
