"""Where a sentence ends: ``¦`` stands where one does (PEERS.md, "Korean-first text"; issue 3, point 3)."""

import sys
import time

import pytest

from bot.text.sentences import sentences, spans

KOREAN = """
시가 노선을 늘린다.¦ 요금은 그대로다.
노선이 늘어요.¦ 요금은요?¦ 그대로죠.¦ 좋습니다.
시는 노선을 늘리기로 함.¦ 요금은 그대로임.¦ 시행은 3월부터 하기로 했음.
왜 늘릴까?¦ 밤에 일하는 사람이 많아서다.
드디어!¦ 노선이 는다.
정말?!¦ 그렇다!!¦ 좋다.
시가 늘린다.¦요금은 그대로다.
그렇다고 밝혔다.¦3일 시청 앞에서다.
그렇다고 밝혔다.¦AI가 시간표를 짠다.
그렇다고 밝혔다.¦"요금은 그대로다."
그렇다고 밝혔다.¦“요금은 그대로다.”
그렇다고 밝혔다.¦(사진은 새 버스)
첫 줄¦
둘째 줄이다.¦
셋째 줄
3.5% 올랐다.¦ 내년엔 4.1%다.
영업이익률은 4.1%.¦ 매출은 줄었다.
길이는 12.5㎞.¦ 폭은 3m다.
규모는 2.0이다.¦ 피해는 없다.
2024. 7. 22. 정부는 밝혔다.¦ 둘째다.
2024.7.22. 정부는 밝혔다.¦ 둘째다.
2024. 7. 22.(월) 정부는 밝혔다.¦ 둘째다.
’24. 7. 22. 정부는 밝혔다.¦ 둘째다.
기간은 2024. 7. 22. ~ 2024. 8. 1. 까지다.¦ 둘째다.
7. 22. 회의를 연다.¦ 장소는 시청이다.
오후 3.30 기준이다.¦ 다음은 4.00이다.
1. 예산을 늘린다.¦ 2. 세금을 줄인다.¦ 3. 빚을 갚는다.
안건은 셋이다.¦ 1. 예산을 늘린다.¦ 2. 세금을 줄인다.
1.1. 배경을 설명한다.¦ 1.2. 근거를 댄다.
가. 예산을 늘린다.¦ 나. 세금을 줄인다.
①. 예산을 늘린다.¦ ②. 세금을 줄인다.
Ⅱ. 세부 계획을 밝힌다.¦ 끝이다.
(1) 예산을 늘린다.¦ (2) 세금을 줄인다.
Q. 왜 늘리나?¦ A. 밤에 일하는 사람이 많아서다.
그는 "이것은 잘못이다. 고쳐야 한다."고 말했다.¦ 끝이다.
그는 “이것은 잘못이다. 고쳐야 한다.”라고 말했다.¦ 끝이다.
그는 “정말 그렇다.” 라고 했다.¦ 끝이다.
그는 “정말 그렇다.” 며 웃었다.¦ 끝이다.
그는 “정말 그렇다.”라면서 웃었다.¦ 끝이다.
그는 “정말 그렇다.” 하고 말했다.¦ 끝이다.
그는 “가자!” 외쳤다.¦ 모두 일어섰다.
그는 “왜?” 물었다.¦ 답은 없었다.
“가자!” 외쳤다.¦ 모두 일어섰다.
“왜 늘립니까?” 등 질문이 이어졌다.¦ 답은 없었다.
“고치자.”는 말이 나왔다.¦ 그뿐이다.
“고치자.” 는 지적이 나왔다.¦ 그뿐이다.
“그렇다.”¦ 그가 말했다.
“그렇다.”¦ “아니다.”
그는 말했다.¦ “그렇다.¦
아니다.”
「그렇다.」¦ 그가 말했다.
『그렇다.』¦ 그가 말했다.
‘그렇다.’¦ 그가 말했다.
그는 ‘그렇다. 맞다.’고 적었다.¦ 끝이다.
그는 「그렇다. 맞다.」고 적었다.¦ 끝이다.
그는 “‘그렇다.’고 들었다.”고 말했다.¦ 끝이다.
그는 “그렇다.”고, 그의 아내는 “아니다.”라고 했다.¦ 끝이다.
영화 ‘왜?’ 개봉이 미뤄졌다.¦ 끝이다.
그의 답은 “모른다.”¦ 다음 날 그는 떠났다.
그의 답은 “모른다”.¦ 다음 날 그는 떠났다.
노래 〈가자!〉가 나왔다.¦ 끝이다.
(한 번. 두 번) 울렸다.¦ 그쳤다.
(한 번 울렸다.)¦ 그쳤다.
그는 웃었다(두 번. 세 번).¦ 그쳤다.
의문(?) 속에 끝났다.¦ 그쳤다.
그는 (정말!) 웃었다.¦ 그쳤다.
그는 웃었다(정말이다.) 그리고 갔다.¦ 그쳤다.
시(시장 ○○○)는 늘린다.¦ 그쳤다.
시는 늘린다.¦ (사진=하늘시)
시는 늘린다.¦ [하늘=뉴스다오]
아직… 모른다.¦ 그렇다…¦ 끝이다.
아직... 모른다.¦ 그랬다...¦ 끝이다.
“글쎄…” 그는 웃었다.¦ 끝이다.
그랬다..¦ 끝이다.
끝났다~!¦ 좋다.
주소는 https://a.kr/?b=1.2 이다.¦ 끝.
주소는 https://a.kr.¦ 다음은 전화다.
주소는 HTTPS://a.kr/가.나?다 이다.¦ 끝.
내용은 www.newsdao.kr/다.한글 참고.¦ 끝.
(https://a.kr/?b 참고) 끝났다.¦ 그쳤다.
전자우편은 desk@newsdao.kr 이다.¦ 끝.
㈜하늘.¦ 대표는 ○○○이다.
A. B. 스미스 교수가 왔다.¦ 끝이다.
J.K. 롤링이 왔다.¦ 끝이다.
방식은 No. 3 이다.¦ 끝이다.
1보다.¦ 2가 크다.
-3.5도까지 떨어졌다.¦ 춥다.
끝났다 .¦ 다음이다.
끝났다.\u00a0¦다음이다.
끝났다。¦다음이다.
속보
다.
"""

OTHERS = """
The city adds buses.¦ Fares stay.
It rose to 40.¦ The city agreed.
It rose 3.5 percent.¦ Fares stay.
It rose to 3.5.¦ Fares stay.
1. The first point stands.¦ 2. The second falls.
It holds.¦ 12. The twelfth falls.
IV. The fourth stands.¦ It holds.
U.S. officials met Mr. Kim on Jan. 3.¦ They left.
They met in Jan.¦ They left.
Gen. Lee and Lt. Col. Park met Prof. Han.¦ They left.
He has a Ph.D. in law.¦ She left.
It took approx. five days.¦ Done.
It came in, e.g. by bus.¦ At 5 p.m. it left.
It came at 5 p.m. Monday.¦ It left.
Buses, trains, etc. are late.¦ So are we.
Haneul Co. Ltd. was sold.¦ Done.
See Fig. 3 and No. 4, p. 12.¦ Done.
He said no.¦ The city agreed.
No.¦ The city said so.
The U.N. met.¦ It agreed.
The St. Louis bus is late.¦ So are we.
It is 5m.¦ The other is 7m.
“Why?” he asked.¦ She left.
"Why?" he asked.¦ "Because."
“Go!”¦ He left.
He said, “Go.”¦ Then he left.
He said "it is so. It must be." and left.¦ Done.
The “Stop!” sign fell.¦ Done.
He left (she stayed.) and slept.¦ Done.
(He left.)¦ She stayed.
Wait…¦ Then it came.
Wait… and see.¦ Done.
Wait... and see.¦ Done.
Is it?¦ It is!¦ Good.
What?!¦ No.
Yahoo! is older than that.¦ Done.
iPhone sales rose.¦ Done.
See https://a.kr/b.c?d=e for more.¦ Done.
See www.a.kr.¦ Then go.
Version 2.0.1 is out.¦ Done.
Node.js is out.¦ Done.
He said “go.¦ She stayed.
It is 5" wide.¦ He left.
He wrote 'go.'¦ She stayed.
日本は勝った。¦次は韓国だ。
「そうだ。」¦彼は言った。
本当か？¦そうだ！
习近平说。¦好。
"""


def cases(table: str) -> list[str]:
    """The lines of a table; a line that ends in ``¦`` goes on in the next."""
    return table.strip().replace("¦\n", "¦↵").split("\n")


@pytest.mark.parametrize("case", [*cases(KOREAN), *cases(OTHERS)])
def test_sentences_end_where_the_table_says(case: str) -> None:
    case = case.replace("↵", "\n")
    text = case.replace("¦", "")
    assert sentences(text) == [part.strip() for part in case.split("¦")]
    assert [text[start:end] for start, end in spans(text)] == sentences(text)


ARTICLE = (
    "하늘시는 내년 3월부터 “심야버스를 14개 노선으로 늘린다.”고 20일 밝혔다. 배차 간격은 40분에서 25분으로 줄고, "
    "요금은 2,500원(카드 기준)으로 유지된다. 운영비는 지난해보다 3.5% 늘었으며, 자세한 시간표는 시 누리집에 있다. "
)


@pytest.mark.parametrize(
    "unit",
    [
        ARTICLE,
        ".",
        "." * 1000 + "a",
        "“",
        "“.",
        '"',
        '" ',
        "(",
        "(?) ",
        "가.나",
        '."""',
        "!”",
        "www.",
        "http://",
        "\n",
        " ",
        '"' + "가" * 499,
    ],
)
def test_a_text_costs_in_proportion_to_its_length(unit: str) -> None:
    def cost(length: int) -> float:
        text = unit * (length // len(unit) + 1) + "a"
        times = []
        for _ in range(3):
            began = time.process_time()
            spans(text)
            times.append(time.process_time() - began)
        return min(times)

    assert cost(80_000) < 40 * cost(8_000) + 0.02  # 10 × is linear, 100 × is quadratic


def test_an_article_of_a_megabyte_is_read_at_once() -> None:
    text = ARTICLE * (1_000_000 // len(ARTICLE))
    times = []
    for _ in range(5):
        began = time.process_time()
        assert len(spans(text)) > 15_000
        times.append(time.process_time() - began)
    assert min(times) < (0.2 if sys.gettrace() is None else 2)  # it takes 0.05 s; 20 times that where lines are counted
