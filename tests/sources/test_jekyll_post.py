"""Posts as Jekyll reads them, and sentences that tell an editor what to mend (DESIGN.md section 6)."""

import datetime as dt
from typing import Any

import pytest

from bot.document import Document, Picture
from bot.errors import Problem, SourceError
from bot.model import Entry
from bot.sources.jekyll_post import Flawed, Unpublished, read_post
from bot.sources.jekyll_site import Site, read_config
from bot.text.plain import text_of

PATH = "_posts/2024-07-22-ai-manufacturing.md"
SITE = Site(url="https://paper.test", permalink="/:categories/:year/:month/:day/:title/", zone="Asia/Seoul")
NOW = dt.datetime(2024, 7, 23, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2024, 7, 21, 15, tzinfo=dt.UTC)  # of the 22nd, in Seoul


def outcome(text: str | bytes, *, path: str = PATH, site: Site = SITE) -> Entry | Flawed | Problem | Unpublished:
    data = text.encode() if isinstance(text, str) else text
    return read_post(path, data, site, "site/" + path, "file:///site", NOW)


def post(front: str = "title: 제목", body: str = "본문.", **options: Any) -> Entry:
    found = outcome(f"---\n{front}\n---\n{body}", **options)
    entry = found.entry if isinstance(found, Flawed) else found
    assert isinstance(entry, Entry), found
    return entry


def problem(text: str | bytes, **options: Any) -> Problem:
    found = outcome(text, **options)
    assert isinstance(found, Problem), found
    return found


SAMPLE = """\
title: 반도체 수출이 석 달째 늘었다!
categories:
  - News
excerpt: >
  반도체 수출이 **석 달째**
  늘었다. <b>자세히</b> 알아보세요!
feature_text: >
  ## 실시간 속보입니다.

  속보 속보
image: '/assets/img/card.jpg'
"""
BODY = """
<p><img src="/assets/img/card.jpg" alt="수출 그래프" /></p>
<h2 data-ke-size="size26">수출</h2>
<p data-ke-size="size16">&nbsp;</p>
<p><b><span style="color: #ee2323;">반도체</span></b> 수출이 늘었다.</p>
<p><img src="/assets/img/other.jpg" alt="다른 것" /></p>
"""


def test_a_post_in_the_samples_dialect_is_read_in_full() -> None:
    entry = post(SAMPLE, BODY)
    assert entry.id == "https://paper.test/news/2024/07/22/ai-manufacturing"
    assert entry.link == "https://paper.test/news/2024/07/22/ai-manufacturing/"
    assert entry.title == "반도체 수출이 석 달째 늘었다!"
    assert entry.summary == "반도체 수출이 석 달째 늘었다. 자세히 알아보세요!"
    assert entry.categories == ("News",)
    assert entry.published == MIDNIGHT
    assert (entry.due, entry.updated, entry.breaking) == (None, None, False)
    assert entry.picture == Picture("https://paper.test/assets/img/card.jpg", "수출 그래프")
    assert entry.origin == "site/" + PATH
    words = text_of(entry.content)
    assert "반도체 수출이 늘었다." in words
    assert "속보" not in words + entry.summary, "feature_text is the theme's"


def test_the_hero_picture_repeated_in_the_body_goes_and_others_stay() -> None:
    found = [block.picture.url for block in post(SAMPLE, BODY).content.blocks if hasattr(block, "picture")]
    assert found == ["https://paper.test/assets/img/other.jpg"]


@pytest.mark.parametrize(
    ("front", "body", "picture"),
    [
        ("image: /a.jpg", "", Picture("https://paper.test/a.jpg")),
        ("image: a.jpg", "", Picture("https://paper.test/a.jpg")),
        ("image: /사진 1.jpg", "", Picture("https://paper.test/%EC%82%AC%EC%A7%84%201.jpg")),
        ("image: https://cdn.test/a.jpg", "", Picture("https://cdn.test/a.jpg")),
        ("image: //cdn.test/a.jpg", "", Picture("https://cdn.test/a.jpg")),
        ("image: {path: /a.jpg, alt: 설명}", "![다른](/a.jpg)", Picture("https://paper.test/a.jpg", "설명")),
        ("image: /a.jpg", "![설명](/a-800x600.jpg)", Picture("https://paper.test/a.jpg", "설명")),
        (
            "image: /a.jpg",
            "<figure><img src=/a.jpg><figcaption>▲ 설명. 사진=하늘시</figcaption></figure>",
            Picture("https://paper.test/a.jpg", "설명."),
        ),
        ("image: {path: /a.jpg}", "![본문](/a.jpg)", Picture("https://paper.test/a.jpg", "본문")),
        ("image: {height: 3}", "![본문](/b.jpg)", Picture("https://paper.test/b.jpg", "본문")),
        ("", "> ![인용](/b.jpg)\n\n- ![목록](/c.jpg)", Picture("https://paper.test/b.jpg", "인용")),
        ("", "- 하나\n- ![목록](/c.jpg)", Picture("https://paper.test/c.jpg", "목록")),
        ("image: [1]", "글", None),
    ],
)
def test_the_picture_is_the_front_matters_else_the_first_of_the_body(
    front: str, body: str, picture: Picture | None
) -> None:
    assert post(f"title: a\n{front}", body).picture == picture


@pytest.mark.parametrize(
    ("front", "categories"),
    [
        ("categories: [News, 경제]\ntags: [금리, News]", ("News", "경제", "금리")),
        ("categories: news korea", ("news", "korea")),
        ("category: 국내 뉴스", ("국내 뉴스",)),
        ("categories: news\ncategory: 속보\ntag: breaking", ("news", "속보", "breaking")),
        ("categories: [2024, null, '']", ("2024",)),
        ("categories:", ()),
    ],
)
def test_categories_and_tags_are_lists_words_or_one_name(front: str, categories: tuple[str, ...]) -> None:
    assert post(f"title: a\n{front}").categories == categories


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2024-07-22 09:00:00 +0900", dt.datetime(2024, 7, 22, 0, 0, tzinfo=dt.UTC)),
        ("2024-07-22 09:00:00 +09:00", dt.datetime(2024, 7, 22, 0, 0, tzinfo=dt.UTC)),
        ("2024-07-22T09:00:00Z", dt.datetime(2024, 7, 22, 9, 0, tzinfo=dt.UTC)),
        ("2024-07-22 09:00:00 UTC", dt.datetime(2024, 7, 22, 9, 0, tzinfo=dt.UTC)),
        ("2024-07-22 09:00:00 KST", dt.datetime(2024, 7, 22, 0, 0, tzinfo=dt.UTC)),
        ("2024-07-22 09:00:00 -0330", dt.datetime(2024, 7, 22, 12, 30, tzinfo=dt.UTC)),
        ("2024-07-22 09:00:00", dt.datetime(2024, 7, 22, 0, 0, tzinfo=dt.UTC)),
        ("2024-07-22 09:00", dt.datetime(2024, 7, 22, 0, 0, tzinfo=dt.UTC)),
        ("2024-7-2", dt.datetime(2024, 7, 1, 15, 0, tzinfo=dt.UTC)),
        ("'2024-07-22 09:00:00.123'", dt.datetime(2024, 7, 22, 0, 0, tzinfo=dt.UTC)),
    ],
)
def test_a_date_goes_before_the_file_name_and_a_naive_one_is_the_sites(raw: str, expected: dt.datetime) -> None:
    # PyYAML and Psych alone would read the naive ones as UTC (DESIGN.md section 6)
    assert post(f"title: a\ndate: {raw}").published == expected
    assert post(f"title: a\nlast_modified_at: {raw}").updated == expected


def test_the_link_bears_the_day_that_it_is_at_the_site() -> None:
    late = post("title: a\ndate: 2024-07-22 23:30:00 UTC")
    assert late.link == "https://paper.test/2024/07/23/ai-manufacturing/"


@pytest.mark.parametrize(
    ("front", "future", "due"),
    [
        ("date: 2024-07-24", False, dt.datetime(2024, 7, 23, 15, tzinfo=dt.UTC)),
        ("date: 2024-07-24", True, None),
        ("date: 2024-07-20", False, None),
        ("embargo: 2024-07-25 06:00 +0000", True, dt.datetime(2024, 7, 25, 6, tzinfo=dt.UTC)),
        ("embargo: 2024-07-20", False, None),
        ("date: 2024-07-24\nembargo: 2024-07-23 12:00 Z", False, dt.datetime(2024, 7, 23, 15, tzinfo=dt.UTC)),
        ("date: 2024-07-24\nembargo: 2024-07-26", False, dt.datetime(2024, 7, 25, 15, tzinfo=dt.UTC)),
    ],
)
def test_a_date_to_come_is_an_appointment_and_an_embargo_always_is(
    front: str, future: bool, due: dt.datetime | None
) -> None:
    site = Site(url="https://paper.test", zone="Asia/Seoul", future=future)
    assert post(f"title: a\n{front}", site=site).due == due


@pytest.mark.parametrize(
    ("front", "path", "link", "identity"),
    [
        ("permalink: /custom/:title", PATH, "/custom/ai-manufacturing", "/custom/ai-manufacturing"),
        ("permalink: /about/", PATH, "/about/", "/ai-manufacturing"),
        ("slug: other", PATH, "/2024/07/22/other/", "/2024/07/22/other"),
        ("", "_posts/sub/2024-07-22-AI.markdown", "/2024/07/22/AI/", "/2024/07/22/AI"),
        (
            "",
            "_posts/2024-7-2-한글-제목.md",
            "/2024/07/02/한글-제목/",
            "/2024/07/02/%ED%95%9C%EA%B8%80-%EC%A0%9C%EB%AA%A9",
        ),
    ],
)
def test_link_and_id_are_those_of_jekyll_and_its_feed(front: str, path: str, link: str, identity: str) -> None:
    entry = post(f"title: a\n{front}", path=path)
    assert (entry.link, entry.id) == ("https://paper.test" + link, "https://paper.test" + identity)


def test_a_baseurl_stands_before_every_path() -> None:
    site = Site(url="https://paper.test", baseurl="/blog", permalink="none")
    body = "![a]({{ site.baseurl }}/a.jpg) [b]({{ '/b' | relative_url }}) {% include ad.html %}{{ page.secret }}"
    entry = post("title: a\nimage: /a.jpg", body, site=site)
    assert entry.link == "https://paper.test/blog/ai-manufacturing.html"
    assert entry.picture == Picture("https://paper.test/blog/a.jpg", "a")
    assert "secret" not in text_of(entry.content)
    assert "https://paper.test/blog/b" in str(entry.content)


def test_without_a_site_nothing_is_invented() -> None:
    entry = post("title: a\nimage: /img/사진.jpg", site=Site())
    assert (entry.link, entry.id) == ("", "jekyll:" + PATH)
    assert entry.picture == Picture("file:///site/img/%EC%82%AC%EC%A7%84.jpg")


def test_a_file_without_a_date_in_its_name_has_no_link_but_words() -> None:
    entry = post("title: a", path="draft.md")
    assert (entry.link, entry.id, entry.published) == ("", "jekyll:draft.md", None)
    assert post("title: a\ndate: 2024-07-22", path="draft.md").link == "https://paper.test/2024/07/22/draft/"


@pytest.mark.parametrize("front", ["", "title:", "title: ''"])
def test_a_title_that_is_missing_comes_from_the_slug(front: str) -> None:
    assert post(front).title == "Ai Manufacturing"


def test_what_else_front_matter_says() -> None:
    entry = post("title: 2024\nbreaking: true\nlang: en\ndescription: 한 줄\nexcerpt:")
    assert (entry.title, entry.breaking, entry.language, entry.summary) == ("2024", True, "en", "한 줄")
    assert not post("title: a\nbreaking: '속보'").breaking
    assert outcome("---\npublished: false\n---\n") == Unpublished(entry.id)


def test_a_post_that_is_left_out_and_broken_is_nobodys_trouble_yet() -> None:
    assert outcome("---\npublished: false\ndate: soon\n---\n") == Unpublished("")


@pytest.mark.parametrize("front", ["retracted: true", "retracted: true\npublished: false"])
def test_a_post_is_taken_back_in_its_front_matter(front: str) -> None:
    """Issue 4, point 6: who also takes it off the site means it all the more."""
    entry = post(front)
    assert (entry.retracted, entry.id) == (True, post().id)


@pytest.mark.parametrize("front", ["", "retracted: false", "retracted: 'no'", "retracted:"])
def test_nothing_else_takes_a_post_back(front: str) -> None:
    assert not post(f"title: a\n{front}").retracted


@pytest.mark.parametrize("front", ["embargo: 2999-01-01", "date: 2999-01-01"])
def test_a_post_is_taken_back_at_once_whatever_its_appointment(front: str) -> None:
    assert post(front).due is not None
    assert post(f"{front}\nretracted: true").due is None


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949"])
def test_editors_on_windows_are_understood(encoding: str, ending: str) -> None:
    entry = outcome(ending.join(["---", "title: 제목", "...", "본문"]).encode(encoding))
    assert isinstance(entry, Entry)
    assert (entry.title, text_of(entry.content)) == ("제목", "본문")


def test_a_post_may_be_nothing_but_front_matter() -> None:
    entry = outcome("---\ntitle: a\n---")
    assert isinstance(entry, Entry)
    assert entry.content == Document()


@pytest.mark.parametrize(
    ("text", "what", "mend"),
    [
        ("# Title\n\nText", "it has no front matter", "begin it with a line of ---"),
        ("---\ntitle: a\n", "its front matter has no end", "put a line of --- below it"),
        ("---\ntitle: [속보] 댐 수문 개방\n---\n", "its front matter is no YAML: line 2", "quotes around"),
        ("---\ntitle: a: b\n---\n", "its front matter is no YAML: line 2, column 9", "quote"),
        ("---\ntitle: ok\ntags: [a\n---\n", "line 4, column", "quote"),
        ("---\ntitle: @a\n---\n", "line 2, column 8", "quote"),
        ("---\n- a\n---\n", "expected “key: value”, found a list", "quote"),
        ("---\ntitle: \x07\n---\n", "no YAML", "quote"),
        ("---\ntitle: a\ndate: soon\n---\n", "its date is “soon”, which is no date", "write it as 2024-07-22"),
        ("---\ndate: 2024-13-01\n---\n", "its date is “2024-13-01”", "write it as"),
        ("---\ndate: 2024-07-22 25:00\n---\n", "its date is", "write it as"),
        ("---\ndate: 2024-07-22 09:00 Mars\n---\n", "its date is", "write it as"),
        ("---\ndate: 0001-01-01\n---\n", "its date is", "write it as"),
        ("---\nembargo: 내일\n---\n", "its embargo is “내일”", "write it as"),
        (b"---\ntitle: \xff\xfe\xff\n---\n", "neither UTF-8 nor CP949", "save it as UTF-8"),
    ],
)
def test_a_broken_post_says_what_to_mend_and_where(text: str | bytes, what: str, mend: str) -> None:
    found = problem(text)
    assert what in found.what
    assert mend in found.mend
    assert found.where == "site/" + PATH


def test_a_file_name_that_is_no_date_is_a_problem() -> None:
    assert "2024-02-30, which is no date" in problem("---\n---\n", path="_posts/2024-02-30-a.md").what


CONFIG = """
url: https://paper.test/
baseurl: blog/
permalink: pretty
timezone: America/New_York
future: true
lang: ko
defaults:
  - scope: {path: "_posts/press", type: posts}
    values: {image: /press.jpg, tags: [보도자료]}
  - scope: {path: ""}
    values: {image: /house.jpg, published: true}
  - scope: {path: "", type: pages}
    values: {image: /page.jpg}
  - scope: {path: "_posts/*-quiet-*"}
    values: {published: false}
  - scope: nonsense
  - nonsense
"""


def test_a_configuration_says_how_posts_are_read() -> None:
    site = read_config(CONFIG.encode(), None, None, "UTC")
    assert (site.url, site.baseurl, site.permalink) == ("https://paper.test", "/blog", "pretty")
    assert (site.zone, site.future, site.language) == ("America/New_York", True, "ko")
    entry = post("title: a", site=site)
    assert entry.link == "https://paper.test/blog/2024/07/22/ai-manufacturing/"
    assert entry.published == dt.datetime(2024, 7, 22, 4, tzinfo=dt.UTC)
    assert entry.picture == Picture("https://paper.test/blog/house.jpg")
    press = post("title: a", path="_posts/press/2024-07-22-a.md", site=site)
    assert press.picture == Picture("https://paper.test/blog/press.jpg")
    assert press.categories == ("보도자료",)
    assert outcome("---\n---\n", path="_posts/2024-07-22-quiet-a.md", site=site) == Unpublished(
        "https://paper.test/blog/2024/07/22/quiet-a"
    )


def test_settings_go_before_the_configuration_but_not_before_its_timezone() -> None:
    site = read_config(CONFIG.encode(), "https://other.test/", "/:title", "Asia/Seoul")
    assert (site.url, site.permalink, site.zone) == ("https://other.test", "/:title", "America/New_York")
    assert read_config(b"", None, None, "Asia/Seoul") == Site(zone="Asia/Seoul")


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("url: https://a\ntitle: a: b\n", "line 2, column 9: mapping values"),
        ("- a", "line 1, column 1: expected “key: value”, found a list"),
        ("timezone: Seoul", "timezone “Seoul” is not known"),
        ("timezone: ../../etc/passwd", "is not known"),
        ("a: \x00", "unacceptable character"),
    ],
)
def test_a_broken_configuration_names_its_line(config: str, words: str) -> None:
    with pytest.raises(SourceError, match=words):
        read_config(config.encode(), None, None, "UTC")
