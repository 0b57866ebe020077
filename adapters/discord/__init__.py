"""Discord, with discord.py's models and payloads and a POST of our own.

    Story ─embeds▶ one embed: author, linked title, description, picture, category, time ─▶ Message
    Delivery ─payload▶ POST · PATCH · DELETE /channels/…/messages, or an incoming webhook's ─answers▶ Receipt

embeds    what a story looks like           markdown  marks as Discord writes them, and nothing that nobody meant
payload   a message as it is sent           answers   receipts, and what a refusal means
adapter   one bot, or its webhooks          standing  how far we are from being banned

discord.py's own sending call retries five times by itself and sleeps after a success (PLATFORMS 0.4, 0.5), so only its
payloads are used. A bot's message carries a nonce that Discord enforces for "the past few minutes": the same key sent
again gives back the message that is already there. A webhook has no such key; its secret belongs to its target, and so
does a refusal of it.

Discord's limits are not to be known beforehand (docs: topics/rate-limits). Each answer tells whether its bucket has
anything left, and that is passed on as ``Receipt.wait``.
"""

from adapters.discord.adapter import Adapter
from adapters.discord.embeds import GREY, PARTS, RED

__all__ = ["GREY", "PARTS", "RED", "Adapter"]
