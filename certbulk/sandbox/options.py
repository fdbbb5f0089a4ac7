"""What the classes of options share: the types of their fields, and how text and JSON are read.

They are pydantic dataclasses: the type of a field says which values it takes.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Annotated, Any, Final, Self, TypeAlias

from pydantic import AfterValidator, ConfigDict, Field, Strict, TypeAdapter, ValidationError

__all__ = [
    "CONFIG",
    "Flag",
    "FromOne",
    "FromZero",
    "Options",
    "Rate",
    "Seconds",
    "Whole",
    "one_of",
]

CONFIG: Final = ConfigDict(extra="forbid")
"""A field that a class does not have is an error."""

Rate: TypeAlias = Annotated[float, Strict(), Field(ge=0, le=1)]
Seconds: TypeAlias = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
Flag: TypeAlias = Annotated[bool, Strict()]
Whole: TypeAlias = Annotated[int, Strict()]
FromZero: TypeAlias = Annotated[int, Strict(), Field(ge=0)]
FromOne: TypeAlias = Annotated[int, Strict(), Field(ge=1)]

_WORDS: Final = {"yes": True, "no": False, "none": None}


def one_of(*names: str | None) -> AfterValidator:
    """Return the annotation of a field that takes these names only."""

    def check(name: str | None) -> str | None:
        if name not in names:
            raise ValueError(f"there is no {name!r}. Use {', '.join(map(str, names))}")
        return name

    return AfterValidator(check)


class Options:
    """Base of the classes that a user of the sandbox can write as JSON or as text."""

    @classmethod
    def of(cls, data: object) -> Self:
        """Return the options that parsed JSON describes; `ValueError` says what is wrong."""
        try:
            return TypeAdapter(cls).validate_python(data)
        except ValidationError as error:
            raise ValueError(_in_words(cls, error.errors()[0])) from None

    @classmethod
    def of_texts(cls, settings: Iterable[str]) -> Self:
        """Return the options in texts such as `closed=0.1` and `methods=POST,PUT`.

        `yes` and `no` are flags, `none` is an entry that names nothing. Raises `ValueError`, with a
        message that names the setting.
        """
        defaults = {field.name: field.default for field in fields(cls)}  # type: ignore[arg-type]
        given: dict[str, Any] = {}
        for setting in settings:
            name, _, text = setting.partition("=")
            if not text:
                raise ValueError(f"{setting!r} must look like NAME=VALUE")
            is_list = isinstance(defaults.get(name), tuple)
            given[name] = [_value(part) for part in text.split(",")] if is_list else _value(text)
        return cls.of(given)


def _value(text: str) -> Any:
    text = text.strip()
    if text in _WORDS:
        return _WORDS[text]
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _in_words(cls: type, error: Any) -> str:
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "unexpected_keyword_argument":
        known = ", ".join(field.name for field in fields(cls))
        return f"there is no option {where!r}. Use {known}"
    if error["type"] == "dataclass_type":
        return f"{cls.__name__.lower()} must be a JSON object"
    if error["type"] == "bool_type":
        return f"{where} must be yes or no"
    message: str = error["msg"].removeprefix("Value error, ").replace("Input should", "must")
    if not where:
        return message
    return f"{where} {message}" if message.startswith("must") else f"{where}: {message}"
