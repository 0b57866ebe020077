"""What went wrong with a request, in words that go on from the host's name and hold no address: it may hold a key."""

import socket

import aiohttp

from bot.sources.guard import Forbidden


def cause(error: Exception, *, proxied: bool = False) -> str:
    """Say it. With a proxy, that alone is what the client looks up and dials."""
    match error:
        case Forbidden():
            return f"cannot be reached: {error}"
        case socket.gaierror():
            return "is a name without an address"
        case aiohttp.ClientHttpProxyError():
            return f"cannot be reached through the proxy: it answered {error.status} {error.message}"
        case aiohttp.ClientConnectorError():
            return _no_connection(error, proxied=proxied)
        case aiohttp.ClientConnectionError() | OSError():
            return "hung up without an answer"
        case aiohttp.ClientPayloadError():
            return "broke off in the middle of its answer"
        case aiohttp.InvalidURL() | ValueError():
            return "is not an address that can be asked"
        case _:
            return f"gave an answer that is no good HTTP ({type(error).__name__})"


def _no_connection(error: aiohttp.ClientConnectorError, *, proxied: bool) -> str:
    match error:
        case aiohttp.ClientConnectorDNSError() if proxied:
            return "cannot be reached through the proxy: that is a name without an address"
        case aiohttp.ClientConnectorDNSError():
            return "is a name without an address"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return "offers no TLS connection that can be trusted"
        case _:
            why = str(error.os_error) or "it hung up"
            return f"cannot be reached{' through the proxy' if proxied else ''}: {why}"
