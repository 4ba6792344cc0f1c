"""Sources are opened and parsed ahead of their reading, so that models need not wait for parsers."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from kg.errors import LoregraphError
from kg.ingest.parsed import Part
from kg.ingest.source import Parse, Source, documents_of
from kg.ledger import jobs
from kg.ledger.database import Ledger
from kg.ledger.jobs import Item, Job

MOST = 32  # small files that are parsed ahead; of others one
SMALL = 64 << 10  # bytes

Stream = Iterator[Part | LoregraphError]


def opened(ledger: Ledger, parse: Parse, job: Job, items: Sequence[Item]) -> Iterator[tuple[Item, Source, Stream]]:
    """Open the sources of a job in their order.

    Attempts are counted before they are made: a source that kills this process is not tried for ever. One that was
    tried before is opened by itself, so that its neighbours are not blamed for it.

    Args:
        ledger: Where attempts are counted.
        parse: Reads a file in a process of its own.
        job: The job.
        items: Those of its sources that are to be opened.

    Yields:
        A source and its documents; the error that ended it, if one did, comes last.
    """
    rest, waiting = deque(items), deque[tuple[Item, Source, Future[Stream]]]()
    with ThreadPoolExecutor(1, thread_name_prefix="parse") as pool:
        try:
            while rest or waiting:
                if len(waiting) < 2 or (len(waiting) <= MOST // 2 and rest and _small(rest[0])):
                    more = _taken(rest, len(waiting))
                    counted = pool.submit(_count, ledger, job, more)
                    for item in more:
                        source = Source.of(item.source, job.options)
                        waiting.append((item, source, pool.submit(_open, source, parse, _small(item), counted)))
                item, source, stream = waiting.popleft()
                yield item, source, stream.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _taken(rest: deque[Item], waiting: int) -> list[Item]:
    taken: list[Item] = []
    while rest and waiting + len(taken) < MOST and (waiting + len(taken) < 2 or _small(rest[0])):
        taken.append(rest.popleft())
    return taken


def _small(item: Item) -> bool:
    path = Path(item.source)
    return item.attempts == 0 and path.is_file() and path.stat().st_size <= SMALL


def _count(ledger: Ledger, job: Job, items: Sequence[Item]) -> None:
    if items:
        with ledger.write() as connection:
            jobs.attempt(connection, job.id, [item.ordinal for item in items])
            jobs.extend_lease(connection, job.id)


def _open(source: Source, parse: Parse, small: bool, counted: Future[None]) -> Stream:
    counted.result()  # there by now; raises where it failed
    return documents_of(source, parse, ahead=256 if small else 8)  # a small file is read to its end, its parser free
