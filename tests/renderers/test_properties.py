"""Every renderer, whatever strangers write: FAILURES.md section 3 rows 24 and 25, issue 3 ("It is done when").

What is rendered must pass its platform's grammar, be declared at its length, stay within its limit, call nobody, lead
nowhere unsafe, and still say the headline. ``SOKBO_EXAMPLES=10000`` is the long form.
"""

import os
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import regex
from hypothesis import HealthCheck, given, settings

import adapters
from bot.app.previews import _renderer
from bot.document import Document, Paragraph, Run
from bot.model import Message, Story, Style, Urgency
from bot.text.letters import squeeze
from tests.adapters.stage import STORY
from tests.renderers.corpus import corpus
from tests.renderers.grammars import Seen, check
from tests.renderers.strategies import stories, styles

EXAMPLES = int(os.environ.get("SOKBO_EXAMPLES", "100"))
PLATFORMS = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__))
BREAKERS = str.maketrans("", "", "\u2060\u200b")  # put in on purpose, so that nothing lives (DESIGN section 7)
#: What says that a story is breaking may be said in other words: bracketed labels, and a leading one.
LABELS = regex.compile(
    r"^(?:\s*[\[【(<［（〈《〔＜「][^\]】)>］）〉》〕＞」]*[\]】)>］）〉》〕＞」])+\s*|^[^\s:：|｜]{1,20}\s*[:：|｜]\s*"
)
SHORT = 60  #: code points of a headline that has room everywhere

platforms = pytest.mark.parametrize("platform", PLATFORMS)
CALM = replace(
    STORY,
    headline="남해안 고속철 착공",
    excerpt="2031년에 개통한다.",
    link="https://newsdao.kr/2026/11/22/%EA%B3%A0%EC%86%8D%EC%B2%A0/",
    categories=("철도",),
)


def _in_body(story: Story, text: str) -> Story:
    return replace(story, body=Document((Paragraph((Run(text),)),)))


PLACES: dict[str, Callable[[Story, str], Story]] = {
    "headline": lambda story, text: replace(story, headline=text),
    "excerpt": lambda story, text: replace(story, excerpt=text),
    "link": lambda story, text: replace(story, link=text),
    "body": _in_body,
    "categories": lambda story, text: replace(story, categories=(text, "철도")),
    "alt": lambda story, text: replace(story, pictures=(replace(story.pictures[0], alt=text),)),
    "source": lambda story, text: replace(story, source=text),
}


@cache
def renderer(platform: str) -> Any:
    """An adapter with no account behind it: enough to render, and its rehearsal reaches nobody."""
    return _renderer(platform)


def rendered(platform: str, story: Story, style: Style) -> Iterator[tuple[Message, Seen]]:
    messages = renderer(platform).render(story, style)
    assert messages
    for message in messages:
        yield message, look(message, style, story)


def look(message: Message, style: Style, story: Story) -> Seen:
    """One message, checked by its grammar and against what it says of itself."""
    assert message.style == style
    assert 0 < message.length <= message.limit
    seen = check(message)
    assert not seen.mentions
    assert unmeant(seen.tags, story, style) == []
    return seen


def unmeant(tags: list[str], story: Story, style: Style) -> list[str]:
    """Tags that are no category of the story: they would lead its readers out of it."""
    letters = "".join(filter(str.isalnum, squeeze(" ".join(story.categories)).casefold())) if style.hashtags else ""
    return [tag for tag in tags if "".join(filter(str.isalnum, tag.casefold())) not in letters]


def tells(story: Story, seen: str) -> bool:
    """Whether a reader reads the headline: a short one whole, a long one's first word, which no cut goes before.

    Brackets that alone leave no room for a word are no labels: they are the word that stands first.
    """
    words = squeeze(story.headline)
    labels = LABELS.match(words) if story.urgency is Urgency.BREAKING else None
    if labels and labels.end() <= SHORT:
        words = words[labels.end() :]
    if len(words) > SHORT:
        first = words.partition(" ")[0]
        words = first if len(first) <= SHORT else ""
    return words in squeeze(seen.translate(BREAKERS))


@platforms
@pytest.mark.parametrize("place", PLACES)
def test_no_attack_gets_through(platform: str, place: str) -> None:
    defects = [
        f"{attack.attacks}: {attack.text[:60]!r}: {defect}"
        for attack in corpus()
        if (defect := defect_of(platform, PLACES[place](CALM, attack.text), style_for(platform)))
    ]
    assert not defects, f"{len(defects)} of {len(corpus())} attacks:\n" + "\n".join(defects)


def style_for(platform: str) -> Style:
    """All that an account of this platform can ask for that puts more of a story into the message."""
    generous: dict[str, Any] = {"hashtags": 3, "body": "quote", "button": True}
    return Style(**{name: value for name, value in generous.items() if name in renderer(platform).styles})


def defect_of(platform: str, story: Story, style: Style) -> str:
    """What is wrong with a story's messages, or nothing."""
    try:
        alert, *_ = [seen for _, seen in rendered(platform, story, style)]
        assert tells(story, alert.text), f"the headline is lost: {alert.text[:80]!r}"
    except AssertionError as error:
        return str(error).partition("\n")[0] or "it is none"
    return ""


@platforms
@pytest.mark.parametrize("urgency", [Urgency.BREAKING, Urgency.NORMAL])
def test_a_headline_of_brackets_is_told_from_its_first_one(platform: str, urgency: Urgency) -> None:
    """3,000 brackets in front of a telephone number: what stands behind them is cut off, and they are no labels."""
    story = replace(CALM, headline="[](" * 1000 + "+82 10 1234 5678", urgency=urgency)
    alert, *_ = [seen for _, seen in rendered(platform, story, style_for(platform))]
    assert "[](" * 20 in alert.text.translate(BREAKERS)
    assert tells(story, alert.text)


def test_what_is_told_is_the_headline_and_not_its_labels_alone() -> None:
    story = replace(CALM, headline="[속보](단독) 남해안 고속철 착공", urgency=Urgency.BREAKING)
    assert tells(story, "[속보] [단독] 남해안 고속철 착공")
    assert not tells(story, "[속보](단독) 남해안")
    assert not tells(replace(story, headline="[속보] " + "남해안 고속철 착공 " * 9), "[속보] 고속철")


@platforms
def test_random_stories_are_told_within_the_rules(platform: str) -> None:
    """Row 24: 10,000 random documents in the long form."""

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories(), styles(renderer(platform)))
    def tell(story: Story, style: Style) -> None:
        alert, *_ = [seen for _, seen in rendered(platform, story, style)]
        assert tells(story, alert.text)

    tell()
