"""Names of a report looked up in the chain that it is planned for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.api.directories import chain_of, directory
from certbulk.validating import revalidated

if TYPE_CHECKING:
    from certbulk.api import Client
    from certbulk.validating import Report

__all__ = ["looked_up"]


def looked_up(report: Report, client: Client) -> Report:
    """Return the report with names looked up and ids judged in the client's chain.

    It may be so already; what was looked up in another chain is looked up again.
    """
    if report.directory.live and report.directory.chain == chain_of(client):
        return report
    found = directory(client, sheet=report.sheet)
    return revalidated(report, found) if found.live else report
