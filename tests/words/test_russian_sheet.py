"""A sheet that is kept in Russian throughout."""

from datetime import UTC, datetime

import pandas as pd

import certbulk as cb

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HEADERS = (
    "Действие", "Название", "Номинал, ₽", "Списание", "Действует на", "Продажа без кода",
    "Категория", "Изменение номинала", "Услуги", "Филиалы", "Срок действия", "Дата окончания",
    "Длительность", "Единица", "Онлайн-продажа", "Онлайн-название", "Онлайн-описание",
    "Цена онлайн",
)  # fmt: skip
ROWS = (
    ("Создать", "Сертификат 5000", "5 000,00", "Многоразовый", "Без ограничений", "Нет", "",
     "Запрещено", "", "720441; 720442", "Бессрочный", "", "", "", "Да", "Подарок", "На всё",
     "4 750 ₽"),
    ("", "Массаж", "2500", "одноразовый", "Определенные услуги", "да.", "51001", "можно изменять",
     "610101", "720441", "Период с момента продажи", "", "6", "мес.", "нет", "", "", ""),
    ("", "Лето", "900", "ОДИН", "Любые товары", "ДА", "", "Да", "", "720441", "До даты",
     "31.08.2031", "", "", "", "", "", ""),
    ("пропустить", "Черновик", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "", ""),
)  # fmt: skip


def test_a_sheet_in_russian_is_valid() -> None:
    """Every header, choice, unit, yes and no is understood; nothing is left to guess."""
    report = cb.validate(cb.read(pd.DataFrame(ROWS, columns=list(HEADERS))), now=NOW)

    assert [str(finding) for finding in report.all_findings] == []
    assert set(report.sheet.matches["how"]) == {"vocabulary"}
    gift, massage, summer = (report.values(position) for position in range(3))
    assert (gift["is_multi"], gift["item_type_id"], gift["balance_edit_type_id"]) == (True, 0, 2)
    assert (gift["expiration_type_id"], gift["online_sale_is_enabled"]) == (0, True)
    assert (massage["item_type_id"], massage["service_ids"]) == (3, (610101,))
    assert (massage["expiration_type_id"], massage["expiration_timeout_unit_id"]) == (2, 3)
    assert massage["is_allow_empty_code"] is True
    assert (summer["is_multi"], summer["item_type_id"]) == (False, 2)
    assert (summer["expiration_type_id"], summer["balance_edit_type_id"]) == (1, 1)
    assert report.actions.tolist() == [1, 1, 1, 3]


def test_an_action_in_russian_is_put_right_in_the_results(client: cb.Client) -> None:
    """What says «создать» beside an id would ask for it twice, in any language."""
    frame = pd.DataFrame(ROWS[:1], columns=list(HEADERS))
    run = cb.apply(cb.plan(cb.validate(cb.read(frame), now=NOW), client), client)
    results = run.to_excel("results.xlsx")
    again = cb.validate(cb.read(results), now=NOW)
    assert again.errors == ()
    assert again.actions.tolist() == [2]
