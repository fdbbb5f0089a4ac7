"""The whole way through the page in Russian: no English is read but the person's own."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .conftest import Office
from .test_words import LATIN, OWN

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.campaign

READ = """() => {
  const read = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const at = texts.currentNode.parentElement;
    // Details that are shut, names of languages, and what is from the file or the service.
    const shut = at.closest("details:not([open])");
    if (shut && !at.closest("summary")) continue;
    if (at.closest("script, noscript, bdi:not(:has(*)), code")) continue;
    read.push(texts.currentNode.textContent);
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const at of document.querySelectorAll(`[${name}]`)) read.push(at.getAttribute(name));
  return read;
}"""
GIVEN = re.compile(
    r"Harbour & Pine Spa|Gift Certificate \d+|Spa Day \d+|UTC|(Europe|Asia)/\w+|"
    r"[\w.]*127\.0\.0\.1:\d+"
)
"""Names of the practice chain's, and of time zones."""

RUN = re.compile(r"\d{8}-\d{6}-[0-9a-f]{6}")
NAMES = (
    "ID;Название;Номинал;Можно тратить частями;Действует на;Филиалы;Срок действия;Действует до;"
    "Длительность;Единица;Продажа без кода;Номинал при продаже;Цвет\n"
)
FEW = "Наименование;Сумма сертификата\nПодарок;1000\n"
MESSY = (
    NAMES
    + ";Подарок;1,000;да;Всё;720441;Период с продажи;;6 месяцев;;нет;Нельзя изменить;красный\n"
    + ";Подарок;много;может;Любые услуги;Даунтаун;Фиксированная дата;03/04/2031;;;нет;Можно;\n"
    + ";;-5;да;Определённые услуги;;Фиксированная дата;2020-01-01;;;нет;Нельзя изменить;\n"
)
GOOD = (
    NAMES.replace(";Цвет", "")
    + ";Подарок 1500;1500;да;Все услуги и товары;720441;Фиксированная дата;31.12.2031;;;нет;"
    + "Можно изменить\n288901;;500,50;;;;;;;;;\n1;;70;;;;;;;;;\n;Итого;3000;;;;;;;;;\n"
    + ";Плохая;много;да;Любые услуги;720441;Бессрочно;;;;нет;Можно изменить\n"
)


def english(page: "Page") -> list[str]:
    """Return what is read in English; in menus, the languages' own names are not."""
    page.wait_for_timeout(300)
    read = [GIVEN.sub("", RUN.sub("", OWN.sub("", text))) for text in page.evaluate(READ)]
    return [text for text in read if LATIN.search(text) and "parquet" not in text]


def drop(page: "Page", path: Path, text: str, heading: str) -> None:
    """Drop a file, and wait for the step that it leads to."""
    path.write_text(text, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(path)
    page.locator(f"[data-heading={heading}]").wait_for()
    page.locator("bdi", has_text=path.name).first.wait_for()


class Walk:
    """A person's way through the page, and what English was read where."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.read: dict[str, list[str]] = {}

    def look(self, name: str) -> None:
        """Read what is seen, with the help of the step."""
        for summary in self.page.locator("details.cu-help:not([open]) > summary").all():
            summary.click()
        self.read[name] = english(self.page)

    def press(self, name: str | re.Pattern[str], heading: str) -> None:
        """Press a button, and read what it leads to."""
        self.page.get_by_role("button", name=name).last.click()
        self.page.locator(f"[data-heading={heading}]").wait_for()
        self.look(f"{name} {heading}")


def test_no_english_is_read_up_to_the_plan(office: Office, tmp_path: Path) -> None:
    """In the form for a chain, and with a file that cannot be read, lacks columns, or is messy."""
    page = office.page(locale="ru-RU")
    walk = Walk(page)
    walk.look("chain")
    walk.press("Добавить ещё одну сеть", "setup")
    walk.press("Назад", "chain")
    page.locator("#cu-destination-real").click()
    walk.look("file")
    (tmp_path / "пусто.xlsx").write_bytes(b"nothing")
    page.locator("input[type=file]").set_input_files(tmp_path / "пусто.xlsx")
    page.get_by_role("alert").get_by_text("«пусто.xlsx» — текстовый файл").wait_for()
    walk.look("rubbish")
    drop(page, tmp_path / "мало.csv", FEW, "columns")
    walk.look("columns")
    walk.press("Выбрать другой файл", "file")
    drop(page, tmp_path / "плохие.csv", MESSY, "columns")
    walk.press(re.compile("^Продолжить"), "mend")
    for at in range(page.locator(".cu-problem").count()):
        page.locator(".cu-problem").nth(at).click()
        walk.look(f"problem {at}")
    assert walk.read == {name: [] for name in walk.read}
    assert page.evaluate("document.documentElement.lang") == "ru"


def test_no_english_is_read_from_the_plan_on(office: Office, tmp_path: Path) -> None:
    """In the plan, the results, what has changed since, the history, and an undo.

    Amounts and dates are written as in Russian.
    """
    page = office.page(locale="ru-RU")
    walk = Walk(page)
    page.locator("#cu-destination-real").click()
    drop(page, tmp_path / "хорошие.csv", GOOD, "mend")
    walk.press("Составить план", "plan")
    assert page.get_by_text("500,50").count()
    assert page.get_by_text("меняется с 50 на 500,50").count()
    assert page.get_by_text("1\xa0500").count()
    assert page.get_by_text("31.12.2031").count()
    page.locator("#cu-typed").fill("2")
    walk.press(re.compile("^Отправить 2"), "results")
    page.get_by_role("button", name=re.compile("^Все строки")).click()
    walk.look("all results")
    walk.press("Что изменилось с тех пор?", "since")
    walk.press("Назад", "history")
    walk.press("Назад", "results")
    walk.press(re.compile("^Отменить эту"), "plan")
    assert walk.read == {name: [] for name in walk.read}
