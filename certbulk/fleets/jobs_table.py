"""The table of jobs: a line for each chain, in a workbook, a csv file, a frame or a list."""

from __future__ import annotations

import csv
import hashlib
import json
import math
import re
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from certbulk.core.findings.finding import quoted
from certbulk.core.suggestions import nearest_word
from certbulk.errors import ArgumentError, ReadError, SettingsError
from certbulk.fleets.job import Job
from certbulk.settings import Settings, checked_chain_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pandas as pd

    from certbulk.arguments import Arguments

    Jobs = str | Path | pd.DataFrame | Sequence[Mapping[str, Any]]
    """Where a table of jobs can come from."""

__all__ = ["ACTIONS", "COLUMNS", "OPTIONS", "check_jobs", "jobs_of", "key_of"]

COLUMNS = {
    "chain": "the chain's id; blank for that of the profile",
    "file": "the file with its rows, as seen from the table's folder",
    "profile": "the profile whose settings and tokens are used",
    "action": "apply, drift or export; blank for all",
    "options": "options of the plan and of the run, such as match=title; canary=5",
    "note": "for people",
}
"""The columns of a table of jobs."""

ACTIONS = ("apply", "drift", "export")

OPTIONS: dict[str, type] = {
    "sheet": str,
    "encoding": str,
    "time_zone": str,
    "match": str,
    "allow_duplicate_titles": bool,
    "issued": str,
    "successor_title": str,
    "price_jump": float,
    "only_valid": bool,
    "batch_size": int,
    "all_or_nothing": bool,
    "canary": int,
    "settle": bool,
    "settle_pause": float,
    "verify": bool,
    "staleness": float,
    "most_failures": int,
    "most_retries": int,
}
"""The options of a job and their types: of `read`, `validate`, `plan` and `apply`.

With `only_valid`, a plan is sent even if some of its rows are invalid or blocked.
"""

_SUFFIXES = (".xlsx", ".csv")
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical line"}
_MISSING = ("nan", "NaT", "<NA>")
"""How the missing values of frames are written."""

_YES, _NO = ("", "yes", "true", "1", "on"), ("no", "false", "0", "off")
_FIRST_LINE = 2  # of a table with its headers in line 1


def check_jobs(takes: Arguments, source: object) -> None:
    """Check the argument `jobs`.

    Raises:
        ArgumentError: It is neither a path, nor a frame, nor a list.
    """
    if not isinstance(source, str | tuple) and not hasattr(source, "to_dict"):
        more = "A path may be a text. Also taken: a frame with a line for each chain."
        takes.noun("jobs", source, (Path, list), more)


def jobs_of(source: Jobs, *, file: str | Path | None = None) -> list[Job]:
    """Return the jobs of a table.

    Args:
        source: A workbook, a csv file, a frame, or a list of mappings; see `COLUMNS`.
        file: The file of all jobs that name none.

    Raises:
        ReadError: The table cannot be read.
        SettingsError: A line is impossible: its chain, profile or options.
    """
    folder = Path(source).parent if isinstance(source, str | Path) else Path()
    jobs = []
    for number, line in enumerate(_lines(source), start=_FIRST_LINE):
        cells = {name: _text(value) for name, value in line.items()}
        if any(cells.values()):
            jobs.append(_job(number, cells, line.get("options"), folder, file))
    if not jobs:
        raise ReadError("The table of jobs has no lines. Write one line for each chain.")
    seen: dict[str, int] = {}
    for job in jobs:
        key = f"{job.chain} {job.profile} {job.file} {job.actions}"
        if key in seen:
            raise SettingsError(
                f"Lines {seen[key]} and {job.line} of the table of jobs are the same: chain "
                f"{job.chain} with the same file. Remove one of them."
            )
        seen[key] = job.line
    return jobs


def _lines(source: Jobs) -> Iterable[dict[str, Any]]:
    """Return the lines of a table, with the names of its columns as in `COLUMNS`."""
    if isinstance(source, str | Path):
        lines = _lines_in(Path(source))
    elif isinstance(source, list | tuple):
        lines = map(_pairs_of, source)
    else:
        lines = _lines_of(source)  # type: ignore[arg-type]
    for line in lines:
        named: dict[str, Any] = {}
        for header, value in line:
            name = _column(header)
            if name in named:
                raise SettingsError(
                    f"Two columns of the table of jobs are for {name}. Remove one of them."
                )
            named[name] = value
        yield named


def _pairs_of(line: object) -> Iterable[tuple[object, Any]]:
    if not isinstance(line, Mapping):
        raise ArgumentError("A list of jobs has mappings, such as {'chain': 706028}.")
    return line.items()


def _lines_of(frame: pd.DataFrame) -> Iterator[Iterable[tuple[object, Any]]]:
    for values in frame.itertuples(index=False, name=None):
        yield zip(frame.columns, values, strict=True)


def _lines_in(path: Path) -> Iterable[Iterable[tuple[object, Any]]]:
    """Return the lines of the table in a file, each as its headers with their cells."""
    ending = path.suffix.lower()
    if ending not in _SUFFIXES:
        raise ReadError(f"{path} cannot be a table of jobs. Supported: {', '.join(_SUFFIXES)}.")
    try:
        return _lines_of_text(path) if ending == ".csv" else _lines_of(_frame_in(path))
    except FileNotFoundError:
        raise ReadError(f"There is no file {path}. Check the path and the name.") from None
    except (OSError, ValueError, KeyError, BadZipFile, csv.Error) as error:
        raise ReadError(f"The table of jobs {path} cannot be read ({error}).") from None


def _frame_in(path: Path) -> pd.DataFrame:
    """Return the table in a workbook, with every cell as text."""
    import pandas as pd  # noqa: PLC0415 (the command line starts without it)

    return pd.read_excel(path, engine="openpyxl", dtype=str, keep_default_na=False)


def _lines_of_text(path: Path) -> list[list[tuple[object, Any]]]:
    """Return the lines of a .csv file.

    The delimiter is the most frequent one of the header, as no name of a column has one: a table
    of one column has none at all.

    Raises:
        ValueError: A line has more cells than the header.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        text = file.read()
    delimiter = max(_DELIMITERS, key=text.lstrip().partition("\n")[0].count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    headers = next(lines, [])
    rows = list(lines)
    for number, row in enumerate(rows, start=_FIRST_LINE):
        if any(map(str.strip, row[len(headers) :])):
            raise ValueError(
                f"line {number} has more cells than the header: write a cell with a "
                f"{_DELIMITERS[delimiter]} in quotes"
            )
    return [[*zip(headers, row, strict=False)] for row in rows]


def _column(header: object) -> str:
    name = re.sub(r"[\s_]+", "_", str(header).strip().lower())
    name = {"chain_id": "chain", "actions": "action", "option": "options"}.get(name, name)
    if name not in COLUMNS:
        near = nearest_word(name, COLUMNS)
        hint = f"Did you mean {near}?" if near else f"Use {', '.join(COLUMNS)}."
        raise SettingsError(f"A table of jobs has no column {quoted(str(header))}. {hint}")
    return name


def _text(value: Any) -> str:
    if value is None or isinstance(value, Mapping) or str(value) in _MISSING:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _job(
    number: int, cells: Mapping[str, str], given: Any, folder: Path, file: str | Path | None
) -> Job:
    where = f"Line {number} of the table of jobs"
    profile = cells.get("profile", "")
    try:
        written = cells.get("chain", "").removesuffix(".0")  # in a column with a blank
        settings = _settings_of(profile) if written else Settings.load(profile=profile or None)
        chain = checked_chain_id(written or (settings and settings.need("chain_id")))
        options = dict(given) if isinstance(given, Mapping) else _split(cells.get("options", ""))
        options = dict(_option(name, value) for name, value in options.items())
        actions = tuple(re.findall(r"[^\s,;]+", cells.get("action", "").lower()))
        _check_actions(actions)
    except SettingsError as error:
        raise SettingsError(f"{where}: {error.args[0]}", terminal=error.terminal) from None
    named = cells.get("file")
    path = folder / named if named else file
    service = settings.base_url if settings else ""
    return Job(
        *(chain, number, actions, "" if path is None else str(path), profile, options),
        service=service,
    )


def _settings_of(profile: str) -> Settings | None:
    """Return the settings of a profile; None if only the workers have it."""
    try:
        return Settings.load(profile=profile or None)
    except SettingsError:
        return None


def _check_actions(actions: Sequence[str]) -> None:
    for action in actions:
        if action not in ACTIONS:
            raise SettingsError(f"There is no action {quoted(action)}. Use {', '.join(ACTIONS)}.")


def _split(text: str) -> dict[str, str]:
    """Return the options in a cell: match=title; canary=5; all_or_nothing."""
    parts = [part.strip() for part in re.split(r"[;\n]", text) if part.strip()]
    pairs = (part.partition("=") for part in parts)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _option(name: str, value: Any) -> tuple[str, Any]:
    """Return the name of an option, and its value in its type."""
    plain = name.strip().lower().replace("-", "_").removeprefix("__")
    if plain not in OPTIONS:
        near = nearest_word(plain, OPTIONS)
        hint = f"Did you mean {near}?" if near else f"Use {', '.join(OPTIONS)}."
        raise SettingsError(f"There is no option {quoted(name)} of a job. {hint}")
    kind = OPTIONS[plain]
    text = str(value).strip()
    if kind is bool and text.lower() in (*_YES, *_NO):
        return plain, text.lower() in _YES
    try:
        number = kind(text) if kind is not bool and text else None
    except ValueError:
        number = None
    if number is None or (isinstance(number, float) and not math.isfinite(number)):
        wanted = {bool: "yes or no", int: "a whole number", float: "a number", str: "a text"}[kind]
        raise SettingsError(f"The option {plain} is {quoted(text)}. Write {wanted}.")
    return plain, number


def key_of(job: Job, sha256: str) -> str:
    """Return the name under which the plan of a job is kept: the same work has the same name.

    The profile does not count, since two people may call theirs otherwise.

    Args:
        job: The job.
        sha256: The hash of its file.
    """
    service = job.service or f"profile {job.profile}"
    what = [service, job.chain, sha256, sorted(job.options.items())]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:24]
