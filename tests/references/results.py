"""The page of row outcomes, from the table of result codes."""

from certbulk.applying.outcome import RESULT_CODES, Status
from certbulk.core.results.result_columns import RESULT_COLUMNS

__all__ = ["page"]

_STATUSES = {
    Status.CREATED: ("The type was created. Its id is in the row.", "Nothing."),
    Status.UPDATED: ("The type was changed as the row asks.", "Nothing."),
    Status.UNCHANGED: (
        "What is live is already what the row asks for. Nothing was sent.",
        "Nothing.",
    ),
    Status.INVALID: (
        "The row has errors, and was not sent.",
        "Correct the cells that sheet `findings` lists. [Findings](rules.md) explains each code.",
    ),
    Status.BLOCKED: ("What is live does not allow it, and it was not sent.", "See its code below."),
    Status.FAILED: ("It was sent and refused, or could not be sent.", "See its code below."),
    Status.UNKNOWN: (
        "The request left, no credible answer came, and what is live did not settle it.",
        "Run `certbulk resume RUN`, which looks again; or check the ids in the message yourself.",
    ),
    Status.SKIPPED: ("The row says `skip`, or is an example or a total row.", "Nothing."),
    Status.NOT_SENT: ("The run stopped before it.", "Continue with `certbulk resume RUN`."),
    Status.DELETED: ("An undo deleted the type.", "Nothing."),
}


def page() -> str:
    """Return the page."""
    statuses = "\n".join(
        f"| `{status}` | {means} | {what_to_do} |"
        for status, (means, what_to_do) in ((s, _STATUSES[s]) for s in Status)
    )
    codes = "\n".join(
        f"| `{code.name}` | {code.means} | {f'{code.what_to_do} {code.terminal}'.strip()} |"
        for code in RESULT_CODES.values()
    )
    columns = "\n".join(
        f"| `{column.header}` | `{column.name}` | {column.means} |" for column in RESULT_COLUMNS
    )
    return f"""# Row outcomes

Every row of the results workbook has a status in `result_status`, with the reason as a code and
as a message in `result_code` and `result_message`. Make corrections in the results workbook
itself and upload it again: it has the ids, so that nothing is created twice.

## Statuses

| status | what it means | what to do |
|---|---|---|
{statuses}

## Codes

| code | what it means | what to do |
|---|---|---|
{codes}

Rows that are `invalid`, and some that are `blocked`, have the code of a [finding](rules.md).

## Columns

A results workbook adds these columns to those that were read, and `run.frame` has them as well.
They are ignored when the workbook is read again. If a frame was read whose index has labels but no
name, the workbook begins with them, as `result_label`.

| in the workbook | in `run.frame` | what it says |
|---|---|---|
{columns}

[Recover an interrupted run](../how-to/recover.md) has the steps for runs that stopped or were cut
off, and for rows that stay `unknown`.
"""
