"""What is logged: runs and rows, at their levels; never a token, and nothing of the libraries."""

import io
import logging
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

import certbulk as cb
from certbulk.api.signin import sign_in
from certbulk.applying.sending.progress import progress_bar
from certbulk.logs import LOG, is_logged, quiet_libraries
from certbulk.progress import MinuteLines, note, stage_bar
from certbulk.sandbox import Faults
from tests.conftest import FAST, UNLIMITED
from tests.planning.sheets import change, new, plan_of

TOKENS = ("canary-partner-31f0", "canary-user-9e2c", "canary-password-77")


class Kept(logging.Handler):
    """Keeps every record."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.records.append(record)

    def lines(self, level: int) -> list[str]:
        """Return what was logged at a level."""
        return [one.getMessage() for one in self.records if one.levelno == level]


@pytest.fixture
def kept() -> Iterator[Kept]:
    """A handler of the root that takes everything, as `basicConfig(level=1)` sets one up."""
    root, kept = logging.getLogger(), Kept()
    before = root.level
    root.addHandler(kept)
    root.setLevel(1)
    yield kept
    root.setLevel(before)
    root.removeHandler(kept)


@pytest.fixture
def talkative(kept: Kept) -> Iterator[tuple[cb.Client, Kept]]:
    """A client of a service with the planted tokens, which fails now and then."""
    # Which requests are the eleventh and those after it is a matter of time, but not that one of
    # them writes.
    late = ("rate_limited", None, *["lost_answer"] * 3)
    faults = Faults(script=(None, "server_error", *[None] * 7, *late))
    sandbox = cb.Sandbox(
        limits=UNLIMITED,
        faults=faults,
        partner_token=TOKENS[0],
        user_token=TOKENS[1],
        login="owner",
        password=TOKENS[2],
    )
    with sandbox:
        yield sandbox.client(**FAST, share_pace=True, jitter=lambda: 0.1), kept


def test_a_whole_run(talkative: tuple[cb.Client, Kept]) -> None:
    """Number and summary at INFO; retries, pauses and lost answers at WARNING; rows at DEBUG."""
    client, kept = talkative
    rows = (*(new(title=f"N{n} 10") for n in range(5)), change(1, balance="5"), new(title="N0 10"))
    plan = plan_of(client, *rows, change(288901, balance="500"))
    run = cb.apply(plan, client, settle_pause=0, progress=False)
    told = kept.lines(logging.INFO)
    assert told[0] == repr(plan)
    assert told[1].startswith(f"Run {run.id} begins: 6 rows of DataFrame to chain 706028 at ")
    assert told[-1] == repr(run)
    warned = "\n".join(kept.lines(logging.WARNING))
    assert 'The plan has 2 warnings. The first: row 7: "balance" changes' in warned
    assert "attempt 1 failed (HTTP 50" in warned
    assert "the service asks for a pause (HTTP 429). No request leaves for 1 s." in warned
    assert re.search(r"No credible answer came for \d rows?: checking\.", warned)
    debug = kept.lines(logging.DEBUG)
    for outcome in run.outcomes:
        row = plan.report.sheet.row_name(outcome.row)
        said = [line for line in debug if line.startswith(f"Run {run.id}, row {row}: ")]
        assert said[-1].split(": ")[1].startswith(str(outcome.status))
    assert {record.name for record in kept.records} == {"certbulk"}


def test_no_token_is_logged(talkative: tuple[cb.Client, Kept]) -> None:
    """Whatever goes wrong: signing in, wrong tokens, refused rows, a web page for an answer."""
    client, kept = talkative
    sign_in(client.base_url, TOKENS[0], "owner", TOKENS[2])
    with suppress(cb.ServiceError):
        sign_in(client.base_url, TOKENS[0], "somebody", TOKENS[2])
    wrong = cb.Client(client.base_url, 706028, TOKENS[0], TOKENS[1] + "x", **FAST)
    with suppress(cb.ServiceError):
        wrong.list()
    wrong.close()
    with suppress(cb.ServiceError):
        client.create({"title": TOKENS[0]})
    run = cb.apply(plan_of(client, new(), change(288901, balance="51")), client, settle_pause=0)
    cb.apply(cb.undo(run, client), client, settle_pause=0)
    cb.drift(run, client)
    assert kept.records
    for record in kept.records:
        said = f"{record.getMessage()} {record.__dict__}"
        assert not [token for token in TOKENS if token in said]


def test_libraries_log_the_work_of_others(kept: Kept) -> None:
    """What they log outside of certbulk, and their warnings, is let through; levels are theirs."""
    names = ("filelock", "urllib3.connectionpool", "asyncio")
    levels = [logging.getLogger(name).level for name in names]
    for name in names:
        logger = logging.getLogger(name)
        with quiet_libraries():
            logger.debug("ours")
            logger.warning("a warning")
        logger.debug("theirs")
    assert [one.getMessage() for one in kept.records] == ["a warning", "theirs"] * 3
    assert [logging.getLogger(name).level for name in names] == levels


def test_whoever_asks_for_it_gets_it(kept: Kept, talkative: tuple[cb.Client, Kept]) -> None:
    """A level that is set for a library itself, and not for the root, counts."""
    library = logging.getLogger("urllib3")
    before = library.level
    library.setLevel(logging.DEBUG)
    try:
        talkative[0].list()
    finally:
        library.setLevel(before)
    assert "urllib3.connectionpool" in {record.name for record in kept.records}


def test_nothing_is_configured() -> None:
    """Importing and using it sets no level and no handler, and prints nothing of its own accord."""
    code = (
        "import logging, certbulk as cb\n"
        "log = logging.getLogger('certbulk')\n"
        "from certbulk.sandbox import Faults\n"
        "with cb.Sandbox(faults=Faults(script=('server_error',))) as client:\n"
        "    client.list()\n"
        "assert not logging.getLogger().handlers\n"
        "assert (logging.getLogger().level, log.level, log.propagate) == (30, 0, True)\n"
        "assert [type(one).__name__ for one in log.handlers] == ['NullHandler']\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("", "")


def test_whether_anything_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a handler that somebody has set up, and that takes the level, shows it."""
    monkeypatch.setattr(LOG, "propagate", False)
    assert not is_logged(logging.CRITICAL)
    handler = Kept()
    handler.setLevel(logging.WARNING)
    monkeypatch.setattr(LOG, "handlers", [*LOG.handlers, handler])
    assert is_logged(logging.WARNING)
    handler.setLevel(logging.ERROR)
    assert not is_logged(logging.WARNING)


# --- progress in files and logs


class Ticking:
    """Seconds that pass when somebody says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    ticking = Ticking()
    monkeypatch.setattr(time, "monotonic", ticking)
    return ticking


def test_a_file_gets_a_line_a_minute(ticking: Ticking, monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain text with the phase, the rows, the time left and the counts; no control characters."""
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    bar = progress_bar(
        600, shown=True, counts=lambda: {"created": 200}, per_second=4, per_minute=180
    )
    lines = MinuteLines(ticking)
    monkeypatch.setattr(bar, "_now", ticking)
    monkeypatch.setattr(bar, "_began", 0.0)
    monkeypatch.setattr(bar, "_lines", lines)
    with bar:
        for second in range(0, 151, 10):
            ticking.seconds = second
            bar.update(10)
    first, next_, last = seen.getvalue().splitlines()
    assert first == "Sending: 12%, 70/600 rows, about 02:15 left, 200 created"
    assert next_.startswith("Sending: 22%, 130/600 rows, ")
    assert last.startswith("Sending: 27%, 160/600 rows, ")
    assert seen.getvalue().replace("\n", "").isprintable()


def test_progress_that_is_not_wanted(
    ticking: Ticking, monkeypatch: pytest.MonkeyPatch, kept: Kept
) -> None:
    """Nothing, neither in a file nor in a log."""
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    with progress_bar(9, shown=False, counts=dict, per_second=4, per_minute=180) as bar:
        monkeypatch.setattr(bar, "_lines", MinuteLines(ticking))
        ticking.seconds = 999.0
        bar.update()
    with stage_bar("Reading", shown=False) as tell:
        tell("rows", 0.5)
    assert (seen.getvalue(), kept.records) == ("", [])


def test_a_note_goes_to_the_log_if_there_is_one(
    monkeypatch: pytest.MonkeyPatch, kept: Kept
) -> None:
    """So that a file with both has it once; without a log it is printed."""
    seen = io.StringIO()
    monkeypatch.setattr(sys, "stderr", seen)
    note("Reading: rows, 50%")
    assert (seen.getvalue(), kept.lines(logging.INFO)) == ("", ["Reading: rows, 50%"])
    logging.getLogger().removeHandler(kept)
    monkeypatch.setattr("certbulk.progress.is_logged", lambda _: False)
    note("Reading: rows, 60%")
    assert seen.getvalue() == "Reading: rows, 60%\n"


def test_stages_in_a_file(monkeypatch: pytest.MonkeyPatch, kept: Kept) -> None:
    """Reading and validating, too."""
    moments = iter([0.0, 30.0, 61.0, 61.0, 90.0])
    monkeypatch.setattr("certbulk.progress.MinuteLines", lambda: MinuteLines(lambda: next(moments)))
    with stage_bar("Validating", shown=True) as tell:
        for share in (0.1, 0.5, 0.8):
            tell("Title", share)
    assert kept.lines(logging.INFO) == ["Validating: Title, 50%"]


@pytest.mark.campaign
def test_a_command_whose_output_goes_to_a_file(talkative: tuple[cb.Client, Kept]) -> None:
    """No bar in it, but a line of plain text at the end."""
    client, _ = talkative
    code = (
        "import sys, certbulk as cb, pandas as pd\n"
        "client = cb.Client(sys.argv[1], 706028, sys.argv[2], sys.argv[3], per_second=1000,\n"
        "                   per_minute=60000, share_pace=False)\n"
        "rows = pd.DataFrame({'id': [288901], 'balance': [55]})\n"
        "run = cb.apply(cb.plan(cb.validate(cb.read(rows)), client), client, settle_pause=0)\n"
        "print(run.counts['updated'])\n"
    )
    words: list[Any] = [sys.executable, "-c", code, client.base_url, *TOKENS[:2]]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == "1\n"
    assert re.fullmatch(r"[A-Z][a-z]+: 100%, 1/1 rows, 1 updated\n", done.stderr)
