from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.types import Chunk, Link, Page, Reading, Span, SpanKind, Value
from nlp.compose import Composite, merge
from nlp.rules.dictionary import Entry
from nlp.rules.layer import RuleReader

TEXT = "In 1990 Acme Corporation (info@acme.com) of Ohio was founded by Ada Lovelace on 4 April 1975."


def span(
    quote: str, type_: str, kind: SpanKind = SpanKind.NAME, value: Value | None = None, score: float = 0.9
) -> Span:
    start = TEXT.index(quote)
    return Span(start, start + len(quote), type_, score, kind, value)


def date(quote: str) -> Span:
    return span(quote, "Date", SpanKind.VALUE, Value("Date", quote))


def quotes(reading: Reading) -> list[tuple[str, str]]:
    return [(TEXT[one.start : one.end], one.type) for one in reading.spans]


class Fixed:
    """An extractor that always finds the same."""

    def __init__(
        self, name: str, *spans: Span, links: Sequence[Link] = (), same: Sequence[tuple[int, int, float]] = ()
    ):
        self.name = name
        self._reading = Reading(spans, tuple(links), tuple(same))

    def read(self, pages: Sequence[Page]) -> list[Reading]:
        return [self._reading for _ in pages]


def compose(*extractors: Fixed | RuleReader) -> Reading:
    return Composite(extractors).read([Page(TEXT, (Chunk(0, len(TEXT)),))])[0]


RULES = RuleReader([Entry("Acme", "Organization", None, ("Acme Corporation",))])


def test_the_dictionary_stands_before_the_model_and_takes_over_what_it_said() -> None:
    model = Fixed(
        "model@1",
        span("Ada Lovelace", "Person"),
        span("Acme Corporation (info", "Organization"),
        date("April 1975"),
        links=[Link(1, 0, "FOUNDED_BY", 0.8), Link(1, 2, "DATE_FOUNDED", 0.7)],
        same=[(1, 0, 0.5)],
    )
    reading = compose(RULES, model)
    assert quotes(reading) == [
        ("1990", "Date"),
        ("Acme Corporation", "Organization"),
        ("info@acme.com", "Email"),
        ("Ada Lovelace", "Person"),
        ("4 April 1975", "Date"),
    ]
    assert [(link.head, link.tail, link.predicate, link.score) for link in reading.links] == [
        (1, 3, "FOUNDED_BY", 0.8),
        (1, 4, "DATE_FOUNDED", 0.7),
    ]
    assert reading.same == ((1, 3, 0.5),)
    assert [one.extractor.partition("@")[0] for one in reading.spans] == ["rules", "rules", "rules", "model", "rules"]
    assert {link.extractor for link in reading.links} == {"model@1"}


def test_a_longer_date_of_the_model_stands_and_gets_its_value() -> None:
    longer = date("on 4 April 1975")
    reading = compose(RULES, Fixed("model@1", longer))
    found = [one for one in reading.spans if one.start == longer.start]
    assert [(one.end, one.value) for one in found] == [(longer.end, Value("Date", "1975-04-04", 1919.0))]
    assert len([one for one in reading.spans if one.type == "Date"]) == 2


def test_a_value_that_no_rule_reads_stays_text() -> None:
    vague = Span(0, 2, "Date", 0.5, SpanKind.VALUE)
    assert merge(TEXT, [Reading((vague,))]).spans[0].value == Value("Date", "In")


def test_names_stand_before_values_and_addresses_before_names() -> None:
    model = Fixed("model@1", span("In 1990 Acme Corporation", "Work"), span("acme.com", "Organization"))
    assert quotes(compose(RuleReader(), model)) == [
        ("In 1990 Acme Corporation", "Work"),
        ("info@acme.com", "Email"),
        ("4 April 1975", "Date"),
    ]


def test_of_two_readers_the_first_listed_stands() -> None:
    one = Fixed("one", span("Acme", "Organization"), span("Ohio", "Location"))
    two = Fixed(
        "two",
        span("Acme Corporation", "Organization"),
        span("Ohio", "Person"),
        span("Ada Lovelace", "Person"),
        links=[Link(0, 2, "FOUNDED_BY", 0.6), Link(0, 1, "X", 0.6)],
    )
    reading = compose(one, two)
    assert quotes(reading) == [("Acme", "Organization"), ("Ohio", "Location"), ("Ada Lovelace", "Person")]
    assert [(link.head, link.tail, link.predicate) for link in reading.links] == [(0, 1, "X"), (0, 2, "FOUNDED_BY")]
    assert quotes(compose(two, one))[0] == ("Acme Corporation", "Organization")


def test_what_is_said_of_a_fallen_span_without_an_heir_falls_too() -> None:
    one = Fixed("one", span("Acme Corporation", "Organization"))
    two = Fixed(
        "two", span("Corporation (info", "Person"), span("Ohio", "Location"), links=[Link(0, 1, "PLACE_OF_BIRTH")]
    )
    reading = compose(one, two)
    assert quotes(reading) == [("Acme Corporation", "Organization"), ("Ohio", "Location")]
    assert reading.links == ()


def test_one_fact_of_two_readers_is_one_link_with_the_better_score() -> None:
    parts = [span("Acme", "Organization"), span("Ada Lovelace", "Person")]
    one = Fixed("one", *parts, links=[Link(0, 1, "FOUNDED_BY", 0.6)], same=[(0, 1, 0.1)])
    two = Fixed("two", *parts, links=[Link(0, 1, "FOUNDED_BY", 0.8), Link(1, 1, "SPOUSE")], same=[(1, 0, 0.3)])
    reading = compose(one, two)
    assert reading.links == (Link(0, 1, "FOUNDED_BY", 0.8, extractor="two"),)
    assert reading.same == ((0, 1, 0.3),)


def test_spans_of_one_extractor_may_overlap() -> None:
    one = Fixed("one", span("Acme Corporation", "Organization"), span("Acme", "Organization"))
    assert len(compose(RuleReader(), one).spans) == 5


def test_the_name_says_who_reads() -> None:
    assert Composite([RuleReader(), Fixed("model@1")]).name == "rules@1+model@1"


def test_a_changed_dictionary_is_another_reader(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    names = set()
    for text in ("name,type\nAcme,Organization\n", "name,type\nAcme,Organization\nOhio,Location\n"):
        path.write_text(text)
        names.add(RuleReader(path).name)
        assert RuleReader(path).name in names
    assert len(names) == 2
    assert all(name.startswith("rules@1+") for name in names)


def test_an_extractor_that_loses_a_document_is_an_error() -> None:
    class Short(Fixed):
        def read(self, pages: Sequence[Page]) -> list[Reading]:
            return []

    with pytest.raises(ValueError, match="zip"):
        compose(RULES, Short("short"))


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    places = st.tuples(st.integers(0, 18), st.integers(1, 6), st.sampled_from(["Person", "Date", "Email"]))
    spans = tuple(
        Span(start, start + size, type_, 0.5, SpanKind.NAME if type_ == "Person" else SpanKind.VALUE)
        for start, size, type_ in draw(st.lists(places, max_size=5))
    )
    ends = st.integers(0, max(0, len(spans) - 1))
    pairs = draw(st.lists(st.tuples(ends, ends), max_size=5)) if spans else []
    return Reading(spans, tuple(Link(a, b, "SPOUSE", 0.5) for a, b in pairs), tuple((a, b, 0.5) for a, b in pairs))


@given(st.lists(readings(), max_size=3))
def test_merging_gives_a_sound_reading_whatever_comes(parts: list[Reading]) -> None:
    merged = merge("on 4 April 1975 and more", parts)
    assert list(merged.spans) == sorted(merged.spans, key=lambda one: (one.start, one.end, one.type))
    for link in merged.links:
        assert 0 <= link.head < len(merged.spans) > link.tail >= 0
        assert link.head != link.tail
    assert all(0 <= left < right < len(merged.spans) for left, right, _ in merged.same)
    assert all((one.value is not None) == (one.kind is SpanKind.VALUE) for one in merged.spans)
    again = merge("on 4 April 1975 and more", [merged])
    assert again == merged
