"""Logging: one logger, and no chatter of the libraries below about certbulk's own work.

`logging.getLogger("certbulk")` has the number and the summary of each run at INFO; retries, pauses
and checks of lost answers at WARNING; and each row at DEBUG. Nothing is configured here: levels and
handlers belong to whoever uses certbulk.
"""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LOG", "is_logged", "quiet_libraries"]

LOG = logging.getLogger("certbulk")
"""The logger of everything that certbulk does. It never has a token."""

LOG.addHandler(logging.NullHandler())  # without it, Python prints warnings of its own accord

_LIBRARIES = (
    "asyncio",
    "filelock",
    "matplotlib",
    "matplotlib.font_manager",
    "matplotlib.pyplot",
    "urllib3.connectionpool",
    "uvicorn.access",
    "uvicorn.asgi",
    "uvicorn.error",
)
"""The loggers that describe a lock, a connection or a font in several lines each."""

_OF_THE_SANDBOX = "sandbox"  # its thread

_work = threading.local()


class _OthersOnly(logging.Filter):
    """Lets through warnings, and what a library logs about the work of others.

    So it does all that the library's own logger, rather than the root, was told to log.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        ours = getattr(_work, "depth", 0) or record.threadName == _OF_THE_SANDBOX
        return not ours or record.levelno >= logging.WARNING or _is_wanted(record.name)


def _is_wanted(name: str) -> bool:
    """Whether a level was set for this logger, or for one above it but the root."""
    logger: logging.Logger | None = logging.getLogger(name)
    while logger is not None and logger.parent is not None:
        if logger.level:
            return True
        logger = logger.parent
    return False


for _name in _LIBRARIES:
    logging.getLogger(_name).addFilter(_OthersOnly())


@contextmanager
def quiet_libraries() -> Iterator[None]:
    """Keep what libraries log below WARNING in this block and thread out of everybody's logs.

    Their levels stay as they are, so other users of the same libraries notice nothing. Whoever
    sets the level of such a logger itself still gets all of it.
    """
    _work.depth = getattr(_work, "depth", 0) + 1
    try:
        yield
    finally:
        _work.depth -= 1


def is_logged(level: int) -> bool:
    """Whether a handler that somebody has set up shows records of certbulk at this level."""
    if not LOG.isEnabledFor(level):
        return False
    logger: logging.Logger | None = LOG
    while logger is not None:
        for handler in logger.handlers:
            if not isinstance(handler, logging.NullHandler) and handler.level <= level:
                return True
        logger = logger.parent if logger.propagate else None
    return False
