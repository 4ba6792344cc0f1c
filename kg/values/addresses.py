"""E-mail addresses and URLs."""

from __future__ import annotations

import re

from kg.types import Value

EMAIL = (
    r"[A-Za-z0-9](?:[A-Za-z0-9._%+'-]{0,62}[A-Za-z0-9_%+-])?"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
"""What an e-mail address looks like in a text: the usual subset of RFC 5321, without quoted local parts."""

URL = (
    r"(?:https?://|ftp://|www\.)[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?"
    r"(?:[/?#](?:[A-Za-z0-9._~:/?#@!$&'*+,;=%\[\]-]|\([A-Za-z0-9._~%-]*\))*(?<![.,;:!?'\]]))?"
)
"""What a URL looks like in a text: RFC 3986 in ASCII, without the punctuation of the sentence around it."""

_EMAIL = re.compile(EMAIL)
_URL = re.compile(URL, re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}|localhost", re.IGNORECASE)


def parse_email(text: str) -> Value | None:
    """Read an e-mail address; its domain is folded to lower case, its local part is not (RFC 5321, 2.4)."""
    text = text.strip().removeprefix("mailto:")
    if len(text) > 254 or not _EMAIL.fullmatch(text) or ".." in text:
        return None
    local, _, domain = text.rpartition("@")
    return Value("Email", f"{local}@{domain.lower()}")


def parse_url(text: str) -> Value | None:
    """Read a URL with a scheme or a leading www; scheme and host are folded to lower case (RFC 3986, 6.2.2.1)."""
    text = text.strip()
    if not _URL.fullmatch(text):
        return None
    scheme, separator, rest = text.rpartition("://") if "://" in text[:8] else ("", "", text)
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not _HOST.fullmatch(authority.split(":")[0]):
        return None
    return Value("Url", scheme.lower() + separator + authority.lower() + rest[len(authority) :])
