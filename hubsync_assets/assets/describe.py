"""How an asset shows its table in the Dagster UI, and how a failure reads.

Put here: standard metadata and the one place where the project's errors become Dagster's. Keep out: numbers of one step.
"""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from hubsync_assets.assets.columns import column_schema
from hubsync_assets.errors import HubsyncError, TransientError
from hubsync_assets.resources import Sync
from hubsync_assets.steps.sums import Sum, Total
from hubsync_assets.tables.disk import disk_failure

__all__ = ["OWNERS", "check_spec", "clear_failures", "place_of", "sum_result", "table_metadata", "table_spec"]

OWNERS = ["team:revops"]

_PACKAGE = Path(__file__).parents[1]


def table_spec(  # what Dagster wants to know of a table
    sync: Sync,
    name: str,
    *,
    group: str,
    deps: list[str],
    description: str,
    kinds: set[str] | None = None,
    freshness: dg.FreshnessPolicy | None = None,
) -> dg.AssetSpec:
    """The spec of a table asset: its key, its columns and its place in the graph."""
    return dg.AssetSpec(
        sync.key(name),
        group_name=group,
        deps=[sync.key(dep) for dep in deps],
        description=description,
        kinds=kinds or {"polars", "parquet"},
        owners=OWNERS,
        freshness_policy=freshness,
        tags={"hubsync": group},
        metadata={"dagster/column_schema": column_schema(sync.model, name), "dagster/table_name": name},
    )


def table_metadata(folder: Path, rows: int, numbers: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata of a materialisation: how many rows and where, and the step's numbers (Dagster plots them over time)."""
    return {"dagster/row_count": rows, "dagster/uri": (folder / "current").as_uri(), **numbers}


def check_spec(sync: Sync, asset: str, total: Sum) -> dg.AssetCheckSpec:
    """A blocking check: when the sum does not close, nothing downstream runs and the run fails."""
    words = f"{total.description} Blocking: where a single one is missing, nothing that follows is run. No setting changes that."
    return dg.AssetCheckSpec(total.name, asset=sync.key(asset), description=words, blocking=True)


def sum_result(sync: Sync, asset: str, total: Total) -> dg.AssetCheckResult:
    """The result of a sum as an asset check, with its numbers as metadata."""
    return dg.AssetCheckResult(
        asset_key=sync.key(asset),
        check_name=total.name,
        passed=total.closes,
        severity=dg.AssetCheckSeverity.ERROR,
        description=str(total),
        metadata={"in_all": total.whole, **total.parts, "difference": total.whole - sum(total.parts.values())},
    )


@contextmanager
def clear_failures() -> Iterator[None]:
    """Turn what goes wrong inside into a ``dg.Failure`` of one line that quotes no contact.

    The project's own errors keep their text. Any other exception may quote what it was working on (polars does, so does a
    ``KeyError``), and Dagster would store that: its kind and place are kept, its words are not.
    """
    try:
        yield
    except HubsyncError as error:
        raise dg.Failure(str(error), allow_retries=isinstance(error, TransientError)) from None
    except dg.Failure:
        raise
    except Exception as error:  # noqa: BLE001 - raised again as a failure, without its words
        refused = disk_failure(error)
        if refused is not None:
            raise dg.Failure(str(refused), allow_retries=False) from None
        text = f"{type(error).__name__} at {place_of(error)}; its words are left out because they may quote a contact"
        raise dg.Failure(f"this is a fault in hubsync_assets, please report it: {text}", allow_retries=False) from None


def place_of(error: BaseException) -> str:
    """Where in this project something went wrong, the innermost line first; without the error's words."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(_PACKAGE)
    ]
    return " < ".join(f"{Path(frame.filename).relative_to(_PACKAGE)}:{frame.lineno}" for frame in reversed(frames))
