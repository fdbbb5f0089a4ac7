"""A journal of a former version: brought up to date as a whole, or left as it was."""

import shutil
import sqlite3
import stat
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

import certbulk as cb
from certbulk.applying.journal import database, migrations
from certbulk.applying.journal.database import opened
from certbulk.applying.journal.migrations import STEPS
from certbulk.applying.journal.schema import VERSION
from certbulk.applying.journal.writing import Journal
from tests.recovery.scenes import child

STORED = Path(__file__).parents[1] / "recovery" / "state_v1" / "journal.sqlite"
TABLES = ("runs", "intents", "outcomes", "requests", "settled", "approvals", "kept_plans")


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A journal of version 1, with runs in it."""
    return Path(shutil.copy(STORED, tmp_path / "journal.sqlite"))


def ask(journal: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(journal)) as connection:
        return connection.execute(question).fetchall()


def version_of(journal: Path) -> int:
    return int(ask(journal, "PRAGMA user_version")[0][0])


def shape(journal: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the columns and indexes of every table."""
    return {
        table: ask(journal, f"PRAGMA table_info({table})")
        + [row[1:] for row in ask(journal, f"PRAGMA index_list({table})")]
        for table in TABLES
    }


def content(journal: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return what is in the columns of version 1."""
    return {
        "runs": ask(journal, "SELECT run, plan_id, state, plan, plan_sha256 FROM runs"),
        "intents": ask(journal, "SELECT number, run, row, at FROM intents"),
        "outcomes": ask(journal, "SELECT run, row, status, id, code, stored FROM outcomes"),
        "requests": ask(journal, "SELECT * FROM requests"),
    }


def test_a_migrated_journal_is_as_a_new_one(old: Path, tmp_path: Path) -> None:
    """Tables, columns, their order, defaults and indexes are those that a new journal gets."""
    opened(old).dispose()
    opened(tmp_path / "new.sqlite").dispose()
    assert shape(old) == shape(tmp_path / "new.sqlite")
    assert version_of(old) == version_of(tmp_path / "new.sqlite") == VERSION == len(STEPS) + 1


def test_everything_is_still_there_and_a_copy_beside_it(old: Path) -> None:
    """What was in the journal is in it afterwards, and in a copy that only the user may read."""
    before = content(old)
    opened(old).dispose()
    copy = old.with_name("journal.v1.sqlite")
    assert content(old) == content(copy) == before
    assert version_of(copy) == 1
    assert sorted(path.name for path in old.parent.glob("journal.*")) == [
        "journal.lock",
        "journal.sqlite",
        "journal.v1.sqlite",
    ]
    if sys.platform != "win32":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_the_copy_has_what_is_in_the_log_alone(old: Path) -> None:
    """What a killed process left in the write-ahead log is in the copy as well."""
    with closing(sqlite3.connect(old)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("UPDATE runs SET reason = 'only in the log'")
        writer.commit()
        opened(old).dispose()
    reasons = ask(old.with_name("journal.v1.sqlite"), "SELECT DISTINCT reason FROM runs")
    assert reasons == [("only in the log",)]


def test_a_copy_that_is_there_stays(old: Path) -> None:
    """The first copy is kept, and half a copy of a process that died is not taken for one."""
    old.with_name("journal.v1.sqlite").write_bytes(b"the first one")
    opened(old).dispose()
    assert old.with_name("journal.v1.sqlite").read_bytes() == b"the first one"


def test_half_a_copy_is_made_anew(old: Path) -> None:
    """What a process left that died while it copied is not in the way."""
    old.with_name("journal.v1.sqlite.part").write_bytes(b"half of it")
    opened(old).dispose()
    assert version_of(old.with_name("journal.v1.sqlite")) == 1
    assert not old.with_name("journal.v1.sqlite.part").exists()


@pytest.mark.parametrize("statement", range(27))
def test_a_crash_on_the_way_leaves_the_old_journal(
    old: Path, monkeypatch: pytest.MonkeyPatch, statement: int
) -> None:
    """Whichever statement is the last that is carried out: the old journal is there, and whole."""
    before, columns = content(old), shape(old)
    really, left = Connection.exec_driver_sql, [statement + 3]  # version, begin, version come first

    def dying(self: Connection, sql: str, *args: Any) -> Any:
        left[0] -= 1
        if left[0] < 0 and sql != "ROLLBACK":
            raise SystemExit
        return really(self, sql, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "exec_driver_sql", dying)
        with pytest.raises(SystemExit):
            opened(old)
    assert version_of(old) == 1
    assert (content(old), shape(old)) == (before, columns)
    opened(old).dispose()
    assert (content(old), version_of(old)) == (before, VERSION)


KILLED = """
    import os, sys
    from pathlib import Path
    from certbulk.applying.journal import migrations
    from certbulk.applying.journal.database import opened
    steps = (*migrations.STEPS, lambda connection: os._exit(9))
    opened(Path(sys.argv[1]), steps)
"""


@pytest.mark.campaign
def test_a_killed_process_leaves_the_old_journal(old: Path) -> None:
    """A process that is gone in the middle of it, without a word, has changed nothing."""
    before = content(old)
    with child(KILLED, str(old)) as process:
        assert process.wait() == 9
    assert (content(old), version_of(old)) == (before, 1)
    opened(old).dispose()
    assert (content(old), version_of(old)) == (before, VERSION)


def test_several_open_it_at_once(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One brings it up to date, the others wait, and all can use it."""
    done, really = [], migrations.migrate

    def counted(connection: Connection, version: int, steps: Any) -> None:
        done.append(version)
        really(connection, version, steps)

    monkeypatch.setattr(database, "migrate", counted)
    with ThreadPoolExecutor(8) as pool:
        journals = list(pool.map(lambda _: Journal(old.parent), range(8)))
    assert done == [1]
    for journal in journals:
        assert len(journal.runs()) == 5
        journal.close()


OPENING = """
    import sys
    from pathlib import Path
    from certbulk.applying.journal.writing import Journal
    print(len(Journal(Path(sys.argv[1])).runs()))
"""


@pytest.mark.campaign
def test_several_processes_open_it_at_once(old: Path) -> None:
    """The same with processes."""
    processes = [child(OPENING, str(old.parent)) for _ in range(4)]
    answers = [process.communicate() for process in processes]
    assert answers == [("5\n", "")] * 4
    assert version_of(old) == VERSION


def _add_colour(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN colour VARCHAR DEFAULT '' NOT NULL")
    connection.exec_driver_sql("UPDATE runs SET colour = 'green' WHERE kind = 'undo'")


@pytest.mark.parametrize("start", ["old", "new", "missing"])
def test_a_further_step(old: Path, start: str) -> None:
    """A step of a later version is carried out after those before it, once, whatever was there."""
    if start == "new":
        opened(old).dispose()
    if start == "missing":
        old.unlink()
    for _ in range(2):
        opened(old, (*STEPS, _add_colour)).dispose()
    assert version_of(old) == VERSION + 1
    colours = ask(old, "SELECT colour, count(*) FROM runs GROUP BY colour ORDER BY colour")
    assert colours == ([] if start == "missing" else [("", 4), ("green", 1)])
    copies = {
        "old": ["journal.v1.sqlite"],
        "new": ["journal.v1.sqlite", f"journal.v{VERSION}.sqlite"],
    }
    assert sorted(path.name for path in old.parent.glob("*.v?.*")) == copies.get(start, [])
    with pytest.raises(cb.OutputError, match="newer version of certbulk"):
        opened(old)


def _no_sql(connection: Connection) -> None:
    connection.exec_driver_sql("no SQL")


def test_a_step_that_fails(old: Path) -> None:
    """It says that the journal is as it was and what to do, and so it is."""
    before = content(old)
    with pytest.raises(cb.OutputError, match="was made by an older version") as told:
        opened(old, (*STEPS, _no_sql))
    assert "It was not changed" in str(told.value)
    assert (content(old), version_of(old)) == (before, 1)


def test_tables_that_were_made_in_part(tmp_path: Path) -> None:
    """A process of version 1 that died making the tables of a new journal left some of them."""
    journal = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(STORED)) as stored, closing(sqlite3.connect(journal)) as half:
        for name in ("intents", "outcomes"):
            question = "SELECT sql FROM sqlite_master WHERE name = ?"
            half.execute(stored.execute(question, (name,)).fetchone()[0])
        half.commit()
    opened(journal).dispose()
    opened(tmp_path / "new.sqlite").dispose()
    assert {t: sorted(map(str, c)) for t, c in shape(journal).items()} == {
        t: sorted(map(str, c)) for t, c in shape(tmp_path / "new.sqlite").items()
    }


@pytest.mark.parametrize(
    "table", ["CREATE TABLE runs (something TEXT)", "CREATE TABLE people (name TEXT)"]
)
def test_a_database_of_another_program(tmp_path: Path, table: str) -> None:
    """It is refused, and not a byte of it changes."""
    journal = tmp_path / "journal.sqlite"
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute(table)
        connection.execute("PRAGMA journal_mode = WAL")
    before = journal.read_bytes()
    with pytest.raises(cb.OutputError, match="of another program"):
        opened(journal)
    assert journal.read_bytes() == before


def test_a_process_of_version_1_goes_on_writing(old: Path) -> None:
    """A run of the former version that is under way writes as before, and is not in doubt."""
    run = ask(old, "SELECT run FROM runs")[0][0]
    with closing(sqlite3.connect(old)) as former:
        former.execute("PRAGMA journal_mode = WAL")
        intend = "INSERT INTO intents (run, row, at) VALUES (?, ?, ?)"
        settle = (
            "INSERT INTO outcomes (run, row, status, id, code, message, http_status, attempts, at, "
            "stored) VALUES (?, ?, 'created', 7, '', '', 200, 1, '', '{}') ON CONFLICT (run, row) "
            "DO UPDATE SET status = 'created'"
        )
        former.execute(intend, (run, 90, "then"))
        former.commit()
        with closing(Journal(old.parent)) as journal:
            former.execute(intend, (run, 91, "now"))
            former.execute(settle, (run, 91))
            former.commit()
            assert journal.intents(run)[90] == journal.intents(run)[91] == 1
            outcome = journal.outcomes(run)[91]
            assert (outcome.status, outcome.own, outcome.verified) == ("created", None, "")
            assert journal.rows_sent_again(run) == set()


def test_a_copy_that_cannot_be_made(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a copy nothing is changed, and half a copy does not stay on a disk that is full."""
    before = content(old)

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(self), None, str(target))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", full)
        with pytest.raises(cb.OutputError, match="No space left on device") as told:
            opened(old)
    assert "It was not changed" in str(told.value)
    assert (content(old), version_of(old)) == (before, 1)
    assert not list(old.parent.glob("journal.v1*"))


@pytest.mark.parametrize(
    "name", ["with space", "100% sure?", "a#b", "été", "a&b=c;d", "[x]'\"", "%41"]
)
def test_folders_of_any_name(tmp_path: Path, name: str) -> None:
    """What means something in an address is a letter like others in the name of a folder."""
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(STORED, folder / "journal.sqlite")
    with closing(Journal(folder)) as journal:
        assert len(journal.runs()) == 5
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert version_of(folder / "journal.v1.sqlite") == 1


def test_a_folder_that_is_given_from_here(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative path keeps its meaning when the process goes to another folder."""
    monkeypatch.chdir(old.parent)
    (tmp_path / "elsewhere").mkdir()
    with closing(Journal(Path())) as journal:
        run = journal.runs()[0]
        monkeypatch.chdir(tmp_path / "elsewhere")
        journal.intend(run, 2, "now")
        assert len(journal.runs()) == 5
    assert not list((tmp_path / "elsewhere").iterdir())
