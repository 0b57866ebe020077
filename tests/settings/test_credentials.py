"""What a feed's server alone may hear, and the proxy: secrets, from the environment or a file (issue 5, point 1)."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.errors import Problem
from bot.model import Secret
from bot.ports import Credentials
from bot.settings import Settings

Load = Callable[..., Settings]
Problems = Callable[..., tuple[Problem, ...]]

FEED = '[[feeds]]\nname = "wire"\nkind = "feed"\nurl = "https://wire.test/feed"\n'
FOLDER = '[[feeds]]\nname = "posts"\nkind = "jekyll"\nurl = "_posts"\n'
LOGIN = b64encode("desk:비밀번호".encode()).decode()


def test_a_feed_without_any_has_none(load: Load) -> None:
    assert load(FEED).feeds[0].credentials is None


def test_a_name_and_a_password_are_basic_authentication(load: Load) -> None:
    settings = load(FEED + 'user = "desk"\npassword = "${WIRE}"', WIRE="비밀번호")
    assert settings.feeds[0].credentials == Credentials(
        "https://wire.test/feed", {"Authorization": Secret(f"Basic {LOGIN}")}
    )
    assert {Secret("비밀번호"), Secret(LOGIN)} <= set(settings.secrets), "no log may show it in any form"
    assert "비밀번호" not in repr(settings)
    assert LOGIN not in repr(settings)


def test_a_name_alone_may_be_the_key(load: Load) -> None:
    credentials = load(FEED + 'user = "desk"').feeds[0].credentials
    assert credentials is not None
    assert credentials.headers["Authorization"].reveal() == "Basic " + b64encode(b"desk:").decode()


def test_headers_are_secrets_and_may_come_from_files(load: Load, place: Path) -> None:
    (place / "key").write_text("key-from-a-file\n")
    headers = '{ "X-Key" = "${KEY}", "X-Other_file" = "key", Authorization = "Bearer abcdef" }'
    settings = load(FEED + f"headers = {headers}", KEY="key-of-ours")
    credentials = settings.feeds[0].credentials
    assert credentials is not None
    assert {name: secret.reveal() for name, secret in credentials.headers.items()} == {
        "X-Key": "key-of-ours",
        "X-Other": "key-from-a-file",
        "Authorization": "Bearer abcdef",
    }
    assert {Secret("key-of-ours"), Secret("key-from-a-file"), Secret("Bearer abcdef")} <= set(settings.secrets)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ('password = "abcdef"', "password stands without user"),
        ('user = "a:b"', 'user = "a:b" may hold no colon'),
        ('user = "desk"\npassword_file = "nowhere"', "cannot be read"),
        ('user = "desk"\nheaders = { authorization = "x" }', "the header authorization and user both log in"),
        ('headers = "x"', "headers should be a table"),
        ('headers = { "X Key" = "x" }', "'X Key' is no header's name"),
        ('headers = { "X-Key:" = "x" }', "'X-Key:' is no header's name"),
        ('headers = { Host = "x" }', "the header Host is Sokbo's own to set"),
        ('headers = { "If-None-Match" = "x" }', "the header If-None-Match is Sokbo's own to set"),
        ('headers = { "X-Key" = "abcdef\\r\\nHost: evil.test" }', "the header X-Key should be one line of text"),
        ('headers = { "X-Key" = "" }', "X-Key is empty"),
        ('headers = { "X-Key" = 5 }', "X-Key should be text"),
    ],
)
def test_each_mistake_is_named_and_no_secret_is(said: str, words: str, problems: Problems) -> None:
    (problem,) = problems(FEED + said)
    assert words in problem.what
    assert problem.mend or "text" in problem.what
    assert "abcdef" not in str(problem)


def test_a_folder_needs_none(problems: Problems, place: Path) -> None:
    (place / "_posts").mkdir(exist_ok=True)
    (problem,) = problems(FOLDER + 'user = "desk"')
    assert "user has no effect" in problem.what


def test_a_name_in_the_address_would_be_shown_in_every_list(problems: Problems) -> None:
    (problem,) = problems(FEED.replace("//wire", "//desk:hunter2@wire"))
    assert "holds a name" in problem.what
    assert "user = …" in problem.mend
    assert "hunter2" not in str(problem)


def test_a_proxy_is_a_secret_and_its_password_another(load: Load, place: Path) -> None:
    (place / "proxy").write_text("http://desk:hunter2%21@10.0.0.9:3128\n")
    settings = load('[fetch]\nproxy_file = "proxy"')
    assert settings.fetch.proxy == Secret("http://desk:hunter2%21@10.0.0.9:3128")
    assert {settings.fetch.proxy, Secret("hunter2!")} <= set(settings.secrets)
    assert load('[fetch]\nproxy = "https://proxy.test"').fetch.proxy == Secret("https://proxy.test")
    assert load("").fetch.proxy is None


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("socks5://proxy.test", "proxy is no http(s) address"),
        ("proxy.test:3128", "proxy is no http(s) address"),
        ("http://proxy.test/path", "proxy should be a plain address"),
        ("http://proxy.test:99999", "proxy is no address"),
        ("", "proxy is empty"),
    ],
)
def test_what_is_no_proxy_is_said(proxy: str, words: str, problems: Problems) -> None:
    (problem,) = problems(f'[fetch]\nproxy = "{proxy}"')
    assert problem.what == words
