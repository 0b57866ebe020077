"""What a filter lets pass (issue 5, item 7), and that a story is told why it did not."""

from dataclasses import replace
from typing import Any

import pytest

from bot.document import Document, Paragraph, Run
from bot.filters import Subject, kept_out
from bot.model import Entry, Story, Urgency
from bot.route import route
from bot.rules import Filter, FilterKey, Kept, Rule
from tests.contracts.conftest import account

STORY = Story(
    7,
    "부산 앞바다에서 지진",
    "규모 4.1이다.",
    "https://a.kr/7",
    "newsdao",
    body=Document((Paragraph((Run("쓰나미 경보는 없다."),)),)),
    categories=("사회", "Breaking News"),
    language="ko-KR",
    author="김하늘 기자, 이바다",
)


def rule(key: FilterKey, *words: str, **more: Any) -> Rule:
    return Rule(key, words, **more)


def kept(*rules: Rule, table: str = "exclude", story: Story = STORY) -> Kept | None:
    asked = Filter(exclude=rules) if table == "exclude" else Filter(include=rules)
    return kept_out(Subject(story, story.urgency), asked)


FINDS = [
    rule("keywords", "운세", "지진"),
    rule("keywords", "4.1"),
    rule("keywords", '"쓰나미"'),
    rule("categories", "breaking news"),
    rule("authors", "김하늘"),
    rule("authors", '"이바다"'),
    rule("languages", "en", "ko"),
    rule("languages", "ko-KR"),
    rule("urgency", "low", "normal"),
]
MISSES = [
    rule("keywords", "화산"),
    rule("keywords", '"바다"'),
    rule("categories", "사"),
    rule("categories", "사회부"),
    rule("authors", "박강산"),
    rule("languages", "k"),
    rule("languages", "ko-KP"),
    rule("urgency", "breaking"),
]


@pytest.mark.parametrize("finds", FINDS, ids=str)
def test_what_an_exclude_finds_is_kept_out_and_an_include_lets_pass(finds: Rule) -> None:
    assert kept(finds) is not None
    assert kept(finds, table="include") is None


@pytest.mark.parametrize("misses", MISSES, ids=str)
def test_what_an_exclude_misses_passes_and_an_include_keeps_out(misses: Rule) -> None:
    assert kept(misses) is None
    assert kept(misses, table="include") is not None


def test_every_key_of_an_include_must_find_something_and_any_of_an_exclude_will_do() -> None:
    both = rule("keywords", "지진"), rule("categories", "정치")
    assert kept(*both, table="include") == Kept("include", "categories", ("정치",))
    assert kept(*both) == Kept("exclude", "keywords", ("지진",))


def test_exclude_beats_include() -> None:
    asked = Filter(include=(rule("keywords", "지진"),), exclude=(rule("categories", "사회"),))
    found = kept_out(Subject(STORY, Urgency.NORMAL), asked)
    assert found == Kept("exclude", "categories", ("사회",))


@pytest.mark.parametrize("table", ["include", "exclude"])
def test_breaking_news_passes_only_where_the_table_says_so(table: str) -> None:
    breaking = replace(STORY, urgency=Urgency.BREAKING)
    hard = rule("keywords", "지진" if table == "exclude" else "화산")
    assert kept(hard, table=table, story=breaking) is not None
    spared = replace(hard, unless_breaking=True)
    assert kept(spared, table=table, story=breaking) is None
    assert kept(spared, table=table) is not None


def test_a_feed_that_names_no_language_is_heard() -> None:
    silent = replace(STORY, language="")
    assert kept(rule("languages", "ko"), table="include", story=silent) is None
    assert kept(rule("languages", "ko"), story=silent) is None


def test_the_reason_says_the_rule_its_words_and_where_it_stands() -> None:
    seven = rule("keywords", *"abcdefg", where="my.toml:9")
    assert kept(seven, table="include") == Kept("include", "keywords", tuple("abcde"), "my.toml:9")
    assert kept(rule("authors", "김하늘", where="my.toml:9")) == Kept("exclude", "authors", ("김하늘",), "my.toml:9")


def test_an_entry_is_asked_as_its_story_would_be() -> None:
    entry = Entry("1", STORY.link, STORY.headline, STORY.excerpt, STORY.body, author=STORY.author)
    for word in ("지진", "4.1", "쓰나미"):
        assert kept_out(Subject(entry, Urgency.NORMAL), Filter(exclude=(rule("keywords", word),))) is not None


def test_an_accounts_filter_routes_a_story_past_it_and_past_no_other() -> None:
    deaf = replace(account("deaf", "@d"), filter=Filter(exclude=(rule("keywords", "지진", where="f:1"),)))
    others = replace(account("others", "@o"), feeds=("else",), filter=deaf.filter)
    routed = route(STORY, [account(), deaf, others])
    assert [each.name for each in routed.accounts] == ["readers"]
    assert routed.kept == {"deaf": Kept("exclude", "keywords", ("지진",), "f:1")}
