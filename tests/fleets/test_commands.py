"""The commands of fleets: documents, tables, and comparing again and again."""

import json
import re
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

import certbulk as cb
from certbulk.cli import app
from certbulk.cli.commands import fleet as command
from tests.cli.test_json import follows
from tests.fleets.conftest import CHAINS, sheet_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def jobs(tmp_path: Path) -> str:
    """A table of one good chain and one that needs a person."""
    sheet_in(tmp_path, "A")
    sheet_in(tmp_path, "B", name="bad.csv", salon_ids="Nowhere")
    table = tmp_path / "jobs.csv"
    table.write_text(f"chain,file\n{CHAINS[0]},campaign.csv\n{CHAINS[1]},bad.csv\n")
    return str(table)


def certbulk(*words: str) -> Result:
    return CliRunner().invoke(app, ["fleet", *words])


@pytest.mark.usefixtures("sandbox")
def test_every_command_prints_one_document(jobs: str, tmp_path: Path) -> None:
    """It follows the schema that is shipped, and nothing else is on standard output."""
    for words in (
        ("plan", jobs),
        ("apply", jobs, "--yes"),
        ("drift", jobs),
        ("export", jobs, str(tmp_path / "out")),
        ("show", jobs),
    ):
        done = certbulk(*words, "--json")
        document = follows(json.loads(done.stdout), "fleet")
        assert [one["chain"] for one in document["chains"]] == list(CHAINS[:2])


@pytest.mark.usefixtures("sandbox")
def test_chains_as_a_table(jobs: str, tmp_path: Path) -> None:
    """A line for each chain, in each of the formats; on standard output there is nothing else."""
    done = certbulk("plan", jobs, "--format", "csv")
    assert done.exit_code == 1
    table = pd.read_csv(StringIO(done.stdout))
    assert table["state"].to_list() == ["planned", "left_out"]
    assert json.loads(certbulk("show", jobs, "--format", "json").stdout)[1]["details"]
    certbulk("show", jobs, "-o", "chains.parquet")
    assert list(pd.read_parquet(tmp_path / "chains.parquet").columns) == list(table.columns)
    assert "exists" in certbulk("show", jobs, "-o", "chains.parquet").stderr
    assert "one document only" in certbulk("show", jobs, "--json", "-o", "-").stderr


@pytest.fixture
def to_approve(sandbox: cb.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A table of three chains whose plans another person has to approve."""
    assert sandbox.url
    settings = tmp_path / "settings"
    settings.mkdir()
    settings.joinpath("policy.toml").write_text('approval = "all"\n')
    monkeypatch.setenv("CERTBULK_SETTINGS_DIR", str(settings))
    sheet_in(tmp_path, "A")
    table = tmp_path / "all.csv"
    table.write_text("chain,file\n" + "".join(f"{chain},campaign.csv\n" for chain in CHAINS))
    return str(table)


def test_nobody_can_approve_without_a_shared_journal(to_approve: str) -> None:
    """What is named is what that needs, and no command that would be refused."""
    said = certbulk("apply", to_approve, "--yes").stdout
    assert "CERTBULK_JOURNAL_URL" in said
    assert "certbulk approve" not in said


@pytest.mark.campaign
@pytest.mark.usefixtures("shared_journal")
def test_who_approves_and_how(to_approve: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each plan that another person has to approve has its command; of very many, the first."""
    said = certbulk("apply", to_approve, "--yes").stdout
    plans = re.findall(r"^Another person approves it: certbulk approve (\S+)$", said, re.MULTILINE)
    assert len(set(plans)) == len(CHAINS)
    assert all(f"The plan is {plan}." in said for plan in plans)
    monkeypatch.setattr("certbulk.cli.show._MOST_APPROVALS", 1)
    said = certbulk("apply", to_approve, "--yes").stdout
    assert said.count("Another person approves it") == 1
    assert "… and 2 more" in said


def test_night_after_night(
    jobs: str, sandbox: cb.Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One message for each change of state; a night that fails does not end the watch."""
    certbulk("export", jobs, str(tmp_path))
    table = Path(jobs)
    good = f"chain,file\n{CHAINS[0]},{CHAINS[0]}.xlsx\n"
    table.write_text(good)
    told: list[Any] = []
    clock = [datetime(2026, 11, 29, 2, 0).astimezone()]
    nights: Iterator[Callable[[], object]] = iter(
        [
            lambda: sandbox.remove(sandbox.types(CHAINS[0])[0]["id"]),
            lambda: table.write_text("torn"),
            lambda: table.write_text(good),
        ]
    )

    def sleep(seconds: float) -> None:
        clock[0] += timedelta(seconds=seconds)
        if clock[0].hour == 3 and clock[0].minute == 0:
            try:
                next(nights)()
            except StopIteration:
                raise KeyboardInterrupt from None

    monkeypatch.setattr(command, "sleep", sleep)  # of the watch alone: other threads sleep, too
    monkeypatch.setattr(command, "_now", lambda: clock[0])
    monkeypatch.setattr(
        "certbulk.fleets.notify.send", lambda _, changes, now: told.append((now.day, changes))
    )
    monkeypatch.setenv("CERTBULK_NOTIFY_URL", "https://hooks.example/key")
    done = certbulk("drift", jobs, "--every", "night", "--results", "drift.xlsx")
    assert done.exit_code == 1
    assert [(day, changes[0]["state"]) for day, changes in told] == [(29, "drifted")]
    assert done.stderr.count("Warning:") == 1
    assert done.stdout.count("drifted") == 4
