"""What X costs (PLATFORMS 0.2: $0.015 a post, $0.200 one with a link, $0.010 to delete one)."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.x import Adapter
from bot.document import Document, Paragraph, Run
from bot.model import Budget, Secret, Style
from tests.adapters.stage import BARE, Canned, reply

LINKED = replace(BARE, link="https://newsdao.kr/news/2026/11/22/남해안-고속철/")  # X knows no ".example"
FOUR = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")


def adapter(**options: Any) -> Adapter:
    return Adapter(Canned(reply(200)), **({"bearer_token": Secret("q")} | options))


def four(**other: str) -> Adapter:
    keys: dict[str, Any] = {name: Secret(other.get(name, name)) for name in FOUR}
    return Adapter(Canned(reply(200)), **keys)


@pytest.mark.parametrize(
    ("text", "dollars"),
    [
        ("속보: 남해안 고속철 착공", 0.015),
        ("https://newsdao.kr/a", 0.200),
        ("서울시는 newsdao.kr에서", 0.200),
        ("README.md를 읽으라", 0.200),
        ("1.삼성전자", 0.200),
        ("newsdao.\u2060kr에서", 0.015),
        ("3.5% 올라 1.2조 원", 0.015),
        ("desk@newsdao.kr", 0.015),
        ("https://newsdao.kr.internal/a", 0.200),  # X makes a link of its beginning
        ("끝.", 0.015),
    ],
)
def test_what_x_takes_for_an_address_makes_a_post_dear(text: str, dollars: float) -> None:
    message = adapter().render(BARE, Style())[0]
    assert adapter().cost("send", replace(message, body={"text": text})) == dollars


def test_an_alert_has_a_link_and_the_thread_behind_it_has_none() -> None:
    """Each part is a message of its own, and paid for by itself."""
    linked = Paragraph((Run("네이버(naver.com)와 1.삼성전자는 알림에 없던 말이다.", href="https://naver.com"),))
    alert, part = adapter().render(replace(LINKED, body=Document((linked,))), Style(body="thread"))
    assert (adapter().cost("send", alert), adapter().cost("send", part)) == (0.200, 0.015)
    assert adapter().cost("send", adapter().render(replace(BARE, link=""), Style())[0]) == 0.015


def test_an_answer_is_a_post_and_what_is_taken_back_has_a_price_of_its_own() -> None:
    alert = adapter().render(LINKED, Style())[0]
    bare = replace(alert, body={"text": "정정"})
    assert [adapter().cost("reply", message) for message in (alert, bare)] == [0.200, 0.015]
    assert [adapter().cost("delete", message) for message in (alert, bare)] == [0.010, 0.010]


def test_who_pays_otherwise_says_so() -> None:
    x = adapter(price=0.0, price_with_link=0.5, price_deleted=0.25, budget_day=3.0, budget_month=40.0)
    alert = x.render(LINKED, Style())[0]
    assert x.cost("send", alert) == 0.5
    assert x.cost("send", replace(alert, body={"text": "속보"})) == 0.0
    assert x.cost("delete", alert) == 0.25
    assert x.budget == Budget(day=3.0, month=40.0)
    assert adapter().budget == Budget(0.0, 0.0)


@pytest.mark.parametrize("option", ["budget_day", "budget_month", "price", "price_with_link", "price_deleted"])
@pytest.mark.parametrize("dollars", [-0.01, float("nan")])
def test_no_money_is_negative(option: str, dollars: float) -> None:
    with pytest.raises(ValueError, match="US dollars, 0 or more"):
        adapter(**{option: dollars})


def test_users_of_one_app_share_its_windows() -> None:
    one = four()
    other = four(access_token="theirs", access_token_secret="theirs")
    assert one.app == other.app
    assert one.credential != other.credential
    assert one.app != four(consumer_key="theirs").app
    assert len({one.app, one.credential, other.credential}) == 3
    bearer = adapter()
    assert bearer.app == bearer.credential != adapter(bearer_token=Secret("another")).app
