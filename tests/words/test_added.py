"""Words that people add in a file of their own."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.words.word_lists import words_of

GERMAN = """
[headers]
title = ["Bezeichnung"]
balance = "Nennwert"

[flags]
yes = ["ja"]
no = ["nein"]

[choices.unit]
day = ["Tag", "Tage"]
month = ["Monat", "Monate"]

[choices.expiration_type_id]
2 = ["ab Kauf"]
"""
HEADERS = [
    "Bezeichnung", "Nennwert", "Can be spent in parts", "Valid for", "May be sold without a code",
    "Face value at sale", "Locations", "Expires", "Valid for how long", "Unit",
]  # fmt: skip
ROW = ["Gutschein 50", "50", "ja", "0", "nein", "1", "720441", "ab Kauf", "6", "Monate"]


def test_a_file_of_words_is_read_with_the_sheet(tmp_path: Path) -> None:
    """Headers, yes and no, choices by label or number; what is known stays known."""
    file = tmp_path / "german.toml"
    file.write_text(GERMAN, encoding="utf-8")
    frame = pd.DataFrame([ROW, [*ROW[:2], "да", *ROW[3:]]], columns=HEADERS)

    report = cb.validate(cb.read(frame, vocabulary=file))

    assert [str(finding) for finding in report.errors] == []
    assert list(report.columns["is_multi"]) == [True, True]
    assert list(report.columns["expiration_timeout_unit_id"]) == [3, 3]
    assert list(report.columns["expiration_type_id"]) == [2, 2]
    assert not cb.validate(cb.read(frame)).ok


def test_words_can_be_given_without_a_file() -> None:
    """What a file would hold."""
    frame = pd.DataFrame([["Gutschein"]], columns=["Bezeichnung"])
    sheet = cb.read(frame, vocabulary={"headers": {"title": ["Bezeichnung"]}})
    assert sheet.columns[0].field == "title"


def test_added_opposites_are_not_suggested() -> None:
    """Words that turn a meaning round in a language of one's own."""
    words: dict[str, Any] = {"headers": {"is_multi": ["Mehrmalig"]}}
    frame = pd.DataFrame([["ja"]], columns=["Einmalig"])
    (before,) = cb.read(frame, vocabulary=words).findings
    (after,) = cb.read(frame, vocabulary={**words, "opposites": {"words": ["einmalig"]}}).findings
    assert "Did you mean Mehrmalig (Can be spent in parts)?" in before.message
    assert "Did you mean" not in after.message


def test_added_words_go_before_shipped_ones() -> None:
    """Who says what a word means to them is not asked twice; the table's own names stay."""
    frame = pd.DataFrame([["100"]], columns=["Сумма"])
    sheet = cb.read(frame, vocabulary={"headers": {"online_sale_price": ["Сумма"]}})
    assert sheet.columns[0].field == "online_sale_price"


def test_a_plan_that_was_saved_knows_the_added_words(
    client: cb.Client, sandbox: cb.Sandbox, tmp_path: Path
) -> None:
    """It is carried out without the file of words, and its results are the same."""
    from certbulk.planning.saving.files import load_plan, save_plan

    file = tmp_path / "german.toml"
    file.write_text(GERMAN, encoding="utf-8")
    plan = cb.plan(
        cb.validate(cb.read(pd.DataFrame([ROW], columns=HEADERS), vocabulary=file)), client
    )
    path = save_plan(plan, tmp_path / "plan.json")
    file.unlink()

    loaded = load_plan(path)

    assert loaded.report.values(0) == plan.report.values(0)
    assert cb.apply(loaded, client).counts["created"] == 1
    assert sandbox.requests


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"header": {}}, "[header] is not one of [headers], [flags]"),
    ({"headers": []}, "headers must be a table"),
    ({"headers": {"titlle": ["x"]}}, 'There is no column "titlle". Did you mean title?'),
    ({"headers": {"title": [1]}}, "headers.title must be a list of words"),
    ({"headers": {"title": [" "]}}, "headers.title must be a list of words"),
    ({"headers": {"title": ["x"], "balance": ["X."]}}, "cannot mean both title and balance"),
    ({"headers": {"title": ["Face value"]}}, "cannot mean both balance and title"),
    ({"flags": {"maybe": ["x"]}}, "flags.maybe: use yes or no"),
    ({"flags": {"yes": ["x"], "no": ["x"]}}, "cannot mean both yes and no"),
    ({"flags": {"yes": ["no"]}}, "cannot mean both no and yes"),
    ({"choices": {"title": {"x": ["y"]}}}, "Title does not take choices"),
    (
        {"choices": {"unit": {"hour": ["h"]}}},
        'choices.unit: "hour" is not one of the choices for Unit',
    ),
    ({"choices": {"unit": {"day": ["x"], "week": ["x"]}}}, "cannot mean both day and week"),
    ({"choices": {"unit": {"day": ["month"]}}}, "cannot mean both month and day"),
    ({"choices": {"unit": {"day": ["3"]}}}, "cannot mean both month and day"),
    ({"choices": {"unit": ["day"]}}, "unit must be a table"),
    ({"dates": {"untill": ["bis"]}}, 'no entry "untill". Choose from: until, inclusive, year'),
    ({"dates": {"until": [5]}}, "dates.until must be a list of words"),
    ({"spans": {"month": ["Monat"]}}, '"month" is not a length with its unit, such as "6 month"'),
    ({"spans": {"6 moon": ["Monat"]}}, '"6 moon" is not a length with its unit'),
    ({"likely_flags": {"yes": ["k"], "no": ["K"]}}, 'the word "k" cannot mean both yes and no'),
]


@pytest.mark.parametrize(("document", "message"), WRONG)
def test_what_is_wrong_with_a_vocabulary_is_said_in_a_line(
    document: dict[str, Any], message: str
) -> None:
    """Which table and word, and what is wrong with it; a word with two meanings is refused."""
    with pytest.raises(cb.SettingsError, match="the given vocabulary: ") as caught:
        cb.read(pd.DataFrame([["x"]], columns=["Title"]), vocabulary=document)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """No such file, no TOML, no text: one line each, with the file's name."""
    frame = pd.DataFrame([["x"]], columns=["Title"])
    (tmp_path / "bad.toml").write_text("[headers\n", encoding="utf-8")
    (tmp_path / "cp1251.toml").write_bytes("[headers]\ntitle = 'Имя'".encode("cp1251"))
    for name, words in {
        "absent.toml": "There is no vocabulary",
        "bad.toml": "is not TOML",
        "cp1251.toml": "not text in UTF-8",
    }.items():
        with pytest.raises(cb.SettingsError, match=words) as caught:
            cb.read(frame, vocabulary=tmp_path / name)
        assert name in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_list_of_words_is_what_it_is_written_as() -> None:
    """As a document and back, so that plans can keep it."""
    document = {
        "headers": {"title": ["T"]},
        "choices": {"is_multi": {"yes": ["ja"]}},
        "everything": {"salon_ids": ["alle Filialen"]},
        "lists": {"locations": ["Filialen"], "id": ["Nummer"]},
        "dates": {"until": ["bis"]},
        "spans": {"6 month": ["Halbjahr"]},
    }
    words = words_of(document, "mine")
    assert words_of(words.as_document(), "mine") == words
    assert words.as_document() == document
