"""A PostgreSQL of the tests' own, on loopback, in a folder that goes with it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
_FAST = ("fsync=off", "full_page_writes=off", "max_connections=150", "shared_buffers=32MB")


def binaries() -> Path | None:
    """Return the folder of initdb and pg_ctl; None if there is none."""
    found = shutil.which("initdb")
    folders = [*([Path(found).parent] if found else []), *DEBIAN]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Postgres:
    """A cluster of databases; root runs it as the user postgres, as it refuses to be root's.

    Args:
        programs: The folder of initdb and pg_ctl.
        disk: The megabytes of a disk of its own, in memory, which only root can make; 0 for none.
    """

    def __init__(self, programs: Path, *, disk: int = 0) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="certbulk-pg-"))
        self._has_disk = disk > 0
        if disk:
            size = ["-o", f"size={disk}m", "tmpfs", str(self.folder)]
            subprocess.run(["mount", "-t", "tmpfs", *size], check=True)
        self.port = free_port()
        self._programs = programs
        self._as: dict[str, Any] = {"cwd": self.folder}
        if os.name == "posix" and os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as |= {"user": "postgres", "group": user.pw_gid, "extra_groups": []}
        small = ["--wal-segsize=1"] if disk else []  # so that the log soon needs room
        who = ("-A", "trust", "-U", "anna")
        self._run("initdb", "-D", "data", *who, "-E", "UTF8", "--no-sync", *small)
        self.start()

    def start(self) -> None:
        """Start the server, and return when it listens."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        options += "".join(f" -c {setting}" for setting in _FAST)
        self._run("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", options, "start")

    def stop(self) -> None:
        """End the server as a crash would."""
        self._run("pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")

    def close(self) -> None:
        """End the server and remove its folder."""
        self.stop()
        if self._has_disk:
            subprocess.run(["umount", str(self.folder)], check=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self) -> None:
        """Let the disk be full, to the last byte; then even the server's log has no room."""
        with suppress(OSError), self._ballast.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass

    def make_room(self) -> str:
        """Let the disk have room again; return in words whether the server had ended meanwhile."""
        self._ballast.unlink()
        asked = [str(self._programs / "pg_ctl"), "-D", "data", "status"]
        running = subprocess.run(asked, check=False, **self._as, **_QUIET).returncode == 0
        if not running:
            self.start()
        return "went on" if running else "had ended, and was started"

    @property
    def _ballast(self) -> Path:
        return self.folder / "ballast"

    def url(self, database: str, *, port: int | None = None) -> str:
        """Return the URL of a database, directly or through another port."""
        return f"postgresql+psycopg://anna@127.0.0.1:{port or self.port}/{database}"

    def query(self, words: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Return what a statement returns; it is its own transaction."""
        import psycopg

        address = f"host=127.0.0.1 port={self.port} user=anna dbname={database}"
        with psycopg.connect(address, autocommit=True) as connection:
            done = connection.execute(words.encode())
            return done.fetchall() if done.description else []

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            **_QUIET,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            timeout=600,  # the machine may have much else to do
            **self._as,
        )
