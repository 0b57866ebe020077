"""Sentences that take back what others said."""

import pytest

from bot.text.contrary import contradicts


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("경찰은 김씨를 체포했다.", "경찰은 김씨를 체포하지 않았다."),
        ("김씨는 혐의를 인정했다.", "김씨는 혐의를 부인했다."),
        ("시는 축제를 연다.", "시는 축제를 안 연다."),
        ("금리가 올랐다.", "금리가 내렸다."),
        ("3명이 숨지고 5명이 다쳤다.", "5명이 숨지고 3명이 다쳤다."),
        ("The mayor will resign.", "The mayor won't resign."),
        ("Shares rose on Monday.", "Shares fell on Monday."),
    ],
)
def test_a_negation_an_opposite_and_exchanged_figures_are_contrary(one: str, other: str) -> None:
    assert contradicts(one, other)
    assert contradicts(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("시가 노선을 늘린다.", "시가 노선을 더 늘린다."),
        ("원인은 아직 모른다.", "원인은 아직 알려지지 않았다."),
        ("시가 노선을 늘린다.", "국회는 예산을 처리하지 않았다."),
        ("", "시가 노선을 안 늘린다."),
        ("3명이 숨졌다.", "5명이 숨졌다."),
        ("금리가 올랐다가 내렸다.", "금리가 내렸다."),
        ("The report is out.", "The notable report is out."),
    ],
)
def test_other_words_are_not(one: str, other: str) -> None:
    assert not contradicts(one, other)
