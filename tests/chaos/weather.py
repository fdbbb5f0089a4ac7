"""What goes wrong in a run: drawn by dice from every way to misbehave that the server knows."""

import random
from dataclasses import dataclass, replace
from typing import Any

from certbulk.sandbox import Faults, Lies, Quirks
from certbulk.sandbox.misbehaviour.wire import BAD_HEADERS

__all__ = ["Weather", "cleared", "weather"]

_TITLES = ("entities", "dropped_astral", "folded_spaces", "composed_titles", "cut_titles")
_TOTALS = ("total_behind", "total_of_page", "total_missing")
_HAZE = ("list_behind", "slipped_pages", "left_out")
_ODD = ("late_landing", "out_of_step", "interim", "dripping_head", "dripping_body", "bad_header")
# A drip of a byte a millisecond: an answer takes a second or two, as a slow one does.
_DRIP = 0.001
_LANDING_STATUSES = (400, 422, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Weather:
    """Faults, lies and oddities of a server."""

    faults: Faults
    lies: Lies
    quirks: Quirks

    @property
    def is_hazy(self) -> bool:
        """Whether a list may leave out, whatever is done, what is live."""
        return any(getattr(self.lies, name) for name in _HAZE)


def weather(dice: random.Random) -> Weather:
    """Return the weather of one run."""
    return Weather(_faults(dice), _lies(dice), _quirks(dice))


def cleared(found: Weather) -> Weather:
    """Return the weather after a storm: answers are in order, titles are stored as before."""
    kept = {name: getattr(found.lies, name) for name in (*_TITLES, "find_or_create", "static")}
    lies = Lies(**kept, find_by=found.lies.find_by, seed=found.lies.seed)
    return replace(found, faults=Faults(), lies=lies)


def _faults(dice: random.Random) -> Faults:
    rates: dict[str, Any] = {
        "lost_answer": dice.choice([0, 0.1]),
        "closed": dice.choice([0, 0.05]),
        "truncated": dice.choice([0, 0.05]),
        "garbled": dice.choice([0, 0, 0.05]),
        "empty_body": dice.choice([0, 0, 0.05]),
        "server_error": dice.choice([0, 0.05]),
        "server_error_applied": dice.choice([0, 0.05]),
        "rate_limited": dice.choice([0, 0, 0.03]),
        "false_success": dice.choice([0, 0, 0.05]),
        "html_forbidden": dice.choice([0, 0, 0, 0.02]),
    }
    for name in dice.sample(_ODD, dice.choice([0, 1, 1, 2])):
        rates[name] = dice.choice([0.05, 0.1, 0.2])
    return Faults(
        **rates,
        latency=dice.choice([0, 0.5]),
        latency_seconds=0.02,
        drip_seconds=_DRIP,
        landing_seconds=dice.choice([0.02, 0.1, 0.3]),
        landing_statuses=_LANDING_STATUSES,
        interim_statuses=(100, 102, 103),
        bad_headers=tuple(dice.sample(sorted(BAD_HEADERS), 6)),
        retry_afters=dice.choice([(), ("0", "soon", "-1", "Fri, 31 Dec 9999 23:59:59 GMT")]),
        methods=dice.choice([(), ("POST", "PUT", "DELETE")]),
        seed=dice.randrange(1 << 30),
    )


def _lies(dice: random.Random) -> Lies:
    rates: dict[str, Any] = {}
    if dice.random() < 0.4:
        rates |= dict.fromkeys(dice.sample(_TITLES, dice.randint(1, 3)), 0.7)
    if dice.random() < 0.35:
        rates[dice.choice(_TOTALS)] = dice.choice([0.3, 1])
    for name, chance, rate in (
        ("find_or_create", 0.2, 1),
        ("keeps", 0.2, dice.choice([0.3, 1])),
        ("drops", 0.08, 0.1),
        ("spares", 0.1, 0.3),
        ("list_behind", 0.15, 0.5),
        ("slipped_pages", 0.1, 0.2),
        ("left_out", 0.07, 0.03),
        ("repeated", 0.1, 0.2),
        ("wrong_chain", 0.05, 0.05),
        ("text_ids", 0.1, 0.5),
        ("nan", 0.03, 0.02),
        ("twin", 0.35, dice.choice([0.05, 0.15])),
        ("static", 0.03, 1),
    ):
        if dice.random() < chance:
            rates[name] = rate
    return Lies(
        **rates,
        title_length=dice.choice([34, 40]),
        find_by=dice.choice(["exact", "casefold"]),
        keeps_fields=dice.choice([(), ("balance",)]),
        keeps_answer=dice.choice(["kept", "wanted"]),
        list_behind_requests=dice.choice([2, 4]),
        total_behind_changes=dice.choice([1, 5]),
        total_cached_requests=dice.choice([0, 0, 0, 3]),
        seed=dice.randrange(1 << 30),
    )


def _quirks(dice: random.Random) -> Quirks:
    return Quirks(
        page_size_cap=dice.choice([None, None, 5, 10]),
        newest_first=dice.random() < 0.3,
        overlap=dice.choice([0, 0, 0, 1]),
        balance_as_text=dice.random() < 0.2,
        delete_answers_204=dice.random() < 0.5,
    )
