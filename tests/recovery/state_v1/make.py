"""How the state folder beside this file was made: by certbulk 0.1.0 as of commit f67d614.

    git worktree add /tmp/then f67d614
    cd /tmp/then && PYTHONPATH=$PWD python .../tests/recovery/state_v1/make.py .../state_v1

It is kept as it is: a later certbulk would make another one. It holds a journal of version 1 with
five runs on the practice chain whose state is in `sandbox.json`, and a saved plan.
"""

import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import certbulk as cb
from certbulk.applying.journal.writing import Journal
from certbulk.planning.saving.files import save_plan
from certbulk.sandbox import Faults, Limits
from tests.planning.sheets import change, new, plan_of

SERVICE = "sandbox:///stored/sandbox.json"
"""What the runs are bound to, wherever the folder is copied to."""


def make(folder: Path) -> dict[str, str]:
    """Fill an empty folder and return the numbers of its runs by what became of them."""
    sandbox = cb.Sandbox(folder / "sandbox.json", limits=Limits(per_second=None, per_minute=None))
    runs = {}

    def go(plan: cb.Plan, **options: Any) -> str:
        options = {"settle_pause": 0, "canary": 0, **options}
        return cb.apply(plan, client, progress=False, state_dir=folder, **options).id

    with sandbox:
        client = sandbox.client(service=SERVICE, per_second=1000.0, per_minute=60_000)
        runs["finished"] = go(
            plan_of(
                client,
                new(title="Kept A 10"),
                new(title="Kept B 10"),
                change(288902, balance="105"),
                change(1, balance="5"),
                new(title="No balance", balance=""),
            )
        )
        runs["undone"] = go(plan_of(client, new(title="Undone 10"), change(288904, balance="501")))
        runs["undo"] = go(cb.undo(runs["undone"], client, state_dir=folder))
        sandbox.faults = Faults(
            script=(None, "lost_answer", *["lost_answer"] * 9), methods=("POST", "PUT")
        )
        runs["unknown"] = go(
            plan_of(
                client,
                new(title="Known 10"),
                new(title="Landed 10"),
                change(288901, balance="51"),
            ),
            settle=False,
            batch_size=1,
        )
        sandbox.faults = Faults()
        runs["interrupted"] = _cut_off(
            folder,
            lambda: go(
                plan_of(client, *(new(title=f"Cut {n} 10") for n in range(5))), batch_size=1
            ),
        )
        saved = plan_of(client, new(title="Saved 10"), change(288902, balance="106"))
        save_plan(saved, folder / "plan.json")
    return runs


def _cut_off(folder: Path, go: Any) -> str:
    """Let the third row's answer be the last thing that happens."""
    settle, rows = Journal.settle, []

    def dying(self: Journal, run: str, outcome: cb.Outcome, stored: Any) -> None:
        rows.append(outcome.row)
        if len(rows) > 2:
            raise SystemExit
        settle(self, run, outcome, stored)

    Journal.settle = dying  # type: ignore[method-assign]
    try:
        go()
    except SystemExit:
        pass
    finally:
        Journal.settle = settle  # type: ignore[method-assign]
    return str(cb.runs(folder)["run"].iloc[0])


def shrink(journal: Path) -> None:
    """Leave one small file."""
    with closing(sqlite3.connect(journal)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")


if __name__ == "__main__":
    target = Path(sys.argv[1])
    numbers = make(target)
    (target / "runs.json").write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    shrink(target / "journal.sqlite")
