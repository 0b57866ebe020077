"""The tables include and exclude of a feed and of an account."""

import pytest

from bot.rules import Filter, Rule
from tests.settings.conftest import Load, Problems

FEED = '[[feeds]]\nname = "a"\nkind = "jekyll"\nurl = "_posts"\n'
CHAT = '[[accounts]]\nname = "c"\nkind = "chat"\ntoken = "t-123456"\ntargets = ["@news"]\n'


def test_a_filter_is_read_with_the_line_of_each_rule(load: Load) -> None:
    tables = """
[feeds.include]
categories = ["사회"]
languages = ["ko", "en-GB"]

[feeds.exclude]
keywords = [
  "운세",
  '"AI"',
]
authors = ["홍보팀"]
urgency = ["low"]
unless_breaking = true
"""
    [feed] = load(FEED + tables).feeds
    found = feed.feed.filter
    assert found == Filter(
        include=(Rule("categories", ("사회",)), Rule("languages", ("ko", "en-GB"))),
        exclude=(
            Rule("keywords", ("운세", '"AI"'), unless_breaking=True),
            Rule("authors", ("홍보팀",), unless_breaking=True),
            Rule("urgency", ("low",), unless_breaking=True),
        ),
    )
    assert [rule.where for rule in (*found.include, *found.exclude)] == [
        f"sokbo.toml:{line}" for line in (7, 8, 11, 15, 16)
    ]


def test_each_account_has_its_own_and_most_have_none(load: Load) -> None:
    """The same platform may be named twice: an account's targets all get the same."""
    second = CHAT.replace('"c"', '"d"').replace("@news", "@quakes") + '[accounts.include]\nkeywords = ["지진"]\n'
    one, other = load(CHAT + second).accounts
    assert not one.filter
    assert other.filter == Filter(include=(Rule("keywords", ("지진",)),))


def test_it_may_stand_in_one_line(load: Load) -> None:
    [feed] = load(FEED + 'exclude = { keywords = ["광고"] }\n').feeds
    [rule] = feed.feed.filter.exclude
    assert rule.where == "sokbo.toml:5"


@pytest.mark.parametrize(
    ("table", "line", "words"),
    [
        ('[feeds.exclude]\nkeyword = ["a"]', 6, 'did you mean "keywords"'),
        ('[feeds.exclude]\nkeywords = "a"', 6, "should be a list"),
        ("[feeds.exclude]\nkeywords = []", 6, "it finds nothing"),
        ("[feeds.exclude]\nkeywords = ['\"\"']", 6, "nothing to look for"),
        (f'[feeds.exclude]\nkeywords = ["{"a" * 101}"]', 6, "too long"),
        ('[feeds.include]\nlanguages = ["한국어"]', 6, "is no language"),
        ('[feeds.include]\nurgency = ["urgent"]', 6, "none of breaking, normal, low"),
        ("[feeds.include]\nunless_breaking = true", 6, "stands alone"),
        ('exclude = "광고"', 5, "should be a table"),
    ],
)
def test_a_mistake_is_told_with_its_line(problems: Problems, table: str, line: int, words: str) -> None:
    [problem] = problems(FEED + table)
    assert problem.where == f"sokbo.toml:{line}"
    assert words in str(problem)
