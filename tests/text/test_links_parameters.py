"""What counts readers goes on the way in, ours comes on the way out, all else stays to the byte (issue 3, point 8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.links import TRACKING, absolute, canonical, encoded, readable, stripped, with_parameters

ARTICLE = "https://newsdao.kr/속보/2026/11/20"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{ARTICLE}?utm_source=rss", ARTICLE),
        (f"{ARTICLE}?utm_source=rss&utm_medium=feed&utm_campaign=a", ARTICLE),
        (f"{ARTICLE}?id=1&utm_source=rss&page=2", f"{ARTICLE}?id=1&page=2"),
        (f"{ARTICLE}?fbclid=IwAR0&id=%ea%b0%80", f"{ARTICLE}?id=%ea%b0%80"),
        (f"{ARTICLE}?UTM_Source=rss&FBCLID=1&id=A", f"{ARTICLE}?id=A"),
        (f"{ARTICLE}?utm%5Fsource=rss&id=1", f"{ARTICLE}?id=1"),
        (f"{ARTICLE}?id=1&amp;utm_source=rss", f"{ARTICLE}?id=1"),
        (f"{ARTICLE}?fbclid", ARTICLE),
        (f"{ARTICLE}?b=2&a=1&&c=&gclid=x&=&d", f"{ARTICLE}?b=2&a=1&&c=&=&d"),
        (f"{ARTICLE}?NaPm=ct%3D1&n_media=1&n_query=%EB%B2%84%EC%8A%A4&n_rank=1", ARTICLE),
        (f"{ARTICLE}?DMKW=1&DMSKW=2&DMCOL=3", ARTICLE),
        (f"{ARTICLE}?usqp=mq331AQ&amp_js_v=0.1", ARTICLE),
        (f"{ARTICLE}?mc_cid=1&mc_eid=2&_hsenc=3&mkt_tok=4&msclkid=5&igsh=6&srsltid=7", ARTICLE),
        # fragments
        (f"{ARTICLE}#utm_source=rss", ARTICLE),
        (f"{ARTICLE}#xtor=RSS-1", ARTICLE),
        (f"{ARTICLE}?utm_source=rss#댓글", f"{ARTICLE}#댓글"),
        (f"{ARTICLE}?id=1#댓글&fbclid=2", f"{ARTICLE}?id=1#댓글"),
        (f"{ARTICLE}#?fbclid=2", ARTICLE),
        (f"{ARTICLE}#/route?fbclid=2&id=1", f"{ARTICLE}#/route?id=1"),
        (f"{ARTICLE}#amp_tf=%251%24s&aoh=1&csi=0&referrer=https%3A%2F%2Fa.kr&ampshare=https%3A%2F%2Fb.kr", ARTICLE),
    ],
)
def test_what_counts_readers_goes(url: str, expected: str) -> None:
    assert stripped(url) == expected
    assert stripped(expected) == expected
    assert canonical(url) == canonical(expected)


@pytest.mark.parametrize(
    "url",
    [
        ARTICLE,
        f"{ARTICLE}?",
        f"{ARTICLE}#",
        f"{ARTICLE}?#",
        f"{ARTICLE}?id=1&ref=home&source=a&from=b&si=c",
        f"{ARTICLE}?q=utm_source&r=?fbclid=1",
        f"{ARTICLE}?my_utm_source=1&gclids=2&utm=3",
        f"{ARTICLE}/utm_source=1/fbclid",
        f"{ARTICLE}#:~:text=심야버스&text=노선",
        f"{ARTICLE}?a=%zz&b=+ &c=\u202e",
        "mailto:desk@newsdao.kr?subject=a",
        "",
        "#",
        "?",
    ],
)
def test_all_else_stays_to_the_byte(url: str) -> None:
    assert stripped(url) == url


def test_the_names_come_from_the_config() -> None:
    url = f"{ARTICLE}?ref=a&Ref_page=b&utm_source=c&id=1"
    assert stripped(url, ("ref",)) == f"{ARTICLE}?Ref_page=b&utm_source=c&id=1"
    assert stripped(url, ("REF*", "utm_source")) == f"{ARTICLE}?id=1"
    assert stripped(url, ()) == url
    assert stripped(f"{ARTICLE}#id=1", ("*",)) == ARTICLE


def test_no_name_stands_twice_and_all_are_lower_case() -> None:
    assert len(set(TRACKING)) == len(TRACKING)
    assert [name for name in TRACKING if name != name.casefold()] == []


@pytest.mark.parametrize(
    ("url", "query", "expected"),
    [
        (ARTICLE, "utm_source=telegram&utm_medium=social", f"{ARTICLE}?utm_source=telegram&utm_medium=social"),
        (f"{ARTICLE}?id=1", "utm_source=x", f"{ARTICLE}?id=1&utm_source=x"),
        (f"{ARTICLE}?id=1#댓글", "utm_source=x", f"{ARTICLE}?id=1&utm_source=x#댓글"),
        (f"{ARTICLE}#댓글?a=b", "utm_source=x", f"{ARTICLE}?utm_source=x#댓글?a=b"),
        (f"{ARTICLE}?", "utm_source=x", f"{ARTICLE}?utm_source=x"),
        (f"{ARTICLE}?id=1&", "utm_source=x", f"{ARTICLE}?id=1&utm_source=x"),
        (f"{ARTICLE}?utm_source=rss", "utm_source=x&utm_medium=y", f"{ARTICLE}?utm_source=rss&utm_medium=y"),
        (f"{ARTICLE}?utm%5Fsource=rss", "utm_source=x", f"{ARTICLE}?utm%5Fsource=rss"),
        (ARTICLE, "a=1&a=2", f"{ARTICLE}?a=1"),
        (ARTICLE, "", ARTICLE),
        (ARTICLE, "&", ARTICLE),
        (ARTICLE, "a", f"{ARTICLE}?a"),
        (ARTICLE, "utm_campaign=아침 뉴스", f"{ARTICLE}?utm_campaign=%EC%95%84%EC%B9%A8%20%EB%89%B4%EC%8A%A4"),
        (ARTICLE, "utm_campaign=%EC%95%84%20b", f"{ARTICLE}?utm_campaign=%EC%95%84%20b"),
        (ARTICLE, "a=100%&b=1+1&c=#&d=x=y", f"{ARTICLE}?a=100%25&b=1%2B1&c=%23&d=x%3Dy"),
        (ARTICLE, "a=\ud83d", f"{ARTICLE}?a=?"),
        ("HTTPS://a.kr", "a=1", "HTTPS://a.kr?a=1"),
        ("mailto:desk@newsdao.kr", "utm_source=x", "mailto:desk@newsdao.kr"),
        ("", "utm_source=x", ""),
    ],
)
def test_our_parameters_come_on(url: str, query: str, expected: str) -> None:
    assert with_parameters(url, query) == expected
    assert with_parameters(expected, query) == expected


PAIRS = st.lists(st.sampled_from(["id=1", "q=가", "=", "utm_source=a", "fbclid", "b=%ea"]), max_size=5).map("&".join)


@given(PAIRS, PAIRS)
def test_what_comes_on_comes_off_again(query: str, fragment: str) -> None:
    url = stripped(f"{ARTICLE}?{query}#{fragment}")
    assert stripped(url) == url
    told = with_parameters(url, "utm_source=telegram&utm_medium=social")
    assert "utm_source=telegram" in told
    assert encoded(stripped(told)) == encoded(url)


HOSTS = """
    newsdao.kr 뉴스.한국 뉴스.한국:8080 뉴스.kr:0080 뉴스.kr: xn--vg1b002a.kr bücher.de faß.de раураl.com ɡoogle.com
    日本.jp [::1] u:p@뉴스.kr 이름@a.kr NEWS.kr:80 뉴스。한국 xn--a.kr a\\b %41.kr
"""
PARTS = """
    %EA%B0%80 %ea%b0%80 %E1%86%A8 %2F %2f %2e%2E .. . / // %FF % %4 ? # & = %E2%80%AE %CC%81 é 가 ㅤ а p \\ 😀 @ : 한글
"""
HIDDEN = ["\u202e", "\u200b", "e\u0301", "ᄒㅏㄴ", " ", "\t", "\ud83d"]
TEXTS = st.lists(st.sampled_from(PARTS.split() + HIDDEN) | st.text(max_size=3), max_size=8).map("".join)


@given(
    st.sampled_from(["https://", "HTTP://", "//", "mailto:", ""]),
    st.sampled_from([*HOSTS.split(), "", "a b"]),
    TEXTS,
    TEXTS,
    TEXTS,
)
def test_what_a_reader_copies_leads_to_the_same_page(
    scheme: str, host: str, path: str, query: str, fragment: str
) -> None:
    url = f"{scheme}{host}/{path}?{query}#{fragment}"
    machine = encoded(url)
    assert machine.isascii()
    assert encoded(machine) == machine
    assert encoded(readable(url)) == machine
    assert readable(readable(url)) == readable(url)


@pytest.mark.parametrize(
    ("url", "reader"),
    [
        # one script that cannot pass for another is shown
        ("https://xn--bcher-kva.de/", "https://bücher.de/"),
        ("https://xn--fa-hia.de/", "https://faß.de/"),
        ("https://뉴스.한국/속보", "https://뉴스.한국/속보"),
        # letters that look like others are not
        ("https://раураl.com/", "https://xn--l-7sba6dbr.com/"),
        ("https://ɡoogle.com/", "https://xn--oogle-qmc.com/"),
        ("https://ıcon.com/", "https://xn--con-iua.com/"),
        ("https://뉴스a.kr/", "https://xn--a-hn8em82b.kr/"),
        ("https://日本.jp/", "https://xn--wgv71a.jp/"),
        ("https://a.kr/раураl", "https://a.kr/%D1%80%D0%B0%D1%83%D1%80%D0%B0l"),
        # what turns a line around or hides stays encoded
        ("https://a.kr/\u202egpj.exe", "https://a.kr/%E2%80%AEgpj.exe"),
        ("https://a.kr/가\u200b나", "https://a.kr/가%E2%80%8B나"),
        ("https://a.kr/שלום", "https://a.kr/%D7%A9%D7%9C%D7%95%D7%9D"),
        # what would change the address stays as it is
        ("https://a.kr/가%2f나/../다", "https://a.kr/가%2F나/../다"),
        ("https://a.kr/%2e%2e/가", "https://a.kr/%2E%2E/가"),
        ("https://a.kr/%EB%89%B4%EC", "https://a.kr/%EB%89%B4%EC"),
        ("https://a.kr/%eb%89%b4", "https://a.kr/뉴"),
    ],
)
def test_a_readable_address_misleads_nobody(url: str, reader: str) -> None:
    assert readable(url) == reader


@pytest.mark.parametrize(
    "url", ["https://a b/", "https://a\\b.kr/", "https://evil.kr\\.newsdao.kr/", "https://a.kr:0/"]
)
def test_a_host_that_browsers_read_otherwise_is_none(url: str) -> None:
    assert encoded(url) == ""
    assert absolute("https://newsdao.kr", url) == ""


def test_a_path_never_becomes_a_host() -> None:
    assert encoded("https:////evil.example") == ""
    assert absolute("https://newsdao.kr", "https:////evil.example") == "https://newsdao.kr//evil.example"
