"""Whether a delivery is signed with our secret: ``X-Hub-Signature: sha256=…`` (WebSub section 7.1)."""

import hmac
from typing import Final

METHODS: Final = ("sha1", "sha256", "sha384", "sha512")  #: all that the Recommendation names; the hub chooses


def is_signed(body: bytes, header: str, secret: str) -> bool:
    """Whether ``header`` says so; compared in a time that tells nothing of how much of it is right."""
    method, _, said = header.strip().partition("=")
    if method.lower() not in METHODS:
        return False
    right = hmac.digest(secret.encode(), body, method.lower()).hex()
    return hmac.compare_digest(right.encode(), said.strip().lower().encode("utf-8", "replace"))
