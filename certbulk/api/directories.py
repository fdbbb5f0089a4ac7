"""`directory`: the lists of a chain to which a sheet refers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.api import Client
from certbulk.api.chain_names import names_of
from certbulk.arguments import CLIENT, SHEET, Arguments
from certbulk.reading.sheet import Sheet

if TYPE_CHECKING:
    from certbulk.core.references.directory import Directory

__all__ = ["directory"]


def directory(client: Client, *, sheet: Sheet | None = None) -> Directory:
    """Read the names of the chain's locations, services and categories, and its time zones.

    Args:
        client: A client for the chain.
        sheet: Read only the lists to which this sheet refers, and the locations if it has dates,
            for their time zone; by default, all lists.

    Returns:
        A `Directory` for `validate`. If the service refuses a list, fails to give it or gives an
        empty one, the list has the reason, and nothing is checked with it.

    Raises:
        ServiceError: The service was not reached, or does not accept the tokens.
        SettingsError: The client was closed.
        ArgumentError: An argument has the wrong type, such as a path instead of a sheet.

    Example:
        >>> import certbulk as cb
        >>> sheet = cb.read("sample_data/certificate_types.xlsx")
        >>> with cb.Sandbox() as client:
        ...     report = cb.validate(sheet, directory=cb.directory(client, sheet=sheet))
        >>> report.ok
        True
    """
    takes = Arguments("certbulk.directory")
    takes.noun("client", client, Client, CLIENT)
    takes.noun("sheet", sheet, Sheet, SHEET, optional=True)
    return names_of(client, sheet)
