from datetime import UTC

import pytest

from certbulk.core.kinds import Problem, Text

TEXTS: list[tuple[str, str]] = [
    ("Gift", "Gift"),
    ("  Gift\u00a0", "Gift"),
    ("\ufeffGift\u200b", "Gift"),
    ("two  spaces", "two  spaces"),
    ("line\r\nbreak", "line\nbreak"),
    ("line\rbreak", "line\nbreak"),
    ("=1+1", "=1+1"),
    ("'quoted'", "'quoted'"),
    ("00123", "00123"),
    ("NA", "NA"),
    ("null", "null"),
    ("Подарочный сертификат 🎁", "Подарочный сертификат 🎁"),
    ("x" * 255, "x" * 255),
    ("one\x0btwo\x0cthree", "one\ntwo\nthree"),
    (" " + "x" * 255 + " ", "x" * 255),
    ("🎁" * 255, "🎁" * 255),
]


@pytest.mark.parametrize(("text", "value"), TEXTS)
def test_text_loses_only_the_space_around_it(text: str, value: str) -> None:
    """What people cannot see at the ends is taken off, line breaks are line feeds."""
    assert Text(255).parse(text, UTC) == value


def test_too_long_a_text_says_how_long_it_is() -> None:
    """The message has the text's length and the longest that is sent."""
    outcome = Text(255).parse("x" * 256, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.code == "too_long"
    assert "256" in outcome.message
    assert "255" in outcome.message


def test_null_is_no_text() -> None:
    """The service answers null and the empty text alike."""
    assert Text(255).load(None) == ""
