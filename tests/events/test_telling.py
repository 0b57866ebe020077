"""What is read out of a headline and a lead."""

import pytest

from bot.events.acts import acts, opposed
from bot.events.figures import compare, figures
from bot.events.names import names
from bot.events.places import places
from bot.events.telling import telling
from bot.events.words import stems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("美 연준, 금리를 내려", ["미국", "연방준비제도", "금리", "내려"]),
        ("경주에서 지진이 발생했다고", ["경주", "지진"]),
        ("the fed cuts rates", ["fed", "cuts", "rates"]),
        ("시가 시를", ["시가", "시를"]),  # of one syllable nothing is left to tell
        ("🚨 שלום", []),
    ],
)
def test_words_lose_their_particles_and_short_names_are_spelled_out(text: str, words: list[str]) -> None:
    assert stems(text) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("규모 4.0의 지진", {"magnitude": (4.0,)}),
        ("Magnitude 6.8 quake, then a 5.4 aftershock", {"magnitude": (6.8, 5.4)}),
        ("부산을 7대 3으로", {"score": (7003.0,)}),
        ("Albion 3-1 Rovers, not 1-3", {"score": (3001.0,)}),
        ("4조2천억원", {"₩": (4.2e12,)}),
        ("승용차 5대 3명 부상", {"대": (5.0,), "명": (3.0,)}),
        ("on Thursday", {"weekday": (3.0,)}),
    ],
)
def test_figures_know_what_they_count(text: str, found: dict[str, tuple[float, ...]]) -> None:
    assert figures(text)[0] == found


@pytest.mark.parametrize(
    ("one", "other", "agreeing", "differing"),
    [
        ("727조9천억원", "728조원", {"₩"}, set()),
        ("2,745 포인트", "2745.10 포인트", {""}, set()),
        ("규모 4.0 지진", "규모 4.1 지진", set(), {"magnitude"}),
        ("3명 5%", "4명 5%", {"%"}, {"명"}),
        ("3명", "5%", set(), set()),
    ],
)
def test_figures_agree_up_to_rounding(one: str, other: str, agreeing: set[str], differing: set[str]) -> None:
    found = compare(figures(one)[0], figures(other)[0])
    assert found.agreeing == agreeing
    assert found.differing == differing


def test_a_toll_may_rise_and_a_magnitude_may_not() -> None:
    found = compare(figures("규모 4.0 지진, 3명 사망")[0], figures("규모 4.1 지진, 5명 사망")[0])
    assert found.hard_differing == {"magnitude"}


@pytest.mark.parametrize(
    ("text", "towns", "countries"),
    [
        ("충북 괴산 북동쪽", ("괴산",), ()),
        ("수원시 팔달구 연구", ("수원", "팔달구"), ()),
        ("미국 워싱턴", (), ("미국",)),
        ("전주 대비 상승", (), ()),  # the week before, unless it is 전주시
        ("전주시 완산구", ("전주", "완산구"), ()),
    ],
)
def test_towns_are_one_with_and_without_what_they_are(
    text: str, towns: tuple[str, ...], countries: tuple[str, ...]
) -> None:
    assert places(stems(text)) == (towns, countries)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("옹고집 전 시장 항소", ("옹고집",)),
        ("누리전자는 29일 공시했다. 기상청이 밝혔다.", ("누리전자",)),
        ("Strong quake hits Chile on Friday", ("chile",)),
        ("Tom Sawyer wins", ("tom", "sawyer")),
        ("Police said nothing.", ()),
    ],
)
def test_names_are_whom_it_is_about(text: str, found: tuple[str, ...]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("기준금리 동결", "기준금리 인하"),
        ("검찰, 7년 구형", "법원, 5년 선고"),
        ("노사 협상 결렬", "노사 협상 타결"),
        ("found guilty", "jailed for years"),
    ],
)
def test_what_was_done_is_opposed_to_what_else_was_done(one: str, other: str) -> None:
    assert opposed(acts(one), acts(other))
    assert opposed(acts(other), acts(one))
    assert not opposed(acts(one), acts(one))


def test_an_act_begins_a_word_in_english() -> None:
    assert acts("The backup was updated") == 0


@pytest.mark.parametrize(("one", "other"), [("노조 파업 철회", "노조 파업"), ("bank", "banned"), ("보석 석방", "보석")])
def test_the_longest_form_is_read_and_a_whole_word_only_as_one(one: str, other: str) -> None:
    assert not acts(one) & acts(other)


def test_a_headline_knows_its_names_as_grams_that_stand_in_the_others() -> None:
    told, other = telling("누리전자가 새 폰 공개", "").headline, telling("새 폰 내놓은 누리전자", "").headline
    assert told.named
    assert not {*told.named}.intersection(other.named)
    assert {*other.grams}.issuperset(told.named[0])


@pytest.mark.parametrize(
    ("headline", "flash", "series", "enough"),
    [
        ("[2보] 경주 동남동쪽 19㎞서 규모 4.0 지진", True, True, True),
        ("경주 동남동쪽 19㎞서 규모 4.0 지진(종합)", True, True, True),
        ("[속보] 경주 동남동쪽서 규모 4.0 지진", True, False, True),
        ("[속보]", True, False, False),
        ("🚨🚨", True, False, False),
        ("", True, False, False),
    ],
)
def test_a_headline_of_marks_says_nothing(headline: str, *, flash: bool, series: bool, enough: bool) -> None:
    told = telling(headline, "")
    assert (told.flash, told.series, told.says_enough) == (flash, series, enough)
