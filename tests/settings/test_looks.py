"""What an account's messages look like: its style, and its template."""

from pathlib import Path
from typing import Any

import pytest

from bot.model import Style
from tests.settings.conftest import Load, Problems

CHAT = '[[accounts]]\nname = "a"\nkind = "chat"\ntoken = "secret-token"\ntargets = ["@news"]\n'
STYLE = Style()


def style(load: Load, keys: str) -> Style:
    [account] = load(CHAT + keys).accounts
    return account.style


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", {}),
        ("hashtags = true", {"hashtags": 3}),
        ("hashtags = false", {"hashtags": 0}),
        ("hashtags = 5", {"hashtags": 5}),
        ('body = "quote"', {"body": "quote"}),
        ('body = "thread"', {"body": "thread"}),
        ("pictures = 4", {"pictures": 4}),
        ('preview = "above"', {"preview": "above"}),
        ("button = true", {"button": True}),
        ('utm = "?utm_source=telegram&utm_medium=social"', {"utm": "utm_source=telegram&utm_medium=social"}),
        ('utm = ""', {}),
    ],
)
def test_an_account_says_how_its_messages_look(load: Load, keys: str, expected: dict[str, Any]) -> None:
    assert style(load, keys) == Style(**expected)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("hashtags = 11", "hashtags = 11 is out of bounds (from 0 to 10)"),
        ("hashtags = -1", "is out of bounds"),
        ('hashtags = "#a"', "should be a whole number"),
        ("pictures = 0", "from 1 to 10"),
        ('body = "all"', "is none of none, quote, thread"),
        ('preview = "left"', "is none of below, above"),
        ("button = 1", "should be true or false"),
        ('utm = "utm source"', "is no query"),
        ("rich = true", "rich has no effect on chat (take it out; chat knows body, button, hashtags, picture"),
        ('template = "nowhere.md"', "names no file (relative paths count from"),
    ],
)
def test_a_wrong_look_is_refused_at_its_line(problems: Problems, keys: str, words: str) -> None:
    [problem] = problems(CHAT + keys)
    assert words in str(problem)
    assert problem.where.endswith("sokbo.toml:6")


def test_a_template_is_the_one_named_else_the_languages_else_the_platforms(load: Load, place: Path) -> None:
    """Issue 3: config/templates/<platform>.md, per account, per language."""
    assert style(load, "").template == ""
    (place / "templates").mkdir()
    (place / "templates/chat.md").write_text("{headline}\n", "utf-8")
    assert style(load, "").template == "{headline}\n"
    (place / "templates/chat.en.md").write_text("{headline} in English\n", "utf-8")
    assert style(load, 'language = "en"').template == "{headline} in English\n"
    assert style(load, "").template == "{headline}\n"
    (place / "short.md").write_text("\ufeff{link} {headline}", "utf-8")
    assert style(load, 'template = "short.md"').template == "{link} {headline}"


def test_a_template_that_says_what_the_platform_does_by_itself_is_none(load: Load, place: Path) -> None:
    """Accounts of one look share messages, and a platform's own layout may bend: a button takes the link out."""
    (place / "same.md").write_text("<!-- ours -->\n{headline} {link}\n", "utf-8")
    assert style(load, 'template = "same.md"').template == ""


def test_a_platform_without_a_layout_takes_no_template(problems: Problems) -> None:
    bare = '[[accounts]]\nname = "a"\nkind = "bare"\ntargets = ["@news"]\ntemplate = "sokbo.toml"\n'
    assert "template has no effect on bare" in " ".join(map(str, problems(bare)))


def test_a_bad_template_is_refused_with_line_and_column(problems: Problems, place: Path) -> None:
    """Issue 3: a bad template is refused at `sokbo check` with line and column."""
    (place / "bad.md").write_text("**{headline}**\n\n  {exerpt}\n", "utf-8")
    [problem] = problems(CHAT + 'template = "bad.md"')
    assert problem.where == "bad.md:3:3"
    assert str(problem).startswith("bad.md:3:3: the template is wrong: there is no field {exerpt}")


def test_a_bad_template_of_two_accounts_is_one_problem(problems: Problems, place: Path) -> None:
    (place / "templates").mkdir()
    (place / "templates/chat.md").write_text("{", "utf-8")
    second = CHAT.replace('"a"', '"b"').replace("secret-token", "other-token").replace("[[accounts]]", "\n[[accounts]]")
    [problem] = problems(CHAT + second)
    assert problem.where.endswith("templates/chat.md:1:1")


def test_a_template_that_is_no_text_is_said(problems: Problems, place: Path) -> None:
    (place / "cp949.md").write_bytes("{headline} 속보".encode("cp949"))
    [problem] = problems(CHAT + 'template = "cp949.md"')
    assert "cannot be read" in str(problem)
    assert "UTF-8" in str(problem)


FEED = '[[feeds]]\nname = "n"\nkind = "jekyll"\nurl = "_posts"\n'


def test_a_feed_names_its_card_its_boilerplate_and_what_its_links_lose(load: Load, place: Path) -> None:
    (place / "card.png").write_bytes(b"\x89PNG")
    told = load(FEED + 'card = "card.png"\nboilerplate = ["실시간 뉴스 속보는"]\n[fetch]\ntracking = ["ref", "spm*"]\n')
    [feed] = told.feeds
    assert feed.feed.card is not None
    assert feed.feed.card.url == (place / "card.png").as_uri()
    assert (feed.feed.boilerplate, feed.feed.tracking) == (("실시간 뉴스 속보는",), ("ref", "spm*"))
    [feed] = load(FEED + 'card = "https://newsdao.kr/card.png"\n').feeds
    assert feed.feed.card is not None
    assert feed.feed.card.url == "https://newsdao.kr/card.png"
    assert "utm_*" in feed.feed.tracking
    [feed] = load(FEED + "[fetch]\ntracking = []\n").feeds
    assert feed.feed.tracking == ()


def test_a_card_that_is_not_there_is_said(problems: Problems) -> None:
    [problem] = problems(FEED + 'card = "card.png"')
    assert "names no file" in str(problem)
