"""What is to be written is tried under its real name before anything is sent."""

import json
import os
import stat
import zipfile
from functools import partialmethod
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.sandbox_client import Sandbox
from certbulk.workbook import check_writable, path_beside, write_whole
from tests.conftest import UNLIMITED

from .conftest import Run, csv, one_line

GOOD = {
    "title": "Rosemary Card",
    "balance": "1000",
    "is_multi": "yes",
    "item_type_id": "All services and products",
    "is_allow_empty_code": "no",
    "balance_edit_type_id": "Cannot be edited",
    "salon_ids": "720441",
    "expiration_type_id": "No expiration",
}
BAD = {**GOOD, "balance": "1,000"}
LONG = "ж" * 118  # 236 bytes, and a longest name has 255
LONGEST = "ж" * 125


@pytest.mark.parametrize(
    "stem", [LONG, LONGEST, "😀" * 62 + "x", "x" * 251], ids=["long", "longest", "emoji", "latin"]
)
def test_a_long_name_has_its_results(
    certbulk: Run, stem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is legal for the file leads to one that is legal for its results."""
    unlimited = partialmethod(Sandbox.__init__, limits=UNLIMITED)  # nobody waits in here
    monkeypatch.setattr(Sandbox, "__init__", unlimited)
    file = csv(f"{stem}.csv", GOOD)
    result = certbulk("apply", file, "--sandbox", "--yes", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert cb.read(told["results"]).column("id")
    again = certbulk("apply", told["results"], "--sandbox", "--yes", "--json")
    assert json.loads(again.stdout)["unchanged"] == 1


@pytest.mark.parametrize(
    "line",
    [
        ["apply", "FILE", "--sandbox", "--yes", "--results", "OUT.xlsx"],
        ["plan", "FILE", "--sandbox", "--excel", "OUT.xlsx"],
        ["plan", "FILE", "--sandbox", "-o", "OUT.json"],
        ["template", "OUT.xlsx", "--sandbox"],
        ["export", "OUT.xlsx", "--sandbox"],
        ["fix", "FILE", "-o", "OUT.xlsx", "--sandbox"],
    ],
    ids=lambda line: line[0],
)
def test_a_name_that_is_too_long_is_refused_before_anything_is_sent(
    certbulk: Run, line: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line that says so, and no request."""
    file = str(csv("types.csv", BAD if line[0] == "fix" else GOOD))
    monkeypatch.setattr("certbulk.sandbox_client.kept_sandbox", None)  # nothing is to be asked
    words = [word.replace("OUT", "ж" * 126).replace("FILE", file) for word in line]
    result = certbulk(*words)
    assert result.exit_code == 2
    one_line(result, "is too long here")
    assert [path.name for path in Path().iterdir()] == ["types.csv"]


@pytest.mark.parametrize("macros", [False, True])
@pytest.mark.parametrize("ending", [".xlsx", ".xlsm", ".XLSM"])
def test_a_name_that_was_chosen_is_never_refused(
    certbulk: Run, ending: str, *, macros: bool
) -> None:
    """The ending is that of what is in the file, however the file is called."""
    made = Path(f"types{ending}")
    assert certbulk("fix", csv("types.csv", BAD), "-o", "made.xlsx").exit_code == 1
    with zipfile.ZipFile("made.xlsx") as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if macros and name == "[Content_Types].xml":
                content = content.replace(
                    b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
                    b"vnd.ms-excel.sheet.macroEnabled.main",
                )
            new.writestr(name, content)
    result = certbulk("fix", made)
    assert result.exit_code == 1
    wanted = "types.fixed.xlsm" if macros else "types.fixed.xlsx"
    assert f"Wrote {wanted}" in result.stdout
    assert cb.read(wanted).column("title")


def test_a_refused_copy_leaves_the_findings(certbulk: Run) -> None:
    """They are printed all the same, as text and as JSON, and the last line says what is wrong."""
    file = csv("types.csv", BAD)
    name = "ж" * 126 + ".xlsx"
    result = certbulk("validate", file, "--annotate", name)
    assert result.exit_code == 2
    assert "can be read as" in result.stdout
    assert "is too long here" in result.stderr
    result = certbulk("validate", file, "--annotate", "no/such/copy.xlsx", "--json")
    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert [finding["cell"] for finding in told["findings"]] == ["B2"]
    assert "annotated" not in told
    assert "There is no folder" in result.stderr


def test_nothing_is_left_of_trying(tmp_path: Path) -> None:
    """A name that could be written is not there afterwards."""
    check_writable(tmp_path / "new.xlsx", overwrite=False)
    assert not list(tmp_path.iterdir())


def test_names_are_cut_where_they_must_be(tmp_path: Path) -> None:
    """Between letters, so that every name fits, also with a number behind it."""
    source = tmp_path / f"{LONGEST}.csv"
    names = []
    for _ in range(11):
        path = path_beside(source, "results")
        path.touch()
        names.append(path.name)
    assert len(set(names)) == 11
    assert all(name.startswith("жж") and len(name.encode()) <= 255 for name in names)
    assert names[-1].endswith("ж.results-11.xlsx")


def test_what_is_behind_a_link_is_overwritten(tmp_path: Path) -> None:
    """The link stays one, also where what it leads to is not there yet."""
    (tmp_path / "shared").mkdir()
    real, link = tmp_path / "shared" / "prices.xlsx", tmp_path / "link.xlsx"
    link.symlink_to(real)
    with pytest.raises(cb.OutputError, match="exists already"):
        cb.template(link)
    for _ in range(2):
        assert cb.template(link, overwrite=True) == link
        assert link.is_symlink()
        assert cb.validate(cb.read(real)).ok
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "link.xlsx",
        "prices.xlsx",
        "shared",
    ]


def test_both_names_of_one_file_have_what_was_written(tmp_path: Path) -> None:
    """A hard link is a second name, and keeps naming the same file."""
    one, other = tmp_path / "one.txt", tmp_path / "other.txt"
    one.write_text("before, and longer than after", encoding="utf-8")
    other.hardlink_to(one)
    write_whole(one, lambda path: _text(path, "after"), overwrite=True)
    assert one.read_text(encoding="utf-8") == other.read_text(encoding="utf-8") == "after"
    assert one.samefile(other)


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666])
def test_a_file_keeps_its_rights(tmp_path: Path, mode: int) -> None:
    """What was private stays private, and what others may write they may go on writing."""
    path = cb.template(tmp_path / "mine.xlsx")
    path.chmod(mode)
    before = path.stat()
    cb.template(path, overwrite=True)
    after = path.stat()
    assert stat.S_IMODE(after.st_mode) == mode
    assert (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)


def test_a_read_only_file_is_respected(certbulk: Run) -> None:
    """Nobody who protects a file means: unless it is to be overwritten."""
    path = cb.template("mine.xlsx")
    before = path.read_bytes()
    path.chmod(0o444)
    result = certbulk("template", path, "--overwrite")
    assert result.exit_code == 2
    one_line(result, "mine.xlsx is read-only")
    assert path.read_bytes() == before


def test_what_is_no_file_is_not_overwritten(tmp_path: Path) -> None:
    """A pipe, say, would be gone, and who reads from it would wait forever."""
    os.mkfifo(tmp_path / "pipe.xlsx")
    with pytest.raises(cb.OutputError, match="not a file that can be replaced"):
        cb.template(tmp_path / "pipe.xlsx", overwrite=True)


@pytest.mark.parametrize("name", ["a\0b.xlsx", "x" * 5_000 + "/t.xlsx", "loop.xlsx"])
@pytest.mark.parametrize("overwrite", [False, True])
def test_what_is_no_name_of_a_file_is_refused(name: str, *, overwrite: bool) -> None:
    """With a NUL, longer than any path, or a link to itself: an error of ours each time."""
    Path("loop.xlsx").symlink_to("loop.xlsx")
    with pytest.raises(cb.OutputError):
        cb.template(name, overwrite=overwrite)
