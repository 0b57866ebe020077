"""What a place may be: addresses to listen on and to call, networks, folders, the store."""

import ipaddress
import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from bot.document import Picture
from bot.settings.values import Complaint, line, name, text

#: Jekyll's built-in permalink styles (jekyllrb.com/docs/permalinks).
PERMALINK_STYLES = ("date", "pretty", "ordinal", "weekdate", "none")

_HOST = re.compile(r"\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+")
_LABEL = re.compile(r"[A-Za-z0-9_.-]+")
_PORT = re.compile(r"[0-9]{1,5}")
_LAST_PORT = 65535


def _split(raw: object) -> SplitResult:
    value = line(raw)
    try:
        parts = urlsplit(value)
        _ = parts.port  # a port that is none shows only when it is asked for
    except ValueError as error:
        raise Complaint("is no address", 'write it in full: "https://…"') from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or any(c.isspace() for c in value):
        raise Complaint("is no http(s) address", 'write it in full: "https://…"')
    return parts


def web_address(raw: object) -> str:
    """Read an http(s) address."""
    return _split(raw).geturl()


def service(raw: object) -> str:
    """Read where a platform's API is: https, or http on this machine; without a slash at its end."""
    parts = _split(raw)
    if parts.username is not None or parts.query or parts.fragment:
        raise Complaint("should be a plain address", "without a name, a password, ? or # in it")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Complaint("would send the token unencrypted", "use https; plain http is for 127.0.0.1 alone")
    return parts.geturl().rstrip("/")


def proxy(raw: object) -> str:
    """Read the address of an http(s) proxy, a name and a password in it perhaps; its password, or ""."""
    parts = _split(raw)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise Complaint("should be a plain address", 'write it so: "http://user:password@host:3128"')
    return unquote(parts.password or "")


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine and no other."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def listener(raw: object) -> str:
    """Read ``host:port``; an IPv6 host stands in brackets, port 0 is any free one."""
    value = text(raw)
    host, colon, port = value.rpartition(":")
    if not colon or not _HOST.fullmatch(host):
        raise Complaint("is no address to listen on", 'write host and port: "127.0.0.1:8700"')
    if not _PORT.fullmatch(port) or int(port) > _LAST_PORT:
        raise Complaint("has no port that exists", f"ports go from 0 (any free one) to {_LAST_PORT}")
    return value


def page(raw: object) -> str:
    """Read where the page listens, on this machine only; "" is nowhere."""
    if raw == "":
        return ""
    value = listener(raw)
    host, _, port = value.rpartition(":")
    if not is_loopback(host.strip("[]")):
        mend = f'it has no password yet: use "127.0.0.1:{port}", and an SSH tunnel from elsewhere'
        raise Complaint("would show the page to others", mend)
    return value


def inbound(raw: object) -> str:
    """Read where strangers are listened to; "" is nowhere."""
    return "" if raw == "" else listener(raw)


def public_url(raw: object) -> str:
    """Read the address under which strangers reach us, without a slash at its end; "" is none."""
    if raw == "":
        return ""
    parts = _split(raw)
    if parts.username is not None or parts.query or parts.fragment:
        raise Complaint("should be a plain address", "without a name, a password, ? or # in it")
    return parts.geturl().rstrip("/")


def network(raw: object) -> IPv4Network | IPv6Network:
    """Read an IP network, "127.0.0.0/8"."""
    value = text(raw)
    try:
        return ipaddress.ip_network(value)
    except ValueError as error:
        raise Complaint("is no network", _near_network(value)) from error


def _near_network(value: str) -> str:
    try:
        return f'did you mean "{ipaddress.ip_network(value, strict=False)}"?'
    except ValueError:
        return 'write an address and how many of its bits count: "127.0.0.0/8"'


def store(raw: object) -> str:
    """Read the address of a SQLite file or of a PostgreSQL database."""
    value = line(raw)
    use = 'use "sqlite:///var/sokbo.db" (relative), "sqlite:////srv/sokbo.db" (absolute) or "postgresql://user@host/db"'
    if value.startswith(("postgresql:", "postgres:")):
        return _postgresql(value)
    if not value.startswith("sqlite:///") or value.strip("/") == "sqlite:":
        raise Complaint("names no store", use)
    if value.endswith(":memory:"):
        raise Complaint("would forget everything at each start", use)
    return value


def _postgresql(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise Complaint("is no address of a database", 'write it so: "postgresql://user@host:5432/db"') from error
    if not value.startswith(f"{parts.scheme}://") or not parts.path.strip("/"):
        raise Complaint("names no database", 'write it so: "postgresql://user@host:5432/db"')
    return value


def log_file(raw: object) -> Path:
    """Read a path to write to."""
    return Path(name(raw))


def posts(raw: object) -> str:
    """Read where the posts are: a folder of them, a folder with the whole site, or a git repository."""
    value = name(raw)
    if value.startswith(("git@", "ssh://")) or (":" in value.partition("/")[0] and "://" not in value):
        mend = 'name the repository\'s https address, "https://…/site.git", and user and password if it is private'
        raise Complaint("would need an SSH key", mend)
    if "://" in value:
        return _repository(value)
    folder = Path(value)
    if folder.is_file():
        raise Complaint("is a file", "name the folder that holds the posts")
    if not folder.is_dir():
        raise Complaint("is a folder that does not exist", f"relative paths count from {Path.cwd()}")
    return value


def _repository(value: str) -> str:
    if value.startswith("file://"):
        parts = urlsplit(value)
        if parts.netloc not in {"", "localhost"} or not is_repository(value):
            raise Complaint("names no git repository on this machine", 'write it so: "file:///srv/git/site.git"')
        return value
    parts = _split(value)
    if parts.username is not None:
        raise Complaint("holds a name or a password", "take it out; it would stand in logs")
    if not _leads_to_git(parts):
        mend = 'a repository\'s address ends in .git: "https://…/site.git"; for the feed of a site, kind = "feed"'
        raise Complaint("is no folder on this machine, and no git repository", mend)
    return value


def _leads_to_git(parts: SplitResult) -> bool:
    return parts.path.rstrip("/").endswith(".git") or "/_git/" in parts.path


def is_repository(value: str) -> bool:
    """Tell whether a place is a git repository that is asked, not a folder that is watched."""
    if value.startswith(("http://", "https://")):
        return True
    path = Path(unquote(urlsplit(value).path) if value.startswith("file://") else value)
    bare = (path / "objects").is_dir() and (path / "HEAD").is_file()
    return bare or (value.startswith("file://") and (path / ".git").exists())


def branch(raw: object) -> str:
    """Read the name of a git branch."""
    value = name(raw)
    if any(c.isspace() or c in "~^:?*[\\" for c in value) or ".." in value or value.startswith(("-", "/", "refs/")):
        raise Complaint("is no name of a branch", 'write it as git does: "main"')
    return value


def folder(raw: object) -> str:
    """Read a folder of a repository, with / between its names; without one at either end."""
    value = name(raw)
    parts = value.removesuffix("/").split("/")
    if not all(part.strip(".") for part in parts) or "\\" in value or parts[-1].startswith("_"):
        raise Complaint("is no folder that holds a site", 'name the one that holds _posts: "docs"')
    return "/".join(parts)


def collection(raw: object) -> str:
    """Read the label of a Jekyll collection."""
    value = name(raw)
    if not _LABEL.fullmatch(value) or value.startswith("_"):
        raise Complaint("is no collection", 'name it as _config.yml does, without _: "news"')
    return value


def feed_address(raw: object) -> str:
    """Read the http(s) address of a feed."""
    if isinstance(raw, str) and Path(raw).is_dir():
        raise Complaint("is a folder", 'for a folder of posts, kind = "jekyll"')
    parts = _split(raw)
    if _leads_to_git(parts):
        raise Complaint("is a git repository", 'for the posts in it, kind = "jekyll" in the configuration')
    if parts.username is not None:
        raise Complaint("holds a name, which every list would show", "write it as user = … and password = …")
    return web_address(raw)


def picture(raw: object) -> Picture:
    """Read a picture: a file on this machine, or an http(s) address."""
    value = name(raw)
    if "://" in value:
        return Picture(web_address(value))
    path = Path(value)
    if not path.is_file():
        raise Complaint("names no file", f"relative paths count from {Path.cwd()}")
    return Picture(path.resolve().as_uri())


def permalink(raw: object) -> str:
    """Read a Jekyll permalink: a template that starts with a slash, or the name of a style."""
    value = name(raw)
    if not value.startswith("/") and value not in PERMALINK_STYLES:
        raise Complaint(
            "is no permalink",
            f'start it with a slash ("/:categories/:title/"), or name a style: {", ".join(PERMALINK_STYLES)}',
        )
    return value
