"""What the tests of adapters share: a transport that answers from a list, a story, a delivery."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.document import Picture
from bot.errors import DeliveryError
from bot.model import UTC, Delivery, Message, Story, Target
from bot.ports import Reply, Request

#: One transparent pixel, as small as a PNG gets.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
PICTURE = Picture("https://hanbit.example/img/a.png", "파란 지도 위의 선", "ab" * 32, "image/png", 1, 1, len(PNG))
STORY = Story(
    id=1,
    headline="남해안 고속철 14년 만에 첫 삽, 2031년 개통",
    excerpt="국토교통부가 남해안 고속철 착공식을 열고 2031년 개통을 약속했다. 부산에서 목포까지 두 시간이면 닿는다.",
    link="https://hanbit.example/news/2026/11/22/남해안-고속철/",
    source="hanbit",
    pictures=(PICTURE,),
    categories=("News", "Rail"),
    published=dt.datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
)
ASCII_LINK = "https://hanbit.example/news/2026/11/22/%EB%82%A8%ED%95%B4%EC%95%88-%EA%B3%A0%EC%86%8D%EC%B2%A0/"
BARE = replace(STORY, pictures=())


class Canned:
    """A transport that gives the answers of a list, the last one for ever, and keeps what it was asked to carry."""

    def __init__(self, *answers: Reply | DeliveryError) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []

    async def __call__(self, request: Request, /) -> Reply:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, DeliveryError):
            raise answer
        return answer


def reply(status: int, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
    """An answer: bytes as they are, all else as JSON."""
    return Reply(status, headers or {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def deliver(message: Message, target: Target, **more: Any) -> Delivery:
    """A message on its way for the first time."""
    return Delivery(
        id=1,
        key="story/1/1/readers/send/1",
        operation="send",
        target=target,
        message=message,
        files={picture.sha256: PNG for picture in message.pictures},
        **more,
    )
