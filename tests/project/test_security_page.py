"""The page on security says what is so."""

from pathlib import Path

import certbulk
from certbulk.planning.saving.sealing import seal_of
from certbulk.settings.sources import Source

DOCS = Path(certbulk.__file__).parent / "docs"
PAGE = (DOCS / "explanation" / "security.md").read_text(encoding="utf-8")


def test_the_order_of_trust() -> None:
    """It is that of the code, the most trusted first."""
    order = "an option, then the environment, then\nthe keyring, then `.env`"
    assert order in PAGE
    assert [*Source] == [
        Source.FILE,
        Source.KEYRING,
        Source.ENVIRONMENT,
        Source.OPTION,
        Source.DEFAULT,
    ]


def test_files_that_it_names(tmp_path: Path) -> None:
    """What is kept in the state folder is called so there."""
    assert seal_of(b"")
    assert "`plan-key`" in PAGE
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["plan-key"]
