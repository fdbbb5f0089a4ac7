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
from PIL import Image

import certbulk as cb
from certbulk.api.loop import Exchange
from certbulk.displays.pictures.canvas import INK
from certbulk.displays.pictures.timeline import in_windows, per_bin, timeline
from certbulk.displays.style import COLOURS
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
    """Response times, and the pace against its limits with the refusals in it."""
    sandbox.faults = Faults(script=("rate_limited",), methods=("PUT",))
    run = applied(client)
    figure = run.plot()
    assert_whole(figure)
    assert {"reads", "writes", "refused, failed or lost"} <= texts(panel(figure, "Latency"))
    assert {"429", "service's limit: 5 a second"} <= texts(panel(figure, "Pace"))
    assert len(figure.axes) == 2  # it took less than a minute, and outcomes are in the display


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
    assert "Face value: 33" in texts(panel(figure, "Prices: 33 changes"))


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
        for position, one in enumerate(colours):
            for other in colours[position + 1 :]:
                assert np.abs(seen(one, matrix) - seen(other, matrix)).max() > 0.08, (one, other)


def test_a_longer_run_shows_its_minutes(client: cb.Client) -> None:
    """Requests in 60 seconds, and how long 95 of 100 took: of a hundred there are such."""
    run = replace(applied(client), exchanges=tuple(sent(*(n / 3 for n in range(240)))))
    figure = run.plot()
    assert_whole(figure)
    assert "service's limit: 200 a minute" in texts(panel(figure, "Requests in the last minute"))
    assert panel(figure, "Latency: 95 of 100 requests took at most 100 ms")


def test_of_a_few_requests_there_is_no_percentile(client: cb.Client) -> None:
    """The longest of them says what there is to say."""
    run = replace(applied(client), exchanges=tuple(sent(*range(8))))
    axes = panel(run.plot(), "Latency: at most 100 ms")
    assert "milliseconds" in axes.get_ylabel()


def test_slow_requests_are_named(client: cb.Client) -> None:
    """By what they were, and how long they took, one name below the other."""
    late = [Exchange("PUT", 3.5, seconds, 200, "answered") for seconds in (4.2, 4.1)]
    run = replace(applied(client), exchanges=(*sent(1, 2, 3), *late))
    figure = run.plot()
    figure.draw_without_rendering()
    named = [text for text in panel(figure, "Latency").texts if text.get_text().startswith("PUT")]
    assert [text.get_text() for text in named] == ["PUT 4,200 ms", "PUT 4,100 ms"]
    one, other = (text.get_window_extent() for text in named)
    assert not one.overlaps(other)


def test_axes_of_the_caller_are_used_and_returned(client: cb.Client) -> None:
    """With the first panel, in their own colours; nothing else is drawn."""
    run = applied(client)
    for shown in (run.plan, run):
        axes = Figure().add_subplot()
        axes.xaxis.label.set_color("#123456")
        assert shown.plot(ax=axes) is axes
        assert axes.get_title("left")
        assert axes.title.get_color() != "#767676"
    with pytest.raises(cb.ArgumentError, match="matplotlib axes as ax"):
        run.plot(ax="axes")  # type: ignore[call-overload]


def test_a_picture_has_no_background(client: cb.Client) -> None:
    """So that it is on a light page and on a dark one; its text reads on both."""
    picture = plan_of(client, *ROWS).plot()
    pixels = np.asarray(Image.open(io.BytesIO(picture._repr_png_())))  # type: ignore[attr-defined]
    assert pixels[0, 0, 3] == 0
    grey = int(INK[1:3], 16) / 255
    light = ((grey + 0.055) / 1.055) ** 2.4
    assert 1.05 / (light + 0.05) >= 4.5
    assert (light + 0.05) / 0.05 >= 4.5


def repriced(plan: cb.Plan, prices: list[tuple[int, int]]) -> cb.Plan:
    """Return a plan with an update for each pair of prices."""
    update = next(d for d in plan.decisions if d.changes and d.body)
    rows = tuple(
        replace(update, row=n, title=f"T {n}", changes={"balance": (Decimal(old), Decimal(new))})
        for n, (old, new) in enumerate(prices, 2)
    )
    return replace(plan, decisions=rows)


@pytest.mark.parametrize("many", [3, 40])
def test_prices_over_orders_of_magnitude_have_a_log_scale(client: cb.Client, many: int) -> None:
    """The small ones are seen too; others have a linear scale."""
    plan = plan_of(client, *ROWS)
    prices = [(10 * (n + 1), 12 * (n + 1)) for n in range(many)]
    wide = repriced(plan, [*prices, (10**6, 10**6)]).plot()
    assert_whole(wide)
    assert panel(wide, "Prices").get_xscale() == "log"
    to_zero = repriced(plan, [*prices, (10**6, 0)]).plot()
    assert_whole(to_zero)
    axes = panel(to_zero, "Prices")
    assert axes.get_xscale() == "symlog"
    assert axes.get_xlim()[0] < 0 < 10**6 < axes.get_xlim()[1]
    near = repriced(plan, [(100 + n, 110 + n) for n in range(many)])
    assert panel(near.plot(), "Prices").get_xscale() == "linear"


def test_outliers_are_named_in_a_cloud(client: cb.Client) -> None:
    """The one price of many that changes by another factor."""
    prices = [(100 + n, 110 + n) for n in range(40)] + [(120, 1200)]
    figure = repriced(plan_of(client, *ROWS), prices).plot()
    named = {text for text in texts(panel(figure, "Prices")) if text.startswith("T ")}
    assert named == {"T 42"}


def test_a_plan_of_new_types_has_no_bars(client: cb.Client) -> None:
    """The display says their number; the picture says that nothing changes."""
    figure = plan_of(client, new()).plot()
    assert_whole(figure)
    assert not any(axes.patches for axes in figure.axes)


@pytest.mark.parametrize("name", ["plan", "run"])
def test_the_docs_have_the_pictures(name: str) -> None:
    """`python -m tests.pictures` draws them."""
    data = (DOCS / f"{name}.png").read_bytes()
    assert data.startswith(PNG)
    assert len(data) < 300_000
