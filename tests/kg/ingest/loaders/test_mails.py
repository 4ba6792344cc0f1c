"""Mails: people, threads and attachments, whatever file they come in."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from ingest_samples import check, parts_of

from kg.ingest.loaders import HEAD, loader_for
from kg.ingest.parsed import Parsed, Part, Unread
from kg.ingest.rows import TableReading, read_tables
from kg.ontology import Ontology
from kg.types import ChunkKind, Document

SAMPLES = Path(__file__).parents[4].parent / "shared" / "data" / "formats"


def mail(**headers: str) -> EmailMessage:
    message = EmailMessage()
    for key, value in {
        "From": "Ada Lovelace <ada@acme.example>",
        "To": "李明 <li@acme.example>, bob@foo.example",
        "Cc": "Help desk <support@acme.example>",
        "Subject": "Our offer; final",
        "Date": "Fri, 16 Dec 2022 17:04:16 -0500",
        "Message-ID": "<1@acme.example>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }.items():
        message[key] = value
    return message


def parts(path: Path, content: bytes) -> list[Part]:
    path.write_bytes(content)
    found = list(loader_for(path, content[:HEAD]).load(path, path.name))
    for part in found:
        if isinstance(part, Parsed):
            check(part)
    return found


def stated(part: Parsed, source: str = "x") -> tuple[set[tuple[str, str, str]], TableReading]:
    """The statements of a document's rows, by the texts of their mentions."""
    document = Document(part.external_id or source, source, part.title, part.text)
    reading = read_tables(document, part.records, source, Ontology.load(), part.schema)
    mentions = {mention.id: mention for mention in reading.mentions}
    shown = {(mentions[s.subject].text, s.predicate, mentions[s.object].text) for s in reading.statements}
    return shown, reading


def test_people_dates_and_threads_are_statements(tmp_path: Path) -> None:
    message = mail(In_Reply_To="<0@foo.example>")
    message.set_content("Dear Li,\n\nsee below.\n")
    (part,) = parts(tmp_path / "a.eml", message.as_bytes())
    assert isinstance(part, Parsed)
    shown, reading = stated(part)
    assert shown == {
        ("Our offer; final", "SENDER", "Ada Lovelace"),
        ("Our offer; final", "RECIPIENT", "李明"),
        ("Our offer; final", "RECIPIENT", "bob@foo.example"),
        ("Our offer; final", "COPIED_TO", "Help desk"),
        ("Our offer; final", "DATE_SENT", "Fri, 16 Dec 2022 17:04:16 -0500"),
        ("Our offer; final", "REPLY_TO", "0@foo.example"),
        ("Ada Lovelace", "EMAIL_ADDRESS", "ada@acme.example"),
        ("李明", "EMAIL_ADDRESS", "li@acme.example"),
        ("bob@foo.example", "EMAIL_ADDRESS", "bob@foo.example"),
        ("Help desk", "EMAIL_ADDRESS", "support@acme.example"),
    }
    types = {mention.text: mention.type for mention in reading.mentions if mention.value is None}
    assert (types["Ada Lovelace"], types["Help desk"], types["0@foo.example"]) == ("Person", "Organization", "Mail")
    dates = [mention.value for mention in reading.mentions if mention.type == "Date"]
    assert [value.text for value in dates if value is not None] == ["2022-12-16"]
    identifiers = {text for found in reading.identifiers.values() for text in found}
    assert identifiers == {"mailto:ada@acme.example", "mailto:li@acme.example", "mailto:bob@foo.example"}


def test_a_mail_and_the_answer_to_it_meet_wherever_they_lie(tmp_path: Path) -> None:
    first, answer = mail(), mail(Message_ID="<2@foo.example>", In_Reply_To="<1@acme.example>", Subject="Re: Our offer")
    keys = []
    for number, message in enumerate((first, answer)):
        message.set_content("Words.")
        (part,) = parts(tmp_path / f"{number}.eml", message.as_bytes())
        assert isinstance(part, Parsed)
        keys.append({key for key in stated(part, f"{number}.eml")[1].keys.values() if "#Mail/" in key})
    assert keys[0] == {"mail#Mail/1@acme.example"}
    assert keys[1] == {"mail#Mail/1@acme.example", "mail#Mail/2@foo.example"}


def test_what_is_attached_is_read_and_linked(tmp_path: Path) -> None:
    inner = mail(Subject="Inner", Message_ID="<9@x.example>")
    inner.set_content("The inner words.")
    message = mail()
    message.set_content("See below.")
    message.add_related(b"\x89PNG\r\n\x1a\n", "image", "png", cid="<logo>", filename="logo.png", disposition="inline")
    message.make_mixed()
    message.add_attachment(b"name,price\nEngine,100\nWheel,5\n", "text", "csv", filename="prices.csv")
    message.add_attachment(b"%PDF-", "application", "pdf", filename="../broken.pdf")
    message.add_attachment(inner)
    outer, *attached = parts(tmp_path / "a.eml", message.as_bytes())
    assert isinstance(outer, Parsed)
    assert outer.metadata["attachments"] == ["prices.csv", "../broken.pdf", "Inner.eml", "logo.png"]
    assert [part.external_id for part in attached] == [
        "a.eml!/prices.csv", "a.eml!/_broken.pdf", "a.eml!/Inner.eml",
    ]  # fmt: skip
    prices, broken, again = attached
    assert isinstance(prices, Parsed)
    assert isinstance(broken, Unread)
    assert isinstance(again, Parsed)
    assert again.text.endswith("The inner words.")
    assert prices.about is not None
    assert prices.about.parent is not None
    assert (prices.about.parent.mail, prices.about.parent.name) == ("1@acme.example", "Our offer; final")


def test_a_mail_whose_plain_text_is_empty_shows_its_html(tmp_path: Path) -> None:
    message = mail()
    message.set_content(" \n")
    message.add_alternative("<p>Shown.</p>", subtype="html")
    (part,) = parts(tmp_path / "a.eml", message.as_bytes())
    assert isinstance(part, Parsed)
    assert part.text.endswith("Shown.")
    assert part.chunks[0].kind is ChunkKind.HEADER


def test_broken_headers_lose_nothing(tmp_path: Path) -> None:
    raw = b"From: nobody at all\nTo: ,,;\nSubject: =?x-none?B?////?=\nDate: sometime\n\nWords."
    (part,) = parts(tmp_path / "a.eml", raw)
    assert isinstance(part, Parsed)
    assert "nobody" in part.text
    assert "sometime" in part.text
    assert part.text.endswith("Words.")


def test_a_mailbox_is_a_document_a_mail(tmp_path: Path) -> None:
    content = b""
    for number in range(3):
        message = mail(Message_ID=f"<{number}@x.example>", Subject=f"Mail {number}")
        message.set_content("Words.\n\n>From here on quoted.\n")
        content += b"From ada@acme.example Fri Dec 16 17:04:16 2022\n" + message.as_bytes() + b"\n"
    content += b"From x Fri Dec 16 17:04:16 2022\nno headers here\n\n"
    *found, bad = parts(tmp_path / "box.mbox", content)
    assert [part.external_id for part in found] == [f"box.mbox#{number}@x.example" for number in range(3)]
    assert [part.title for part in found] == ["Mail 0", "Mail 1", "Mail 2"]
    assert all(isinstance(part, Parsed) and "\nFrom here on" in part.text for part in found)
    assert isinstance(bad, Unread)


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the public collection of files is not there")
def test_outlook_messages_are_mails_too() -> None:
    outer, text, _ = parts_of(SAMPLES / "docling" / "email" / "msg_with_attachment.msg")
    assert isinstance(outer, Parsed)
    assert isinstance(text, Parsed)
    check(outer)
    assert ("Email with Attachment", "SENDER", "Alice Example") in stated(outer)[0]
    assert text.text.startswith("This is a test attachment file.")
