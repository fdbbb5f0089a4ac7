"""When dates end: the time zone of the chain's locations, and the hours when clocks change."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import certbulk as cb
from certbulk.core.references.directory import Directory

DATE = {"id": 288901, "expiration_type_id": 1, "expiration_date": "2031-06-30"}
BERLIN, VIENNA, RIGA = "Europe/Berlin", "Europe/Vienna", "Europe/Riga"


def codes(report: cb.Report) -> list[str]:
    return [finding.code for finding in report.all_findings]


def hour(report: cb.Report) -> str:
    return str(report.columns["expiration_date"][0])


@pytest.mark.parametrize(
    ("zones", "end", "said"),
    [
        ((), "23:59:59+00:00", []),
        ((BERLIN,), "23:59:59+02:00", []),
        ((BERLIN, VIENNA), "23:59:59+02:00", []),
        ((BERLIN, RIGA), "23:59:59+00:00", ["time_zone_differs"]),
    ],
)
def test_the_zone_of_the_locations(zones: tuple[str, ...], end: str, said: list[str]) -> None:
    """It is the default if their clocks agree; if they do not, that is reported."""
    report = cb.validate([DATE], directory=Directory(time_zones=zones))
    assert hour(report).endswith(end)
    assert codes(report) == said


def test_another_zone_than_that_of_the_locations() -> None:
    """One that was named is used, and reported if a date of the sheet ends at another moment."""
    known = Directory(time_zones=(RIGA,))
    report = cb.validate([DATE], directory=known, time_zone="UTC")
    assert hour(report).endswith("+00:00")
    assert codes(report) == ["time_zone_differs"]
    assert RIGA in report.warnings[0].message
    assert codes(cb.validate([DATE], directory=known, time_zone="Europe/Helsinki")) == []
    moment = {**DATE, "expiration_date": "2031-06-30T18:00:00+03:00"}
    assert codes(cb.validate([moment], directory=known, time_zone="UTC")) == []


def test_a_plan_asks_for_the_zone(client: cb.Client) -> None:
    """The chain's locations lie in several: the plan says so, and keeps it when it is saved."""
    plan = cb.plan([DATE], client)
    assert "time_zone_differs" in [finding.code for finding in plan.all_findings]
    assert cb.plan([{"id": 288901, "is_multi": True}], client).all_findings == ()


def test_the_zone_of_a_chain_in_one_zone(
    client: cb.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planned, exported and planned again, a date ends where the chain is."""
    records = [{**record, "timezone_name": RIGA} for record in client.locations()]
    monkeypatch.setattr(client, "locations", lambda: records)
    plan = cb.plan([DATE], client)
    assert str(plan.report.time_zone) == RIGA
    cb.apply(plan, client, progress=False)
    again = cb.plan(cb.export(tmp_path / "live.xlsx", client), client)
    assert again.counts["unchanged"] == len(again.decisions)
    assert str(again.report.time_zone) == RIGA


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2031-03-30 02:30", "no_such_time"),
        ("2031-10-26 02:30", "ambiguous_value"),
        ("2031-10-26 02:30:00+02:00", None),
        ("2031-03-30", None),
        ("2031-10-26", None),
        ("2031-03-30 03:00", None),
    ],
)
def test_hours_when_clocks_change(text: str, code: str | None) -> None:
    """A time that does not exist or comes twice is an error, unless it has an offset."""
    report = cb.validate([{**DATE, "expiration_date": text}], time_zone=BERLIN)
    assert [finding.code for finding in report.errors] == ([code] if code else [])
    assert len(report.valid) == (code is None)


def test_both_moments_are_named() -> None:
    """Each of them, written as the message has it, is that moment."""
    date = pd.Timestamp("2031-10-26 02:30")
    (error,) = cb.validate([{**DATE, "expiration_date": date}], time_zone=BERLIN).errors
    for offset in ("+02:00", "+01:00"):
        assert f"2031-10-26T02:30:00{offset}" in error.message


MIDNIGHTS: list[tuple[Any, str, str]] = [
    ("2031-06-30T00:00:00+00:00", "America/Bogota", "2031-06-30"),
    ("2031-06-29T22:00:00Z", BERLIN, "2031-06-30"),
    ("2031-06-30T02:00:00+02:00", BERLIN, "2031-06-30"),
    ("2031-06-29T21:00:00Z", "UTC", "2031-06-30"),
]


@pytest.mark.parametrize(("text", "zone", "day"), MIDNIGHTS)
def test_midnight_is_asked_about(text: str, zone: str, day: str) -> None:
    """By its own offset, and by clocks in the zone in use, in UTC, and where a location is."""
    known = Directory(time_zones=(RIGA,))
    report = cb.validate([{**DATE, "expiration_date": text}], directory=known, time_zone=zone)
    (warning,) = report.warnings
    assert (warning.code, warning.suggestion) == ("midnight", day)


def test_an_hour_without_an_offset_is_that_hour() -> None:
    """Midnight in UTC is an hour of the day elsewhere, and somebody wrote it."""
    report = cb.validate([{**DATE, "expiration_date": "2031-06-30 09:00"}], time_zone="Asia/Tokyo")
    assert report.all_findings == ()


def test_the_zone_of_the_settings_comes_before_that_of_the_locations(client: cb.Client) -> None:
    """In plans and in changes without a sheet; a time zone that is named comes first."""
    client.time_zone = RIGA
    assert str(cb.plan([DATE], client).report.time_zone) == RIGA
    ends = cb.change("id = 288901", ["expiration_type_id=1", "expiration_date=2031-06-30"], client)
    assert hour(ends).endswith("23:59:59+03:00")
    known = cb.directory(client)
    assert str(cb.validate([DATE], directory=known).time_zone) == RIGA
    assert str(cb.validate([DATE], directory=known, time_zone=BERLIN).time_zone) == BERLIN
    assert cb.Directory.of(known.as_dict()) == known


def test_a_change_without_a_sheet_takes_the_zone_of_the_locations(
    client: cb.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a plan of a sheet does."""
    records = [{**record, "timezone_name": RIGA} for record in client.locations()]
    monkeypatch.setattr(client, "locations", lambda: records)
    ends = cb.change("id = 288901", ["expiration_type_id=1", "expiration_date=2031-06-30"], client)
    assert hour(ends).endswith("23:59:59+03:00")


def test_what_is_live_is_not_asked_about(client: cb.Client, sandbox: cb.Sandbox) -> None:
    """A midnight and a part of a cent that are live are kept, unless somebody edits them."""
    sandbox.edit(288905, expiration_type_id=1, expiration_date="2031-12-31T00:00:00+00:00")
    sandbox.edit(288906, balance=99.999)
    asked = {"midnight", "amounts_rounded"}
    live = client.frame()
    assert not asked & {*codes(cb.plan(live, client).report)}
    later = live.assign(
        expiration_date=live["expiration_date"] + pd.Timedelta(days=1), balance=live["balance"] * 2
    )
    assert asked <= {*codes(cb.plan(later, client).report)}
