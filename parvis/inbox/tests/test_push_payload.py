"""Encryption against the standard's own example, and the way out against addresses that must not be reached."""

import http.client
import socket

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from parvis.inbox.push import transport, vapid
from parvis.inbox.push.payload import b64decode, b64encode, encrypt, public_point
from parvis.inbox.push.transport import NotPublic, check_endpoint, public_address
from parvis.inbox.tests.browser import Browser

# RFC 8291, section 5 and appendix A.
WORDS = b"When I grow up, I want to be a watermelon"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_standards_own_example():
    sender = ec.derive_private_key(int.from_bytes(b64decode(SENDER)), ec.SECP256R1())
    made = encrypt(WORDS, b64decode(BROWSER), b64decode(AUTH), sender=sender, salt=b64decode(SALT), padding=0)
    assert b64encode(made) == BODY


def test_only_the_browser_reads_it_and_its_length_says_little():
    browser, other = Browser(), Browser()
    long, short = (encrypt(text, browser.point, browser.auth) for text in (b"x" * 200, b"x"))
    assert browser.read(long) == b"x" * 200
    assert len(long) == len(short)
    with pytest.raises(InvalidTag):
        other.read(long)


@pytest.mark.parametrize(
    ("point", "auth"), [(b"", b"a" * 16), (b"\x04" + b"\x00" * 64, b"a" * 16), (b"\x04" * 65, b"a" * 16)]
)
def test_keys_that_are_none_are_refused(point, auth):
    with pytest.raises(ValueError):  # noqa: PT011 - of ours, or of the curve
        encrypt(b"x", point, auth)
    with pytest.raises(ValueError, match="too long"):
        encrypt(b"x" * 3001, Browser().point, b"a" * 16)


def test_the_header_proves_who_sends(settings, tmp_path):
    settings.PARVIS_KEYS, settings.PARVIS_ORIGIN = tmp_path, "https://square.example"
    told = vapid.authorization("https://push.example.org:443/send/abc")
    token, key = told.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    raw = b64decode(signature)
    r, s = int.from_bytes(raw[:32]), int.from_bytes(raw[32:])
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b64decode(key))
    public.verify(encode_dss_signature(r, s), f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    said = orjson.loads(b64decode(claims))
    assert (said["aud"], said["sub"]) == ("https://push.example.org:443", "https://square.example")
    assert key == vapid.public_key()
    assert (tmp_path / "push.pem").stat().st_mode & 0o077 == 0
    vapid._read_or_make.cache_clear()
    assert key == vapid.public_key(), "made once, read ever after"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://push.example.org/a", "https://127.0.0.1/a", "https://[::1]/a", "https://10.0.0.1/a",
        "https://localhost/a", "https://intranet/a", "https://db.internal/a", "https://printer.local/a",
        "https://push.example.org:22/a", "https://push.example.org:notaport/a", "https://a@push.example.org/a",
        "https://push.example.org/" + "a" * 1000, "ftp://push.example.org/", "https://", "push", "https://пуш.example/a",
    ],
)  # fmt: skip
def test_an_endpoint_is_https_by_name(endpoint):
    with pytest.raises(NotPublic):
        check_endpoint(endpoint)


def resolved(*addresses):
    return lambda *_a, **_k: [(0, 0, 0, "", (address, 443)) for address in addresses]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_a_name_that_means_a_private_address_is_not_reached(address, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolved("93.184.216.34", address))
    with pytest.raises(NotPublic):
        public_address("push.example.org")


def test_a_name_that_means_a_public_address_is(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolved("93.184.216.34"))
    assert public_address("push.example.org") == "93.184.216.34"
    made = transport.connection_to("push.example.org")
    assert isinstance(made, http.client.HTTPSConnection)
    assert (made.host, made.address) == ("push.example.org", "93.184.216.34")


def test_a_point_has_its_usual_length():
    assert len(public_point(ec.generate_private_key(ec.SECP256R1()))) == 65
