"""The command `loregraph`."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

import typer

from api.cli import (
    ask,
    cypher,
    documents,
    evaluate,
    graph,
    ingest,
    judgements,
    keys,
    map,
    match,
    models,
    ontology,
    read,
    review,
    serve,
    train,
)

app = typer.Typer(
    name="loregraph",
    help="Ask your own documents: a knowledge graph with sources, built from files and tables.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for part in (serve, ingest, map, ask, documents, cypher, graph, match, read, train):
    part.register(app)
app.add_typer(documents.app, name="documents")
app.add_typer(judgements.app, name="judgements")
app.add_typer(review.app, name="review")
app.add_typer(keys.app, name="keys")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(models.app, name="models")
app.add_typer(ontology.app, name="ontology")

# Exit codes, as docs/cli.md lists them.
FAILED, WRONG_INPUT, INCOMPLETE, NOT_FOUND, UNAVAILABLE, DISK_FULL, DENIED = 1, 2, 3, 4, 5, 6, 7
_BY_STATUS = {400: WRONG_INPUT, 401: DENIED, 403: DENIED, 404: NOT_FOUND, 413: WRONG_INPUT, 422: WRONG_INPUT}
_BY_STATUS |= {409: WRONG_INPUT, 503: UNAVAILABLE, 507: DISK_FULL}


def main() -> None:
    """Run the command line; errors made for people are one line on standard error and an exit code."""
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(128 + signal.SIGPIPE)
    except Exception as error:
        code = _code(error)
        if code is None:
            raise
        _fail(str(error), code)


def _code(error: Exception) -> int | None:
    """The exit code of an error that a person can understand; None for one of ours."""
    from api.cli.client import ProblemError
    from kg import errors

    if isinstance(error, ProblemError):
        return _BY_STATUS.get(error.status, FAILED)
    kinds: tuple[tuple[type[Exception], int], ...] = (
        (errors.InputError, WRONG_INPUT),
        (errors.ConflictError, WRONG_INPUT),
        (errors.NotFoundError, NOT_FOUND),
        (errors.LockedError, UNAVAILABLE),
        (errors.UnavailableError, UNAVAILABLE),
        (errors.StorageFullError, DISK_FULL),
        (errors.PermissionDeniedError, DENIED),
        (errors.LoregraphError, FAILED),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), None)


def _fail(text: str, code: int) -> NoReturn:
    print(f"loregraph: {text}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
