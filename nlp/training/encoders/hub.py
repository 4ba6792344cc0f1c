"""Encoders from the Hugging Face hub: data files alone, at a fixed revision where one is named."""

from __future__ import annotations

import re
from pathlib import Path

from kg.errors import NotFoundError, SettingsError, UnavailableError
from nlp.training.encoders.checked import FILES

NAME = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+))?")


def download(name: str, *, folder: Path | None = None, offline: bool = False) -> Path:
    """Return the local snapshot of a hub repository; downloaded once, then from the hub's own cache.

    Args:
        name: "owner/name" or "owner/name@revision".
        folder: The hub's cache; None: where the library keeps it.
        offline: Whether only what is in the cache may be used.

    Raises:
        SettingsError: not a name of this form.
        NotFoundError: there is no such repository or revision, or not in the cache and `offline` is set.
        UnavailableError: the hub cannot be reached, and it is not in the cache.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError
    from huggingface_hub.errors import RevisionNotFoundError as NoRevisionError

    found = NAME.fullmatch(name)
    if not found:
        raise SettingsError(f"{name!r} is not a hub name (owner/name or owner/name@revision)")
    try:
        return Path(
            snapshot_download(
                found["repository"],
                revision=found["revision"],
                cache_dir=folder,
                local_files_only=offline,
                allow_patterns=list(FILES),
                ignore_patterns=["*/*"],
            )
        )
    except (RepositoryNotFoundError, NoRevisionError) as error:
        raise NotFoundError(f"the hub has no {name}") from error
    except LocalEntryNotFoundError as error:
        if offline:
            raise NotFoundError(f"{name} is not in the hub's cache on this machine") from error
        raise UnavailableError(f"{name} is not in the hub's cache and the hub cannot be reached") from error
    except (HfHubHTTPError, OSError) as error:
        raise UnavailableError(f"{name} cannot be fetched from the hub: {error}") from error
