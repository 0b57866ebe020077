"""How long X makes us wait, and whom (PLATFORMS: sections c and f)."""

import time
from email.utils import formatdate
from typing import Any

import pytest

from adapters.x import Adapter
from bot.errors import Rejected, TargetGone, Throttled, Unauthorized, Unconfirmed
from bot.model import Receipt, Secret, Style, Target, Window
from tests.adapters.stage import BARE, Canned, deliver, reply

ME = Target("me")
PROBLEMS = "https://api.twitter.com/2/problems"
QUARTER = "x-rate-limit"
DAY = "x-user-limit-24hour"
APP = "x-app-limit-24hour"
HOURS = 3600


def says(status: int, detail: str = "…", kind: str = "about:blank", title: str = "…", **more: Any) -> Any:
    return reply(status, {"title": title, "detail": detail, "type": kind, "status": status}, **more)


def left(name: str, remaining: int, after: float, by: float = 0.0) -> dict[str, str]:
    """The headers of one window that opens ``after`` seconds from now, by a clock that is ``by`` seconds ahead."""
    return {f"{name}-remaining": str(remaining), f"{name}-reset": str(int(time.time() + after + by))}


async def refused(answer: Any, method: str = "send") -> Exception:
    x = Adapter(Canned(answer), bearer_token=Secret("q"))
    delivery = deliver(x.render(BARE, Style())[0], ME, posted=Receipt(("8",)))
    with pytest.raises(Exception) as caught:
        await getattr(x, method)(delivery)
    return caught.value


def test_the_limits_are_those_that_x_publishes() -> None:
    """PLATFORMS c: 100 posts in 15 minutes for a user, 10,000 in 24 hours for an app."""
    assert Adapter.limits.windows == (Window(100, 900.0),)
    assert Adapter.limits.app == (Window(10_000, 86_400.0),)
    assert Adapter(Canned(reply(200)), bearer_token=Secret("q")).per_target(ME) == ()


@pytest.mark.parametrize("method", ["send", "reply", "delete"])
@pytest.mark.parametrize(
    ("windows", "scope", "after"),
    [
        ([(QUARTER, 0, 700)], "account", 700),
        ([(DAY, 0, 9 * HOURS), (QUARTER, 41, 700)], "account", 9 * HOURS),
        ([(APP, 0, 20 * HOURS), (QUARTER, 41, 700)], "app", 20 * HOURS),
        ([(APP, 0, 5 * HOURS), (QUARTER, 0, 700)], "app", 5 * HOURS),
        ([(APP, 0, 5 * HOURS), (DAY, 0, 20 * HOURS), (QUARTER, 0, 700)], "account", 20 * HOURS),
        ([(APP, 9_000, 20 * HOURS), (DAY, 90, 20 * HOURS), (QUARTER, 0, 700)], "account", 700),
        ([(APP, 9_000, 20 * HOURS), (QUARTER, 41, 700)], "account", 60),
    ],
)
async def test_the_longest_of_what_is_used_up_is_waited_for_in_its_own_scope(
    windows: Any, scope: str, after: float, method: str
) -> None:
    """Headers of a day: node-twitter-api-v2 #495 and #553; a 429 with requests left: xdk #25."""
    headers = {name: value for window in windows for name, value in left(*window).items()}
    error = await refused(says(429, "Too Many Requests", headers=headers), method)
    assert isinstance(error, Throttled)
    assert error.scope == scope
    assert after - 2 <= error.after <= after


@pytest.mark.parametrize("ahead", [-3600, 0, 3600])
async def test_a_wrong_clock_neither_hurries_nor_oversleeps(ahead: float) -> None:
    """FAILURES section 3, bound 19: X's own clock stands in its answers."""
    headers = left(QUARTER, 0, 600, by=ahead) | {"date": formatdate(time.time() + ahead, usegmt=True)}
    error = await refused(says(429, headers=headers))
    assert isinstance(error, Throttled)
    assert 597 <= error.after <= 601


async def test_a_date_that_is_none_is_no_reason_to_fail() -> None:
    error = await refused(says(429, headers=left(QUARTER, 0, 600) | {"date": "soon"}))
    assert isinstance(error, Throttled)
    assert 597 <= error.after <= 600


CAPS = {
    "the month's quota": says(429, "Usage cap exceeded: Monthly product cap", f"{PROBLEMS}/usage-capped"),
    "the month's quota, with requests left": says(
        429, "Usage cap exceeded", f"{PROBLEMS}/usage-capped", headers={"x-rate-limit-remaining": "39999"}
    ),
    "the quota, forbidden": says(403, "Usage cap exceeded: Monthly product cap", f"{PROBLEMS}/usage-capped"),
    "the spending limit": says(
        403, "Requests are blocked until the cycle ends.", f"{PROBLEMS}/credits", "SpendCapReached"
    ),
}


@pytest.mark.parametrize("answer", CAPS.values(), ids=CAPS)
async def test_a_cap_is_the_whole_apps_and_is_asked_about_once_an_hour(answer: Any) -> None:
    error = await refused(answer)
    assert isinstance(error, Throttled)
    assert (error.after, error.scope) == (3600, "app")


async def test_who_is_blocked_by_somebody_is_not_locked_out() -> None:
    assert type(await refused(says(403, "You have been blocked from replying to this user."), "reply")) is Rejected


async def test_empty_credits_are_the_accounts_affair() -> None:
    error = await refused(says(402, "…", f"{PROBLEMS}/credits", "CreditsDepleted"))
    assert isinstance(error, Unauthorized)
    assert "credits" in str(error)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (says(403, "You are not permitted to perform this action."), Unauthorized),
        (says(403, "You are not permitted to delete this Tweet."), Rejected),
        (says(403, "…", f"{PROBLEMS}/user-suspended"), TargetGone),
        (says(400, "One or more parameters to your request was invalid."), Rejected),
    ],
)
async def test_a_refused_delete_is_told_from_a_refused_app(answer: Any, kind: type[Exception]) -> None:
    assert type(await refused(answer, "delete")) is kind


@pytest.mark.parametrize("body", [{"data": {}}, {"data": None}, {"data": "9"}])
async def test_a_yes_without_an_id_may_have_been_posted(body: Any) -> None:
    assert type(await refused(reply(201, body))) is Unconfirmed
