"""What an account says to its adapter: the constructor's keyword signature, read as a schema."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from types import NoneType
from typing import Any, get_args

from bot.model import Secret
from bot.settings import places, values
from bot.settings.table import Table

_READERS: dict[type, Callable[[object], Any]] = {
    str: values.line,
    int: values.whole,
    float: values.number,
    bool: values.switch,
}


def read_options(table: Table, signature: inspect.Signature) -> dict[str, Any]:
    """Read all keyword arguments of the constructor, its defaults included."""
    return {name: _option(table, name, parameter) for name, parameter in _schema(signature)}


def credential(options: Mapping[str, Any]) -> frozenset[tuple[str, Any]]:
    """Pick what tells one account at one service from another: its secrets, and where the service is."""
    return frozenset(
        (name, value) for name, value in options.items() if isinstance(value, Secret) or name == "base_url"
    )


def _schema(signature: inspect.Signature) -> Iterator[tuple[str, inspect.Parameter]]:
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY:
            yield name, parameter


def _option(table: Table, name: str, parameter: inspect.Parameter) -> object:
    required = parameter.default is parameter.empty
    kind = _kind(parameter)
    if kind is Secret:
        secret = table.secret(name, required=required)
        return secret if required or secret else parameter.default
    read = places.service if name == "base_url" else _reader(kind)
    if required:
        return table.need(name, read, None, f"add {name} = …")
    return table.take(name, read, parameter.default)


def _reader(kind: type) -> Callable[[object], Any]:
    if kind not in _READERS:
        raise TypeError(
            f"an adapter's option is of {', '.join(one.__name__ for one in _READERS)} or Secret, not {kind}"
        )
    return _READERS[kind]


def _kind(parameter: inspect.Parameter) -> type:
    """Take the annotation, without its ``| None``."""
    kinds = [kind for kind in get_args(parameter.annotation) if kind is not NoneType]
    kind: type = kinds[0] if kinds else parameter.annotation
    return kind
