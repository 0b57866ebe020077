"""Reads the page as a browser without JavaScript does."""

import aiohttp
from selectolax.lexbor import LexborHTMLParser as Html


async def read(visitor: aiohttp.ClientSession, path: str = "/") -> Html:
    async with visitor.get(path) as answer:
        assert answer.status == 200
        return Html(await answer.text())


def text(page: Html, selector: str) -> str:
    found = page.css_first(selector)
    assert found is not None, selector
    return " ".join(found.text().split())


def attributes(page: Html, selector: str) -> dict[str, str | None]:
    found = page.css_first(selector)
    assert found is not None, selector
    return found.attributes
