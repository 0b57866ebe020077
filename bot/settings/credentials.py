"""What a feed's server, and nobody else, hears of us: a name and a password, and headers of the operator's own."""

import re
from base64 import b64encode

from bot.model import Secret
from bot.ports import Credentials
from bot.settings import values
from bot.settings.table import Table
from bot.settings.values import Complaint

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  #: RFC 9110, section 5.6.2

#: Headers that say where a request begins, ends or goes, or that the client needs to understand the answer.
_TAKEN = frozenset(
    {
        *("host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "expect", "range"),
        *("accept-encoding", "if-none-match", "if-modified-since", "proxy-authorization"),
    }
)


def read_credentials(table: Table, home: str) -> Credentials | None:
    """Read ``user``, ``password`` and ``headers`` of a feed at ``home``; None where there are none."""
    headers = {**_login(table), **_headers(table)}
    return Credentials(home, headers) if headers else None


def _login(table: Table) -> dict[str, Secret]:
    """HTTP basic authentication (RFC 7617)."""
    user = table.take("user", _user, "")
    password = table.secret("password", required=False)
    if password and "user" not in table.data:
        table.complain("password", "password stands without user", "add user = …")
    if not user:
        return {}
    login = b64encode(f"{user}:{password.reveal() if password else ''}".encode()).decode()
    table.sheet.hide(login)
    return {"Authorization": table.sheet.hide(f"Basic {login}")}


def _headers(table: Table) -> dict[str, Secret]:
    """``headers = { "X-Key" = "…" }``; each value is a secret, so that ``"X-Key_file"`` names a file that holds one."""
    own = table.table("headers")
    found = {}
    for name in dict.fromkeys(key.removesuffix("_file") for key in own.data):
        value = own.secret(name, required=False)
        at = name if name in own.data else f"{name}_file"
        if not _TOKEN.fullmatch(name):
            own.complain(at, f"{name!r} is no header's name", "letters, digits and hyphens")
        elif name.lower() in _TAKEN:
            own.complain(at, f"the header {name} is Sokbo's own to set", "take it out")
        elif name.lower() == "authorization" and "user" in table.data:
            own.complain(at, f"the header {name} and user both log in", "keep one of them")
        elif value and not value.reveal().isprintable():
            own.complain(at, f"the header {name} should be one line of text", "take out line breaks")
        elif value:
            found[name] = value
    return found


def _user(raw: object) -> str:
    user = values.name(raw)
    if ":" in user:
        raise Complaint("may hold no colon", "what follows it is the password: password = …")
    return user
