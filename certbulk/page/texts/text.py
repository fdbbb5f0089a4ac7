"""A text of the page: in English as a string, and for the reader by its key."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean
from certbulk.page.texts.catalogue import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["Amounts", "Exact", "Text", "both", "told"]

_LONGEST = 300


class Text(str):
    """A text of the page. It is a string in English, and the page says it in the reader's language.

    Args:
        key: The text's key.
        **values: What its names stand for: numbers, names, and further texts.

    Example:
        >>> text = Text("chain.real_name", id=12, host="api.example")
        >>> print(text, text.key)
        Chain 12 at api.example chain.real_name
    """

    __slots__ = ("key", "values")

    key: str
    values: Mapping[str, object]

    def __new__(cls, key: str, /, **values: object) -> Text:  # noqa: PYI034 (a string is final)
        """Make the string, and keep what it was made of."""
        text = super().__new__(cls, said(key, values))
        text.key, text.values = key, values
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy it as what it was made of."""
        return _made, (self.key, self.values)


def _made(key: str, values: dict[str, object]) -> Text:
    return Text(key, **values)


class Exact(Text):
    """A message of the core. It is in English; the page has it under its details.

    Args:
        exact: The message.
        key: What the page says in its place, in each language that has this key; in the others, it
            says the message itself.
        **values: As in `Text`.
    """

    __slots__ = ()

    def __new__(cls, exact: str, /, key: str = "", **values: object) -> Exact:  # noqa: PYI034
        """Make the string, and keep what the page says."""
        text = str.__new__(cls, exact)
        text.key, text.values = key, values
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """Copy it as what it was made of."""
        return _exact, (str(self), self.key, self.values)


def _exact(text: str, key: str, values: dict[str, object]) -> Exact:
    return Exact(text, key, **values)


class Amounts(str):
    """Amounts as the core writes them, with commas between them: the page writes them its own way.

    Example:
        >>> told(Text("chain.real_name", id=Amounts("1500.50"), host=""))["values"]["id"]
        {'text': '1500.50', 'amounts': True}
    """

    __slots__ = ()


def told(text: str, longest: int = _LONGEST) -> dict[str, Any]:
    """Return a text for the page, JSON-ready.

    Returns:
        `text` in English, without what could harm a display; of a `Text` also `key` and `values`,
        and of a message of the core `exact`.
    """
    found: dict[str, Any] = {"text": clean(text, longest)}
    if isinstance(text, Text):
        values = {name: _value(value, longest) for name, value in text.values.items()}
        found |= {"key": text.key, "values": values}
    if isinstance(text, Exact):
        found["exact"] = True
    return found


def _value(value: object, longest: int) -> Any:
    if isinstance(value, Text):
        return told(value, longest)
    if isinstance(value, Amounts):
        return {"text": clean(value, longest), "amounts": True}
    return value if isinstance(value, int | float) else clean(str(value), longest)


def both(texts: Iterable[str]) -> str:
    """Return several texts as one, those that are empty left out."""
    found = [text for text in texts if text]
    return reduce(_joined, found) if found else ""


def _joined(first: str, second: str) -> Text:
    return Text("trouble.both", first=first, second=second)
