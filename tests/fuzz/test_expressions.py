"""No text keeps a regular expression busy: all of them, over texts that are made to do so."""

import ast
import importlib
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import certbulk
import certbulk as cb
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.references.directory import Directory, Entry, Listing
from certbulk.words.vocabulary_files import shipped
from tests.planning.sheets import NEW

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no timer of the process's time")

HOME = Path(certbulk.__file__).parent
METHODS = ("match", "fullmatch", "search", "sub", "subn", "findall", "finditer", "split")
ALONE = {"certbulk.__main__", "certbulk.page.host.server"}  # what they import takes seconds
CHARACTERS = 6000
BOUND = 0.05
"""Seconds of processor time, some 5 million steps of the engine, which looks for signals every
4,096: what is linear takes a thousandth of it, what is quadratic several times as long."""
LONGEST_CELL = 16_000
CELL_BOUND = 2.0
"""Seconds for a whole sheet with such a cell; 93 were taken once."""


class Expression(NamedTuple):
    """A pattern, what it is called, and the methods that its module calls."""

    name: str
    pattern: re.Pattern[Any]
    methods: frozenset[str]


def modules() -> Iterator[tuple[Any, str]]:
    for path in sorted(HOME.rglob("*.py")):
        name = ".".join(path.relative_to(HOME.parent).with_suffix("").parts)
        name = name.removesuffix(".__init__")
        if name not in ALONE:
            yield importlib.import_module(name), path.read_text(encoding="utf-8")


def patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[Any]]:
    """Yield the patterns that a value is, or holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth < 3 and isinstance(value, dict):
        for one in value.values():
            yield from patterns_in(one, depth + 1)
    elif depth < 3 and isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from patterns_in(one, depth + 1)


def written_out(module: Any, source: str) -> Iterator[tuple[str, str]]:
    """Yield the texts of patterns that are in calls such as `re.sub`, and the method."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and getattr(node.func.value, "id", "") == "re"
            and node.func.attr in METHODS
        ):
            try:
                found = eval(ast.unparse(node.args[0]), vars(module))  # noqa: S307 (our own)
            except NameError:  # made of what a function is given
                continue
            yield found, node.func.attr


@cache
def expressions() -> tuple[Expression, ...]:
    """Return every pattern for texts in the package: of modules, of calls, of vocabularies."""
    found: dict[tuple[str, int], Expression] = {}

    def add(name: str, pattern: re.Pattern[Any], methods: set[str]) -> None:
        if isinstance(pattern.pattern, str):
            known = found.get((pattern.pattern, pattern.flags))
            all_of_them = methods | (known.methods if known else frozenset())
            found[pattern.pattern, pattern.flags] = Expression(
                name, pattern, frozenset(all_of_them)
            )

    for module, source in modules():
        for name, value in vars(module).items():
            called = {
                method
                for method in METHODS
                if re.search(rf"\b{re.escape(name)}(?:\[[^\]]*\])?\.{method}\(", source)
            }
            for pattern in patterns_in(value):
                add(f"{module.__name__}.{name}", pattern, called or {"match", "fullmatch"})
        for text, method in written_out(module, source):
            add(f"{module.__name__}: {text}", re.compile(text), {method})
    words = shipped()
    for name, phrases in words._phrases.items():  # noqa: SLF001
        if not phrases.words:  # then nothing is looked for
            continue
        for part, method in (("_before", "match"), ("_behind", "search"), ("_anywhere", "findall")):
            add(f"{name}{part}", getattr(phrases, part), {method})
    from certbulk.validating.references import _between_names

    add("between names", _between_names(words), {"split"})
    return tuple(found.values())


def letters_of(pattern: re.Pattern[str]) -> list[str]:
    """Return characters that matter to a pattern: those in it, and some of each class."""
    plain = re.sub(r"\\[A-Za-z]|\(\?[^)]*[)>:=!]|\{[^}]*\}", "", pattern.pattern)
    own = dict.fromkeys(sign for sign in plain if sign not in "\\^$|?*+()[]")
    marks = dict.fromkeys(re.findall(r"\\([^A-Za-z0-9])", pattern.pattern))
    return [*dict.fromkeys([" ", "a", "1", "\n", ".", ",", "(", "'", *marks, *own])][:20]


def hostile_texts(letters: list[str]) -> Iterator[str]:
    """Yield texts on which what tries everything tries most: repetitions, and an end that fails."""
    for one in letters:
        for other in ["", *letters]:
            yield (one + other) * (CHARACTERS // len(one + other)) + "!"
            if other:
                half = CHARACTERS // 2
                yield one * half + other * half + "!"


class TooLongError(Exception):
    """The bound was passed."""


def within(bound: float, work: Callable[[], Any]) -> float | None:
    """Return the processor time that some work took; None if it was cut off at the bound."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    began = time.process_time()
    try:
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, bound)
            work()
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    except TooLongError:
        return None
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return time.process_time() - began


def run(expression: Expression, method: str, text: str) -> None:
    call = getattr(expression.pattern, method)
    found = call("", text) if method in {"sub", "subn"} else call(text)
    if method == "finditer":
        for _ in found:
            pass


def test_what_would_be_found() -> None:
    """The bound lets linear expressions pass and stops those that are not."""
    text = "a" * CHARACTERS + "!"
    slow = Expression("slow", re.compile(r"a*a*a*b"), frozenset())
    parted = Expression("quadratic", re.compile(r"\s*[,;]\s*"), frozenset())
    fine = Expression("fine", re.compile(r"a*+b"), frozenset())
    assert within(BOUND, lambda: run(slow, "fullmatch", text)) is None
    assert within(BOUND, lambda: run(parted, "split", " " * CHARACTERS)) is None
    assert within(BOUND, lambda: run(fine, "fullmatch", text)) is not None
    assert len(expressions()) > 90


NUMBERS = range(10)


@pytest.mark.parametrize("part", NUMBERS)
def test_every_expression(part: int) -> None:
    """Each is done with each text in a few thousand steps."""
    slow = []
    for expression in expressions()[part :: len(NUMBERS)]:
        for text in hostile_texts(letters_of(expression.pattern)):
            for method in expression.methods:
                work = lambda: run(expression, method, text)  # noqa: B023, E731 (called at once)
                if within(BOUND, work) is None and within(BOUND, work) is None:
                    slow.append((expression.name, method, text[:12]))
    assert not slow


DIRECTORY = Directory(
    {
        name: Listing((Entry(1, "Royal"), Entry(2, "Deep, and wide")), complete=True)
        for name in ("services", "locations", "categories")
    },
    live=True,
)
SIGNS = " a1'([=-,;\n./+0\u00a0&{€№O:\"\u200b%т"
WORDS = ["1 ", "a ", "1,", "1.", "т. ", "100 ", "jan ", "1 jan ", "and ", "1e", "2027-01-01 "]
PIECES = st.sampled_from([*SIGNS, *WORDS, "тыс ", "rs ", "month ", "6 months "])
WHERE = st.sampled_from([*BY_NAME, "header", "above"])


def sheet_with(where: str, text: str) -> pd.DataFrame:
    if where == "header":
        return pd.DataFrame([{**NEW, text: "1"}])
    if where == "above":
        return pd.DataFrame([{"a": text, "b": text}, {"a": "title", "b": "balance"}])
    return pd.DataFrame([{**NEW, where: text}])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(WHERE, st.lists(PIECES, min_size=1, max_size=3), st.sampled_from(["", "!", "a", "\n"]))
def test_a_cell_of_any_text(where: str, pieces: list[str], end: str) -> None:
    """A sheet with 16,000 characters in a cell, a header or above it is checked in a moment."""
    unit = "".join(pieces)
    frame = sheet_with(where, unit * (LONGEST_CELL // len(unit)) + end)

    def check() -> None:
        report = cb.validate(cb.read(frame), directory=DIRECTORY)
        for code in {finding.code for finding in report.all_findings}:
            try:
                cb.fix(report, [code])
            except cb.CertbulkError:
                continue

    assert within(CELL_BOUND, check) is not None, (where, unit, end)


TERMS = ["1 ", "a ", "(", ", ", "1=", "т ", "6 months "]


@pytest.mark.parametrize("unit", TERMS)
def test_rows_of_long_terms(unit: str) -> None:
    """100 rows of 1,000 characters where a way to expire belongs: once they took 46 s."""
    rows = [{**NEW, "title": f"T{n}", "expiration_type_id": unit * (1000 // len(unit)) + str(n)}
            for n in range(100)]  # fmt: skip
    assert within(CELL_BOUND, lambda: cb.validate(cb.read(pd.DataFrame(rows)))) is not None


def test_wrong_names_against_right_ones() -> None:
    """10,000 names that a list of 5,000 does not have: reading them takes a second or so."""
    names = [f"Massage {n * 7919 % 100_003} with oil {n}" for n in range(5000)]
    listing = Listing(tuple(Entry(n + 1, name) for n, name in enumerate(names)), complete=True)
    lists = {**DIRECTORY.lists, "services": listing}
    frame = pd.DataFrame(
        [{**NEW, "title": f"T{n}", "service_ids": f"{names[n % 5000]}x{n}"} for n in range(10_000)]
    )
    sheet = cb.read(frame)
    spent = within(10.0, lambda: cb.validate(sheet, directory=Directory(lists, live=True)))
    assert spent is not None


@pytest.mark.parametrize("unit", ["<!--", "<![CDATA[", "<?x", "<a '", '<a "', "<", "<a b", "</"])
def test_markup_that_never_ends(unit: str) -> None:
    """What a hostile workbook opens again and again and never closes is passed over once."""
    from certbulk.workbook.editing.markup import _TAG

    text = (unit * (LONGEST_CELL // len(unit))).encode()
    assert within(BOUND, lambda: [*_TAG.finditer(text)]) is not None
