"""What the URL of a database is taken for: its dialect, whether it leaves this machine, and what of it may be seen."""

import re

import pytest

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.databases.address import DatabaseAddress, is_database_url
from hubsync_assets_tests.databases.server import SECRET


def address(setting: str) -> DatabaseAddress:
    return DatabaseAddress.of("crm", setting)


@pytest.fixture(autouse=True)
def _no_variables_of_libpq(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGHOST", "PGHOSTADDR", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("setting", "is_one"),
    [
        ("postgresql://h/d", True),
        ("POSTGRES://h/d", True),
        ("  mysql+pymysql://h/d", True),
        ("sqlite:////tmp/a.db", True),
        ("sqlite:", True),
        ("mssql+pyodbc://h/d", True),
        ("https://h/export.json", False),
        ("s3://bucket/a.parquet", False),
        ("env:CRM", False),
        ("C:\\exports", False),
        ("/data/postgresql:/a.csv", False),
        ("exports/*.csv", False),
        ("", False),
    ],
)
def test_a_setting_is_told_from_a_file_by_its_scheme(setting: str, is_one: bool) -> None:
    assert is_database_url(setting) is is_one


@pytest.mark.parametrize(
    ("setting", "dialect", "driver"),
    [
        ("postgres://h/d", "postgresql", "psycopg"),
        ("PostgreSQL://h/d", "postgresql", "psycopg"),
        ("postgresql+psycopg://h/d", "postgresql", "psycopg"),
        ("mariadb://h/d", "mysql", "pymysql"),
        ("mysql+pymysql://h/d", "mysql", "pymysql"),
        ("sqlite:////tmp/a.db", "sqlite", "pysqlite"),
    ],
)
def test_other_names_of_a_database_mean_the_same_one(setting: str, dialect: str, driver: str) -> None:
    found = address(setting)
    assert (found.dialect, found.driver) == (dialect, driver)


@pytest.mark.parametrize(
    "password",
    ["@", "a@b", "a@", "@/x", "a@b?c", "a@b#c", "a@b:1?c", "a@b/c", "@[::1]", "a@b&c=d", "x@127.0.0.1/contacts?"],
)
@pytest.mark.parametrize("at", ["before", "behind"])
def test_a_password_that_is_not_quoted_is_refused_without_a_word_of_it(password: str, at: str) -> None:
    badly = SECRET + password if at == "before" else password + SECRET
    with pytest.raises(PermanentError) as raised:
        address(f"postgresql://reader:{badly}@db.example.com:5432/contacts")
    assert SECRET not in str(raised.value)
    assert str(raised.value).startswith("what crm reads is not the URL of a database")


@pytest.mark.parametrize("password", ["%40", "%2F%3A%25%23%3F", "a#b", "a?b", "a/b", "a:b"])
def test_a_password_that_can_be_told_apart_is_taken_whole(password: str) -> None:
    found = address(f"postgresql://reader:x{password}@db.example.com:5432/contacts")
    plain = {"%40": "@", "%2F%3A%25%23%3F": "/:%#?"}.get(password, password)
    assert (found.url.password, found.url.host, found.url.database) == (f"x{plain}", "db.example.com", "contacts")


@pytest.mark.parametrize(
    "setting",
    [
        "postgresql:",
        "postgresql",
        "postgresql://h:0x/d",
        f"postgresql://h:{SECRET}/d",
        f"postgresql://u:{SECRET}@h1,h2/d",
        f"sqlite://u:{SECRET}@h/d",
        f"{SECRET}",
        "",
    ],
)
def test_what_is_no_url_of_a_database_is_refused_in_one_line_without_a_word_of_it(setting: str) -> None:
    with pytest.raises(PermanentError) as raised:
        address(setting)
    assert re.fullmatch(r"what crm reads is not the URL of a database: write [^\n]+", str(raised.value))
    assert SECRET not in str(raised.value)


def test_a_dialect_that_nobody_speaks_is_named() -> None:
    with pytest.raises(PermanentError, match="crm: snowflake is no database that can be read here"):
        address(f"snowflake://u:{SECRET}@h/d")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("postgresql+pg8000://h/d", r"pip install 'hubsync_assets\[postgres\]'"),
        ("mysql+mysqldb://h/d", r"pip install 'hubsync_assets\[mysql\]'"),
        ("oracle://h/d", "install the package that its SQLAlchemy dialect needs"),
    ],
)
def test_a_driver_that_is_not_installed_is_one_line_with_what_to_install(setting: str, told: str) -> None:
    with pytest.raises(PermanentError, match=f"^crm: the driver for [a-z]+ is not installed: {told}$"):
        address(setting)


@pytest.mark.parametrize(
    ("setting", "name"),
    [
        (f"postgres://u:{SECRET}@db:5432/crm?sslrootcert={SECRET}", "postgresql://db:5432/crm"),
        (f"mysql://u:{SECRET}@[::1]:3306/crm", "mysql://[::1]:3306/crm"),
        (f"postgresql://u:{SECRET}@/crm", "postgresql:///crm"),
        ("sqlite:////tmp/a.db", "sqlite:////tmp/a.db"),
    ],
)
def test_its_name_has_host_and_database_and_neither_user_nor_password_nor_options(setting: str, name: str) -> None:
    found = address(setting)
    assert found.name == name
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    "setting",
    [
        "postgresql://localhost/d",
        "mysql://LOCALHOST/d",
        "postgresql://127.0.0.1:5432/d",
        "mysql://127.1.2.3/d",
        "postgresql://[::1]/d",
        "postgresql:///d",
        "postgresql:///d?host=/run/postgresql",
        "mysql:///d?unix_socket=/run/mysqld.sock",
        "sqlite:////tmp/a.db",
    ],
)
def test_a_socket_a_file_and_a_loopback_address_are_this_machine(setting: str) -> None:
    assert address(setting).is_here


@pytest.mark.parametrize(
    "setting",
    [
        "postgresql://db.example.com/d",
        "postgresql://127.0.0.1.example.com/d",
        "postgresql://localhost.example.com/d",
        "mysql://10.0.0.1/d",
        "postgresql://[fe80::1]/d",
        "postgresql:///d?host=db.example.com",
        "postgresql://localhost/d?host=db.example.com",
        "postgresql://localhost/d?hostaddr=10.0.0.1",
        "postgresql:///d?host=/run/postgresql,db.example.com",
        "postgresql:///d?host=127.0.0.1&host=db.example.com",
        "postgresql:///d?service=crm",
        "mysql://localhost/d?host=db.example.com",
        "mysql://localhost/d?read_default_file=/etc/my.cnf",
    ],
)
def test_whatever_may_lead_to_another_machine_is_not_here(setting: str) -> None:
    assert not address(setting).is_here


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        ("PGHOST", "db.example.com", "postgresql:///d"),
        ("PGHOSTADDR", "10.0.0.1", "postgresql://localhost/d"),
        ("PGSERVICE", "crm", "postgresql:///d"),
    ],
)
def test_variables_of_libpq_may_lead_to_another_machine(
    variable: str, value: str, setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert address(setting).is_here
    monkeypatch.setenv(variable, value)
    assert not address(setting).is_here
