"""What of Liquid can be known without building the site (issue 5, point 4)."""

import pytest

from bot.sources.jekyll_site import Site
from bot.sources.liquid import resolved

SITE = Site(url="https://paper.test", baseurl="/blog")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain {text}, 100 % { x }", "plain {text}, 100 % { x }"),
        ("{% raw %}{{ site.url }} {% if %}{% endraw %}", "{{ site.url }} {% if %}"),
        ("{%- raw -%}\n{{ x }}\n{%- endraw -%} {{ y }}z", "\n{{ x }}\n z"),
        ("a{% comment %} nobody {{ sees }} this {% endcomment %}b", "ab"),
        ("{{ site.url }}{{site.baseurl}}/a", "https://paper.test/blog/a"),
        (
            "[a]({{ '/a' | relative_url }}) [b]({{ \"b\" | absolute_url }})",
            "[a](/blog/a) [b](https://paper.test/blog/b)",
        ),
        ("{% include ad.html %}글 {{ page.title }}끝", "글 끝"),
        ("{% highlight python %}x = 1{% endhighlight %}", "x = 1"),
        ("{% if x\n %}a{% endif %}", "a"),
        ("{% raw %} never ended {{ x }}", " never ended "),
        ("an {% open tag", "an {% open tag"),
    ],
)
def test_what_is_known_is_filled_in_and_all_else_goes(text: str, words: str) -> None:
    assert resolved(text, SITE) == words
