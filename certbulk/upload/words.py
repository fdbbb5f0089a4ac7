"""Messages that were written for a terminal, in the words of the page."""

from __future__ import annotations

import re

__all__ = ["for_page"]

_INSTEAD = (
    (re.compile(r"asked to with certbulk stop [\w-]+"), "it was asked to stop"),
    (re.compile(r", or let this one wait: --wait(?=\.)"), ""),
    (re.compile(r", put (\w+=\S+) into a \.env file, or practise without it: --sandbox\."),
     r" or put \1 into a .env file, or choose the practice chain."),
    (re.compile(r"(, naming the sheet)?: --sheet NAME"), ""),
    (re.compile(r", or give one value for all rows: --set \w+=\.\.\."), "."),
    (re.compile(r", or look names up in the service: --live"), ""),
    (re.compile(r"; where others send as well, lower --per-second"), ""),
    (re.compile(r"(?<!\.)\.(\)?)\.(?!\.)"), r"\1."),
)  # fmt: skip
"""What is said, and what is said instead: the page has no options, and no commands."""


def for_page(message: str) -> str:
    """Return a message without the options and commands that only a terminal takes.

    Example:
        >>> for_page("Wait until it has ended, or let this one wait: --wait.")
        'Wait until it has ended.'
    """
    for said, instead in _INSTEAD:
        message = said.sub(instead, message)
    return message
