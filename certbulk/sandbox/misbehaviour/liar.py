"""Decides which lies are told to which request: by the script while it lasts, then by the dice."""

import random
from collections import Counter, deque
from collections.abc import Sequence
from typing import TypeVar

from certbulk.sandbox.misbehaviour.lies import Lies

__all__ = ["Liar", "Told"]

T = TypeVar("T")


class Liar:
    """The lies in force, their dice, and what a service with caches remembers.

    `since` is the length of the history when the lies were set: what happened before is in every
    list. `totals` holds for each list the count that is cached, and for how many more requests.
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
        """Return what is told to the next request with this method."""
        if self._methods and method not in self._methods:
            return Told(self, None, is_scripted=True, is_left_alone=True)
        if self._script:
            return Told(self, self._script.popleft(), is_scripted=True)
        return Told(self, None, is_scripted=False)

    def listed(self, now: int) -> int:
        """Note a request for a list, and return from where on its history is not yet in it.

        `now` is the length of the history; the other one's length is that of
        `list_behind_requests` requests ago.
        """
        full = len(self._listings) == self._listings.maxlen
        then = self._listings[0] if full else self._since
        self._listings.append(now)
        return then

    def dice(self, name: str, key: object = None) -> random.Random:
        """Return fresh dice for one occasion; without a key, those of the next one by that name.

        They depend on seed, name and key alone, so that one lie does not shift another, and a key
        always meets the same fate.
        """
        if key is None:
            self._thrown[name] += 1
            key = self._thrown[name]
        # Repeatable on purpose: the dice decide practice lies, no secrets.
        return random.Random(f"{self.lies.seed}/{name}/{key}")  # noqa: S311


class Told:
    """The lies told to one request: asked for while it is handled, and noted if they are told.

    `names` are those told so far. `is_left_alone`: `methods` does not name that of the request.
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
        """Whether the lie is to be told; with a key, for that alone and always alike."""
        if self._is_scripted:
            return name == self._entry
        rate: float = getattr(self.lies, name)
        # In this order: a lie that is off uses up no dice.
        return rate > 0 and self.liar.dice(name, key).random() < rate

    def one_of(self, name: str, choices: Sequence[T]) -> T:
        """Return one of the ways to tell a lie, drawn by dice."""
        return self.liar.dice(f"{name} which").choice(choices)

    def note(self, name: str) -> None:
        """Put on record that a lie is told."""
        if name not in self.names:
            self.names.append(name)
