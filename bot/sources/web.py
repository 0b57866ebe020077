"""What a source fetches beside its posts: pictures, pages, and whether a link answers."""

from http import HTTPStatus

from bot.errors import PictureError, SourceError
from bot.ports import Fetch, Fetched

LARGEST_PICTURE = 10 * 1024 * 1024  #: bytes (FAILURES.md section 1, "image host")


async def fetch_picture(fetch: Fetch, url: str) -> bytes:
    """The bytes of a picture on the net, at most 10 MiB; raises ``PictureError``."""
    try:
        answer = await fetch(url)
    except SourceError as error:
        raise PictureError(f"the picture could not be fetched: {error}") from error
    if len(answer.body) > LARGEST_PICTURE:
        raise PictureError(f"the picture has {len(answer.body) / 2**20:.1f} MiB, more than 10")
    return answer.body


async def link_answers(fetch: Fetch, link: str) -> bool:
    """Whether a link answers 200 now; any failure is a no."""
    try:
        return (await fetch(link)).status == HTTPStatus.OK
    except SourceError:
        return False


async def fetch_page(fetch: Fetch, link: str) -> Fetched:
    """The page at a link; raises ``SourceError`` unless it answers 200."""
    answer = await fetch(link)
    if answer.status != HTTPStatus.OK:
        raise SourceError(f"the page answered {answer.status}")
    return answer
