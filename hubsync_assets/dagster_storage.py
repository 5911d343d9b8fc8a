"""Which URLs Dagster's own storage in PostgreSQL works with.

Put here: judging a URL without connecting. Keep out: the sync log's URL (``sync_log``), which is another database setting with other rules.
"""

__all__ = ["WORKS", "storage_url_fault"]

WORKS = "postgresql+psycopg2://<user>:<password>@<host>/<database>"
"""What to write."""


def storage_url_fault(url: str) -> str | None:
    """What is wrong with a URL for Dagster's storage.

    SQLAlchemy 2.1 takes psycopg 3 where a URL names no driver, and Dagster tells of a run's events by ``NOTIFY run_events, $1``, which only
    psycopg2 makes a whole statement of: with psycopg 3 it is a syntax error in the database, and every run stays ``NOT_STARTED``.

    Args:
        url: Of the setting ``postgres_url``.

    Returns:
        One line that quotes nothing behind the scheme, where a password is; None: it can work.

    Example:
        >>> storage_url_fault("postgresql+psycopg2://dagster@db/dagster") is None
        True
    """
    scheme, slashes, _ = url.strip().partition("://")
    if not slashes:
        return f"Dagster's storage URL is no URL of a database: write {WORKS}"
    kind, _, driver = scheme.lower().partition("+")
    if kind == "postgres":
        return f"SQLAlchemy does not know postgres:// (Dagster's storage URL): write {WORKS}"
    if kind != "postgresql":
        return f"Dagster's storage URL names {kind}, which is not PostgreSQL: write {WORKS}"
    if driver == "psycopg2":
        return None
    named = f"the driver {driver}" if driver else "no driver, which is psycopg 3"
    return f"Dagster's storage URL names {named}: no run would start (a syntax error in NOTIFY); write {WORKS}"
