"""Every form that an alert takes, as the real adapters make it of one made-up story."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from adapters.bluesky import Adapter as Bluesky
from adapters.discord import Adapter as Discord
from adapters.mastodon import Adapter as Mastodon
from adapters.slack import Adapter as Slack
from adapters.telegram import Adapter as Telegram
from adapters.webhook import Adapter as Webhook
from adapters.x import Adapter as X
from bot.document import Code, Document, Figure, Heading, Items, Mark, Paragraph, Picture, Quote, Run, Table
from bot.model import Message, Secret, Story, Style, Urgency
from bot.ports import Adapter, Alert, Reply, Request

if TYPE_CHECKING:
    from tests.newsroom.conftest import PaperLedger


async def nowhere(request: Request, /) -> Reply:
    """Carries nothing: these adapters only draw."""
    raise AssertionError(request)


KEY = Secret("key")
ADAPTERS: dict[str, Adapter] = {
    "telegram": Telegram(nowhere, token=KEY),
    "discord": Discord(nowhere, token=KEY),
    "x": X(nowhere, bearer_token=KEY),
    "mastodon": Mastodon(nowhere, token=KEY, base_url="https://social.example"),
    "bluesky": Bluesky(nowhere, handle="newsroom.example", app_password=KEY),
    "slack": Slack(nowhere, token=KEY),
    "webhook": Webhook(nowhere, secret=Secret("whsec_" + "c2VjcmV0" * 6)),
}


def marked(text: str, *marks: Mark, href: str = "") -> Run:
    return Run(text, frozenset(marks), href)


def body(figure: Picture) -> Document:
    """Every block and every mark."""
    return Document(
        (
            Paragraph(
                (
                    marked("착공식이 "),
                    marked("22일", Mark.BOLD),
                    marked(" 열렸다. "),
                    marked("6조 원", Mark.UNDERLINE),
                    marked("이 들고, "),
                    marked("2027년", Mark.STRIKE),
                    marked(" "),
                    marked("2030년", Mark.ITALIC),
                    marked("에 연다."),
                )
            ),
            Quote((Paragraph((marked("“14년을 기다렸다.” " * 12),)),)),
            Heading(2, (marked("무엇이 달라지나"),)),
            Items(ordered=False, items=((Paragraph((marked("공고문", href="https://news.example.kr/notice"),)),),)),
            Code("curl https://api.example.kr/trains?from=김천 | jq '.stations[] | {name, opens, platforms}' > out"),
            Table((("구간", "길이"), ("김천–진주", "98km")), head=True),
            Figure(figure, "통영역 조감도"),
            Paragraph((marked("범인은 "), marked("집사", Mark.SPOILER), marked("였다. *별* @모두"))),
            Paragraph((marked("기자회견은 오후 3시에 이어진다. " * 60),)),
        )
    )


def story(pictures: tuple[Picture, ...], **more: object) -> Story:
    told = Story(
        id=1,
        headline="남해안 고속철 첫 삽",
        excerpt="국토교통부가 22일 남해안 고속철 착공식을 열었다.",
        link="https://news.example.kr/경제/rail/",
        source="newsroom",
        body=body(pictures[-1]),
        pictures=pictures,
        categories=("경제", "철도 정책"),
        urgency=Urgency.BREAKING,
        language="ko",
        published=dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC),
    )
    return replace(told, **more)  # type: ignore[arg-type]  # its own fields


def render(platform: str, told: Story, **style: object) -> tuple[Message, ...]:
    """The messages of a story on one platform."""
    return ADAPTERS[platform].render(told, Style(**style))  # type: ignore[arg-type]  # its own fields


def forms(ledger: "PaperLedger", language: str = "ko") -> Iterator[Alert]:
    """One account for every form that there is, each message with a delivery."""
    kept = (ledger.keep(width=400 + 40 * number, height=250) for number in range(5))
    pictures = tuple(replace(each, url=f"https://news.example.kr/{each.width}.png") for each in kept)
    whole = story(pictures)
    bare = replace(whole, pictures=())
    told: dict[str, Callable[[], tuple[Message, ...]]] = {
        "album": lambda: render("telegram", whole, pictures=5, hashtags=2, language=language),
        "folded": lambda: render("telegram", whole, body="quote", language=language),
        "above": lambda: render("telegram", replace(whole, card=True), preview="above", language=language),
        "button": lambda: render("telegram", bare, button=True, language=language),
        "article": lambda: render("telegram", whole, rich=True, hashtags=2, language=language),
        "further": lambda: render("telegram", whole, body="thread", language=language),
        "gallery": lambda: render("discord", whole, pictures=4, body="thread", language=language),
        "quoted": lambda: render("discord", whole, body="quote", language=language),
        "small": lambda: render("discord", replace(whole, card=True), language=language),
        "posts": lambda: render("x", whole, pictures=4, body="thread", hashtags=2, language=language),
        "toots": lambda: render("mastodon", whole, pictures=3, body="thread", hashtags=2, language=language),
        "sky": lambda: render("bluesky", whole, pictures=2, body="thread", hashtags=2, language=language),
        "card": lambda: render("bluesky", bare, hashtags=2, language=language),
        "slack": lambda: render("slack", whole, body="quote", hashtags=2, language=language),
        "hook": lambda: render("webhook", whole, language=language),
        "label": lambda: render("slack", whole, button=True, body="thread", language=language),
    }
    number = 1000
    for account, messages in told.items():
        for message in messages():
            number += 1
            yield Alert(account, message, (ledger.row(number, account=account),))
