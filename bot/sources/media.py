"""Which of the things that an item names beside its text are pictures, and the best of them."""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

_PICTURE: Final = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)\Z", re.IGNORECASE)


class Media(NamedTuple):
    """Something beside the text: its address, media type and medium, as far as they are said."""

    url: str
    type: str = ""
    medium: str = ""

    @property
    def is_picture(self) -> bool:
        """By its medium, else its type, else what its address ends with."""
        if self.medium or self.type:
            return "image" in {self.medium.lower(), self.type.lower().partition("/")[0]}
        try:
            return _PICTURE.search(urlsplit(self.url).path) is not None
        except ValueError:
            return False


def pictures_of(media: Iterable[Media]) -> tuple[str, ...]:
    """The addresses of pictures, each once."""
    return tuple(dict.fromkeys(one.url.strip() for one in media if one.url.strip() and one.is_picture))
