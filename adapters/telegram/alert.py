"""A story as Telegram's readers get it: the alert, an article in its place, or further messages that tell the rest.

Decisions that an editor may wonder about:

- The photo stands above its caption; ``preview`` places the preview of a link.
- A body that its account wants quoted but that is longer than a caption goes out whole, as a text with the link's
  preview: who asked for the story gets the story. (An album keeps its pictures; there the body is cut.)
- A button takes the link's place in our own layout. An account's own template stays as it was written.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from adapters.telegram.entities import inert, written
from adapters.telegram.forms import CAPTION, NO_PREVIEW, TEXT, Told, as_caption, as_text, preview
from adapters.telegram.rich import article
from bot.document import Picture
from bot.model import Message, Story, Style
from bot.text.draft import Draft, Pieces, laid_out, running
from bot.text.fields import fields, outgoing
from bot.text.fit import pieces
from bot.text.letters import squeeze
from bot.text.links import readable
from bot.text.marked import Kind, Marked
from bot.text.measure import code_points
from bot.text.post import photos
from bot.text.rest import untold, words

LAYOUT: Final = "**{urgency} {headline}**\n\n{excerpt}\n\n> {body}\n\n{hashtags}\n\n{link}"
LONGEST_LINK: Final = 512  #: code points; a longer address would leave a caption no room for news
ALBUM: Final = 10  #: photos (Bot API, sendMediaGroup)
PARTS: Final = 8  #: messages that continue an alert; more of one story would drown a channel


def render(story: Story, style: Style) -> tuple[Message, ...]:
    """The alert, and the messages that continue it."""
    pictures, missing = photos(story, style, ALBUM)
    notes = list(missing)
    link = outgoing(story, style)
    if code_points(readable(link)) > LONGEST_LINK:
        link = ""
        notes.append(f"without its link, which is longer than {LONGEST_LINK} characters")
    alert = _alert(story, style, link, pictures, notes)
    if style.rich and story.body.blocks:
        return (article(story, alert, link, photos(story, replace(style, pictures=ALBUM), ALBUM)[0]),)
    return alert, *_continued(story, alert)


def _alert(story: Story, style: Style, link: str, pictures: Sequence[Picture], notes: list[str]) -> Message:
    album = len(pictures) > 1
    button = link if style.button and not album else ""
    if style.button and album:
        notes.append("without its button, which an album cannot have")
    shown = "" if button and not style.template else link
    options = preview(link, style, small=story.card)

    def told(drafted: Draft) -> Told:
        return Told(*written(drafted.text), style, options, button, tuple(notes))

    if pictures:
        under = _drafted(story, style, shown, CAPTION)
        if album or not link or "body" not in under.shortened:
            return as_caption(told(under), pictures)
        notes.append("with its link's preview: the whole story is longer than a photo's caption")
    return as_text(told(_drafted(story, style, shown, TEXT)))


def _continued(story: Story, alert: Message) -> Iterator[Message]:
    """The body in messages of its own, from where the alert leaves off."""
    if alert.style.body != "thread":
        return
    body = untold(inert(words(story.body, TEXT * PARTS)), inert(Marked(squeeze(story.excerpt))), alert.text)
    for part, piece in enumerate(pieces(body, lambda piece: code_points(piece.text) <= TEXT, PARTS), start=1):
        yield as_text(Told(*written(piece), alert.style, NO_PREVIEW), part)


def _drafted(story: Story, style: Style, link: str, limit: int) -> Draft:
    """The layout, filled and cut to the limit; one that leaves the story no room gives way to ours."""
    shown = Marked(readable(link)).as_(Kind.LINK, link)
    filled = fields(story, style, link=shown, most=TEXT)
    values = {name: value if name == "link" else inert(value) for name, value in filled.items()}

    def fits(filled: Pieces) -> bool:
        return code_points(running(filled).text.strip()) <= limit

    return laid_out(style.template, LAYOUT, values, fits)
