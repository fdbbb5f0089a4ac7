"""Facts about the API: cited where the code relies on them, each with a source."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

import certbulk as cb
from certbulk.core.facts import FACTS, Certainty, Fact
from tests.references import PAGES

PACKAGE = Path(cb.__file__).parent
TABLE = PACKAGE / "core" / "facts.py"


def cited() -> dict[str, set[str]]:
    """Return the files that cite each key: the table itself and what is made of it left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*"):
        if path.suffix not in {".py", ".md"} or path == TABLE or path.name in PAGES:
            continue
        for key in re.findall(r"\bfact:(\w+)", path.read_text(encoding="utf-8")):
            found[key].add(path.relative_to(PACKAGE).as_posix())
    return found


def test_every_citation_has_a_source() -> None:
    """Nothing is cited that is not in the table."""
    assert {key: files for key, files in cited().items() if key not in FACTS} == {}


def test_the_code_relies_on_every_fact() -> None:
    """A fact that nothing relies on does not belong into the table."""
    code = {key for key, files in cited().items() if any(f.endswith(".py") for f in files)}
    assert [key for key in FACTS if key not in code] == []


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.key)
def test_every_fact_is_a_sentence_with_a_source(fact: Fact) -> None:
    """What is so, how sure that is, and where it is from."""
    assert fact.statement[-1] == "."
    assert fact.certainty in Certainty
    assert fact.source
    assert f"| `{fact.key}` | {fact.statement} | {fact.certainty} |" in PAGES["api_facts.md"]()


def test_claims_about_the_service_say_where_they_are_from() -> None:
    """Words such as "in live data" are in the table only, with their source beside them."""
    words = re.compile(
        r"in live data|seen at services|older endpoints|sibling (?:page|endpoint)s|\binferred\)",
        re.IGNORECASE,
    )
    found = {
        path.relative_to(PACKAGE).as_posix(): match[0]
        for path in PACKAGE.rglob("*.py")
        if path != TABLE and not path.is_relative_to(PACKAGE / "sandbox")
        for match in [words.search(path.read_text(encoding="utf-8"))]
        if match
    }
    assert found == {}
