"""The secret of the data folder, sealed with a passphrase so that it can lie in a backup."""

from __future__ import annotations

import base64
import json
import os

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from survey_data.operations.errors import WrongPassphrase

# As OWASP's cheat sheet on password storage asks of scrypt: 128 MB and a third of a second.
COST, BLOCKS, LANES = 2**17, 8, 1
SHORTEST = 12


def seal(secret: str, passphrase: str) -> bytes:
    """The secret as a JSON object that only the passphrase opens."""
    salt = os.urandom(16)
    sealed = Fernet(_key(passphrase, salt, COST)).encrypt(secret.encode())
    return json.dumps({"cost": COST, "salt": salt.hex(), "sealed": sealed.decode()}).encode()


def unseal(body: bytes, passphrase: str) -> str:
    """The secret again; raises WrongPassphrase."""
    found = json.loads(body)
    key = _key(passphrase, bytes.fromhex(found["salt"]), found["cost"])
    try:
        return Fernet(key).decrypt(found["sealed"]).decode()
    except InvalidToken:
        raise WrongPassphrase from None


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    derived = Scrypt(salt, length=32, n=cost, r=BLOCKS, p=LANES).derive(passphrase.encode())
    return base64.urlsafe_b64encode(derived)
