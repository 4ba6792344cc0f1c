"""What all mails have in common, whatever file they come in: headers, people, the thread, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from email.utils import getaddresses

from kg.ingest.about import About
from kg.ingest.colophon import OFFICE, first_line, mail_records, schema_of
from kg.ingest.composer import Composer, clean, first_of, one_line, stem
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.parsed import Field, Part
from kg.types import Value
from kg.values import parse_date

_ADDRESS = re.compile(r"[^\s@<>\"(),;:]+@[^\s@<>\"(),;:]+\.[^\s@<>\"(),;:]+")
_ID = re.compile(r"<([^<>\s]+)>")
_SHARED = re.compile(
    r"(?i)^(info|office|contact|kontakt|mail|sales|support|service|help|hello|admin|billing|accounts?|orders?|news|"
    r"newsletter|marketing|press|jobs|hr|team|no-?reply|do-?not-?reply|notifications?|alerts?|webmaster|postmaster|list|"
    r"mailer-daemon)\b"
)
_MOST_RECIPIENTS = 500
NO_SUBJECT = "(no subject)"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    content: bytes


@dataclass(slots=True)
class Mail:
    """A mail as its file gives it: headers as text, decoded."""

    sender: str = ""
    to: str = ""
    copies: str = ""
    date: str = ""  # as it is written
    sent: str | None = None  # ISO 8601
    subject: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)  # names of pictures in the text, which are no documents

    @property
    def answered(self) -> str:
        """The id of the mail that this one answers; "" where it answers none."""
        found = _ID.findall(self.in_reply_to) or _ID.findall(self.references)[-1:]
        return one_line(found[0]) if found else ""


def message_key(message_id: str, external_id: str) -> str:
    """What a mail is known by: its message id, which is its own wherever it lies; else its document's id."""
    found = _ID.search(message_id)
    return one_line(found[1] if found else message_id.strip("<> ")) or external_id


class Header:
    """Writes a mail's headers and remembers what their cells are.

    Args:
        mail: The mail.
        start: Where the headers begin in the document's text.
    """

    def __init__(self, mail: Mail, start: int) -> None:
        self.text = ""
        self.fields: list[Field] = []
        self.people: list[tuple[Field, Field]] = []
        self._start = start
        self._people("From", "sender", mail.sender)
        self._people("To", "recipient", mail.to)
        self._people("Cc", "copied to", mail.copies)
        if mail.date:
            day = parse_date(mail.sent[:10]) if mail.sent else None
            self._line("Date")
            self._cell("date sent", mail.date, day)
            if day is None:
                self.fields.pop()
        self._line("Subject")
        self._cell("subject", first_line(mail.subject, 1_000) or NO_SUBJECT)
        if mail.answered:
            self._line("In reply to")
            self._cell("reply to", mail.answered, reference=("Mail", mail.answered))

    def _people(self, label: str, column: str, text: str) -> None:
        if not text:
            return
        self._line(label)
        found = [(one_line(name), one_line(address)) for name, address in getaddresses([text])[:_MOST_RECIPIENTS]]
        found = [(name, address) for name, address in found if name or address]
        if not found:
            self.text += one_line(text)
        for number, (name, address) in enumerate(found):
            self.text += ", " if number else ""
            self._person(column, name, address)

    def _person(self, column: str, name: str, address: str) -> None:
        known = bool(_ADDRESS.fullmatch(address))
        kind = "Organization" if known and _SHARED.match(address) else "Person"
        column += OFFICE if kind == "Organization" else ""
        shown = name.strip("'\" ") if name and name.lower() != address.lower() else ""
        if not shown and not known:  # a name alone, or something else
            self._cell(column, address or name)
            return
        if not shown:
            mailbox = self._cell(column, address)
            self.people.append((_as(mailbox, kind), _as(mailbox, "e-mail address", address)))
            return
        cell = self._cell(column, shown)
        if address:
            self.text += " <"
            begin = self._start + len(self.text)
            self.text += address + ">"
            if known:
                place = Field("e-mail address", address, begin, begin + len(address), _email(address))
                self.people.append((_as(cell, kind), place))

    def _line(self, label: str) -> None:
        self.text += f"{chr(10) if self.text else ''}{label}: "

    def _cell(
        self, column: str, shown: str, value: Value | None = None, reference: tuple[str, str] | None = None
    ) -> Field:
        text = one_line(shown)
        begin = self._start + len(self.text)
        self.text += text
        cell = Field(column, text, begin, begin + len(text), value, reference)
        self.fields.append(cell)
        return cell


def _as(cell: Field, column: str, address: str = "") -> Field:
    return Field(column, cell.text, cell.start, cell.end, _email(address) if address else None)


def _email(address: str) -> Value:
    return Value("Email", address.lower())


def begin(composer: Composer, mail: Mail) -> Header:
    """Write a mail's headers; its text follows."""
    header = Header(mail, 0)
    composer.header(header.text)
    return header


def documents(
    composer: Composer,
    mail: Mail,
    header: Header,
    name: str,
    nesting: Nesting,
    media_type: str,
    *,
    external_id: str | None = None,
) -> Iterator[Part]:
    """Finish a mail whose headers and text are written: its document, then those of what is attached to it.

    Args:
        composer: Holds headers and text.
        mail: The mail.
        header: Its headers, as `begin` wrote them.
        name: What its document is known by.
        nesting: How deep in files it lies.
        media_type: Of the file that it came in.
        external_id: Its document's id, where its file holds several mails.
    """
    key = message_key(mail.message_id, name)
    for row in mail_records(key, (0, len(header.text)), header.fields, header.people):
        composer.record(row)
    metadata = {"message_id": mail.message_id, "in_reply_to": mail.in_reply_to}
    kept: dict[str, object] = {key: value for key, value in metadata.items() if value}
    names = [*(one.name for one in mail.attachments), *mail.hidden]
    if names:
        kept["attachments"] = names
    title = first_of(mail.subject, stem(name))
    yield composer.parsed(
        title, media_type, date=mail.sent, metadata=kept, external_id=external_id, about=About(mail=key),
        schema=schema_of({"Mail", *(who.column for who, _ in header.people)}),
    )  # fmt: skip
    yield from attached(mail.attachments, name, nesting, key, first_line(title))


def attached(attachments: Sequence[Attachment], name: str, nesting: Nesting, key: str, subject: str) -> Iterator[Part]:
    """Read what is attached to a mail; of several files of one name each gets a number."""
    seen: dict[str, int] = {}
    for one in attachments:
        inner = clean(one.name).replace("/", "_").replace("\\", "_").lstrip(".") or "attachment"
        seen[inner] = seen.get(inner, 0) + 1
        if seen[inner] > 1:
            front, dot, suffix = inner.rpartition(".")
            inner = f"{front} ({seen[inner]}).{suffix}" if dot else f"{inner} ({seen[inner]})"
        yield from nesting.parts(name, inner, one.content, mail=key, parent=subject)
