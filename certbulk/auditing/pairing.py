"""Which types of two sides are one type, and in which fields they differ. Pure.

Two types are one if they have the same id; or strictly the same title, and not both an id. What
several rows of one side might be is never paired: it is not compared, and listed.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from certbulk.core.columns.field import REQUIRED
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.titles import strict, strictly_same

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from certbulk.auditing.sides import Entry, Side
    from certbulk.core.columns.field import Field

__all__ = ["Pairing", "changes_between", "paired"]

_MOST_NAMED = 6


class Pairing(NamedTuple):
    """The types of two sides.

    Attributes:
        pairs: What both sides have.
        only_a: What the first side alone has.
        only_b: What the second side alone has.
        doubtful: What cannot be compared, with the reason, and whether it is of the first side.
    """

    pairs: list[tuple[Entry, Entry]]
    only_a: list[Entry]
    only_b: list[Entry]
    doubtful: list[tuple[Entry, str, bool]]


def paired(a: Side, b: Side, *, by_title: bool = False) -> Pairing:
    """Return which types of two sides are one.

    Args:
        a: The first side.
        b: The second side.
        by_title: Whether to compare titles alone, as for two chains, whose ids differ.
    """
    done = Pairing([], [], [], [])
    left = [_sound(side, done, first=side is a) for side in (a, b)]
    if not by_title:
        left = _pair(left, done, lambda one: one.id, "id", _always)
    left = _pair(left, done, _title_of, "title", _always if by_title else _open)
    for rest, other, only, first in (
        (left[0], b, done.only_a, True),
        (left[1], a, done.only_b, False),
    ):
        for one in rest:
            if one.archived:
                continue
            if _could_be_found(one, other, by_title=by_title):
                only.append(one)
            else:
                done.doubtful.append((one, _no_key(one, other), first))
    return done


def changes_between(
    a: Entry, b: Entry, fields: Iterable[str], *, live: bool
) -> dict[str, tuple[Any, Any]]:
    """Return `{field: (value of a, value of b)}` for what differs.

    A blank is the same as the default of a new type, and as what the service keeps for "empty". A
    part that neither type uses makes no difference if one of the two says nothing about it, or is
    live: the service drops or replaces it (fact:unused_expiration, fact:online_fallback). Compared
    with a live type, a blank in a row with an id makes none either: it keeps the live value.
    """
    changed = {}
    for name in fields:
        old, new = a.values.get(name), b.values.get(name)
        if type(old) is type(new) and old == new:
            continue
        field = BY_NAME[name]
        used = field.used(a.values) or field.used(b.values)
        if not used and (live or old is None or new is None):
            continue
        if live and (a.keeps(name) or b.keeps(name)):
            continue
        if not _same(field, old, new, a.title, b.title):
            changed[name] = (old, new)
    return changed


def _same(field: Field, old: Any, new: Any, old_title: str, new_title: str) -> bool:
    if old is None or new is None:
        given, title = (new, new_title) if old is None else (old, old_title)
        if given is None or given in _as_blank(field):
            return True
        return field.name == "online_sale_title" and strictly_same(given, title)
    return type(old) is type(new) and bool(field.kind.same(old, new))


def _as_blank(field: Field) -> list[Any]:
    """Return the values of a field that mean the same as none."""
    return [value for value in (field.default, field.empty) if value not in (REQUIRED, None)]


def _sound(side: Side, done: Pairing, *, first: bool) -> list[Entry]:
    """Return the types of a side that can be compared; the others are doubtful."""
    done.doubtful.extend((one, one.trouble, first) for one in side.entries if one.trouble)
    return [one for one in side.entries if not one.trouble]


def _title_of(one: Entry) -> str | None:
    """Return the title by which a type is found; None for none, and for an archived type."""
    return None if one.archived else strict(one.title) or None


def _always(_: Entry, __: Entry) -> bool:
    return True


def _open(one: Entry, other: Entry) -> bool:
    """Whether types with one title may be one: not if each has an id of its own."""
    return one.id is None or other.id is None


def _pair(
    left: Sequence[Sequence[Entry]],
    done: Pairing,
    key: Callable[[Entry], Hashable],
    what: str,
    may_be: Callable[[Entry, Entry], bool],
) -> list[list[Entry]]:
    """Pair what has a key that no other type of its side has; return what is left of both sides."""
    groups: defaultdict[Hashable, tuple[list[Entry], list[Entry]]] = defaultdict(lambda: ([], []))
    for at in (0, 1):
        for one in left[at]:
            groups[key(one)][at].append(one)
    rest: list[list[Entry]] = [[], []]
    for value, (ours, theirs) in groups.items():
        if value is None or not any(may_be(one, other) for one in ours for other in theirs):
            shared = what == "id" and value is not None
            for at, several in enumerate((ours, theirs)):
                if shared and len(several) > 1:
                    _doubt(several, done, what, first=at == 0)
                else:
                    rest[at] += several
        elif len(ours) == len(theirs) == 1:
            done.pairs.append((ours[0], theirs[0]))
        else:
            _doubt(ours, done, what, first=True, others=theirs)
            _doubt(theirs, done, what, first=False, others=ours)
    return rest


def _doubt(
    several: Sequence[Entry],
    done: Pairing,
    what: str,
    *,
    first: bool,
    others: Sequence[Entry] = (),
) -> None:
    """Note types that share an id or a title, on this side or on the other."""
    shared = several if len(several) > 1 else others
    side = "" if len(several) > 1 else " of the other side"
    rows = ", ".join(one.where for one in shared[:_MOST_NAMED])
    more = f" and {len(shared) - _MOST_NAMED} more" if len(shared) > _MOST_NAMED else ""
    why = f"Several types{side} have this {what}: {rows}{more}."
    done.doubtful.extend((one, why, first) for one in several)


def _could_be_found(one: Entry, other: Side, *, by_title: bool) -> bool:
    """Whether the other side would show the type if it had it."""
    if not other.entries:
        return True
    by_id = one.id is not None and not by_title and any(e.id is not None for e in other.entries)
    return by_id or (bool(one.title) and any(e.title for e in other.entries))


def _no_key(one: Entry, other: Side) -> str:
    if one.id is None and not one.title:
        return "It has neither an id nor a title."
    key = "ids" if one.id is not None else "titles"
    return f"{other.name} has no {key} to find it by."
