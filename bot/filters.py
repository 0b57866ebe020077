"""Filters: which stories a feed tells and an account gets, as the configuration's include and exclude say. Pure.

    exclude   kept out, if any of its keys finds one of its words
    include   kept out, unless each of its keys finds one of its words

Exclude is asked first. Breaking news is asked like any other, unless a table says ``unless_breaking``. What a story
does not say cannot keep it out by ``languages``: a feed that names none is heard.
"""

from collections.abc import Sequence
from functools import cached_property

from bot.model import Entry, Story, Urgency
from bot.rules import Filter, Kept, Rule
from bot.text.keywords import Text, keywords, plain
from bot.text.plain import text_of

NAMED = 5  #: words of an include that are named when none of them was found


class Subject:
    """What filters ask of a story; it is read as far as they ask, and once."""

    def __init__(self, story: Story | Entry, urgency: Urgency) -> None:
        self._story = story
        self.urgency = urgency

    @cached_property
    def text(self) -> Text:
        """Headline, excerpt and body."""
        story = self._story
        said = (
            (story.headline, story.excerpt, text_of(story.body))
            if isinstance(story, Story)
            else (story.title, story.summary, text_of(story.content))
        )
        return Text("\n".join(said))

    @cached_property
    def author(self) -> Text:
        """Who wrote it, in one line."""
        return Text(self._story.author)

    @cached_property
    def categories(self) -> frozenset[str]:
        """Its categories as they are compared."""
        return frozenset(map(plain, self._story.categories))

    @property
    def language(self) -> str:
        """Its language as it is compared, "" if nobody says."""
        return self._story.language.casefold().replace("_", "-")


def kept_out(subject: Subject, asked: Filter) -> Kept | None:
    """What keeps the story out, None if it may pass."""
    for rule in asked.exclude:
        if _asks(rule, subject) and (word := _found(rule, subject)):
            return Kept("exclude", rule.key, (word,), rule.where)
    for rule in asked.include:
        if _asks(rule, subject) and not _found(rule, subject) and not _is_unsaid(rule, subject):
            return Kept("include", rule.key, rule.words[:NAMED], rule.where)
    return None


def _asks(rule: Rule, subject: Subject) -> bool:
    return not (rule.unless_breaking and subject.urgency is Urgency.BREAKING)


def _is_unsaid(rule: Rule, subject: Subject) -> bool:
    return rule.key == "languages" and not subject.language


def _found(rule: Rule, subject: Subject) -> str:
    """The word that the rule finds in the story, as the configuration has it; "" if none."""
    match rule.key:
        case "keywords":
            return keywords(rule.words).first(subject.text)
        case "authors":
            return keywords(rule.words).first(subject.author)
        case "categories":
            return _one([word for word in rule.words if plain(word) in subject.categories])
        case "languages":
            return _one([word for word in rule.words if _speaks(subject.language, word.casefold())])
        case "urgency":
            return _one([word for word in rule.words if word == subject.urgency])


def _speaks(language: str, wanted: str) -> bool:
    """Whether a language is the one wanted, or a kind of it: en-GB is en."""
    return language == wanted or language.startswith(f"{wanted}-")


def _one(found: Sequence[str]) -> str:
    return found[0] if found else ""
