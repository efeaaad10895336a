"""Secrets: how they are made and the only form in which they are kept."""

import hashlib
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def new_token() -> str:
    """160 random bits, safe in an address and short enough for one line of a mail."""
    return secrets.token_urlsafe(20)


def hashed(token: str) -> str:
    """What is stored instead of the token.

    A plain hash is enough: the token is random, so there is nothing to guess from a list.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def derived(secret: str, purpose: str) -> str:
    """The key for one purpose, as 64 hexadecimal digits: none can be worked out from another."""
    return HKDF(SHA256(), 32, None, f"asf {purpose}".encode()).derive(secret.encode()).hex()
