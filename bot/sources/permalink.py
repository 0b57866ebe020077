"""Where Jekyll puts a post: its permalink template filled in (jekyllrb.com/docs/permalinks).

Paths stay as people read them: Korean letters are not percent-encoded, what would break an address is.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

STYLES = {
    "date": "/:categories/:year/:month/:day/:title:output_ext",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "ordinal": "/:categories/:year/:y_day/:title:output_ext",
    "weekdate": "/:categories/:year/W:week/:short_day/:title:output_ext",
    "none": "/:categories/:title:output_ext",
}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PRETTY = "._~!$&'()+,;=@"  #: kept in :title beside letters, digits and combining marks
SAFE = "-._~!$&'()*+,;=:@/"  #: RFC 3986: what a path may hold as it is


@dataclass(frozen=True, slots=True)
class Address:
    """What a permalink is made of: categories, the date in the site's zone, and the slug of the file's name.

    ``collection`` is its label; ``path`` is the file's, within the collection's folder and without its suffix.
    """

    categories: Sequence[str]
    date: dt.datetime
    slug: str
    collection: str = "posts"
    path: str = ""


def path_of(template: str, address: Address) -> str:
    """The path of a post, from a template or the name of a built-in style; begins with a slash."""
    template = STYLES.get(template, template)
    # A name may run on into plain letters (":yearly"): the longest placeholder that fits is meant.
    filled = PLACEHOLDER.sub(lambda match: _escaped(PLACEHOLDERS[match[1]](address)), template)
    parts = [part for part in filled.split("/") if part.strip(".")]
    end = "/" if filled.endswith("/") and parts else ""
    return "/" + "/".join(parts) + end


def template_of(collection: str, style: str) -> str:
    """The template of a collection that says none: it ends as the site's own permalinks do."""
    end = "/" if style == "pretty" or style.endswith("/") else ""
    extension = ":output_ext" if style in STYLES.keys() - {"pretty"} or style.endswith(":output_ext") else ""
    return f"/{collection}/:path{end}{extension}"


def slugified(text: str, keep: str = "") -> str:
    """Letters, digits and combining marks of any script and what is in ``keep``; hyphens for the rest."""
    kept = "".join(letter if _is_letter(letter) or letter in keep else "-" for letter in text)
    return re.sub("-+", "-", kept).strip("-")


def _is_letter(letter: str) -> bool:
    category = unicodedata.category(letter)
    return category[0] in "LM" or category == "Nd"


def _escaped(text: str) -> str:
    return "".join(letter if letter > "\x7f" else quote(letter, safe=SAFE) for letter in text)


def _once(values: Sequence[str]) -> str:
    return "/".join(dict.fromkeys(value for value in values if value))


PLACEHOLDERS: dict[str, Callable[[Address], str]] = {
    "collection": lambda a: a.collection,
    "path": lambda a: a.path,
    "name": lambda a: slugified(a.path.rpartition("/")[2]).lower(),
    "categories": lambda a: _once([category.lower() for category in a.categories]),
    "slugified_categories": lambda a: _once([slugified(category).lower() for category in a.categories]),
    "title": lambda a: slugified(a.slug, PRETTY),
    "slug": lambda a: slugified(a.slug).lower(),
    "output_ext": lambda _: ".html",
    "year": lambda a: f"{a.date.year:04}",
    "short_year": lambda a: f"{a.date.year % 100:02}",
    "month": lambda a: f"{a.date.month:02}",
    "i_month": lambda a: f"{a.date.month}",
    "short_month": lambda a: MONTHS[a.date.month - 1][:3],
    "long_month": lambda a: MONTHS[a.date.month - 1],
    "day": lambda a: f"{a.date.day:02}",
    "i_day": lambda a: f"{a.date.day}",
    "y_day": lambda a: f"{a.date.timetuple().tm_yday:03}",
    "w_year": lambda a: f"{a.date.isocalendar().year:04}",
    "week": lambda a: f"{a.date.isocalendar().week:02}",
    "w_day": lambda a: f"{a.date.isoweekday()}",
    "short_day": lambda a: DAYS[a.date.weekday()][:3],
    "long_day": lambda a: DAYS[a.date.weekday()],
    "hour": lambda a: f"{a.date.hour:02}",
    "minute": lambda a: f"{a.date.minute:02}",
    "second": lambda a: f"{a.date.second:02}",
}
PLACEHOLDER = re.compile(":(" + "|".join(sorted(PLACEHOLDERS, key=len, reverse=True)) + ")")
