"""Outlook messages (msg): headers, text, and what is attached, read from the streams of the compound file."""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Iterator
from email import policy
from email.parser import HeaderParser
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import DocumentError
from kg.ingest.colophon import first_line
from kg.ingest.composer import Composer, one_line
from kg.ingest.loaders.encoding import decode
from kg.ingest.loaders.html import decode_html, write_html
from kg.ingest.loaders.mail import Attachment, Mail, begin, documents, message_key
from kg.ingest.loaders.nesting import Nesting
from kg.ingest.loaders.rtf import write_rtf
from kg.ingest.parsed import Part
from kg.types import DocumentStatus

if TYPE_CHECKING:
    import olefile

# Property tags of MS-OXPROPS: what a stream's name holds in hexadecimal, and its type.
_SUBJECT, _BODY, _HTML, _RTF, _HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
_SENDER_NAME, _SENDER_ADDRESS, _SENDER_SMTP = 0x0C1A, 0x0C1F, 0x5D01
_TO, _COPIES, _MESSAGE_ID, _IN_REPLY_TO, _REFERENCES = 0x0E04, 0x0E03, 0x1035, 0x1042, 0x1039
_CLASS, _SUBMITTED, _DELIVERED = 0x001A, 0x0039, 0x0E06
_NAME, _ADDRESS, _SMTP, _RECIPIENT_TYPE = 0x3001, 0x3003, 0x39FE, 0x0C15
_FILE, _LONG_FILE, _DATA, _CONTENT_ID, _HIDDEN = 0x3704, 0x3707, 0x3701, 0x3712, 0x7FFE
_UNICODE, _BYTES, _STRING8, _TIME, _NUMBER, _TRUTH, _OBJECT = 0x001F, 0x0102, 0x001E, 0x0040, 0x0003, 0x000B, 0x000D
_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
_MEDIA_TYPE = "application/vnd.ms-outlook"


def load(path: Path, name: str, nesting: Nesting) -> Iterator[Part]:
    """Read a message, mails and files attached to it.

    Raises:
        DocumentError: it is damaged (CORRUPT) or encrypted (ENCRYPTED).
    """
    import olefile

    try:
        with olefile.OleFileIO(path) as file:
            yield from _message(_Storage(file, ()), name, nesting)
    except DocumentError:
        raise
    except (OSError, ValueError, struct.error, KeyError, IndexError) as error:
        raise DocumentError(DocumentStatus.CORRUPT, f"The message is damaged or cut short: {error}.") from error


class _Storage:
    """A message, an attachment or a recipient: properties by their tags."""

    def __init__(self, file: olefile.OleFileIO, at: tuple[str, ...]) -> None:
        self._file = file
        self._at = at
        self._fixed = self._read_fixed()

    def inside(self, prefix: str) -> list[_Storage]:
        """The storages in it whose names begin so, in order."""
        depth = len(self._at)
        names = {
            entry[depth]
            for entry in self._file.listdir(streams=True, storages=True)
            if len(entry) > depth and tuple(entry[:depth]) == self._at and entry[depth].startswith(prefix)
        }
        return [_Storage(self._file, (*self._at, name)) for name in sorted(names)]

    def content(self, tag: int, kind: int = _BYTES) -> bytes | None:
        """A property of any length."""
        path = [*self._at, f"__substg1.0_{tag:04X}{kind:04X}"]
        return self._file.openstream(path).read() if self._file.exists(path) and not self._is_storage(path) else None

    def text(self, *tags: int) -> str:
        """The first of some texts that is not blank."""
        for tag in tags:
            if (wide := self.content(tag, _UNICODE)) is not None:
                found = wide.decode("utf-16-le", "replace")
            elif (narrow := self.content(tag, _STRING8)) is not None:
                found = decode(narrow) if narrow.strip(b"\0 \r\n") else ""
            else:
                continue
            if found := found.strip("\0"):
                return found
        return ""

    def number(self, tag: int) -> int | None:
        """A number or a truth value."""
        for kind in (_NUMBER, _TRUTH):
            if (found := self._fixed.get((tag, kind))) is not None:
                return int(struct.unpack("<i", found[:4])[0])
        return None

    def time(self, tag: int) -> dt.datetime | None:
        """A point in time."""
        found = self._fixed.get((tag, _TIME))
        if found is None:
            return None
        try:
            return _EPOCH + dt.timedelta(microseconds=struct.unpack("<Q", found)[0] // 10)
        except OverflowError:
            return None

    def message(self) -> _Storage | None:
        """The message that is attached here, where one is."""
        path = [*self._at, f"__substg1.0_{_DATA:04X}{_OBJECT:04X}"]
        return _Storage(self._file, tuple(path)) if self._is_storage(path) else None

    def _is_storage(self, path: list[str]) -> bool:
        import olefile

        return bool(self._file.exists(path)) and self._file.get_type(path) == olefile.STGTY_STORAGE

    def _read_fixed(self) -> dict[tuple[int, int], bytes]:
        path = [*self._at, "__properties_version1.0"]
        if not self._file.exists(path):
            return {}
        data = self._file.openstream(path).read()
        # A file's own message has 32 bytes in front, one inside it 24, attachments and recipients 8.
        inner = self._at[-1].startswith("__substg1.0_") if self._at else False
        start = 24 if inner else 8 if self._at else 32
        return {
            (tag, kind): data[at + 8 : at + 16]
            for at in range(start, len(data) - 15, 16)
            for kind, tag in [struct.unpack_from("<HH", data, at)]
        }


def _message(storage: _Storage, name: str, nesting: Nesting) -> Iterator[Part]:
    if "smime" in storage.text(_CLASS).lower() and storage.text(_CLASS).lower().endswith("smime"):
        raise DocumentError(DocumentStatus.ENCRYPTED, "The message is encrypted.")
    mail, inner = _mail(storage)
    composer = Composer()
    header = begin(composer, mail)
    _write_body(composer, storage)
    yield from documents(composer, mail, header, name, nesting, _MEDIA_TYPE)
    for one in inner:
        title = one_line(one.text(_SUBJECT))[:80] or "message"
        yield from nesting.within(
            name,
            f"{title.replace('/', '_')}.msg",
            partial(_message, one),
            mail=message_key(mail.message_id, name),
            parent=first_line(mail.subject),
        )


def _mail(storage: _Storage) -> tuple[Mail, list[_Storage]]:
    """Read headers and attachments.

    Returns:
        The mail and the messages attached to it.
    """
    headers = HeaderParser(policy=policy.default).parsestr(storage.text(_HEADERS))
    recipients = storage.inside("__recip_version1.0_#")
    sent = storage.time(_SUBMITTED) or storage.time(_DELIVERED)
    mail = Mail(
        sender=_person(storage.text(_SENDER_NAME), storage.text(_SENDER_SMTP, _SENDER_ADDRESS)),
        to=_people(recipients, 1) or one_line(storage.text(_TO)),
        copies=_people(recipients, 2) or one_line(storage.text(_COPIES)),
        date=sent.strftime("%Y-%m-%d %H:%M") if sent else "",
        sent=sent.isoformat(timespec="seconds") if sent else None,
        subject=one_line(storage.text(_SUBJECT)),
        message_id=storage.text(_MESSAGE_ID) or _header(headers, "Message-ID"),
        in_reply_to=storage.text(_IN_REPLY_TO) or _header(headers, "In-Reply-To"),
        references=storage.text(_REFERENCES) or _header(headers, "References"),
    )
    inner: list[_Storage] = []
    for attachment in storage.inside("__attach_version1.0_#"):
        name = one_line(attachment.text(_LONG_FILE, _FILE, _NAME))
        content = attachment.content(_DATA)
        if (message := attachment.message()) is not None:
            inner.append(message)
        elif content is not None:
            if attachment.number(_HIDDEN) or (attachment.text(_CONTENT_ID) and _is_picture(name)):
                mail.hidden += [name] if name else []
            else:
                mail.attachments.append(Attachment(name or "attachment", content))
    return mail, inner


def _header(headers: object, key: str) -> str:
    try:
        return one_line(str(headers.get(key) or ""))  # type: ignore[attr-defined]
    except (ValueError, IndexError, LookupError, TypeError, AttributeError):
        return ""


def _people(recipients: list[_Storage], kind: int) -> str:
    found = [one for one in recipients if (one.number(_RECIPIENT_TYPE) or 1) == kind]
    return ", ".join(_person(one.text(_NAME), one.text(_SMTP, _ADDRESS)) for one in found)


def _person(name: str, address: str) -> str:
    plain, mailbox = one_line(name).replace('"', ""), one_line(address)
    if "@" not in mailbox:  # an address of Exchange's own
        return f'"{plain}"' if plain else ""
    return f'"{plain}" <{mailbox}>' if plain and plain.lower() != mailbox.lower() else mailbox


def _is_picture(name: str) -> bool:
    return name.lower().endswith((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".emf", ".wmf"))


def _write_body(composer: Composer, storage: _Storage) -> None:
    """Write the plain text, else the HTML, else the text that is kept as compressed RTF."""
    plain = storage.text(_BODY)
    if plain.strip():
        composer.verbatim(plain.replace("\r\n", "\n").replace("\r", "\n"))
        return
    html = storage.content(_HTML) or storage.text(_HTML).encode()
    if html.strip():
        write_html(composer, decode_html(html))
    elif packed := storage.content(_RTF):
        import compressed_rtf

        write_rtf(composer, compressed_rtf.decompress(packed).decode("latin-1"))
