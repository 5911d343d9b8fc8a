"""Which URL of Dagster's storage is called wrong, and how."""

import pytest

from hubsync_assets.dagster_storage import storage_url_fault


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql+psycopg2://u:SECRET@db/dagster", None),
        (" POSTGRESQL+PSYCOPG2://u:SECRET@db/dagster\n", None),
        ("postgresql://u:SECRET@db/dagster", "names no driver, which is psycopg 3: no run would start"),
        ("postgresql+psycopg://u:SECRET@db/dagster", "names the driver psycopg: no run would start"),
        ("postgres://u:SECRET@db/dagster", "SQLAlchemy does not know postgres://"),
        ("mysql://u:SECRET@db/dagster", "names mysql, which is not PostgreSQL"),
        ("host=db password=SECRET", "is no URL of a database"),
        ("", "is no URL of a database"),
    ],
)
def test_a_url_under_which_no_run_would_start_is_named_with_what_to_write(url: str, words: str | None) -> None:
    fault = storage_url_fault(url)
    if words is None:
        assert fault is None
        return
    assert fault is not None
    assert words in fault
    assert "postgresql+psycopg2://" in fault
    assert "SECRET" not in fault
    assert "\n" not in fault
