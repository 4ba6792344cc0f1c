"""Calls an ASGI application in this process, as if over HTTP, streaming what it answers."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Iterator
from typing import Any

import httpx
from starlette.types import ASGIApp, Message

log = logging.getLogger("loregraph")


class InProcess(httpx.BaseTransport):
    """A transport for `httpx.Client` whose server is an application in a thread of this process.

    Args:
        app: The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="app")
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; the body of the answer is read as it comes."""
        messages: queue.Queue[Any] = queue.Queue(64)
        gone = threading.Event()
        asyncio.run_coroutine_threadsafe(self._serve(request, request.read(), messages, gone), self._loop)
        start = messages.get()
        if start["type"] == "failed":
            raise start["error"]
        body = _Body(messages, gone)
        return httpx.Response(start["status"], headers=start["headers"], stream=body, request=request)

    def close(self) -> None:
        """End the thread."""
        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(self._finish(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    async def _finish(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(
        self, request: httpx.Request, body: bytes, messages: queue.Queue[Any], gone: threading.Event
    ) -> None:
        sent = False

        async def receive() -> Message:
            nonlocal sent
            if sent:
                while not gone.is_set():
                    await asyncio.sleep(0.05)
                return {"type": "http.disconnect"}
            sent = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            while not gone.is_set():
                try:
                    messages.put_nowait(message)
                    return
                except queue.Full:  # whoever reads is slower: wait for him
                    await asyncio.sleep(0.005)

        try:
            await self._app(_scope(request), receive, send)
        except Exception as error:  # before an answer began it reaches the caller, afterwards it cuts the answer off
            log.error("a request failed unexpectedly", exc_info=error)
            await send({"type": "failed", "error": error})
        finally:
            gone.set()


class _Body(httpx.SyncByteStream):
    def __init__(self, messages: queue.Queue[Any], gone: threading.Event) -> None:
        self._messages = messages
        self._gone = gone

    def __iter__(self) -> Iterator[bytes]:
        while True:
            message = self._messages.get()
            if message["type"] == "failed":
                raise message["error"]
            yield message.get("body", b"")
            if not message.get("more_body", False):
                return

    def close(self) -> None:
        self._gone.set()


def _scope(request: httpx.Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.url.scheme,
        "path": request.url.path,
        "raw_path": request.url.raw_path.split(b"?")[0],
        "query_string": request.url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
        "state": {},
    }
