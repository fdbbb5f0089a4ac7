"""What a verb is given: the noun that it works on, or a line that says where one comes from."""

from __future__ import annotations

__all__ = ["CLIENT_SOURCE", "expect"]

CLIENT_SOURCE = "certbulk.Client.from_env() or Sandbox().client()"


def expect(given: object, noun: type, source: str) -> None:
    """Refuse what is not the noun, in words; `source` is the call that returns one.

    Raises:
        TypeError: It is something else.
    """
    if not isinstance(given, noun):
        raise TypeError(
            f"This takes a {noun.__name__}, not a {type(given).__name__}. Give what {source} "
            "returns."
        )
