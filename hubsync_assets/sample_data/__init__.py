"""Two overlapping sources of made-up people, of any size, and the true answer to them.

Put here: what people, companies and messy exports look like. Keep out: the project's own rooms, so that the truth is what the
generator made up and not what the code under test makes of it.
"""

from hubsync_assets.sample_data.generate import expected_contacts, write_sample
from hubsync_assets.sample_data.truth import SourceTruth, Truth

__all__ = ["SourceTruth", "Truth", "expected_contacts", "write_sample"]
