"""The thirty articles of the gallery are what they claim to be, and are told as a desk editor would begin (issue 3)."""

import re
from urllib.parse import urlsplit

import pytest

from bot.document import Code, Heading, Items, Paragraph, Quote, Table
from bot.model import Change, Story, StoryState, Urgency
from bot.story import tell
from bot.text.figures import pictures
from bot.text.flat import flat
from bot.text.links import encoded, readable
from bot.text.plain import text_of
from tests.text.articles import FOLDER, NOW, Article, articles, page

ARTICLES = {article.id: article for article in articles()}
BREAKING = {"02", "03", "21"}


def told(article: Article) -> Story:
    return tell(Change("new", article.entry, StoryState.ANNOUNCED), article.feed, now=NOW)


def source(number: str) -> bytes:
    (path,) = (path for path in FOLDER.glob(f"{number}-*") if path.suffix != ".toml")
    return path.read_bytes()


def test_there_are_thirty_and_no_two_of_one_name() -> None:
    assert [article.id for article in articles()] == [f"{number:02}" for number in range(1, 31)]
    assert len({article.name for article in articles()}) == 30
    assert len({article.entry.id for article in articles()}) == 30


def test_no_file_of_the_folder_is_left_unread() -> None:
    read = {f"{article.id}-{article.name}" for article in articles()}
    assert {path.stem for path in FOLDER.iterdir()} == read


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_every_article_becomes_a_story(article: Article) -> None:
    story = told(article)
    assert story.headline
    assert story.published is not None
    assert story.published <= NOW
    assert story.published == article.entry.published
    assert (story.urgency is Urgency.BREAKING) == (article.id in BREAKING)
    assert story.language == ("en" if article.id in {"09", "10"} else "ko")
    assert len(story.excerpt) <= 600


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_every_address_is_absolute(article: Article) -> None:
    story = told(article)
    for address in (story.link, *(picture.url for picture in story.pictures)):
        assert urlsplit(address).scheme in {"http", "https"}
        assert urlsplit(address).hostname
        assert encoded(address).isascii()


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("04", "https://newsdao.kr/view/AKR20261117198152054?section=search"),
        ("07", "https://weekend.newsdao.kr/walks/hanbit-river-7/"),
        ("15", "http://life.newsdao.kr/news/articleView.html?idxno=204417"),
        ("23", "https://newsdao.kr/economy/2026/07/22/import-prices/?idxno=88213"),
        ("27", "https://press.newsdao.kr/release/2026-1110?id=7_31_*a*&lang=ko"),
        ("30", "https://world.newsdao.kr/2026/11/night-school"),
    ],
)
def test_a_link_loses_what_tracks_and_nothing_else(number: str, link: str) -> None:
    assert told(ARTICLES[number]).link == link


def test_a_hangul_address_reads_as_it_was_written() -> None:
    link = told(ARTICLES["29"]).link
    assert readable(link) == "https://소식.newsdao.kr/기사/2026/11/누리산-산불-진화/"


def test_an_article_has_the_length_of_one() -> None:
    lengths = {number: len(text_of(article.entry.content)) for number, article in ARTICLES.items()}
    short = {number for number, length in lengths.items() if length < 400}
    assert short == {"02", "03", "13", "14"}  # a flash, a first report, no body, a letter
    assert sum(length >= 750 for length in lengths.values()) >= 20


@pytest.mark.parametrize(
    ("number", "trait"),
    [
        ("01", "{: .lead}"),
        ("01", "<!--more-->"),
        ("03", "(1보)"),
        ("04", "저작권자(c) 예시뉴스"),
        ("04", "<strong>◇ "),
        ("05", '<p class="se-text-paragraph'),
        ("05", ">\u200b</span>"),
        ("05", "data-lazy-src="),
        ("06", 'rowspan="2"'),
        ("06", 'colspan="2"'),
        ("07", "<!-- wp:list -->"),
        ("08", "kg-gallery-card"),
        ("09", "(Example Wire) - "),
        ("10", 'width="1" height="1"'),
        ("11", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"),  # a family
        ("11", "\U0001f1f0\U0001f1f7"),  # a flag
        ("11", "\U0001f64b\U0001f3fe\u200d♀️"),  # a skin tone
        ("16", '<b><span style="background-color: #'),
        ("16", "\n실시간 뉴스 속보는, <a "),
        ("18", "<time datetime="),
        ("19", "<strong>Q. "),
        ("24", "```python"),
        ("24", "/resend 2217"),
        ("26", "https://www.youtube.com/embed/"),
        ("26", '<blockquote class="twitter-tweet"'),
        ("27", "&amp;amp;amp;"),
        ("29", '<content type="xhtml"'),
        ("29", "https://소식.newsdao.kr/기사/"),
        ("30", 'dir=\\"rtl\\"'),
    ],
)
def test_an_article_is_written_in_the_markup_of_its_editor(number: str, trait: str) -> None:
    about = next(FOLDER.glob(f"{number}-*.toml"), None)
    assert trait in source(number).decode() + (about.read_text(encoding="utf-8") if about else "")


@pytest.mark.parametrize(
    ("number", "kind", "least"),
    [("06", Table, 3), ("17", Items, 3), ("20", Table, 2), ("22", Quote, 1), ("24", Code, 3), ("18", Heading, 8)],
)
def test_an_article_has_the_blocks_it_is_there_for(number: str, kind: type, least: int) -> None:
    assert sum(isinstance(block, kind) for block in ARTICLES[number].entry.content.blocks) >= least


def test_the_photo_story_has_ten_photos_of_which_nine_say_what_they_show() -> None:
    shown = [picture for picture in pictures(ARTICLES["08"].entry.content) if "/moonport-" in picture.url]
    assert len(shown) == 10
    assert sum(bool(picture.alt) for picture in shown) == 9


def test_the_column_shows_its_photo_and_not_the_blur_before_it() -> None:
    assert [picture.url for picture in told(ARTICLES["05"]).pictures] == [
        "https://img.newsdao.kr/blog/20261116_busstop.jpg?type=w773"
    ]


def test_the_long_one_is_a_megabyte_and_the_same_every_time() -> None:
    path = FOLDER / "12-megabyte.html"
    html = page(path)
    assert 1_048_576 <= len(html.encode()) < 1_060_000
    assert page(path) == html
    assert path.stat().st_size < 8_000
    assert re.search(r"\{\w+\}", html) is None
    debates = [
        block for block in ARTICLES["12"].entry.content.blocks if isinstance(block, Heading) and block.level == 3
    ]
    assert len({text.text for block in debates for text in block.runs}) == len(debates) > 500


def test_the_korean_original_is_in_letters_that_only_cp949_has() -> None:
    data = source("15")
    for encoding in ("utf-8", "euc_kr"):
        with pytest.raises(UnicodeDecodeError):
            data.decode(encoding)
    assert ARTICLES["15"].entry.title.startswith("똠얌 한 그릇에 줄 40m…항만구 골목 바꾼 ㈜쉐프네")
    assert "푸팟퐁커리와 쌀국수 대신 할머니의 도토리묵" in text_of(ARTICLES["15"].entry.content)


def test_one_has_no_body_and_one_has_nothing_but_a_quote() -> None:
    empty, letter = ARTICLES["13"].entry, ARTICLES["14"].entry
    assert (empty.content.blocks, bool(empty.summary)) == ((), True)
    assert [type(block) for block in letter.content.blocks] == [Quote]
    assert (letter.summary, letter.picture) == ("", None)


def test_what_stands_as_markup_in_a_title_is_text() -> None:
    assert "‘<b>쓰기*</b> 2.0_RC1’" in told(ARTICLES["27"]).headline
    assert "AT&amp;T 표기가 &amp;amp;로" in text_of(ARTICLES["27"].entry.content)


def test_the_video_comes_before_the_words() -> None:
    first, *_ = ARTICLES["26"].entry.content.blocks
    assert isinstance(first, Paragraph)
    assert first.runs[0].href.startswith("https://www.youtube.com/")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("02", "하늘시 동쪽 해역서 규모 4.1 지진…기상청 “여진 유의”"),
        ("03", "솔내군 화학공장서 불…소방 ‘대응 2단계’ 발령"),
        ("04", "달빛항 앞바다서 여객선 좌초…승객·승무원 214명 전원 구조"),
        ("11", "漢字 곁에 이모지 🙌🏽…‘세계 글자 축제’ 開幕, 첫날 2만 명"),
        ("14", "아흔세 살 독자가 보내온 편지"),
        ("22", "법원 “‘읽지 않은 약관’도 설명 안 했다면 무효”…3년 소송 끝 소비자 승소"),
        ("23", "환율 1,412.7원·유가 $81.35…“수입물가 2.3%↑, 9월 이후 최대”"),
        ("29", "누리산 산불 21시간 만에 진화…축구장 63개 넓이 태워"),
        ("30", "‘مرحبا’로 시작하는 수업…하늘시 야간학교, 학생이 선생님 됐다"),
    ],
)
def test_a_headline_is_told_to_the_letter(number: str, words: str) -> None:
    assert words in told(ARTICLES[number]).headline


def test_a_headline_of_180_characters_is_kept() -> None:
    assert len(ARTICLES["25"].entry.title) == 180
    assert told(ARTICLES["25"]).headline.endswith("○○○(새별초등학교 교감)씨 시부상")


@pytest.mark.parametrize(
    ("number", "start"),
    [
        ("01", "하늘시가 비가 오면 자주 잠기는 지하차도 12곳에"),
        ("02", "19일 오전 6시 14분께 하늘시 동쪽 12㎞ 해역에서 규모 4.1의 지진이 발생했다고"),
        ("03", "19일 오후 3시 40분께 솔내군"),
        ("04", "17일 오후 달빛항 앞바다에서 승객과 승무원 214명을 태운 여객선이"),  # below its subheads
        ("05", "어머니가 사는 마을에는 하루 네 번 버스가 온다. 아침 7시 10분,"),
        ("06", "10월 말 하늘시 주민등록 인구는 98만 6,214명으로 9월보다 412명(0.04%) 줄었다."),
        ("07", "물안개가 걷히는 아침부터"),
        ("08", "달빛항의 하루는 남들의 한밤에 시작된다. 배가 들어오고"),
        ("09", "Harbour City will shut its container port for 36 hours from Thursday"),
        (
            "10",
            "Every evening one woman lights 88 gas lamps by hand. The city has bought the sensors",
        ),  # its standfirst
        ("11", "“아버지는 父, 나는 👦🏻, 우리 둘은 👨\u200d👦!” 15일 하늘시 새별광장에서 문을 연 ‘세계 글자 축제’."),
        ("12", "하늘시의회가 20일 제312회 정례회 본회의를 열고"),
        ("13", "코스피가 19일 전날보다 6.18포인트(0.16%) 오른 3,912.40에 거래를 마쳤다. 외국인이"),
        ("14", "신문을 아침에 펴면 부고부터 봅니다. 아는 이름이 있나 해서요."),
        ("15", "하늘시 항만구의 빈 점포에서 시작한 공동 부엌이 1년 만에 골목을 바꾸었다."),  # not its caption
        ("16", "하늘시가 2028년까지 전기차 급속 충전기를 1,150기에서 3,400기로"),
        ("17", "절이는 데 10시간, 속을 넣는 데 2시간. 배추 10포기를"),
        ("18", "12일 오후 1시 47분 솔마루역 변전 설비에서 불, 33분 만에 꺼짐 · 하늘선 전 구간(21개 역) 운행 중단"),
        ("19", "하늘박물관 지하 2층 수장고에는 도자기 3,200점이 있다."),
        ("20", "한 회에 네 점. 하늘이 9회말"),
        ("21", "22일 오후 7시 5분을 기해 강변구"),
        ("22", "계약서에 적혀 있더라도 사업자가 중요한 내용을"),
        ("23", "지난달 수입물가지수가 147.62(2020=100)로 한 달 전보다 2.3% 올랐다. 2025. 9. 이후 9개월 만에"),
        ("24", "TimeoutError는 ‘못 보냈다’가 아니라 ‘모른다’입니다."),
        ("25", "18일 오전 5시 10분, 하늘대학병원 장례식장 7호실, 발인 20일 오전 7시 30분, 장지 솔마루공원묘지, ☎ 02-"),
        ("26", "검은 하늘 아래 회색 언덕, 그 위로 푸른 점 하나가 떠오른다."),
        ("27", "새길소프트가 *표시 하나로* 서식을 넣는 문서 편집기 ‘<b>쓰기*</b> 2.0_RC1’을 10일 공개했다."),
        (
            "28",
            "11월 12일 실시간 보도 〈하늘선 전 구간 운행 중단〉에서 대피한 승객을 ‘2,400여 명’이라고",
        ),  # the first item
        ("29", "누리산에서 난 불이 21시간 20분 만인 15일 오전 11시께 꺼졌다."),
    ],
)
def test_an_excerpt_begins_where_an_editor_would(number: str, start: str) -> None:
    assert told(ARTICLES[number]).excerpt.startswith(start)


@pytest.mark.parametrize(
    ("number", "end"),
    [
        ("07", "한빛강 길 일곱 곳을 골랐다."),  # without the sentence that WordPress cut
        ("16", "걸어서 10분 안에 충전하는 도시를 만든다."),  # without the call to act
        ("21", "이웃에게도 알려 주세요."),  # which is the news here
        ("24", "‘모른다’입니다. 알림 4만 건이 두 번 나간 날, 우리는 재시도를 세 겹에서 한 겹으로 줄였습니다."),
    ],
)
def test_an_excerpt_ends_with_the_last_sentence_that_tells_something(number: str, end: str) -> None:
    assert told(ARTICLES[number]).excerpt.endswith(end)


@pytest.mark.parametrize(
    ("number", "start", "end"),
    [
        ("01", "하늘시가 비가 오면", "용역을 맡기겠다고 답했다."),
        ("03", "19일 오후 3시 40분께 솔내군", "외출을 삼가 달라”고 당부했다."),
        ("04", "짙은 안개 속 항로 벗어나", "숙소를 마련해 주고 있다."),
        ("05", "기다림이 불안하지 않으려면", "그 불빛이 보인다고 했다."),
        ("06", "10월 말 하늘시 주민등록", "다음 발표는 2026. 12. 10. 정오다."),
        ("07", "갈대는 11월 셋째 주까지", "이 길이 제일 좋을 것이다."),
        ("08", "달빛항의 하루는", "갈매기만 남는다."),
        ("09", "Harbour City will shut", "($1 = 0.92 euros)"),
        ("10", "Every evening one woman", "“Now it’s night.”"),
        ("11", "“아버지는 父", "☎️ 02-000-0000"),
        ("15", "▲ 13일 점심 무렵", "월요일에 쉰다."),
        ("17", "김장은 요리라기보다", "여러분의 첫 김장을 응원합니다."),
        ("18", "지금까지 확인된 것", "“다른 교통수단을 이용해 달라”고 알렸다."),
        ("19", "하늘박물관 지하", "선반은 묶을 수 있으니까요."),
        ("20", "한 회에 네 점.", "같은 곳에서 열린다."),
        ("21", "강변구 나루동", "이 기사는 수위가 바뀌는 대로 고쳐 쓴다."),
        ("22", "계약서에 적혀 있더라도", "(사건번호 2025나00000)"),
        ("23", "지난달 수입물가지수가", "소비재 0.8"),
        ("26", "달 뒤편에서 본", "연구진은 30%로 본다."),
        ("27", "새길소프트(대표 ○○○)가", "관계가 없습니다."),
    ],
)
def test_a_body_begins_and_ends_with_its_story(number: str, start: str, end: str) -> None:
    """Without dateline, signatures, addresses, stamps, licences, buttons, and cards for other stories."""
    told_text = text_of(told(ARTICLES[number]).body)
    assert told_text.startswith(start)
    assert told_text.endswith(end)


@pytest.mark.parametrize(
    ("number", "alt"),
    [
        ("04", "좌초한 여객선에서 승객을 옮기는 해경"),  # the named picture stands in the body too
        ("05", "솔내군의 한 마을 정류장. 비닐 시간표 옆에 전광판이 섰다."),  # its caption
        ("15", "13일 점심 무렵 항만구 '나눔 부엌' 앞에 늘어선 줄."),
    ],
)
def test_a_picture_is_described_by_its_body(number: str, alt: str) -> None:
    assert told(ARTICLES[number]).pictures[0].alt == alt


def test_the_hero_of_the_photo_story_does_not_come_twice() -> None:
    shown = [picture.url.rpartition("/")[2] for picture in told(ARTICLES["08"]).pictures]
    assert shown == [f"moonport-{number:02}.jpg" for number in range(1, 11)]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("06", "구 | 인구(명) 9월 | 인구(명) 10월 | 증감 명 | 증감 %"),
        ("06", "\n\n| 8월 | 9월 | 10월\n출생 | 402"),
        ("06", "8,878\n\n전입·전출에는 시 안에서 옮긴 사람을 뺐다.\n\n"),
        ("07", "해를 등지니까요.”\n\n— 20년째 이 길을 걷는 동네 주민"),
        ("15", "▲ 13일 점심 무렵"),
        ("18", "낫습니다.”\n\n— 하늘교통공사 관제처장"),
        ("24", "* 41,082명 가운데 312명은"),
        ("26", "모두 정상입니다. #지구돋이\n"),
        ("26", "말했다.\n\n영상\n\n착륙선은"),
        ("29", "한 대원은 “불이 오는 소리가 기차 같았다”고 말했다."),
    ],
)
def test_a_body_reads_as_an_editor_would_set_it(number: str, words: str) -> None:
    assert words in flat(told(ARTICLES[number]).body).text


@pytest.mark.parametrize("number", ["01", "03", "04", "05", "07", "08", "11", "12", "20", "22", "23", "26"])
def test_an_excerpt_signs_nothing_and_credits_nobody_although_its_article_does(number: str) -> None:
    assert re.search(r"기자\s*=|무단\s?전재|ⓒ|@newsdao\.kr|사진=", told(ARTICLES[number]).excerpt) is None


def test_the_articles_weigh_little_in_a_clone() -> None:
    assert {path.suffix for path in FOLDER.iterdir()} == {".md", ".html", ".toml", ".xml", ".json"}
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 200_000
