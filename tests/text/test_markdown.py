"""Jekyll's bodies: Markdown, HTML, kramdown and Liquid (PEERS.md, "Git/Jekyll-native source")."""

import time

import pytest

from bot.text.html import document
from bot.text.markdown import html_of
from bot.text.plain import text_of


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("가 **나** _다_ ~~라~~", "<p>가 <strong>나</strong> <em>다</em> <s>라</s></p>"),
        ("## 제목\n\n* 가\n* 나", "<h2>제목</h2>\n<ul>\n<li>가</li>\n<li>나</li>\n</ul>"),
        ("<p>가</p>\n나 <a href='x'>다</a>", "<p>가</p>\n나 <a href='x'>다</a>"),
        ('가\n{: .lead #top style="a b"}\n\n나', "<p>가</p>\n<p>나</p>"),
        ("가{:.x} 나", "<p>가 나</p>"),
        ("{% include ad.html id=1 %}\n가\n{% if x -%}\n나\n{%- endif %}", "<p>가\n나</p>"),
        ("![x]({{ site.baseurl }}/a.jpg)", '<p><img src="/a.jpg" alt="x" /></p>'),
        ("가 {% comment %}\n숨은\n{% endcomment %}나", "<p>가 나</p>"),
        ("가\r\n{:toc}\r\n", "<p>가</p>"),
        ("`{:a => 1}` {가}", "<p><code>{:a =&gt; 1}</code> {가}</p>"),
        ("    들여 쓴 글", "<p>들여 쓴 글</p>"),
        ("```ruby\nputs 1\n```", '<pre><code class="language-ruby">puts 1\n</code></pre>'),
    ],
)
def test_markdown_and_html_become_html_and_what_is_for_the_site_goes(markdown: str, html: str) -> None:
    assert html_of(markdown).strip() == html


def test_a_table_is_a_table() -> None:
    assert text_of(document(html_of("| 가 | 나 |\n|---|---|\n| 1 | 2 |"))) == "가 | 나\n1 | 2"


@pytest.mark.parametrize(
    "text",
    ["{%" * 200_000, "{{" * 200_000, "{:" + "a" * 200_000, "{: a" * 50_000, "{%x" + " " * 300_000, "\n[^" * 3_000,
     "[^a]: x\n" * 10_000, "[^a]:\n\n  " * 20_000, "가\n: 나\n" * 4_000, "$$a" * 20_000, "\n*[" * 3_000,
     "\n- " + " " * 300_000 + "[ ]:", "<a markdown=" * 50_000, "```\n" * 30_000, "{#" * 150_000],
)  # fmt: skip
def test_unclosed_tags_cost_no_quadratic_time(text: str) -> None:
    started = time.process_time()
    html_of(text)
    assert time.process_time() - started < 5
