"""What an asset says of a failure: the place for whoever mends it, and no word that a contact may be in."""

import pytest

from hubsync_assets.assets.describe import clear_failures


def test_a_fault_of_ours_keeps_its_place_but_not_its_words() -> None:
    with (
        pytest.raises(Exception, match="this is a fault in hubsync_assets, please report it: KeyError at ") as raised,
        clear_failures(),
    ):
        raise KeyError("zacharias@example.com")
    assert "zacharias" not in repr(raised.value)
    assert raised.value.__suppress_context__
