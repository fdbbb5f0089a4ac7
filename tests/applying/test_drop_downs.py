"""The drop-downs of the results workbook."""

import openpyxl
from openpyxl.utils import get_column_letter

import certbulk as cb
from certbulk.core.columns.fields import BY_NAME
from certbulk.words.describe import options_of
from tests.conftest import FAST
from tests.planning.sheets import new, report_on


def drop_downs(path: str) -> dict[str, str]:
    """Return the formula of each drop-down of the results, by the header of its column."""
    page = openpyxl.load_workbook(path)["results"]
    headers = {get_column_letter(n): str(cell.value) for n, cell in enumerate(page[1], start=1)}
    return {
        headers[str(one.sqref).partition("2:")[0]]: str(one.formula1)
        for one in page.data_validations.dataValidation
        if one.type == "list" and not one.showErrorMessage
    }


def results(sandbox: cb.Sandbox, **cells: str) -> dict[str, str]:
    """Return the drop-downs of the results of one row."""
    with sandbox.client(**FAST) as client:
        plan = cb.plan(report_on(new(**cells)), client)
        cb.apply(plan, client, progress=False).to_excel("results.xlsx")
    return drop_downs("results.xlsx")


def test_choices_as_in_the_template(sandbox: cb.Sandbox) -> None:
    """Each column with a few choices has them; nothing that is typed is refused."""
    found = results(sandbox)
    assert found["is_multi"] == '"yes,no"'
    assert found["item_type_id"] == f'"{",".join(options_of(BY_NAME["item_type_id"]))}"'
    assert "salon_ids" not in found  # its cells have ids, and the workbook has no names
    assert "result_status" not in found


def test_places_by_name(sandbox: cb.Sandbox) -> None:
    """Places that are written by name have the names of the chain to choose from."""
    found = results(sandbox, salon_ids="Harbour & Pine Baixa")
    assert found["salon_ids"] == "locations!$B$2:$B$5"
    names = [row[1] for row in openpyxl.load_workbook("results.xlsx")["locations"].values]
    assert names[0] == "name"
    assert len(names) == 5
