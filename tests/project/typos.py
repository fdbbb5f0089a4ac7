"""Options that are misspelt, or of another kind: each line is an error that mypy has to find.

Nothing runs this file. mypy reads it with all others, and in strict mode a `type: ignore` without
an error on its line is itself an error: so a line here that mypy would let pass fails its run.
"""

import certbulk as cb

__all__ = ["typos"]


def typos(report: cb.Report, plan: cb.Plan, client: cb.Client, bound: cb.Bindings) -> None:
    """Misspell an option of every function that has many."""
    cb.read("types.xlsx", maping="map.toml")  # type: ignore[call-arg]
    cb.read("types.xlsx", format="boster")  # type: ignore[arg-type]
    cb.validate(report.sheet, timezone="UTC")  # type: ignore[call-arg]
    cb.fix(report, dates="us")  # type: ignore[arg-type]
    cb.annotate(report, "copy.xlsx", overwite=True)  # type: ignore[call-arg]
    cb.plan(report, client, allow_duplicates=True)  # type: ignore[call-arg]
    cb.plan(report, client, match="titel")  # type: ignore[arg-type]
    cb.apply(plan, client, batchsize=5)  # type: ignore[call-arg]
    cb.apply(plan, client, canary="1")  # type: ignore[arg-type]
    cb.resume("1", client, most_failure=5)  # type: ignore[call-arg]
    cb.settle("1", 2, client)  # type: ignore[call-arg]
    cb.undo("1", client, double=True)  # type: ignore[call-arg]
    cb.export("live.xlsx", client, tz="UTC")  # type: ignore[call-arg]
    cb.export(client, "live.xlsx")  # type: ignore[arg-type]
    cb.directory(client, sheets=report.sheet)  # type: ignore[call-arg]
    cb.Client(per_seconds=4.0)  # type: ignore[call-arg]
    cb.Client.from_env(chian_id=5)  # type: ignore[call-arg]
    cb.Sandbox(fault=None)  # type: ignore[call-arg]
    cb.Sandbox().client(token="")  # type: ignore[call-arg]
    bound.choose(location={})  # type: ignore[call-arg]
    client.create({}, befor=None)  # type: ignore[call-arg]
