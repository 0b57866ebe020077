"""Every document of the corpus gives the entries that stand beside it (issue 5: two hundred feeds or more)."""

from collections import Counter

import pytest

from bot.errors import SourceError
from bot.sources.feed import read_feed
from tests.sources.corpus import CASES
from tests.sources.corpus.made import URL, Case, Told

ZONE = "Asia/Seoul"


def test_the_corpus_is_large_and_names_every_case_once() -> None:
    assert len(CASES) >= 200
    assert [name for name, count in Counter(case.name for case in CASES).items() if count > 1] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_document_gives_the_entries_that_stand_beside_it(case: Case) -> None:
    if case.error:
        with pytest.raises(SourceError, match=case.error):
            read_feed(case.body, case.header, URL, ZONE)
    else:
        entries = read_feed(case.body, case.header, URL, ZONE)
        assert [Told.of(entry) for entry in entries] == list(case.told)
        assert {entry.origin for entry in entries} <= {URL}
