"""A process that freezes while it writes down that a run begins keeps nobody from the approvals."""

import os
import select
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import psutil
import pytest

import certbulk as cb
from certbulk.sandbox.server import PARTNER_TOKEN, USER_TOKEN
from tests.planning.sheets import plan_of
from tests.recovery.scenes import child, creates

from .fixtures import As
from .postgres import Postgres

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent as POSIX does")

BEGINS = """
    import sys
    import certbulk as cb

    plan = cb.load_plan("plan.json")
    sys.stdin.readline()
    with cb.Client.from_env(chain_id=int(sys.argv[1])) as client:
        try:
            print(cb.apply(plan, client, progress=False, settle_pause=0).state)
        except cb.PlanError as error:
            print(error)
"""

_MARK = b"INSERT INTO certbulk.runs"


class Line:
    """A line to the database, which holds back the second half of a statement.

    Attributes:
        port: Where it listens.
        half: What is done when half of the statement has been passed on.
        goes_on: The other half is passed on when this is set.
    """

    def __init__(self, to: int) -> None:
        self._to = to
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.half: Callable[[], object] = lambda: None
        self.goes_on = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Accept no further connections."""
        self.goes_on.set()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listener.accept()
                threading.Thread(target=self._carry, args=(ours,), daemon=True).start()

    def _carry(self, ours: socket.socket) -> None:
        with suppress(OSError), ours, socket.create_connection(("127.0.0.1", self._to)) as theirs:
            while True:
                for one in select.select([ours, theirs], [], [])[0]:
                    data = one.recv(1 << 16)
                    if not data:
                        return
                    if one is ours and _MARK in data:
                        middle = data.index(_MARK) + (len(data) - data.index(_MARK)) // 2
                        theirs.sendall(data[:middle])
                        data = data[middle:]
                        self.half()
                        self.goes_on.wait()
                    (theirs if one is ours else ours).sendall(data)


@pytest.fixture
def line(postgres: Postgres) -> Iterator[Line]:
    """A line to the database."""
    made = Line(postgres.port)
    yield made
    made.close()


@pytest.mark.campaign
@pytest.mark.parametrize("what", ["withdraw", "approve"])
def test_others_approve_meanwhile(
    client: cb.Client,
    as_: As,
    line: Line,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    what: str,
) -> None:
    """The plan is written first, and may be megabytes; only then the approvals are held.

    The process really stands still, and the database has half of its statement: it waits for the
    rest of it, which none of its limits ends. Whoever withdraws an approval comes first then.
    """
    (tmp_path / "settings").mkdir(exist_ok=True)
    (tmp_path / "settings" / "policy.toml").write_text('approval = "all"', encoding="utf-8")
    monkeypatch.setenv("CERTBULK_BASE_URL", client.base_url)
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", PARTNER_TOKEN)
    monkeypatch.setenv("CERTBULK_USER_TOKEN", USER_TOKEN)
    cb.save_plan(plan_of(client, *creates(2)), "plan.json")
    as_("bob")
    cb.approve("plan.json")
    before = client.list()
    as_("anna")
    url = os.environ["CERTBULK_JOURNAL_URL"]
    host, database = url.rsplit("/", 1)
    through = f"{host.rsplit(':', 1)[0]}:{line.port}/{database}"
    monkeypatch.setenv("CERTBULK_JOURNAL_URL", through)
    stands = threading.Event()
    with ExitStack() as ends:
        process = child(BEGINS, str(client.chain_id))
        ends.callback(process.communicate)
        ends.callback(process.kill)

        def freeze() -> None:
            os.kill(process.pid, signal.SIGSTOP)
            stands.set()

        line.half = freeze
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
        assert stands.wait(60), process.communicate()
        while psutil.Process(process.pid).status() != psutil.STATUS_STOPPED:
            threading.Event().wait(0.01)
        as_("bob")
        limited = f"{os.environ['CERTBULK_JOURNAL_URL']}?options=-c%20lock_timeout%3D3s"
        monkeypatch.setenv("CERTBULK_JOURNAL_URL", limited)
        cb.approve("plan.json", withdraw=what == "withdraw")
        assert cb.runs().empty
        os.kill(process.pid, signal.SIGCONT)
        line.goes_on.set()
        said, trouble = process.communicate(timeout=60)
    assert not trouble
    if what == "withdraw":
        assert "the approval was withdrawn" in said
        assert client.list() == before
    else:
        assert said == "finished\n"
