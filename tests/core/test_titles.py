import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certbulk.core.titles import loosely_same, strict, strictly_same

_TITLE = "Spa & Sauna for two, with lunch and a glass of wine"

_STRICTLY = [
    ("Spa &amp; Sauna", "Spa & Sauna"),
    ("Spa &#38; Sauna", "Spa & Sauna"),
    ("Spa &#x26; Sauna", "Spa & Sauna"),
    ("&lt;VIP&gt; &quot;Gold&quot; &apos;A&apos;", "<VIP> \"Gold\" 'A'"),
    ("Spa   50", "Spa 50"),
    ("Spa\u00a050", "Spa 50"),
    ("Spa\n50", "Spa 50"),
    (" Spa 50 ", "Spa 50"),
    ("Spa\u200b50", "Spa50"),
    ("Sp\u00ada 50", "Spa 50"),
    (unicodedata.normalize("NFD", "Crème Йога"), "Crème Йога"),
    ("Love \u2764\ufe0f", "Love \u2764"),
    (None, ""),
    (50, "50"),
]

_ONLY_LOOSELY = [
    ("Party 🎉 50", "Party 50"),
    ("Party 🎉 50", "Party ? 50"),
    ("SPA 50", "Spa 50"),
    (_TITLE, _TITLE[:30]),
    (_TITLE, _TITLE[:40]),
    ("A &amp;amp;amp; B", "A & B"),
    ("Crème", "Creme"),
    ("“Gold”", '"Gold"'),
]

_NOT_EVEN_LOOSELY = [
    ("Spa 50", "Spa 500"),
    ("Spa 50", "Spa"),
    ("Spa 50", "Massage 50"),
    ("Spa 50", ""),
    ("Cut&times", "Cut×"),
]


@pytest.mark.parametrize(("one", "other"), _STRICTLY)
def test_a_title_stored_in_another_spelling_is_strictly_the_same(one: object, other: str) -> None:
    """What a service changes without a person noticing does not make another title."""
    assert strictly_same(one, other)
    assert loosely_same(one, other)


@pytest.mark.parametrize(("one", "other"), _ONLY_LOOSELY)
def test_a_title_that_lost_something_is_loosely_the_same(one: str, other: str) -> None:
    """What a service may have made of a title forbids sending it again, and proves nothing."""
    assert not strictly_same(one, other)
    assert loosely_same(one, other)
    assert loosely_same(other, one)


@pytest.mark.parametrize(("one", "other"), _NOT_EVEN_LOOSELY)
def test_other_titles_are_not_even_loosely_the_same(one: str, other: str) -> None:
    """Another amount, another word, or a short beginning is another title."""
    assert not loosely_same(one, other)


@given(st.text(max_size=60))
def test_the_grades_are_nested(title: str) -> None:
    """What is exactly the same is strictly so, and what is strictly the same is loosely so."""
    assert strict(strict(title)) == strict(strict(strict(title))) or "&" in title
    assert strictly_same(title, unicodedata.normalize("NFD", title))
    assert loosely_same(title, title.upper().lower()) or not title.isascii()
