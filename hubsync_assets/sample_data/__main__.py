"""``python -m hubsync_assets.sample_data``: writes a sample and says what is true of it.

Put here: the command line. Keep out: everything else.
"""

import argparse
import json
import sys
from pathlib import Path

from hubsync_assets.sample_data.generate import write_sample

__all__ = ["main"]


def main(arguments: list[str] | None = None) -> None:
    """Write a sample and print its truth as JSON.

    Raises:
        SystemExit: An argument is wrong or a file can't be written.
    """
    parser = argparse.ArgumentParser(prog="python -m hubsync_assets.sample_data", description=__doc__)
    parser.add_argument("--people", type=int, default=1_500, help="how many contacts (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="another seed makes up other people (default: %(default)s)")
    parser.add_argument("--db1", type=Path, required=True, help="the first source's file")
    parser.add_argument("--db2", type=Path, required=True, help="the second source's file")
    told = parser.parse_args(arguments)
    try:
        truth = write_sample(told.people, told.seed, told.db1, told.db2)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    sys.stdout.write(json.dumps(truth.as_dict(), indent=2) + "\n")


if __name__ == "__main__":
    main()
