"""Files of words and mappings that are not quite TOML: which line, and how it should be."""

from pathlib import Path

import pandas as pd
import pytest

import certbulk as cb

FRAME = pd.DataFrame([["Подарок", "5"]], columns=["Имя", "Сумма к оплате"])

LINES: list[tuple[str, str]] = [
    ('Номинал = "Сумма"', 'Put the name in quotation marks: "Номинал" = "Сумма"'),
    ('Face value = "Sum"', 'Put the name in quotation marks: "Face value" = "Sum"'),
    ("title = Имя", 'Put the value in quotation marks: title = "Имя"'),
    ('title = "Имя', 'Put the value in quotation marks: title = "Имя"'),
    ("title = 31.12.2031", 'Put the value in quotation marks: title = "31.12.2031"'),
    ("Название = Имя", 'Put name and value in quotation marks: "Название" = "Имя"'),
    ("title = “Имя”", 'Use straight quotation marks: title = "Имя"'),
    ("title = «Имя»", 'Use straight quotation marks: title = "Имя"'),
    ("title: Имя", 'Put name and value in quotation marks: title = "Имя"'),
    ('title: "Имя"', 'Write = between a name and its value: title = "Имя"'),
    ("[свой раздел]", 'Put the name in quotation marks: ["свой раздел"]'),
    ("constant:", "Write the name of a table in square brackets: [constant]"),
]


@pytest.mark.parametrize(("line", "advice"), LINES)
@pytest.mark.parametrize("more", ["", 'Ещё = "x"\nи так далее'])
def test_a_line_that_is_not_toml_is_shown_as_it_should_be(
    line: str, advice: str, more: str, tmp_path: Path
) -> None:
    """The first one, also where others behind it are wrong as well."""
    path = tmp_path / "map.toml"
    path.write_text(f'ignore = ["x"]\n\n[rename]\n{line}\n{more}', encoding="utf-8")
    with pytest.raises(cb.SettingsError) as caught:
        cb.read(FRAME, mapping=path)
    assert str(caught.value) == f"The mapping {path}, line 4, is not TOML: {line}. {advice}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            '[rename]\ntitle = "a"\ntitle = "b"',
            'line 3, is not TOML: title = "b". This name is already',
        ),
        ("[rename\n", "line 1, is not TOML: [rename. Expected ']'"),
        ("ignore = [", "line 1, is not TOML: ignore = [. "),
        ("title = " + "x" * 200, "line 1, is not TOML: title = xxx"),
    ],
)
def test_other_mistakes_are_shown_with_their_line(text: str, says: str, tmp_path: Path) -> None:
    """Twice the same, a table or a list that does not end; a long line is cut."""
    path = tmp_path / "map.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(cb.SettingsError) as caught:
        cb.read(FRAME, mapping=path)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_mapping_calls_columns_by_any_of_their_names() -> None:
    """By the name, the label, a Russian word, and a word of one's own."""
    frame = pd.DataFrame([list("abcd")], columns=["Имя", "Итог", "Где", "Как"])
    mapping = {
        "rename": {
            "Название сертификата": "Имя",
            "Номинал, руб. (обязательно)": "Итог",
            "Filialen": "Где",
            "Can be spent in parts": "Как",
        },
        "constant": {"Срок действия": "Бессрочный"},
    }
    words = {"headers": {"Филиалы": ["Filialen"]}}
    sheet = cb.read(frame, mapping=mapping, vocabulary=words)
    assert [column.field for column in sheet.columns] == [
        "title", "balance", "salon_ids", "is_multi", "expiration_type_id",
    ]  # fmt: skip


def test_a_column_that_is_called_twice_is_refused() -> None:
    """Also where it has another name each time."""
    mapping = {"rename": {"Название": "Имя", "title": "Сумма к оплате"}}
    with pytest.raises(cb.SettingsError, match=r"title is in \[rename\] twice"):
        cb.read(FRAME, mapping=mapping)


def test_a_column_with_a_unit_is_none() -> None:
    """A mapping that gave it would lose the unit."""
    with pytest.raises(cb.SettingsError, match="There is no column"):
        cb.read(FRAME, mapping={"rename": {"Период (мес.)": "Имя"}})


def test_a_vocabulary_calls_columns_and_choices_by_known_words() -> None:
    """Who adds words in Russian need not look up the English labels."""
    words = {
        "headers": {"Название": ["Как зовут"]},
        "choices": {"Срок действия": {"Бессрочный": ["вечно"]}, "Единица": {"мес": ["луна"]}},
    }
    frame = pd.DataFrame([["x", "вечно", "луна"]], columns=["Как зовут", "Expires", "Unit"])
    report = cb.validate(cb.read(frame, vocabulary=words))
    assert report.columns["title"][0] == "x"
    assert report.columns["expiration_type_id"][0] == 0
    assert report.columns["expiration_timeout_unit_id"][0] == 3
