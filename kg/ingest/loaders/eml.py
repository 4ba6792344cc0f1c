"""Mails: headers, text, and the names of what is attached."""

from __future__ import annotations

from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from kg.errors import DocumentError
from kg.ingest.composer import Composer, clean, first_of, one_line, stem
from kg.ingest.loaders.encoding import decode
from kg.ingest.loaders.html import decode_html, write_html
from kg.ingest.loaders.reading import read_bytes
from kg.ingest.parsed import Parsed
from kg.types import DocumentStatus

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_DEEPEST = 5


def load(path: Path, name: str) -> Iterator[Parsed]:
    """Read a mail: a passage of headers, then its text, or its HTML where there is no text; mails inside it follow.

    Raises:
        DocumentError: it has no headers (CORRUPT).
    """
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(read_bytes(path))
    if not any(_header(message, key) for key in (*_SHOWN, "Message-ID", "MIME-Version", "Content-Type")):
        raise DocumentError(DocumentStatus.CORRUPT, "The file has no mail headers.")
    composer = Composer()
    attachments: list[str] = []
    _write(composer, message, attachments, 0)
    metadata = {"message_id": _header(message, "Message-ID"), "in_reply_to": _header(message, "In-Reply-To")}
    kept: dict[str, object] = {key: value for key, value in metadata.items() if value}
    if attachments:
        kept["attachments"] = attachments
    title = first_of(_header(message, "Subject"), stem(name))
    yield composer.parsed(title, "message/rfc822", date=_date(message), metadata=kept)


def _write(composer: Composer, message: EmailMessage, attachments: list[str], depth: int) -> None:
    lines = [f"{key}: {text}" for key in _SHOWN if (text := _header(message, key))]
    if lines:
        composer.header("\n".join(lines))
    body = _body(message)
    inner: list[EmailMessage] = []
    for part in message.walk() if depth < _DEEPEST else ():
        if part.get_content_type() == "message/rfc822" and isinstance(payload := part.get_payload(), list):
            inner.extend(mail for mail in payload if isinstance(mail, EmailMessage))
    nested = {id(part) for mail in inner for part in mail.walk()}
    for part in message.walk():
        if part is not body and id(part) not in nested and (file := _file_name(part)):
            attachments.append(file)
    if body is not None:
        _write_body(composer, body)
    top = {id(part) for mail in inner for part in mail.walk() if part is not mail}
    for mail in inner:
        if id(mail) not in top:
            _write(composer, mail, attachments, depth + 1)


def _body(message: EmailMessage) -> EmailMessage | None:
    try:
        body = message.get_body(("plain", "html"))
    except (AttributeError, KeyError, ValueError):  # broken structure
        body = None
    if body is None and message.get_content_maintype() == "text" and not message.is_multipart():
        body = message
    return body if isinstance(body, EmailMessage) else None


def _write_body(composer: Composer, body: EmailMessage) -> None:
    payload = body.get_payload(decode=True)
    if not isinstance(payload, bytes) or not payload.strip():
        return
    if body.get_content_subtype() == "html":
        write_html(composer, decode_html(payload))
    else:
        charset = body.get_content_charset()
        text = decode(payload, charset).replace("\r\n", "\n").replace("\r", "\n")
        composer.verbatim(text)


def _file_name(part: EmailMessage) -> str | None:
    try:
        name = part.get_filename()
    except (AttributeError, KeyError, ValueError, TypeError):
        return None
    return one_line(name) if name else None


def _header(message: EmailMessage, key: str) -> str:
    """Read a header, decoded; a header too broken for the parser is taken as it stands."""
    try:
        value = message.get(key)
        return one_line(str(value)) if value is not None else ""
    except (AttributeError, IndexError, KeyError, LookupError, TypeError, ValueError):
        raw = next((raw for name, raw in message.raw_items() if name.lower() == key.lower()), "")
        return one_line(clean(str(raw)))


def _date(message: EmailMessage) -> str | None:
    text = _header(message, "Date")
    try:
        return parsedate_to_datetime(text).isoformat(timespec="seconds")
    except (ValueError, TypeError, IndexError, OverflowError):
        from kg.ingest.dates import iso_date

        return iso_date(text) if text else None
