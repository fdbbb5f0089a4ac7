"""Groups of options: declared once, as a class, and given to a command as one object.

A command that has a parameter `service: Service` has every option of the class `Service`, and is
called with one of them:

    @dataclass(frozen=True)
    class Service:
        chain_id: Annotated[int | None, typer.Option("--chain-id", help="...")] = None

    def export(output: Output, *, service: Service) -> None: ...
"""

from __future__ import annotations

import inspect
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from _typeshed import DataclassInstance

__all__ = ["GIVEN", "Given", "changed", "spread"]


@dataclass(frozen=True)
class Given:
    """What was given to the command that runs, for the next commands that it prints.

    Attributes:
        journal: The URL of `--journal`; blank without this option.
        groups: The groups of options.
    """

    journal: str = ""
    groups: tuple[DataclassInstance, ...] = ()


_NOTHING = Given()
GIVEN: ContextVar[Given] = ContextVar("certbulk_given", default=_NOTHING)


def spread(
    command: Callable[..., None], everywhere: Mapping[str, Any] = MappingProxyType({})
) -> Callable[..., None]:
    """Return the command as typer is to see it: with the options of its groups in their place.

    Args:
        command: The command.
        everywhere: Options by name that every command takes, unless it has its own by this name.
            Their callbacks do what they are for; the command does not get them.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, Any] = {name: hint for name, hint in hints.items() if is_dataclass(hint)}
    parameters = []
    for name, parameter in inspect.signature(command).parameters.items():
        parameters += _options_of(groups[name]) if name in groups else [(parameter, hints[name])]

    added = [name for name in everywhere if name not in {known.name for known, _ in parameters}]
    parameters += [(_not_given(name), everywhere[name]) for name in added]

    def called(**given: Any) -> None:
        for name in added:
            del given[name]
        for name, group in groups.items():
            options = {field.name: given.pop(field.name) for field in fields(group)}
            given[name] = group(**options)
        GIVEN.set(replace(GIVEN.get(), groups=tuple(given[name] for name in groups)))
        command(**given)

    # Its examples stay line by line, where the rest is wrapped to the width of the terminal.
    text = inspect.cleandoc(command.__doc__ or "")
    called.__doc__ = text.replace("\n\nExamples:\n", "\n\n\b\nExamples:\n")
    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            parameter.replace(annotation=hint, kind=inspect.Parameter.KEYWORD_ONLY)
            for parameter, hint in parameters
        ]
    )
    called.__annotations__ = {parameter.name: hint for parameter, hint in parameters}
    return called


def _not_given(name: str) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None)


def _options_of(group: Any) -> list[tuple[inspect.Parameter, Any]]:
    hints = get_type_hints(group, include_extras=True)
    options = inspect.signature(group).parameters
    return [(option, hints[name]) for name, option in options.items()]


def changed(group: DataclassInstance) -> dict[str, Any]:
    """Return the options of a group that are not what they are by themselves."""
    values = {field.name: (getattr(group, field.name), field.default) for field in fields(group)}
    return {name: value for name, (value, default) in values.items() if value != default}
