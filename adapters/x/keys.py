"""Who posts, and through which app: four keys that sign each request, or a token that is shown."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tweepy import OAuth1UserHandler

from bot.model import Secret


@dataclass(frozen=True, slots=True)
class Keys:
    """A user's right to post through an app.

    ``credential`` and ``app`` are hashes that tell users and apps apart. ``authorize`` makes the headers that allow one
    request (verb, address).
    """

    credential: str
    app: str
    authorize: Callable[[str, str], Mapping[str, str]] = field(repr=False)


def signing(consumer_key: Secret, consumer_secret: Secret, access_token: Secret, access_token_secret: Secret) -> Keys:
    """OAuth 1.0a, signed for the address that is really called."""
    four = [key.reveal() for key in (consumer_key, consumer_secret, access_token, access_token_secret)]
    signer = OAuth1UserHandler(*four).apply_auth().client

    def authorize(verb: str, url: str) -> Mapping[str, str]:
        # of the body only a form would be signed (RFC 5849, 3.4.1.3), and none is sent
        return dict(signer.sign(url, verb)[1])

    return Keys(_hash(f"x:{' '.join(four)}"), _hash(f"x app:{four[0]}"), authorize)


def bearing(token: Secret) -> Keys:
    """OAuth 2, a token of the user; it does not tell its app, so each counts as an app of its own."""
    credential = _hash(f"x:{token.reveal()}")
    return Keys(credential, credential, lambda _verb, _url: {"Authorization": f"Bearer {token.reveal()}"})


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
