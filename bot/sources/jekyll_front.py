"""A post's front matter: bytes ─▶ text ─▶ keys with their lines, and the body below. Runs in a parser process."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.errors import SourceError
from bot.sources.jekyll_site import parse_yaml, text_at

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.DOTALL | re.MULTILINE)
KEY = re.compile(r"""^["']?([A-Za-z_][\w-]*)["']?[ \t]*:""", re.MULTILINE)
TAB = "'\\t'"  #: as PyYAML names it


class Mistake(Exception):  # noqa: N818 - an editor's, not ours
    """What is wrong with a post, and how to mend it."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.mend = mend


class Bare(Mistake):
    """It has no front matter at all: in ``_posts`` a mistake, in a collection a file that is no document."""


@dataclass(frozen=True, slots=True)
class Front:
    """Front matter with the site's defaults below it; ``lines`` are those of the keys that stand in the post itself."""

    data: Mapping[str, Any]
    lines: Mapping[str, int] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """What stands at a key, as text; "" where nothing or no scalar stands."""
        return text_at(self.data, key)

    def said(self, key: str) -> str:
        """A key and its value, to begin a sentence about it with."""
        line = f"line {self.lines[key]}: " if key in self.lines else ""
        return f"{line}its {key} is “{str(self.data.get(key))[:60]}”"

    def over(self, defaults: Mapping[str, Any]) -> "Front":
        """The same with these where it says nothing."""
        return Front({**defaults, **self.data}, self.lines)


def decoded(data: bytes) -> str:
    """The text of a file; raises ``Mistake``."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Mistake("its text is neither UTF-8 nor CP949", "save it as UTF-8")


def split(text: str) -> tuple[Front, str]:
    """Front matter and body; raises ``Mistake``."""
    found = FRONT_MATTER.match(text)
    if found is None:
        if text.startswith("---"):
            raise Mistake("its front matter has no end", "put a line of --- below it")
        raise Bare("it has no front matter", "begin it with a line of ---, then “title: …”, then --- again")
    try:
        data = parse_yaml("\n" + found[1])  # the line of --- counts
    except SourceError as error:
        mend = 'put quotes around a text that begins with [ or holds “: ”, as in title: "[속보] …"'
        if TAB in str(error):
            mend = "indent with spaces: YAML takes no tabs"
        raise Mistake(f"its front matter is no YAML: {error}", mend) from None
    lines = {match[1]: found[1].count("\n", 0, match.start()) + 2 for match in KEY.finditer(found[1])}
    return Front(data, lines), text[found.end() :]
