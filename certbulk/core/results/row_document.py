"""A row as JSON: one shape, whether it was checked, planned, sent or compared.

`output.schema.json` beside this file describes it, and the documents that contain it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from certbulk.core.columns.fields import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ROW_KEYS", "changes_document", "row_document"]

ROW_KEYS = (
    "row",
    "title",
    "action",
    "id",
    "status",
    "code",
    "message",
    "verified",
    "changes",
    "body",
)
"""The keys of a row, in their order. They are a contract: keys are added, never changed."""

_ENDED_BY_PLAN = {
    "unchanged": "unchanged",
    "blocked": "blocked",
    "invalid": "invalid",
    "skip": "skipped",
}
"""The status of a row that is not sent, by the action that was decided for it."""


def row_document(
    *,
    row: int | None,
    title: str,
    action: str,
    id: int | None,  # noqa: A002 (the key's name)
    code: str = "",
    message: str = "",
    status: str | None = None,
    verified: str = "",
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    body: Mapping[str, Any] | None = None,
    replaces: int | None = None,
    label: Any = None,
) -> dict[str, Any]:
    """Return a row as JSON-ready values, with the keys `ROW_KEYS`.

    A successor has `replaces` too, and a row of a frame `row_label`.

    Args:
        row: The number of the row in the source; None for a live type without a row.
        title: The title of the row, or of its live type.
        action: What was decided for it, or asked for.
        id: The id of its live type; None if there is none.
        code: The reason, as a code.
        message: The reason in words.
        status: How it ended; None for the status that its action implies, or none yet.
        verified: The result of the check of what is live; "" if it was not sent.
        changes: `{field: (old, new)}` as typed values.
        body: The complete request body.
        replaces: The id of the issued type whose successor it is.
        label: The label of the row in a frame; None for a file.
    """
    said: dict[str, Any] = {} if replaces is None else {"replaces": replaces}
    if label is not None:
        said["row_label"] = label
    return {
        "row": row,
        "title": title,
        "action": action,
        "id": id,
        "status": _ENDED_BY_PLAN.get(action) if status is None else status,
        "code": code,
        "message": message,
        "verified": verified,
        "changes": changes_document(changes or {}),
        "body": None if body is None else dict(body),
        **said,
    }


def changes_document(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Return changes as `{field: [old, new]}`, with values as the service's JSON has them."""
    return {
        name: [BY_NAME[name].kind.dump(old), BY_NAME[name].kind.dump(new)]
        for name, (old, new) in changes.items()
    }
