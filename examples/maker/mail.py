"""E-mail: RFC 5322 headers, threads by In-Reply-To, quoted text, an HTML alternative where the recipe asks for one."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from maker.recipe import Recipe


def message(recipe: Recipe) -> bytes:
    """Write one message as a mail server would store it."""
    mail = EmailMessage(policy=SMTP)
    extra = recipe.extra
    mail["From"] = _address(extra["from"])
    mail["To"] = [_address(each) for each in extra["to"]]
    if "cc" in extra:
        mail["Cc"] = [_address(each) for each in extra["cc"]]
    mail["Subject"] = recipe.title
    mail["Date"] = format_datetime(datetime.fromisoformat(recipe.date))
    mail["Message-ID"] = f"<{extra['id']}@northwind.example>"
    if "reply_to" in extra:
        mail["In-Reply-To"] = mail["References"] = f"<{extra['reply_to']}@northwind.example>"
    encoding = "base64" if recipe.language == "zh" else "quoted-printable"
    mail.set_content(_plain(recipe), cte=encoding)
    if extra.get("html"):
        paragraphs = "".join(
            f"<blockquote>{escape(b.text)}</blockquote>" if b.kind == "quote" else f"<p>{escape(b.text)}</p>"
            for b in recipe.blocks
        )
        mail.add_alternative(f"<html><body>{paragraphs}</body></html>", subtype="html", cte=encoding)
        mail.set_boundary(f"=_{extra['id']}")  # the library draws one at random otherwise
    return mail.as_bytes()


def _plain(recipe: Recipe) -> str:
    parts = []
    for block in recipe.blocks:
        if block.kind == "bullets":
            parts.append("\n".join(f"- {row[0]}" for row in block.rows))
        else:
            mark = "> " if block.kind == "quote" else ""
            parts.append("\n".join(mark + line for line in block.text.splitlines()))
    return "\n\n".join(parts) + "\n"


def _address(written: str) -> Address:
    name, _, address = written.rstrip(">").partition(" <")
    return Address(name, addr_spec=address)
