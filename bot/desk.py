"""The desk: what a person may decide, over the ports. Every front door (page, commands) calls it."""

from typing import Literal, assert_never

from bot.ports import Intents

Decision = Literal["send_again", "it_arrived"]


async def settle(intents: Intents, delivery: int, decision: Decision) -> None:
    """Settle a held delivery; the driving bot acts within 250 ms, and ignores one that is no longer held."""
    match decision:
        case "send_again" | "it_arrived":
            await intents.intend(decision, {"delivery": delivery})
        case _:
            assert_never(decision)
