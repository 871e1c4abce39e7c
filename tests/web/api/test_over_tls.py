"""Events over https: the name is checked against the certificate, though an address is connected to."""

import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from casework import webhooks
from casework.channels import Unreachable

NAME = "portal.example.org"


def certificate(name: str, folder: Path) -> Path:
    """A self-signed certificate with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(today - datetime.timedelta(1))
        .not_valid_after(today + datetime.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
def serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> Iterator[Callable[[str], tuple[str, list[str]]]]:
    """A server of this machine with a certificate for a name; every name leads to it, and its certificate is trusted."""
    settings.WEBHOOKS_INSIDE = True
    servers = []

    def started(name: str) -> tuple[str, list[str]]:
        hosts: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hosts.append(self.headers["Host"])
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        class Quiet(HTTPServer):
            def handle_error(self, *args: Any) -> None:
                """A caller that breaks off, as it must for a wrong name."""

        path = certificate(name, tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        server = Quiet(("127.0.0.1", 0), Handler)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
        port = server.server_port
        monkeypatch.setattr("socket.getaddrinfo", lambda *args, **named: [(2, 1, 6, "", ("127.0.0.1", port))])
        return f"https://{NAME}:{port}/events", hosts

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


def test_with_the_right_name_it_arrives(serve: Callable[[str], tuple[str, list[str]]]):
    url, hosts = serve(NAME)
    assert webhooks.post(url, b"{}", {}) == 204
    assert hosts == [url.split("/")[2]]


def test_with_another_name_nothing_is_sent(serve: Callable[[str], tuple[str, list[str]]]):
    url, hosts = serve("other.example.org")
    with pytest.raises(Unreachable):
        webhooks.post(url, b"{}", {})
    assert hosts == []


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(
    serve: Callable[[str], tuple[str, list[str]]], monkeypatch: pytest.MonkeyPatch
):
    url, hosts = serve(NAME)
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(Unreachable):
        webhooks.post(url, b"{}", {})
    assert hosts == []
