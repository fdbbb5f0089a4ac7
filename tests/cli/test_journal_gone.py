"""The state folder is taken away while `certbulk apply` sends."""

import shutil
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

import certbulk as cb
from tests.recovery.scenes import creates, posts

from .conftest import Run


@pytest.mark.skipif(sys.platform == "win32", reason="open files cannot be removed")
def test_the_state_folder_is_removed(
    service: cb.Sandbox, certbulk: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops with exit code 3, says why, and writes results with the ids of what was sent."""
    pd.DataFrame(creates(30)).to_csv(tmp_path / "types.csv", index=False)
    really, left = cb.Client.create, [4]

    def create(self: cb.Client, *args: Any, **options: Any) -> Any:
        left[0] -= 1
        if not left[0]:
            # Moved away first: other threads of the run may write into it while it is removed.
            shutil.rmtree((tmp_path / "state").rename(tmp_path / "removed"))
        return really(self, *args, **options)

    monkeypatch.setattr(cb.Client, "create", create)
    result = certbulk("apply", tmp_path / "types.csv", "--yes")
    assert result.exit_code == 3
    assert str(tmp_path / "state") in result.output
    assert "was removed or renamed" in result.output
    book = openpyxl.load_workbook(tmp_path / "types.results.xlsx")
    header, *rows = book["results"].iter_rows(values_only=True)
    status = [row[header.index("result_status")] for row in rows]
    assert status.count("created") == len(posts(service)) < 10
    assert status.count("created") + status.count("not_sent") == 30
