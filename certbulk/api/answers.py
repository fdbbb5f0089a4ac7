"""Reading the service's answers: data, or a message and the fields that it concerns."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certbulk.core.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Complaint",
    "Record",
    "complaint_in",
    "is_of_chain",
    "leaves",
    "record_id",
    "unusable_number",
    "whole_number",
]

Record = dict[str, Any]

_LONGEST_COMPLAINT = 1500
_MOST_FIELDS = 30
_DEEPEST = 8
_LONGEST_ID = 18
_LONGEST_KEY, _MOST_KEYS = 60, 5
_FIELD_KEYS = ("field_name", "field", "name", "property")
_TEXT_KEYS = ("error_message", "message", "error", "text")


@dataclass(frozen=True, slots=True)
class Complaint:
    """The service's own message, and its messages by field, under its names of the fields."""

    message: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [self.message] if self.message else []
        parts += [
            f"{name}: {', '.join(texts)}" if name else ", ".join(texts)
            for name, texts in self.fields.items()
        ]
        return clean("; ".join(parts), _LONGEST_COMPLAINT)


def complaint_in(
    document: Any, without_tokens: Callable[[str], str] = lambda text: text
) -> Complaint:
    """Return the messages in an error answer, without tokens, which it might repeat.

    Errors may be a map by field, a map of lists, a nested map, a list of texts or a list of
    {field_name, error_message} (fact:error_shapes).
    """
    if not isinstance(document, dict):
        return Complaint()
    meta = document.get("meta")
    source = meta if isinstance(meta, dict) else document
    fields: dict[str, list[str]] = defaultdict(list)
    _collect(source.get("errors"), "", fields)
    message = source.get("message")
    return Complaint(
        clean(without_tokens(message)) if isinstance(message, str) else "",
        {without_tokens(k): [without_tokens(text) for text in v] for k, v in fields.items()},
    )


def _collect(errors: Any, name: str, fields: dict[str, list[str]], depth: int = 0) -> None:
    if len(fields) > _MOST_FIELDS or depth > _DEEPEST:
        return
    if isinstance(errors, dict):
        texts = [errors[key] for key in _TEXT_KEYS if isinstance(errors.get(key), str)]
        named = next((errors[k] for k in _FIELD_KEYS if isinstance(errors.get(k), str)), None)
        if texts and (named is not None or name):
            fields[clean(named or name)].append(clean(texts[0]))
            return
        for key, value in errors.items():
            _collect(value, f"{name}.{key}" if name else str(key), fields, depth + 1)
    elif isinstance(errors, list):
        for value in errors:
            _collect(value, name, fields, depth + 1)
    elif errors not in (None, ""):
        fields[clean(name)].append(clean(errors))


def whole_number(raw: Any) -> int | None:
    """Return a JSON number or numeric string that is a count or an id; None for anything else."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, str) and raw.isascii() and raw.isdecimal() and len(raw) <= _LONGEST_ID:
        raw = int(raw)
    plain = isinstance(raw, int) and not isinstance(raw, bool)
    return raw if plain and 0 <= raw < 10**_LONGEST_ID else None


def record_id(record: Any) -> int | None:
    """Return the id of a record, which may be a numeric string; None if there is none."""
    raw = record.get("id") if isinstance(record, dict) else None
    return None if isinstance(raw, float) else whole_number(raw) or None


def is_of_chain(record: Record, chain_id: int) -> bool:
    """Whether a record belongs to a chain; a record that names no chain does."""
    chain = record.get("company_group_id")
    return chain is None or whole_number(chain) == chain_id


def leaves(value: Any) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield the scalars inside a value, each after its path: `(parent, key)`.

    Without recursion and copies, because the service decides how deep and large the value is.
    """
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), value)]
    while waiting:
        parent, one = waiting.pop()
        if isinstance(one, dict | list):
            inside = one.items() if isinstance(one, dict) else enumerate(one)
            waiting += [((parent, key), inner) for key, inner in inside]
        else:
            yield parent, one


def unusable_number(value: Any) -> str:
    """Return in words where a value contains NaN or Infinity; "" if it does not.

    These are not JSON, but Python's parser accepts them, and NaN is not equal to itself.
    """
    for path, one in leaves(value):
        if isinstance(one, float) and not math.isfinite(one):
            keys = []
            while path:
                path, key = path  # noqa: PLW2901 (from the inside to the outermost key)
                keys.append(clean(key, _LONGEST_KEY))
            return f"{'.'.join(keys[::-1][:_MOST_KEYS])} {one}"
    return ""
