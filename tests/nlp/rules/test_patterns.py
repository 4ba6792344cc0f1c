import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.rules.patterns import find_values


def found(text: str, language: str = "en") -> list[tuple[str, str, str, str | None]]:
    return [(text[start:end], value.kind, value.text, value.unit) for start, end, value in find_values(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Founded on 4 April 1975 in Ohio.", [("4 April 1975", "Date", "1975-04-04", None)]),
        ("It closed on December 2, 1999.", [("December 2, 1999", "Date", "1999-12-02", None)]),
        ("The March 2020 report", [("March 2020", "Date", "2020-03", None)]),
        (
            "The May 2008 vote, at the 2004 Olympics",
            [("May 2008", "Date", "2008-05", None), ("2004", "Date", "2004", None)],
        ),
        ("founded in 1998, sold (2004)", [("1998", "Date", "1998", None), ("2004", "Date", "2004", None)]),
        ("from 2001 to 2005", [("2001", "Date", "2001", None), ("2005", "Date", "2005", None)]),
        ("log 2024-05-01T13:45:00Z end", [("2024-05-01T13:45:00Z", "Date", "2024-05-01T13:45:00Z", None)]),
        ("paid on 25/12/2020.", [("25/12/2020", "Date", "2020-12-25", None)]),
        ("a $1.5 billion deal", [("$1.5 billion", "Money", "1500000000", "USD")]),
        ("It cost €3.2m, not EUR 4m.", [("€3.2m", "Money", "3200000", "EUR"), ("EUR 4m", "Money", "4000000", "EUR")]),
        ("EUR 1.234,56 net", [("EUR 1.234,56", "Money", "1234.56", "EUR")]),
        ("worth 20 euros.", [("20 euros", "Money", "20", "EUR")]),
        ("five hundred million dollars", [("five hundred million dollars", "Money", "500000000", "USD")]),
        ("up 12% or 3,5 %", [("12%", "Number", "12", "%"), ("3,5 %", "Number", "3.5", "%")]),
        ("about twenty-five percent", [("twenty-five percent", "Number", "25", "%")]),
        ("has 3,000 employees", [("3,000 employees", "Number", "3000", "employees")]),
        ("a 3,000-employee firm", [("3,000-employee", "Number", "3000", "employees")]),
        ("sold 2.5 million in May", [("2.5 million", "Number", "2500000", None)]),
        ("at -5 °C", [("-5 °C", "Number", "-5", "°C")]),
        ("write to tim@Example.com.", [("tim@Example.com", "Email", "tim@example.com", None)]),
        ("see https://example.com/a_(b).", [("https://example.com/a_(b)", "Url", "https://example.com/a_(b)", None)]),
        ("see www.example.com, please", [("www.example.com", "Url", "www.example.com", None)]),
        ("mail https://a.com/?q=b@c.com", [("https://a.com/?q=b@c.com", "Url", "https://a.com/?q=b@c.com", None)]),
    ],
)
def test_literals_in_english_text(text: str, expected: list[tuple[str, str, str, str | None]]) -> None:
    assert found(text) == expected


def test_literals_in_chinese_text_need_no_spaces() -> None:
    text = (
        "公司成立于1987年9月15日，2020年收入8914亿元人民币，增长3.8%，员工19.7万人，"
        "售价¥300，二〇〇八年八月上市，百分之十二。"
    )
    assert found(text, "zh") == [
        ("1987年9月15日", "Date", "1987-09-15", None),
        ("2020年", "Date", "2020", None),
        ("8914亿元人民币", "Money", "891400000000", "CNY"),
        ("3.8%", "Number", "3.8", "%"),
        ("19.7万人", "Number", "197000", "people"),
        ("¥300", "Money", "300", "CNY"),
        ("二〇〇八年八月", "Date", "2008-08", None),
        ("百分之十二", "Number", "12", "%"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "growth of 10-20%, 5%-10%, US$300-400 million",
        "version 1.2.3 of the 747-400",
        "in the 1970s and 1975-1980",
        "In 2000 homes the power failed",
        "the 2000 men",
        "in 300 BC",
        "room 1984, item PRD-2000-kg",
        "on 04/05/1975",
        "2020年代",
        "a@b and http://",
        "three people",
        "may 2000 of them go",
        "一元化",
    ],
)
def test_ranges_codes_decades_and_counts_are_left_alone(text: str) -> None:
    assert found(text) == []


@given(st.text(alphabet="0123456789 .,-/%$€年月日万亿元@:abkmMay一二\n", max_size=60))
def test_what_is_found_lies_in_the_text_in_order_and_apart(text: str) -> None:
    values = find_values(text)
    ends = [0, *(end for _, end, _ in values)]
    for (start, end, value), before in zip(values, ends, strict=False):
        assert before <= start < end <= len(text)
        assert value.text


@pytest.mark.timeout(60)  # what a pattern that backtracks would never keep to
@pytest.mark.parametrize(
    "piece",
    [
        *("1", "1,", "1,000", "1.", "1 ", "1-", "1e", "12/", "2020-", "a@", "a.", "a@a.", "www.", "http://", "http://a/("),
        *("$", "A$", "May ", "May 1 ", "May 1,", "一", "一万", "一年"),
        *("百分之", "百分之一", "(1990) ", "in 1990 ", "one million "),
    ],
)  # fmt: skip
def test_hostile_repetition_ends(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    assert all(0 <= start < end <= len(text) for start, end, _ in find_values(text))
