import datetime
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.types import Value
from kg.values import (
    day_first_in,
    parse_boolean,
    parse_date,
    parse_email,
    parse_money,
    parse_number,
    parse_url,
    parse_value,
)

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("4 April 1975", "1975-04-04"),
        ("4th of April, 1975", "1975-04-04"),
        ("the 4th of April 1975", "1975-04-04"),
        ("April 4, 1975", "1975-04-04"),
        ("Apr. 4 1975", "1975-04-04"),
        ("04-Apr-1975", "1975-04-04"),
        ("Friday, April 4, 1975", "1975-04-04"),
        ("on 4 April 1975", "1975-04-04"),
        ("1975 April 4", "1975-04-04"),
        ("APRIL 1975", "1975-04"),
        ("May 2020", "2020-05"),
        ("Sept. 2020", "2020-09"),
        ("late April 1975", "1975-04"),
        ("1975", "1975"),
        ("mid-1975", "1975"),
        ("early 1975", "1975"),
        ("the summer of 1975", "1975"),
        ("25 December 800", "0800-12-25"),
        ("1975-04-04", "1975-04-04"),
        ("1975-04", "1975-04"),
        ("1975/4/4", "1975-04-04"),
        ("1975.4.4", "1975-04-04"),
        ("19750404", "1975-04-04"),
        ("1975年4月4日", "1975-04-04"),
        ("1975 年 4 月 4 号", "1975-04-04"),
        ("1975年4月", "1975-04"),
        ("1975年4月份", "1975-04"),
        ("1975年", "1975"),
        ("二〇〇八年八月八日", "2008-08-08"),
        ("一九九八年十二月二十一日", "1998-12-21"),
        ("１９７５年４月４日", "1975-04-04"),
        ("25/12/2020", "2020-12-25"),
        ("12/25/2020", "2020-12-25"),
        ("25.12.2020", "2020-12-25"),
        ("04/04/1975", "1975-04-04"),
        ("2024-05-01 00:00:00", "2024-05-01"),
        ("2024-05-01T13:45:00", "2024-05-01T13:45:00"),
        ("2024-05-01T13:45:00Z", "2024-05-01T13:45:00Z"),
        ("2024-05-01 13:45:00+08:00", "2024-05-01T05:45:00Z"),
    ],
)
def test_dates_keep_the_precision_they_are_written_with(text: str, iso: str) -> None:
    value = parse_date(text)
    assert value is not None
    assert (value.kind, value.text) == ("Date", iso)


@pytest.mark.parametrize(
    "text",
    [
        "", "April", "April 4", "4月4日", "Monday", "last year", "1970s", "the 1970s", "2019-2020", "1975 to 1980",
        "10年", "30 February 2020", "2021-02-29", "2020-13-01", "04/05/1975", "05.12.2020", "300 BC", "April 4, 75",
        "circa 1975", "9999",
        "12345", "2024-05-01T25:00:00", "1975年13月", "0000-01-01", "before 1975", "4 Aprils 1975",
    ],
)  # fmt: skip
def test_what_is_no_single_certain_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_dates_count_days_from_the_epoch_to_the_start_of_their_period() -> None:
    days = {
        text: value.number
        for text in ("1970", "1970-01-02", "1969-12-31", "1971", "2024-02", "1970-01-01T12:00:00")
        if (value := parse_date(text))
    }
    assert days == {
        "1970": 0,
        "1970-01-02": 1,
        "1969-12-31": -1,
        "1971": 365,
        "2024-02": 19754,
        "1970-01-01T12:00:00": 0.5,
    }


def test_the_order_of_a_columns_dates_is_learnt_from_its_certain_ones() -> None:
    assert day_first_in(["04/05/2020", "25/12/2020", "x"]) is True
    assert day_first_in(["04/05/2020", "12/25/2020"]) is False
    assert day_first_in(["04/05/2020"]) is None
    assert day_first_in(["25/12/2020", "12/25/2020"]) is None
    british, american = parse_date("04/05/2020", day_first=True), parse_date("04/05/2020", day_first=False)
    assert british
    assert american
    assert (british.text, american.text) == ("2020-05-04", "2020-04-05")
    overruled = parse_date("12/25/2020", day_first=True)  # no other reading exists
    assert overruled
    assert overruled.text == "2020-12-25"


@given(st.dates())
def test_every_day_is_read_alike_in_every_spelling(day: datetime.date) -> None:
    month = f"{day:%B}"
    year = f"{day.year:04d}"
    expected = Value("Date", day.isoformat(), float((day - datetime.date(1970, 1, 1)).days))
    for text in (
        day.isoformat(),
        f"{day.day} {month} {year}",
        f"{month} {day.day}, {year}",
        f"{day.day:02d}-{month[:3]}-{year}",
        f"{year}年{day.month}月{day.day}日",
        f"{year}/{day.month}/{day.day}",
    ):
        assert parse_date(text) == expected, text


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("$1.5 billion", "1500000000", "USD"),
        ("$1.5bn", "1500000000", "USD"),
        ("US$ 300 million", "300000000", "USD"),
        ("EUR 3m", "3000000", "EUR"),
        ("€1.2bn", "1200000000", "EUR"),
        ("3,5 €", "3.5", "EUR"),
        ("1.234,56 EUR", "1234.56", "EUR"),
        (f"1{NBSP}234{NBSP}567,89 €", "1234567.89", "EUR"),
        ("CHF 1'250'000", "1250000", "CHF"),
        ("£2k", "2000", "GBP"),
        ("-$5", "-5", "USD"),
        ("$-5", "-5", "USD"),
        ("−€3", "-3", "EUR"),
        ("HK$20", "20", "HKD"),
        ("$5 AUD", "5", "AUD"),
        ("Rs. 5 crore", "50000000", "INR"),
        ("₹3 lakh crore", "3000000000000", "INR"),
        ("five hundred million dollars", "500000000", "USD"),
        ("3,000 U.S. dollars", "3000", "USD"),
        ("20 euros", "20", "EUR"),
        ("500 yen", "500", "JPY"),
        ("15亿元", "1500000000", "CNY"),
        ("15 亿元人民币", "1500000000", "CNY"),
        ("人民币300万元", "3000000", "CNY"),
        ("2亿3000万元", "230000000", "CNY"),
        ("一亿二千万元", "120000000", "CNY"),
        ("300万美元", "3000000", "USD"),
        ("1.2万亿日元", "1200000000000", "JPY"),
        ("¥300万", "3000000", "CNY"),
        ("￥300", "300", "CNY"),
        ("¥300", "300", "JPY"),
    ],
)
def test_money_is_a_plain_amount_in_an_iso_currency(text: str, amount: str, currency: str) -> None:
    assert parse_money(text) == Value("Money", amount, float(amount), currency)


def test_a_bare_yen_sign_follows_the_language_around_it() -> None:
    assert parse_money("¥300", language="zh") == Value("Money", "300", 300.0, "CNY")
    assert parse_money("JP¥300", language="zh") == Value("Money", "300", 300.0, "JPY")


@pytest.mark.parametrize(
    "text",
    ["", "$", "1.5 billion", "$1-2 billion", "€5 GBP", "$ten", "5 kr", "$1,2,3", "dollars", "about $5", "$1..5", "元"],
)
def test_what_is_no_single_certain_amount_is_none(text: str) -> None:
    assert parse_money(text) is None


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("0", "0", None),
        ("-0", "0", None),
        ("42", "42", None),
        ("1975", "1975", None),
        ("1,234", "1234", None),
        ("12,34,567", "1234567", None),
        ("1.234,56", "1234.56", None),
        ("1.234.567", "1234567", None),
        ("1,234.50", "1234.5", None),
        (f"1{NBSP}234{NBSP}567", "1234567", None),
        ("3,5", "3.5", None),
        ("0,125", "0.125", None),
        (".5", "0.5", None),
        ("1e6", "1000000", None),
        ("2.5e-3", "0.0025", None),
        ("−5", "-5", None),
        ("1.5 million", "1500000", None),
        ("3万", "30000", None),
        ("12%", "12", "%"),
        ("12 percent", "12", "%"),
        ("3,5 %", "3.5", "%"),
        ("百分之十二", "12", "%"),
        ("百分之12.5", "12.5", "%"),
        ("twenty-five percent", "25", "%"),
        ("3,000 employees", "3000", "employees"),
        ("3000名员工", "3000", "employees"),
        ("两万人", "20000", "people"),
        ("5 kg", "5", "kg"),
        ("10 square kilometres", "10", "km²"),
        ("100-mile", "100", "mi"),
        ("2 MW", "2", "MW"),
        ("10年", "10", "years"),
    ],
)
def test_numbers_are_exact_and_keep_their_unit(text: str, number: str, unit: str | None) -> None:
    assert parse_number(text) == Value("Number", number, float(number), unit)


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "-", "007", "0012345", "1234567890123456", "10-20", "3 Musketeers", "1970s", "3m", "5 mW", "1,23,4",
        "1.2.3", "1,2,3", "nan", "inf", "0x10", "1_000", "two", "三百五", "一九七五", "v2", "12.3.4.5",
        "1" + "亿" * 99, "一" + "亿" * 99,
        "1e999", "1 234",
    ],
)  # fmt: skip
def test_codes_versions_ranges_and_words_are_no_numbers(text: str) -> None:
    assert parse_number(text) is None


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=3))
def test_a_number_is_read_back_from_its_canonical_text(decimal: object) -> None:
    value = parse_number(str(decimal))
    assert value is not None
    assert value.number is not None
    assert parse_number(value.text) == value
    assert math.isclose(value.number, float(str(decimal)))


@given(st.integers(0, 10**12 - 1))
def test_grouped_digits_equal_plain_ones(number: int) -> None:
    assert parse_number(f"{number:,}") == parse_number(str(number))


def _han(number: int) -> str:
    """Write a positive number below 10**8 in Chinese characters, by the school rule."""
    if number >= 10**4:
        high, low = divmod(number, 10**4)
        return _han(high) + "万" + (("零" if low < 1000 else "") + _han(low) if low else "")
    text, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            text += ("零" if gap and text else "") + "零一二三四五六七八九"[digit] + unit
        gap = not digit
    return text


@given(st.integers(1, 10**8 - 1))
def test_chinese_numerals_equal_digits(number: int) -> None:
    assert parse_number(_han(number) + "人") == Value("Number", str(number), float(number), "people")


def test_truth_values() -> None:
    assert parse_boolean("Yes") == parse_boolean("是") == Value("Boolean", "true", 1.0)
    assert parse_boolean("false") == parse_boolean("否") == Value("Boolean", "false", 0.0)
    assert parse_boolean("1") is None
    assert parse_boolean("maybe") is None


def test_addresses_are_folded_where_case_means_nothing() -> None:
    assert parse_email("Ada.L@Example.COM") == Value("Email", "Ada.L@example.com")
    assert parse_url("HTTPS://Example.com/A?B=c") == Value("Url", "https://example.com/A?B=c")
    assert parse_url("www.Example.com") == Value("Url", "www.example.com")
    for wrong in (
        "@example.com",
        "ada@",
        "a..b@example.com",
        "ada@example",
        "a b@example.com",
        "x" * 300 + "@example.com",
    ):
        assert parse_email(wrong) is None, wrong
    for wrong in ("example.com", "http://", "https://exa mple.com", "file:///etc/passwd", "http://-"):
        assert parse_url(wrong) is None, wrong


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1975", "Number"), ("1975-04-04", "Date"), ("April 1975", "Date"), ("20240501", "Number"), ("$5", "Money"),
        ("5 kg", "Number"), ("yes", "Boolean"), ("a@b.org", "Email"), ("http://b.org", "Url"), ("2 pounds", "Money"),
    ],
)  # fmt: skip
def test_a_literal_of_unknown_kind_finds_its_own(text: str, kind: str) -> None:
    value = parse_value(text)
    assert value is not None
    assert value.kind == kind


def test_a_known_kind_settles_what_is_ambiguous() -> None:
    year = parse_value("1975", "Date")
    assert year is not None
    assert year == parse_date("1975")
    assert parse_value("1975-04-04", "Number") is None
    assert parse_value("Acme Corp.") is None
    assert parse_value("5", "Text") is None


@given(st.text(max_size=40))
def test_no_text_breaks_a_parser(text: str) -> None:
    for kind in (None, "Boolean", "Date", "Email", "Money", "Number", "Url"):
        value = parse_value(text, kind)
        if value is not None:
            assert value.text
            assert kind is None or value.kind == kind
            assert value.number is None or math.isfinite(value.number)
