"""What an edited story means, and what follows for each account (issue 4, points 5 and 6).

The pairs in data/revisions.jsonl were judged before the rules were written, those in data/revisions_later.jsonl after;
what the rules get wrong stands there too, with what they say ("judged") and why.
"""

import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.document import Picture
from bot.model import Corrections, Message, Operation, Priority, Story, StoryState, Style
from bot.ports import Shipment
from bot.revise import Weight, corrected, corrections, retraction, retraction_notice, weigh

DATA = Path(__file__).parent / "data"
PAIRS = [
    json.loads(line)
    for name in ("revisions.jsonl", "revisions_later.jsonl")
    for line in (DATA / name).read_text("utf-8").splitlines()
]
SAME = {"headline": ["제목", "제목"], "excerpt": ["", ""], "link": ["https://newsdao.kr/", "https://newsdao.kr/"]}


def texts(pair: dict[str, Any]) -> tuple[tuple[str, str, str], tuple[str, str, str]]:
    before, after = zip(*({**SAME, **pair}[key] for key in SAME), strict=True)
    return before, after


def label(pair: dict[str, Any]) -> str:
    return " → ".join(next((pair[key] for key in SAME if key in pair), ["same"]))


@pytest.mark.parametrize("pair", PAIRS, ids=label)
def test_an_edit_weighs_what_an_editor_says(pair: dict[str, Any]) -> None:
    assert weigh(*texts(pair)).name.lower() == pair.get("judged", pair["weight"]), pair["why"]


def test_nearly_all_that_must_be_corrected_is_and_nearly_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    counts = Counter((pair["weight"] == "material", weigh(*texts(pair)) is Weight.MATERIAL) for pair in PAIRS)
    precision = counts[True, True] / (counts[True, True] + counts[False, True])
    recall = counts[True, True] / (counts[True, True] + counts[True, False])
    with capsys.disabled():
        print(f"\n{len(PAIRS)} revisions: material with precision {precision:.3f}, recall {recall:.3f}")
    assert len(PAIRS) >= 120
    assert precision >= 0.97
    assert recall >= 0.97
    assert all("because" in pair for pair in PAIRS if "judged" in pair), "every false one says why"


@given(st.tuples(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30)))
def test_a_story_that_was_not_edited_weighs_nothing(told: tuple[str, str, str]) -> None:
    assert weigh(told, told) is Weight.NONE


@given(
    *[st.tuples(st.text("가나12명씨 '.?않Aab", max_size=30), st.text("가나12명. A않", max_size=40), st.just(""))] * 2
)
def test_an_edit_weighs_the_same_taken_back(before: tuple[str, str, str], after: tuple[str, str, str]) -> None:
    assert (weigh(before, after) is Weight.NONE) == (weigh(after, before) is Weight.NONE)


@pytest.mark.parametrize("end", ["", " "])
def test_what_stands_beyond_all_that_is_told_is_seen_and_no_more(end: str) -> None:
    long = "가나 " * 400
    assert weigh(("제목", long + "3명", ""), ("제목", long + "5명" + end, "")) is Weight.VISIBLE


@pytest.mark.parametrize(
    "hostile",
    [
        "가나다 ",
        "김씨 ",
        "'가' ",
        "1명 2명 ",
        "Ab cdefgh ",
        "가다. ",
        "'",
        "가",
        "1",
        "1,",
        "오전 ",
        "K1 가 ",
        "“",
        "(",
        "않 ",
    ],
)
def test_a_text_that_somebody_made_up_to_keep_us_busy_does_not(hostile: str) -> None:
    text = hostile * (200_000 // len(hostile))
    started = time.process_time()
    for other in (text[::-1], text.replace(" ", ""), text + "9"):
        weigh((text, text, ""), (other, other, ""))
    assert time.process_time() - started < 1.0, "3 ms in truth"


# ── What follows for each account ────────────────────────────────────────────────────────────────────────────────

STORY = Story(7, "시, 심야버스 14개로", "노선을 늘린다.", "https://newsdao.kr/a/", "newsdao", revision=2)
OLD, NEW = "시, 심야버스 12개로", "시, 심야버스 14개로"


def message(text: str, part: int = 0, **fields: Any) -> Message:
    return Message("telegram", Style(), text, len(text), 4096, "characters", {"text": text}, part=part, **fields)


def ship(*accounts: str, text: str = NEW, part: int = 0) -> Shipment:
    return Shipment(accounts, message(text, part), Priority.NORMAL)


def told(**accounts: str) -> dict[tuple[str, int], Message]:
    return {(name, 0): message(text) for name, text in accounts.items()}


def followed(
    before: dict[tuple[str, int], Message],
    *shipments: Shipment,
    editing: str = "",
    replying: str = "",
    deleting: str = "",
    weight: Weight = Weight.MATERIAL,
    story: Story = STORY,
    **settings: Corrections,
) -> list[tuple[Operation, tuple[str, ...], int]]:
    """What is done, for whom, with which part."""
    found = corrections(
        story, before, shipments, editing.split(), replying.split(), settings, weight, deleting=deleting.split()
    )
    return [(shipment.operation, shipment.accounts, shipment.message.part) for shipment in found]


def test_whoever_has_read_the_same_gets_nothing() -> None:
    noted = {("a", 0): message(NEW, notes=("without its picture",))}
    assert followed(noted, ship("a"), editing="a") == []


def test_a_message_that_was_kept_as_json_is_still_the_same() -> None:
    kept = {("a", 0): replace(message(NEW), body={"text": NEW, "rows": [["a", "b"]]})}
    drawn = Shipment(("a",), replace(message(NEW), body={"rows": (("a", "b"),), "text": NEW}), Priority.NORMAL)
    assert followed(kept, drawn, editing="a") == []


def test_a_shipment_is_split_by_what_each_of_its_accounts_needs() -> None:
    """Accounts of one style share a message; one may have been told something else, or nothing."""
    before = told(edits=OLD, also=OLD, same=NEW, answers=OLD, neither=OLD)
    shipment = ship("edits", "same", "answers", "also", "neither", "stranger")
    assert followed(before, shipment, editing="edits also same stranger", replying="answers") == [
        ("edit", ("edits", "also"), 0),
        ("reply", ("answers",), 0),
    ]


@pytest.mark.parametrize(
    ("weight", "priority"),
    [(Weight.MATERIAL, Priority.CORRECTION), (Weight.VISIBLE, Priority.CORRECTION), (Weight.NONE, Priority.TOUCH_UP)],
)
def test_what_no_reader_could_see_hurries_nobody(weight: Weight, priority: Priority) -> None:
    """A picture that came later, or spaces: the messages differ, the story does not."""
    [edit] = corrections(STORY, told(a=OLD), [ship("a")], {"a"}, (), {}, weight)
    assert edit == Shipment(("a",), message(NEW), priority, "edit")


def test_a_picture_is_edited_in_too() -> None:
    with_picture = Shipment(("a",), message(NEW, pictures=(Picture("https://newsdao.kr/p.jpg"),)), Priority.NORMAL)
    assert followed(told(a=NEW), with_picture, editing="a", weight=Weight.NONE) == [("edit", ("a",), 0)]


@pytest.mark.parametrize("weight", [Weight.NONE, Weight.VISIBLE])
def test_only_what_matters_is_answered(weight: Weight) -> None:
    """X without Premium cannot edit (PLATFORMS.md e): a reply for a particle would be noise."""
    assert followed(told(a=OLD), ship("a"), replying="a", weight=weight) == []
    assert followed(told(a=OLD), ship("a"), replying="a") == [("reply", ("a",), 0)]


@pytest.mark.parametrize(
    ("setting", "edited", "answered"),
    [("auto", ["edit"], ["reply"]), ("edit", ["edit"], []), ("none", [], [])],
)
def test_an_account_says_what_becomes_of_corrections(
    setting: Corrections, edited: list[Operation], answered: list[Operation]
) -> None:
    assert [done for done, *_ in followed(told(a=OLD), ship("a"), editing="a", a=setting)] == edited
    assert [done for done, *_ in followed(told(a=OLD), ship("a"), replying="a", a=setting)] == answered


def test_a_thread_that_grows_is_sent_on_where_the_alert_can_be_edited_too() -> None:
    before = told(edits=OLD, answers=OLD)
    grown = [ship("edits", "answers", "stranger"), ship("edits", "answers", "stranger", text="2", part=1)]
    assert followed(before, *grown, editing="edits stranger", replying="answers") == [
        ("edit", ("edits",), 0),
        ("reply", ("answers",), 0),
        ("send", ("edits",), 1),
    ]


def test_of_a_thread_each_part_that_differs_is_edited_and_none_but_the_alert_answered() -> None:
    before = told(a=NEW, x=NEW) | {("a", 1): message("old", 1), ("x", 1): message("old", 1)}
    assert followed(before, ship("a", "x"), ship("a", "x", text="new", part=1), editing="a", replying="x") == [
        ("edit", ("a",), 1)
    ]


def test_a_thread_that_shrinks_loses_its_last_parts_where_they_can_be_deleted() -> None:
    before = told(a=NEW, b=NEW, c=NEW, d=NEW) | {(name, 1): message("2", 1) for name in "abcd"}
    shrunk = ship("a", "b", "c", "d")
    assert followed(before, shrunk, editing="a b c d", deleting="a b d", d="none") == [("delete", ("a", "b"), 1)]
    assert followed(before, ship("c"), editing="a b c d", deleting="a b d") == [], "whom nobody routes to keeps all"


@pytest.mark.parametrize("state", [StoryState.RETRACTED, StoryState.KILLED])
def test_what_was_taken_back_is_not_corrected(state: StoryState) -> None:
    assert followed(told(a=OLD), ship("a"), editing="a", story=replace(STORY, state=state)) == []


@pytest.mark.parametrize(
    ("headline", "language", "expected"),
    [
        ("시, 심야버스 14개로", "ko", "[정정] 시, 심야버스 14개로"),
        ("[속보] 시, 심야버스 14개로", "ko", "[정정] [속보] 시, 심야버스 14개로"),
        ("City adds night buses", "en", "Correction: City adds night buses"),
        ("City adds night buses", "de", "Correction: City adds night buses"),
        ("[정정] 시, 심야버스 14개로", "ko", "[정정] 시, 심야버스 14개로"),
        ("Correction: City adds night buses", "ko", "Correction: City adds night buses"),
    ],
)
def test_an_answer_is_marked_as_a_correction_once(headline: str, language: str, expected: str) -> None:
    story = replace(STORY, headline=headline)
    assert corrected(story, language) == replace(story, headline=expected)


# ── Retraction ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("language", "headline"), [("ko", "이 기사는 철회되었습니다"), ("en", "This story has been retracted")]
)
def test_a_notice_says_that_the_story_is_gone_and_nothing_of_it(language: str, headline: str) -> None:
    assert retraction_notice(STORY, language) == Story(
        7, headline, "", "", "newsdao", language=language, revision=2, state=StoryState.RETRACTED
    )


def test_a_notice_in_a_language_that_we_do_not_speak_is_english() -> None:
    assert retraction_notice(STORY, "de").headline == retraction_notice(STORY, "en").headline


def test_each_part_that_was_told_is_taken_back_with_the_notice_in_its_place() -> None:
    notice = message("철회")
    before = told(a=OLD, b=OLD, x=OLD) | {("a", 1): message("2", 1)}
    found = retraction(STORY, before, {"a": notice, "b": notice, "x": message("retracted")}, {"a", "x"}, {"b"})
    assert found.left == {}
    assert found.shipments == (
        Shipment(("a", "b"), notice, Priority.RETRACTION, "delete"),
        Shipment(("a",), replace(notice, part=1), Priority.RETRACTION, "delete"),
        Shipment(("x",), message("retracted"), Priority.RETRACTION, "delete"),
    )


def test_where_a_story_stays_is_said_with_the_reason() -> None:
    shipments, left = retraction(
        STORY,
        told(gone=OLD, mute=OLD, a=OLD),
        dict.fromkeys("a", message("철회")) | {"mute": message("철회")},
        {"a"},
        (),
    )
    assert [shipment.accounts for shipment in shipments] == [("a",)]
    assert left == {
        "gone": "story 7 stays there: the account is no longer in the configuration",
        "mute": "story 7 stays there: its platform neither deletes nor edits what was posted",
    }
