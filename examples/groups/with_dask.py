"""The merge of what a run has read, on a Dask cluster: ``python with_dask.py tcp://scheduler:8786``."""

import os
import sys

from dask.distributed import Client

from hubsync_assets.declaring.loading import file_named_by, load
from hubsync_assets.settings import Settings
from hubsync_assets.steps.merge import GroupReport, MergeGroup, MergeReport, merge_group, plan_groups, publish_merge
from hubsync_assets.tables.storage import Storage


def storage() -> Storage:
    """The storage folder, which every worker sees under the same name."""
    model = load(file_named_by(os.environ))
    return Storage(model, Settings.from_environment(os.environ, model).storage)


def merge(group: MergeGroup) -> GroupReport:
    """One group, on a worker."""
    return merge_group(storage(), group)


def merge_all(client: Client, groups: int) -> MergeReport:
    """All groups; the sums have to close before anybody uses the tables."""
    ours = storage()
    ours.acquire("Dask")
    try:
        done = client.gather(client.map(merge, plan_groups(ours, groups), pure=False, retries=3))
        return publish_merge(ours, done)
    finally:
        ours.lock.release()


if __name__ == "__main__":
    report = merge_all(Client(sys.argv[1]), groups=16)
    sys.exit(not (report.records_sum.closes and report.contacts_sum.closes))
