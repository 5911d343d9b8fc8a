"""Which contacts of a plan have an answer since it was made: those are not sent again.

Keep out: sending the others (``upload``).
"""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from hubsync_assets.model.contact_model import ContactModel
from hubsync_assets.steps.interrupted import written_by_others
from hubsync_assets.steps.sums import Written
from hubsync_assets.steps.upload_answers import OF_CALLS
from hubsync_assets.sync_log.new_answers import NewAnswers
from hubsync_assets.tables.bucket_spill import read_bucket
from hubsync_assets.tables.table import Version

__all__ = ["Planned"]


@dataclass(frozen=True, slots=True)
class Planned:
    """The contacts of a plan, by bucket.

    Attributes:
        model: what a contact is.
        plan: the plan.
        bits: 2**bits buckets.
        made_at: the number of the log's newest answer when the plan was made.
    """

    model: ContactModel
    plan: Version
    bits: int
    made_at: int

    def kinds(self, answered: NewAnswers) -> Counter[str]:
        """How many have an answer, by kind."""
        kinds: Counter[str] = Counter()
        for bucket in range(1 << self.bits):
            kinds.update(dict(self._answers(answered, bucket).group_by("kind").len().iter_rows()))
        return kinds

    def open(self, answered: NewAnswers, bucket: int, columns: list[str]) -> pl.DataFrame:
        """These columns of a bucket's contacts that have none."""
        planned = self._bucket(bucket).select(columns).collect()
        return planned.join(self._answers(answered, bucket), on="email", how="anti")

    def written_by_others(self, answered: NewAnswers, *, run_id: str) -> Written:
        """What other runs than this one have written of it: uploads of this plan that were killed."""
        since = (
            answered.bucket(bucket, ["seq", "run_id", "kind"]).filter(pl.col("seq") > self.made_at)
            for bucket in range(1 << self.bits)
        )
        return sum((written_by_others(rows, run_id) for rows in since), Written())

    def _bucket(self, bucket: int) -> pl.LazyFrame:
        return read_bucket(self.plan, bucket, self.bits, self.model.schema.plan)

    def _answers(self, answered: NewAnswers, bucket: int) -> pl.DataFrame:
        """``email, kind`` of those whose last answer was to just what the plan says."""
        of_calls = pl.col("kind").is_in([kind.value for kind in OF_CALLS])
        # Without what was sent and from where, which is as long as all this and stays in memory with it.
        columns = ["seq", "email", "kind", "properties", "settled"]
        since = answered.bucket(bucket, columns).filter(pl.col("seq") > self.made_at, of_calls)
        said = since.group_by("email").agg(pl.col("kind", "properties", "settled").last())
        planned = self._bucket(bucket).select("email", "properties").collect()
        # A contact that was taken without some of its values was sent with the others.
        same = pl.col("properties").eq_missing(pl.col("properties_said")) | pl.col("settled").is_not_null()
        return planned.join(said, on="email", suffix="_said").filter(same).select("email", "kind")
