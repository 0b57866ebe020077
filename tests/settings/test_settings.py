"""What a sound configuration comes to (INTERFACE, Configuration)."""

import datetime as dt
import ipaddress
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.model import Feed, Secret, Style, Target
from bot.ports import Subscription
from bot.settings import FetchSettings, SandboxSettings, Settings
from bot.settings.places import is_repository
from bot.text.links import TRACKING

Load = Callable[..., Settings]

CHAT = '[[accounts]]\nname = "a"\nkind = "chat"\n'
FULL = """
[sokbo]
store = "sqlite:////srv/sokbo.db"
page = "[::1]:0"
public_url = "https://in.example"
language = "en"
timezone = "Europe/Berlin"
[fetch]
allow_private = ["127.0.0.0/8", "fd00::/8"]
contact = "desk@news.example"
[sandbox]
[[feeds]]
name = "posts"
kind = "jekyll"
url = "_posts"
site = "https://news.example"
permalink = "pretty"
every = "5m"
first_run = "2h"
breaking = true
removed = "retract"
same_event = "join"
link_wait = "200ms"
[[feeds]]
name = "wire"
kind = "feed"
url = "https://wire.example/feed?key=${KEY}"
first_run = 3
breaking = ["urgent"]
[[accounts]]
name = "a"
kind = "chat"
token = "${TOKEN}"
base_url = "http://localhost:8701/chat/"
targets = ["@news", { id = "@desk", thread = 5, only = "breaking", notify = false }, { id = "@loud", notify = true }]
feeds = ["wire"]
language = "ko"
notify = "breaking"
picture = "none"
unconfirmed = "hold"
corrections = "edit"
[[accounts]]
name = "b"
kind = "odd"
pages = 3
share = 1
loud = true
targets = ["@news"]
"""


@pytest.fixture
def full(load: Load) -> Settings:
    return load(FULL, KEY="abc", TOKEN=" chat-token-1\n")


def test_an_empty_file_is_sound_and_everything_has_its_default(load: Load) -> None:
    """Without feeds there is nothing to tell and without accounts nobody to tell it to; the page still shows."""
    assert load("") == Settings(
        store="sqlite:///var/sokbo.db",
        page="127.0.0.1:8700",
        inbound="",
        public_url="",
        language="ko",
        timezone="Asia/Seoul",
        fetch=FetchSettings(),
        sandbox=None,
        feeds=(),
        accounts=(),
        path=Path("sokbo.toml"),
        secrets=(),
        files=(Path("sokbo.toml"),),
    )


def test_the_house_is_read(full: Settings) -> None:
    assert (full.page, full.public_url, full.language) == ("[::1]:0", "https://in.example", "en")
    networks = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("fd00::/8"))
    assert full.fetch == FetchSettings(networks, "desk@news.example")
    assert full.sandbox == SandboxSettings("127.0.0.1:8701", Path("var/sandbox.jsonl"))


@pytest.mark.parametrize(
    ("store", "path"), [("sqlite:///var/x.db", "var/x.db"), ("sqlite:////srv/x.db", "/srv/x.db"), ("sqlite:///x", "x")]
)
def test_a_fourth_slash_makes_the_store_absolute(store: str, path: str, load: Load) -> None:
    assert load(f'[sokbo]\nstore = "{store}"').database == Path(path)


def test_feeds_are_read(full: Settings) -> None:
    posts, wire = full.feeds
    assert (posts.kind, posts.url, posts.site, posts.permalink) == (
        "jekyll",
        "_posts",
        "https://news.example",
        "pretty",
    )
    assert posts.feed == Feed(
        name="posts",
        url="_posts",
        breaking=True,
        removed="retract",
        same_event="join",
        first_run=dt.timedelta(hours=2),
        every=dt.timedelta(minutes=5),
        link_wait=dt.timedelta(milliseconds=200),
        tracking=TRACKING,
    )
    assert (wire.kind, wire.url, wire.site, wire.permalink) == ("feed", "https://wire.example/feed?key=abc", None, None)
    assert wire.feed == Feed(name="wire", url=wire.url, breaking=("urgent",), first_run=3, tracking=TRACKING)
    assert [feed.line for feed in full.feeds] == [12, 24]


def test_an_account_is_read(full: Settings) -> None:
    account = full.accounts[0]
    assert account.options == {"token": Secret("chat-token-1"), "base_url": "http://localhost:8701/chat"}
    assert (account.name, account.kind, account.line, account.feeds) == ("a", "chat", 30, ("wire",))
    assert account.style == Style(language="ko", picture="none", zone="Europe/Berlin")
    assert (account.notify, account.unconfirmed, account.corrections) == ("breaking", "hold", "edit")
    assert full.accounts[1].corrections == "auto", "what readers were told wrongly is put right"
    assert account.subscriptions == (
        Subscription(Target("@news"), notify="breaking"),
        Subscription(Target("@desk:5"), only="breaking", notify="none"),
        Subscription(Target("@loud"), notify="all"),
    )


def test_the_adapters_signature_is_the_schema_and_its_defaults_count(full: Settings) -> None:
    account = full.accounts[1]
    assert account.options == {"pages": 3, "share": 1.0, "loud": True, "room": None}
    assert account.feeds is None
    assert account.style == Style(language="en", picture="photo", zone="Europe/Berlin")


def test_no_accounts_secret_shows_in_the_settings(full: Settings) -> None:
    """FAILURES.md section 1, token in logs."""
    assert full.secrets == (Secret("chat-token-1"),)
    assert "chat-token-1" not in repr(full)


def test_a_secret_comes_from_a_file_without_its_line_end(load: Load) -> None:
    Path("token").write_text("chat-token-2\n")
    Path("token").chmod(0o644)
    settings = load(CHAT + 'token_file = "${DIR}/token"\ntargets = ["@a"]', DIR=".")
    assert settings.accounts[0].options["token"] == Secret("chat-token-2")


def test_a_webhook_is_a_secret_whole_and_in_part(load: Load) -> None:
    Path("hook").write_text("https://hooks.example/444/in-a-file\n")
    hooks = '[[accounts]]\nname = "h"\nkind = "hooks"\ntargets = [{ webhook = "${HOOK}" }, { webhook_file = "hook" }]'
    settings = load(hooks, HOOK="https://hooks.example/333/in-the-air")
    assert [one.target for one in settings.accounts[0].subscriptions] == [
        Target("webhook:333", Secret("in-the-air")),
        Target("webhook:444", Secret("in-a-file")),
    ]
    hidden = {secret.reveal() for secret in settings.secrets}
    assert {"https://hooks.example/333/in-the-air", "in-the-air", "in-a-file"} <= hidden
    assert "in-a-file" not in repr(settings)
    assert settings.accounts[0].options == {"token": None}


@pytest.mark.parametrize(
    "other",
    [
        'token = "chat-token-2"',
        'token = "chat-token-1"\nbase_url = "https://other.example"',
    ],
    ids=["another credential", "another service"],
)
def test_one_place_may_be_named_twice_for_different_credentials(other: str, load: Load) -> None:
    first = CHAT + 'token = "chat-token-1"\ntargets = ["@news"]\n'
    settings = load(f'{first}[[accounts]]\nname = "b"\nkind = "chat"\ntargets = ["@news"]\n{other}')
    assert len(settings.accounts) == 2


def test_one_webhook_in_two_accounts_is_refused(problems: Callable[..., tuple[object, ...]]) -> None:
    """A webhook is its own credential: two accounts without a token that name it would post everything twice."""
    hooks = (
        '[[accounts]]\nname = "{}"\nkind = "hooks"\ntargets = [{{ webhook = "https://hooks.example/333/abcdef" }}]\n'
    )
    (problem,) = problems(hooks.format("a") + hooks.format("b"))
    assert "webhook:333 is the same place as the target on line 4" in str(problem)


def test_a_dollar_that_names_no_variable_stays(load: Load) -> None:
    assert load('[fetch]\ncontact = "$HOME $$ ${} ${1}"').fetch.contact == "$HOME $$ ${} ${1}"


def test_a_byte_order_mark_is_no_mistake(load: Load) -> None:
    assert load('\ufeff[sokbo]\nlanguage = "en"').language == "en"


def test_dotted_and_inline_tables_say_the_same(load: Load) -> None:
    settings = load('sokbo.language = "en"\nfetch = { contact = "me" }\n')
    assert (settings.language, settings.fetch.contact) == ("en", "me")


@pytest.mark.parametrize("page", ["", "localhost:8700", "127.8.8.8:1"])
def test_the_page_is_off_or_on_this_machine(page: str, load: Load) -> None:
    assert load(f'[sokbo]\npage = "{page}"').page == page


def test_an_option_of_a_type_that_toml_has_not_is_the_adapters_mistake(load: Load) -> None:
    with pytest.raises(TypeError, match="not <class 'bytes'>"):
        load('[[accounts]]\nname = "a"\nkind = "wrong"\nblob = 1\ntargets = ["@a"]')


@pytest.mark.parametrize(
    "url", ["https://code.example/paper/site.git", "http://127.0.0.1:3000/site.git/", "https://d.example/n/_git/site"]
)
def test_a_git_repository_is_named_by_the_address_that_git_clones_from(url: str, load: Load) -> None:
    text = f'[[feeds]]\nname = "n"\nkind = "jekyll"\nurl = "{url}"\nbranch = "press/seoul"\ncollections = ["news"]\n'
    [feed] = load(f'{text}folder = "site/docs/"\nuser = "desk"\npassword = "key"\n').feeds
    assert (feed.url, feed.branch, feed.folder, feed.collections) == (url, "press/seoul", "site/docs", ("news",))
    assert feed.credentials is not None
    assert feed.credentials.home == url
    assert is_repository(url)


def test_a_repository_on_this_machine_is_told_from_a_folder(load: Load) -> None:
    bare, copy = Path("bare.git"), Path("copy")
    (bare / "objects").mkdir(parents=True)
    (bare / "HEAD").write_text("ref: refs/heads/main\n")
    (copy / ".git").mkdir(parents=True)
    assert is_repository("bare.git")
    assert not is_repository("copy"), "a working copy is watched"
    assert is_repository(copy.resolve().as_uri()), "unless its branch is asked for"
    for url in ("bare.git", "copy", bare.resolve().as_uri()):
        [feed] = load(f'[[feeds]]\nname = "n"\nkind = "jekyll"\nurl = "{url}"\n').feeds
        assert (feed.url, feed.branch, feed.collections) == (url, "", ("posts",))


def test_a_feeds_rhythm_has_the_bounds_that_it_is_given(load: Load) -> None:
    """Issue 5: floor and ceiling per feed; without them they follow from `every` (`bot.rhythm`)."""
    wire = '[[feeds]]\nname = "wire"\nkind = "feed"\nurl = "https://wire.example/feed"\nevery = "60s"\n'
    [bounded, plain] = load(wire + 'fastest = "5s"\nslowest = "1h"\n' + wire.replace('"wire"', '"other"')).feeds
    assert (bounded.feed.fastest, bounded.feed.slowest) == (dt.timedelta(seconds=5), dt.timedelta(hours=1))
    assert (plain.feed.fastest, plain.feed.slowest) == (None, None)
