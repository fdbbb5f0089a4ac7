"""State folders on a network: noticed by the table of mounts, and told once a run begins."""

from pathlib import Path

import pytest

import certbulk as cb
from certbulk.applying.journal import network_folder
from certbulk.applying.journal.network_folder import network_file_system
from tests.planning.sheets import new, plan_of

TABLE = r"""
sysfs /sys sysfs rw 0 0
/dev/sda1 / ext4 rw 0 0
nas:/homes /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/anna/local xfs rw 0 0
//files/team /mnt/team\040share cifs rw 0 0
anna@host: /mnt/host fuse.sshfs rw 0 0
share /mnt/vm 9p rw 0 0
portal /run/user/1000/doc fuse.portal rw 0 0
nas:/over /opt nfs rw 0 0
/dev/sdc1 /opt ext4 rw 0 0
half a line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/anna/.local/state/certbulk", "nfs4"),
        ("/home", "nfs4"),
        ("/home/anna/local/state", None),
        ("/homework", None),
        ("/mnt/team share/state", "cifs"),
        ("/mnt/host/x", "fuse.sshfs"),
        ("/mnt/vm/x", "9p"),
        ("/run/user/1000/doc/x", None),
        ("/opt/state", None),
        ("/var", None),
    ],
)
def test_the_table_of_mounts(path: str, kind: str | None) -> None:
    """The longest mount counts, of two on one folder the later one, and spaces are escaped."""
    assert network_file_system(path, TABLE) == kind


def test_no_table() -> None:
    """An empty table tells nothing."""
    assert network_file_system("/home", "") is None


def test_the_person_is_told(
    client: cb.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run warns with both ways out, and goes on."""
    table = tmp_path / "mounts"
    table.write_text(f"nas:/homes {tmp_path} nfs4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(network_folder, "MOUNTS", table)
    with pytest.warns(UserWarning, match="nfs4.*CERTBULK_STATE_DIR.*CERTBULK_JOURNAL_URL"):
        assert cb.apply(plan_of(client, new()), client, progress=False).ok
