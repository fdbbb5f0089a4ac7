"""No test of the first line asserts how long something took: machines are busy at times."""

import ast

from tests.conftest import ROOT, is_campaign

CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time"}


def reads_clock(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and isinstance(part.func.value, ast.Name)
        and part.func.value.id == "time"
        and part.func.attr.removesuffix("_ns") in CLOCKS
        for part in ast.walk(node)
    )


def measures(node: ast.AST) -> bool:
    """Whether a part of the code subtracts something from a reading of a clock."""
    return any(
        isinstance(part, ast.BinOp) and isinstance(part.op, ast.Sub) and reads_clock(part.left)
        for part in ast.walk(node)
    )


def timed(source: str) -> list[str]:
    """Return the functions of a file that measure a time, those marked as campaigns apart.

    A helper counts as well: what it measures is asserted by whoever calls it.
    """
    if "time." not in source:
        return []
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and not any("campaign" in ast.unparse(one) for one in node.decorator_list)
        and measures(node)
    ]


def test_no_time_is_measured() -> None:
    """What needs a real clock is marked with `@pytest.mark.campaign`, or is in its list."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    found = {
        path.name: timed(path.read_text(encoding="utf-8"))
        for path in files
        if not is_campaign(path)
    }
    assert {name: tests for name, tests in found.items() if tests} == {}


def test_a_time_that_is_measured_is_found() -> None:
    """Asserted on the spot, kept in a name or a list, or returned; a deadline is none."""
    began = "def test_quick():\n    began = time.process_time_ns()\n    work()\n"
    assert timed(f"{began}    assert time.process_time_ns() - began < 5\n") == ["test_quick"]
    kept = f"{began}    took.append(time.monotonic() - began)\n    assert min(took) < 5\n"
    assert timed(kept) == ["test_quick"]
    assert timed(f"@pytest.mark.campaign\n{kept}") == []
    assert timed(f"{began}    assert work() < 5\n") == []
    assert timed("def wait():\n    until = time.time() + 5\n    ok = time.time() < until\n") == []
