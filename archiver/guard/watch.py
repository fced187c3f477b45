"""The guard of a run: documents and the work to be done for them enter, results leave, or failures with the reason."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import TypeVar

from archiver.document import RawDocument
from archiver.guard.deadline import Deadline, DeadlineReached
from archiver.guard.deaths import Death, Verdict, condemned, deadline_verdict
from archiver.guard.note import Note
from archiver.record import Failure
from archiver.settings import Limits

T = TypeVar("T")

CLEAN, SCORE, SOURCE = "clean", "score", "source"


class Watch:
    """Carries out work for documents under a deadline, and notes in `note` what it has in hand.

    What the `deaths` of earlier workers condemn is not tried again.
    """

    def __init__(self, limits: Limits, deadline: Deadline, note: Note | None, deaths: Sequence[Death] = ()) -> None:
        self._limits = limits
        self._deadline = deadline
        self._note = note
        self._condemned: Mapping[str, Verdict] = condemned(deaths, limits)

    def __call__(self, document: RawDocument, work: Callable[[], T], /) -> T | Failure:
        """What `work` gives, or the failure that `document` becomes."""
        result = self._carry_out(f"{CLEAN} {document.source_uri}", work)
        if isinstance(result, Verdict):
            source_sha256 = hashlib.sha256(document.payload).hexdigest()
            return Failure(document.source_uri, source_sha256, CLEAN, result.code, result.message)
        return result

    def together(self, documents: Sequence[RawDocument], work: Callable[[], T], /) -> T | None:
        """What `work` gives for all documents; None if that has failed before, or takes too long."""
        if not documents:
            return work()
        result = self._carry_out(f"{SCORE} {documents[0].source_uri}", work)
        return None if isinstance(result, Verdict) else result

    def reading(self, uri: str, first: int, items: Iterator[T]) -> Iterator[T | Failure]:
        """`items` of the source `uri`, from its row `first` on; where one cannot be read, a failure ends them."""
        for number in count():
            item = self._carry_out(f"{SOURCE} {uri} {first} {number}", partial(next, items, None), may_wait=True)
            if isinstance(item, Verdict):
                yield Failure(_place(uri, first + number), None, SOURCE, item.code, item.message)
                return
            if item is None:
                return
            yield item

    def _carry_out(self, note: str, work: Callable[[], T], may_wait: bool = False) -> T | Verdict:
        verdict = self._condemned.get(note)
        if verdict:
            return verdict
        if self._note:
            self._note.write(note)
        try:
            return self._deadline.run(work, may_wait)
        except DeadlineReached:
            return deadline_verdict(self._limits)
        except MemoryError:
            return Verdict("memory", f"more memory than limits.memory_bytes = {self._limits.memory_bytes} leaves")
        except SystemExit as error:  # a user's rule may not end the run
            return Verdict("internal-error", f"SystemExit: {error}")
        finally:
            if self._note:
                self._note.write("")


def _place(uri: str, row: int) -> str:
    return f"{uri}#row={row}" if row else uri
