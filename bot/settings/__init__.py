"""The configuration: one TOML file in, checked settings out, or every mistake at once with its line and its mend.

load       names the parts in order
feeds      where the newsroom publishes · credentials: what a feed's server alone may hear
added      a feed that a command has added
accounts   credentials on platforms · options: what one says to its adapter · targets: where it posts
filters    what of a feed is told, and what an account gets
table      one table of the file, key by key; secrets from files
sheet      the whole file: its text, ${NAME}, its secrets, the list of problems
values     what one value may be: text, numbers, words, times · places: addresses, networks, folders
lines      which line a key stands on (tomllib does not say)
nouns      what comes out
"""

from bot.settings.added import read_added
from bot.settings.load import load
from bot.settings.nouns import (
    AccountSettings,
    FeedSettings,
    FetchSettings,
    Kind,
    SandboxSettings,
    Settings,
)

__all__ = [
    "AccountSettings",
    "FeedSettings",
    "FetchSettings",
    "Kind",
    "SandboxSettings",
    "Settings",
    "load",
    "read_added",
]
