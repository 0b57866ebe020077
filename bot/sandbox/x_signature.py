"""OAuth 1.0a, checked from its definition (RFC 5849) and not by the library that X's clients sign with."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

FIELDS = ("consumer_key", "nonce", "signature", "signature_method", "timestamp", "token")
CLOCK = 300  #: seconds that a timestamp may be off
HOSTS = ("https://api.twitter.com", "https://api.x.com")  #: the hosts that clients sign for, wherever they send to


@dataclass(frozen=True, slots=True)
class XKey:
    """The four parts of a key that signatures are checked with."""

    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    access_token: str = field(repr=False)
    access_token_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed: the user's access token, and the key of the app that it was given to."""

    token: str
    consumer_key: str


class Signatures:
    """Checks signed requests and remembers their nonces for as long as their timestamps hold."""

    def __init__(self, keys: Sequence[XKey]) -> None:
        self._keys = {key.consumer_key: key for key in keys}
        self._nonces: dict[tuple[str, str, str], float] = {}

    def read(
        self, method: str, urls: Iterable[str], query: Sequence[tuple[str, str]], header: str, now: float
    ) -> Signed | None:
        """Who signed a request, if it was signed rightly.

        ``urls`` are those that it may have been signed for; ``now`` is in seconds since 1970. A key that was not told
        can't be verified: its form is checked, its time and its nonce.
        """
        oauth = _read(header)
        signature = _decode(oauth.get("oauth_signature", ""))
        if any(f"oauth_{name}" not in oauth for name in FIELDS) or len(signature) != hashlib.sha1().digest_size:  # noqa: S324
            return None
        if oauth["oauth_signature_method"] != "HMAC-SHA1" or oauth.get("oauth_version", "1.0") != "1.0":
            return None
        if key := self._keys.get(oauth["oauth_consumer_key"]):
            rightly = any(_is_right(key, method, url, query, oauth, signature) for url in urls)
            if not rightly or oauth["oauth_token"] != key.access_token:
                return None
        return Signed(oauth["oauth_token"], oauth["oauth_consumer_key"]) if self._is_fresh(oauth, now) else None

    def _is_fresh(self, oauth: Mapping[str, str], now: float) -> bool:
        stamp = oauth["oauth_timestamp"]
        if not stamp.isdigit() or abs(int(stamp) - now) > CLOCK:
            return False
        key = oauth["oauth_consumer_key"], oauth["oauth_nonce"], stamp
        if key in self._nonces:
            return False
        while self._nonces and next(iter(self._nonces.values())) < now - 2 * CLOCK:
            del self._nonces[next(iter(self._nonces))]
        self._nonces[key] = now
        return True


def _read(header: str) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in header.split(","))
    return {unquote(name): unquote(value.strip('"')) for name, _, value in pairs if name != "realm"}


def _decode(signature: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except binascii.Error:
        return b""


def _is_right(
    key: XKey, method: str, url: str, query: Sequence[tuple[str, str]], oauth: Mapping[str, str], signature: bytes
) -> bool:
    signed = [(name, value) for name, value in oauth.items() if name != "oauth_signature"]
    parameters = sorted((_escape(name), _escape(value)) for name, value in [*query, *signed])
    joined = "&".join(f"{name}={value}" for name, value in parameters)
    base = "&".join(map(_escape, (method.upper(), url, joined)))
    secret = f"{_escape(key.consumer_secret)}&{_escape(key.access_token_secret)}"
    return hmac.compare_digest(hmac.digest(secret.encode(), base.encode(), "sha1"), signature)


def _escape(text: str) -> str:
    return quote(text, safe="-._~")
