"""Downloads from a real server with TLS, whose certificate is made here and trusted through ``REQUESTS_CA_BUNDLE``."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hubsync_assets.errors import PermanentError
from hubsync_assets.sources.files.fetch import fetch
from hubsync_assets.sources.files.following import Following
from hubsync_assets.sources.files.locate import locate
from hubsync_assets_tests.sources.web import Answer, site

CSV = b"email\nana@example.com\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def tls(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server needs; its certificate is trusted here."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_no_redirect_leads_from_https_to_http(tmp_path: Path, tls: ssl.SSLContext) -> None:
    with (
        site(Answer(200, CSV)) as plain,
        site(Answer(302, headers={"Location": f"{plain.url}/b.csv"}), tls=tls) as sealed,
    ):
        with pytest.raises(PermanentError, match="it redirects from https to http, which anybody on the way can read"):
            fetch(locate(f"{sealed.url}/a.csv")[0], tmp_path)
        assert (len(sealed.requests), plain.requests) == (1, [])


def test_a_redirect_from_http_to_https_and_on_to_https_is_followed(tmp_path: Path, tls: ssl.SSLContext) -> None:
    with (
        site(Answer(302, headers={"Location": "/b.csv"}), Answer(200, CSV), tls=tls) as sealed,
        site(Answer(302, headers={"Location": f"{sealed.url}/a.csv"})) as plain,
    ):
        fetched = fetch(locate(f"{plain.url}/a.csv")[0], tmp_path)
        assert fetched.path is not None
        assert fetched.path.read_bytes() == CSV
        assert sealed.paths == ["/a.csv", "/b.csv"]


def test_credentials_of_an_https_url_are_not_sent_to_another_port(tmp_path: Path, tls: ssl.SSLContext) -> None:
    with (
        site(Answer(200, CSV), tls=tls) as other,
        site(Answer(302, headers={"Location": f"{other.url}/b.csv"}), tls=tls) as sealed,
    ):
        url = f"{sealed.url}/a.csv"
        fetch(locate(url)[0], tmp_path, following=Following(url, {"Authorization": "Bearer t"}))
        assert sealed.requests[0]["Authorization"] == "Bearer t"
        assert "Authorization" not in other.requests[0]


def test_a_certificate_that_nobody_here_trusts_is_refused_before_anything_is_sent(
    tmp_path: Path, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with site(Answer(200, CSV), tls=tls) as sealed:
        with pytest.raises(PermanentError, match="its TLS certificate is not trusted here"):
            fetch(locate(f"{sealed.url}/a.csv")[0], tmp_path)
        assert sealed.requests == []


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:9", "socks5h://user:hunter2@127.0.0.1:9", "SOCKS4://127.0.0.1:9"]
)
def test_a_socks_proxy_is_refused_as_nobody_sees_where_its_connections_lead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("all_proxy", proxy)
    with site(Answer(200, CSV)) as plain:
        file = locate(f"{plain.url}/a.csv")[0]
        with pytest.raises(PermanentError, match="names a SOCKS proxy") as refused:
            fetch(file, tmp_path)
        assert "hunter2" not in str(refused.value)
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        assert fetch(file, tmp_path).path is not None
