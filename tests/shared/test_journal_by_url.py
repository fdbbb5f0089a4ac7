"""The journal by URL: where it is taken from, its versions, and what never shows its password."""

import logging
import os
import pickle
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

import certbulk as cb
from certbulk.applying.journal.chain_lock import Claim
from certbulk.applying.journal.shared_store import STEPS, SharedStore
from certbulk.applying.journal.writing import Journal
from certbulk.applying.outcome import Outcome, Status
from certbulk.cli import app
from certbulk.sandbox.server import PARTNER_TOKEN, USER_TOKEN
from certbulk.settings import Settings
from tests.recovery.scenes import creates, sent

from .postgres import Postgres, free_port

if TYPE_CHECKING:
    from certbulk.shared.engine import Step

POOLER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
SECRET = "canary-7f3a"


def test_explicitly(client: cb.Client, url: str) -> None:
    """A `Journal` as `state_dir` is used by every function, without any setting."""
    home = cb.Journal(url)
    run = sent(client, *creates(2), state_dir=home)
    assert cb.attach(run.id, home).ok
    assert list(cb.runs(home)["run"]) == [run.id]
    assert cb.undo(run.id, client, state_dir=home).writes == 2
    assert cb.stop(run.id, home) == "finished"
    assert cb.runs().empty


def test_a_folder_that_is_named_is_used(
    client: cb.Client, shared_journal: str, tmp_path: Path
) -> None:
    """What is given in a call comes before the settings."""
    assert shared_journal
    run = sent(client, *creates(1), state_dir=tmp_path / "mine")
    assert cb.runs().empty
    assert list(cb.runs(tmp_path / "mine")["run"]) == [run.id]


def test_by_option(client: cb.Client, url: str) -> None:
    """`--journal` comes before the command, and is for this command only."""
    run = sent(client, *creates(1), state_dir=cb.Journal(url))
    assert run.id in CliRunner().invoke(app, ["--journal", url, "runs"]).output
    assert run.id not in CliRunner().invoke(app, ["runs"]).output


def test_two_processes_make_the_tables(url: str) -> None:
    """Whoever comes second finds them made, in whatever moment it comes."""
    program = (
        "import sys\nimport certbulk as cb\nsys.stdin.readline()\n"
        "print(len(cb.runs(cb.Journal(sys.argv[1]))))"
    )
    from tests.recovery.scenes import child

    several = [child(program, url) for _ in range(4)]
    for process in several:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60) for process in several]
    assert [out for out, _ in told] == ["0\n"] * 4, told


def test_a_role_with_the_rights_that_are_documented(
    client: cb.Client, url: str, postgres: Postgres
) -> None:
    """Whoever looks first makes all tables, also those of lanes, so that they have one owner.

    Without the rights, the message says what is missing and who can give it.
    """
    database = url.rsplit("/", 1)[1]
    guide = Path(cb.__file__).parent / "docs" / "how-to" / "approval.md"
    grants = re.findall(r"^GRANT .*;$", guide.read_text(encoding="utf-8"), re.MULTILINE)
    postgres.query(f'CREATE ROLE "{database}" LOGIN')
    theirs = cb.Journal(url.replace("anna@", f"{database}@"))
    with pytest.raises(cb.OutputError, match="lacks a right"):
        cb.runs(theirs)
    cb.runs(cb.Journal(url))
    with pytest.raises(cb.OutputError, match="grants the rights"):
        cb.runs(theirs)
    for grant in grants:
        postgres.query(grant.replace("bob", f'"{database}"'), database)
    with cb.Client(
        client.base_url, client.chain_id, PARTNER_TOKEN, USER_TOKEN, share_pace=theirs
    ) as sender:
        assert sent(sender, *creates(1), state_dir=theirs).ok
    mine = sent(client, *creates(1, start=5), state_dir=cb.Journal(url))
    with closing(Journal(cb.Journal(url))) as journal, closing(Journal(theirs)) as other:
        claim = Claim(client.service, client.chain_id, mine.id, "")
        with journal.one_run(claim), pytest.raises(cb.OutputError, match="another role"):
            other.end_session(mine.id)


def test_an_older_journal_is_upgraded_and_a_newer_one_refused(client: cb.Client, url: str) -> None:
    """A step leads from one version to the next, once; then this version is too old for it."""
    home = cb.Journal(url)
    run = sent(client, *creates(1), state_dir=home)
    done: list[str] = []

    def step(connection: object) -> None:
        done.append("step")
        connection.execute(text("ALTER TABLE certbulk.runs ADD COLUMN colour text"))  # type: ignore[attr-defined]

    steps: tuple[Step, ...] = (*STEPS, step)
    for _ in range(2):
        with closing(SharedStore(home, steps)):
            assert done == ["step"]
    with pytest.raises(cb.OutputError, match="newer version of certbulk"):
        cb.attach(run.id, home)


def test_a_step_that_fails_changes_nothing(client: cb.Client, url: str) -> None:
    """The upgrade is one transaction."""
    home = cb.Journal(url)
    run = sent(client, *creates(1), state_dir=home)

    def step(connection: object) -> None:
        connection.execute(text("DROP TABLE certbulk.outcomes"))  # type: ignore[attr-defined]
        connection.execute(text("SELECT 1 / 0"))  # type: ignore[attr-defined]

    with pytest.raises(cb.OutputError, match="division by zero"):
        SharedStore(home, (*STEPS, step))
    assert cb.attach(run.id, home).ok


def test_nul_characters_and_long_ids(client: cb.Client, url: str) -> None:
    """PostgreSQL takes no NUL in a text, so it is left out; ids have 64 bits."""
    home = cb.Journal(url)
    run = sent(client, *creates(1), state_dir=home)
    outcome = Outcome(
        row=run.outcomes[0].row,
        status=Status.FAILED,
        code="rejected",
        message="no\0thing",
        id=2**40,
        attempts=1,
    )
    with closing(Journal(home)) as journal:
        journal.settle(run.id, outcome, {"title": "a\0b"})
        kept = journal.outcomes(run.id)[outcome.row]
        assert (kept.message, kept.id) == ("nothing", 2**40)
        assert journal.stored(run.id)[outcome.row] == {"title": "a\0b"}


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://anna:{}@127.0.0.1:1/x",
        "postgresql+psycopg://anna@127.0.0.1:1/x?password={}",
        "postgresql+psycopg://anna:{}@127.0.0.1:1/x?no_such_option=1",
        "postgresql+psycopg://anna:{}@127.0.0.1:none/x",
        "postgresql+psycopg://anna:{}@127.0.0.1/a/b",
        "postgresql+psycopg://anna:{}/b@127.0.0.1/x",
        "mysql://anna:{}@127.0.0.1/x",
        "postgresql+psycopg://[::1/{}",
    ],
)
def test_the_password_is_never_shown(
    address: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Errors, logs, what is printed and pickled, and what the command line says have none of it."""
    caplog.set_level(logging.DEBUG)
    url = address.format(SECRET)
    monkeypatch.setenv("CERTBULK_JOURNAL_URL", url)
    settings = Settings.load()
    with pytest.raises(cb.CertbulkError) as told:
        cb.runs()
    said = CliRunner().invoke(app, ["runs"])
    assert said.exit_code == 2
    shown = [str(told.value), repr(told.value), said.output, repr(settings), str(settings)]
    shown += [caplog.text, repr(settings.journal_url), str(pickle.dumps(settings))]
    if told.type is cb.OutputError:
        home = cb.Journal(url)
        shown += [repr(home), str(home), repr(vars(home))]
        with pytest.raises(cb.ArgumentError):
            pickle.dumps(home)
    assert not [words for words in shown if SECRET in words]


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch, client: cb.Client) -> None:
    """Nothing is sent, and the message names the database and the setting."""
    monkeypatch.setenv("CERTBULK_JOURNAL_URL", f"postgresql+psycopg://127.0.0.1:{free_port()}/x")
    with pytest.raises(cb.OutputError, match="CERTBULK_JOURNAL_URL"):
        sent(client, *creates(1))


@pytest.fixture(params=["transaction"])
def pooler(
    postgres: Postgres, url: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The URL of the same database through a pooler, by default in transaction mode."""
    if POOLER is None:
        pytest.skip("PgBouncer is not installed (Debian: pgbouncer)")
    port, folder = free_port(), postgres.folder / f"pooler-{tmp_path.name}"
    folder.mkdir()
    (folder / "users").write_text('"anna" ""\n')
    (folder / "ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={postgres.port}\n[pgbouncer]\n"
        f"listen_addr=127.0.0.1\nlisten_port={port}\nauth_type=trust\nauth_file={folder}/users\n"
        f"pool_mode={request.param}\nunix_socket_dir=\nignore_startup_parameters=extra_float_digits\n"
    )
    user = {"user": "postgres"} if os.getuid() == 0 else {}
    process = subprocess.Popen(
        [POOLER, "-q", str(folder / "ini")],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **user,  # type: ignore[call-overload]
    )
    yield postgres.url(url.rsplit("/", 1)[1], port=port)
    process.kill()
    process.wait()


def test_a_pooler_in_transaction_mode_is_refused(client: cb.Client, pooler: str) -> None:
    """Locks would vanish with it, so nothing is sent; reading works."""
    home = cb.Journal(pooler)
    for _ in range(50):  # until it listens
        try:
            assert cb.runs(home).empty
            break
        except cb.OutputError:
            os.sched_yield()
    with pytest.raises(cb.SettingsError, match="pooler"):
        sent(client, *creates(1), state_dir=home)
    assert cb.runs(home).empty


@pytest.mark.parametrize("pooler", ["session"], indirect=True)
def test_a_pooler_in_session_mode_will_do(client: cb.Client, pooler: str) -> None:
    """Every connection keeps its session, so the lock of a chain holds."""
    home = cb.Journal(pooler)
    for _ in range(50):  # until it listens
        try:
            cb.runs(home)
            break
        except cb.OutputError:
            os.sched_yield()
    assert sent(client, *creates(3), state_dir=home).ok
