"""From the file to the settings: its parts, in the order in which they need each other."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.model import Secret, Style
from bot.settings import places, values
from bot.settings.accounts import Accounts, Kinds
from bot.settings.feeds import read_feeds
from bot.settings.nouns import KEEP, FetchSettings, Language, SandboxSettings, Settings
from bot.settings.sheet import Sheet
from bot.settings.table import Table
from bot.settings.values import Complaint
from bot.text.links import TRACKING

PAGE = "127.0.0.1:8700"
SANDBOX = "127.0.0.1:8701"


def load(path: Path, environ: Mapping[str, str], kinds: Kinds) -> Settings:
    """Read and check the whole file.

    ``environ`` fills ``${NAME}``; ``kinds`` knows the platforms. Raises ``ConfigError`` with every problem at once, in
    the order of the file. A file without feeds or without accounts is sound: there is nothing to tell yet, or nobody.
    """
    sheet = Sheet(path, environ)
    top = Table(sheet)
    house = top.table("sokbo")
    language: Language = house.take("language", values.one_of(Language), "ko")
    timezone = house.take("timezone", values.timezone, "Asia/Seoul")
    page = house.take("page", places.page, PAGE)
    store = house.take("store", places.store, "sqlite:///var/sokbo.db")
    keep = house.take("keep", values.keep, KEEP)
    inbound = house.take("inbound", places.inbound, "")
    public_url = house.take("public_url", places.public_url, "")
    _reached(house, page, inbound, public_url)
    house.close()
    fetch = _fetch(top.table("fetch"))
    sandbox = _sandbox(top, page)
    feeds = read_feeds(top, fetch.tracking)
    style = Style(language=language, zone=timezone)
    accounts = Accounts(kinds, [feed.feed.name for feed in feeds], style).read(top)
    top.close()
    sheet.settle()
    password = urlsplit(store).password
    return Settings(
        store=store,
        page=page,
        inbound=inbound,
        public_url=public_url,
        language=language,
        timezone=timezone,
        fetch=fetch,
        sandbox=sandbox,
        feeds=feeds,
        accounts=accounts,
        path=path,
        secrets=(*sheet.secrets, *([Secret(unquote(password))] if password else [])),
        keep=keep,
        files=tuple(sheet.files),
    )


def _reached(house: Table, page: str, inbound: str, public_url: str) -> None:
    """What is to be reached from outside needs an address there, and one of its own here."""
    if inbound and not public_url:
        mend = 'public_url = "https://…": the address whose requests your web server passes on to inbound'
        house.complain("inbound", "nobody could reach inbound: there is no public_url", mend)
    if inbound and inbound == page and not inbound.endswith(":0"):
        house.complain("inbound", f"inbound and the page both want {page}", "give one of them another port")


def _fetch(table: Table) -> FetchSettings:
    networks = table.each("allow_private", places.network)
    contact = table.take("contact", values.line, "")
    tracking = table.each("tracking", values.name) if "tracking" in table.data else TRACKING
    proxy = table.secret("proxy", required=False)
    if proxy:
        _check_proxy(table, proxy)
    table.close()
    return FetchSettings(networks, contact, tracking, proxy)


def _check_proxy(table: Table, proxy: Secret) -> None:
    """Complain about an address that is no proxy's; a password in it is a secret by itself, too."""
    try:
        password = places.proxy(proxy.reveal())
    except Complaint as complaint:
        table.complain("proxy" if "proxy" in table.data else "proxy_file", f"proxy {complaint.what}", complaint.mend)
    else:
        table.sheet.hide(password)


def _sandbox(top: Table, page: str) -> SandboxSettings | None:
    table = top.table("sandbox")
    if "sandbox" not in top.data:
        return None
    listen = table.take("listen", places.listener, SANDBOX)
    if listen == page and not listen.endswith(":0"):
        table.complain("listen", f"the stand-ins and the page both want {page}", "give one of them another port")
    log = table.take("log", places.log_file, Path("var/sandbox.jsonl"))
    table.close()
    return SandboxSettings(listen, log)
