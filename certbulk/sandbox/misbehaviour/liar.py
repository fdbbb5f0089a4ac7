"""Decides which request gets which lies: by the script while it lasts, then by dice."""

import random
from collections import Counter, deque
from collections.abc import Sequence
from typing import TypeVar

from certbulk.sandbox.misbehaviour.lies import Lies

__all__ = ["Liar", "Told"]

T = TypeVar("T")


class Liar:
    """The lies in force, their dice, and the caches of the service.

    `since` is the length of the history when the lies were set: every list shows what happened
    before. `totals` has the cached count of each list, and for how many more requests it is used.
    """

    def __init__(self, lies: Lies, since: int = 0) -> None:
        self.lies = lies
        self.totals: dict[object, tuple[int, int]] = {}
        self._since = since
        self._listings: deque[int] = deque(maxlen=lies.list_behind_requests)
        self._script = deque(lies.script)
        self._methods = frozenset(method.upper() for method in lies.methods)
        self._thrown: Counter[str] = Counter()

    def tell(self, method: str) -> "Told":
        """Return the lies for the next request with this method."""
        if self._methods and method not in self._methods:
            return Told(self, None, is_scripted=True, is_left_alone=True)
        if self._script:
            return Told(self, self._script.popleft(), is_scripted=True)
        return Told(self, None, is_scripted=False)

    def listed(self, now: int) -> int:
        """Note a request for a list; return the length of the history that the list shows.

        `now` is the length of the whole history; a list that is behind shows the history of
        `list_behind_requests` requests ago.
        """
        full = len(self._listings) == self._listings.maxlen
        then = self._listings[0] if full else self._since
        self._listings.append(now)
        return then

    def dice(self, name: str, key: object = None) -> random.Random:
        """Return dice that depend on the seed, the name and the key only.

        So one lie does not affect another, and a key always gets the same result. Without a key,
        each call has the next number as its key.
        """
        if key is None:
            self._thrown[name] += 1
            key = self._thrown[name]
        # Repeatable on purpose: the dice decide practice lies, not secrets.
        return random.Random(f"{self.lies.seed}/{name}/{key}")  # noqa: S311


class Told:
    """The lies to one request: each is asked for while the request is handled, and noted if told.

    `names` are those told so far. `is_left_alone`: the lies do not apply to the request's method.
    """

    def __init__(
        self, liar: Liar, entry: str | None, *, is_scripted: bool, is_left_alone: bool = False
    ) -> None:
        self.liar = liar
        self.lies = liar.lies
        self.names: list[str] = []
        self.is_left_alone = is_left_alone
        self._entry = entry
        self._is_scripted = is_scripted

    def is_due(self, name: str, key: object = None) -> bool:
        """Whether to tell the lie; with a key, always the same for that key."""
        if self._is_scripted:
            return name == self._entry
        rate: float = getattr(self.lies, name)
        # In this order: a lie that is off does not use its dice.
        return rate > 0 and self.liar.dice(name, key).random() < rate

    def one_of(self, name: str, choices: Sequence[T]) -> T:
        """Return one of the ways to tell a lie, chosen by dice."""
        return self.liar.dice(f"{name} which").choice(choices)

    def note(self, name: str) -> None:
        """Record that a lie is told."""
        if name not in self.names:
            self.names.append(name)
