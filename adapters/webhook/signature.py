"""The standard's signature, version 1: who shares the key knows that the newsroom wrote this, and when it was sent. So
nobody else can tell stories in its name, nor tell an old one again.

    signed              webhook-id "." webhook-timestamp "." body
    webhook-signature   "v1," base64(HMAC-SHA256(key, signed)); one for each key, with spaces between
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

from bot.model import Secret

SHORTEST_KEY, LONGEST_KEY = 24, 64  #: bytes (the standard, "Signature scheme")
PREFIX = "whsec_"


class Signer:
    """Signs with the secret, and with the one before it while receivers still check with that."""

    def __init__(self, secret: Secret, previous: Secret | None) -> None:
        """Raise ``ValueError``, which says what to mend, where a secret is none of the standard's."""
        self._keys = [signing_key(one) for one in (secret, previous) if one]

    def sign(self, name: str, moment: int, body: bytes) -> Mapping[str, str]:
        """The three headers of a message called ``name``, sent at ``moment`` (seconds since 1970)."""
        signed = f"{name}.{moment}.".encode() + body
        signatures = (base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in self._keys)
        return {
            "webhook-id": name,
            "webhook-timestamp": str(moment),
            "webhook-signature": " ".join(f"v1,{signature}" for signature in signatures),
        }


def name_of(key: str) -> str:
    """The webhook-id of a delivery: made of its key, so that every try has the same; letters, digits and one ``_``.

    128 bits of a hash, or two would meet one day; never a full stop, which would let the parts of what is signed run
    into each other (the standard, "Signature scheme").
    """
    return f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def signing_key(secret: Secret) -> bytes:
    """The key that a secret of the standard's form holds; ``ValueError`` says what to mend."""
    mend = f"{SHORTEST_KEY} to {LONGEST_KEY} random bytes in base64 behind {PREFIX!r}"
    prefix, encoded_key = secret.reveal()[: len(PREFIX)], secret.reveal()[len(PREFIX) :]
    try:
        key = base64.b64decode(encoded_key, validate=True)
    except binascii.Error:
        raise ValueError(f"the webhook's secret is no base64: give {mend}") from None
    if prefix != PREFIX or not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise ValueError(f"the webhook's secret has another form than the standard's: give {mend}")
    return key
