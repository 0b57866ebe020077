"""Who may come in: this machine's own browser, at this page's own address, on its own initiative.

Loopback alone does not keep strangers out. A site that the editor has open elsewhere can point a name of its own at
127.0.0.1 (so the Host is checked), and can send a form here (so a change needs this page's Origin, a cookie that no
other site's request carries, and the token that only this page was given).
"""

import hmac
import ipaddress
import secrets
from urllib.parse import parse_qs

from aiohttp import web

from bot.errors import ConfigError, Problem

FORM = "application/x-www-form-urlencoded"
HTTP_PORT = 80  #: the one that browsers leave out of Host and Origin
LAST_PORT = 65535

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Not no-referrer: with it a browser says `Origin: null` of the page's own forms, as of any stranger's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Server": "Sokbo",
}


def read_listen(listen: str) -> tuple[str, int]:
    """Host and port to listen on, from ``host:port``; raises ``ConfigError`` for all but loopback addresses."""
    mend = 'use page = "127.0.0.1:8700"'
    host, _, port = listen.rpartition(":")
    if not (port.isdecimal() and int(port) <= LAST_PORT):
        raise ConfigError([Problem(f"{listen!r} is not host:port", "[sokbo] page", mend)])
    host = host.removeprefix("[").removesuffix("]")
    host = "127.0.0.1" if host == "localhost" else host
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        text = f"the page cannot listen on {host or 'every address'}: loopback only for now"
        raise ConfigError([Problem(text, "[sokbo] page", mend)])
    return host, int(port)


class Guard:
    """The rules for one address, and the secrets of this process that a change must show."""

    def __init__(self, host: str, port: int) -> None:
        name = f"[{host}]" if ":" in host else host
        names = {name, "127.0.0.1", "localhost", "[::1]"}
        self.url = f"http://{name}:{port}"
        self.hosts = frozenset(f"{one}:{port}" for one in names) | (names if port == HTTP_PORT else set())
        self.cookie_name = f"sokbo-{port}"  # cookies are shared by all ports of a host
        self.cookie = secrets.token_urlsafe(24)
        self.token = secrets.token_urlsafe(24)

    def refuse_strangers(self, request: web.Request) -> None:
        """Answer only to this page's own names, so that no site can lend it one of its own (DNS rebinding)."""
        if request.headers.get("Host", "").lower() not in self.hosts:
            raise web.HTTPMisdirectedRequest(text=f"This is {self.url}, and it answers to no other name.\n")

    def hand_out(self, response: web.Response) -> None:
        """Give the browser the cookie that a change must bring back."""
        response.set_cookie(self.cookie_name, self.cookie, httponly=True, samesite="Strict", path="/")

    async def read_form(self, request: web.Request) -> dict[str, str]:
        """The fields of a form that this page itself sent; raises ``HTTPForbidden`` for any other."""
        fields: dict[str, str] = {}
        if request.content_type == FORM:
            text = (await request.read()).decode("utf-8", "replace")
            fields = {name: values[0] for name, values in parse_qs(text).items()}
        own = request.headers.get("Origin", "").lower().removeprefix("http://") in self.hosts
        cookie = _same(request.cookies.get(self.cookie_name, ""), self.cookie)
        token = _same(fields.get("token", ""), self.token)
        if not (own and cookie and token):
            raise web.HTTPForbidden
        return fields


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
