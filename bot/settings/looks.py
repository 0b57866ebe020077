"""What an account's messages look like: the keys of ``[[accounts]]`` that become its ``Style``, and its template.

    template = "alerts/short.md"     else templates/<kind>.<language>.md beside this file, else templates/<kind>.md,
                                     else the adapter's own

A key that the platform cannot follow is refused, so that nobody waits for a button where there are none.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from bot.errors import Problem
from bot.model import BodyUse, PictureUse, PreviewPlace, Style
from bot.settings import values
from bot.settings.nouns import Kind, Language
from bot.settings.sheet import Sheet
from bot.settings.table import Table
from bot.settings.values import Complaint
from bot.text.template import TemplateError, template

_MOST_TAGS = 10  #: an alert is no list of tags
_FEW_TAGS = 3  #: what ``hashtags = true`` means
_MOST_PICTURES = 10  #: of the largest album (Telegram, Discord)


def hashtags(raw: object) -> int:
    """Read how many hashtags; true is three, false none."""
    if isinstance(raw, bool):
        return _FEW_TAGS if raw else 0
    return _between(0, _MOST_TAGS)(raw)


def utm(raw: object) -> str:
    """Read the parameters that links get: ``utm_source=telegram&utm_medium=social``."""
    value = values.line(raw).removeprefix("?")
    if value and (" " in value or not parse_qsl(value, strict_parsing=False)):
        raise Complaint("is no query", 'write it as "utm_source=telegram&utm_medium=social"')
    return value


def _between(least: int, most: int) -> Callable[[object], int]:
    def read(raw: object) -> int:
        value = values.whole(raw)
        if not least <= value <= most:
            raise Complaint("is out of bounds", f"from {least} to {most}")
        return value

    return read


#: The fields of ``Style`` that a key sets, and what reads it.
_READERS: Mapping[str, Callable[[object], Any]] = {
    "picture": values.one_of(PictureUse),
    "hashtags": hashtags,
    "body": values.one_of(BodyUse),
    "pictures": _between(1, _MOST_PICTURES),
    "preview": values.one_of(PreviewPlace),
    "button": values.switch,
    "rich": values.switch,
    "utm": utm,
}


def read_style(table: Table, word: str, kind: Kind | None, style: Style) -> Style:
    """Read an account's style; ``style`` says what it is where the account says nothing."""
    language: str = table.take("language", values.one_of(Language), style.language)
    said: dict[str, Any] = {"language": language, "zone": style.zone}
    for key, read in _READERS.items():
        said[key] = table.take(key, read, getattr(style, key))
        if key in table.data and kind and key not in kind.styles:
            able = ", ".join(sorted(kind.styles)) or "none of its kind"
            table.complain(key, f"{key} has no effect on {word}", f"take it out; {word} knows {able}")
    if "template" in table.data and kind and not kind.template:
        table.complain("template", f"template has no effect on {word}", "take it out: there is nothing to lay out")
    return Style(**said, template=_template(table, word, language, kind.template if kind else ""))


def _template(table: Table, word: str, language: str, own: str) -> str:
    """The text of the account's template; "" where it has none, or one that says what the adapter's ``own`` does."""
    named = table.take("template", _file, None)
    beside = table.sheet.path.parent / "templates"
    paths = [named] if named else [beside / f"{word}.{language}.md", beside / f"{word}.md"]
    table.sheet.files |= dict.fromkeys(paths)
    text = next((_read(table.sheet, table, path) for path in paths if path.is_file()), "")
    return "" if text and own and template(text) == template(own) else text


def _file(raw: object) -> Path:
    path = Path(values.name(raw))
    if not path.is_file():
        raise Complaint("names no file", f"relative paths count from {Path.cwd()}")
    return path


def _read(sheet: Sheet, table: Table, path: Path) -> str:
    """A template's text; what is wrong with it is a problem at its own line and column."""
    try:
        text = path.read_text("utf-8-sig")
        template(text)
    except TemplateError as error:
        problem = Problem(f"the template is wrong: {error}", f"{path}:{error.line}:{error.column}", error.mend)
        sheet.report(table.place, problem)
        return ""
    except (OSError, UnicodeDecodeError) as error:
        table.complain("template", f"the template {path} cannot be read: {error}", "a text file in UTF-8")
        return ""
    return text
