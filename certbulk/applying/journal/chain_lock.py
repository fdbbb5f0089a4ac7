"""One run per chain at a time on a machine: a lock that ends with its process."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import psutil
from filelock import FileLock, Timeout

from certbulk.errors import ChainBusyError
from certbulk.logs import quiet_libraries

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Claim", "Holder", "holder", "lock_path", "one_run_at_a_time"]

_A_MOMENT = 0.3  # another process may be checking the lock at this moment
_WRITE = os.O_CREAT | os.O_WRONLY | os.O_TRUNC


class Claim(NamedTuple):
    """What a run asks of the lock of its chain.

    Attributes:
        service: The chain's service.
        chain_id: The chain.
        run: The run that is to hold the lock.
        since: When, for the message that a second run gets.
        wait: Whether to wait while another run holds it.
        stop: Ends the wait once it is set.
        pause: Seconds that the requests of a process may take that has lost the lock, in a shared
            journal: those of a process with a lock file end with it. None if nothing is sent: then
            the next run waits for them.
    """

    service: str
    chain_id: int
    run: str
    since: str
    wait: bool = False
    stop: threading.Event | None = None
    pause: float | None = None


class Holder(NamedTuple):
    """What holds the lock of a chain now.

    Attributes:
        run: The run, or in words what else is done.
        worker: The process, such as "process 4711".
        who: The login name and host; empty in a state folder, which is on this machine.
    """

    run: str
    worker: str
    who: str = ""


@contextmanager
def one_run_at_a_time(folder: Path, claim: Claim) -> Iterator[None]:
    """Hold the lock of a chain until the block or the process ends.

    The lock is the operating system's own, on an open file, so it always ends with the process. A
    file next to it says who holds it, for the message that a second run gets.

    Raises:
        ChainBusyError: Another run holds it, and `wait` is false or `stop` is set meanwhile.
    """
    path = lock_path(folder, claim.service, claim.chain_id)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FileLock(path, mode=0o600)
    while True:
        try:
            with quiet_libraries():
                lock.acquire(timeout=_A_MOMENT)
            break
        except Timeout:
            if not claim.wait or (claim.stop and claim.stop.is_set()):
                raise ChainBusyError(
                    _busy(path, claim.chain_id), terminal="Let this one wait: --wait."
                ) from None
    try:
        born = _born(psutil.Process())  # process ids are reused
        card = {"run": claim.run, "process": os.getpid(), "born": born, "since": claim.since}
        with os.fdopen(os.open(_card(path), _WRITE, 0o600), "w", encoding="utf-8") as file:
            json.dump(card, file)
        yield
    finally:
        with suppress(OSError):  # somebody has replaced the folder
            _card(path).unlink(missing_ok=True)
        with quiet_libraries():
            lock.release()


def holder(folder: Path, service: str, chain_id: int) -> Holder | None:
    """Return what holds a chain's lock now, or None.

    The lock itself is not touched, so that this call is never taken for a holder.
    """
    card = _read(lock_path(folder, service, chain_id))
    try:
        born = _born(psutil.Process(int(str(card["process"]))))
        alive = abs(born - float(str(card["born"]))) < 1
    except (psutil.Error, KeyError, ValueError):
        return None
    return Holder(str(card.get("run")), f"process {card['process']}") if alive else None


def _born(process: psutil.Process) -> float:
    """Return the start of a process in seconds since boot, a clock that cannot be changed."""
    return process.create_time() - psutil.boot_time()


def lock_path(folder: Path, service: str, chain_id: int) -> Path:
    """Return the path of a chain's lock file."""
    of_service = hashlib.sha256(service.encode()).hexdigest()[:16]
    return folder / "locks" / f"{of_service}-{chain_id}.lock"


def _card(path: Path) -> Path:
    return path.with_suffix(".json")


def _read(path: Path) -> dict[str, object]:
    try:
        card = json.loads(_card(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # the holder is writing it now, or has just ended
        return {}
    return card if isinstance(card, dict) else {}


def _busy(path: Path, chain_id: int) -> str:
    card = _read(path)
    who = (
        f"run {card['run']} (process {card['process']}, since {card['since']})"
        if card.keys() >= {"run", "process", "since"}
        else "another run"
    )
    return (
        f"Chain {chain_id} is busy: {who} is sending to it from this machine. Wait until it has "
        "ended."
    )
