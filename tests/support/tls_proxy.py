"""TLS before the suite's PostgreSQL (which has none): speaks the first eight bytes of its protocol, then passes on."""

import datetime
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Front:
    """Where to connect, and the certificate (PEM) that signs itself, for `name` only."""

    port: int
    certificate: str


@contextmanager
def tls_front(folder: Path, *, host: str, port: int, name: str) -> Iterator[Front]:
    """A TLS server for `name` before a PostgreSQL on `host` and `port`."""
    certificate, files = _make_certificate(folder, name)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_serve, args=(listener, context, (host, port)), daemon=True).start()
    try:
        yield Front(port=listener.getsockname()[1], certificate=certificate)
    finally:
        listener.close()


def _serve(listener: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=_handle, args=(client, context, target), daemon=True).start()


def _handle(client: socket.socket, context: ssl.SSLContext, target: tuple[str, int]) -> None:
    with suppress(OSError, ssl.SSLError):
        client.recv(8)  # SSLRequest
        client.sendall(b"S")
        inner = context.wrap_socket(client, server_side=True)
        server = socket.create_connection(target)
        back = threading.Thread(target=_pump, args=(server, inner), daemon=True)
        back.start()
        _pump(inner, server)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError, ssl.SSLError):
        while data := source.recv(65536):
            target.sendall(data)
    for side in (source, target):
        with suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)


def _make_certificate(folder: Path, name: str) -> tuple[str, tuple[str, str]]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begin = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=36_500))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / f"{name}.crt").write_bytes(pem)
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem.decode(), (str(folder / f"{name}.crt"), str(folder / f"{name}.key"))
