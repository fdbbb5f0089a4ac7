"""A row of the benchmark's workbooks as a pydantic model, as one usually writes it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

__all__ = ["CertificateType"]


def _ids(value: object) -> object:
    """Return the ids in a text with commas, or the one in a number cell."""
    if value is None:
        return []
    return value.split(",") if isinstance(value, str) else [value]


Ids = Annotated[list[int], BeforeValidator(_ids)]
Text = Annotated[str, Field(min_length=1, max_length=255)]


class CertificateType(BaseModel):
    """The checks of kinds and choices, without those that span columns or rows."""

    action: Literal["create", "update", "skip"]
    title: Text
    balance: Annotated[Decimal, Field(ge=0, decimal_places=2)]
    is_multi: bool
    item_type_id: Literal[
        "All services and products", "services", "products", "Specific services", 4
    ]
    is_allow_empty_code: bool
    category_id: int | None
    balance_edit_type_id: Literal["Can be edited", "Cannot be edited"]
    service_ids: Ids
    salon_ids: Annotated[Ids, Field(min_length=1)]
    expiration_type_id: Literal["Never", "Fixed date", "Period from the sale"]
    expiration_date: datetime | None
    expiration_timeout: Annotated[int, Field(ge=1, le=9999)] | None
    expiration_timeout_unit_id: Literal["day", "week", "month", "year"] | None
    online_sale_is_enabled: bool
    online_sale_title: Text | None
    online_sale_description: str | None
    online_sale_price: Annotated[Decimal, Field(ge=0, decimal_places=2)] | None
