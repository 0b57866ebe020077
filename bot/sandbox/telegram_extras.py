"""What stands around a Telegram message: buttons, the preview of a link, the message that it answers."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.telegram_text import is_address, refuse

PREVIEW = frozenset({"is_disabled", "prefer_small_media", "prefer_large_media", "show_above_text"})
MOST_BUTTON = 64  #: characters; no limit is published, and more is cut on every screen


def check_extras(fields: Mapping[str, Any], stands: Callable[[int], bool]) -> dict[str, Any]:
    """The extras as the answer shows them; ``stands`` says whether the chat has a message."""
    shown: dict[str, Any] = {}
    if "link_preview_options" in fields:
        _check_preview(fields["link_preview_options"])
        shown["link_preview_options"] = fields["link_preview_options"]
    if "reply_markup" in fields:
        _check_keyboard(fields["reply_markup"])
        shown["reply_markup"] = fields["reply_markup"]
    if "reply_parameters" in fields:
        _check_reply(fields["reply_parameters"], stands)
    return shown | {name: True for name in ("show_caption_above_media",) if fields.get(name)}


def _check_preview(options: Mapping[str, Any]) -> None:
    if strange := sorted(options.keys() - PREVIEW - {"url"}):
        raise refuse(400, f"Bad Request: can't parse link preview options: unknown field {strange[0]}")
    if not all(isinstance(options[name], bool) for name in options.keys() & PREVIEW):
        raise refuse(400, "Bad Request: can't parse link preview options: a field must be of type Boolean")
    if not is_address(options.get("url", "https://")):
        raise refuse(400, "Bad Request: can't parse link preview options: wrong HTTP URL")


def _check_keyboard(markup: Mapping[str, Any]) -> None:
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise refuse(400, "Bad Request: object expected as reply markup")
    for button in (button for row in rows for button in row):
        if not isinstance(button, dict) or not isinstance(button.get("text"), str):
            raise refuse(400, "Bad Request: can't parse inline keyboard button: can't find field \"text\"")
        if not 0 < len(button["text"].strip()) <= MOST_BUTTON:
            raise refuse(400, "Bad Request: can't parse inline keyboard button: BUTTON_TEXT_INVALID")
        if "url" not in button:
            raise refuse(
                400,
                "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            )
        if not is_address(button["url"]):
            raise refuse(400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _check_reply(parameters: Mapping[str, Any], stands: Callable[[int], bool]) -> None:
    number = parameters.get("message_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise refuse(400, "Bad Request: can't parse reply parameters: can't find field \"message_id\"")
    if not stands(number) and not parameters.get("allow_sending_without_reply"):
        raise refuse(400, "Bad Request: message to be replied not found")
