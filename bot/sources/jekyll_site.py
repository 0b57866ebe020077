"""A Jekyll site's ``_config.yml``, as far as it says how posts are read. Read in a parser process.

YAML's own dates are left as text: PyYAML and Jekyll read the naive ones as UTC, we read them in the site's zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.errors import SourceError
from bot.sources.permalink import template_of


class Loader(yaml.SafeLoader):
    """PyYAML's safe loader without its dates."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Site:
    """How posts are read. ``url`` and ``baseurl`` have no trailing slash; ``url`` is "" where the site is not known.

    ``defaults`` are front matter for the documents of a type ("" for all) under a path, the general before the
    special. ``future``: a date ahead of now is no appointment. ``collections`` are, by their labels, the permalinks of
    those that have pages of their own; their folders lie in ``collections_dir``, as that of the posts does.
    """

    url: str = ""
    baseurl: str = ""
    permalink: str = "date"
    zone: str = "UTC"
    future: bool = False
    language: str = ""
    defaults: tuple[tuple[str, str, Mapping[str, Any]], ...] = ()
    collections: Mapping[str, str] = field(default_factory=dict)
    collections_dir: str = ""
    excerpt_separator: str = ""

    def absolute(self, path: str) -> str:
        """The address of a path of the site; "" where the site is not known."""
        return f"{self.url}{self.baseurl}/{path.lstrip('/')}" if self.url else ""

    def defaults_for(self, path: str) -> dict[str, Any]:
        """The front matter that a post has by default; ``path`` counts from the site's root."""
        merged: dict[str, Any] = {}
        label = self.place_of(path)[0]
        for scope, kind, values in self.defaults:
            if kind not in {"", label}:
                continue
            if not scope or path == scope or path.startswith(scope + "/") or fnmatchcase(path, scope):
                merged.update(values)
        return merged

    def place_of(self, path: str) -> tuple[str, str]:
        """The collection that a document belongs to by its path, and its path within that, without its suffix."""
        inner = path.removeprefix(f"{self.collections_dir}/") if self.collections_dir else path
        folder, _, rest = inner.partition("/")
        label = folder[1:] if folder.startswith("_") and rest else "posts"
        return label, str(PurePosixPath(rest or path).with_suffix(""))

    def permalink_of(self, label: str) -> str:
        """The template of a collection's links."""
        return self.collections.get(label) or (self.permalink if label == "posts" else "")


def parse_yaml(text: str) -> dict[str, Any]:
    """A YAML mapping; raises ``SourceError`` that names line and column, both from 1."""
    try:
        found = yaml.load(text, Loader)  # noqa: S506 - a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise SourceError(f"{where}{error.problem or error.context or 'no YAML'}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SourceError(str(error).splitlines()[0]) from None
    if not isinstance(found, dict | None):
        raise SourceError(f"line 1, column 1: expected “key: value”, found a {type(found).__name__}")
    return {str(key): value for key, value in (found or {}).items()}


def read_config(data: bytes, site: str | None, permalink: str | None, zone: str) -> Site:
    """The site that a ``_config.yml`` describes; what is given here goes before it, but for its own ``timezone``."""
    config = parse_yaml(data.decode("utf-8-sig", "replace"))
    style = permalink or text_at(config, "permalink") or "date"
    return Site(
        url=(site if site is not None else text_at(config, "url")).rstrip("/"),
        baseurl=("/" + text_at(config, "baseurl").strip("/")).rstrip("/"),
        permalink=style,
        zone=_zone(text_at(config, "timezone") or zone),
        future=config.get("future") is True,
        language=text_at(config, "lang"),
        defaults=_defaults(config.get("defaults")),
        collections=_collections(config.get("collections"), style, given=permalink),
        collections_dir=text_at(config, "collections_dir").strip("./"),
        excerpt_separator=text_at(config, "excerpt_separator"),
    )


def text_at(data: Mapping[str, Any], key: str) -> str:
    """What stands at a key, as text; "" where nothing or no scalar stands."""
    value = data.get(key)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise SourceError(f"timezone “{name}” is not known; use an IANA name such as Asia/Seoul") from error
    return name


def _collections(raw: object, style: str, *, given: str | None) -> dict[str, str]:
    """The permalinks of the collections that have pages; those of the posts only where the collection says its own."""
    found: dict[str, str] = {}
    for label, says in raw.items() if isinstance(raw, dict) else ():
        own = text_at(says, "permalink") if isinstance(says, dict) else ""
        if label == "posts":
            found |= {"posts": own} if own and not given else {}
        elif isinstance(says, dict) and says.get("output") is True:
            found[str(label)] = own or template_of(str(label), style)
    return found


def _defaults(raw: object) -> tuple[tuple[str, str, Mapping[str, Any]], ...]:
    """Jekyll's ``defaults`` for documents, the more special path later."""
    found = []
    for rule in raw if isinstance(raw, list) else ():
        match rule:
            case {"scope": dict(scope), "values": dict(values)}:
                path = text_at(scope, "path").removeprefix("./").rstrip("/")
                found.append((path, text_at(scope, "type"), values))
    return tuple(sorted(found, key=lambda rule: len(rule[0])))
