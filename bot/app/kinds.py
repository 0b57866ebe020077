"""Adapters found by name, and what the configuration must know of them. Light: a typo is found with no more."""

import importlib
import pkgutil

from bot.ports import Adapter
from bot.settings import Kind


def adapter_class(kind: str) -> type[Adapter]:
    """The adapter of a kind: ``telegram`` is ``adapters.telegram``, a dotted kind is a module of somebody else's.

    Raises ``LookupError`` with the known names.
    """
    try:
        module = importlib.import_module(kind if "." in kind else f"adapters.{kind}")
    except ModuleNotFoundError as error:
        adapters = importlib.import_module("adapters")
        known = sorted(module.name for module in pkgutil.iter_modules(adapters.__path__))
        raise LookupError(f"there is no adapter {kind!r}; there are {', '.join(known)}") from error
    found: type[Adapter] = module.Adapter
    return found


def kind(name: str) -> Kind:
    """What the configuration must know of a platform."""
    return Kind.of(adapter_class(name))
