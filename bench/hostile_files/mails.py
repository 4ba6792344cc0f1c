"""Mails in mails, bombs in mails, broken headers."""

from __future__ import annotations

from collections.abc import Iterator

from bench.hostile_files.case import REFUSED, Case
from bench.hostile_files.making import (
    mail,
    packed,
)
from kg.types import DocumentStatus as S


def mails() -> Iterator[Case]:
    ready = frozenset({S.READY})

    def matryoshka(depth: int) -> bytes:
        inner = mail(Subject="level 0")
        inner.set_content("The innermost words.")
        for level in range(1, depth):
            outer = mail(Subject=f"level {level}")
            outer.set_content("See below.")
            outer.add_attachment(inner)
            inner = outer
        return inner.as_bytes()

    def quine() -> bytes:
        """A mail whose attachment says that it is the mail itself."""
        head = b"From: a@x.example\nSubject: loop\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        return head + (b"--b\nContent-Type: message/rfc822\n\n" + head) * 60 + b"--b--\n"

    def bombed() -> bytes:
        message = mail()
        message.set_content("Words.")
        message.add_attachment(
            packed({"a.txt": b"0" * (300 << 20)}), maintype="application", subtype="zip", filename="a.zip"
        )
        return message.as_bytes()

    def slipped() -> bytes:
        message = mail()
        message.set_content("Words.")
        message.add_attachment(
            b"Inner words.", maintype="text", subtype="plain", filename="../../../etc/cron.d/evil.txt"
        )
        return message.as_bytes()

    bounds = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(3000))
    some = frozenset({S.READY, S.TOO_LARGE})
    yield Case("matryoshka-4.eml", "mail", lambda: matryoshka(4), ready, "The innermost words.")
    yield Case("matryoshka-40.eml", "mail", lambda: matryoshka(40), some)
    yield Case("quine.eml", "mail", quine, some | REFUSED)
    yield Case(
        "boundaries.eml",
        "mail",
        lambda: b"From: a@x.example\nSubject: s\nContent-Type: multipart/mixed; boundary=b0\n\n" + bounds,
        some | REFUSED,
        slow=True,
    )
    yield Case("bombed.eml", "mail", bombed, some, "Words.", slow=True)
    yield Case("slipped.eml", "mail", slipped, ready, "Inner words.")
    yield Case(
        "headers.eml",
        "mail",
        lambda: b"From: a@x.example\n" + b"X-A: b\n" * 200_000 + b"\nWords.",
        ready,
        "Words.",
        slow=True,
    )
    yield Case(
        "folded.eml",
        "mail",
        lambda: b"Subject: a\n" + b" folded\n" * 20_000 + b"From: a@x.example\n\nWords.",
        ready,
        "Words.",
        slow=True,
    )
    yield Case(
        "badword.eml",
        "mail",
        lambda: b"From: =?utf-8?Q?=FF=FE?= <a@x.example>\nSubject: =?x-none?B?////?=\n\nWords.",
        ready,
        "Words.",
    )
    yield Case(
        "recipients.eml",
        "mail",
        lambda: b"From: a@x.example\nTo: " + b", ".join(b"u%d@x.example" % n for n in range(20_000)) + b"\n\nWords.",
        ready,
        "Words.",
        slow=True,
    )
    yield Case(
        "base64.eml",
        "mail",
        lambda: b"From: a@x.example\nContent-Transfer-Encoding: base64\n\n!!!!not base64!!!!",
        ready,
    )
    yield Case(
        "mails.mbox",
        "mail",
        lambda: b"From a@x.example Fri Dec 16 17:04:16 2022\nFrom: a@x.example\nSubject: s\n\nWords.\n\n" * 500,
        ready,
        "Words.",
    )
    yield Case("no-from.mbox", "mail", lambda: b"Subject: x\n\nWords.\n", REFUSED)
