"""Nouns as values: compared, hashed, copied, pickled, and short in a list."""

import copy
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.columns.distinct import Column
from tests.conftest import FAST, ROOT, UNLIMITED

TOKENS = ("canary-partner-77", "canary-user-77")
LONGEST = 200


@pytest.fixture(scope="module")
def nouns(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One of each kind, as a notebook has them: made of files and of frames."""
    folder = tmp_path_factory.mktemp("nouns")
    samples = ROOT / "sample_data"
    sandbox = cb.Sandbox(limits=UNLIMITED, partner_token=TOKENS[0], user_token=TOKENS[1])
    with sandbox, pytest.MonkeyPatch.context() as patch:
        patch.setenv("CERTBULK_STATE_DIR", str(folder / "state"))
        client = sandbox.client(**FAST)
        report = cb.validate(cb.read(samples / "with_errors.xlsx"))
        good = cb.validate(cb.read(samples / "certificate_types.xlsx"))
        index = pd.MultiIndex.from_tuples([("a", 1.5), ("b", np.nan)], names=["k", None])
        frame = pd.DataFrame({"id": [288901, 288902], "balance": [600, 90]}, index=index)
        plan = cb.plan(good, client)
        run = cb.apply(plan, client, progress=False)
        there = sandbox.client(**FAST, chain_id=706555)
        bound = cb.bindings(good, client, there)
        yield {
            "Sheet": report.sheet,
            "Report": report,
            "Fixed": cb.fix(report, ["not_a_choice"]),
            "Plan": plan,
            "Plan of a frame": cb.plan(cb.validate(cb.read(frame)), client),
            "Run": run,
            "Drift": cb.drift(good.sheet, client),
            "Bindings": bound,
            "Directory": cb.directory(client),
            "Finding": report.errors[0],
            "RowDecision": next(d for d in plan.decisions if d.action == "update"),
            "Outcome": run.outcomes[0],
        }


NAMES = (
    *("Sheet", "Report", "Fixed", "Plan", "Plan of a frame", "Run", "Drift", "Bindings"),
    *("Directory", "Finding", "RowDecision", "Outcome"),
)
COPIES: dict[str, Callable[[Any], Any]] = {
    "pickle": lambda noun: pickle.loads(pickle.dumps(noun)),  # noqa: S301 (our own)
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("how", COPIES)
@pytest.mark.parametrize("name", NAMES)
def test_a_copy_is_equal(nouns: dict[str, Any], name: str, how: str) -> None:
    """With the same hash, so that it can be found in a set; and it shows itself the same."""
    noun = nouns[name]
    again = COPIES[how](noun)
    assert again == noun
    assert len({again, noun}) == 1
    assert [again].index(noun) == 0
    assert str(again) == str(noun)


@pytest.mark.parametrize("name", NAMES)
def test_another_thing_is_not_equal(nouns: dict[str, Any], name: str) -> None:
    """Whatever it is, the answer is yes or no, and never an error."""
    noun = nouns[name]
    others = [other for key, other in nouns.items() if key != name]
    for other in (*others, None, 5, "text", object(), pd.NA is None):
        assert (noun == other) is False
        assert (noun != other) is True


@pytest.mark.parametrize("name", NAMES)
def test_no_token_is_pickled(nouns: dict[str, Any], name: str) -> None:
    """A noun can be sent to another process, or kept in a file."""
    document = pickle.dumps(nouns[name])
    assert not [token for token in TOKENS if token.encode() in document]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_short_in_a_list(nouns: dict[str, Any], name: str) -> None:
    """One line, in Python's own lists and in those that IPython prints."""
    from IPython.lib import pretty as ipython

    pretty: Callable[[object], str] = ipython.pretty
    noun = nouns[name]
    for shown in (repr([noun]), repr({"it": noun}), pretty([noun]), pretty({"it": (noun,)})):
        assert "\n" not in shown.strip("[]{}()\n ")
        assert len(shown) <= LONGEST
    assert pretty(noun).splitlines()[0]


def test_the_same_rows_are_equal() -> None:
    """Read and validated twice, at different moments; and with a cell changed, they are not."""
    frame = pd.DataFrame({"id": [1, 2], "balance": [50, 60]}, index=["a", "b"])
    one, two = cb.read(frame), cb.read(frame.copy())
    assert one == two
    assert cb.validate(one) == cb.validate(two)
    assert one != cb.read(frame.assign(balance=[50, 61]))
    assert one != cb.read(frame.set_axis(["a", "c"]))


def test_a_run_is_the_one_in_the_journal(client: cb.Client) -> None:
    """`attach` gives an equal run; two plans of the same rows are two plans."""
    report = cb.validate(cb.read(ROOT / "sample_data" / "certificate_types.xlsx"))
    plan, other = cb.plan(report, client), cb.plan(report, client)
    assert plan != other
    run = cb.apply(plan, client, progress=False)
    assert cb.attach(run) == run
    assert len({cb.attach(run.id), run}) == 1


def test_columns_are_equal_if_their_rows_are() -> None:
    """Whatever their codes."""
    one = Column(np.array([0, 1, -1], dtype=np.int32), ("a", "b"))
    two = Column(np.array([1, 0, -1], dtype=np.int32), ("b", "a"))
    assert one == two
    assert hash(one) == hash(two)
    assert one != Column(np.array([0, 1], dtype=np.int32), ("a", "b"))
    assert one != "ab"


@pytest.mark.parametrize("how", COPIES)
def test_what_is_open_is_not_copied(client: cb.Client, sandbox: cb.Sandbox, how: str) -> None:
    """A client has tokens, a sandbox a server: one sentence says what to do instead."""
    with pytest.raises(cb.ArgumentError, match=r"A Client cannot be copied.*from_env\(\)"):
        COPIES[how](client)
    with pytest.raises(cb.ArgumentError, match=r"A Sandbox cannot be copied.*sandbox\.url"):
        COPIES[how](sandbox)
    assert client == client  # noqa: PLR0124 (what is tested)
    assert client != sandbox.client()
    assert len({client, sandbox}) == 2
