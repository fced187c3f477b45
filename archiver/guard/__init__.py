"""Guard: what is done for one document is done so that it cannot take the others, or the run, with it.

    Guard( document, work ) ─▶ the result of the work, or the Failure that the document has become

Three faults are met. A document that takes too long is interrupted (`deadline`). One that takes too much memory finds
none (`memory`). One that ends its process is known by the note that the process had made of it (`note`): the shard
is done again, and what has ended a process often enough is not tried any more (`deaths`). So the culprit is found
without cutting the shard in halves, and a shard has the same bytes whatever it took to come to them.

`UNGUARDED` is for a caller's own process, whose signals and memory are none of our business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from archiver.document import RawDocument
from archiver.record import Failure

T = TypeVar("T")


class Guard(Protocol):
    """How the pipeline carries out what it does for a document, or for several at once."""

    def __call__(self, document: RawDocument, work: Callable[[], T], /) -> T | Failure:
        """What `work` gives, or the failure that `document` becomes."""
        ...

    def together(self, documents: Sequence[RawDocument], work: Callable[[], T], /) -> T | None:
        """What `work` gives for all documents at once; None if they have to be taken one by one."""
        ...


class _Unguarded:
    """Carries out everything as it is."""

    def __call__(self, document: RawDocument, work: Callable[[], T], /) -> T | Failure:
        return work()

    def together(self, documents: Sequence[RawDocument], work: Callable[[], T], /) -> T | None:
        return work()


UNGUARDED: Guard = _Unguarded()
