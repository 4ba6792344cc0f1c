"""Who calls, and what he may do: keys where there are any, else whoever sits at this machine."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request

from api.keys import KeyStore
from api.settings import Settings
from kg.errors import PermissionDeniedError
from kg.types import PUBLIC, Viewer


class UnauthenticatedError(PermissionDeniedError):
    """The caller did not say who he is, or his key is unknown."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        name: For the log, and so that two callers' idempotency keys do not meet.
        sees: What he may read at most.
        writes: Whether he may add and delete documents and follow jobs.
        cypher: Whether he may query the graph itself.
        owner: Whether he is the machine's owner, by the token of the data directory.
    """

    name: str
    sees: Viewer
    writes: bool = False
    cypher: bool = False
    owner: bool = False

    def viewer(self, groups: Sequence[str] | None) -> Viewer:
        """Narrow what is read to some groups; None means all that the caller may see.

        Raises:
            PermissionDeniedError: a group is not among the caller's.
        """
        if groups is None:
            return self.sees
        asked = frozenset(groups) - {PUBLIC}
        if not self.sees.everything and not asked <= self.sees.groups:
            raise PermissionDeniedError(f"this key may not read for {', '.join(sorted(asked - self.sees.groups))}")
        return Viewer(asked)

    def may(self, allowed: bool, what: str) -> None:
        """Check a permission.

        Raises:
            PermissionDeniedError: it is not given.
        """
        if not allowed:
            raise PermissionDeniedError(what)


class Gate:
    """Decides who a request comes from.

    Args:
        settings: Says whether Cypher is open on the loopback.
        keys: The keys; while there is none, only this machine is let in.
        token: The owner's token, as it stands in the data directory.
    """

    def __init__(self, settings: Settings, keys: KeyStore, token: str) -> None:
        self._settings = settings
        self._keys = keys
        self._token = token

    def caller(self, request: Request) -> Caller:
        """Say who calls.

        Raises:
            UnauthenticatedError: a key is needed and missing or unknown.
            PermissionDeniedError: no key is set and the request does not come from this machine's own user.
        """
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        secret = secret.strip() if scheme.lower() == "bearer" else ""
        if secret and hmac.compare_digest(secret.encode(), self._token.encode()):
            return Caller("owner", Viewer.all(), writes=True, cypher=True, owner=True)
        keys = self._keys.all()
        if not keys:
            _only_this_machine(request)
            return Caller("loopback", Viewer.all(), writes=True, cypher=self._settings.allow_cypher)
        key = self._keys.find(secret) if secret else None
        if key is None:
            raise UnauthenticatedError("this needs a key that is known: Authorization: Bearer ...")
        return Caller(f"key {key.name}", key.viewer, writes=key.admin, cypher=key.cypher)


def _only_this_machine(request: Request) -> None:
    """Keep out other machines, proxies that speak for them, and web pages of others in a browser on this machine."""
    client = request.client.host if request.client else ""
    if not is_loopback(client) or "forwarded" in request.headers or "x-forwarded-for" in request.headers:
        raise PermissionDeniedError(
            "while no key is set, only this machine is answered: make one by `loregraph keys add`"
        )
    host = request.headers.get("host", "")
    if not is_loopback(_hostname(host)):  # a name of someone else's that was made to point here (DNS rebinding)
        raise PermissionDeniedError("while no key is set, ask for localhost or 127.0.0.1")
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        raise PermissionDeniedError("while no key is set, pages of other sites are not answered")


def _hostname(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    """Whether an address or host name is this machine's own."""
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback
