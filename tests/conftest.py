"""What every test starts from: no settings of this machine, and a service that costs no time."""

import functools
import gc
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import pytest
import typer.testing
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

import certbulk as cb
from certbulk.applying.journal import database
from certbulk.applying.sending.options import Options
from certbulk.sandbox import Limits
from tests.shared.fixtures import as_, cut, postgres, shared_journal, url

__all__ = ["as_", "cut", "postgres", "shared_journal", "url"]

# jsonschema, which reads notebooks and serves the page, would spend seconds on the grammar of
# international addresses in every worker; it does without if there is none.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

# Made once in a worker, and not once in a test: the commands of the command line, by typer for each
# line that a test types; and the journal's statements as SQL, by each test's own journal.
typer.testing._get_command = functools.cache(  # type: ignore[attr-defined] # noqa: SLF001
    typer.testing._get_command,  # type: ignore[attr-defined] # noqa: SLF001
)
SQLiteDialect_pysqlite.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
SQLiteDialect_pysqlite.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
database.create_engine = functools.partial(  # type: ignore[attr-defined]
    database.create_engine,  # type: ignore[attr-defined]
    execution_options={"compiled_cache": {}},
)

ROOT = Path(__file__).parents[1]
MEMORY = Path("/dev/shm")  # noqa: S108 (every test gets a folder of its own in it)
UNLIMITED = Limits(per_second=None, per_minute=None)
# If the tests run in the background, Ctrl-C is ignored, and so it would be by the processes
# that they start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


IN_A_BROWSER = (
    *("test_browser.py", "test_browser_front.py", "test_connection.py", "test_doors.py"),
    "test_browser_approval.py",
    "test_in_browser.py",
)
CAMPAIGNS = {
    *IN_A_BROWSER,
    "test_chaos.py",  # processes that are killed at random
    "test_cut_sessions.py",  # PostgreSQL
    "test_expressions.py",  # every expression over hostile texts
    "test_formats.py",  # broken files of every format
    "test_journal_by_url.py",  # PostgreSQL
    "test_lanes.py",  # PostgreSQL
    "test_notebooks.py",  # kernels, at a real pace
    "test_office.py",  # LibreOffice
    "test_one_run.py",  # PostgreSQL
    "test_struck_fleets.py",  # PostgreSQL, and workers that are killed at random
    "test_workbooks.py",  # workbooks that were changed at random
    "test_written.py",  # readers of node
}
"""Files whose tests wait for browsers, for other programs, or for chance: `pytest -m campaign`."""
PROCESSES = {
    "api/test_bounds.py",  # answers that drip, at a real pace
    "applying/test_interrupts.py",
    "applying/test_journal_gone.py",  # folders that are renamed under runs
    "applying/test_processes.py",
    "cli/test_examples.py",  # what the help tells people to type
    "cli/test_pages.py",  # what the pages tell people to type
    "cli/test_real_terminals.py",
    "cli/test_terminal.py",
    "docs/test_site.py",  # the site is built
    "fleets/test_workers.py",  # workers of Dask, and PostgreSQL
    "page/test_controller.py",  # each run of a page is a process
    "page/test_planted.py",
    "project/test_dependencies.py",
    "project/test_recipes.py",
    "project/test_tokens.py",
    "recovery/test_chain_lock.py",
    "recovery/test_shared_pace.py",
    "sandbox/test_everything_at_once.py",  # storms of faults
    "sandbox/test_faces.py",
}
"""Files, below `tests`, whose tests start many processes or take real time: campaigns as well."""
LONG = {
    *("test_chaos.py", "test_notebooks.py", "test_readme.py", "test_struck_fleets.py"),
    "test_tokens.py",
}


def is_campaign(path: Path) -> bool:
    """Whether all tests of a file are of the second line."""
    below = path.relative_to(ROOT / "tests").as_posix()
    return path.name in CAMPAIGNS or below in PROCESSES


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out campaigns that are not to run: each worker would import them, and what they need.

    A file that is named is collected, so that pytest says that its tests are deselected.
    """
    if config.option.markexpr != "not campaign" or collection_path.suffix != ".py":
        return None
    named = any(collection_path.name in arg for arg in config.args)
    return True if is_campaign(collection_path) and not named else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the campaigns, and spread the long tests among the others.

    So no worker is left with several long ones at the end. Those of the browser stay together, as
    they share one, and go first.
    """
    for item in items:
        if is_campaign(item.path):
            item.add_marker(pytest.mark.campaign)
    browser = [item for item in items if item.path.name in IN_A_BROWSER]
    long = [item for item in items if item.path.name in LONG]
    short = [item for item in items if item not in {*browser, *long}]
    step = len(short) // (len(long) + 1)
    for number, item in enumerate(long):
        short.insert(number * (step + 1), item)
    items[:] = browser + short


def pytest_collection_finish() -> None:
    """Leave thousands of tests and what they import out of every later look for rubbish."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than there are cores: some tests wait, and collecting costs each worker."""
    return (os.cpu_count() or 1) + 1


class Pace(TypedDict):
    """How fast requests may leave."""

    per_second: float
    per_minute: int


FAST: Pace = {"per_second": 1000.0, "per_minute": 60_000}


class FakeClock:
    """Seconds that pass only if somebody waits, and then at once.

    It is a clock for `Client(clock=...)`, and its `now` one for the sandbox: what the
    server puts on record is in the same seconds.
    """

    def __init__(self) -> None:
        self._now = 1000.0
        self._asleep = 0.0
        self._lock = threading.Lock()
        self.waits: list[float] = []

    def now(self) -> float:
        """Return the time, in seconds."""
        with self._lock:
            return self._now

    def elapsed(self) -> float:
        """Return the time with the machine's sleep in it, in seconds."""
        with self._lock:
            return self._now + self._asleep

    def sleep(self, seconds: float) -> None:
        """Let the machine sleep: `now` stands still, `elapsed` goes on."""
        with self._lock:
            self._asleep += seconds

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Let the seconds pass at once; none pass where a stop was asked for."""
        if stop is not None and stop.is_set():
            return
        with self._lock:
            self._now += seconds
            self.waits.append(seconds)

    def pauses(self, at_least: float = 0.01) -> list[float]:
        """Return the waits, those for a fast pace left out."""
        with self._lock:
            return [seconds for seconds in self.waits if seconds >= at_least]


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of the test's own, kept in memory if possible: full sync costs nothing there.

    Unlike pytest's own, it is gone at the end, so that making the next one does not take longer.
    """
    folder = tempfile.mkdtemp(prefix="certbulk-", dir=MEMORY if MEMORY.is_dir() else None)
    yield Path(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _no_waiting_before_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a slow service to end what it began: the sandbox is not slow."""
    defaults = Options.__init__.__kwdefaults__ or {}
    monkeypatch.setitem(defaults, "settle_pause", 0.0)


@pytest.fixture(autouse=True)
def _clean_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings, the `.env` file and the journal of whoever runs the tests out of them.

    Processes that a test starts find the code under test wherever they are started, and keep what
    they compile of it, so that not each of them has to.
    """
    for name in list(os.environ):
        if name.upper().startswith("CERTBULK_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("CERTBULK_SETTINGS_DIR", str(tmp_path / "settings"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Iterator[cb.Sandbox]:
    """A running sandbox without rate limits; its times on record are those of `clock`."""
    practice = cb.Sandbox(limits=UNLIMITED, clock=clock.now)
    with practice:
        yield practice


@pytest.fixture
def client(sandbox: cb.Sandbox, clock: FakeClock) -> cb.Client:
    """A client of `sandbox` that never really waits."""
    return sandbox.client(**FAST, clock=clock, jitter=lambda: 1.0)


@pytest.fixture
def fifty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty ids that the list lacks are looked up, instead of 500."""
    monkeypatch.setattr("certbulk.planning.live.MOST_LOOKED_UP", 50)
