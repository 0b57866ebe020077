"""A board of stories becomes HTML. Jinja2 with autoescape, and nothing undefined passes."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.document import Picture
from bot.model import Message
from bot.newsroom import article, board, drawing, reading
from bot.newsroom.addresses import web_address
from bot.newsroom.ink import Block, blocks, ink
from bot.newsroom.markup import markdown
from bot.newsroom.recall import Recall
from bot.newsroom.words import Words
from bot.ports import Shown

Theme = Literal["", "light", "dark"]
THEMES: Mapping[str, Theme] = {"light": "light", "dark": "dark"}

TEMPLATES = Path(__file__).with_name("templates")
#: What the page shows and browsers decode without running anything; SVG is not among them.
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
#: Characters of a message that a column shows before the rest is folded away.
TALL = 700
#: Platforms that the page draws in their own look; all others get a plain card.
DRAWN = frozenset(file.stem for file in (TEMPLATES / "messages").glob("*.html")) - {"plain"}


@dataclass(frozen=True, slots=True)
class Edition:
    """All that one printing of the page shows; ``version`` names it, so that a reader's browser knows a newer one.

    ``recalls`` has each retracted story of the board by its number; ``feeds`` are those that it has room for, of so
    many that are ``watched``.
    """

    version: str
    now: dt.datetime
    board: Sequence[Shown]
    recalls: Mapping[int, Recall]
    alarms: Sequence[Mapping[str, Any]]
    feeds: Sequence[Mapping[str, Any]]
    watched: int
    accounts: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A story on a page of its own, with how far its retraction has got; ``version`` and ``now`` as in `Edition`."""

    version: str
    now: dt.datetime
    story: Mapping[str, Any]
    recall: Recall


@dataclass(frozen=True, slots=True)
class Look:
    """How this browser wants the page: in which words, and light, dark or as the system is ("")."""

    words: Words
    theme: Theme = ""


class Press:
    """Prints pages; the same for all readers but for their look."""

    def __init__(self, words: Mapping[str, Words], *, sandbox: bool) -> None:
        self._jinja = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            lstrip_blocks=True,
        )
        self._jinja.globals.update(
            drawn=DRAWN,
            sandbox=sandbox,
            tongues=list(words.values()),
            article=article.article,
            blocks=blocks,
            cards=drawing.cards,
            columns=board.columns,
            current=current,
            faceted=faceted,
            fold=board.fold,
            inks=ink,
            is_tall=is_tall,
            keyboard=drawing.keyboard,
            link_card=drawing.link_card,
            link_preview=drawing.link_preview,
            markdown=markdown,
            moment=drawing.moment,
            picture_address=picture_address,
            posted=board.posted,
            pulse=pulse,
            pretty=drawing.pretty,
            sections=drawing.sections,
            sender=board.sender,
            standing=board.standing,
            tally=board.tally,
            told=told,
            web_address=web_address,
        )

    def front(self, edition: Edition, look: Look, token: str) -> str:
        """The page; ``token`` goes into its forms."""
        needs_a_person = sum(
            number
            for shown in edition.board
            for state, number in board.tally(shown.alerts)
            if state in board.NEEDS_A_PERSON
        )
        return self._jinja.get_template("front.html").render(
            edition=edition,
            now=edition.now,
            words=look.words,
            theme=look.theme,
            token=token,
            needs_a_person=needs_a_person,
        )

    def retraction(self, sheet: Sheet, look: Look, token: str) -> str:
        """What taking a story back means, with the form that does it; once it is done, what came of it."""
        return self._jinja.get_template("retraction.html").render(
            version=sheet.version,
            now=sheet.now,
            story=sheet.story,
            recall=sheet.recall,
            words=look.words,
            theme=look.theme,
            token=token,
        )

    def why(self, story: Mapping[str, Any], target: str, told: str, look: Look) -> str:
        """Why a target did or did not get a story; ``told`` is the paragraph, "" before a target is named."""
        return self._jinja.get_template("why.html").render(
            story=story, target=target, told=told, words=look.words, theme=look.theme
        )

    def trouble(self, status: int, look: Look, detail: str = "") -> str:
        """What went wrong, in words, for one HTTP status."""
        kind = str(status) if look.words.has(f"trouble.{status}") else "other"
        return self._jinja.get_template("trouble.html").render(
            words=look.words, theme=look.theme, kind=kind, detail=detail
        )


def current(accounts: Iterable[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], list[Mapping[str, Any]]]]:
    """The accounts that the configuration still has, each with those of its targets."""
    found = []
    for account in accounts:
        targets = [target for target in account.get("targets", ()) if target.get("state") != "retired"]
        if targets or not account.get("targets"):
            found.append((account, targets))
    return found


def pulse(feed: Mapping[str, Any], words: Words, now: dt.datetime) -> list[str]:
    """A feed's health in short phrases: when it is asked next, how often, how large it is, what was missed of it."""
    due, interval, size, gaps = (feed.get(key) for key in ("next", "interval_s", "bytes", "gaps"))
    told = []
    if interval:
        told.append(words("health.rhythm", span=words.span(dt.timedelta(seconds=interval))))
    if (at := drawing.moment(due)) is not None and at > now:
        told.append(words("health.next", span=words.span(at - now)))
    if feed.get("failures"):
        told.append(words.count("health.failures", feed["failures"]))
    if size:
        told.append(words("health.size", kilobytes=f"{size / 1000:,.1f}"))
    if gaps:
        told.append(words.count("health.gaps", gaps))
    return told


def is_tall(message: Message) -> bool:
    """Whether a message would tower over its neighbours; a quote that unfolds by itself takes three lines."""
    folded = sum(entity.length for entity in message.entities if entity.kind == "expandable_blockquote")
    return len(message.text) - folded > TALL


def told(message: Message) -> tuple[Block, ...]:
    """What readers read of a message, as blocks."""
    return blocks(reading.told(message.platform, message.text, message.entities, message.markup))


def faceted(message: Message) -> tuple[Block, ...]:
    """What readers read of a Bluesky post, as blocks."""
    record = message.body.get("record")
    return blocks(reading.faceted(record)) if isinstance(record, Mapping) else told(message)


def picture_address(picture: Picture) -> str:
    """Where the page serves a picture; "" where the store does not keep it or it is none that is shown."""
    shown = picture.sha256 and picture.mime in PICTURES
    return f"/pictures/{picture.sha256}" if shown else ""
