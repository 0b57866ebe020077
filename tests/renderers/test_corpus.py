"""The corpus and the strategies themselves (issue 3: at least 300 strings; FAILURES.md section 3 row 24)."""

import unicodedata
from dataclasses import fields, make_dataclass
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings

from bot.document import Code, Figure, Heading, Items, Mark, Paragraph, Quote, Run, Table
from bot.model import Style
from tests.renderers import strategies
from tests.renderers.corpus import corpus
from tests.renderers.strategies import documents, styles

_INVISIBLE = {"\u115f", "\u1160", "\u2800", "\u3164", "\uffa0"}


def test_the_corpus_holds_at_least_three_hundred_different_strings() -> None:
    texts = [attack.text for attack in corpus()]
    assert len(texts) == len(set(texts)) >= 300
    assert len({attack.attacks for attack in corpus()}) >= 60


def test_nothing_invisible_stands_raw_in_the_corpus() -> None:
    raw = Path(__file__).with_name("corpus.jsonl").read_text("utf-8").replace("\n", "")
    hidden = {c for c in raw if c in _INVISIBLE or unicodedata.category(c)[0] in "CM" or (c.isspace() and c != " ")}
    assert hidden == set()


NEEDED = (
    *("\x00", "\ud800", "\u202e", "\u200b", "\u3164", "\ufe0f", "\U000e0067", "\u0301", "\u200d", "\u2028"),
    *("@everyone", "@hanbit", "＠", "$AAPL", "<!channel>", "&lt;", "tg://", "javascript:", "[글](", "{headline}"),
    *("```", "||", ">>> ", "-# "),
)


@pytest.mark.parametrize("needed", NEEDED, ids=ascii)
def test_the_corpus_holds_what_the_issue_names(needed: str) -> None:
    assert any(needed in attack.text for attack in corpus())


def test_some_attacks_are_a_hundred_deep_and_some_are_long() -> None:
    assert sum(attack.attacks == "100 deep" for attack in corpus()) >= 15
    assert sum(len(attack.text) >= 3000 for attack in corpus()) >= 15


def test_documents_of_every_block_and_mark_are_drawn() -> None:
    kinds: set[type] = set()
    marks: set[Mark] = set()

    def visit(block: object) -> None:
        kinds.add(type(block))
        match block:
            case Quote(blocks=blocks):
                for one in blocks:
                    visit(one)
            case Items(items=items):
                for one in chain.from_iterable(items):
                    visit(one)
            case Paragraph(runs=runs) | Heading(runs=runs):
                marks.update(mark for run in runs for mark in run.marks)

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(documents())
    def draw(document: object) -> None:
        for block in document.blocks:  # type: ignore[attr-defined]  # a Document
            visit(block)

    draw()
    assert kinds == {Paragraph, Heading, Items, Quote, Code, Table, Figure}
    assert marks == set(Mark)


def test_an_adapter_is_only_asked_for_what_its_accounts_can_say() -> None:
    class Plain:
        styles = frozenset({"hashtags"})

    @settings(max_examples=50, deadline=None, derandomize=True, database=None)
    @given(styles(Plain()))
    def draw(style: Style) -> None:
        asked = {field.name for field in fields(Style) if getattr(style, field.name) != getattr(Style(), field.name)}
        assert asked <= {"language", "zone", "hashtags"}

    draw()


def test_a_field_without_a_strategy_is_named() -> None:
    """A noun that grows must be drawn whole, or the property proves less than it says."""
    grown = make_dataclass("Grown", [*((field.name, object) for field in fields(Run)), ("ruby", str)])
    with pytest.raises(TypeError, match="Grown and its strategy differ in ruby"):
        strategies._of(grown, {field.name: documents() for field in fields(Run)})
