"""Texts in every encoding; tables out of shape; what is shown is not what is there."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bench.hostile_files.case import REFUSED, Case
from bench.hostile_files.making import (
    docx,
    packed,
)
from kg.types import DocumentStatus as S

_SAMPLES = {
    "utf-8": "Grüße aus Köln, 华为技术有限公司, Привет",
    "utf-8-sig": "Grüße aus Köln, 华为技术有限公司",
    "utf-16": "The quick brown fox jumps over the lazy dog in Köln.",
    "utf-16-le": "The quick brown fox jumps over the lazy dog in Köln.",
    "utf-16-be": "The quick brown fox jumps over the lazy dog in Köln.",
    "utf-32": "The quick brown fox jumps over the lazy dog.",
    "cp1252": "Müller & Söhne – “Qualität” für 5 € in München",
    "gb18030": "华为技术有限公司成立于1987年，总部位于广东省深圳市龙岗区。",
    "gbk": "公司的董事长和总经理在北京开会，讨论了今年的经济发展。",
    "big5": "公司的董事長和總經理在台北開會，討論了今年的經濟發展。",
    "cp932": "東京の会社の社長は、きのう新しい製品について発表しました。",
    "euc_jp": "東京の会社の社長は、きのう新しい製品について発表しました。",
    "cp949": "서울에 있는 회사의 대표는 어제 새로운 제품을 발표하였습니다.",
    "cp1251": "Компания была основана в Москве в тысяча девятьсот девяностом году.",
    "koi8-r": "Компания была основана в Москве в тысяча девятьсот девяностом году.",
    "iso8859-7": "Η εταιρεία ιδρύθηκε στην Αθήνα το χίλια εννιακόσια ενενήντα.",
}


def encodings() -> Iterator[Case]:
    ready = frozenset({S.READY})
    for name, text in _SAMPLES.items():
        lines = "\r\n".join([text] * 12)
        yield Case(f"{name}.txt", "encoding", lambda lines=lines, name=name: lines.encode(name), ready, text)  # type: ignore[misc]
    for name in ("utf-16", "cp1252", "gb18030", "big5", "cp1251"):
        text = _SAMPLES[name]
        head = f"name,note\n1,{text.replace(',', ' ')}\n2,{text.replace(',', ' ')}\n3,x\n"
        yield Case(
            f"{name}.csv", "encoding", lambda head=head, name=name: head.encode(name), ready, text.replace(",", " ")
        )  # type: ignore[misc]
    for name in ("cp1252", "gb18030", "big5"):
        page = (
            f"<html><head><meta charset={name}></head><body><p>{_SAMPLES[name].replace('&', 'und')}</p></body></html>"
        )
        yield Case(
            f"{name}.html",
            "encoding",
            lambda page=page, name=name: page.encode(name),
            ready,
            _SAMPLES[name].replace("&", "und"),
        )  # type: ignore[misc]
        tree = f'<?xml version="1.0" encoding="{name}"?><a><b>{_SAMPLES[name].replace("&", "und")}</b></a>'
        yield Case(
            f"{name}.xml",
            "encoding",
            lambda tree=tree, name=name: tree.encode(name),
            ready,
            _SAMPLES[name].replace("&", "und"),
        )  # type: ignore[misc]
    mixed = "Grüße aus Köln. ".encode() * 200 + "Größe".encode("cp1252") + " und Güte. ".encode() * 200
    yield Case("mixed.txt", "encoding", lambda: mixed, ready, "Grüße aus Köln.")
    yield Case("broken-utf8.txt", "encoding", lambda: "Köln ".encode() * 500 + b"\xc3", ready, "Köln")
    yield Case("bom-lies.txt", "encoding", lambda: b"\xff\xfeodd", frozenset({S.UNDECODABLE}))
    yield Case("nul.txt", "encoding", lambda: b"words\0\0words\n" * 200, ready | {S.UNDECODABLE}, None)
    yield Case("names.zip", "encoding", _chinese_names, ready, "内容")


def _chinese_names() -> bytes:
    raw = "报告.txt".encode("gb18030")
    held = packed({"x" * len(raw): "内容是中文。".encode()})
    return held.replace(b"x" * len(raw), raw)


def shapes() -> Iterator[Case]:
    ready = frozenset({S.READY})
    big = frozenset({S.READY, S.TOO_LARGE, S.TIMEOUT})
    yield Case(
        "million-columns.csv",
        "shape",
        lambda: b",".join(b"c%d" % n for n in range(1_000_000)) + b"\n" + b",".join([b"1"] * 1_000_000),
        big,
        slow=True,
    )
    yield Case("one-line.csv", "shape", lambda: b"a" * (8 << 20), big, slow=True)
    yield Case("quote.csv", "shape", lambda: b'a,b\n1,"never closed\n' + b"x,y\n" * 20_000, big)
    yield Case(
        "ragged.csv",
        "shape",
        lambda: b"a,b\n" + b"".join(b",".join([b"1"] * (n % 60)) + b"\n" for n in range(400)),
        ready,
    )
    yield Case("formula.csv", "shape", lambda: b"name,note\nx,=cmd|' /C calc'!A0\ny,@SUM(1)\n", ready, "=cmd|")
    yield Case("nul.csv", "shape", lambda: b"a,b\n1,\0\n2,x\n", ready | {S.UNDECODABLE})
    yield Case(
        "wide.jsonl",
        "shape",
        lambda: json.dumps({f"k{n}": n for n in range(100_000)}).encode(),
        big | REFUSED,
        slow=True,
    )
    yield Case(
        "long.jsonl",
        "shape",
        lambda: b'{"text": "' + b"x" * (70 << 20) + b'"}',
        frozenset({S.TOO_LARGE, S.TIMEOUT}),
        slow=True,
    )
    yield Case("number.json", "shape", lambda: b'{"a": ' + b"9" * 100_000 + b"}", ready | REFUSED)


def scripts() -> Iterator[Case]:
    ready = frozenset({S.READY})
    yield Case("rtl.txt", "script", lambda: "invoice\u202efdp.exe and שלום עולם\n".encode() * 10, ready, "שלום עולם")
    yield Case("zero-width.txt", "script", lambda: "A\u200bc\u200dm\ufeffe paid\u2060 10".encode() * 3, ready)
    yield Case(
        "only-zero-width.txt", "script", lambda: "\u200b\u200d\u2060\ufeff".encode() * 50, ready | {S.BLANK, S.NO_TEXT}
    )
    yield Case(
        "bidi.html",
        "script",
        lambda: "<p>‮evil‬ <bdo dir=rtl>abc</bdo> مرحبا بالعالم</p>".encode(),
        ready,
        "مرحبا بالعالم",
    )
    yield Case("combining.txt", "script", lambda: ("a" + "\u0301" * 5000 + " words\n").encode(), ready, "words")
    yield Case("rtl.docx", "script", lambda: docx("<w:p><w:r><w:t>שלום \u202eעולם</w:t></w:r></w:p>"), ready, "שלום")
    yield Case(
        "hidden.html",
        "script",
        lambda: b"<p style='display:none'>hidden</p><script>x</script><p>Shown.</p>",
        ready,
        "Shown.",
    )
    yield Case("emoji.md", "script", lambda: "# 👩‍👩‍👧‍👦 família\n\nWords.".encode(), ready, "família")
    yield Case("controls.csv", "script", lambda: b"a,b\n1,\x1b[31mred\x07\n2,y\n", ready | {S.UNDECODABLE})
    yield Case(
        "tags.txt",
        "script",
        lambda: ("plain" + "".join(chr(0xE0000 + ord(c)) for c in "hidden") + " words").encode(),
        ready,
        "words",
    )
