"""Jekyll: what kramdown and rouge render, and posts in Markdown (issue 3: supported as HTML is)."""

import pytest

from bot.text.markdown import html_of
from tests.text.dialects.drawn import BASE, drawn


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param(
            '<h2 id="section">절<a class="header-anchor" href="#section">#</a></h2>'
            '<ul id="markdown-toc"><li><a href="#section" id="markdown-toc-section">절</a></li></ul><p>글</p>',
            ["## 절", "글"],
            id="anchors and contents by name",
        ),
        pytest.param(
            '<p>머리말이다.</p><ol><li><a href="#a">개요</a></li><li><a href="#b">일정</a><ul><li><a href="#c">안전</a>'
            f'</li></ul></li></ol><p>글이다. <a href="{BASE}#b">일정</a>을 보라.</p>',
            ["머리말이다.", f"글이다. [일정]({BASE}#b)을 보라."],
            id="contents by structure",
        ),
        pytest.param(
            '<p>값은<sup id="fnref:1" role="doc-noteref"><a href="#fn:1" class="footnote" rel="footnote">1</a>'
            "</sup> 오른다"
            f'<a href="{BASE}#fn:2"><sup>2</sup></a>.</p><div class="footnotes" role="doc-endnotes"><ol>'
            '<li id="fn:1" role="doc-endnote"><p>통계청. '
            '<a href="#fnref:1" class="reversefootnote" role="doc-backlink">'
            "&#8617;</a></p></li><li><p>시청. <a href='#fnref:2'>&#8617;&#xfe0e;</a></p></li></ol></div>",
            ["값은 오른다.", "1. 통계청.", "2. 시청."],
            id="footnotes",
        ),
        pytest.param(
            '<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code>'
            '<span class="nb">puts</span> <span class="mi">1</span>\n</code></pre></div></div>',
            ["=puts 1"],
            id="highlighted code",
        ),
        pytest.param(
            '<figure class="highlight"><pre><code class="language-ruby" data-lang="ruby">'
            '<table class="rouge-table"><tbody>'
            '<tr><td class="gutter gl"><pre class="lineno">1\n2\n</pre></td><td class="code"><pre>puts 1\nputs 2\n'
            "</pre>"
            "</td></tr></tbody></table></code></pre></figure>",
            ["=puts 1\nputs 2"],
            id="highlighted code with line numbers",
        ),
        pytest.param(
            '<table class="rouge-table"><tbody><tr><td class="rouge-gutter gl"><pre class="lineno">1\n</pre></td>'
            '<td class="rouge-code"><pre>puts 1\n</pre></td></tr></tbody></table>',
            ["=puts 1"],
            id="line numbers in a table of their own",
        ),
        pytest.param(
            "<dl><dt>본교</dt><dd>강을 건넌다.</dd><dd>320m.</dd></dl><p><abbr title='긴 이름'>LRT</abbr>도 지난다."
            "</p>",
            ["**본교**", "강을 건넌다.", "320m.", "LRT도 지난다."],
            id="definitions and abbreviations",
        ),
        pytest.param(
            '<p>넓이는 <span class="katex"><span class="katex-mathml"><math><semantics><mrow><msup><mi>x</mi><mn>2</mn>'
            '</msup></mrow><annotation encoding="application/x-tex">x^2</annotation></semantics></math></span>'
            '<span class="katex-html" aria-hidden="true">x2</span></span>, <math alttext="a_1"><mi>a</mi>'
            "</math>이다.</p>"
            '<script type="math/tex">y</script>',
            ["넓이는 `x^2`, `a_1`이다."],
            id="formulas",
        ),
        pytest.param(
            '<ul class="task-list"><li class="task-list-item"><input type="checkbox" disabled checked> 한 일</li>'
            '<li><input type="checkbox" disabled>할 일</li></ul>',
            ["- ☑ 한 일", "- ☐ 할 일"],
            id="tasks",
        ),
    ],
)
def test_rendered_posts(html: str, expected: list[str]) -> None:
    assert drawn(html) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        pytest.param("* 목차\n{:toc}\n\n## 절 {#a}\n\n글\n", ["## 절", "글"], id="contents"),
        pytest.param(
            "값[^1]과 `[^1]`, [^없음].[^긴]\n\n[^1]: 첫 주석\n이어짐\n[^긴]: 둘째\n\n    문단 **둘**\n\n끝\n",
            ["값과 `[^1]`, [^없음].", "끝", "1. 첫 주석 이어짐", "2. 둘째 문단 **둘**"],
            id="footnotes",
        ),
        pytest.param("용어\n: 뜻 하나\n: 뜻 *둘*\n\n글\n", ["**용어**", "뜻 하나", "뜻 _둘_", "글"], id="definitions"),
        pytest.param("*[LRT]: 경전철\n\nLRT가 선다.\n", ["LRT가 선다."], id="abbreviations"),
        pytest.param("- [ ] 할 일\n- [x] 한 일\n", ["- ☐ 할 일", "- ☑ 한 일"], id="tasks"),
        pytest.param("속도는 $$v_1 * v_2$$이다.\n\n$$\na < b\n$$\n", ["속도는 `v_1 * v_2`이다.", "`a < b`"],
                     id="formulas"),
        pytest.param('<div markdown="1">\n**굵게**\n</div>\n', ["**굵게**"], id="Markdown in HTML"),
        pytest.param("첫 줄\\\\\n둘째 줄\n", ["첫 줄\n둘째 줄"], id="line break"),
        pytest.param("앞\n\n<!--more-->\n\n뒤\n", ["앞", "뒤"], id="more"),
        pytest.param("<https://a.kr/x>와 ==표시==, ||글||\n",
                     ["[https://a.kr/x](https://a.kr/x)와 ==표시==, ||글||"], id="links and what is none of Markdown"),
        pytest.param("https://youtu.be/abcdefghijk\n", ["[YouTube](https://youtu.be/abcdefghijk)"], id="address alone"),
        pytest.param("| 가 | 나 |\n|:--|--:|\n| 1 | ~~2~~ |\n{: .table}\n", ["|= 가 | 나", "| 1 | 2"], id="table"),
        pytest.param("3. 셋\n4. 넷\n   - 안\n", ["3. 셋", "4. 넷", "  - 안"], id="numbers"),
        pytest.param("~~~ python\n[^1]: x\n: y\n~~~\n\n글[^1]\n\n[^1]: 주석\n",
                     ["=[^1]: x\n: y", "글", "1. 주석"], id="fenced code is left alone"),
        pytest.param("```\n[^1]\n", ["=[^1]"], id="fence without end"),
        pytest.param(": 따로\n\n시각: 10시\n", [": 따로", "시각: 10시"], id="colons that define nothing"),
    ],
)  # fmt: skip
def test_markdown_posts(markdown: str, expected: list[str]) -> None:
    assert drawn(html_of(markdown)) == expected
