"""Every error that archiver raises on purpose. Catch `ArchiverError` to catch them all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ArchiverError(Exception):
    """Something archiver can explain. The message is one sentence for a person."""


class UsageError(ArchiverError):
    """The call cannot be carried out as given: a missing path, an unknown setting, a wrong option."""


class DocumentError(ArchiverError):
    """One document could not be cleaned. Inside a batch it becomes a `Failure`.

    `stage` is where it happened (``source``, ``decode``, ``segment``, …) and `code` a stable word for
    programs (``undecodable``, ``too-large``, …).
    """

    def __init__(self, stage: str, code: str, message: str) -> None:
        super().__init__(f"{stage}: {message}")
        self.stage = stage
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[DocumentError], tuple[str, str, str]]:
        return type(self), (self.stage, self.code, self.message)


class LimitError(DocumentError):
    """A limit of the settings was reached. The message names the limit, its value and what was found."""


class ArchiveError(ArchiverError):
    """An archive cannot be read or written: missing, damaged, locked, or of another run."""


class DamageError(ArchiveError):
    """A file of an archive is no longer as it was written."""


class SchemaError(UsageError):
    """A JSON Schema cannot be used: not valid, needs a missing format checker, or refers outside."""


def hint(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name that is none of those known: the likely one, or all of them."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(names)}"
