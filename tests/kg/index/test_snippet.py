"""What a search shows of a passage."""

from hypothesis import given
from hypothesis import strategies as st

from kg.index import snippet


def marked(text: str, query: str, width: int = 240) -> tuple[str, list[str]]:
    piece, ranges = snippet(text, query, width)
    return piece, [piece[start:end] for start, end in ranges]


def test_matches_are_marked_as_the_search_sees_them() -> None:
    text = "The companies’ café sold AT&T phones."
    assert marked(text, "company at&t CAFE") == (text, ["companies", "café", "AT&T"])
    assert marked("北京大学的校长是龚旗煌", "北京大学校长") == ("北京大学的校长是龚旗煌", ["北京大学", "校长"])


def test_the_sentence_with_most_matches_is_shown() -> None:
    filler = "Nothing of interest stands here. " * 20
    text = filler + "A pump was sold. " + filler + "The pump of Acme failed in May. " + filler
    piece, words = marked(text, "Why did the Acme pump fail?", 120)
    assert piece.startswith("…The pump of Acme failed in May.")
    assert piece.endswith("…")
    assert {"pump", "Acme", "failed"} <= set(words)
    assert len(piece) <= 122


def test_chinese_is_cut_at_its_own_stops() -> None:
    text = "这里什么也没有。" * 40 + "马云创办了阿里巴巴。" + "这里什么也没有。" * 40
    piece, words = marked(text, "谁创办了阿里巴巴", 30)
    assert "马云创办了阿里巴巴。" in piece
    assert words == ["创办了阿里巴巴"]


def test_without_a_match_the_beginning_is_shown() -> None:
    piece, words = marked("First sentence. " * 50, "zebra", 60)
    assert piece.startswith("First sentence.")
    assert words == []
    assert marked("", "zebra") == ("", [])
    assert marked("Short.", "") == ("Short.", [])


@given(
    st.text(st.sampled_from("ab é.\n。北京ﬁ\ud800\x02\0İ'&"), max_size=300),
    st.text(st.sampled_from('ab é.北京ﬁ&"*'), max_size=12),
    st.integers(1, 120),
)
def test_a_snippet_is_a_piece_of_the_text(text: str, query: str, width: int) -> None:
    piece, ranges = snippet(text, query, width)
    plain = "".join(" " if char.isspace() else char for char in text)
    assert piece.removeprefix("…").removesuffix("…") in plain
    assert len(piece) <= width + 2
    assert all(0 <= start < end <= len(piece) for start, end in ranges)
    assert ranges == sorted(ranges)
