"""Runs the service: binds, opens the data directory, tells where it is reached, and leaves everything in order."""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn

from api.access import is_loopback
from api.app import create_app
from api.keys import KeyStore
from api.service import Service
from api.settings import Settings
from api.worker import Worker
from kg.errors import LoregraphError, SettingsError
from kg.types import Viewer


def run(settings: Settings, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT; a running job then ends after its batch and goes on at the next start.

    Args:
        settings: The settings.
        ready: Called with the URL when requests are about to be answered.

    Raises:
        SettingsError: the address cannot be had, or it is not this machine's own and there is no key.
        LockedError: another process holds the data directory.
    """
    if not is_loopback(settings.host) and not KeyStore(settings.keys_path).all():
        raise SettingsError(
            f"to listen on {settings.host}, which others can reach, make a key first: loregraph keys add NAME --admin"
        )
    with _bound(settings.host, settings.port) as listening:
        service = Service.open(settings)
        worker = Worker(service)
        token = secrets.token_urlsafe(32)
        try:
            _warm(service)
            worker.start()
            threading.Thread(target=_rehearse, args=(service,), name="rehearsal", daemon=True).start()
            app = create_app(settings, service, worker, token)
            url = _url(settings.host, listening.getsockname()[1])
            _announce(
                settings, _url("127.0.0.1" if _any(settings.host) else settings.host, listening.getsockname()[1]), token
            )
            config = uvicorn.Config(
                app,
                lifespan="off",
                log_level="warning",
                proxy_headers=False,  # a caller cannot say that he is someone else
                server_header=False,
                timeout_graceful_shutdown=10,
            )
            # uvicorn raises the signal again when it is done; by then it should only end this process in order.
            signal.signal(signal.SIGTERM, _leave)
            listening.listen(128)
            ready(url)
            sys.stdout.flush()
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            pass
        finally:
            settings.service_path.unlink(missing_ok=True)
            worker.stop()
            service.close()


def _warm(service: Service) -> None:
    """Open what answers need, so that two first callers do not both open it and the first does not wait."""
    service.graph.position()
    service.index.position()
    _ = service.asker, service.searcher


def _rehearse(service: Service) -> None:
    """Ask something, so that models are loaded and the ontology's phrases encoded before the first question comes."""
    with suppress(LoregraphError):
        for (name,) in service.graph.query("MATCH (e:Entity) RETURN e.name LIMIT 1").rows:
            service.asker.ask(f"Who founded {name}?", Viewer.all())


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Said to be TCP: only then does asyncio send small answers at once (TCP_NODELAY); else each waits 40 ms.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise SettingsError(f"{host}, port {port}, cannot be listened on: {error.strerror or error}") from error
    return bound


def _announce(settings: Settings, url: str, token: str) -> None:
    """Tell the command line of this user how to reach the service, and nobody else."""
    new = settings.service_path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        json.dump({"url": url, "token": token, "pid": os.getpid()}, file)
    os.replace(new, settings.service_path)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _any(host: str) -> bool:
    return host in {"0.0.0.0", "::"}


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)
