"""Approval of plans by another person: asked for by the policy, kept in the shared journal."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from typer.testing import CliRunner

import certbulk as cb
from certbulk.applying.journal.shared_store import SharedStore
from certbulk.applying.journal.writing import Journal
from certbulk.applying.sending.run_loop import RunLoop
from certbulk.cli import app
from certbulk.planning.approval import content_digest
from certbulk.planning.saving.files import load_plan
from certbulk.sandbox.server import PARTNER_TOKEN, USER_TOKEN
from tests.planning.sheets import plan_of
from tests.recovery.scenes import again, creates, go

from .fixtures import As
from .postgres import Postgres

NEEDED = "approval of another person"


@pytest.fixture(autouse=True)
def policy(tmp_path: Path) -> Path:
    """A policy that asks for the approval of every plan."""
    path = tmp_path / "settings" / "policy.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text('approval = "all"', encoding="utf-8")
    return path


def saved(client: cb.Client, rows: int = 2) -> cb.Plan:
    plan = plan_of(client, *creates(rows))
    cb.save_plan(plan, "plan.json", overwrite=True)
    return plan


def test_without_a_shared_journal_it_says_what_it_needs(client: cb.Client) -> None:
    """Neither applying nor approving works with a file, and nothing is sent."""
    plan, before = saved(client), client.list()
    assert plan.needs_approval
    with pytest.raises(cb.SettingsError, match="CERTBULK_JOURNAL_URL"):
        go(plan, client)
    assert client.list() == before
    assert cb.runs().empty


def test_a_rehearsal_needs_none(client: cb.Client) -> None:
    """It sends nothing to the chain."""
    assert cb.rehearse(plan_of(client, *creates(1)).report, client).run.ok


def test_the_digest_is_the_same_for_a_file(client: cb.Client) -> None:
    """A plan in memory and the file of it have the same content, updates with prices included."""
    rows: list[dict[str, Any]] = [{"id": 288901, "balance": 60}, {"id": 288902, "balance": 60.5}]
    plan = cb.plan(rows, client)
    assert content_digest(load_plan(cb.save_plan(plan, "plan.json"))) == content_digest(plan)
    assert content_digest(plan.without([plan.decisions[0].row])) != content_digest(plan)


@pytest.mark.campaign
def test_approved_by_another_and_applied(client: cb.Client, as_: As) -> None:
    """Nobody, then another person; the run keeps who and when, and a resume does not ask anew."""
    plan = saved(client)
    with pytest.raises(cb.PlanError, match="Nobody has approved it"):
        go(plan, client)
    with pytest.raises(cb.PlanError, match="You made this plan"):
        cb.approve(plan)
    as_("bob")
    (approval,) = cb.approve("plan.json")
    assert (approval.role, approval.who.partition("@")[0]) == ("bob", "bob")
    as_("anna")
    run = go(plan, client)
    assert run.ok
    assert run.approved == approval == cb.attach(run.id).approved
    assert run.as_dict()["approved"]["role"] == "bob"
    assert cb.runs()["approved_by"].to_list() == [approval.in_words]
    assert again(run.id, client).approved == approval
    said = CliRunner().invoke(app, ["show", run.id]).output
    assert "Approved by bob (bob@" in said


@pytest.mark.campaign
def test_who_sends_is_not_another(client: cb.Client, as_: As) -> None:
    """Whoever has approved does not send: the role tells, and the login name if it is the same."""
    plan = saved(client)
    as_("bob")
    cb.approve("plan.json")
    with pytest.raises(cb.PlanError, match="who is sending it"):
        go(plan, client)
    as_("carol", role="bob")
    assert go(plan, client).ok


@pytest.mark.campaign
def test_other_rows_are_another_plan(client: cb.Client, as_: As, policy: Path) -> None:
    """A row that was left out after the approval, or that the policy blocks, is refused."""
    plan = saved(client)
    as_("bob")
    cb.approve("plan.json")
    as_("anna")
    with pytest.raises(cb.PlanError, match="is not what would be sent"):
        go(plan.without([plan.decisions[0].row]), client)
    policy.write_text('approval = "all"\nmost_creates = 1', encoding="utf-8")
    with pytest.raises(cb.PlanError, match="is not what would be sent"):
        go(plan, client)


@pytest.mark.campaign
def test_an_approval_is_withdrawn(client: cb.Client, as_: As) -> None:
    """It counts no more; once the run has begun, it is too late."""
    plan = saved(client)
    as_("bob")
    cb.approve("plan.json")
    assert cb.approve("plan.json", withdraw=True) == ()
    as_("anna")
    with pytest.raises(cb.PlanError, match="withdrawn"):
        go(plan, client)
    as_("bob")
    cb.approve("plan.json")
    as_("anna")
    run = go(plan, client)
    with pytest.raises(cb.PlanError, match=f"Run {run.id} has begun"):
        cb.approve(plan, withdraw=True)


@pytest.mark.campaign
def test_a_withdrawal_while_a_run_begins(
    client: cb.Client, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the lock of the approvals goes first; the other one sees what came of it."""
    plan, journal = saved(client), as_("bob")
    cb.approve("plan.json")
    as_("anna")
    really = SharedStore.approving
    waiting: list[object] = []

    def late(self: SharedStore, connection: object, key: str) -> str:
        monkeypatch.setattr(SharedStore, "approving", really)
        cb.approve(plan, state_dir=journal, withdraw=True)  # right before the lock is taken
        waiting.append(key)
        return really(self, connection, key)  # type: ignore[arg-type]

    monkeypatch.setattr(SharedStore, "approving", late)
    before = client.list()
    with pytest.raises(cb.PlanError, match="withdrawn"):
        go(plan, client)
    assert waiting == [plan.id]
    assert client.list() == before
    assert cb.runs().empty


@pytest.mark.campaign
def test_a_plan_is_written_before_others_have_to_wait(
    client: cb.Client, as_: As, postgres: Postgres, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing long is sent under the lock of approvals: a frozen process would hold it for ever.

    The database ends sessions that are idle in a transaction, not those within a message.
    """
    plan = saved(client, 400)
    as_("bob")
    cb.approve("plan.json")
    as_("anna")
    begun, lengths = list[int](), list[int]()
    really = SharedStore.approving

    def late(self: SharedStore, connection: Any, key: str) -> str:
        begun.append(connection.exec_driver_sql("SELECT count(*) FROM certbulk.runs").scalar())
        role = really(self, connection, key)
        event.listen(
            connection, "before_cursor_execute", lambda *how: lengths.append(len(str(how[3])))
        )
        return role

    monkeypatch.setattr(SharedStore, "approving", late)
    monkeypatch.setattr(RunLoop, "carry_out", _interrupt)
    with pytest.raises(RuntimeError):
        go(plan, client)
    assert begun == [1]
    assert max(lengths) < 2000
    approved = "SELECT approved IS NOT NULL FROM certbulk.runs"
    assert postgres.query(approved, url.rsplit("/", 1)[1]) == [(True,)]


@pytest.mark.campaign
def test_an_undo_needs_one_as_well(client: cb.Client, as_: As, policy: Path) -> None:
    """Both plan it, and the content is the same; a policy may leave undos out."""
    plan = saved(client)
    as_("bob")
    cb.approve("plan.json")
    as_("anna")
    run = go(plan, client)
    with pytest.raises(cb.PlanError, match=NEEDED):
        go(cb.undo(run, client), client)
    as_("bob")
    cb.approve(cb.undo(run.id, client))
    as_("anna")
    assert go(cb.undo(run, client), client).ok
    policy.write_text('approval = "all but undo"', encoding="utf-8")
    assert not cb.undo(run, client).needs_approval


@pytest.mark.campaign
def test_the_database_writes_the_role(as_: As, postgres: Postgres, url: str) -> None:
    """An entry with another role, or a changed one, is not possible for whoever may write."""
    as_("anna")
    database = url.rsplit("/", 1)[1]
    postgres.query(
        "INSERT INTO certbulk.approvals (plan, digest, what, who, role) "
        "VALUES ('a plan', '', 'approved', 'anna@x', 'bob')",
        database,
    )
    assert postgres.query("SELECT role FROM certbulk.approvals", database) == [("anna",)]
    with pytest.raises(Exception, match="never changed"):
        postgres.query("UPDATE certbulk.approvals SET role = 'bob'", database)


@pytest.mark.campaign
def test_a_run_without_approval_sends_no_more_rows(
    client: cb.Client, as_: As, policy: Path
) -> None:
    """If the policy asks for it only since a run began, its open rows are blocked."""
    as_("anna")
    policy.unlink()
    plan = saved(client, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "intend", _interrupt)
        with pytest.raises(RuntimeError):
            go(plan, client)
    policy.write_text('approval = "all"', encoding="utf-8")
    number = str(cb.runs()["run"].iloc[0])
    run = again(number, client)
    assert {o.code for o in run.outcomes} == {"policy_approval"}


def _interrupt(*_: object, **__: object) -> None:
    raise RuntimeError


@pytest.mark.campaign
def test_at_a_terminal(client: cb.Client, as_: As) -> None:
    """`approve` shows what it approves, and says when; `--withdraw` takes it back."""
    saved(client)
    as_("bob")
    runner = CliRunner()
    done = runner.invoke(app, ["approve", "plan.json", "--yes"])
    assert done.exit_code == 0, done.output
    assert "Approved by bob (bob@" in done.output
    assert '"role": "bob"' in runner.invoke(app, ["approve", "plan.json", "--yes", "--json"]).output
    assert "Withdrawn" in runner.invoke(app, ["approve", "plan.json", "--withdraw"]).output


@pytest.mark.campaign
def test_a_shared_journal_of_version_1_is_brought_up_to_date(
    client: cb.Client, as_: As, postgres: Postgres, url: str
) -> None:
    """The upgrade keeps its runs, and makes the columns and the trigger of a new one."""
    home, database = as_("anna"), url.rsplit("/", 1)[1]
    shape = (
        "SELECT column_name, data_type, collation_name, is_nullable FROM "
        "information_schema.columns WHERE table_schema = 'certbulk' "
        "AND table_name IN ('approvals', 'runs', 'kept_plans', 'holders') "
        "ORDER BY table_name, column_name"
    )
    new = postgres.query(shape, database)
    for statement in (
        "DROP TABLE certbulk.approvals",
        "DROP FUNCTION certbulk.vouch_for_approval",
        "ALTER TABLE certbulk.runs DROP COLUMN approved",
        "DROP TABLE certbulk.kept_plans",
        "ALTER TABLE certbulk.holders DROP COLUMN before",
        "UPDATE certbulk.versions SET version = 1 WHERE part = 'journal'",
    ):
        postgres.query(statement, database)
    assert cb.runs(home).empty
    assert postgres.query(shape, database) == new
    saved(client)
    postgres.query("GRANT ALL ON ALL TABLES IN SCHEMA certbulk TO bob", database)
    postgres.query("GRANT ALL ON ALL SEQUENCES IN SCHEMA certbulk TO bob", database)
    as_("bob")
    assert cb.approve("plan.json")[0].role == "bob"


@pytest.fixture
def _settings(client: cb.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CERTBULK_BASE_URL", client.base_url)
    monkeypatch.setenv("CERTBULK_PARTNER_TOKEN", PARTNER_TOKEN)
    monkeypatch.setenv("CERTBULK_USER_TOKEN", USER_TOKEN)


@pytest.mark.campaign
@pytest.mark.usefixtures("_settings")
def test_a_fleet_leaves_out_what_nobody_has_approved(client: cb.Client, as_: As) -> None:
    """Its plan is approved by its id, is not made anew meanwhile, and is sent then."""
    jobs = [{"chain": client.chain_id, "file": str(Path("rows.csv").absolute())}]
    Path("rows.csv").write_text("id,balance\n288901,60\n", encoding="utf-8")
    fleet = cb.fleet(jobs, progress=False).plan()
    assert fleet.counts == cb.fleet(jobs, progress=False).apply().counts == {"left_out": 1}
    (plan,) = fleet.unapproved
    assert plan in str(fleet.frame["reason"].iloc[0])
    as_("bob")
    assert cb.approve(plan)[0].role == "bob"
    as_("anna")
    assert cb.fleet(jobs, progress=False).look().counts == {"planned": 1}
    assert cb.fleet(jobs, progress=False).apply().ok


@pytest.mark.campaign
@pytest.mark.usefixtures("_settings")
def test_the_question_comes_after_the_approval(client: cb.Client, as_: As) -> None:
    """Nobody is asked whether to send what would be refused."""
    as_("anna")
    saved(client)
    ended = CliRunner().invoke(app, ["apply", "plan.json", "--chain-id", str(client.chain_id)])
    assert NEEDED in ended.stderr
    assert "Send 2" not in ended.output


RACERS = """
import sys, time
import certbulk as cb
what, at, chain = sys.argv[1:]
plan, client = cb.load_plan("plan.json"), cb.Client.from_env(chain_id=int(chain))
time.sleep(max(0, float(at) - time.time()))
try:
    cb.apply(plan, client, progress=False) if what == "apply" else cb.approve(plan, withdraw=True)
except cb.PlanError:
    sys.exit(9)
"""


@pytest.mark.campaign
@pytest.mark.usefixtures("_settings")
@pytest.mark.parametrize("later", [-0.05, 0.0, 0.05])
def test_a_withdrawal_and_a_run_race(client: cb.Client, as_: As, later: float) -> None:
    """Of two processes, exactly one succeeds: nothing is sent, or it is too late to withdraw."""
    as_("anna")
    saved(client)
    as_("bob")
    cb.approve("plan.json")
    as_("anna")
    before, start = len(client.list()), time.time() + 4
    racers = []
    for what, at in (("apply", start), ("withdraw", start + later)):
        words = [sys.executable, "-c", RACERS, what, str(at), str(client.chain_id)]
        racers.append(subprocess.Popen(words))
    applied, withdrawn = (racer.wait(300) for racer in racers)
    assert {applied, withdrawn} == {0, 9}
    assert len(client.list()) - before == (2 if applied == 0 else 0)
    assert len(cb.runs()) == (1 if applied == 0 else 0)
