"""State folders on a network file system, where SQLite must not be shared."""

from __future__ import annotations

import re
import sys
from contextlib import suppress
from pathlib import Path, PurePosixPath

__all__ = ["advice_about", "network_file_system"]

MOUNTS = Path("/proc/mounts")

_NETWORK = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|afs|9p|ceph|glusterfs|lustre|gpfs|beegfs|ncpfs|davfs"
    r"|fuse\.(sshfs|glusterfs|ceph\S*|s3fs|rclone|davfs\S*|smb\S*|gcsfuse|blobfuse\d?|juicefs)"
)
"""Types of file systems that several machines can mount (proc(5), /proc/filesystems)."""

_ESCAPED = re.compile(r"\\([0-7]{3})")  # a space is \040: fstab(5)


def network_file_system(path: str, mounts: str) -> str | None:
    """Return the type of the network file system that a path is on; None if it is on none.

    Args:
        path: An absolute path without links.
        mounts: The table of mounts, as /proc/mounts has it.

    Example:
        >>> table = "nas:/homes /home nfs4 rw 0 0"
        >>> network_file_system("/home/anna/.local/state", table)
        'nfs4'
        >>> network_file_system("/var/lib", table) is None
        True
    """
    asked, longest, found = PurePosixPath(path), -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:  # noqa: PLR2004 (device, folder, type)
            continue
        folder = _ESCAPED.sub(lambda code: chr(int(code[1], 8)), fields[1])
        # Of two mounts on one folder, the later one is seen.
        if asked.is_relative_to(folder) and len(folder) >= longest:
            longest, found = len(folder), fields[2]
    return found if _NETWORK.fullmatch(found) else None


def advice_about(folder: Path) -> str:
    """Return what to tell somebody whose state folder is on the network; empty if it is not."""
    if sys.platform != "linux":  # others have no such table
        return ""
    with suppress(OSError, UnicodeDecodeError):
        kind = network_file_system(str(folder.resolve()), MOUNTS.read_text(encoding="utf-8"))
        if kind:
            return (
                f"The state folder {folder} is on a network file system ({kind}). Two machines "
                "that use it at once can damage the journal, and do not see each other's runs. "
                "Set CERTBULK_STATE_DIR to a folder on this machine, or share one journal: set "
                "CERTBULK_JOURNAL_URL."
            )
    return ""
