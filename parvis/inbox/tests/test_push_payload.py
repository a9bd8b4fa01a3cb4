"""Encryption against the standard's own example, and the way out against addresses that must not be reached."""

import orjson
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from parvis.inbox.push import vapid
from parvis.inbox.push.payload import b64decode, b64encode, encrypt, public_point
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


def test_a_point_has_its_usual_length():
    assert len(public_point(ec.generate_private_key(ec.SECP256R1()))) == 65
