"""A story's alerts as columns: what readers see, what follows, what became of each (issue 3: threads and edits)."""

from dataclasses import replace
from typing import Any

import pytest

from bot.model import Message, Style
from bot.newsroom.board import ROWS, Rows, columns, fold, posted, sender, tally
from bot.newsroom.drawing import moment
from bot.ports import Alert


def message(text: str = "", part: int = 0) -> Message:
    return Message("discord", Style(), text, 0, 6000, "characters", {}, part=part)


def alert(*deliveries: tuple[str, str]) -> Alert:
    rows = tuple({"state": state, "target": target} for state, target in deliveries)
    return Alert("readers", message(), rows)


def test_a_tally_says_first_what_needs_a_person() -> None:
    told = [alert(("sent", "a"), ("queued", "b"), ("held", "c")), alert(("sent", "d"), ("dead", "e"))]
    assert tally(told) == [("held", 1), ("dead", 1), ("queued", 1), ("sent", 2)]


@pytest.mark.parametrize(
    ("sent", "open_ones", "shown", "more"),
    [(3, 0, 3, 0), (40, 0, ROWS, 40 - ROWS), (40, 2, ROWS, 42 - ROWS), (5, ROWS + 3, ROWS + 3, 5)],
)
def test_whatever_has_not_arrived_is_shown_and_the_rest_is_counted(
    sent: int, open_ones: int, shown: int, more: int
) -> None:
    rows: Rows = fold(alert(*[("sent", "a")] * sent, *[("dead", "b")] * open_ones).deliveries)
    assert (len(rows.shown), rows.more) == (shown, more)
    assert [row["state"] for row in rows.shown[:open_ones]] == ["dead"] * open_ones


@pytest.mark.parametrize(
    ("targets", "name"), [(["@news"], "@news"), (["-1001"], "readers"), (["@a", "@b"], "readers"), ([], "readers")]
)
def test_a_reader_sees_the_channel_by_its_public_name(targets: list[str], name: str) -> None:
    assert sender(alert(*(("sent", target) for target in targets))) == name


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([("2026-11-22T05:00:00Z", "2026-11-22T05:00:09Z"), ("2026-11-22T05:00:00Z", None)], "2026-11-22T05:00:09Z"),
        ([("2026-11-22T05:00:00Z", None)], "2026-11-22T05:00:00Z"),
        ([], None),
    ],
)
def test_a_message_bears_the_time_of_its_first_arrival(
    times: list[tuple[str, str | None]], expected: str | None
) -> None:
    rows = tuple({"queued": queued, "sent": sent} for queued, sent in times)
    assert posted(Alert("readers", message(), rows)) == moment(expected)


def row(state: str, target: str = "a", operation: str = "send") -> dict[str, Any]:
    return {"state": state, "target": target, "operation": operation}


def told(account: str, text: str, *rows: dict[str, Any], part: int = 0) -> Alert:
    return Alert(account, message(text, part), rows)


def test_an_accounts_messages_are_one_column_the_alert_first_then_the_rest_in_order() -> None:
    alerts = [
        told("a", "둘", row("queued"), part=2),
        told("a", "첫", row("sent")),
        told("b", "다른 계정", row("sent")),
        told("a", "하나", row("held"), part=1),
    ]
    first, second = columns(alerts)
    assert first.alert == alerts[1]
    assert [alert.message.text for alert in first.rest] == ["하나", "둘"]
    assert (first.urgent, second.urgent) == (True, False)
    assert (second.alert, second.rest, second.versions) == (alerts[2], (), ())


@pytest.mark.parametrize(
    ("before", "edit", "seen"),
    [("sent", "sent", "뒤"), ("sent", "queued", "앞"), ("sent", "dead", "앞"), ("sending", "queued", "뒤")],
)
def test_readers_see_the_newest_version_that_has_reached_one(before: str, edit: str, seen: str) -> None:
    alerts = [told("a", "앞", row(before)), told("a", "뒤", row(edit, operation="edit"))]
    [column] = columns(alerts)
    assert column.alert.message.text == seen
    assert column.alert.deliveries == (row(before), row(edit, operation="edit"))
    assert [alert.message.text for alert in column.versions] == ["뒤" if seen == "앞" else "앞"]


def test_parts_without_their_alert_are_shown_all_the_same() -> None:
    [column] = columns([told("a", "하나", part=1), told("a", "둘", part=2)])
    assert (column.alert.message.text, [alert.message.text for alert in column.rest]) == ("하나", ["둘"])
    assert columns([]) == ()


def test_what_was_edited_since_is_told_once() -> None:
    rows = (row("sent"), row("sent", "b"), row("sent", "a", "edit"), row("held", "b", "edit"))
    assert fold(rows) == Rows((rows[3], rows[1], rows[2]), 0)


def test_of_several_edits_the_newest_is_told() -> None:
    rows = (row("sent"), row("sent", "a", "edit"), row("cancelled", "a", "edit"), row("sent", "a", "edit"))
    assert fold(rows) == Rows((rows[3],), 0)


def test_what_was_taken_back_is_told_once_and_counted_as_such() -> None:
    rows = [
        row(state, f"@{n}", operation) for n in range(9) for state, operation in (("sent", "send"), ("sent", "delete"))
    ]
    rows += [row("sent", "@b"), row("dead", "@b", "delete")]
    folded = fold(rows)
    assert [each["state"] for each in folded.shown] == ["dead", *["sent"] * 5]
    assert (folded.recalled, folded.more) == (4, 1)
    assert tally([told("a", "말", *rows)]) == [("unrecalled", 1), ("recalled", 9), ("sent", 1)]


def test_each_part_of_a_thread_is_told_once_in_its_newest_version() -> None:
    alerts = [
        told("a", "첫", row("sent")),
        told("a", "둘", row("sent"), part=1),
        told("a", "둘, 고침", row("sent", operation="edit"), part=1),
        told("a", "철회", row("queued", operation="delete"), part=1),
    ]
    [column] = columns(alerts)
    assert [alert.message.text for alert in column.rest] == ["둘, 고침"]
    assert [each["operation"] for each in column.rest[0].deliveries] == ["send", "edit", "delete"]
    assert column.notice is None


def test_a_story_of_which_nothing_but_its_deletes_is_left_is_shown_all_the_same() -> None:
    alert = told("a", "철회", row("sent", operation="delete"))
    assert columns([alert])[0].alert == alert


def test_a_column_takes_nothing_from_an_alert() -> None:
    alert = told("a", "말", row("cancelled"))
    assert columns([replace(alert)])[0].alert == alert
