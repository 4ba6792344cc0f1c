from __future__ import annotations

import pytest

from kg.errors import DocumentError
from kg.ingest.loaders.encoding import decode
from kg.types import DocumentStatus

TEXTS = {
    "chinese": "华为技术有限公司成立于1987年，总部位于深圳。",
    "names": "任正非,华为\n马化腾,腾讯",
    "traditional": "台灣積體電路製造股份有限公司成立於1987年。",
    "japanese": "トヨタ自動車株式会社は日本の会社です。",
    "korean": "삼성전자는 대한민국의 회사이다.",
    "german": "Müller & Söhne GmbH, Köln – Größe 5 €",
    "short": "können\n\näöüß\n",
    "french": "Société Générale est une banque française. « L’économie »",
    "russian": "Газпром — российская компания.",
    "polish": "Łódź i Kraków są miastami w Polsce, źródło: spółka",
    "english": "Plain “smart” quotes, it’s fine… Acme™",
    "ascii": "Nothing special, 1 + 1 = 2.",
}


@pytest.mark.parametrize(
    ("text", "encoding"),
    [(name, "utf-8") for name in TEXTS]
    + [(name, "utf-8-sig") for name in TEXTS]
    + [(name, "utf-16") for name in TEXTS]
    + [(name, "utf-16-le") for name in TEXTS]
    + [(name, "utf-16-be") for name in TEXTS]
    + [(name, "utf-32") for name in TEXTS]
    + [("chinese", "gb18030"), ("names", "gb18030"), ("traditional", "big5"), ("japanese", "cp932")]
    + [("japanese", "euc_jp"), ("korean", "cp949"), ("german", "cp1252"), ("short", "cp1252"), ("french", "cp1252")]
    + [("russian", "cp1251"), ("polish", "cp1250"), ("english", "cp1252")],
)
def test_text_is_read_in_any_encoding(text: str, encoding: str) -> None:
    assert decode(TEXTS[text].encode(encoding)) == TEXTS[text]


def test_a_declared_encoding_counts_where_utf8_does_not_fit() -> None:
    assert decode("Ёжик".encode("koi8-r"), "koi8-r") == "Ёжик"
    assert decode("Ёжик".encode(), "koi8-r") == "Ёжик"
    assert decode("café".encode("cp1252"), "no-such-encoding") == "café"


def test_a_few_broken_bytes_lose_a_few_characters() -> None:
    text = ("深圳华为技术有限公司。" * 20).encode()
    assert decode(text[:-1]).startswith("深圳华为技术有限公司。")
    assert decode(text[:-1]).count("\ufffd") == 1


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 50, b"\xff\xfe\x00", b"\x81\x8d\x8f\x90\x9d" * 40],
    ids=["all bytes", "binary", "half a mark", "holes of cp1252"],
)
def test_what_is_no_text_is_undecodable(data: bytes) -> None:
    with pytest.raises(DocumentError) as caught:
        decode(data)
    assert caught.value.status is DocumentStatus.UNDECODABLE
