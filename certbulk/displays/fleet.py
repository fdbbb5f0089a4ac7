"""A fleet: one line for each chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.displays.markup import Html, tag
from certbulk.displays.parts import (
    MOST_LINES,
    chips,
    choose,
    long_table,
    more_lines,
    note,
    number_cell,
    page,
    text_cell,
    word_cell,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from certbulk.fleets.fleet_view import FleetView

__all__ = ["html", "live_lines", "text"]

_ORDER = (
    *("failed", "not started", "left out", "drifted", "stopped", "refused"),
    *("running", "waiting", "finished"),
)
_HEADS = ("chain", "state", "lane", "done", "left", "429s", "run", "reason")


def html(fleet: FleetView) -> Html:
    """Return the counts, the chains, and the remarks about all of them."""
    lines = fleet.lines()
    states = [_state(line) for line in lines]
    return page(
        tag("p", tag("strong", repr(fleet))),
        chips({state.replace("_", " "): number for state, number in fleet.counts.items()}),
        long_table(
            list(_HEADS),
            lines,
            _cells,
            choose(states, _ORDER),
            where="fleet.frame",
            filters="state",
        ),
        *map(note, fleet.remarks),
    )


def text(fleet: FleetView, more: str = "fleet.frame has them all") -> list[str]:
    """Return the fleet in words, those first that need somebody; `more` says where the rest is."""
    lines = sorted(fleet.lines(), key=_rank)
    return [
        repr(fleet),
        *map(_line, lines[:MOST_LINES]),
        *more_lines(len(lines) - MOST_LINES, more),
        *fleet.remarks,
    ]


def live_lines(fleet: FleetView, most: int) -> list[str]:
    """Return as many lines as there is room for, those first that are carried out now."""
    lines = fleet.lines()
    going = [line for line in lines if _state(line) == "running"]
    others = [line for line in lines if _state(line) != "running"]
    shown = [*going, *sorted(others, key=_rank)][: most - 1]
    return [repr(fleet), *map(_line, shown)]


def _state(line: Mapping[str, Any]) -> str:
    return str(line["state"] or "").replace("_", " ")


def _rank(line: Mapping[str, Any]) -> int:
    state = _state(line)
    return _ORDER.index(state) if state in _ORDER else len(_ORDER)


def _line(line: Mapping[str, Any]) -> str:
    parts = [f"  chain {line['chain']}", _state(line) or "nothing done yet"]
    if line["lane"]:
        parts.append(f"lane {line['lane']}")
    if line["done"] or line["left"]:
        parts.append(f"{line['done']} done, {line['left']} left")
    if line["limited"]:
        parts.append(f"{line['limited']} answers with 429")
    if line["run"]:
        parts.append(f"run {line['run']}")
    return "  ".join([*parts, line["reason"] or ""]).rstrip()


def _cells(line: Mapping[str, Any]) -> Iterable[Html]:
    yield number_cell(line["chain"])
    yield word_cell(_state(line))
    yield text_cell(line["lane"] or "")
    for name in ("done", "left", "limited"):
        yield number_cell(line[name])
    yield text_cell(line["run"] or "")
    yield text_cell(line["reason"] or "", wide=True)
