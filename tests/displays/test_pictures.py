"""Pictures of plans and runs: what is drawn, and from which numbers."""

import io
import sys
import warnings
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

import certbulk as cb
from certbulk.api.loop import Exchange
from certbulk.displays.style import COLOURS
from certbulk.displays.timeline import in_windows, per_bin, timeline
from certbulk.sandbox import Faults
from tests.applying.rows import ROWS, applied
from tests.planning.sheets import change, new, plan_of

DOCS = Path(cb.__file__).parent / "docs"
PNG = b"\x89PNG\r\n"


def sent(*moments: float, status: int = 200) -> list[Exchange]:
    return [Exchange("POST", moment, 0.1, status, "answered") for moment in moments]


def panel(figure: Figure, title: str) -> Axes:
    (found,) = (axes for axes in figure.axes if axes.get_title("left").startswith(title))
    return found


def texts(axes: Axes) -> set[str]:
    """Return what is written in a panel, its axes and legend included."""
    legend = axes.get_legend()
    words = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
    return {text.get_text() for text in [*words, *(legend.get_texts() if legend else [])]}


def assert_whole(figure: Figure) -> None:
    """Each panel has a title, and axes with names; it is drawn without a warning."""
    assert figure.get_suptitle()
    with warnings.catch_warnings(), io.BytesIO() as file:
        warnings.simplefilter("error")
        figure.savefig(file)
        assert file.getvalue().startswith(PNG)
    for axes in figure.axes:
        assert axes.get_title("left")
        assert axes.get_xlabel() or not len(axes.get_xticks())


def test_the_picture_of_a_run(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """Outcomes, latency, and the pace against its limits with the refusals in it."""
    sandbox.faults = Faults(script=("rate_limited",), methods=("PUT",))
    run = applied(client)
    figure = run.plot()
    assert_whole(figure)
    outcomes = panel(figure, "How the 11 rows ended")
    assert {"created", "updated", "invalid", "blocked", "skipped"} <= texts(outcomes)
    assert {"reads", "writes", "refused, failed or lost"} <= texts(panel(figure, "Latency"))
    assert {"429", "service's limit: 5 a second"} <= texts(panel(figure, "Pace"))
    assert "service's limit: 200 a minute" in texts(panel(figure, "Requests in the last minute"))


def test_a_run_without_requests_has_a_picture_too(client: cb.Client) -> None:
    """It says that there were none."""
    plan = plan_of(client, {**new(), "action": "skip"})
    run = cb.Run("1", plan, cb.apply(plan, client, progress=False).outcomes, "finished", "", "", "")
    figure = run.plot()
    assert_whole(figure)
    assert "No requests are recorded." in texts(panel(figure, "Pace"))


def test_the_picture_of_a_plan(client: cb.Client) -> None:
    """Old prices against new ones, and how often each field changes; refused rows are neither."""
    plan = plan_of(client, *ROWS)
    figure = plan.plot()
    assert_whole(figure)
    prices = panel(figure, "Prices: old")
    old, wanted = (np.asarray(points.get_offsets()).tolist() for points in prices.collections)
    assert (old, wanted) == ([[50.0, 0.0]], [[51.0, 0.0]])
    assert {"balance", "title"} <= texts(panel(figure, "Which fields change"))


def test_many_prices_are_points_against_each_other(client: cb.Client) -> None:
    """Where a line for each would not be readable."""
    plan = plan_of(client, *ROWS)
    update = next(d for d in plan.decisions if d.changes and d.body)
    many = tuple(
        replace(update, row=d.row, changes={"balance": (Decimal(n), Decimal(n + 5))})
        for n, d in enumerate(plan.decisions * 3)
    )
    figure = replace(plan, decisions=many).plot()
    assert_whole(figure)
    assert "Face value: 33" in texts(panel(figure, "Prices: 33 change"))


def test_titles_are_texts_in_pictures_too(client: cb.Client) -> None:
    """A dollar sign starts no formula, and a long title does not push the picture aside."""
    plan = plan_of(client, change(288901, title=r"$\frac{$ " + "x" * 200, balance="7"))
    figure = plan.plot()
    assert_whole(figure)
    assert max(map(len, texts(panel(figure, "Prices")))) < 60


def test_signs_that_the_font_lacks_are_boxes(client: cb.Client) -> None:
    """And no warning beside the picture."""
    assert_whole(plan_of(client, change(288901, title="礼品 🎁 7", balance="7")).plot())


def test_a_notebook_shows_the_figure(client: cb.Client) -> None:
    """By itself, without a window that would have to be closed."""
    figure = plan_of(client, *ROWS).plot()
    assert figure._repr_png_().startswith(PNG)  # type: ignore[attr-defined]
    pyplot = sys.modules.get("matplotlib.pyplot")  # another test may have imported it
    assert pyplot is None or pyplot.get_fignums() == []


def test_without_matplotlib_it_is_said_how_to_get_it(
    client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pictures are an extra."""
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(cb.SettingsError, match=r"pip install 'certbulk\[notebook\]'"):
        plan_of(client, *ROWS).plot()


def test_pauses_are_told_apart() -> None:
    """After a refusal, for another reason, and the hours between a kill and a resume."""
    steady = [0.0, 0.25, 0.5]
    exchanges = sent(*steady) + sent(0.75, status=429) + sent(5.75, 6.0, 6.25, 6.5, 6.75, 36.75)
    exchanges += sent(90_000.0)
    line = timeline(exchanges, per_second=4, per_minute=180)
    kinds = [(pause.kind, pause.start, pause.end) for pause in line.pauses]
    assert kinds == [
        ("rest after 429", 0.75, 5.75),
        ("pause", 6.75, 36.75),
        ("interrupted", 36.75, 66.75),
    ]
    full = sent(*(n / 4 for n in range(180)), 60.0)
    assert [pause.kind for pause in timeline(full, 4, 180).pauses] == ["minute used up"]
    assert timeline([], 4, 180).left.tolist() == []


def test_the_pace_is_counted_as_the_service_counts() -> None:
    """A second's requests in a second, and those of the last minute at any moment."""
    left = np.arange(0, 120, 0.5)
    _, rates = per_bin(left)
    assert set(rates[:119]) == {2.0}
    assert in_windows(left, 60.0).max() == 120
    long = np.arange(0, 7200, 2.0)
    edges, rates = per_bin(long)
    assert len(rates) <= 245
    assert rates[:-2] == pytest.approx(0.5, rel=0.1)
    assert (rates * np.diff(edges)).sum() == pytest.approx(len(long))


def test_colours_can_be_told_apart_without_colour_vision() -> None:
    """No two have the same lightness and hue for somebody who does not see red or green."""

    def seen(colour: str, matrix: list[list[float]]) -> np.ndarray:
        rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]) ** 2.2
        return np.clip(np.array(matrix) @ rgb, 0, 1) ** (1 / 2.2)

    # Viénot, Brettel and Mollon's projections for linear red, green and blue.
    blind = {
        "red": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
        "green": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    }
    colours = sorted(set(COLOURS.values()))
    for matrix in blind.values():
        for place, one in enumerate(colours):
            for other in colours[place + 1 :]:
                assert np.abs(seen(one, matrix) - seen(other, matrix)).max() > 0.08, (one, other)


@pytest.mark.parametrize("name", ["plan", "run"])
def test_the_docs_have_the_pictures(name: str) -> None:
    """`python -m tests.pictures` draws them."""
    data = (DOCS / f"{name}.png").read_bytes()
    assert data.startswith(PNG)
    assert len(data) < 300_000
