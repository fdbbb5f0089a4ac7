"""The cells of one live type: the new values, calculated from the live ones."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from certbulk.changing.assignments import Setting, amount_after
from certbulk.core.amounts import with_amount
from certbulk.core.columns.fields import BY_NAME
from certbulk.core.findings.finding import quoted
from certbulk.core.kinds import Ids, ListChange
from certbulk.core.references.references import written_references
from certbulk.errors import SettingsError
from certbulk.words.vocabulary_files import shipped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from certbulk.changing.matching import LiveType
    from certbulk.core.columns.field import Field
    from certbulk.core.references.directory import Directory

__all__ = ["cells_of"]

_TITLES = ("title", "online_sale_title")


def cells_of(
    live: LiveType,
    settings: Sequence[Setting],
    names: Directory,
    multiple: Decimal | None,
    *,
    retitle: bool,
) -> dict[str, str]:
    """Return the cells that change a type, by field name.

    A column that the type does not use has no cell if its new value is calculated.

    Args:
        live: The live type.
        settings: The assignments with their values.
        names: The names of the chain.
        multiple: What calculated amounts are rounded to a multiple of; None for a cent.
        retitle: Whether titles follow the face value.

    Raises:
        SettingsError: Rounding would make an amount zero.
    """
    cells: dict[str, str] = {}
    for name in dict.fromkeys(setting.field for setting in settings):
        of_column = [setting for setting in settings if setting.field == name]
        text = _cell(BY_NAME[name], live, of_column, names, multiple)
        if text is not None:
            cells[name] = text
    if retitle:
        cells |= _titles(live, cells)
    return cells


def _cell(
    field: Field,
    live: LiveType,
    settings: Sequence[Setting],
    names: Directory,
    multiple: Decimal | None,
) -> str | None:
    """Return the cell that settings make for a field of a live type; None for a blank one."""
    if not settings[0].calculates:
        return str(settings[0].value)
    if isinstance(field.kind, Ids):
        return _list_cell(field, settings, names)
    if not field.used(live.values):
        return None
    before = live.values.get(field.name)
    rounded_to = multiple if settings[0].assignment.is_calculated_amount else None
    amount = amount_after(before, settings, rounded_to)
    if amount is None:
        return None
    if before and not amount:
        title = quoted(str(live.record.get("title") or ""))
        raise SettingsError(
            f"{field.label} of {title}, id {live.record.get('id')}, would become 0 from {before}. "
            "Round less coarsely, or leave the type out with the condition."
        )
    return _digits(amount)


def _list_cell(field: Field, settings: Sequence[Setting], names: Directory) -> str:
    """Return the cell that adds to a list, and removes from it."""
    listing, everything = names.listing(field.refers_to), shipped().everything(field.name)
    whole = ListChange(
        tuple(dict.fromkeys(n for one in settings for n in one.value.added)),
        tuple(dict.fromkeys(n for one in settings for n in one.value.removed)),
    )
    return written_references(whole, field, listing, everything)


def _titles(live: LiveType, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the titles that name the old face value, with the new one."""
    old, new = live.values.get("balance"), cells.get("balance")
    if not isinstance(old, Decimal) or new is None:
        return {}
    found: dict[str, str] = {}
    for name in _TITLES:
        title: Any = live.values.get(name)
        if name in cells or not isinstance(title, str) or not BY_NAME[name].used(live.values):
            continue
        changed = with_amount(title, old, Decimal(new))
        if changed is not None and changed != title:
            found[name] = changed
    return found


def _digits(amount: Decimal) -> str:
    """Return an amount or a count as the text of a cell."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
