"""Documents drawn as lines of text, so that a test shows what a reader gets."""

from collections.abc import Iterator
from typing import assert_never

from bot.document import Block, Code, Figure, Heading, Items, Mark, Paragraph, Quote, Run, Table
from bot.text.html import document

BASE = "https://newsdao.kr/news/2026/11/20/bridge/"
SIGNS = {
    Mark.BOLD: "**", Mark.ITALIC: "_", Mark.UNDERLINE: "+", Mark.STRIKE: "~", Mark.CODE: "`", Mark.SPOILER: "||",
}  # fmt: skip


def drawn(html: str, base: str = BASE) -> list[str]:
    """``# 제목``, ``> 인용``, ``- 항목``, ``1. 항목``, ``=code``, ``| 표``, ``![alt](url) 설명``, ``[글](url)``."""
    return list(_lines(document(html, base).blocks))


def _lines(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(runs):
                yield _words(runs)
            case Heading(level, runs):
                yield f"{'#' * level} {_words(runs)}"
            case Items(ordered, items, start):
                for number, item in enumerate(items, start):
                    sign = f"{number}. " if ordered else "- "
                    yield from (("  " if line else sign) + text for line, text in enumerate(_lines(item)))
            case Quote(inner):
                yield from (f"> {line}" for line in _lines(inner))
            case Code(text):
                yield f"={text}"
            case Table(rows, head):
                yield from (f"{'|=' if head and not at else '|'} {' | '.join(row)}" for at, row in enumerate(rows))
            case Figure(picture, caption):
                yield f"![{picture.alt}]({picture.url}) {caption}".rstrip()
            case _:
                assert_never(block)


def _words(runs: tuple[Run, ...]) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    text = run.text
    for mark, sign in SIGNS.items():
        text = f"{sign}{text}{sign}" if mark in run.marks else text
    return f"[{text}]({run.href})" if run.href else text
