from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from certbulk.core.kinds import Instant, NumberText, Problem

from .strategies import UNHURRIED, at_utc

EAST = timezone(timedelta(hours=3))
BERLIN = ZoneInfo("Europe/Berlin")
SANTIAGO = ZoneInfo("America/Santiago")

MOMENTS: list[tuple[str, tzinfo, datetime]] = [
    ("2027-12-31", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("2027-12-31", EAST, at_utc(2027, 12, 31, 20, 59, 59)),
    ("2027-12-31", BERLIN, at_utc(2027, 12, 31, 22, 59, 59)),
    ("2027-06-30", BERLIN, at_utc(2027, 6, 30, 21, 59, 59)),
    ("31.12.2027", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("31.12.2027", EAST, at_utc(2027, 12, 31, 20, 59, 59)),
    ("1.2.2027", UTC, at_utc(2027, 2, 1, 23, 59, 59)),
    ("01.02.2027", UTC, at_utc(2027, 2, 1, 23, 59, 59)),
    ("31/12/2027", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("12/31/2027", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("31-12-2027", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("03/03/2027", UTC, at_utc(2027, 3, 3, 23, 59, 59)),
    ("29.02.2028", UTC, at_utc(2028, 2, 29, 23, 59, 59)),
    ("2027-1-5", UTC, at_utc(2027, 1, 5, 23, 59, 59)),
    (" 2027-12-31\u00a0", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("'2027-12-31", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("2027-12-31 18:00", UTC, at_utc(2027, 12, 31, 18)),
    ("2027-12-31T18:00", EAST, at_utc(2027, 12, 31, 15)),
    ("2027-12-31 18:00:30", UTC, at_utc(2027, 12, 31, 18, 0, 30)),
    ("2027-12-31 8:05", UTC, at_utc(2027, 12, 31, 8, 5)),
    ("2027-12-31 00:00", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("2027-12-31 00:00:00", EAST, at_utc(2027, 12, 31, 20, 59, 59)),
    ("2027-12-31T00:00:00.000", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("31.12.2027 0:00", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("31/12/2027 00:00:00", BERLIN, at_utc(2027, 12, 31, 22, 59, 59)),
    ("31 December 2027 0:00", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("31.12.2027 0:01", UTC, at_utc(2027, 12, 31, 0, 1)),
    ("2027-12-31T00:00:00Z", EAST, at_utc(2027, 12, 31)),
    ("2027-12-31T00:00:00+00:00", EAST, at_utc(2027, 12, 31)),
    ("2027-12-31 00:00 +03:00", UTC, at_utc(2027, 12, 30, 21)),
    ("31.12.2027 18:00", UTC, at_utc(2027, 12, 31, 18)),
    ("31.12.2027, 18:00:30", UTC, at_utc(2027, 12, 31, 18, 0, 30)),
    ("2027-12-31T18:00:00Z", EAST, at_utc(2027, 12, 31, 18)),
    ("2027-12-31t18:00:00z", EAST, at_utc(2027, 12, 31, 18)),
    ("2027-12-31T18:00:00+03:00", UTC, at_utc(2027, 12, 31, 15)),
    ("2027-12-31T18:00:00+0300", UTC, at_utc(2027, 12, 31, 15)),
    ("2027-12-31 18:00:00 -05:00", UTC, at_utc(2027, 12, 31, 23)),
    ("2026-09-21T23:00:00.000-05:00", UTC, at_utc(2026, 9, 22, 4)),
    ("2027-12-31T18:00:00.250Z", UTC, at_utc(2027, 12, 31, 18, 0, 0, 250_000)),
    ("2027-12-31T18:00:00,5Z", UTC, at_utc(2027, 12, 31, 18, 0, 0, 500_000)),
    ("31 December 2027", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("December 31st, 2027 18:00", UTC, at_utc(2027, 12, 31, 18)),
    ("1-Sept-2027", UTC, at_utc(2027, 9, 1, 23, 59, 59)),
    ("5 мая 2027 года", UTC, at_utc(2027, 5, 5, 23, 59, 59)),
    ("\u200e31.12.2027", UTC, at_utc(2027, 12, 31, 23, 59, 59)),
    ("2000-01-01", UTC, at_utc(2000, 1, 1, 23, 59, 59)),
    ("2100-12-31", UTC, at_utc(2100, 12, 31, 23, 59, 59)),
]


@pytest.mark.parametrize(("text", "zone", "moment"), MOMENTS)
def test_dates_and_times_are_understood(text: str, zone: tzinfo, moment: datetime) -> None:
    """A date alone means the last second of that day in the zone; an offset overrules the zone.

    One at midnight is a date alone, as programs write it, unless it has an offset.
    """
    assert Instant().parse(text, zone) == moment


@pytest.mark.parametrize("text", ["1830290399", "1830290399000", "1830290399.0"])
def test_a_number_may_count_from_1970(text: str) -> None:
    """In a number, as records of the service have it; a text of digits may be something else."""
    moment = at_utc(2027, 12, 31, 21, 59, 59)
    assert Instant().parse(NumberText(text), EAST) == moment
    problem = Instant().parse(text, EAST)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.suggestion) == ("not_a_date", moment.isoformat())
    assert "seconds or milliseconds since 1970" in problem.message
    assert isinstance(Instant().parse(NumberText("46752"), EAST), Problem)  # a day of Excel


NO_MOMENTS: list[tuple[str, str]] = [
    ("end of next year", "not_a_date"),
    ("30 February 2027", "not_a_date"),
    ("31 Decembre 27", "not_a_date"),
    ("March 2027", "not_a_date"),
    ("2027", "not_a_date"),
    ("12.2027", "not_a_date"),
    ("2027-12", "not_a_date"),
    ("2027-13-01", "not_a_date"),
    ("2027-02-30", "not_a_date"),
    ("2027-02-29", "not_a_date"),
    ("30.02.2027", "not_a_date"),
    ("12.31.2027", "not_a_date"),
    ("00.12.2027", "not_a_date"),
    ("2027-00-10", "not_a_date"),
    ("31/13/2027", "not_a_date"),
    ("31.12/2027", "not_a_date"),
    ("31.12.27", "not_a_date"),
    ("03/04/27", "not_a_date"),
    ("2027-12-31 25:00", "not_a_date"),
    ("2027-12-31 10:60", "not_a_date"),
    ("2027-12-31T10:00:00+25:00", "not_a_date"),
    ("2027-12-31 10:00 am", "not_a_date"),
    ("18:00", "not_a_date"),
    ("1899-12-31 18:00:00", "not_a_date"),
    ("PT18H00M00S", "not_a_date"),
    ("46752", "not_a_date"),
    ("46752.75", "not_a_date"),
    ("1000", "not_a_date"),
    ("0", "not_a_date"),
    ("-", "not_a_date"),
    ("true", "not_a_date"),
    ("1956527999", "not_a_date"),
    ("1999-12-31", "out_of_range"),
    ("2101-01-01", "out_of_range"),
    ("31.12.9999", "out_of_range"),
    ("9999-12-31T23:59:59-12:00", "out_of_range"),
    ("03/04/2027", "ambiguous_value"),
    ("3/4/2027", "ambiguous_value"),
    ("03-04-2027", "ambiguous_value"),
    ("12/11/2027 18:00", "ambiguous_value"),
]


@pytest.mark.parametrize(("text", "code"), NO_MOMENTS)
def test_what_is_no_date_has_a_code(text: str, code: str) -> None:
    """Days that no calendar has, halves of dates, bare numbers and doubtful orders are findings."""
    outcome = Instant().parse(text, UTC)
    assert isinstance(outcome, Problem), outcome
    assert outcome.code == code


def test_an_ambiguous_date_shows_both_readings() -> None:
    """With / and - the day or the month may stand first."""
    outcome = Instant().parse("03/04/2027", UTC)
    assert isinstance(outcome, Problem)
    assert "can be read as 2027-04-03 or as 2027-03-04" in outcome.message


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [("46752", "2027-12-31"), ("46752.75", "2027-12-31"), ("31.12.27", "2027-12-31")],
)
def test_an_obvious_date_is_suggested(text: str, suggestion: str) -> None:
    """A spreadsheet's day number and a year of two digits have one likely reading."""
    outcome = Instant().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == suggestion


CLOCKS_GO_BACK: list[tuple[str, tzinfo, datetime]] = [
    # At midnight the clock went back to 23:00, so 23:59:59 came twice; the day ended later.
    ("2027-04-03", SANTIAGO, at_utc(2027, 4, 4, 3, 59, 59)),
    ("2027-10-30", ZoneInfo("Asia/Beirut"), at_utc(2027, 10, 30, 21, 59, 59)),
]


@pytest.mark.parametrize(("text", "zone", "moment"), CLOCKS_GO_BACK)
def test_a_day_ends_when_its_last_second_has_passed(
    text: str, zone: tzinfo, moment: datetime
) -> None:
    """Where the clock shows 23:59:59 twice, the second time is the end of the day."""
    value = Instant().parse(text, zone)
    assert isinstance(value, datetime)
    assert value.astimezone(UTC) == moment


ZONES = ["UTC", "Europe/Berlin", "America/Santiago", "Asia/Beirut", "Asia/Kathmandu"]
MINUTES = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 (a clock on a wall)


@UNHURRIED
@given(clock=MINUTES, zone=st.sampled_from(ZONES).map(ZoneInfo), bare=st.booleans())
@example(clock=datetime(2027, 4, 3), zone=SANTIAGO, bare=True)  # noqa: DTZ001
@example(clock=datetime(2027, 9, 5, 0, 30), zone=SANTIAGO, bare=False)  # noqa: DTZ001
@example(clock=datetime(2027, 10, 31, 2, 30), zone=BERLIN, bare=False)  # noqa: DTZ001
def test_a_moment_stays_the_same_on_its_way(
    clock: datetime,
    zone: tzinfo,
    bare: bool,  # noqa: FBT001
) -> None:
    """Typed in any zone, sent, answered and shown, it is the same moment, also as clocks change."""
    kind = Instant()
    moment = kind.parse(clock.date().isoformat() if bare else f"{clock:%Y-%m-%d %H:%M}", zone)
    assert isinstance(moment, datetime)
    assert kind.same(moment, kind.load(kind.dump(moment)))
    assert kind.parse(kind.show(moment), UTC) == moment
    assert kind.same(moment, moment.astimezone(UTC))
    for each in (moment, moment.astimezone(UTC)):
        shown = kind.clock_in(each, zone)
        assert shown is None or kind.parse(str(shown), zone) == moment


JSON_DATES: list[tuple[object, object]] = [
    ("2026-09-21T23:00:00.000-05:00", at_utc(2026, 9, 22, 4)),
    ("2016-12-26T19:25:43+04:00", at_utc(2016, 12, 26, 15, 25, 43)),
    ("2031-12-31T23:59:59Z", at_utc(2031, 12, 31, 23, 59, 59)),
    ("2031-12-31 23:59:59", at_utc(2031, 12, 31, 23, 59, 59)),
    (1956527999, at_utc(2031, 12, 31, 23, 59, 59)),
    (1956527999000, at_utc(2031, 12, 31, 23, 59, 59)),
    (1956527999.0, at_utc(2031, 12, 31, 23, 59, 59)),
    (None, None),
    ("", None),
    (0, None),
    ("0", None),
    ("soon", "soon"),
    (10**20, 10**20),
    (-(10**20), -(10**20)),
]


@pytest.mark.parametrize(("raw", "value"), JSON_DATES)
def test_dates_are_loaded_in_all_spellings_seen(raw: object, value: object) -> None:
    """ISO 8601 with any offset, seconds, milliseconds, null; anything else is handed back."""
    assert Instant().load(raw) == value


def test_the_same_moment_in_another_offset_is_no_difference() -> None:
    """Instants are compared, not their spelling."""
    one = at_utc(2031, 12, 31, 21)
    assert Instant().same(one, one.astimezone(EAST))
    assert not Instant().same(one, None)


def test_dates_are_sent_with_their_offset() -> None:
    """ISO 8601 with an offset: nobody has to guess the zone."""
    moment = datetime(2031, 12, 31, 23, 59, 59, tzinfo=EAST)
    assert Instant().dump(moment) == "2031-12-31T23:59:59+03:00"


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("31,12,2027", "2027-12-31"),
        ("31.12.2027*", "2027-12-31"),
        ("«31.12.2027»", "2027-12-31"),
        ("31. 12. 2027", "2027-12-31"),
        ("2027/12/31", "2027-12-31"),
        ("2027.12.31", "2027-12-31"),
        ("05. 12. 2027", None),
        ("2027/12/05", None),
        ("2027/31/12", None),
        ("31. 02. 2027", None),
        ("31. 12. 2199", None),
        ("до 31.12.2027", None),
        ("31.12.2027 31.12.2028", None),
    ],
)
def test_a_decorated_date_is_suggested_where_it_can_be_read_in_one_way(
    text: str, suggestion: str | None
) -> None:
    """A day up to 12 may be a month; words beside a date are in vocabularies."""
    outcome = Instant().parse(text, UTC)
    assert isinstance(outcome, Problem)
    assert outcome.suggestion == suggestion


CLOCKS: list[tuple[datetime, tzinfo, object]] = [
    (at_utc(2031, 12, 31, 23, 59, 59), UTC, date(2031, 12, 31)),
    (at_utc(2031, 12, 31, 20, 59, 59), EAST, date(2031, 12, 31)),
    (at_utc(2031, 12, 31, 10, 20, 30), UTC, datetime(2031, 12, 31, 10, 20, 30)),  # noqa: DTZ001
    # At midnight a cell would mean the end of that day, and parts of a second it does not hold.
    (at_utc(2031, 12, 31), UTC, None),
    (at_utc(2031, 12, 31, 23, 59, 59, 500_000), UTC, None),
    # Another offset's moment would show a day and an hour that nobody wrote.
    (datetime(2031, 12, 31, 23, 59, 59, tzinfo=EAST), UTC, None),
    (at_utc(2031, 12, 31, 10), EAST, None),
    (at_utc(1999, 12, 31, 10), UTC, None),
    (datetime.max.replace(tzinfo=UTC), EAST, None),
]


@pytest.mark.parametrize(("moment", "zone", "clock"), CLOCKS)
def test_the_date_that_tells_a_moment(moment: datetime, zone: tzinfo, clock: object) -> None:
    """A date alone for the end of a day, with a time for another; none where it says too little."""
    assert Instant().clock_in(moment, zone) == clock
