"""A board of stories becomes HTML. Jinja2 with autoescape, and nothing undefined passes."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.document import Picture
from bot.newsroom import drawing
from bot.newsroom.words import Words
from bot.ports import Shown

Theme = Literal["", "light", "dark"]
THEMES: Mapping[str, Theme] = {"light": "light", "dark": "dark"}

TEMPLATES = Path(__file__).with_name("templates")
#: What the page shows and browsers decode without running anything; SVG is not among them.
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


@dataclass(frozen=True, slots=True)
class Edition:
    """All that one printing of the page shows; ``version`` names it, so that a reader's browser knows a newer one."""

    version: str
    now: dt.datetime
    board: Sequence[Shown]
    alarms: Sequence[Mapping[str, Any]]
    feeds: Sequence[Mapping[str, Any]]
    accounts: Sequence[Mapping[str, Any]]


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
            embed=drawing.embed,
            fold=drawing.fold,
            moment=drawing.moment,
            picture_address=picture_address,
            posted=drawing.posted,
            runs=drawing.runs,
            sandbox=sandbox,
            sender=drawing.sender,
            tally=drawing.tally,
            tongues=list(words.values()),
            web_address=drawing.web_address,
        )

    def front(self, edition: Edition, look: Look, token: str) -> str:
        """The page; ``token`` goes into its forms."""
        needs_a_person = sum(
            number
            for shown in edition.board
            for state, number in drawing.tally(shown.alerts)
            if state in ("held", "dead")
        )
        return self._jinja.get_template("front.html").render(
            edition=edition,
            now=edition.now,
            words=look.words,
            theme=look.theme,
            token=token,
            needs_a_person=needs_a_person,
        )

    def trouble(self, status: int, look: Look, detail: str = "") -> str:
        """What went wrong, in words, for one HTTP status."""
        kind = str(status) if look.words.has(f"trouble.{status}") else "other"
        return self._jinja.get_template("trouble.html").render(
            words=look.words, theme=look.theme, kind=kind, detail=detail
        )


def picture_address(picture: Picture) -> str:
    """Where the page serves a picture; "" where the store does not keep it or it is none that is shown."""
    shown = picture.sha256 and picture.mime in PICTURES
    return f"/pictures/{picture.sha256}" if shown else ""
