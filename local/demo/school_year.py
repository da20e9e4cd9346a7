"""The district's school year: which days are school days, and the sessions around one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

TIME_ZONE = ZoneInfo("America/New_York")
_DAY = timedelta(days=1)
_SATURDAY = 5
_JULY = 7


class Session(NamedTuple):
    """A row of `academicSessions.csv`; the last day is not part of it, as OneRoster has it."""

    sourced_id: str
    title: str
    kind: str
    starts_on: date
    ends_on: date
    parent: str | None


@dataclass(frozen=True, slots=True)
class SchoolYear:
    """The school year that is named by the calendar year in which it ends."""

    ends_in: int

    @property
    def first_day(self) -> date:
        return _nth(1, "Mon", date(self.ends_in - 1, 8, 1))

    @property
    def winter_break(self) -> date:
        """The last school day before the winter break, a Friday."""
        return _nth(3, "Fri", date(self.ends_in - 1, 12, 1))

    @property
    def second_semester(self) -> date:
        return _nth(1, "Tue", date(self.ends_in, 1, 2))

    @property
    def last_day(self) -> date:
        """The Friday before the last Monday in May."""
        return _nth(1, "Mon", date(self.ends_in, 5, 25)) - 3 * _DAY

    def is_school_day(self, day: date) -> bool:
        if day.weekday() >= _SATURDAY or not self.first_day <= day <= self.last_day:
            return False
        return not any(start <= day <= end for start, end in self._breaks())

    def school_days(self, until: date) -> list[date]:
        """School days from the first to `until`, which is included if it is one."""
        days = (until - self.first_day).days + 1
        return [day for day in (self.first_day + n * _DAY for n in range(days)) if self.is_school_day(day)]

    @cache  # noqa: B019 - school years are few and live as long as the process
    def sessions(self) -> list[Session]:
        year, halves = f"sy-{self.ends_in}", (self.winter_break + _DAY, self.last_day + _DAY)
        fall, spring = f"sem-{self.ends_in}-1", f"sem-{self.ends_in}-2"
        return [
            Session(
                year, f"School Year {self.ends_in - 1}-{self.ends_in}", "schoolYear", self.first_day, halves[1], None
            ),
            Session(fall, "Fall Semester", "semester", self.first_day, halves[0], year),
            Session(spring, "Spring Semester", "semester", self.second_semester, halves[1], year),
            *self._quarters(fall, spring),
        ]

    def quarter(self, day: date) -> str:
        """The sourcedId of the grading period that holds `day`, or of the last one before it."""
        begun = [session for session in self.sessions() if session.kind == "gradingPeriod" and session.starts_on <= day]
        return begun[-1].sourced_id

    def _quarters(self, fall: str, spring: str) -> Iterator[Session]:
        october, march = _nth(1, "Mon", date(self.ends_in - 1, 10, 4)), _nth(2, "Mon", date(self.ends_in, 3, 1))
        edges = (
            (fall, self.first_day, october),
            (fall, october, self.winter_break + _DAY),
            (spring, self.second_semester, march),
            (spring, march, self.last_day + _DAY),
        )
        for number, (parent, start, end) in enumerate(edges, 1):
            yield Session(f"gp-{self.ends_in}-{number}", f"Quarter {number}", "gradingPeriod", start, end, parent)

    def _breaks(self) -> Iterator[tuple[date, date]]:
        labor_day = _nth(1, "Mon", date(self.ends_in - 1, 9, 1))
        fall_break = _nth(2, "Mon", date(self.ends_in - 1, 10, 1))
        thanksgiving = _nth(4, "Thu", date(self.ends_in - 1, 11, 1))
        king_day, presidents_day = _nth(3, "Mon", date(self.ends_in, 1, 1)), _nth(3, "Mon", date(self.ends_in, 2, 1))
        spring_break = _nth(1, "Mon", date(self.ends_in, 4, 1))
        yield labor_day, labor_day
        yield fall_break, fall_break + _DAY
        yield thanksgiving - 3 * _DAY, thanksgiving + _DAY
        yield self.winter_break + _DAY, self.second_semester - _DAY
        yield king_day, king_day
        yield presidents_day, presidents_day
        yield spring_break, spring_break + 4 * _DAY


def school_year_of(day: date) -> SchoolYear:
    """The school year that `day` falls in; July opens the next one."""
    return SchoolYear(day.year + 1 if day.month >= _JULY else day.year)


def school_day_on_or_before(day: date) -> date:
    """The latest school day that is not after `day`: an anchor for any date."""
    while not school_year_of(day).is_school_day(day):
        day -= _DAY
    return day


def local_instant(day: date, hour: int, minute: int = 0) -> datetime:
    """That time of day in the district."""
    return datetime.combine(day, time(hour, minute), TIME_ZONE)


def _nth(n: int, weekday: str, first: date) -> date:
    """The nth such weekday on or after `first`."""
    offset = ("Mon", "Tue", "Wed", "Thu", "Fri").index(weekday) - first.weekday()
    return first + timedelta(days=offset % 7 + 7 * (n - 1))
