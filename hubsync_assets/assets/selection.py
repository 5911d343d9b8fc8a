"""Which of an op's assets a person selected, and how the others are told: they are made together, so Dagster is to know of all.

Put here: that. Keep out: what is made.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import dagster as dg

from hubsync_assets.resources import Sync

__all__ = ["Event", "Selection"]

Event = dg.MaterializeResult[None] | dg.AssetCheckResult


@dataclass(frozen=True, slots=True)
class Selection:
    """What was selected of an op.

    Attributes:
        sync: The sync.
        assets: The keys of the assets.
        checks: The keys of the checks.
    """

    sync: Sync
    assets: frozenset[dg.AssetKey]
    checks: frozenset[dg.AssetCheckKey]

    @classmethod
    def of(cls, sync: Sync, context: dg.AssetExecutionContext) -> "Selection":
        """That of a running step."""
        return cls(sync, frozenset(context.selected_asset_keys), frozenset(context.selected_asset_check_keys))

    def has(self, table: str) -> bool:
        """Whether a table was selected."""
        return self.sync.key(table) in self.assets

    def wants_check_of(self, table: str) -> bool:
        """Whether a check of a table was selected."""
        return any(check.asset_key == self.sync.key(table) for check in self.checks)

    def told(self, context: dg.AssetExecutionContext, events: Iterable[Event]) -> Iterator[Event]:
        """The events that were asked for; that of an asset that was made along with it goes into the log.

        Raises:
            Failure: A check of an asset that was not selected blocks, and did not pass.
        """
        for event in events:
            if isinstance(event, dg.MaterializeResult):
                if event.asset_key in self.assets:
                    yield event
                else:
                    context.log_event(dg.AssetMaterialization(asset_key=_key(event), metadata=event.metadata))
            elif dg.AssetCheckKey(_key(event), str(event.check_name)) in self.checks:
                yield event
            elif not event.passed and event.severity == dg.AssetCheckSeverity.ERROR:
                raise dg.Failure(f"{event.check_name} did not pass: {event.description}", allow_retries=False)


def _key(event: Event) -> dg.AssetKey:
    assert event.asset_key is not None  # noqa: S101 - every one of ours says whose it is
    return event.asset_key
