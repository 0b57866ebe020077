"""Hashtags of categories: Korean tags, no spaces (issue 3)."""

import pytest

from bot.text.hashtags import hashtags
from bot.text.marked import Kind


@pytest.mark.parametrize(
    ("categories", "most", "tags"),
    [
        (["경제", "산업"], 3, "#경제 #산업"),
        (["인공지능 반도체"], 3, "#인공지능반도체"),
        (["정치·사회", "국제/외교"], 9, "#정치 #사회 #국제 #외교"),
        (["K-pop", "R&D 예산"], 9, "#Kpop #RD예산"),
        (["News", "속보", "미분류", "Uncategorized", "경제"], 3, "#경제"),
        (["경제", "경제", "ECONOMY", "economy"], 9, "#경제 #ECONOMY"),
        (["지역 > 부산", "교통 #버스"], 9, "#지역 #부산 #교통 #버스"),
        (["2026", "2026년"], 9, "#2026년"),
        (["#이미태그", "@이름", "<b>굵게</b>", "a_b"], 9, "#이미태그 #이름 #b굵게 #b #a_b"),
        (["가", "나", "다", "라"], 3, "#가 #나 #다"),
        (["가"], 0, ""),
        ([], 3, ""),
        (["ㄱ" * 65, "😀", "…"], 3, ""),
    ],
)
def test_categories_become_tags(categories: list[str], most: int, tags: str) -> None:
    found = hashtags(categories, most)
    assert found.text == tags
    assert [span.kind for span in found.spans] == [Kind.TAG] * len(tags.split())
    assert [found.text[span.start + 1 : span.end] for span in found.spans] == [span.value for span in found.spans]
