"""A sitemap for news (Google's): its addresses, with the headlines that stand beside them, become items."""

from collections.abc import Iterator

from bot.errors import SourceError
from bot.sources.item import Item, Markup
from bot.sources.media import Media, pictures_of
from bot.sources.tree import Element, name, words


def items_of_sitemap(root: Element) -> list[Item] | None:
    """The items of a news sitemap, None if it is no sitemap.

    Raises ``SourceError`` for a sitemap without news, or one that only lists others.
    """
    match name(root):
        case "sitemapindex":
            first = next((words(place) for place in root.iter() if name(place) == "loc"), "")
            listed = f", perhaps {first}" if first else ""
            raise SourceError(f"answered with a list of sitemaps: name the one with its news{listed}")
        case "urlset":
            pages = [child for child in root if name(child) == "url"]
            found = [item for page in pages if (item := _item(page)) is not None]
            if pages and not found:
                raise SourceError(
                    "answered with a sitemap that has no headlines: look for its news sitemap, or for a feed"
                )
            return found
        case _:
            return None


def _item(page: Element) -> Item | None:
    """A page that is news; None of any other."""
    said = dict(_said(page))
    title, link = said.get("news:title", ""), said.get("loc", "")
    if not title or not link:
        return None
    return Item(
        id=link,
        link=link,
        title=Markup(title),
        categories=tuple(said.get("news:keywords", "").split(",")),
        published=said.get("news:publication_date", ""),
        updated=said.get("lastmod", ""),
        pictures=pictures_of([Media(said.get("image:loc", ""), medium="image")]),
        language=said.get("news:language", ""),
    )


def _said(page: Element) -> Iterator[tuple[str, str]]:
    """What a page's elements say, by their names; the first of each name comes last, so that it holds."""
    for element in reversed([*page.iterdescendants()]):
        yield name(element), words(element)
