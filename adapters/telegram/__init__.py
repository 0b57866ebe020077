"""Telegram, through python-telegram-bot over our own transport.

    Story ─alert▶ text + entities (never a parse mode: no text can break a message), or an article ─▶ Message
    Delivery ─post▶ sendMessage · sendPhoto · sendMediaGroup · sendRichMessage · edit… ─▶ Receipt

alert     what a story says, and what its account wants of it        entities  marks, counted and nested
rich      the whole Document as an article                           forms     the shapes that a message takes
post      calls and receipts: references before bytes                wire      the transport, and what a refusal means
adapter   one bot

Lengths are code points (TDLib counts them), entity offsets UTF-16 units (Bot API). The headline is bold; the address
stands in plain sight, because readers copy alerts into other chats; what nobody meant to be live is not.
"""

from adapters.telegram.adapter import Adapter
from adapters.telegram.forms import CAPTION, TEXT

__all__ = ["CAPTION", "TEXT", "Adapter"]
