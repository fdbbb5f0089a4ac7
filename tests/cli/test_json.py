"""JSON output: every document has its rows in one form, and follows the schema that is shipped."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

import certbulk as cb
from certbulk.applying import Status
from certbulk.applying.rows_ended import VERIFIED
from certbulk.core.results.row_document import ROW_KEYS
from certbulk.fleets.job import STATES
from certbulk.planning.plan import Action
from tests.planning.sheets import LIVE, change, new
from tests.recovery.scenes import sent

from .conftest import Run, csv

SCHEMA = json.loads(
    (Path(cb.__file__).parent / "core" / "results" / "output.schema.json").read_text()
)
ROWS = (new(), change(288901, balance="51"), LIVE, new(title="Bad 10", balance="x"))


def follows(document: Any, name: str) -> Any:
    """Fail unless a document is what the schema says of its kind; return it."""
    schema = {**SCHEMA, "anyOf": [{"$ref": f"#/$defs/{name}"}]}
    jsonschema.Draft202012Validator(schema).validate(document)
    return document


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a document, each with exactly the promised keys; `rows` counts them."""
    rows: list[dict[str, Any]] = document["decisions" if "decisions" in document else "outcomes"]
    assert document["rows"] == len(rows)
    assert all(tuple(row) == ROW_KEYS for row in rows)
    return rows


def test_the_schema_is_one() -> None:
    """It is a valid schema, and names all statuses, actions and results of the check."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    row = SCHEMA["$defs"]["row"]["properties"]
    assert tuple(row) == (*ROW_KEYS, "replaces", "row_label")
    assert SCHEMA["$defs"]["row"]["required"] == [*ROW_KEYS]
    assert set(map(str, Status)) <= set(row["status"]["enum"])
    assert {*map(str, Action), "compare"} == set(row["action"]["enum"])
    chain = SCHEMA["$defs"]["chain"]["properties"]
    assert set(chain["state"]["enum"]) == {*STATES, None}
    assert {"", *VERIFIED.values()} == set(row["verified"]["enum"])


def test_validate(certbulk: Run) -> None:
    """A decision for each row: what is asked for, or the first error; a body for new types."""
    result = certbulk("validate", csv("types.csv", *ROWS), "--json")
    create, update, _, bad = rows_of(follows(json.loads(result.stdout), "report"))
    assert (create["action"], create["status"], create["body"]["title"]) == (
        "create", None, new()["title"],
    )  # fmt: skip
    assert (update["action"], update["id"], update["body"]) == ("update", 288901, None)
    assert (bad["action"], bad["status"], bad["code"]) == ("invalid", "invalid", "not_a_number")
    assert bad["title"] == "Bad 10"
    assert (result.exit_code, result.stderr) == (1, "")


def test_plan_and_apply(service: cb.Sandbox, certbulk: Run) -> None:
    """The rows of a run are those of its plan, with how they ended; Python has the same."""
    file = csv("types.csv", *ROWS)
    planned = rows_of(follows(json.loads(certbulk("plan", file, "--json").stdout), "plan"))
    assert [row["status"] for row in planned] == [None, None, "unchanged", "invalid"]
    assert planned[1]["changes"] == {"balance": [50, 51]}
    assert planned[1]["body"]["balance"] == 51
    result = certbulk("apply", file, "--yes", "--json")
    document = follows(json.loads(result.stdout), "run")
    ended = rows_of(document)
    assert [row["status"] for row in ended] == ["created", "updated", "unchanged", "invalid"]
    assert [row["verified"] for row in ended] == ["yes", "yes", "", ""]
    same = ("row", "title", "action", "changes", "body")
    assert [{key: row[key] for key in same} for row in ended] == [
        {key: row[key] for key in same} for row in planned
    ]
    assert cb.attach(document["run"]).as_dict()["outcomes"] == ended
    assert document["results"] == "types.results.xlsx"
    assert service.types()[-1]["id"] == ended[0]["id"]


@pytest.mark.usefixtures("service")
def test_show_resume_undo_and_runs(certbulk: Run) -> None:
    """Each has the rows of the run, or of each run; messages are on stderr alone."""
    file = csv("types.csv", *ROWS)
    number = json.loads(certbulk("apply", file, "--yes", "--json").stdout)["run"]
    for words in (("show", number), ("resume", number), ("undo", number, "--yes")):
        result = certbulk(*words, "--json")
        document = follows(json.loads(result.stdout), "run")
        assert len(rows_of(document)) == 4, words
    assert document["kind"] == "undo"
    assert [row["status"] for row in rows_of(document)][:2] == ["deleted", "updated"]
    listed = follows(json.loads(certbulk("runs", "--json").stdout), "runs")
    assert [run["kind"] for run in listed] == ["undo", "apply"]
    assert [len(rows_of(run)) for run in listed] == [4, 4]


@pytest.mark.usefixtures("service")
def test_drift(certbulk: Run) -> None:
    """What differs, and what could not be compared, in the same form."""
    file = csv("types.csv", change(288901, balance="51"), new(balance="x"))
    document = follows(json.loads(certbulk("drift", file, "--json").stdout), "drift")
    changed, *_, bad = rows_of(document)
    assert (changed["row"], changed["status"], changed["changes"]) == (
        2, "changed", {"balance": [51, 50]},
    )  # fmt: skip
    assert (bad["row"], bad["status"], bad["code"]) == (3, "not_compared", "not_a_number")
    assert document["new"] == sum(row["status"] == "new" for row in rows_of(document))


def test_a_run_whose_rows_cannot_be_read_is_listed(client: cb.Client, certbulk: Run) -> None:
    """A list of runs with a damaged one still follows the schema."""
    run = sent(client, new())
    path = Path("state/journal.sqlite")
    with sqlite3.connect(path) as journal:
        journal.execute("UPDATE runs SET plan = 'x'")
    (listed,) = follows(json.loads(certbulk("runs", "--json").stdout), "runs")
    assert (listed["run"], listed["state"], rows_of(listed)) == (run.id, "unreadable", [])
