"""What the contributors' page promises: followed here as far as that is cheap."""

import json
import re
import subprocess
import sys
from pathlib import Path

import certbulk as cb
from certbulk.core import file_formats
from certbulk.core.columns.fields import PAYLOAD_FIELDS
from certbulk.core.results import result_code, result_columns

ROOT = Path(cb.__file__).parent.parent
PAGE = (ROOT / "certbulk" / "docs" / "contributing.md").read_text(encoding="utf-8")

WITH_WEIGHT = """
import json
from types import MappingProxyType

from certbulk.core.columns import fields
from certbulk.core.columns.field import Field
from certbulk.core.kinds import Count

entry = Field(
    name="weight", label="Weight", kind=Count(), path=("weight",), default=None, help="W.",
    example="5",
)
fields.PAYLOAD_FIELDS = (*fields.PAYLOAD_FIELDS, entry)
fields.FIELDS = (*fields.FIELDS, entry)
fields.BY_NAME = MappingProxyType({field.name: field for field in fields.FIELDS})

from pathlib import Path

import pandas as pd
import certbulk as cb
from certbulk.planning.saving.files import load_plan, save_plan

row = {field.label: field.example for field in fields.FIELDS if field.example}
new = {**row, "Weight": "7"}
frame = pd.DataFrame([
    {**new, "Title": "Seven 1000"},
    {**new, "Title": "None 1000", "Weight": ""},
    {"id": "288901", "Weight": "3"},
    {**new, "Title": "Wrong 1000", "Weight": "heavy"},
])
report = cb.validate(cb.read(frame))
with cb.Sandbox() as client:
    plan = cb.plan(report, client)
    saved = load_plan(save_plan(plan, Path("weight.plan.json")))
    run = cb.apply(saved, client, progress=False)
    live = {record["title"]: record.get("weight") for record in client.list()}
print(json.dumps({
    "listed": [body.get("weight") for _, body in report.payloads()],
    "planned": [d.body.get("weight") if d.body else None for d in plan.decisions],
    "bodies": [d.body for d in plan.decisions if d.action == "create"]
    == [body for _, body in report.payloads()],
    "changes": plan.frame["changes"].iloc[2],
    "statuses": [str(o.status) for o in run.outcomes],
    "verified": [o.verified for o in run.outcomes],
    "codes": [f.code for f in report.all_findings if f.field == "weight"],
    "live": [live[title] for title in ("Seven 1000", "None 1000", "Gift Certificate 50")],
}))
"""


def test_a_column_is_one_entry(tmp_path: Path) -> None:
    """`weight` is read, listed, planned, saved, sent, confirmed and shown, by its entry alone."""
    done = subprocess.run(
        [sys.executable, "-c", WITH_WEIGHT],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found == {
        "listed": [7, None],
        "planned": [7, None, 3, None],
        "bodies": True,
        "changes": "weight: 10 → 3",
        "statuses": ["created", "created", "updated", "invalid"],
        "verified": ["yes", "yes", "yes", ""],
        "codes": ["not_an_integer"],
        "live": [7, 1, 3],
    }


def test_the_page_names_files_that_are_there() -> None:
    """A recipe that sends people to a file that has moved is worse than none."""
    named = set(re.findall(r"`(?:certbulk|tests)/[\w/.]+`", PAGE))
    assert len(named) > 8
    made_in_the_recipe = {"`certbulk/words/german.toml`"}
    missing = [name for name in named - made_in_the_recipe if not (ROOT / name.strip("`")).exists()]
    assert missing == []


def test_the_recipes_use_the_tables_as_they_are() -> None:
    """The entries on the page can be made: names of arguments and all."""
    names = {
        "Field": PAYLOAD_FIELDS[0].__class__,
        "ResultColumn": result_columns.ResultColumn,
        "FileFormat": file_formats.FileFormat,
        "ResultCode": result_code.ResultCode,
        "OfAttempt": result_code.OfAttempt,
        "Verdict": result_code.Verdict,
        "Count": type(next(f.kind for f in PAYLOAD_FIELDS if f.name == "expiration_timeout")),
    }
    blocks = re.findall(r"(?:^        .*\n)+", PAGE, flags=re.MULTILINE)
    made = [eval(block.strip().rstrip(","), dict(names)) for block in blocks]  # noqa: S307 (our own page)
    assert [type(entry).__name__ for entry in made] == [
        "Field",
        "ResultCode",
        "ResultColumn",
        "FileFormat",
    ]
