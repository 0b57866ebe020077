"""The page in a real browser (issue 2, item 8): live with JavaScript, whole without it, readable in both schemes."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.newsroom.page import Newsroom
from tests.newsroom.forms import forms

if TYPE_CHECKING:
    from tests.newsroom.conftest import Desk, Open, PaperLedger

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PLATFORMS = ("telegram", "discord", "x")
STATES = ("queued", "ready", "sending", "sent", "dead", "held", "snoozed", "cancelled")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        not CHROMIUM.exists() and "CI" not in os.environ, reason="needs Debian's chromium: apt-get install chromium"
    ),
]

Visit = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(open_page: "Open") -> AsyncIterator[Newsroom]:
    """Open in the loop that drives the browser, which all tests here share."""
    async with open_page() as newsroom:
        yield newsroom


@pytest_asyncio.fixture(loop_scope="module")
async def visit(browser: Browser, page: Newsroom) -> AsyncIterator[Visit]:
    """Open the page in a browser of its own; at the end nothing may stand in its console."""
    complaints: list[str] = []
    async with AsyncExitStack() as windows:

        async def go(path: str = "/", **options: Any) -> Page:
            context = await browser.new_context(base_url=page.url, **options)
            windows.push_async_callback(context.close)
            tab = await context.new_page()
            tab.on("console", lambda said: complaints.append(said.text))
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            await tab.goto(path)
            return tab

        yield go
    assert complaints == []


async def test_a_new_story_appears_without_a_reload(ledger: "PaperLedger", visit: Visit) -> None:
    ledger.announce()
    tab = await visit()
    await expect(tab.locator("#pulse .on")).to_be_visible()
    await tab.evaluate("window.here = true")
    ledger.announce(headline="두 번째 소식")
    await expect(tab.locator("article").first.locator("h3")).to_have_text("두 번째 소식", timeout=10_000)
    assert await tab.evaluate("window.here")


async def test_a_change_takes_away_neither_focus_nor_place(ledger: "PaperLedger", visit: Visit) -> None:
    for number in range(6):
        ledger.publish(
            ledger.alert("telegram", ledger.row(number, "held")),
            *(ledger.alert(platform, ledger.row(10 + number)) for platform in ("discord", "x")),
        )
    tab = await visit()
    button = tab.locator("#send-again-3")
    await button.focus()
    before = await button.bounding_box()
    assert before
    await tab.evaluate("document.getElementById('story-2').untouched = true")
    ledger.announce(headline="맨 위의 새 소식")
    await expect(tab.locator("article")).to_have_count(7, timeout=10_000)
    await expect(button).to_be_focused()
    after = await button.bounding_box()
    assert after
    assert abs(after["y"] - before["y"]) < 2
    assert await tab.evaluate("document.getElementById('story-2').untouched")  # its selection and pictures with it


@pytest.mark.parametrize("scripts", [True, False])
async def test_both_buttons_work_with_and_without_scripts(
    ledger: "PaperLedger", desk: "Desk", visit: Visit, scripts: bool
) -> None:
    ledger.announce(ledger.row(7, "held", reason="읽기 시간 초과"))
    ledger.announce(ledger.row(8, "held", reason="읽기 시간 초과"))
    tab = await visit(java_script_enabled=scripts)
    assert await tab.locator("#pulse").is_visible() == scripts
    await tab.locator("#delivery-7").get_by_role("button", name="다시 보내기").click()
    await expect(tab.locator("#delivery-7 button")).to_have_count(0)
    assert tab.url.endswith("/#story-1")
    await tab.locator("#delivery-8").get_by_role("button", name="도착했음").click()
    await expect(tab.locator("#delivery-8 button")).to_have_count(0)
    assert desk.decisions == [(7, "send_again"), (8, "it_arrived")]


async def test_a_page_of_an_earlier_process_renews_itself(
    ledger: "PaperLedger", desk: "Desk", browser: Browser, open_page: "Open"
) -> None:
    """Its token no longer counts, so the buttons of an open page would be refused after every restart."""
    ledger.announce(ledger.row(7, "held"))
    async with open_page() as first:
        address = first.url
        tab = await browser.new_page()
        await tab.goto(address)
        await expect(tab.locator("#pulse .on")).to_be_visible()
    await expect(tab.locator("#pulse .off")).to_be_visible()
    old = await tab.locator("main").get_attribute("data-version")
    async with open_page(address.removeprefix("http://")):
        await expect(tab.locator("main")).not_to_have_attribute("data-version", old or "", timeout=20_000)
        await expect(tab.locator("#pulse .on")).to_be_visible()
        await tab.locator("#send-again-7").click()
        await expect(tab.locator("#delivery-7 button")).to_have_count(0)
        await tab.close()
    assert desk.decisions == [(7, "send_again")]


def fill(ledger: "PaperLedger") -> None:
    """Write everything that the page can show, with the longest of each."""
    headline = "반도체 수출 " + "가" * 60
    wide: dict[str, Any] = {
        "headline": headline,
        "excerpt": "W" * 120,
        "link": "https://news.example.kr/" + "a-very-long-address-without-a-break-" * 4,
        "pictures": (ledger.keep(width=1200, height=630),),
    }
    rows = (ledger.row(number, state) for number, state in enumerate(STATES))
    ledger.publish(
        ledger.alert("telegram", *rows, ledger.row(50, "dead", reason="x" * 90), **wide),
        ledger.alert("discord", ledger.row(60, target="webhook:333333333333333333"), **wide),
        ledger.alert("x", **wide),
        headline=headline,
        urgency="breaking",
        state="corrected",
        feeds=["feed-" + "f" * 60],
    )
    ledger.announce(urgency="low")
    ledger.publish(*forms(ledger))
    place: dict[str, Any] = {"operation": "delete", "ids": [], "target": "webhook:333333333333333333"}
    ledger.publish(
        ledger.alert(
            "telegram", ledger.row(70), ledger.row(71, **place), ledger.row(72, "dead", reason="x" * 90, **place)
        ),
        ledger.alert("x", ledger.row(73, operation="reply"), **wide),
        ledger.alert("telegram", ledger.row(74, operation="delete", target="@b"), headline="철회된 기사입니다"),
        state="retracted",
    )
    ledger.alarmed = [{"at": "2026-11-22T05:00:00Z", "where": "economy", "text": "e" * 120}]
    ledger.fed = [
        {"name": "economy", "polled": "2026-11-22T05:00:00Z", "error": "e" * 90},
        {"name": "sports", "polled": None},
    ]
    ledger.accounted = [
        {"name": "readers", "platform": "telegram"},
        {"name": "guild", "platform": "discord", "stopped": True, "reason": "paused by a person"},
    ]


#: Every page that there is.
PAGES = ("/", "/?lang=en", "/stories/1/retract", "/stories/4/retract", "/stories/1/why?target=%40a")
UNFOLD = "document.querySelectorAll('details').forEach((fold) => (fold.open = true))"


async def test_previews_stand_side_by_side_and_stacked_on_a_phone(ledger: "PaperLedger", visit: Visit) -> None:
    fill(ledger)
    tab = await visit(viewport={"width": 1280, "height": 800})
    columns = "new Set([...document.querySelectorAll('#story-1 .preview')].map(one => one.offsetLeft)).size"
    assert await tab.evaluate(columns) == 3
    await tab.set_viewport_size({"width": 390, "height": 844})
    assert await tab.evaluate(columns) == 1
    for path in PAGES:
        await tab.goto(path)
        await tab.evaluate(UNFOLD)
        assert await tab.evaluate("document.documentElement.scrollWidth") == 390


# WCAG 2.2, 1.4.3: text of ordinary size needs 4.5 to 1 against what is painted behind it.
FAINT = """() => {
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (color) => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = color;
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data];
  };
  const light = (channels) => channels.slice(0, 3).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgb(getComputedStyle(at).backgroundColor);
      if (color[3] > 127) return color;
    }
    return [255, 255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const spoken = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!spoken || !element.checkVisibility()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) faint.push(`${element.className || element.tagName}: ${element.textContent.trim()} ${ratio}`);
  }
  return faint;
}"""


async def test_all_text_stands_out_from_what_is_behind_it(ledger: "PaperLedger", visit: Visit) -> None:
    fill(ledger)
    for path, scheme, dark in (("/", "light", False), ("/", "dark", True), ("/?theme=light", "dark", False)):
        tab = await visit(path, color_scheme=scheme)
        await tab.evaluate(UNFOLD)
        assert (await tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 18, 20)") == dark
        assert await tab.evaluate(FAINT) == []


async def test_text_stands_out_on_the_pages_of_a_retraction_too(ledger: "PaperLedger", visit: Visit) -> None:
    fill(ledger)
    for scheme in ("light", "dark"):
        tab = await visit(PAGES[2], color_scheme=scheme)
        for path in PAGES[2:]:
            await tab.goto(path)
            assert await tab.evaluate(FAINT) == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_story_is_retracted_only_after_a_second_press_with_and_without_scripts(
    ledger: "PaperLedger", desk: "Desk", visit: Visit, scripts: bool
) -> None:
    ledger.announce(ledger.row(7))
    tab = await visit(java_script_enabled=scripts)
    await tab.locator("#story-1 .actions a").click()
    assert desk.decisions == []
    await tab.locator("#retract").click()
    await expect(tab.locator("h2")).to_have_text("철회했습니다")
    assert desk.decisions == [("retract", 1)]
    await tab.locator(".back a").click()
    assert "line-through" in await tab.locator("#story-1 h3").evaluate("one => getComputedStyle(one).textDecoration")


async def test_a_spoiler_is_hidden_until_somebody_looks(ledger: "PaperLedger", visit: Visit) -> None:
    ledger.publish(*(alert for alert in forms(ledger) if alert.account == "article"))
    tab = await visit()
    await tab.locator(".tall summary").click()
    veil = tab.locator(".spoiler")
    assert "blur" in await veil.evaluate("one => getComputedStyle(one).filter")
    await veil.focus()
    assert await veil.evaluate("one => getComputedStyle(one).filter") == "none"
    await tab.locator(".skip").focus()
    await veil.hover()
    assert await veil.evaluate("one => getComputedStyle(one).filter") == "none"


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_long_quote_shows_three_lines_until_it_is_unfolded(
    ledger: "PaperLedger", visit: Visit, scripts: bool
) -> None:
    ledger.publish(*(alert for alert in forms(ledger) if alert.account == "folded"))
    tab = await visit(java_script_enabled=scripts)
    height = "one => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight)"
    quote = tab.locator(".fold > div")
    assert round(await quote.evaluate(height)) == 3
    await expect(tab.locator(".fold summary")).to_have_text("펼치기", use_inner_text=True)
    await tab.locator(".fold summary").click()
    assert await quote.evaluate(height) > 10
    await expect(tab.locator(".fold summary")).to_have_text("접기", use_inner_text=True)


async def test_what_a_person_has_unfolded_stays_so_when_the_page_changes(ledger: "PaperLedger", visit: Visit) -> None:
    ledger.publish(*(alert for alert in forms(ledger) if alert.account == "posts"))
    tab = await visit()
    await tab.locator("#story-1 .rest > summary").click()
    [shown] = ledger.shown
    ledger.shown = []
    ledger.publish(*shown.alerts[:-1])  # the story itself has changed, so that its element is a new one
    ledger.announce(headline="새 소식")
    await expect(tab.locator("article")).to_have_count(2, timeout=10_000)
    await expect(tab.locator("#story-1 .rest > ol > li")).to_have_count(len(shown.alerts) - 2)
    assert await tab.locator("#story-1 .rest").evaluate("one => one.open")


async def test_what_a_hostile_story_brings_is_never_run(ledger: "PaperLedger", visit: Visit) -> None:
    """FAILURES.md section 1; the fixture fails on any complaint of the content security policy, too."""
    hostile = "<img src=x onerror='window.harmed=1'><script>window.harmed=1</script>"
    ledger.publish(
        *(ledger.alert(platform, headline=hostile, excerpt=hostile) for platform in PLATFORMS), headline=hostile
    )
    tab = await visit()
    assert await tab.locator("h3", has_text="onerror").count() == 1
    assert await tab.evaluate("window.harmed") is None


async def test_the_whole_page_can_be_walked_by_keyboard(ledger: "PaperLedger", visit: Visit) -> None:
    ledger.announce(ledger.row(7, "held"))
    tab = await visit()
    await tab.keyboard.press("Tab")
    await expect(tab.locator(".skip")).to_be_focused()
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#stories")).to_be_focused()
    for _ in range(4):
        await tab.keyboard.press("Tab")
    assert await tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
