"""A story as Discord shows it: one embed with author, linked title, description, picture, category and time.

Titles and descriptions are Markdown (`markdown.py` writes it); author and footer are plain.
Lengths are budgeted in UTF-16 units, the most that Discord may count (its unit is not documented), after escaping.
"""

from collections.abc import Sequence
from dataclasses import replace

import discord

from adapters.discord.markdown import escaped, written
from adapters.discord.payload import file_name
from bot.document import Picture
from bot.model import Message, Story, Style, Urgency
from bot.text.draft import Pieces, laid_out, running
from bot.text.fields import fields, outgoing
from bot.text.fit import fit, pieces
from bot.text.letters import squeeze
from bot.text.links import encoded, readable
from bot.text.marked import Kind, Marked, joined
from bot.text.measure import utf16
from bot.text.rest import untold, words

PLATFORM = "discord"
TEMPLATE = "# {urgency} {headline}\n\n{excerpt}\n\n> {body}\n\n{hashtags}"
TITLE = AUTHOR = FOOTER = 256  #: of an embed (the footer may have 2,048, which no category needs)
DESCRIPTION = 4096  #: of an embed
EMBED = 6000  #: of all its texts together
GALLERY = 4  #: pictures that embeds of one address show together
PARTS = 10  #: messages that a long story may become beside its alert
RED = 0xED4245  #: breaking, and nothing else
GREY = 0x4F545C


def rendered(story: Story, style: Style) -> tuple[Message, ...]:
    """One embed, with its pictures attached, taken from their address, or left out; then the rest of the story."""
    link = outgoing(story, style)
    values = dict(fields(story, style, link=Marked(readable(link)).as_(Kind.LINK, link), most=EMBED))
    named = {name: values[name] for name in ("urgency", "headline", "source")}
    values["headline"] = laid_out(style.template, TEMPLATE, named, _title_fits).values["headline"]
    laid = laid_out(style.template, TEMPLATE, values, _fits)
    title, description = _texts(laid.pieces)
    embed = discord.Embed(
        title=escaped(title.text) or None,
        description=written(description) or None,
        url=link or None,
        colour=_colour(story),
        timestamp=story.published or story.seen,
    )
    if source := fit(squeeze(story.source), AUTHOR, utf16):
        embed.set_author(name=source)
    if category := next((fit(squeeze(name), FOOTER, utf16) for name in story.categories), ""):
        embed.set_footer(text=category)
    shown, pictures, notes = _pictured(embed, story, style)
    alert = _message(style, shown, joined(filter(None, (title, description)), "\n\n"))
    return (replace(alert, pictures=pictures, notes=notes), *_rest(story, alert))


def plain(message: Message) -> Message | None:
    """Give the same message without its pictures, for when the upload is refused; an embed is no link's card."""
    if not message.pictures:
        return None
    first, *_ = message.body["embeds"]
    embed = {name: value for name, value in first.items() if name not in ("image", "thumbnail")}
    notes = (*message.notes, "Discord refused the picture; sent without it")
    return replace(message, body={"embeds": [embed]}, pictures=(), notes=notes)


def _texts(pieces: Pieces) -> tuple[Marked, Marked]:
    """The title, which is the first heading without its marks, and the description."""
    number = next((number for number, piece in enumerate(pieces) if piece.kind == "heading"), len(pieces))
    title = Marked(pieces[number].text.text) if number < len(pieces) else Marked()
    return title, running([*pieces[:number], *pieces[number + 1 :]])


def _title_fits(pieces: Pieces) -> bool:
    return utf16(escaped(_texts(pieces)[0].text)) <= TITLE


def _fits(pieces: Pieces) -> bool:
    """Whether the description fits below a title that does."""
    return utf16(written(_texts(pieces)[1])) <= DESCRIPTION


def _rest(story: Story, alert: Message) -> tuple[Message, ...]:
    """The whole story in further messages, where the account asks for it, from where the alert leaves off."""
    if alert.style.body != "thread":
        return ()
    body = untold(words(story.body, PARTS * DESCRIPTION), Marked(squeeze(story.excerpt)), alert.text)
    told = pieces(body, lambda piece: utf16(written(piece)) <= DESCRIPTION, PARTS)
    embeds = [discord.Embed(description=written(piece), colour=_colour(story)) for piece in told]
    return tuple(
        replace(_message(alert.style, [embed], piece), part=part)
        for part, (embed, piece) in enumerate(zip(embeds, told, strict=True), 1)
    )


def _message(style: Style, embeds: Sequence[discord.Embed], text: Marked) -> Message:
    title, description = embeds[0].title, embeds[0].description
    return Message(
        platform=PLATFORM,
        style=style,
        text=text.text,
        length=sum(map(_weight, embeds)),
        limit=EMBED,
        unit="UTF-16 units",
        body={"embeds": [embed.to_dict() for embed in embeds]},
        markup="\n\n".join(block for block in (title, description) if block),
    )


def _colour(story: Story) -> int:
    return RED if story.urgency is Urgency.BREAKING else GREY


def _web(address: str) -> str:
    """Encode an address of the web; of any other Discord refuses the whole embed."""
    return encoded(address) if address.startswith(("http://", "https://")) else ""


def _weight(embed: discord.Embed) -> int:
    return sum(utf16(text or "") for text in (embed.title, embed.description, embed.author.name, embed.footer.text))


def _pictured(
    embed: discord.Embed, story: Story, style: Style
) -> tuple[list[discord.Embed], tuple[Picture, ...], tuple[str, ...]]:
    """The embeds that show the pictures, what is to be uploaded for them, and what was degraded.

    Embeds of one address are shown as one, with up to four pictures (docs: resources/message, embeds of equal URL).
    """
    if not story.pictures or style.picture == "none":
        return [embed], (), ()
    if style.picture == "photo" and story.pictures[0].sha256:
        most = min(style.pictures, GALLERY) if embed.url and not story.card else 1
        uploads = tuple(picture for picture in story.pictures[:most] if picture.sha256)
        shown = [embed, *(discord.Embed(url=embed.url) for _ in uploads[1:])]
        for number, (each, picture) in enumerate(zip(shown, uploads, strict=True)):
            address = f"attachment://{file_name(number, picture)}"
            each.set_thumbnail(url=address) if story.card else each.set_image(url=address)
        return shown, uploads, ()
    there = _web(story.pictures[0].url) or None
    embed.set_thumbnail(url=there) if story.card else embed.set_image(url=there)
    return [embed], (), ("its picture could not be had; left to Discord to fetch",) if style.picture == "photo" else ()
