import hashlib
import json
import signal
from functools import partialmethod
from pathlib import Path
from types import SimpleNamespace

import openpyxl
import pytest
from typer.testing import CliRunner

import certbulk as cb
from certbulk.cli import app
from certbulk.sandbox import Faults, Quirks
from certbulk.sandbox_client import Sandbox
from tests.applying.truth import writes
from tests.conftest import UNLIMITED
from tests.planning.sheets import LIVE, change, new

from .conftest import Run, csv, one_line

GOOD = (new(), change(288901, balance="51"), LIVE)
VERIFIED = ["verified", "differs", "gone", "doubled", "not_looked"]
STATUSES = [
    "created", "updated", "unchanged", "invalid", "blocked", "failed", "unknown", "skipped",
    "not_sent",
]  # fmt: skip


def statuses(path: str | Path) -> list[str]:
    rows = openpyxl.load_workbook(path)["results"].iter_rows(values_only=True)
    position = next(rows).index("result_status")
    return [str(row[position]) for row in rows]


def test_all_well(service: cb.Sandbox, certbulk: Run) -> None:
    """A plan, the counts, the path of the results; exit code 0."""
    result = certbulk("apply", csv("types.csv", *GOOD), "--yes")
    assert result.exit_code == 0, result.output
    assert "Plan for types.csv: 3 rows, chain 706028" in result.stdout
    assert "balance: 50 \u2192 51" in result.stdout
    assert "+1 ~1 =1 !0" in result.stdout
    assert "Results: types.results.xlsx" in result.stdout
    assert statuses("types.results.xlsx") == ["created", "updated", "unchanged"]
    assert len(service.types()) == 10


def test_again_nothing_is_sent(service: cb.Sandbox, certbulk: Run) -> None:
    """The same file, and then its results: no changes, no run, no workbook, no question."""
    certbulk("apply", csv("types.csv", *GOOD), "--yes")
    service.server.clear_requests()
    for file in ("types.csv", "types.results.xlsx"):
        assert "No changes" in certbulk("plan", file).stdout
        result = certbulk("apply", file)
        assert result.exit_code == 0, result.output
        assert "+0 ~0 =3 !0" in result.stdout
        assert "No changes" in result.stdout
    document = json.loads(certbulk("apply", "types.csv", "--json").stdout)
    assert (document["run"], document["results"], document["state"]) == (None, None, "finished")
    assert (document["rows"], document["unchanged"]) == (3, 3)
    assert writes(service.requests) == []
    assert [path.name for path in Path().glob("*.xlsx")] == ["types.results.xlsx"]
    assert len(cb.runs()) == 1


BAD: dict[str, tuple[dict[str, str], str]] = {
    "invalid": (new(title="Bad 10", balance="x"), ""),
    "blocked": (change(288903, balance="1"), ""),
    "failed": (new(title="Bad 10", salon_ids="731001"), ""),
    "unknown": (new(title="Bad 10"), "lost_answer"),
}


@pytest.mark.parametrize("status", BAD)
def test_bad_rows_are_exit_code_1(service: cb.Sandbox, certbulk: Run, status: str) -> None:
    """The run ends, the good rows are sent, and the code says that some were not good."""
    row, fault = BAD[status]
    service.server.add({"id": 700001, "title": "Old", "salon_ids": [731001]})  # a known id
    service.faults = Faults(script=(None, fault or None), methods=("POST",))
    result = certbulk("apply", csv("types.csv", new(), row), "--yes", "--no-settle")
    assert result.exit_code == 1, result.output
    assert statuses("types.results.xlsx") == ["created", status]


def test_a_refused_token_is_exit_code_3(service: cb.Sandbox, certbulk: Run) -> None:
    """A run that stops before its end says why, and writes its results."""
    service.faults = Faults(html_forbidden=1.0, methods=("POST",))
    result = certbulk("apply", csv("types.csv", new(), new(title="B 10")), "--yes")
    assert result.exit_code == 3
    assert "403" in result.stdout
    assert statuses("types.results.xlsx") == ["failed", "not_sent"]


def test_json_of_a_run_that_sent_nothing(service: cb.Sandbox, certbulk: Run) -> None:
    """All or nothing, of apply and of a resume: the object says that it was refused, and why."""
    file = csv("types.csv", *GOOD, new(balance="x"))
    refused = certbulk("apply", file, "--yes", "--json", "--all-or-nothing")
    document = json.loads(refused.stdout)
    assert (document["state"], refused.exit_code) == ("refused", 1)
    assert document["reason"].startswith("Nothing was sent: 1 row is invalid")
    resumed = certbulk("resume", document["run"], "--json")  # there is nothing to ask about
    again = json.loads(resumed.stdout)
    assert (again["state"], again["reason"], resumed.exit_code) == (
        "refused",
        document["reason"],
        1,
    )
    assert len(service.types()) == 9


def test_json(service: cb.Sandbox, certbulk: Run) -> None:
    """One object with the run, the path and the counts; nothing else on stdout."""
    result = certbulk("apply", csv("types.csv", *GOOD, new(balance="x")), "--yes", "--json")
    document = json.loads(result.stdout)
    assert list(document) == [
        "results", "run", "kind", "service", "chain_id", "file", "started", "finished", "state",
        "reason", "rows", *STATUSES, *VERIFIED, "outcomes",
    ]  # fmt: skip
    assert (document["state"], document["reason"]) == ("finished", "")
    assert document["results"] == "types.results.xlsx"
    assert document["rows"] == 4 == sum(document[status] for status in STATUSES)
    assert (document["created"], document["updated"], document["invalid"]) == (1, 1, 1)
    assert "Sending" in result.stderr
    assert result.exit_code == 1
    assert len(service.types()) == 10


@pytest.mark.parametrize("json_too", [(), ("--json",)])
def test_no_progress_in_a_log(
    service: cb.Sandbox, certbulk: Run, json_too: tuple[str, ...]
) -> None:
    """Nothing that moves is ever in a file, whether stdout or stderr was sent to it."""
    result = certbulk("apply", csv("types.csv", *GOOD), "--yes", *json_too)
    assert "2/2" in result.stderr
    assert "\r" not in result.output
    assert "2/2" not in result.stdout
    assert len(writes(service.requests)) == 2


def test_without_a_terminal_and_without_yes(service: cb.Sandbox, certbulk: Run) -> None:
    """Nobody can be asked, so nothing is sent."""
    for words in ((), ("--json",)):
        result = certbulk("apply", csv("types.csv", *GOOD), *words, answer="y\n")
        assert result.exit_code == 2
        assert "--yes" in result.stderr
    assert writes(service.requests) == []
    assert not list(Path().glob("*.xlsx"))
    assert json.loads(result.stdout or "null") is None


QUESTION = [("n\n", "Nothing was sent"), ("", ""), ("perhaps\nn\n", "")]


@pytest.mark.parametrize(("answer", "words"), QUESTION, ids=["no", "no answer", "another word"])
def test_without_a_yes_nothing_is_sent(
    service: cb.Sandbox, certbulk: Run, monkeypatch: pytest.MonkeyPatch, answer: str, words: str
) -> None:
    """Whoever is asked and does not say yes has stopped before the end."""
    terminal = SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("certbulk.cli.sending.sys", terminal)
    result = certbulk("apply", csv("types.csv", *GOOD), answer=answer)
    assert "Send 1 create and 1 update to chain 706028" in result.stderr
    assert words in result.stderr
    assert result.exit_code == 3
    assert writes(service.requests) == []
    assert not list(Path().glob("*.xlsx"))


def test_all_or_nothing(service: cb.Sandbox, certbulk: Run) -> None:
    """With one bad row nothing is sent; the results say so."""
    file = csv("types.csv", *GOOD, new(balance="x"))
    result = certbulk("apply", file, "--yes", "--all-or-nothing")
    assert result.exit_code == 1
    assert "Sending" not in result.stderr
    assert statuses("types.results.xlsx") == ["not_sent", "not_sent", "unchanged", "invalid"]
    assert writes(service.requests) == []


def test_a_path_for_the_results(service: cb.Sandbox, certbulk: Run) -> None:
    """--results says where."""
    Path("out").mkdir()
    result = certbulk("apply", csv("types.csv", new()), "--yes", "--results", "out/mine.xlsx")
    assert "Results: out/mine.xlsx" in result.stdout
    assert statuses("out/mine.xlsx") == ["created"]
    assert len(service.types()) == 10


RESULTS = [
    pytest.param("there.xlsx", ["there.xlsx", "exists"], id="exists"),
    pytest.param("missing/r.xlsx", ["missing"], id="no folder"),
    pytest.param("results.csv", [".xlsx"], id="no workbook"),
    pytest.param("folder.xlsx", ["folder.xlsx"], id="a folder"),
]


@pytest.mark.parametrize(("path", "words"), RESULTS)
def test_results_that_could_not_be_written_keep_the_run_back(
    service: cb.Sandbox, certbulk: Run, path: str, words: list[str]
) -> None:
    """Before anything is sent, the results must have a place."""
    Path("there.xlsx").write_bytes(b"mine")
    Path("folder.xlsx").mkdir()
    result = certbulk("apply", csv("types.csv", new()), "--yes", "--results", path)
    assert result.exit_code == 2
    one_line(result, *words)
    assert Path("there.xlsx").read_bytes() == b"mine"
    assert writes(service.requests) == []


def test_overwrite(service: cb.Sandbox, certbulk: Run) -> None:
    """Told to, it replaces: the path that was given, and the default one."""
    file = csv("types.csv", new())
    Path("mine.xlsx").write_bytes(b"mine")
    result = certbulk("apply", file, "--yes", "--results", "mine.xlsx", "--overwrite")
    assert result.exit_code == 0
    assert statuses("mine.xlsx") == ["created"]
    Path("types.results.xlsx").write_bytes(b"of another day")
    file = csv("types.csv", new(title="Next 10"))
    result = certbulk("apply", file, "--yes", "--overwrite")
    assert "Results: types.results.xlsx" in result.stdout
    assert statuses("types.results.xlsx") == ["created"]
    assert sorted(path.name for path in Path().glob("*.xlsx")) == [
        "mine.xlsx",
        "types.results.xlsx",
    ]
    assert len(service.types()) == 11


@pytest.mark.parametrize("again", [False, True])
def test_the_original_is_never_touched(service: cb.Sandbox, certbulk: Run, again: bool) -> None:  # noqa: FBT001
    """Even where the results were to go over the input, the input stays as it is."""
    csv("types.csv", new(), change(288903, balance="1"))
    cb.read("types.csv").frame.to_excel("types.xlsx", index=False)
    if again:
        certbulk("apply", "types.xlsx", "--yes")
    name = "types.results.xlsx" if again else "types.xlsx"
    before = hashlib.sha256(Path(name).read_bytes()).hexdigest()
    service.server.clear_requests()
    for words in (("--results", name), ("--results", f"./{name}"), ()):
        certbulk("apply", name, "--yes", "--overwrite", *words)
        assert hashlib.sha256(Path(name).read_bytes()).hexdigest() == before


def test_values_for_all_rows(service: cb.Sandbox, certbulk: Run) -> None:
    """--set supplies columns that the sheet does not have, several of them."""
    row = {name: text for name, text in new().items() if name not in {"salon_ids", "is_multi"}}
    file = csv("types.csv", row)
    result = certbulk(
        "apply",
        file,
        "--yes",
        "--set",
        "salon_ids=720441,720442",
        "--set",
        "Can be spent in parts=no",
    )
    assert result.exit_code == 0, result.output
    record = service.types()[-1]
    assert (record["salon_ids"], record["is_multi"]) == ([720441, 720442], False)


SETS = [
    ("salon_ids", ["--set"]),
    ("nonsense=1", ["nonsense"]),
    ("balance=1", ["balance", "already"]),
    ("=1", ["column"]),
]


@pytest.mark.parametrize(("item", "words"), SETS)
def test_values_that_cannot_be_supplied(
    service: cb.Sandbox, certbulk: Run, item: str, words: list[str]
) -> None:
    """A wrong --set is one clear line."""
    result = certbulk("apply", csv("types.csv", new()), "--yes", "--set", item)
    assert result.exit_code == 2
    one_line(result, *words)
    assert writes(service.requests) == []


def test_titles_instead_of_ids(service: cb.Sandbox, certbulk: Run) -> None:
    """--match title updates, --allow-duplicate-titles creates; without either, it is blocked."""
    file = csv("types.csv", {**LIVE, "balance": "101"})
    plan = [json.loads(certbulk("plan", file, "--json", *words).stdout) for words in (
        (), ("--match", "title"), ("--allow-duplicate-titles",),
    )]  # fmt: skip
    assert [(one["blocked"], one["update"], one["create"]) for one in plan] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
    ]
    assert writes(service.requests) == []


@pytest.mark.parametrize("quirks", [Quirks(lying_total=3)])
def test_a_list_that_lies(service: cb.Sandbox, certbulk: Run, quirks: Quirks) -> None:
    """A count that disagrees is a warning if two readings of the list agree."""
    service.server.quirks = quirks
    result = certbulk("apply", csv("types.csv", new()), "--yes")
    assert result.exit_code == 0
    warnings = [line for line in result.stderr.splitlines() if "Warning" in line]
    assert len(warnings) == 2  # before the create and after it
    assert "reports 12 certificate types but returned 9" in warnings[0]


def test_a_list_that_cannot_be_complete(service: cb.Sandbox, certbulk: Run) -> None:
    """Without a list that can be complete nothing is planned and nothing sent."""
    for record in service.types():
        service.server.remove(record["id"])
    service.server.quirks = Quirks(lying_total=3)
    result = certbulk("apply", csv("types.csv", new()), "--yes")
    assert result.exit_code == 2
    one_line(result, "reports 3", "returned 0")
    assert writes(service.requests) == []


def test_a_sheet_without_rows_is_not_all_well(service: cb.Sandbox, certbulk: Run) -> None:
    """no_rows is an error: whoever uploads the wrong sheet must not read that all is well."""
    Path("types.csv").write_text(",".join(new()) + "\n")
    for command in (("validate",), ("plan",), ("apply", "--yes")):
        assert certbulk(command[0], "types.csv", *command[1:]).exit_code != 0, command
    assert writes(service.requests) == []


def test_another_chain(service: cb.Sandbox, certbulk: Run) -> None:
    """--chain-id goes before the environment."""
    row = new(salon_ids="731001")
    result = certbulk("apply", csv("types.csv", row), "--yes", "--chain-id", "706555")
    assert result.exit_code == 0, result.output
    assert len(service.server.types(706555)) == 3
    assert len(service.types()) == 9


def test_the_sandbox_takes_a_chain_too(certbulk: Run) -> None:
    """An option that would be ignored is refused or obeyed: here it names a practice chain."""
    file = csv("types.csv", new(salon_ids="731001"))
    result = certbulk("plan", file, "--sandbox", "--chain-id", "706555", "--json")
    if result.exit_code != 2:
        assert json.loads(result.stdout)["chain_id"] == 706555


def test_ctrl_c_works_as_before(service: cb.Sandbox) -> None:
    """A command that ran in this process, as in a notebook, leaves its signals alone."""
    before = signal.getsignal(signal.SIGINT)
    try:
        CliRunner().invoke(app, ["apply", str(csv("types.csv", LIVE)), "--yes"])
        assert signal.getsignal(signal.SIGINT) is before
    finally:
        signal.signal(signal.SIGINT, before)
    assert service.requests


def test_the_sandbox_remembers(
    certbulk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs in a row against --sandbox see each other; no settings are needed."""
    unlimited = partialmethod(Sandbox.__init__, limits=UNLIMITED)  # nobody waits in here
    monkeypatch.setattr(Sandbox, "__init__", unlimited)
    file = csv("types.csv", new())
    first, second = (certbulk("apply", file, "--sandbox", "--yes", "--json") for _ in range(2))
    assert json.loads(first.stdout)["created"] == 1
    assert json.loads(second.stdout)["unchanged"] == 1
    assert (tmp_path / "state" / "sandbox.json").exists()


def test_a_plan_that_was_carried_out_is_refused_before_anybody_is_asked(
    service: cb.Sandbox, certbulk: Run
) -> None:
    """Nothing is shown as if it were sent, and a run that is finished is not to be resumed."""
    certbulk("plan", csv("types.csv", *GOOD), "-o", "plan.json")
    assert certbulk("apply", "plan.json", "--yes").exit_code == 0
    service.clear_requests()
    again = certbulk("apply", "plan.json", "--yes")
    assert (again.exit_code, again.stdout) == (2, "")
    assert "carried out once only: make a new plan." in again.stderr
    assert "certbulk show" in again.stderr
    assert "Sending" not in again.stderr
    assert "resume" not in again.stderr
    assert not writes(service.requests)
