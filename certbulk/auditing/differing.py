"""Diff: how the types of two sides differ, and what could not be compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.core.counting import counted
from certbulk.core.references.directory import NO_NAMES
from certbulk.displayable import Displayable
from certbulk.reading.labels import label_document

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from certbulk.core.references.directory import Directory

__all__ = ["DIFFERENCES", "Diff", "Difference", "Doubtful"]

DIFFERENCES = ("added", "removed", "changed")
"""How a type can differ between two sides."""

_NOT_COMPARED = "not compared"


@dataclass(frozen=True, slots=True)
class Difference:
    """One type that differs.

    Attributes:
        kind: `added`: only the second side has it; `removed`: only the first; or `changed`.
        id: Its id; that of the first side, if both have one. None for none.
        title: Its title; that of the second side, if it is there.
        row_a: The label or number of its row in the first side; None for none.
        row_b: The same in the second side.
        changes: `{field: (old, new)}` as typed values, if it is changed; a blank is None.
    """

    kind: str
    id: int | None
    title: str
    row_a: Any = None
    row_b: Any = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubtful:
    """One type that could not be compared.

    Attributes:
        side: `a` or `b`.
        row: The label or number of its row; None for a live type.
        id: Its id; None for none.
        title: Its title.
        why: The reason.
    """

    side: str
    row: Any
    id: int | None
    title: str
    why: str


@dataclass(frozen=True, slots=True, repr=False)
class Diff(Displayable):
    """All differences between two sides: what was changed or removed, then what was added.

    Attributes:
        found: The differences.
        a: What the first side is called.
        b: What the second side is called.
        compared: The number of types that both sides have.
        fields: The fields that were compared: those that both sides have a column for.
        one_sided: The fields that only one side has a column for.
        not_compared: The types that could not be compared, and why.
        directory: The names of locations, services and categories, if known.

    Example:
        >>> import certbulk as cb
        >>> before = [{"id": 1, "title": "Spa 50", "balance": 50}, {"id": 2, "title": "Spa 60"}]
        >>> after = [{"id": 1, "title": "Spa 55", "balance": 55}, {"id": 3, "title": "Spa 70"}]
        >>> diff = cb.diff(before, after)
        >>> diff.counts, diff.ok, len(diff)
        ({'added': 1, 'removed': 1, 'changed': 1}, False, 3)
        >>> diff
        Diff of records and records: 1 added, 1 removed, 1 changed, 0 equal
        >>> diff.found[0].changes["balance"]
        (Decimal('50'), Decimal('55'))
        >>> diff.frame[["kind", "id", "field", "old", "new"]].values.tolist()[1]
        ['changed', 1, 'balance', Decimal('50'), Decimal('55')]
        >>> diff.as_dict()["found"][0]["changes"]["balance"]
        [50, 55]
    """

    found: tuple[Difference, ...]
    a: str
    b: str
    compared: int
    fields: tuple[str, ...] = ()
    one_sided: tuple[str, ...] = ()
    not_compared: tuple[Doubtful, ...] = ()
    directory: Directory = NO_NAMES

    def __len__(self) -> int:
        return len(self.found)

    @property
    def ok(self) -> bool:
        """Whether nothing differs, and every type could be compared."""
        return not self.found and not self.not_compared

    @property
    def counts(self) -> dict[str, int]:
        """The number of types of each kind."""
        kinds = Counter(one.kind for one in self.found)
        return {kind: kinds[kind] for kind in DIFFERENCES}

    @property
    def equal(self) -> int:
        """The number of types that both sides have, with the same values."""
        return self.compared - self.counts["changed"]

    @property
    def in_words(self) -> str:
        """The number of differences by kind, of equal types, and of those not compared."""
        differ = [f"{number} {kind}" for kind, number in self.counts.items() if number]
        missing = len(self.not_compared)
        doubt = f"; {counted(missing, 'type')} could not be compared" if missing else ""
        return f"{', '.join([*differ, f'{self.equal} equal'])}{doubt}"

    @property
    def frame(self) -> pd.DataFrame:
        """A line for each field that differs, and for each type that was added or removed.

        Columns: kind, id, title, field, old, new, row_a, row_b, remark. Values are typed: amounts
        are Decimals, ids are lists, a blank is None. Then come the types that could not be
        compared: kind `not compared`, the reason as remark.
        """
        import pandas as pd  # noqa: PLC0415 (the command line needs no frames)

        names = ["kind", "id", "title", "field", "old", "new", "row_a", "row_b", "remark"]
        lines: list[tuple[Any, ...]] = [
            (one.kind, one.id, one.title, name, old, new, one.row_a, one.row_b, None)
            for one in self.found
            for name, old, new in _lines(one)
        ]
        for one in self.not_compared:
            rows = (one.row, None) if one.side == "a" else (None, one.row)
            lines.append((_NOT_COMPARED, one.id, one.title, None, None, None, *rows, one.why))
        cells = {
            name: pd.Series([_plain(line[at]) for line in lines], dtype=object)
            for at, name in enumerate(names)
        }
        kinds = pd.CategoricalDtype([*DIFFERENCES, _NOT_COMPARED], ordered=True)
        texts = dict.fromkeys(("title", "field", "remark"), "string")
        return pd.DataFrame(cells).astype({"kind": kinds, "id": "Int64", **texts})

    def as_dict(self) -> dict[str, Any]:
        """Return the diff as JSON-ready values."""
        return {
            "a": self.a,
            "b": self.b,
            "ok": self.ok,
            "compared": self.compared,
            "fields": list(self.fields),
            "one_sided": list(self.one_sided),
            **self.counts,
            "not_compared": [
                {"side": one.side, "row": label_document(one.row), "id": one.id, "why": one.why}
                for one in self.not_compared
            ],
            "found": [
                {
                    "kind": one.kind,
                    "id": one.id,
                    "title": one.title,
                    "row_a": label_document(one.row_a),
                    "row_b": label_document(one.row_b),
                    "changes": {
                        name: [BY_NAME[name].kind.dump(value) for value in pair]
                        for name, pair in one.changes.items()
                    },
                }
                for one in self.found
            ],
        }

    def __repr__(self) -> str:
        return f"Diff of {self.a} and {self.b}: {self.in_words}"


def _lines(one: Difference) -> Iterator[tuple[str | None, Any, Any]]:
    """Yield the field and the values of each change; a line without any for other kinds."""
    if not one.changes:
        yield None, None, None
    for name, (old, new) in one.changes.items():
        yield name, old, new


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
