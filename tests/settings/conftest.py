"""A folder to start the bot in, and three platforms of our own making: what settings know of one is its signature."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.errors import ConfigError, Problem
from bot.model import Bounds, Limits, Message, Secret, Story, Style, Target
from bot.ports import Transport
from bot.settings import Kind, Settings, load

Load = Callable[..., Settings]
Problems = Callable[..., tuple[Problem, ...]]


class Platform:
    platform = "none"
    credential = ""
    limits = Limits(rate=1.0)
    pictures: Bounds | None = None
    styles = frozenset({"picture", "hashtags", "body", "pictures", "preview", "button", "utm"})
    template = "{headline} {link}"

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        if "webhook" in raw:
            number, _, token = raw["webhook"].reveal().rpartition("/")
            return Target(f"webhook:{number[-3:]}", Secret(token))
        room = str(raw.get("id", ""))
        if not room.startswith("@"):
            raise ValueError(f'"{room}" is no room: name one like "@news"')
        return Target(f"{room}:{raw['thread']}" if raw.get("thread") else room)

    def render(self, story: Story, style: Style) -> tuple[Message, ...]:
        raise NotImplementedError


class Chat(Platform):
    def __init__(self, transport: Transport, /, *, token: Secret, base_url: str = "https://chat.example") -> None:
        pass


class Hooks(Platform):
    def __init__(self, transport: Transport, /, *, token: Secret | None = None) -> None:
        pass


class Odd(Platform):
    def __init__(
        self, transport: Transport, /, *, pages: int, share: float = 0.5, loud: bool = False, room: str | None = None
    ) -> None:
        pass

    @staticmethod
    def target(raw: Mapping[str, Any]) -> Target:
        if len(raw) > 1:
            raise ValueError("an odd room has an id and nothing else")
        return Target(dict(raw)["id"])


class Bare(Platform):
    template = ""

    def __init__(self, transport: Transport, /) -> None:
        pass


class Wrong(Platform):
    def __init__(self, transport: Transport, /, *, blob: bytes) -> None:
        pass


KINDS = {"chat": Chat, "hooks": Hooks, "odd": Odd, "bare": Bare, "wrong": Wrong}


def _kinds(name: str) -> Kind:
    if name not in KINDS:
        raise LookupError(f"known: {', '.join(KINDS)}")
    return Kind.of(KINDS[name])


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "_posts").mkdir()
    return tmp_path


@pytest.fixture
def kinds() -> Callable[[str], Kind]:
    return _kinds


@pytest.fixture(name="load")
def _load(place: Path) -> Load:
    """Write a text to sokbo.toml and load it, the keyword arguments being the environment."""

    def read(text: str | bytes, /, **environ: str) -> Settings:
        Path("sokbo.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(Path("sokbo.toml"), environ, _kinds)

    return read


@pytest.fixture
def problems(load: Load) -> Problems:
    """Whatever is wrong with a text; a test that finds nothing fails here."""

    def read(text: str | bytes, /, **environ: str) -> tuple[Problem, ...]:
        with pytest.raises(ConfigError) as error:
            load(text, **environ)
        return error.value.problems

    return read
