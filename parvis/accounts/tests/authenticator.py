"""A small software authenticator (WebAuthn Level 2, sections 6.1 and 6.5): what a phone does, in Python."""

import hashlib
import json
import os
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

PRESENT, VERIFIED, HAS_KEY = 0x01, 0x04, 0x40


@dataclass
class Passkey:
    """One discoverable credential."""

    id: bytes
    rp: str
    user: bytes
    private: ec.EllipticCurvePrivateKey


@dataclass
class Authenticator:
    """Makes and uses passkeys for the options that the server sends; answers as the page's script sends them."""

    origin: str = "http://testserver"
    verifies: bool = True
    passkeys: list[Passkey] = field(default_factory=list)

    def make(self, options: dict) -> str:
        """navigator.credentials.create"""
        public = options["publicKey"]
        made = Passkey(
            os.urandom(32),
            public["rp"]["id"],
            websafe_decode(public["user"]["id"]),
            ec.generate_private_key(ec.SECP256R1()),
        )
        self.passkeys.append(made)
        cose = cbor.encode(ES256.from_cryptography_key(made.private.public_key()))
        attested = bytes(16) + struct.pack(">H", len(made.id)) + made.id + cose
        data = self._data(made.rp, HAS_KEY) + attested
        response = {
            "clientDataJSON": self._client("webauthn.create", public["challenge"]),
            "attestationObject": websafe_encode(cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._answer(made, response, {"credProps": {"rk": True}})

    def use(self, options: dict, passkey: Passkey | None = None) -> str:
        """navigator.credentials.get"""
        public = options["publicKey"]
        allowed = {websafe_decode(one["id"]) for one in public.get("allowCredentials") or []}
        used = passkey or next(one for one in self.passkeys if not allowed or one.id in allowed)
        client = self._client("webauthn.get", public["challenge"])
        data = self._data(used.rp, 0)
        signature = used.private.sign(data + hashlib.sha256(websafe_decode(client)).digest(), ec.ECDSA(SHA256()))
        response = {
            "clientDataJSON": client,
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": websafe_encode(used.user),
        }
        return self._answer(used, response, {})

    def _data(self, rp: str, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + struct.pack(">I", 0)

    def _client(self, kind: str, challenge: str) -> str:
        return websafe_encode(json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode())

    def _answer(self, passkey: Passkey, response: dict, extensions: dict) -> str:
        name = websafe_encode(passkey.id)
        return json.dumps(
            {
                "id": name,
                "rawId": name,
                "type": "public-key",
                "response": response,
                "clientExtensionResults": extensions,
            }
        )
