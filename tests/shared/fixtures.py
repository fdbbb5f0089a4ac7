"""A database of each test's own in one PostgreSQL, which is skipped if there is none."""

import itertools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import certbulk as cb

from .postgres import Postgres, binaries

As = Callable[..., cb.Journal]
_NUMBERS = itertools.count(1)
_CUT = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks "
    "WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = '{}')"
)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: certbulk[postgres]")
    programs = binaries()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: postgresql)")
    running = Postgres(programs)
    try:
        yield running
    finally:
        running.close()


@pytest.fixture
def url(postgres: Postgres, request: pytest.FixtureRequest) -> str:
    """The URL of an empty database."""
    name = re.sub(r"\W", "_", request.node.name.lower())[:40] + f"_{next(_NUMBERS)}"
    postgres.query(f'CREATE DATABASE "{name}"')
    return postgres.url(name)


@pytest.fixture
def shared_journal(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same, and the settings have it as the journal."""
    monkeypatch.setenv("CERTBULK_JOURNAL_URL", url)
    return url


@pytest.fixture
def as_(url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> As:
    """Return a function that makes this process that of another person, with a role of its own."""
    database = url.rsplit("/", 1)[1]
    cb.runs(cb.Journal(url))  # makes the tables, which are anna's
    postgres.query(
        "DO $$ BEGIN CREATE ROLE bob LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    )
    for right in (
        "USAGE ON SCHEMA",
        "ALL ON ALL TABLES IN SCHEMA",
        "ALL ON ALL SEQUENCES IN SCHEMA",
    ):
        postgres.query(f"GRANT {right} certbulk TO bob", database)

    def become(name: str, *, role: str | None = None) -> cb.Journal:
        monkeypatch.setenv("CERTBULK_STATE_DIR", str(tmp_path / name))
        monkeypatch.setenv("LOGNAME", name)
        theirs = url.replace("anna@", f"{role or name}@")
        monkeypatch.setenv("CERTBULK_JOURNAL_URL", theirs)
        return cb.Journal(theirs)

    become("anna")
    return become


@pytest.fixture
def cut(postgres: Postgres, shared_journal: str) -> Callable[[], object]:
    """Return a function that ends the session that holds a lock, as the server's owner can."""
    database = shared_journal.rsplit("/", 1)[1]
    return lambda: postgres.query(_CUT.format(database))


OF_THE_FILE = {
    *("test_journal_trouble", "test_former_version", "test_shared_pace", "test_documents"),
    "test_a_plan_that_was_changed_in_the_journal",
    "test_one_bad_entry_does_not_hide_the_others",
    "test_two_who_look_do_not_see_each_other",
    "test_a_stop_ends_the_waiting",
    "test_while_a_run_holds_the_chain",
    "test_a_practice_server_deep_in_folders",
}
"""Modules, and single tests, that open, damage or move the file of the journal or its locks."""


def on_both(metafunc: pytest.Metafunc) -> None:
    """Parametrise a test of runs, so that it is run with either kind of journal."""
    module = metafunc.module.__name__.rpartition(".")[2]
    if not {module, metafunc.function.__name__} & OF_THE_FILE:
        shared = pytest.param("postgres", marks=pytest.mark.campaign)
        metafunc.parametrize("_kept_in", ["file", shared], indirect=True)


@pytest.fixture(autouse=True)
def _kept_in(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    _clean_environment: None,
) -> Iterator[None]:
    """Let the settings have a shared journal, and fail if a file was used all the same."""
    if getattr(request, "param", "file") == "file":
        yield
        return
    monkeypatch.setenv("CERTBULK_JOURNAL_URL", request.getfixturevalue("url"))
    yield
    assert not list(tmp_path.rglob("journal.sqlite"))
