"""What an address says by itself: whether it may be asked at all, and who lives there."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Address

from yarl import URL

from bot.errors import SourceError
from bot.ports import Credentials

SCHEMES = frozenset({"http", "https"})
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


def host_of(target: URL) -> str:
    """The host of an address that may be asked, in ASCII; raises ``SourceError``.

    A name that ends in a number is an IPv4 address to some programs and another one to others (``010.8.8.8`` is 8.8.8.8
    here, 10.8.8.8 elsewhere): it must be written as all of them read it. So the WHATWG URL standard tells names, too.
    """
    if target.scheme not in SCHEMES:
        raise SourceError(f"“{target.scheme}:” is not http or https")
    host = target.raw_host
    if not host:
        raise SourceError("the address names no host")
    if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) and not _is_plain(host):
        raise SourceError(f"{host} is no address in its plain form")
    return host


def shown(target: URL) -> str:
    """The address without a name and a password in it."""
    return str(target.with_user(None)) if target.raw_user or target.raw_password else str(target)


def secrets_for(target: URL, credentials: Credentials | None) -> Mapping[str, str]:
    """The headers that the server of an address may hear, to be put on the wire."""
    if credentials is None or not _is_home(target, URL(credentials.home)):
        return {}
    return {name: secret.reveal() for name, secret in credentials.headers.items()}


def _is_home(target: URL, home: URL) -> bool:
    """Whether it is the same server, or the same by its own move from http to https."""
    asked, own = ((one.scheme, one.raw_host, one.port) for one in (target, home))
    return asked == own or (own == ("http", home.raw_host, 80) and asked == ("https", home.raw_host, 443))


def _is_plain(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True
