"""Tables of jobs: what a line may say, and what it may not."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.fleets.job import Job
from certbulk.fleets.jobs_table import jobs_of, key_of
from certbulk.settings import DEFAULT_BASE_URL


def test_a_line_is_a_job(tmp_path: Path) -> None:
    """Files are those of the table's folder, and options get their types."""
    table = tmp_path / "jobs.csv"
    table.write_text(
        'Chain,File,Action,Options\n706028,a.xlsx,"apply, drift",match=title; canary=5\n'
    )
    (job,) = jobs_of(table)
    assert job == Job(
        *(706028, 2, ("apply", "drift"), str(tmp_path / "a.xlsx"), ""),
        {"match": "title", "canary": 5},
        service=DEFAULT_BASE_URL,
    )


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_any_table_will_do(tmp_path: Path, suffix: str) -> None:
    """A workbook, a csv file, a frame and a list say the same; blank lines are left out."""
    lines: list[dict[str, Any]] = [
        {"chain": 706028, "options": "all_or_nothing"},
        {"chain": None, "options": None},
        {"chain": 99, "options": ""},
    ]
    frame = pd.DataFrame(lines)
    path = tmp_path / f"jobs.{suffix}"
    if suffix == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_excel(path, index=False)
    wanted = [(706028, 2, {"all_or_nothing": True}), (99, 4, {})]
    for source in (path, frame, frame.convert_dtypes(), lines):
        jobs = jobs_of(source, file="one.csv")
        assert [(job.chain, job.line, dict(job.options)) for job in jobs] == wanted
        assert {job.file for job in jobs} == {"one.csv"}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ({"chain": "many"}, "Line 2 of the table of jobs: chain_id cannot be 'many'"),
        ({"chain": 1, "profil": "a"}, 'no column "profil". Did you mean profile?'),
        ({"chain": 1, "action": "delete"}, 'no action "delete". Use apply, drift, export.'),
        (
            {"chain": 1, "options": "cannary=1"},
            'no option "cannary" of a job. Did you mean canary?',
        ),
        (
            {"chain": 1, "options": "canary=some"},
            'The option canary is "some". Write a whole number',
        ),
        ({"chain": 1, "options": {"verify": "perhaps"}}, "Write yes or no"),
        ({"profile": "nobody"}, 'There is no profile "nobody"'),
        ({"file": "a.xlsx"}, "CERTBULK_CHAIN_ID is not set"),
    ],
)
def test_an_impossible_line_is_named(line: dict[str, Any], says: str) -> None:
    """The message has the line and what is wrong in it."""
    with pytest.raises(cb.SettingsError) as raised:
        jobs_of([line])
    assert says in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "chain\n706028\n99\n",
        "chain;note\n706028;a, b\n99;\n",
        "chain\tnote\n706028\ta\n\t\n99\t\n",
        'chain,options\r\n706028,"verify=no\ncanary=1"\r\n99,\r\n',
        "\ufeffchain,file,note\n706028,,\n99\n",
        "chain,note\n706028,a,\n99,b,,\n",
    ],
)
def test_text_tables(tmp_path: Path, text: str) -> None:
    """Any usual delimiter will do, and none in a table of one column; blank ends are not cells."""
    table = tmp_path / "jobs.csv"
    table.write_bytes(text.encode())
    assert [job.chain for job in jobs_of(table, file="one.csv")] == [706028, 99]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has no lines"),
        ("\n\n", "has no lines"),
        ("chain,file\n", "has no lines"),
        ("chain,action\n1,apply, drift\n", "line 2 has more cells .* a comma in quotes"),
        ("chain;note\n1;\n1;a;b\n", "line 3 has more cells .* a semicolon in quotes"),
        ("chain,note\n1,\xff\n", "cannot be read"),
    ],
)
def test_text_tables_that_cannot_be_used(tmp_path: Path, text: str, says: str) -> None:
    """An empty file has no lines, and no cell is dropped or taken for that of another column."""
    table = tmp_path / "jobs.csv"
    table.write_bytes(text.encode("latin-1"))
    with pytest.raises(cb.ReadError, match=says):
        jobs_of(table)


@pytest.mark.parametrize("second", ["chain_id", "Chain", " CHAIN "])
def test_two_columns_must_not_be_the_same(tmp_path: Path, second: str) -> None:
    """Otherwise one of two chains would be taken, and nobody would know which."""
    table = tmp_path / "jobs.csv"
    table.write_text(f"chain,{second}\n706028,5\n")
    frame = pd.DataFrame([[706028, 5]], columns=["chain", second])
    lines: list[dict[str, Any]] = [{"chain": 706028, second: 5}]
    for source in (table, frame, lines):
        with pytest.raises(cb.SettingsError, match="are for chain"):
            jobs_of(source)


def test_two_lines_must_not_be_the_same() -> None:
    """Otherwise the same file would be sent to a chain twice."""
    with pytest.raises(cb.SettingsError, match="Lines 2 and 3"):
        jobs_of([{"chain": 1, "file": "a"}, {"chain": "1", "file": "a"}])


@pytest.mark.parametrize("name", ["jobs.txt", "missing.csv", "torn.xlsx"])
def test_a_table_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    """It is an error with the path."""
    (tmp_path / "torn.xlsx").write_bytes(b"PK torn")
    with pytest.raises(cb.ReadError, match=name):
        jobs_of(tmp_path / name)


@pytest.mark.parametrize("jobs", [5, {"chain": 1}, None])
def test_what_is_not_a_table(jobs: Any) -> None:
    """The message has all that is taken, not paths alone."""
    with pytest.raises(cb.ArgumentError, match=r"takes a Path or a list, .* Also taken: a frame"):
        cb.fleet(jobs)


def test_the_same_work_has_the_same_key() -> None:
    """The order of options and the name of the profile do not count, file and service do."""
    one = Job(1, options={"a": 1, "b": 2}, profile="east", service="https://a")
    other = Job(1, 7, options={"b": 2, "a": 1}, profile="East", service="https://a")
    assert key_of(one, "x") == key_of(other, "x") != key_of(one, "y")
    assert key_of(replace(one, service="https://b"), "x") != key_of(one, "x")
