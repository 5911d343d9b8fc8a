"""The four steps on a folder of their own, without Dagster: for tests that need many runs, or a run that ends in the middle.

Put here: one call a run, what it ends as, and what HubSpot holds then. Keep out: expectations. This is the one module of the tests that
knows how the steps are called one after the other; what a run counts as is ``assets.upload``'s to say, and is said here once more.
"""

import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import polars as pl

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets.hubspot.client import HubSpotClient
from hubsync_assets.hubspot.tuning import Tuning
from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.steps.acceptance import Beside
from hubsync_assets.steps.guard import Guard
from hubsync_assets.steps.merge import MergeReport, merge_sources
from hubsync_assets.steps.plan import PlanOptions, PlanReport, plan_changes
from hubsync_assets.steps.read import ReadFailure, read_sources
from hubsync_assets.steps.upload import UploadReport, upload_changes
from hubsync_assets.sync_log.log import SyncLog, sqlite_url
from hubsync_assets.tables.storage import Storage
from hubsync_assets_tests.shipped import MODEL

__all__ = ["PROPERTIES", "Pipeline", "Synced"]

PROPERTIES = ("firstname", "lastname", "country", "phone", "company", "company_size", "mrr")
"""What the shipped declaration writes of a contact, beside the email."""

FIRST_MODIFIED = 1_790_000_000


@dataclass(frozen=True)
class Synced:
    """A run that came to its end.

    Attributes:
        success: whether it counts as one.
        words: what it says of doubts, failures and what is unsent, in lower case.
        planned: contacts in the plan.
        unsent: contacts of it that were not sent.
        plan: None if a source failed.
        upload: None if nothing was to be written, or a source failed.
    """

    success: bool
    words: str
    planned: int = 0
    unsent: int = 0
    plan: PlanReport | None = None
    upload: UploadReport | None = None


@dataclass
class Pipeline:
    """A folder with sources and storage, and the HubSpot that it syncs to.

    ``tell`` hears which step begins. ``model`` may change between two runs, as a declaration does. ``log_url`` is the sync log's database; empty: SQLite.
    """

    folder: Path
    hubspot: EmulatorControl
    sources: dict[str, str] = field(default_factory=dict)
    tuning: Tuning | None = None
    tell: Callable[[str], None] = lambda _step: None
    modified: int = FIRST_MODIFIED
    model: ContactModel = MODEL
    log_url: str = ""

    def put(self, source: str, files: Mapping[str, str | bytes]) -> None:
        """Let a source hold just these files, by name, the oldest first; all of them newer than any file before."""
        folder = self.folder / source
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for name, content in files.items():
            self.modified += 10
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
            os.utime(folder / name, (self.modified,) * 2)
        self.sources[source] = str(folder)

    def switch_off(self, source: str) -> None:
        """Set a source to nothing, as ``HUBSYNC_DB2=`` does."""
        self.sources.pop(source, None)

    def sync(
        self,
        *,
        accept: Mapping[str, str] | None = None,
        distrust: bool = False,
        mode: Literal["replace", "never_clear"] = "replace",
        clear_unknown: bool = False,
        confirm: Collection[str] = (),
        retry_failed: bool = False,
        reformat: bool = False,
        only_plan: bool = False,
        scope: Mapping[str, Any] | None = None,
    ) -> Synced:
        """One run: read, merge, plan, upload.

        Args:
            accept: by source, the digest of the version that a person takes as it is.
            distrust: whether everything is in doubt.
            mode: as in a run's config.
            clear_unknown: the same.
            confirm: what a person has confirmed of the declaration.
            retry_failed: as in a run's config.
            reformat: the same.
            only_plan: whether it ends before the upload.
            scope: what it may write, as ``PlanOptions`` has it.
        """
        options = PlanOptions(mode, clear_unknown, retry_failed, distrust=distrust, reformat=reformat, **(scope or {}))
        tell = self.tell
        with ExitStack() as stack:
            storage = Storage(self.model, self.folder / "storage")
            storage.acquire("a test's run")
            stack.callback(storage.lock.release)
            tell("read")
            beside = Beside(log_url=self.log_url or None)
            events = list(
                read_sources(self.sources, "all", storage, accept=accept or {}, confirm=confirm, beside=beside)
            )
            if failures := [event for event in events if isinstance(event, ReadFailure)]:
                return Synced(success=False, words=" ".join(f"{it.source}: {it.error}" for it in failures).lower())
            tell("merge")
            *_, merged = (event for event in merge_sources(storage) if isinstance(event, MergeReport))
            log = stack.enter_context(SyncLog(self.log_url or sqlite_url(storage.folder)))
            client = stack.enter_context(HubSpotClient(self.hubspot.base_url, "any", tuning=self.tuning))
            tell("plan")
            plan = plan_changes(storage, log, client, options, "run")
            tell("upload")
            # These are a few contacts, of which any change is a great share.
            guard = Guard(is_needed=False)
            uploaded = None if only_plan else upload_changes(storage, log, client, "run", guard=guard)
        return _synced(self.model, merged, plan, uploaded)

    def digest(self, source: str) -> str:
        """What a person has to write into ``accept`` to take the source's current version."""
        return str(
            Storage(self.model, self.folder / "storage").table(f"raw_{source}").require().facts["report"]["digest"]
        )

    def table(self, name: str) -> pl.DataFrame:
        """What is in a table now."""
        return pl.read_parquet(self.folder / "storage" / name / "current" / "*.parquet")

    def held(self) -> dict[str, dict[str, str]]:
        """The properties that have a value in HubSpot, by email."""
        return {
            contact["email"]: {name: contact[name] for name in PROPERTIES if contact.get(name)}
            for contact in self.hubspot.contacts()
        }

    def inputs_sent(self) -> int:
        """Contacts in all write calls so far."""
        return sum(call["inputs"] for call in self.hubspot.write_calls())


def _synced(model: ContactModel, merged: MergeReport, plan: PlanReport, upload: UploadReport | None) -> Synced:
    said: list[str] = []
    unsent = upload.unsent if upload is not None else 0
    fails = unsent > 0
    for source in model.sources:
        doubts = merged.doubts.get(source, {})
        reasons: Iterable[str] = doubts.get("reasons", ())
        said += [f"{source}: {reason}" for reason in [*reasons, *doubts.get("warnings", ()), doubts.get("digest", "")]]
        fails = fails or bool(reasons)
    return Synced(
        success=not fails, words=" ".join(said).lower(), planned=plan.planned, unsent=unsent, plan=plan, upload=upload
    )


def _main(folder: str, base_url: str, *sources: str) -> int:
    """One run of the steps, as a process that can be killed; it says which step begins, and at last how it ended."""
    # As Dagster does: a polite signal is Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    def tell(step: str) -> None:
        sys.stdout.write(f"{step}\n")
        sys.stdout.flush()

    settings = {source: str(Path(folder) / source) for source in sources}
    log_url = os.environ.get("HUBSYNC_LOG_URL", "")
    pipeline = Pipeline(Path(folder), EmulatorControl(base_url), settings, tell=tell, log_url=log_url)
    code = 0 if pipeline.sync().success else 1
    tell(f"ended:{code}")
    return code


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
