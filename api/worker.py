"""The thread that runs the queue of jobs, one after the other."""

from __future__ import annotations

import logging
import threading

from api.service import Service
from kg.errors import StorageFullError, UnavailableError

log = logging.getLogger("loregraph")
LOOK = 2.0  # seconds after which it is seen that another process promoted a model
PAUSE = 5.0  # seconds before the queue is tried again when an engine or a disk does not serve


class Worker:
    """Runs the jobs of a service in a thread of its own.

    Args:
        service: The open data directory.
    """

    def __init__(self, service: Service) -> None:
        self._service = service
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="jobs")
        self._progress: tuple[int, int, str] | None = None
        self._trouble = ""

    def start(self) -> None:
        """Begin, with the jobs that an earlier process left unfinished."""
        self._wake.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that there is a new job."""
        self._wake.set()

    def progress(self) -> tuple[int, int, str] | None:
        """Of the running job: sources done, sources in all, and the one that was done last."""
        return self._progress

    @property
    def trouble(self) -> str:
        """Why the queue stands still; empty while it does not."""
        return self._trouble

    def stop(self) -> None:
        """Let a running job end after its batch, and wait for that; it goes on at the next start."""
        self._stopping = True
        self._service.stop()
        self._wake.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while True:
            woken = self._wake.wait(LOOK)
            if self._stopping:
                return
            self._wake.clear()
            try:
                if not woken and not self._service.promoted():
                    continue
                self._service.run_jobs(self._note)
                self._trouble = ""
            except Exception as error:
                if isinstance(error, UnavailableError | StorageFullError):
                    log.error("the queue of jobs waits: %s", error)
                    self._trouble = str(error)
                else:
                    log.exception("a job failed unexpectedly")
                    self._trouble = f"{type(error).__name__}: {error}"
                again = threading.Timer(PAUSE, self._wake.set)
                again.daemon = True
                again.start()
            finally:
                self._progress = None

    def _note(self, done: int, total: int, source: str) -> None:
        self._progress = (done, total, source)
