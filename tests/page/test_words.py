"""What the core says, as the page says it: in each language, and without what only programs know.

What is under the details of a message is not looked at: that is its exact words, in English.
"""

import ast
import re
from datetime import UTC
from pathlib import Path

import pytest

import certbulk as cb
from certbulk import errors
from certbulk.applying.outcome import Outcome, Status
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.catalogue import CODES
from certbulk.core.findings.code import Code, Scope
from certbulk.core.results.result_codes import RESULT_CODES
from certbulk.page.mending.meanings import Meanings
from certbulk.page.texts.by_code import of_decisions, of_ending, of_error, of_finding, of_outcome
from certbulk.page.texts.catalogue import ENGLISH, LANGUAGES, catalogue
from certbulk.page.texts.text import told
from certbulk.planning.saving.document import document_of, plan_of
from certbulk.words.vocabulary_files import shipped
from tests.core.code_examples import CHAINS, NOW, OF_FILES, example_sheet
from tests.project.sources import MODULES, calls

CORPUS = Path(__file__).parents[1] / "corpus" / "files"
NAMES = re.compile(r"\{(\w+)\}")
RUSSIAN = "ru"
TRANSLATED = [language for language in LANGUAGES if language != ENGLISH]

TECHNICAL = re.compile(
    r"(?<![\w-])--[a-z]|CERTBULK_|HTTPS?_PROXY|HTTP \d|\bTOML\b|\.toml\b|constants of the mapping"
    r"|mapping constants|assumed|documented|\bcb\.|\bframe\.|\bNone\b|_id\b|\b[a-z]+_[a-z_]+\b"
)
"""Options, names of settings, statuses of answers, formats of files, names in Python, and how well
known a rule of the service is."""

LATIN = re.compile(r"[A-Za-z]{2,}")
OWN = re.compile(
    r"certbulk(?: web| approve)?|Ctrl-C|JavaScript|Excel|LibreOffice|\.?(?:xlsx|csv)|ID|API|bearer"
    r"|English|spa-east|<add>|<remove>|UTF-\d+|Windows-\d+|Mac OS|DOS|KOI8-[RU]|ISO|\{\w+\}"
)
"""What is the same in Russian."""


def visible(one: object, language: str) -> str:
    """Return what a person reads of a text, its details left shut: as the front end puts it."""
    if not isinstance(one, dict):
        return str(one)
    texts, key = catalogue(language), one.get("key")
    if not key or (one.get("exact") and key not in texts):
        return str(one["text"])
    text = texts[key]
    assert isinstance(text, str), key
    return NAMES.sub(lambda name: visible(one["values"][name[1]], language), text)


def shown(text: str | None) -> dict[str, str]:
    """Return what is read of a text in each language."""
    assert text is not None
    return {language: visible(told(text), language) for language in LANGUAGES}


def without(words: str, *data: object) -> str:
    """Return words without what is the person's own in them."""
    for one in sorted(map(str, data), key=len, reverse=True):
        words = words.replace(one, "")
    return OWN.sub("", words)


def judge(finding: cb.Finding, sheet: cb.Sheet) -> None:
    """See that a finding is reported in Russian, and in English without what only programs know."""
    text = of_finding(finding, sheet)
    values = told(text)["values"]
    own = [finding.value or "", *finding.parts.values(), *(c.header for c in sheet.columns)]
    own += [value for value in values.values() if isinstance(value, str)]
    read = shown(text)
    assert not LATIN.search(without(read[RUSSIAN], *filter(None, own))), read[RUSSIAN]
    assert not TECHNICAL.search(without(read[ENGLISH], *filter(None, own))), read[ENGLISH]
    assert str(text) == finding.message


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_code_is_said_in_every_language(language: str) -> None:
    """Of findings, of results and of errors, with what to do; and nothing else is reported."""
    keys = catalogue(language).keys()
    assert {key.removeprefix("found.") for key in keys if key.startswith("found.")} == set(CODES)
    assert {f"why.{code}" for code in RESULT_CODES} <= keys
    assert {f"todo.{code}" for code in RESULT_CODES} <= keys
    assert {f"why.{status}" for status in Status} <= keys
    assert {f"error.{code.name}" for code in RESULT_CODES.values() if code.attempt} <= keys


@pytest.mark.parametrize(
    "code",
    [code for name, code in CODES.items() if name not in OF_FILES and code.scope != Scope.PLAN],
    ids=lambda code: code.name,
)
def test_a_finding_is_said_with_all_that_its_text_names(code: Code, tmp_path: Path) -> None:
    """In Russian there is no English word left, but those of the file."""
    sheet = example_sheet(code, tmp_path)
    report = cb.validate(sheet, now=NOW, directory=CHAINS.get(code.name))
    found = [finding for finding in report.all_findings if finding.code == code.name]
    for finding in found:
        judge(finding, report.sheet)
    assert told(of_finding(found[0], sheet))["key"] == f"found.{code.name}"


OF_CORPUS = {
    "half_filled_lists.xlsx": {"unread_list_row", "list_id_shared"},
    "sorted_with_header.xlsx": {"rows_above"},
    "table_above.xlsx": {"table_above"},
    "legend_above.xlsx": {"lines_above"},
    "table_below.xlsx": {"repeated_header", "table_below"},
    "hints_below_the_header.xlsx": {"hint_row"},
    "hidden_rows.xlsx": {"hidden_column", "hidden_rows"},
    "hidden_sheet.xlsx": {"other_sheets"},
    "boxes_dragged_down.csv": {"unticked_rows"},
    "cyrillic.csv": {"encoding_guessed"},
    "utf8_one_bad_byte.csv": {"damaged_bytes"},
}


@pytest.mark.parametrize(("file", "codes"), OF_CORPUS.items())
def test_a_finding_about_how_a_file_was_made_is_said(file: str, codes: set[str]) -> None:
    """With the rows, lines and sheets that it is about."""
    sheet = cb.read(CORPUS / file, progress=False)
    report = cb.validate(sheet, now=NOW, progress=False)
    said = {}
    for finding in report.all_findings:
        judge(finding, sheet)
        said[finding.code] = told(of_finding(finding, sheet)).get("key")
    assert {code: said[code] for code in codes} == {code: f"found.{code}" for code in codes}


def test_a_warning_of_nearly_all_rows_is_said_once() -> None:
    """With how many rows have it, some of them, and what the first one has."""
    rows = [{"title": f"Card {n}", "balance": 0} for n in range(1, 31)]
    report = cb.validate(cb.read(rows), now=NOW)
    (zero,) = (f for f in report.warnings if f.code == "zero_face_value")
    assert shown(of_finding(zero, report.sheet))[RUSSIAN] == (
        "Так почти во всех строках (всего 30, например 0, 1, 2, 3, 4). Первая из них: «balance» — "
        "0: сертификат этого типа ничего не стоил бы."
    )


def test_amounts_in_a_sentence_are_known_as_amounts(client: cb.Client) -> None:
    """So that the page can write them as the language does: 1 500,50."""
    rows = [
        {"id": "288909", "balance": "2800.5"},
        {"id": "288901", "balance": "55"},
        {"id": "", "title": "Gift 500", "balance": "1500.50"},
    ]
    plan = cb.plan(cb.validate(cb.read(rows), now=NOW), client, now=NOW)
    sheet = plan.report.sheet
    told_of = [*plan.cautions, *plan.report.warnings]
    values = {f.code: told(of_finding(f, sheet))["values"] for f in told_of}
    named = {"title_balance_mismatch": ("named", "amount"), "price_jump": ("old", "new")}
    for code, names in {**named, "title_keeps_amount": ("old", "new")}.items():
        for name in names:
            assert values[code][name]["amounts"], (code, name)
            assert values[code][name]["text"].replace(".", "").isdecimal()


def test_what_a_plan_warns_of_is_said(client: cb.Client) -> None:
    """With the old and the new amounts, and the entries; also after the plan was kept."""
    rows = [
        {"id": "288909", "balance": "2800"},
        {"id": "288901", "balance": "55"},
        {"id": "288904", "salon_ids": "<remove> 720450"},
        {"id": "1", "balance": "70"},
        {"id": "", "balance": "a lot"},
    ]
    plan = cb.plan(cb.validate(cb.read(rows), now=NOW), client, now=NOW)
    sheet = plan.report.sheet
    for made in (plan, plan_of(document_of(plan))):
        for caution in made.cautions:
            judge(caution, sheet)
            assert told(of_finding(caution, sheet))["key"] == f"found.{caution.code}"
        said = {row: shown(text)[RUSSIAN] for row, text in of_decisions(made).items()}
        assert said[5] == "Такого типа в этой сети нет или уже нет."
        assert not LATIN.search(without(said[6], "a lot")), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_of_the_page_is_for_programs_or_people_at_a_terminal(language: str) -> None:
    """No option, setting, status of an answer, file of settings or name in Python is in any."""
    for key, text in catalogue(language).items():
        for form in [text] if isinstance(text, str) else text.values():
            assert not TECHNICAL.search(NAMES.sub("", form)), (key, form)


def test_a_russian_text_has_no_english_word() -> None:
    """But names of programs and formats."""
    for key, text in catalogue(RUSSIAN).items():
        for form in [text] if isinstance(text, str) else text.values():
            assert not LATIN.search(OWN.sub("", form)), (key, form)


def test_what_a_menu_offers_is_understood_in_a_cell() -> None:
    """Each choice, in each language, is read as the same; so is each label as a header."""
    words = shipped()
    for name, field in BY_NAME.items():
        for language in LANGUAGES:
            match = words.match(str(catalogue(language)[f"field.{name}"]))
            assert match is not None
            assert match.field == name
        for key in (key for key in catalogue(ENGLISH) if key.startswith(f"value.{name}.")):
            read = [field.kind.parse(str(catalogue(ENGLISH)[key]), UTC)]
            read += [words.kinds[name].parse(str(catalogue(one)[key]), UTC) for one in LANGUAGES]
            assert len(set(read)) == 1, key


def outcomes() -> list[Outcome]:
    """Return an outcome for each code, with a message that tells all about the answer."""
    answer = "The service refused it (api.test: HTTP 422): title: Слишком длинно; Попробуйте ещё."
    return [
        Outcome(2, Status.FAILED, None, code, answer if code == "rejected" else f"{answer} No.")
        for code in RESULT_CODES
    ] + [Outcome(2, status, message="Not so (HTTP 500).") for status in Status]


def test_how_a_row_ended_is_said_with_the_words_of_the_service(client: cb.Client) -> None:
    """Without the status of the answer, and with the field by the person's own header."""
    frame = cb.read(
        [{"Name of it": "Gift", "id": 288901}], mapping={"rename": {"title": "Name of it"}}
    )
    plan = cb.plan(cb.validate(frame), client)
    for outcome in outcomes():
        read = shown(of_outcome(outcome, plan))
        if outcome.code and RESULT_CODES[outcome.code].attempt:
            assert not TECHNICAL.search(read[ENGLISH]), read
        assert not LATIN.search(without(read[RUSSIAN], "Name of it")), read
    rejected = next(one for one in outcomes() if one.code == "rejected")
    assert shown(of_outcome(rejected, plan)) == {
        "en": "The service refused it. Name of it: Слишком длинно. The service says: Попробуйте "
        "ещё.",
        "ru": "Сервис отклонил эту строку. Name of it: Слишком длинно. Ответ сервиса: Попробуйте "
        "ещё.",
    }


ENDINGS = [
    "stopped on request",
    "interrupted",
    "10 consecutive rows failed; the last: The service refused it (api.test: HTTP 400).",
    "21 requests had to be retried; the service seems to have problems",
    "The service does not accept the tokens (api.test: HTTP 401). Check the two tokens.",
]


@pytest.mark.parametrize("reason", ENDINGS)
def test_why_a_run_ended_early_is_said(reason: str) -> None:
    """Without the status of the answer."""
    read = shown(of_ending(reason))
    assert not TECHNICAL.search(read[ENGLISH])
    assert not LATIN.search(read[RUSSIAN])


def some_errors() -> list[errors.CertbulkError]:
    """Return an error of each class, and of each code of the service's."""
    plain = [
        kind("Set CERTBULK_CHAIN_ID, or --chain-id.")
        for kind in (errors.SettingsError, errors.RunError)
    ]
    of_service = [
        errors.ServiceError("It failed (api.test: HTTP 500).", code=code.name)
        for code in RESULT_CODES.values()
        if code.attempt
    ]
    return [*plain, *of_service, errors.ServiceError("Stopped.", code="not_sent")]


def test_an_error_is_said_without_its_technical_part() -> None:
    """In both languages; its message is there in full, for the details."""
    for error in some_errors():
        text = of_error(error)
        read = shown(text)
        assert not TECHNICAL.search(read[ENGLISH]), read
        assert not LATIN.search(OWN.sub("", read[RUSSIAN])), read
        assert (str(text), told(text)["exact"]) == (str(error), True)
    kinds = (errors.ReadError, errors.PlanError, errors.OutputError, errors.ChainBusyError)
    for kind in (*kinds, errors.NoSuchRunError):
        read = shown(of_error(kind("It is so.")))
        assert read[ENGLISH] == "It is so."
        assert not LATIN.search(OWN.sub("", read[RUSSIAN])), read


OF_FILES_READ = [
    (b"%PDF-1.7", "a.xlsx", "another_format"),
    (b"Title;Face value\nA;100\n", "a.xlsx", "text_file"),
    (b"PK\x03\x04 cut short", "a.xlsx", "damaged"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1E\0n\0c\0r\0y\0p\0t\0e\0d\0", "a.xlsx", "password"),
    (b"", "a.xlsx", "empty_file"),
    ((CORPUS / "several_sheets.xlsx").read_bytes(), "a.csv", "workbook"),
    (b"\x00\x01\x02\xff" * 300, "a.csv", "another_format"),
    (b'Title;Face value\n"A;100\nB;200\n', "a.csv", "quotes"),
    (b"PAR1", "a.parquet", "damaged"),
    ((CORPUS / "several_sheets.xlsx").read_bytes(), "a.xlsx", "no_sheet"),
]


@pytest.mark.parametrize(("data", "name", "code"), OF_FILES_READ)
def test_why_a_file_cannot_be_read_is_said(
    data: bytes, name: str, code: str, tmp_path: Path
) -> None:
    """By its kind and with the file's name, not in one sentence that lists all there may be."""
    (tmp_path / name).write_bytes(data)
    with pytest.raises(errors.ReadError) as caught:
        cb.read(tmp_path / name, "prices" if code == "no_sheet" else None, progress=False)
    assert caught.value.code == code
    text = of_error(caught.value, file=name)
    assert told(text)["key"] == f"error.read_{code}"
    read = shown(text)
    assert not TECHNICAL.search(read[ENGLISH])
    assert name in read[RUSSIAN]
    assert not LATIN.search(without(read[RUSSIAN], name))


def test_every_kind_of_file_that_cannot_be_read_has_its_sentence() -> None:
    """Each code that the package gives to an error of reading has one in each translation."""
    given = [
        keyword.value
        for path in MODULES.values()
        for name, node in calls(path)
        if name == "ReadError"
        for keyword in node.keywords
        if keyword.arg == "code"
    ]
    parts = [part for value in given for part in ast.walk(value) if isinstance(part, ast.Constant)]
    codes = {part.value for part in parts if isinstance(part.value, str) and part.value}
    assert codes >= {"damaged", "too_large", "no_sheet", "quotes"}
    for language in TRANSLATED:
        assert [code for code in codes if f"error.read_{code}" not in catalogue(language)] == []


def test_a_value_for_every_row_that_cannot_be_is_said_by_its_label() -> None:
    """Not by the names that a file of mappings has for it."""
    sheet = cb.read([{"Название": "Подарок"}])
    with pytest.raises(errors.ReadError) as caught:
        Meanings((), (("balance", "много"),)).mapping(sheet)
    assert shown(of_error(caught.value)) == {
        "en": "“много” cannot be the value of Face value in every row. Give another one.",
        "ru": "«много» не подходит для столбца «Номинал». Укажите для всех строк другое значение.",
    }
