"""What a column is: its names, its kind, its keys in the API, its meaning when blank."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from certbulk.core.kinds import Kind

__all__ = ["CLEAR", "CREATE", "REQUIRED", "SKIP", "UPDATE", "Field", "UsedWhen"]

CLEAR = "<clear>"
"""What a person writes to empty a field on an update, where a blank keeps the live value."""

CREATE, UPDATE, SKIP = 1, 2, 3


class _Required:
    """The default of a field that has none."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class UsedWhen:
    """A field means something only when another one has one of these values.

    `otherwise` are the values with which it is known to mean nothing. With one that is in neither,
    which the service knows and we do not, it is left as it is.
    """

    field: str
    values: tuple[Any, ...]
    otherwise: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column.

    Attributes:
        name: The canonical name: that of the service's flat record.
        label: The name for people, used as a header in templates.
        kind: How its cells are read, shown and carried in JSON.
        path: Where it goes in the nested request body; empty when it is not sent.
        default: What a blank means on a create: a value, None to leave it out, or REQUIRED.
        empty: What `<clear>` means on an update; REQUIRED when it cannot be cleared.
        used_when: When the service uses it at all; None for always.
        needed_when_used: Whether a type that uses it must have a value.
        left_out_when_unused: Whether a request body leaves it out if the type does not use it
            (fact:unused_expiration).
        null_when_blank: Whether a request body has null for it if it has no value. The others are
            left out then.
        refers_to: The list whose ids are its values (`locations`); names are understood too.
        required_code: The code of the finding when a create leaves it blank.
        aliases: Other names that the vendor has for it; words of people are in vocabularies.
        help: One line for people.
        basis: What is assumed or documented about its values, for a reference; blank for nothing.
        example: A text that is valid on a create with the other examples.
    """

    name: str
    label: str
    kind: Kind
    path: tuple[str, ...]
    default: Any
    empty: Any = REQUIRED
    used_when: UsedWhen | None = None
    needed_when_used: bool = False
    left_out_when_unused: bool = False
    null_when_blank: bool = False
    refers_to: Literal["locations", "services", "categories"] | None = None
    required_code: str = "required"
    aliases: tuple[str, ...] = ()
    help: str
    basis: str = ""
    example: str

    @property
    def required(self) -> bool:
        """Whether a create needs it."""
        return self.default is REQUIRED

    @property
    def clearable(self) -> bool:
        """Whether `<clear>` is allowed in it."""
        return self.empty is not REQUIRED

    def used(self, values: Mapping[str, Any]) -> bool:
        """Whether the service uses this field of a type with these `values`."""
        when = self.used_when
        return when is None or values.get(when.field) not in when.otherwise
