"""The nouns of what a platform accepts: how large a picture, how fast, how dear."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a platform accepts of a picture.

    ``size`` is bytes, ``side`` the longer one in pixels, ``pixels`` their product, ``ratio`` how many times longer than
    wide; ``count`` is pictures in one message.
    """

    size: int
    side: int
    pixels: int = 50_000_000
    ratio: float = 20.0
    mimes: tuple[str, ...] = ("image/jpeg", "image/png")
    count: int = 1
    reusable: bool = False  #: uploaded once, posted again by the platform's reference


@dataclass(frozen=True, slots=True)
class Window:
    """At most ``count`` requests in any ``seconds``."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform accepts, as far as pace and retries go; lengths live with the adapter that counts them.

    ``rate`` is requests a second for one credential, evenly; ``windows`` hold beside it, ``app`` for all credentials of
    one application together. ``timeout`` is seconds one request may take. What one target takes is the adapter's
    ``per_target``.
    """

    rate: float
    timeout: float = 20.0
    windows: tuple[Window, ...] = ()
    app: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Budget:
    """What an account may cost, in US dollars a day and a month (UTC); 0 is without bound."""

    day: float = 0.0
    month: float = 0.0
