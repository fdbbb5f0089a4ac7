"""`live`: the live types of a chain as a typed frame, which can be planned again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from certbulk.api import Client
from certbulk.arguments import CLIENT, Arguments

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["live"]


def live(client: Client, *, labels: bool = False) -> pd.DataFrame:
    """Return all live types of a chain as a frame, archived ones included.

    The index is `id`. The columns are those of the table, typed, and behind them those that nobody
    can set: released_total, is_archived, date_archived, weight, is_serial_number_limited,
    online_sale_image, company_group_id. A value is missing if the type does not have it, such as a
    date, a length or a category. Rows that are read and planned as they are, are unchanged; those
    that were edited are updates.

    Args:
        client: A client for the chain.
        labels: Whether choices are words, such as "Any services", and ids are names of locations,
            services and categories. Both can be planned again. A name that several have is followed
            by its id, and an id without a name stays as digits.

    Raises:
        ListingError: Three readings contradict each other, or an entry is not a record.
        ServiceError: A request failed; see its kinds.
        SettingsError: The client was closed.
        ArgumentError: An argument has the wrong type, such as a path instead of a client.

    Example:
        >>> import certbulk as cb
        >>> with cb.Sandbox() as client:
        ...     types = cb.live(client, labels=True)
        >>> types.loc[288904, ["title", "item_type_id", "salon_ids"]].to_list()
        ['Spa Day 250', 'All services and products', ['Harbour & Pine Baixa', ...]]
    """
    takes = Arguments("certbulk.live")
    takes.noun("client", client, Client, CLIENT)
    takes.flags(labels=labels)
    return client.frame(labels=labels)
