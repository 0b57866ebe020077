"""A post's address is the one that Jekyll gives it (jekyllrb.com/docs/permalinks)."""

import datetime as dt

import pytest

from bot.sources.permalink import Address, path_of, slugified

DATE = dt.datetime(2024, 7, 5, 9, 8, 7, tzinfo=dt.UTC)
POST = Address(("News", "AI 산업", "news"), DATE, "ai-Manufacturing", "posts", "sub/2024-07-05-AI Manufacturing")


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("date", "/news/ai%20산업/2024/07/05/ai-Manufacturing.html"),
        ("pretty", "/news/ai%20산업/2024/07/05/ai-Manufacturing/"),
        ("ordinal", "/news/ai%20산업/2024/187/ai-Manufacturing.html"),
        ("weekdate", "/news/ai%20산업/2024/W27/Fri/ai-Manufacturing.html"),
        ("none", "/news/ai%20산업/ai-Manufacturing.html"),
        ("/:categories/:year/:month/:day/:title/", "/news/ai%20산업/2024/07/05/ai-Manufacturing/"),
        ("/:slugified_categories/:slug", "/news/ai-산업/ai-manufacturing"),
        ("/:short_year:i_month:i_day/:hour:minute:second/:y_day", "/2475/090807/187"),
        ("/:w_year-:week-:w_day/:short_month", "/2024-27-5/Jul"),
        ("/:long_month/:long_day/:short_day", "/July/Friday/Fri"),
        (
            "/:collection/:path/:name",
            "/posts/sub/2024-07-05-AI Manufacturing/2024-07-05-ai-manufacturing".replace(" ", "%20"),
        ),
        ("blog/:title:output_ext", "/blog/ai-Manufacturing.html"),
        ("/archive/../:title//", "/archive/ai-Manufacturing/"),
        ("/:yearly/:unknown", "/2024ly/:unknown"),
        ("/", "/"),
    ],
)
def test_a_template_is_filled_in_as_jekyll_does(template: str, path: str) -> None:
    assert path_of(template, POST) == path


@pytest.mark.parametrize(
    ("slug", "title", "plain"),
    [
        ("한국은행-기준금리-동결", "한국은행-기준금리-동결", "한국은행-기준금리-동결"),
        ("it's 100% (sure)", "it's-100-(sure)", "it-s-100-sure"),
        ("--a__b..c--", "a__b..c", "a-b-c"),
        ("naïve café", "naïve-café", "naïve-café"),
        ("q?a#b[c]", "q-a-b-c", "q-a-b-c"),
    ],
)
def test_a_slug_keeps_the_letters_of_every_script(slug: str, title: str, plain: str) -> None:
    assert path_of("/:title", Address((), DATE, slug)) == f"/{title}"
    assert path_of("/:slug", Address((), DATE, slug)) == f"/{plain}"
    assert slugified(slug) == plain


def test_no_category_leaves_no_double_slash() -> None:
    assert path_of("pretty", Address((), DATE, "a")) == "/2024/07/05/a/"
