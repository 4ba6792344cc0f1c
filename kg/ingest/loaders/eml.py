"""Mails as mail programs save them: headers, text, and what is attached."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.composer import Composer, clean, one_line
from kg.ingest.dates import iso_date
from kg.ingest.loaders.encoding import decode
from kg.ingest.loaders.html import decode_html, write_html
from kg.ingest.loaders.mail import Attachment, Mail, begin, documents
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.reading import read_bytes
from kg.ingest.parsed import Part
from kg.types import DocumentStatus

_KNOWN = ("From", "To", "Cc", "Date", "Subject", "Message-ID", "MIME-Version", "Content-Type")
_MOST_PARTS = 2_000
_LONGEST_HEADER = 20_000  # characters; the parser takes the square of their number
_SIGNATURES = frozenset({"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"})
_CALENDAR = "text/calendar"


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read a mail: a passage of headers, then its text, or its HTML where there is no text; attached files follow.

    Raises:
        DocumentError: it has no headers (CORRUPT).
    """
    yield from read_message(read_bytes(path), name, nesting, "message/rfc822")


def read_message(
    data: bytes, name: str, nesting: Nesting, media_type: str, *, external_id: str | None = None
) -> Iterator[Part]:
    """Read a mail and what is attached to it.

    Args:
        data: The mail as it is sent.
        name: What its document is known by.
        nesting: How deep in files it lies.
        media_type: Of the file that it came in.
        external_id: Its document's id, where its file holds several mails.

    Raises:
        DocumentError: it has no headers (CORRUPT).
    """
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(data)
    if not any(_header(message, key) for key in _KNOWN):
        raise DocumentError(DocumentStatus.CORRUPT, "The file has no mail headers.")
    mail = Mail(
        sender=_header(message, "From"),
        to=_header(message, "To"),
        copies=_header(message, "Cc"),
        date=_header(message, "Date"),
        sent=_date(message),
        subject=_header(message, "Subject"),
        message_id=_header(message, "Message-ID"),
        in_reply_to=_header(message, "In-Reply-To"),
        references=_header(message, "References"),
    )
    composer = Composer()
    header = begin(composer, mail)
    body = _body(message)
    _gather(message, body, mail)
    if body is not None:
        _write_body(composer, body)
    yield from documents(composer, mail, header, name, nesting, media_type, external_id=external_id)


def _gather(message: EmailMessage, body: EmailMessage | None, mail: Mail) -> None:
    """Find what is attached: files, mails, and texts beside the body, but not pictures that the text shows."""
    stack: list[EmailMessage] = [message]
    left = _MOST_PARTS
    while stack and left:
        part = stack.pop()
        left -= 1
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind == "message/rfc822" and isinstance(inner, list):
            for one in inner:
                if isinstance(one, EmailMessage):
                    mail.attachments.append(Attachment(f"{_title(one)}.eml", _bytes(one)))
        elif isinstance(inner, list):
            if kind == "multipart/alternative" and _inside(part, body):
                # The other forms of the text say the same again; what only one of them carries along is looked at.
                inner = [one for one in inner if isinstance(one, EmailMessage) and one.is_multipart()]
            stack.extend(one for one in reversed(inner) if isinstance(one, EmailMessage))
        elif part is not body and kind not in _SIGNATURES:
            _take(part, mail)


def _inside(part: EmailMessage, body: EmailMessage | None) -> bool:
    return body is not None and any(one is body for one in part.walk())


def _take(part: EmailMessage, mail: Mail) -> None:
    content = _payload(part)
    name = _file_name(part)
    shown = part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"
    if part.get_content_maintype() == "image" and shown:
        mail.hidden += [name] if name else []
    elif name or (content.strip() and part.get_content_maintype() == "text"):
        suffix = {"text/html": ".html", _CALENDAR: ".ics"}.get(part.get_content_type(), ".txt")
        mail.attachments.append(Attachment(name or f"part{suffix}", content))


def _title(message: EmailMessage) -> str:
    return _header(message, "Subject")[:80] or "mail"


def _bytes(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes()
    except (
        LookupError,
        ValueError,
        TypeError,
        AttributeError,
        KeyError,
        IndexError,
    ):  # headers too broken to be written
        return message.as_bytes(policy=policy.compat32)


def _payload(part: EmailMessage) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _body(message: EmailMessage) -> EmailMessage | None:
    try:
        body = message.get_body(("plain", "html"))
    except (AttributeError, KeyError, ValueError):  # broken structure
        body = None
    if isinstance(body, EmailMessage) and not _payload(body).strip():  # a mail whose plain text is empty shows its HTML
        with contextlib.suppress(AttributeError, KeyError, ValueError):
            body = message.get_body(("html",)) or body
    if body is None and message.get_content_maintype() == "text" and not message.is_multipart():
        body = message
    return body if isinstance(body, EmailMessage) else None


def _write_body(composer: Composer, body: EmailMessage) -> None:
    payload = _payload(body)
    if not payload.strip():
        return
    if body.get_content_subtype() == "html":
        write_html(composer, decode_html(payload))
    else:
        text = decode(payload, body.get_content_charset()).replace("\r\n", "\n").replace("\r", "\n")
        composer.verbatim(text)


def _file_name(part: EmailMessage) -> str | None:
    try:
        name = part.get_filename()
    except (AttributeError, KeyError, ValueError, TypeError):
        return None
    return one_line(name) if name else None


def _header(message: EmailMessage, key: str) -> str:
    """Read a header, decoded; a header too broken or too long for the parser is taken as it stands."""
    raw = next((str(raw) for name, raw in message.raw_items() if name.lower() == key.lower()), "")
    if len(raw) > _LONGEST_HEADER:
        return one_line(clean(raw))
    try:
        value = message.get(key)
        return one_line(str(value)) if value is not None else ""
    except (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError):
        return one_line(clean(raw))


def _date(message: EmailMessage) -> str | None:
    text = _header(message, "Date")
    try:
        return parsedate_to_datetime(text).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(text) if text else None
