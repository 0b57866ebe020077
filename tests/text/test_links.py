"""Three forms of one address; a tracker must not make a page new (FAILURES.md section 1, guid change)."""

import pytest

from bot.text.links import absolute, canonical, encoded, readable

HANGUL = "https://newsdao.kr/%EC%86%8D%EB%B3%B4/"


@pytest.mark.parametrize(
    ("url", "machine", "reader"),
    [
        ("https://newsdao.kr/속보/", HANGUL, "https://newsdao.kr/속보/"),
        (HANGUL, HANGUL, "https://newsdao.kr/속보/"),
        ("https://newsdao.kr/a b?q=가&r=%41#나", "https://newsdao.kr/a%20b?q=%EA%B0%80&r=%41#%EB%82%98", "https://newsdao.kr/a%20b?q=가&r=%41#나"),
        ("https://newsdao.kr/100%", "https://newsdao.kr/100%25", "https://newsdao.kr/100%25"),
        ("https://뉴스.한국:8080/가", "https://xn--vg1b002a.xn--3e0b707e:8080/%EA%B0%80", "https://뉴스.한국:8080/가"),
        ("https://раураl.com/", "https://xn--l-7sba6dbr.com/", "https://xn--l-7sba6dbr.com/"),
        ("https://xn--a.kr/", "https://xn--a.kr/", "https://xn--a.kr/"),
        ("https://a.kr/%FF%EC", "https://a.kr/%FF%EC", "https://a.kr/%FF%EC"),
        ("https://a.kr/%2F%3F%E2%80%AE%E3%85%A4", "https://a.kr/%2F%3F%E2%80%AE%E3%85%A4", "https://a.kr/%2F%3F%E2%80%AE%E3%85%A4"),
        ("https://a.kr/%E1%84%92%E1%85%A1", "https://a.kr/%E1%84%92%E1%85%A1", "https://a.kr/%E1%84%92%E1%85%A1"),
        ("https://이름:비밀@뉴스.kr/", "https://%EC%9D%B4%EB%A6%84:%EB%B9%84%EB%B0%80@xn--vg1b002a.kr/", "https://%EC%9D%B4%EB%A6%84:%EB%B9%84%EB%B0%80@xn--vg1b002a.kr/"),
        ("HTTPS://NewsDAO.kr/A", "https://newsdao.kr/A", "https://newsdao.kr/A"),
        ("https://a.kr/\ud83d", "https://a.kr/%EF%BF%BD", "https://a.kr/%EF%BF%BD"),
    ],
)  # fmt: skip
def test_machines_get_ascii_and_readers_get_hangul(url: str, machine: str, reader: str) -> None:
    assert encoded(url) == machine
    assert encoded(machine) == machine
    assert readable(url) == reader
    assert encoded(reader).upper() == machine.upper()


@pytest.mark.parametrize("url", ["http://[::1", "https://뉴스 룸.kr/", "https://☃︎..한국/", "https://가.kr:port/"])
def test_what_is_no_address_has_no_form(url: str) -> None:
    assert encoded(url) == ""
    assert absolute("https://newsdao.kr", url) == ""


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/a", "https://newsdao.kr/a"),
        ("b#c", "https://newsdao.kr/news/b#c"),
        ("//x.kr/가", "https://x.kr/%EA%B0%80"),
        (" http://x.kr ", "http://x.kr"),
        ("mailto:desk@newsdao.kr", "mailto:desk@newsdao.kr"),
        ("mailto:", ""),
        ("javascript:alert(1)", ""),
        ("java\nscript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("https://bank.kr@evil.example/", ""),
        ("", ""),
        ("#top", ""),
    ],
)
def test_only_the_web_and_mail_are_linked(url: str, expected: str) -> None:
    assert absolute("https://newsdao.kr/news/", url) == expected


def test_without_a_base_only_whole_addresses_are_links() -> None:
    assert absolute("", "/a") == absolute("", "//a.kr/b") == ""
    assert absolute("", "https://a.kr/b") == "https://a.kr/b"


SAME = "newsdao.kr/%EC%86%8D%EB%B3%B4?id=1&q=a~b"


@pytest.mark.parametrize(
    "url",
    [
        "https://newsdao.kr/속보?id=1&q=a~b",
        "http://www.newsdao.kr:80/%ec%86%8d%eb%b3%b4/?id=1&q=a%7eb#top",
        "HTTPS://NEWSDAO.KR.:443/속보/?utm_source=x&id=1&fbclid=2&q=%61~b&UTM_Medium=y",
    ],
)
def test_one_page_has_one_canonical_address(url: str) -> None:
    assert canonical(url) == SAME


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://newsdao.kr", "newsdao.kr"),
        ("https://newsdao.kr/", "newsdao.kr"),
        ("https://newsdao.kr:8080/a", "newsdao.kr:8080/a"),
        ("https://newsdao.kr/?gclid=1", "newsdao.kr"),
        ("https://newsdao.kr/a%2Fb", "newsdao.kr/a%2Fb"),
        (" tag:newsdao.kr,2026:1 ", "tag:newsdao.kr,2026:1"),
        ("https://a.kr:99999/", "https://a.kr:99999/"),
    ],
)
def test_a_canonical_address_keeps_what_tells_pages_apart(url: str, expected: str) -> None:
    assert canonical(url) == expected
