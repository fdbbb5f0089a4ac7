"""What a colleague does while the process is frozen."""

import random
from contextlib import suppress
from typing import Any

from certbulk.sandbox import Server
from tests.chaos.sheet import UPDATABLE

__all__ = ["meddle"]


def meddle(dice: random.Random, server: Server, rows: list[dict[str, Any]]) -> None:
    """Do one thing that a process has to notice which goes on after it."""
    titles = [row["title"] for row in rows if not row["id"]]
    made = [record["id"] for record in server.types() if record["title"] in titles]
    updated = [row["id"] for row in rows if row["id"]]
    others = [number for number in UPDATABLE if number not in updated]
    target = dice.choice([*(updated or UPDATABLE), *made[-3:]])
    deed = dice.choice(["edit", "edit", "retitle", "issue", "remove", "rename", "add"])
    with suppress(KeyError):  # somebody else has deleted it already
        if deed == "edit":
            server.edit(target, balance=dice.randint(900, 999))
        elif deed == "retitle":
            server.edit(target, title=f"Renamed {dice.randrange(1 << 30):x}")
        elif deed == "issue":
            server.issue(target)
        elif deed == "remove":
            server.remove(target)
        elif deed == "rename" and others:
            server.edit(dice.choice(others), title=dice.choice(titles))
        else:
            server.add({"title": dice.choice(titles), "balance": 3})
