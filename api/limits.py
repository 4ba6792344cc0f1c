"""ASGI middleware around everything: bodies that are too large end at once, and browsers get strict headers."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import respond

ORDINARY_BODY = 1 << 20
UPLOADS = frozenset({"/v1/documents", "/v1/models", "/v1/models/compare", "/v1/models/promote", "/v1/models/gate"})
HEADERS = (
    (b"content-security-policy", b"default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
)


class BodyLimit:
    """Answers 413 as soon as a body is known to be too large, by its declared length or by counting.

    Args:
        app: What is limited.
        uploads: Most bytes for documents, models and labelled texts; any other body may have 1 MiB.
    """

    def __init__(self, app: ASGIApp, uploads: int) -> None:
        self._app = app
        self._uploads = uploads

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._uploads if scope["path"].rstrip("/") in UPLOADS else ORDINARY_BODY
        refusal = respond(413, "content-too-large", f"the body may have at most {limit} bytes")
        refusal.headers["connection"] = "close"
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            await refusal(scope, receive, send)
            return
        seen = 0
        answered = refused = False

        async def counted() -> Message:
            nonlocal seen, refused
            if refused:
                return {"type": "http.disconnect"}
            message = await receive()
            seen += len(message.get("body", b""))
            if seen <= limit:
                return message
            refused = True
            if not answered:
                await refusal(scope, receive, send)
            return {"type": "http.disconnect"}

        async def unless_refused(message: Message) -> None:
            nonlocal answered
            if not refused:
                answered = True
                await send(message)

        await self._app(scope, counted, unless_refused)


class Headers:
    """Adds the headers that keep a browser from doing what no page of ours does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
