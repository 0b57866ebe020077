"""Aside: stages that take their time run in a thread, so that the event loop goes on."""

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Aside:
    """Runs stages one at a time: a document of fifty long posts holds up nobody else's sends."""

    def __init__(self) -> None:
        self._working = asyncio.Lock()

    async def __call__(self, stage: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What the stage gives."""
        async with self._working:
            return await asyncio.to_thread(stage, *arguments, **named)
