"""Checks of the arguments of public functions, all with the same kind of sentence.

certbulk.apply(plan=...) takes a Plan, not a str. Give what certbulk.plan or certbulk.undo returns.
"""

from __future__ import annotations

import operator
import os
from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, SupportsFloat, SupportsIndex

from certbulk.core.suggestions import nearest_word
from certbulk.errors import ArgumentError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CLIENT", "DIRECTORY", "PLAN", "REPORT", "RUN_ID", "SHEET", "Arguments"]

CLIENT = "Give what certbulk.Client.from_env() or Sandbox().client() returns."
DIRECTORY = "Give what certbulk.directory returns."
PLAN = "Give what certbulk.plan or certbulk.undo returns."
REPORT = "Give what certbulk.validate returns."
RUN_ID = "Give the run, or its number: run.id, or as certbulk.runs lists it."
SHEET = "Give what certbulk.read returns."


class _Numbered(Protocol):
    """A run, of which only the number is known here."""

    @property
    def id(self) -> str: ...


class Arguments:
    """Checks the arguments of one public function, each by its name.

    Every check returns None if the argument is fine. Otherwise it raises ArgumentError for a wrong
    type, and SettingsError for a text that is not one of the choices.

    Args:
        function: The public name of the function, such as "certbulk.plan".
    """

    def __init__(self, function: str) -> None:
        self._function = function

    def noun(
        self,
        name: str,
        given: object,
        nouns: type | tuple[type, ...],
        source: str = "",
        *,
        optional: bool = False,
    ) -> None:
        """Check that the argument is one of these nouns, and is not closed.

        Args:
            name: The argument.
            given: Its value.
            nouns: The accepted classes.
            source: A sentence that says where such an object comes from.
            optional: Whether None is accepted as well.
        """
        several = nouns if isinstance(nouns, tuple) else (nouns,)
        wanted = _listed([_article(noun.__name__) for noun in several])
        if not isinstance(given, several) and not (optional and given is None):
            self._refuse(name, given, wanted, source, optional=optional)
        if getattr(given, "closed", False) is True:
            raise SettingsError(
                f"{self._at(name)} takes an open {type(given).__name__}, but this one "
                f"was closed, for example by the end of its with block. {source}".rstrip()
            )

    def path(self, name: str, given: object, *, optional: bool = False) -> None:
        """Check that the argument is a path: a text, or a path object."""
        fine = isinstance(given, str | os.PathLike) and not isinstance(given, bytes)
        if not fine and not (optional and given is None):
            self._refuse(name, given, "a path", optional=optional)

    def text(self, name: str, given: object, source: str = "", *, optional: bool = False) -> None:
        """Check that the argument is a text."""
        if not isinstance(given, str) and not (optional and given is None):
            self._refuse(name, given, "a text", source, optional=optional)

    def run(self, name: str, given: object, run: type[_Numbered]) -> str:
        """Return the number of a run: the argument is that, or the run itself.

        Args:
            name: The argument.
            given: Its value.
            run: The class of runs.
        """
        if isinstance(given, run):
            return given.id
        if not isinstance(given, str):
            self._refuse(name, given, "a Run or a text", RUN_ID)
        return given

    def sheet(self, name: str, given: object) -> None:
        """Check that the argument is a sheet's name or its number from 0, or None."""
        number = isinstance(given, SupportsIndex) and not isinstance(given, bool)
        if number and operator.index(given) < 0:  # type: ignore[arg-type]
            raise SettingsError(
                f"{self._at(name)} takes a number from 0, not {operator.index(given)}. "  # type: ignore[arg-type]
                "Sheets are counted from the first one; name the last one."
            )
        if not number:
            source = "Give the name of the sheet, or its number from 0."
            self.text(name, given, source, optional=True)

    def choice(
        self, name: str, given: object, choices: Sequence[str], *, optional: bool = False
    ) -> None:
        """Check that the argument is one of the choices; if not, suggest the nearest.

        Raises:
            SettingsError: It is a different text.
        """
        if optional and given is None:
            return
        wanted = _listed([f'"{choice}"' for choice in choices])
        if not isinstance(given, str):
            self._refuse(name, given, wanted, optional=optional)
        if given not in choices:
            near = nearest_word(given.casefold(), choices)
            hint = f' Did you mean "{near}"?' if near else ""
            raise SettingsError(f'{self._at(name)} takes {wanted}, not "{given:.40}".{hint}')

    def texts(self, name: str, given: object, wanted: str) -> None:
        """Check that the argument is a list or another collection of texts, not one text."""
        single = isinstance(given, str | bytes) or not isinstance(given, Collection)
        if single or not all(isinstance(one, str) for one in _items(given)):
            self._refuse(name, given, wanted)

    def whole_numbers(self, name: str, given: object, wanted: str) -> None:
        """Check that the argument is a list of whole numbers, or another collection of them."""
        several = isinstance(given, Collection) and not isinstance(given, str | bytes)
        if not several or not all(isinstance(one, SupportsIndex) for one in _items(given)):
            self._refuse(name, given, wanted)

    def mapping(
        self, name: str, given: object, wanted: str = "a dictionary", *, optional: bool = False
    ) -> None:
        """Check that the argument is a dictionary, or another mapping."""
        if not isinstance(given, Mapping) and not (optional and given is None):
            self._refuse(name, given, wanted, optional=optional)

    def flags(self, **given: object) -> None:
        """Check that each of these is True or False: the text "no" would count as true."""
        for name, flag in given.items():
            if not isinstance(flag, bool):
                self._refuse(name, flag, "True or False")

    def whole_number(self, name: str, given: object, *, optional: bool = False) -> None:
        """Check that the argument is a whole number, of Python or numpy."""
        fine = isinstance(given, SupportsIndex) and not isinstance(given, bool)
        if not fine and not (optional and given is None):
            self._refuse(name, given, "a whole number", optional=optional)

    def number(self, name: str, given: object, *, optional: bool = False) -> None:
        """Check that the argument is a number, of Python or numpy."""
        fine = isinstance(given, SupportsFloat) and not isinstance(given, bool)
        if not fine and not (optional and given is None):
            self._refuse(name, given, "a number", optional=optional)

    def moment(self, name: str, given: object) -> None:
        """Check that the argument is a datetime or None."""
        if given is not None and not isinstance(given, datetime):
            self._refuse(name, given, "a datetime", optional=True)

    def time_zone(self, name: str, given: object) -> None:
        """Check that the argument is a time zone, its name or a tzinfo, or None."""
        if given is not None and not isinstance(given, str | tzinfo):
            wanted = 'the name of a time zone such as "Europe/Berlin"'
            self._refuse(name, given, wanted, optional=True)

    def document(self, name: str, given: object) -> None:
        """Check that the argument is a path to a TOML file, the content of one, or None."""
        if given is not None and not isinstance(given, str | os.PathLike | Mapping):
            wanted = "a path to a .toml file, its content as a dictionary"
            self._refuse(name, given, wanted, optional=True)

    def _at(self, name: str) -> str:
        """Return the argument in its call: certbulk.apply(plan=...)."""
        return f"{self._function}({name}=...)"

    def _refuse(
        self, name: str, given: object, wanted: str, source: str = "", *, optional: bool = False
    ) -> NoReturn:
        wanted = f"{wanted} or None" if optional else wanted
        raise ArgumentError(
            f"{self._at(name)} takes {wanted}, not {_what(given)}. {source}".rstrip()
        )


def _items(given: Any) -> list[Any]:
    return list(given)


def _what(given: object) -> str:
    """Return the type of a value in words: None, a Report, the class Report, a Path."""
    if given is None:
        return "None"
    if isinstance(given, type):
        return f"the class {given.__name__}"
    name = "Path" if isinstance(given, PurePath) else type(given).__name__
    return _article(name)


def _article(name: str) -> str:
    return f"{'an' if name[0] in 'AEIOUaeio' else 'a'} {name}"


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} or {last}" if first else last
