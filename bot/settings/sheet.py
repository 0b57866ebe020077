"""The file while it is read: its lines, its variables, its secrets, and everything that was found wrong in it."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import ConfigError, Problem
from bot.model import Secret
from bot.settings.lines import Place, locate
from bot.settings.values import Complaint

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")

_SHORTEST_SECRET = 6  #: characters; what is shorter is no token, and its letters stand in every sentence

#: How tomllib's messages begin, and what people mostly did then.
_SLIPS = {
    "Cannot declare": "the table stands there twice: keep one ([[…]] for feeds and accounts)",
    "Cannot overwrite": "the key stands there twice: keep one",
    "Expected '='": "a line is: key = value",
    "Expected ']": "close the table's name: [sokbo], [[feeds]]",
    "Expected newline": "one key a line, and text in quotes",
    "Illegal character": "a text ends with its quote, on the same line",
    "Invalid value": 'text stands in "quotes"; true and false are written small',
    "Unclosed array": "close the list with ], its items apart by commas",
    "Unclosed inline table": "{ … } stays on one line, its keys apart by commas",
    "Unescaped '\\'": "write a backslash twice, or the text in 'single quotes'",
    "Unterminated string": "close the text with its quote",
}


class Sheet:
    """One configuration file. Raises ``ConfigError`` at once if it cannot be opened or is no TOML."""

    def __init__(self, path: Path, environ: Mapping[str, str]) -> None:
        self.path = path
        self.environ = environ
        self.secrets: dict[Secret, None] = {}  #: each once, in the order of the file; there may be thousands
        self.problems: list[tuple[int, Problem]] = []
        self.files: dict[Path, None] = {path: None}  #: what is read, or would be if it were there
        content = _read(path)
        self.data = _parse(path, content)
        self._lines = locate(content)

    @property
    def found(self) -> int:
        """How many problems have been found so far."""
        return len(self.problems)

    def line(self, place: Place) -> int:
        """Find the line of a key, or of the nearest table around it."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def complain(self, place: Place, what: str, mend: str = "") -> None:
        """Note a problem at a key."""
        line = self.line(place)
        self.problems.append((line, Problem(what, f"{self.path}:{line}", mend)))

    def report(self, place: Place, problem: Problem) -> None:
        """Note a problem in another file that a key names; once, however many keys name it."""
        if all(problem != noted for _, noted in self.problems):
            self.problems.append((self.line(place), problem))

    def hide(self, value: str) -> Secret:
        """Keep a value as a secret, which no problem will show."""
        secret = Secret(value)
        if value:
            self.secrets.setdefault(secret)
        return secret

    def expand(self, value: object) -> object:
        """Fill in every ``${NAME}`` from the environment, in lists too."""
        if isinstance(value, list):
            return [self.expand(item) for item in value]
        return _VARIABLE.sub(self._variable, value) if isinstance(value, str) else value

    def _variable(self, match: re.Match[str]) -> str:
        name = match[1]
        if name not in self.environ:
            raise Complaint(f"needs ${{{name}}}, which the environment does not have", f"export {name}=… first")
        return self.environ[name]

    def settle(self) -> None:
        """Raise ``ConfigError`` with every problem, in the order of the file, if there is any."""
        if self.problems:
            in_order = sorted(self.problems, key=lambda noted: noted[0])
            raise ConfigError([self._redact(problem) for _, problem in in_order])

    def _redact(self, problem: Problem) -> Problem:
        """Take every secret out of a problem: an adapter's or the system's words may have repeated one."""
        what, mend = problem.what, problem.mend
        for secret in self.secrets:
            value = secret.reveal()
            if len(value) >= _SHORTEST_SECRET:
                what, mend = what.replace(value, "***"), mend.replace(value, "***")
        return Problem(what, problem.where, mend)


def _read(path: Path) -> str:
    """Read the text, without the byte order mark that some editors on Windows write."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        mend = "copy config/sokbo.toml of the repository there, or name another file with --config or $SOKBO_CONFIG"
        raise ConfigError([Problem("there is no such file", str(path), mend)]) from None
    except OSError as error:
        raise ConfigError([Problem(f"cannot be read: {error.strerror}", str(path), "a readable file")]) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError([Problem("is no UTF-8 text", f"{path}:{line}", "save the file as UTF-8")]) from None


def _parse(path: Path, content: str) -> dict[str, Any]:
    try:
        return tomllib.loads(content)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = _WHERE.search(said)
        line, column = (at[1], f", column {at[2]}") if at and at[1] else (max(1, len(content.splitlines())), "")
        what = f"is no TOML{column}: {_WHERE.sub('', said)}"
        mend = next(
            (mend for start, mend in _SLIPS.items() if said.startswith(start)), "see toml.io for how it is written"
        )
        raise ConfigError([Problem(what, f"{path}:{line}", mend)]) from None
