"""The page about how rows end, from the codes of results."""

from certbulk.applying.outcome import RESULT_CODES, Status
from certbulk.core.results.result_columns import RESULT_COLUMNS

__all__ = ["page"]

_STATUSES = {
    Status.CREATED: ("The type is there, with the id in the row.", "Nothing."),
    Status.UPDATED: ("The type was changed as the row says.", "Nothing."),
    Status.UNCHANGED: ("What is live is what the row says. Nothing was sent.", "Nothing."),
    Status.INVALID: (
        "The row has errors, and was not sent.",
        "Correct the cells that sheet `findings` names. [Rules](rules.md) explains each code.",
    ),
    Status.BLOCKED: ("What is live speaks against it, and it was not sent.", "See its code below."),
    Status.FAILED: ("It was sent and refused, or could not be sent.", "See its code below."),
    Status.UNKNOWN: (
        "The request left, no clear answer came, and a look at what is live did not tell.",
        "Run `certbulk resume RUN`, which looks again; or look at the ids in the message yourself.",
    ),
    Status.SKIPPED: ("The row says `skip`, or is an example or a row of totals.", "Nothing."),
    Status.NOT_SENT: ("The run stopped before it.", "Go on with `certbulk resume RUN`."),
    Status.DELETED: ("An undo deleted the type.", "Nothing."),
}


def page() -> str:
    """Return the page."""
    statuses = "\n".join(
        f"| `{status}` | {means} | {what_to_do} |"
        for status, (means, what_to_do) in ((s, _STATUSES[s]) for s in Status)
    )
    codes = "\n".join(
        f"| `{code.name}` | {code.means} | {code.what_to_do} |" for code in RESULT_CODES.values()
    )
    columns = "\n".join(
        f"| `{column.header}` | `{column.name}` | {column.means} |" for column in RESULT_COLUMNS
    )
    return f"""# When something went wrong

Every row of the results workbook has a status in `result_status`, and a code and a message that say
why in `result_code` and `result_message`. Correct what is to be corrected in the results workbook
itself, and upload it again: it has the ids, so that nothing is created twice.

## Statuses

| status | what it means | what to do |
|---|---|---|
{statuses}

## Codes

| code | what it means | what to do |
|---|---|---|
{codes}

Rows that are `invalid`, and some that are `blocked`, have the code of a [rule](rules.md).

## Columns

What a results workbook adds to the columns that were read, and `run.frame` has as well. They are
not read back.

| in the workbook | in `run.frame` | what it says |
|---|---|---|
{columns}

## A run that did not end

- **It stopped** (Ctrl-C, `certbulk stop`, a refused token, too many failures in a row): the results
  say why at the top of sheet `summary`. `certbulk resume RUN` goes on; what was sent is not sent
  again.
- **The computer or the program was switched off**: `certbulk runs` shows the run as `interrupted`.
  `certbulk resume RUN` looks up what had left and sends the rest. The file is not needed for it.
- **The results workbook is gone**: `certbulk results RUN -o OUT.xlsx` writes it again.
- **A row stays `unknown`**, and no look can tell: look at the service yourself, then say what
  became of it: `certbulk settle RUN ROW --done ID`, or `--not-done`. With `--done` the type is read
  and kept, so that an undo knows it. It must be plausible: one that was live when the plan was
  made, that another row or run has, or whose title is nothing like the row's is refused, with both
  titles. For an update or a deletion no id is needed, and something must have changed. With
  `--not-done` the row is `failed`, and only a new plan sends it. The journal keeps who decided what
  and when.
- **The state folder was moved or removed during a run**: the run stops, as nothing is sent that is
  not written down. Moved back, it can be resumed; otherwise the results workbook has what was sent.
- **It was the wrong file**: `certbulk undo RUN` shows what it would delete and put back, and asks.
- **Another run is at it**: one run at a time sends to a chain. `--wait` waits for the other;
  `certbulk stop RUN` asks it to stop.
"""
