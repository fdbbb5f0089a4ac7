"""Wrong arguments, for all public functions: each is refused at once, in one kind of sentence.

That mypy finds a misspelt option, `typos.py` shows.
"""

import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from tests.conftest import UNLIMITED

loose: Any = cb  # as in a notebook, where no mypy looks
PRICES = {"id": [288901], "balance": [60]}
VERBS = {name: function for name in cb.__all__ if inspect.isfunction(function := getattr(cb, name))}


@pytest.fixture(scope="module")
def planned() -> Iterator[tuple[cb.Report, cb.Plan, cb.Client]]:
    """A report, its plan, and the client: for arguments that are refused before they are used."""
    with cb.Sandbox(limits=UNLIMITED) as client:
        report = cb.validate(cb.read(pd.DataFrame(PRICES)))
        yield report, cb.plan(report, client), client


@pytest.fixture
def good(planned: tuple[cb.Report, cb.Plan, cb.Client], tmp_path: Path) -> dict[str, Any]:
    """What each argument may be, by the name that it has in every function."""
    report, plan, client = planned
    return {
        "changes": ["balance*=1.07"],
        "a": report,
        "b": report.sheet,
        "client": client,
        "done": False,
        "jobs": [{"chain": 706028}],
        "mapping": {},
        "meant": report,
        "path": tmp_path / "new.xlsx",
        "plan": plan,
        "report": report,
        "row": 2,
        "run": "20270131-101500-a1b2c3",
        "sheet": report.sheet,
        "source": client,
        "target": client,
        "where": "all",
    }


def required(function: Callable[..., Any]) -> list[str]:
    """Return the arguments that a function cannot do without."""
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.default is inspect.Parameter.empty]


def arguments_of(name: str, good: dict[str, Any]) -> dict[str, Any]:
    """Return arguments that a function takes: those that it cannot do without."""
    if name in {"read", "validate", "plan", "rehearse"}:
        good = {**good, "source": pd.DataFrame(PRICES)}
    return {argument: good[argument] for argument in required(VERBS[name])}


EVERY = [
    (name, argument) for name in VERBS for argument in inspect.signature(VERBS[name]).parameters
]


@pytest.mark.parametrize(("name", "argument"), EVERY)
def test_another_kind_of_thing(name: str, argument: str, good: dict[str, Any]) -> None:
    """Each argument of each function: the sentence names both, what is wanted and what was given.

    A function or an argument that is added without a check fails here.
    """
    given = arguments_of(name, good) | {argument: object()}
    with pytest.raises(cb.ArgumentError) as caught:
        VERBS[name](**given)
    sentence = rf"certbulk\.{name}\({argument}=\.\.\.\) takes .+, not an object\."
    assert re.match(sentence, str(caught.value))
    assert isinstance(caught.value, TypeError)


REQUIRED = [(name, argument) for name in VERBS for argument in required(VERBS[name])]


@pytest.mark.parametrize(("name", "argument"), REQUIRED)
def test_nothing_where_something_is_needed(name: str, argument: str, good: dict[str, Any]) -> None:
    """None is what a step that went wrong has left in a notebook."""
    given = arguments_of(name, good) | {argument: None}
    with pytest.raises(cb.ArgumentError, match=rf"{name}\({argument}=\.\.\.\) .*, not None\."):
        VERBS[name](**given)


@pytest.mark.parametrize("name", [name for name in VERBS if "client" in required(VERBS[name])])
def test_a_client_that_was_closed(name: str, good: dict[str, Any], client: cb.Client) -> None:
    """Functions that ask the service refuse it at once, instead of trying for a minute."""
    good["client"] = client
    client.close()
    with pytest.raises(cb.SettingsError, match=rf"{name}\(client=\.\.\.\) takes an open Client"):
        VERBS[name](**arguments_of(name, good))


@pytest.mark.parametrize("name", [name for name in VERBS if "client" in required(VERBS[name])])
def test_the_client_comes_last(name: str) -> None:
    """What is worked on first, then the client; everything else has to be named."""
    parameters = inspect.signature(VERBS[name]).parameters.values()
    by_position = [one.name for one in parameters if one.kind is not inspect.Parameter.KEYWORD_ONLY]
    assert by_position[-1] == "client"


@pytest.mark.parametrize("name", VERBS)
def test_options_are_named_in_the_signature(name: str) -> None:
    """Nothing is taken as `**options`, which neither mypy nor a notebook knows anything of."""
    parameters = inspect.signature(VERBS[name]).parameters.values()
    assert not [one for one in parameters if one.kind is inspect.Parameter.VAR_KEYWORD]


def test_methods_name_their_options_too() -> None:
    """Those of clients, the sandbox and bindings; what is sent around an attempt is typed."""
    methods: list[Any] = [
        cb.Client,
        cb.Client.from_env,
        cb.Sandbox,
        cb.Sandbox.client,
        cb.Bindings.choose,
    ]
    for method in methods:
        parameters = inspect.signature(method).parameters.values()
        assert not [one for one in parameters if one.kind is inspect.Parameter.VAR_KEYWORD]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda _: loose.read(5), r"read\(source=.*takes a Path or a DataFrame, not an int"),
        (lambda _: loose.read("a.csv", 5.0), r"read\(sheet=.*takes a text or None, not a float"),
        (lambda g: loose.read(g["report"]), r"takes a Path or a DataFrame, not a Report"),
        (lambda _: loose.read({"id": [5]}), r"not a dict\..*list of dictionaries"),
        (lambda _: loose.read(pd.Series([5])), r"takes a Path or a DataFrame, not a Series"),
        (lambda _: loose.read(["a.csv", {}]), r"takes a Path or a DataFrame, not a list"),
        (lambda g: loose.validate(g["report"]), r"takes a Sheet, not a Report.*\.read"),
        (lambda _: loose.validate(5), r"takes a Sheet, not an int.*certbulk\.read.*a DataFrame"),
        (lambda g: loose.validate(g["sheet"], now=date(2031, 1, 1)), r"datetime or None, not"),
        (lambda g: loose.plan(g["plan"], g["client"]), r"or a Sheet, not a Plan.*\.validate"),
        (lambda g: loose.plan(g["report"], cb.Sandbox()), r"a Client, not a Sandbox.*from_env"),
        (lambda g: loose.plan(g["report"], cb.Client), r"a Client, not the class Client"),
        (lambda g: loose.plan(g["client"], g["report"]), r"a Report or a Sheet, not a Client"),
        (lambda g: loose.apply(Path("plan.json"), g["client"]), r"a Plan, not a Path.*\.plan"),
        (lambda g: loose.apply(g["plan"], g["client"], wait="no"), r"\(wait=.*True or False, not"),
        (lambda g: loose.apply(g["plan"], g["client"], canary="1"), r"\(canary=.*number or None"),
        (lambda g: loose.resume(g["plan"], g["client"]), r"a Run or a text, not a Plan.*run\.id"),
        (lambda g: loose.undo(5, g["client"]), r"undo\(run=.*a Run or a text, not an int"),
        (lambda g: loose.stop(g["report"]), r"stop\(run=.*a Run or a text, not a Report"),
        (lambda _: loose.attach(None), r"attach\(run=.*a Run or a text, not None"),
        (lambda g: loose.drift(5, g["client"]), r"Run, a Report or a Sheet, not an int"),
        (lambda g: loose.plan(g["report"], g["client"], price_jump="5"), r"number or None, not a"),
        (lambda _: cb.Sandbox().edit(loose, balance=5), r"Sandbox\.edit\(type_id=.*whole number"),
        (lambda _: cb.Sandbox().add(5), r"Sandbox\.add\(record=.*a dictionary, not an int"),  # type: ignore[arg-type]
        (lambda g: loose.settle("1", 2.0, g["client"], done=True), r"\(row=.*number, not a float"),
        (lambda g: loose.export(g["client"], "a.xlsx"), r"export\(path=.*a path, not a Client"),
        (lambda _: loose.template(b"a.xlsx"), r"takes a path, not a bytes"),
        (lambda g: loose.fix(g["report"], "not_a_choice"), r'\["not_a_choice"\], not a str'),
        (lambda _: loose.annotate("types.xlsx", "a.xlsx"), r"a Report, not a str"),
        (lambda g: loose.drift(g["plan"], g["client"]), r"a Run, a Report or a Sheet, not a Plan"),
        (lambda g: loose.diff(g["plan"], g["client"]), r"a Sheet or a Client, not a Plan"),
        (lambda _: loose.Client(partner_token=5), r"Client\(partner_token=.*a text, not an int"),
        (lambda _: loose.Client.from_env(user_token=5), r"from_env\(user_token=.*a text or None"),
        (lambda _: loose.Sandbox(faults=0.1), r"Sandbox\(faults=.*a Faults, not a float"),
        (lambda g: g["client"].get("../x"), r"Client\.get\(type_id=.*whole number, not a str"),
        (lambda g: g["client"].create(None), r"Client\.create\(body=.*a dictionary, not None"),
        (lambda g: g["client"].update(1, []), r"Client\.update\(body=.*a dictionary, not a list"),
        (lambda g: g["client"].delete(1.5), r"Client\.delete\(type_id=.*, not a float"),
        (lambda g: g["client"].services(None), r"Client\.services\(location_id=.*, not None"),
        (lambda g: g["client"].list(5), r"Client\.list\(title=.*a text or None, not an int"),
        (lambda g: g["plan"].without(2), r"Plan\.without\(rows=.*\[2, 3\], not an int"),
        (lambda g: g["plan"].to_excel(None), r"Plan\.to_excel\(path=.*a path, not None"),
    ],
)  # fmt: skip
def test_mistakes_that_people_make(
    call: Callable[[dict[str, Any]], object], sentence: str, good: dict[str, Any]
) -> None:
    """A step that was left out, arguments that changed places, a number for a text."""
    with pytest.raises(cb.ArgumentError, match=sentence):
        call(good)


CLOSED: dict[str, Callable[[cb.Client], object]] = {
    "list": lambda client: client.list(),
    "get": lambda client: client.get(288901),
    "create": lambda client: client.create({}),
    "update": lambda client: client.update(288901, {}),
    "delete": lambda client: client.delete(288901),
    "locations": lambda client: client.locations(),
    "services": lambda client: client.services(720441),
    "service_categories": lambda client: client.service_categories(),
}


@pytest.mark.parametrize("name", CLOSED)
def test_a_method_of_a_client_that_was_closed(
    name: str, client: cb.Client, sandbox: cb.Sandbox
) -> None:
    """It is refused at once, and nothing is sent."""
    client.close()
    with pytest.raises(cb.SettingsError, match=r"This Client was closed.*open another one\."):
        CLOSED[name](client)
    assert sandbox.requests == []


def test_a_sandbox_that_does_not_run() -> None:
    """Before its start and after its end one sentence says what to do; what it saw can be read."""
    sandbox = cb.Sandbox()
    for ask in (sandbox.client, lambda: sandbox.url):
        with pytest.raises(cb.SettingsError, match=r"is not running\. Use it in a with block"):
            ask()
    with sandbox:
        with pytest.raises(cb.SettingsError, match="is running already, at http"):
            sandbox.start()
        sandbox.client().list()
    with pytest.raises(cb.SettingsError, match="is not running"):
        sandbox.client()
    assert len(sandbox.requests) == 2


def test_a_record_that_the_sandbox_does_not_have() -> None:
    """It is an error of the tree, and lists where to look."""
    sandbox = cb.Sandbox()
    for ask in (sandbox.edit, sandbox.issue, sandbox.remove):
        with pytest.raises(cb.NotFoundError, match=r"has no certificate type 5\. sandbox\.types"):
            ask(5)
    with pytest.raises(cb.SettingsError, match="refuses this record"):
        sandbox.edit(288901, colour="red")


RUNS: dict[str, Callable[[Any, cb.Client], object]] = {
    "attach": lambda run, _: cb.attach(run),
    "resume": lambda run, client: cb.resume(run, client, progress=False).counts,
    "undo": lambda run, client: cb.undo(run, client).counts,
    "stop": lambda run, _: cb.stop(run),
    "drift": cb.drift,
    "settle": lambda run, client: cb.settle(run, 2, client, done=True),
}


@pytest.mark.parametrize("name", RUNS)
def test_a_run_or_its_number(name: str, client: cb.Client) -> None:
    """Both are understood, and mean the same; another number is one that the journal lacks."""
    report = cb.validate(cb.read(pd.DataFrame(PRICES)))
    run = cb.apply(cb.plan(report, client), client, progress=False)
    if name == "settle":
        for given in (run, run.id):
            with pytest.raises(cb.PlanError, match=f"Row 0 of run {run.id} is updated"):
                RUNS[name](given, client)
    else:
        assert RUNS[name](run, client) == RUNS[name](run.id, client)
    with pytest.raises(cb.NoSuchRunError, match="no such run"):
        RUNS[name]("20270131-101500-a1b2c3", client)


@pytest.mark.parametrize("name", ["resume", "undo", "drift", "settle"])
def test_a_client_of_another_chain(name: str, client: cb.Client, sandbox: cb.Sandbox) -> None:
    """The sentence names both chains."""
    report = cb.validate(cb.read(pd.DataFrame(PRICES)))
    run = cb.apply(cb.plan(report, client), client, progress=False)
    with pytest.raises(cb.PlanError, match=r"is for chain 706028 .* is for chain 706555"):
        RUNS[name](run, sandbox.client(chain_id=706555))


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda g: loose.plan(g["report"], g["client"], match="titel"), "title"),
        (lambda g: loose.plan(g["report"], g["client"], match="ID"), "id"),
        (lambda _: loose.read("a.csv", format="boster"), "booster"),
        (lambda g: loose.fix(g["report"], dates="day first"), "day-first"),
        (lambda g: loose.fix(g["report"], decimal="coma"), "comma"),
    ],
)
def test_a_word_that_is_not_one_of_the_choices(
    call: Callable[[dict[str, Any]], object], hint: str, good: dict[str, Any]
) -> None:
    """It is refused before anything is done, with the choices and the nearest of them."""
    with pytest.raises(cb.SettingsError, match=rf'" or ".*Did you mean "{hint}"\?'):
        call(good)


def test_only_public_names_are_listed() -> None:
    """`dir` and `import *` give what is documented, whatever was imported before."""
    importlib.import_module("certbulk.reading.reader")
    there: dict[str, Any] = {}
    exec("from certbulk import *", there)  # noqa: S102 (the line that is tested)
    assert dir(cb) == sorted(cb.__all__)
    assert there.keys() - {"__builtins__"} == set(cb.__all__)


def test_a_name_whose_extra_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """`import *` goes without it; whoever uses the name is told what to install."""

    def without(home: str) -> None:
        raise cb.SettingsError(f"{home} needs packages: pip install 'certbulk[web]'.")

    monkeypatch.setattr("certbulk.import_module", without)
    monkeypatch.delitem(vars(cb), "UploadPanel", raising=False)
    panel: Any = cb.UploadPanel
    with pytest.raises(cb.SettingsError, match="pip install"):
        panel()
    assert "UploadPanel" not in vars(cb)
