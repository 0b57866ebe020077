from bot.document import Code, Document, Figure, Heading, Items, Paragraph, Picture, Quote, Run, Table
from bot.text.plain import text_of, words_of


def test_the_words_of_every_block_stand_on_lines_of_their_own() -> None:
    line = Paragraph((Run("가"), Run("나")))
    blocks = (
        Heading(2, (Run("제목"),)),
        line,
        Items(True, ((line, Items(False, ((line,),))),)),
        Quote((line,)),
        Code("코드"),
        Table((("1", "2"), ("3", "4"))),
        Figure(Picture("https://newsdao.kr/a.jpg", "대체"), "설명"),
        Figure(Picture("https://newsdao.kr/a.jpg", "대체")),
    )
    assert text_of(Document(blocks)).split("\n") == [
        "제목",
        "가나",
        "가나",
        "가나",
        "가나",
        "코드",
        "1 | 2",
        "3 | 4",
        "설명",
    ]
    assert words_of(line.runs) == "가나"
