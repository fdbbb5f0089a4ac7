"""A PostgreSQL of the tests' own, on loopback, in a folder that goes with it."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
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
    """A cluster of databases; root runs it as the user postgres, as it refuses to be root's."""

    def __init__(self, programs: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="certbulk-pg-"))
        self.port = free_port()
        self._programs = programs
        self._as: dict[str, Any] = {"cwd": self.folder}
        if os.name == "posix" and os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as |= {"user": "postgres", "group": user.pw_gid, "extra_groups": []}
        self._run("initdb", "-D", "data", "-A", "trust", "-U", "anna", "-E", "UTF8", "--no-sync")
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
        shutil.rmtree(self.folder, ignore_errors=True)

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
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            timeout=600,  # the machine may have much else to do
            **self._as,
        )
