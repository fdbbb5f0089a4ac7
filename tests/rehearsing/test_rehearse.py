"""Rehearsals: a copy of the chain, the real chain only read, and the time of the real pace."""

import json
from functools import partialmethod
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from certbulk.sandbox import Faults, Lies
from certbulk.sandbox.store.copies import FIRST_NEW_ID
from tests.cli.conftest import Run, certbulk, service
from tests.conftest import ROOT, UNLIMITED, FakeClock

__all__ = ["certbulk", "service"]

SAMPLE = ROOT / "sample_data" / "certificate_types.xlsx"
NEW = {
    "title": "Gift 700",
    "balance": 700,
    "is_multi": "yes",
    "item_type_id": 0,
    "is_allow_empty_code": "no",
    "balance_edit_type_id": 1,
    "salon_ids": "720441",
    "expiration_type_id": 0,
}


@pytest.fixture
def chain(sandbox: cb.Sandbox, clock: FakeClock) -> cb.Client:
    """A client of the chain that is to be copied, with the pace that is usual."""
    return sandbox.client(clock=clock, jitter=lambda: 1.0)


def rows(*given: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(given))


def outcomes(done: cb.Rehearsal) -> list[tuple[str, str]]:
    return [(str(one.status), one.code) for one in done.run.outcomes]


def test_the_chain_is_only_read(chain: cb.Client, sandbox: cb.Sandbox) -> None:
    """Nothing but GET reaches it, and it has afterwards what it had before."""
    before = sandbox.types()
    done = cb.rehearse(SAMPLE, chain)
    assert done.run.counts["created"] == 33
    assert {seen.method for seen in sandbox.requests} == {"GET"}
    assert sandbox.types() == before


def test_what_comes_of_it_is_what_comes_of_the_real_run(
    chain: cb.Client, sandbox: cb.Sandbox
) -> None:
    """Issued, archived and missing types, doubled titles and names: each row ends as it will."""
    sandbox.issue(288901, 3)
    frame = rows(
        {"id": 288901, "balance": 60},
        {"id": 288907, "balance": 60},
        {"id": 288902, "balance": 120, "salon_ids": "Harbour & Pine Baixa"},
        {"id": 4, "balance": 60},
        {"id": 288905, "balance": 80},
        {**NEW, "title": "Gift Certificate 50"},
        {**NEW, "salon_ids": "Nowhere"},
        NEW,
    )
    report = cb.validate(cb.read(frame))
    done = cb.rehearse(report, chain)
    assert outcomes(done) == [
        ("blocked", "already_issued"),
        ("blocked", "archived"),
        ("updated", ""),
        ("blocked", "not_found"),
        ("unchanged", ""),
        ("blocked", "title_exists"),
        ("invalid", "unknown_location"),
        ("created", ""),
    ]
    real = cb.apply(cb.plan(report, chain), chain, progress=False)
    assert [(str(o.status), o.code) for o in real.outcomes] == outcomes(done)
    assert done.plan.counts == real.plan.counts
    assert done.plan.frame["changes"].to_list() == real.plan.frame["changes"].to_list()


def test_no_run_and_no_plan_is_used_up(chain: cb.Client) -> None:
    """The journal knows nothing of it, and the same report can be planned and applied."""
    report = cb.validate(cb.read(rows(NEW)))
    done = cb.rehearse(report, chain)
    assert cb.runs().empty
    assert done.run.id == "rehearsal"
    with pytest.raises(cb.NoSuchRunError):
        cb.attach(done.run.id)
    run = cb.apply(cb.plan(report, chain), chain, progress=False)
    assert run.ok
    assert len(cb.runs()) == 1


def test_a_plan_of_a_rehearsal_cannot_be_applied_to_the_chain(chain: cb.Client) -> None:
    """It is bound to the copy."""
    done = cb.rehearse(rows(NEW), chain)
    with pytest.raises(cb.PlanError, match="but the client is for"):
        cb.apply(done.plan, chain, progress=False)


def test_the_results_can_be_applied_for_real(chain: cb.Client) -> None:
    """New types have no id in them: the service would give the ids of the copy to others."""
    done = cb.rehearse(rows(NEW, {"id": 288902, "balance": 120}), chain)
    assert [one.id for one in done.run.outcomes] == [None, 288902]
    path = done.to_excel("rehearsal.xlsx")
    lines = openpyxl.load_workbook(path)["results"].iter_rows(values_only=True)
    cells = [cell for line in lines for cell in line]
    assert not [c for c in cells if isinstance(c, int) and c >= FIRST_NEW_ID]
    assert "rehearsal" in cells
    assert cb.plan(cb.validate(cb.read(path)), chain).counts["create"] == 1


def test_no_token_of_the_chain_reaches_the_copy(
    chain: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sandbox gets its own tokens only, at its own address."""
    given: list[tuple[str, str]] = []

    def client(self: cb.Sandbox, **options: Any) -> cb.Client:
        assert not options.keys() & {"partner_token", "user_token", "base_url"}
        made = original(self, **options)
        given.append((made.base_url, self.url))
        return made

    original = cb.Sandbox.client
    monkeypatch.setattr(cb.Sandbox, "client", client)
    cb.rehearse(rows(NEW), chain)
    assert given
    assert all(address == own != chain.base_url for address, own in given)


@pytest.mark.campaign
def test_the_time_is_that_of_the_real_pace(chain: cb.Client) -> None:
    """Without faults it is what the plan estimates, and nobody waits for it."""
    many = [{**NEW, "title": f"Gift {n}", "balance": n} for n in range(1, 201)]
    done = cb.rehearse(rows(*many), chain)
    assert done.ok
    assert done.requests == done.plan.requests
    assert done.seconds == pytest.approx(done.plan.seconds, rel=0.1)
    assert done.seconds > 60


def test_faults_of_choice(chain: cb.Client) -> None:
    """They cost requests and time, nothing is doubled, and the display tells both times."""
    faults = Faults(lost_answer=0.3, methods=("POST",), seed=7)
    done = cb.rehearse(SAMPLE, chain, faults=faults)
    assert done.ok
    assert done.requests > done.plan.requests
    assert done.seconds > done.plan.seconds
    text = str(done)
    assert "Rehearsal on a copy of chain 706028 with its 9 live types. Nothing was sent" in text
    assert f"For real: {done.plan.requests} requests" in text
    assert f"With what went wrong here: {done.requests} requests" in text
    assert "Rehearsal on a copy" in done._repr_html_()
    assert repr(done).startswith("Rehearsal on a copy of chain 706028: finished, 33 created")


def test_a_run_that_no_answer_reaches(chain: cb.Client) -> None:
    """The plan is made all the same; the run stops, and the display tells how it would go on."""
    done = cb.rehearse(SAMPLE, chain, faults=Faults(lost_answer=1, seed=7))
    assert (done.run.state, done.run.counts["not_sent"], done.plan.writes) == ("stopped", 37, 37)
    assert "resume continues a run that has stopped" in str(done)
    assert "lower rates" in done._repr_html_()
    assert "resume continues" not in str(cb.rehearse(SAMPLE, chain))


def test_lies_of_choice(chain: cb.Client) -> None:
    """An update that is kept back shows as it would for real."""
    done = cb.rehearse(rows({"id": 288902, "balance": 120}), chain, lies=Lies(keeps=1))
    assert outcomes(done) == [("failed", "not_stored")]
    assert not done.ok


def test_a_fault_that_waits_costs_no_time(chain: cb.Client) -> None:
    """Pauses of the sandbox are jumped over as well."""
    faults = Faults(latency=1, latency_seconds=20, methods=("PUT",))
    done = cb.rehearse(rows({"id": 288902, "balance": 120}), chain, faults=faults)
    assert done.ok
    assert done.seconds > 20


def test_places_that_no_list_has(chain: cb.Client, sandbox: cb.Sandbox) -> None:
    """A type may be valid at a location that was closed: the copy takes it as the service does."""
    sandbox.edit(288902, salon_ids=[720441, 999], category_id=777)
    done = cb.rehearse(rows({"id": 288902, "balance": 120}), chain)
    assert outcomes(done) == [("updated", "")]


def test_a_record_that_is_not_whole(chain: cb.Client, sandbox: cb.Sandbox) -> None:
    """What the chain does not show is missing in the copy, too, so the row is blocked there."""
    records = sandbox._sandbox.state._types  # noqa: SLF001 (no request makes such a record)
    records[288902] = {k: v for k, v in records[288902].items() if k != "is_multi"}
    done = cb.rehearse(rows({"id": 288902, "balance": 120}), chain)
    assert outcomes(done) == [("blocked", "incomplete_record")]


def test_the_policy_applies(chain: cb.Client, tmp_path: Path) -> None:
    """A rehearsal shows what the rules of the house block."""
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "policy.toml").write_text("highest_face_value = 100")
    assert outcomes(cb.rehearse(rows(NEW), chain)) == [("blocked", "policy_face_value")]


def test_what_can_be_rehearsed(chain: cb.Client) -> None:
    """A path, a frame, a sheet or a report; with the options of a plan and a run."""
    frame = rows({**NEW, "title": "Gift Certificate 100"})
    sheet = cb.read(frame)
    for source in (frame, sheet, cb.validate(sheet)):
        assert outcomes(cb.rehearse(source, chain)) == [("blocked", "title_exists")]
    assert outcomes(cb.rehearse(sheet, chain, match="title")) == [("updated", "")]
    assert outcomes(cb.rehearse(sheet, chain, allow_duplicate_titles=True)) == [("created", "")]
    mixed = rows(NEW, {"id": 4, "balance": 1})
    assert cb.rehearse(mixed, chain, all_or_nothing=True).run.state == "refused"
    with pytest.raises(cb.ArgumentError, match=r"certbulk.rehearse\(source=...\) takes a Report"):
        cb.rehearse(7, chain)  # type: ignore[arg-type]


def test_the_command(certbulk: Run, service: cb.Sandbox) -> None:
    """It shows the plan, what comes of it and how long it takes, and writes nothing by itself."""
    result = certbulk("rehearse", SAMPLE)
    assert result.exit_code == 0
    for words in (
        "33",
        "Nothing was sent to the chain itself",
        "For real: 42 requests, about 11 s",
    ):
        assert words in result.stdout
    assert {seen.method for seen in service.requests} == {"GET"}
    assert not list(Path().glob("*.xlsx"))
    assert "There are no runs yet." in certbulk("runs").stdout


def test_the_exit_codes_and_json_of_the_command(certbulk: Run, service: cb.Sandbox) -> None:
    """1 with rows to look at, 3 for a run that stopped, 2 for an option that does not exist."""
    assert service.url
    rows(NEW, {"id": 4, "balance": 1}).to_csv("rows.csv", index=False)
    result = certbulk("rehearse", "rows.csv", "--json", "--results", "out.xlsx")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (document["created"], document["blocked"]) == (1, 1)
    assert document["results"] == "out.xlsx"
    assert document["types"] == 9
    assert Path("out.xlsx").exists()
    for name in ("out.xlsx", "out.csv", "rows.csv"):  # there already, no workbook, what is read
        assert certbulk("rehearse", "rows.csv", "--results", name).exit_code == 2, name
    refused = certbulk("rehearse", "rows.csv", "--fault", "html_forbidden=1", "--fault",
                       "methods=POST")  # fmt: skip
    assert refused.exit_code == 3
    wrong = certbulk("rehearse", "rows.csv", "--fault", "nonsense=1")
    assert wrong.exit_code == 2
    assert "--fault: there is no option 'nonsense'" in wrong.stderr


def test_a_rehearsal_of_the_practice_chain(certbulk: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --sandbox, the practice chain is copied, and stays as it is."""
    unlimited = partialmethod(cb.Sandbox.__init__, limits=UNLIMITED)
    monkeypatch.setattr(cb.Sandbox, "__init__", unlimited)
    first = certbulk("rehearse", SAMPLE, "--sandbox", "--lie", "keeps=1", "--seed", "3")
    assert first.exit_code == 1
    assert "33" in certbulk("plan", SAMPLE, "--sandbox").stdout
