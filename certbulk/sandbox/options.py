"""What the classes of options have in common: checks that name the option, and reading JSON."""

import math
from collections.abc import Collection, Iterable
from dataclasses import fields
from typing import Any

__all__ = ["described", "is_number", "require", "require_names", "require_rate", "written_as_text"]


def require(fits: object, message: str) -> None:
    """Raise `ValueError` with the message unless the option fits."""
    if not fits:
        raise ValueError(message)


def is_number(value: object) -> bool:
    """Whether the value is a finite number from 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return 0 <= value < math.inf


def require_rate(name: str, rate: object) -> None:
    """Raise `ValueError` unless the rate is a number from 0 to 1."""
    fits = isinstance(rate, int | float) and is_number(rate) and rate <= 1
    require(fits, f"{name} must be a rate from 0 to 1: {rate!r}")


def require_names(
    name: str, value: Any, known: Collection[str | None] | None = None
) -> tuple[Any, ...]:
    """Return a list of names as a tuple; `ValueError` unless each is known, or is a text at all."""
    # A lone string would be taken apart into its letters.
    require(isinstance(value, list | tuple), f"{name} must be a list: {value!r}")
    for one in value:
        if known is None:
            require(isinstance(one, str), f"{name} must be texts: {one!r}")
        else:
            choices = ", ".join(map(str, known))
            require(one in known, f"{name}: there is no {one!r}. Use {choices}")
    return tuple(value)


def described(kind: Any, data: object, plural: str) -> dict[str, Any]:
    """Return parsed JSON as the arguments of a class of options.

    Raises `ValueError` for what is not an object, and for a name that the class does not have.
    """
    if not isinstance(data, dict):
        raise ValueError(f"{plural} are described by a JSON object")  # noqa: TRY004 -- as it says
    known = [field.name for field in fields(kind)]
    unknown = sorted(set(data) - set(known))
    require(not unknown, f"no such {plural}: {', '.join(unknown)}. Use {', '.join(known)}")
    return data


def written_as_text(kind: Any, settings: Iterable[str]) -> dict[str, Any]:
    """Return settings such as `closed=0.1` and `methods=POST,PUT` as arguments for a class.

    Raises `ValueError` for a setting that does not look like that, and for a name that the class
    does not have.
    """
    defaults = {field.name: field.default for field in fields(kind)}
    found = {}
    for setting in settings:
        name, sign, text = setting.partition("=")
        require(name in defaults, f"there is no {name!r}. Use {', '.join(defaults)}")
        try:
            found[name] = _value(text, defaults[name])
        except ValueError:
            sign = ""
        require(sign, f"{setting!r} must look like {name}={_shown(defaults[name])}")
    return found


def _value(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        require(text in {"yes", "no"}, f"neither yes nor no: {text}")
        return text == "yes"
    if isinstance(default, tuple):
        parts = [part.strip() for part in text.split(",") if part.strip()]
        return [_part(part) for part in parts]
    return type(default)(text)


def _part(text: str) -> str | int | None:
    if text == "none":
        return None
    return int(text) if text.isdecimal() else text


def _shown(default: Any) -> str:
    if isinstance(default, bool):
        return "yes"
    if isinstance(default, tuple):
        return ",".join(map(str, default[:2])) or "one,two"
    return "0.1" if isinstance(default, float) else str(default)
