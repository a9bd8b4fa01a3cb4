"""A browser and a push service as the tests need them: one decrypts by the standard, the other keeps what comes."""

import hashlib
import hmac
import http.server
import threading
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from parvis.inbox.push.payload import b64encode, public_point


class Browser:
    """The receiving side of RFC 8291, written from the standard and not from our own code."""

    def __init__(self, number: int = 0) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.point, self.auth = public_point(self.key), bytes(range(16))
        self.endpoint = f"https://push.example.org/send/{number}"

    def subscription(self) -> dict[str, object]:
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": b64encode(self.point), "auth": b64encode(self.auth)},
        }

    def read(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        secret = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender))
        keying = HKDF(SHA256(), 32, self.auth, b"WebPush: info\x00" + self.point + sender).derive(secret)
        extracted = hmac.digest(salt, keying, hashlib.sha256)
        expand = lambda label: hmac.digest(extracted, label + b"\x00\x01", hashlib.sha256)  # noqa: E731
        plain = AESGCM(expand(b"Content-Encoding: aes128gcm")[:16]).decrypt(
            expand(b"Content-Encoding: nonce")[:12], sealed, None
        )
        text, mark, padding = plain.rpartition(b"\x02")
        assert mark
        assert not padding.strip(b"\x00")
        return text


@dataclass
class PushService:
    """A push service on this machine: keeps each request, answers with `status`."""

    status: int = 201
    headers: dict[str, str] = field(default_factory=dict)
    received: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.received.append((self.path, dict(self.headers), body))
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def connection(self, _host: str) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=5)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
