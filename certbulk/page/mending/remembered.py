"""What a person decided about the columns of a layout, kept for the next file that has the same."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME
from certbulk.page.mending.meanings import Meanings, headers_of
from certbulk.settings import state_folder

if TYPE_CHECKING:
    from pathlib import Path

    from certbulk.reading import Sheet


__all__ = ["recalled", "remember"]

_FILE = "columns.json"
_MOST = 200
"""How many layouts are remembered; the oldest are forgotten first."""


def recalled(sheet: Sheet, chain: str) -> Meanings | None:
    """Return what was chosen for the columns of this set of headers; None for nothing.

    Args:
        sheet: The sheet as it is read without a mapping.
        chain: The service and the chain. Values that name something in another chain are left out.
    """
    found = _kept(_path()).get(_key(sheet))
    if found is None:
        return None
    try:
        meanings = Meanings.of(found)
    except (KeyError, TypeError, ValueError):  # written by another version
        return None
    if found.get("chain") == chain:
        return meanings
    constants = tuple((n, v) for n, v in meanings.constants if not BY_NAME[n].refers_to)
    return Meanings(meanings.fields, constants)


def remember(sheet: Sheet, meanings: Meanings, chain: str) -> None:
    """Keep what was chosen for the columns of a sheet; if it cannot be kept, it is asked again."""
    path = _path()
    kept = _kept(path)
    kept.pop(_key(sheet), None)
    kept[_key(sheet)] = {**asdict(meanings), "chain": chain}
    newest = dict([*kept.items()][-_MOST:])
    whole = path.with_name(f".{path.name}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole.touch(mode=0o600)
        whole.write_text(json.dumps(newest), encoding="utf-8")
        whole.replace(path)
    except OSError:
        return


def _path() -> Path:
    return state_folder() / _FILE


def _key(sheet: Sheet) -> str:
    return hashlib.sha256("\n".join(headers_of(sheet)).encode()).hexdigest()


def _kept(path: Path) -> dict[str, Any]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}
