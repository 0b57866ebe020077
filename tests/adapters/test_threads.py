"""A whole story in several messages reads on from its alert, whatever the platform (issue 3, points 3 and 5)."""

from dataclasses import replace

import pytest

from adapters import bluesky, discord, mastodon, telegram, x
from bot.document import Document, Figure, Heading, Items, Mark, Paragraph, Picture, Run
from bot.model import Message, Secret, Story, Style
from bot.ports import Adapter
from bot.preview import Rehearsal
from tests.adapters.stage import BARE

SECRET = Secret("1000001:no-real-token")
ADAPTERS: dict[str, Adapter] = {
    "telegram": telegram.Adapter(Rehearsal(), token=SECRET),
    "discord": discord.Adapter(Rehearsal(), token=SECRET),
    "x": x.Adapter(Rehearsal(), bearer_token=SECRET),
    "bluesky": bluesky.Adapter(Rehearsal(), handle="newsdao.kr", app_password=SECRET),
    "mastodon": mastodon.Adapter(Rehearsal(), token=SECRET, base_url="https://mastodon.example"),
}
LEAD = "하늘시가 심야버스를 열네 노선으로 늘린다. 배차는 스물다섯 분으로 줄어든다."
QUESTION = frozenset({Mark.BOLD})
LONG = "심야버스를 타는 사람은 한 해에 삼백만 명이고, 그 가운데 절반은 새벽 네 시가 지나 집에 간다. " * 2


def paragraph(text: str, *marks: Mark) -> Paragraph:
    return Paragraph((Run(text, frozenset(marks)),))


STORY: Story = replace(
    BARE,
    excerpt=LEAD,
    body=Document(
        (
            paragraph("시, 노선 다섯 개 늘려…배차도 줄어\n시민 “반갑다”…업계는 신중"),
            Figure(Picture("https://newsdao.kr/a.jpg"), "차고지에 선 새 버스"),
            paragraph(f"{LEAD} 첫차는 네 시다."),
            Heading(2, (Run("누가 타나"),)),
            *(
                block
                for number in range(1, 7)
                for block in (paragraph(f"질문 {number}번입니다.", Mark.BOLD), paragraph(LONG.strip()))
            ),
            Items(False, ((paragraph("하늘역"),), (paragraph("항만역"),))),
        )
    ),
)


def told(platform: str, **style: str) -> tuple[Message, ...]:
    return ADAPTERS[platform].render(STORY, Style(body="thread", **style))  # type: ignore[arg-type] # names of layouts


@pytest.mark.parametrize("platform", ADAPTERS)
def test_a_thread_tells_the_lead_once_no_caption_and_nothing_by_halves(platform: str) -> None:
    alert, *rest = told(platform)
    assert rest
    assert LEAD in alert.text
    assert not any("하늘시가 심야버스를" in one.text or "차고지" in one.text for one in rest)
    assert rest[0].text.startswith("시, 노선 다섯 개 늘려…배차도 줄어\n시민 “반갑다”…업계는 신중\n\n첫차는 네 시다.")
    for one in rest:
        last = one.text.rpartition("\n\n")[2]
        assert last.strip("•…, \n")
        assert not last.startswith(("누가 타나", "질문"))
        assert one.text[0] not in "”’)]」"
    assert rest[-1].text.endswith("• 하늘역\n• 항만역")


@pytest.mark.parametrize("platform", ["telegram", "discord"])
def test_a_quoted_body_goes_on_from_the_excerpt_above_it(platform: str) -> None:
    (message,) = ADAPTERS[platform].render(STORY, Style(body="quote"))
    assert message.text.count("하늘시가 심야버스를") == 1
    assert "차고지" not in message.text


@pytest.mark.parametrize("platform", ["telegram", "discord"])
def test_a_layout_without_the_excerpt_keeps_the_lead_in_the_body(platform: str) -> None:
    (message,) = ADAPTERS[platform].render(STORY, Style(body="quote", template="# {headline}\n\n> {body}"))
    assert message.text.count(LEAD) == 1
    _, first, *_ = told(platform, template="# {headline}")
    assert LEAD in first.text
