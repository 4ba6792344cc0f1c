"""Times as days, so that dates of any precision can be compared as texts."""

from __future__ import annotations

import calendar
import datetime

from assistant.ask.form.algebra import Condition
from kg.errors import OntologyError
from kg.types import Value

LATE = "~"
"""Sorts after whatever a date may go on with, such as the time of a day."""


def interval(time: Condition) -> tuple[str | None, str | None]:
    """The first and the last day that a condition on a time covers.

    Args:
        time: A condition on dates.

    Returns:
        Two texts; None where the time is open. A date is not before the first where it is greater as a text or the
        beginning of it, and not after the last where it is not greater.

    Raises:
        OntologyError: it is no time.
    """
    if time.operator == "contains" or any(value and value.kind != "Date" for value in (time.value, time.upper)):
        raise OntologyError(f"{time.value.text!r} is no time")
    try:
        first, _ = _days(time.value)
        _, last = _days(time.upper or time.value)
        match time.operator:
            case "<":
                return None, f"{first - datetime.timedelta(1)}{LATE}"
            case "<=":
                return None, f"{last}{LATE}"
            case ">":
                return str(last + datetime.timedelta(1)), None
            case ">=":
                return str(first), None
            case _:
                return str(first), f"{last}{LATE}"
    except (ValueError, OverflowError) as error:
        raise OntologyError(f"{time.value.text!r} is no date that can be compared") from error


def _days(value: Value) -> tuple[datetime.date, datetime.date]:
    numbers = [int(part) for part in value.text.split("T")[0].split("-")]
    if len(numbers) == 1:
        return datetime.date(numbers[0], 1, 1), datetime.date(numbers[0], 12, 31)
    year, month = numbers[:2]
    if len(numbers) == 2:
        return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])
    day = datetime.date(*numbers)
    return day, day
