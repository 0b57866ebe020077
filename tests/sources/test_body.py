from bot.document import Document, Figure, Items, Paragraph, Picture, Quote, Run
from bot.sources.body import first_picture, from_plain, without
from bot.text.figures import pictures

WORDS = Paragraph((Run("글"),))


def figure(url: str) -> Figure:
    return Figure(Picture(url))


def test_a_picture_in_another_size_is_the_same_picture() -> None:
    """The hero picture repeated is noise (DESIGN.md section 7); editors repeat it in other sizes."""
    same = (
        figure("https://w.kr/2026/a.jpg"), figure("https://w.kr/2026/a-300x200.jpg"), figure("https://w.kr/2026/a-scaled.jpg"),
        figure("https://w.kr/2026/a.jpg?type=w966"),
        figure("https://i.kr/thumb/R1280x0/?fname=https%3A%2F%2Fw.kr%2F2026%2Fa.jpg"),
    )  # fmt: skip
    others = (figure("https://w.kr/2026/b.jpg"), figure("https://v.kr/2026/a.jpg"), WORDS)
    assert without(Document((*same, *others)), "https://w.kr/2026/a.jpg").blocks == others


def test_the_first_picture_may_stand_in_a_quote() -> None:
    assert first_picture(Document((WORDS, Quote((figure("https://w.kr/a.jpg"),))))) == Picture("https://w.kr/a.jpg")
    assert first_picture(Document((WORDS,))) is None


def test_pictures_come_in_reading_order_and_a_blank_line_ends_a_paragraph() -> None:
    first, second = figure("https://w.kr/1.jpg"), figure("https://w.kr/2.jpg")
    found = pictures(Document((Items(ordered=False, items=((first,), (WORDS,))), second)))
    assert list(found) == [first.picture, second.picture]
    assert from_plain("글\n\n \n\n글 ") == Document((WORDS, WORDS))
