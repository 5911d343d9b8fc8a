"""A connection that leaves this machine is encrypted, or is not made unless that is declared. The servers of the tests have no TLS."""

import re

import pytest
import sqlalchemy as sa

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.databases import address
from hubsync_assets.sources.databases.mysql import MySQL
from hubsync_assets.sources.databases.postgresql import PostgreSQL
from hubsync_assets.sources.databases.query import Query
from hubsync_assets_tests.databases.server import SECRET, Server
from hubsync_assets_tests.sources.databases.asking import model, read, spec
from hubsync_assets_tests.sources.databases.numbered import numbered

ON_A_NETWORK = [pytest.param("postgresql"), pytest.param("mariadb", marks=pytest.mark.services)]
REFUSED = "it does not encrypt the connection as is asked for: set up TLS there, or declare allow_plain: true"


@pytest.fixture(params=ON_A_NETWORK)
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(f"shared_{request.param}")
    numbered(found, "sealed", 3)
    return found


@pytest.fixture
def _far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """127.0.0.1 is another machine."""
    monkeypatch.setattr(address, "_LOOPBACK", re.compile(r"(?!)"))


def test_on_this_machine_it_need_not_be_encrypted(server: Server) -> None:
    assert len(read(spec(server.setting, Query("id", table="sealed")), model()).rows) == 3


@pytest.mark.usefixtures("_far_away")
def test_a_server_elsewhere_that_does_not_encrypt_is_refused_in_one_line(server: Server) -> None:
    with pytest.raises(PermanentError) as raised:
        read(spec(server.setting, Query("id", table="sealed")), model())
    assert REFUSED in str(raised.value)
    assert SECRET not in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.usefixtures("_far_away")
def test_it_is_read_in_plain_text_where_that_is_declared(server: Server) -> None:
    assert len(read(spec(server.setting, Query("id", table="sealed"), allow_plain=True), model()).rows) == 3


@pytest.mark.usefixtures("_far_away")
@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("postgresql", "sslmode=disable"),
        ("postgresql", "sslmode=allow"),
        ("postgresql", "sslmode=prefer"),
        ("postgresql", "sslmode=require&sslmode=disable"),
        pytest.param("mariadb", "ssl_disabled=true", marks=pytest.mark.services),
        pytest.param("mariadb", "ssl_disabled=1&ssl_ca=/tmp/x", marks=pytest.mark.services),
        pytest.param("mariadb", "ssl=x", marks=pytest.mark.services),
    ],
)
def test_a_url_does_not_switch_encryption_off(name: str, option: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(f"shared_{name}")
    with pytest.raises(
        PermanentError, match="crm: its URL lets passwords and contacts cross the network in plain text"
    ):
        read(spec(f"{server.setting}?{option}", Query("id", table="sealed")), model())


@pytest.mark.usefixtures("_far_away")
@pytest.mark.parametrize("option", ["ssl_verify_cert=true", "ssl_check_hostname=false", "ssl_verify_identity=true"])
def test_an_option_of_tls_is_not_taken_for_leave_to_go_without(option: str, shared_mariadb: Server) -> None:
    with pytest.raises(PermanentError, match=REFUSED):
        read(spec(f"{shared_mariadb.setting}?{option}", Query("id", table="sealed")), model())


@pytest.mark.parametrize("mode", ["require", "verify-ca", "verify-full"])
def test_a_stricter_way_of_the_url_is_left_as_it_is(mode: str) -> None:
    far = address.DatabaseAddress.of("crm", f"postgresql://db.example.com/d?sslmode={mode}")
    assert "sslmode" not in PostgreSQL().arguments(far, 60)


def test_the_driver_written_in_c_is_told_to_require_it() -> None:
    url = sa.make_url("mysql+mysqldb://db.example.com/d")
    far = address.DatabaseAddress("crm", url, "mysql", "mysqldb")
    assert MySQL("mysqldb").arguments(far, 60)["ssl_mode"] == "REQUIRED"
    near_nothing = address.DatabaseAddress("crm", url.update_query_dict({"ssl_mode": "PREFERRED"}), "mysql", "mysqldb")
    with pytest.raises(PermanentError, match="in plain text"):
        MySQL("mysqldb").arguments(near_nothing, 60)
