"""A run: inputs and settings in, an archive out. The one place that ties plan, pipeline, engine and archive together.

    inputs ─▶ plan_shards ─▶ engine( Work ) ─▶ receipts ─▶ finish ─▶ manifest

`Work` on one shard depends on its arguments alone and can be done again at any time, so it does not matter which
process of which machine does it, nor how often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from archiver.archive.durable import storage_errors
from archiver.archive.finishing import finish
from archiver.archive.known import write_known
from archiver.archive.ledger import Ledger, total
from archiver.archive.limiting import limited
from archiver.archive.manifest import Manifest, read_manifest
from archiver.archive.receipt import Characters, Receipt, finished
from archiver.archive.shards import Shard, plan_shards, shard_size
from archiver.archive.terms import Terms, inputs_of, terms_of
from archiver.archive.workplace import Existing, Workplace, workplace
from archiver.document import Normalizer
from archiver.engines import Engine
from archiver.errors import DamageError, UsageError
from archiver.guard import UNGUARDED
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.pipeline import clean_results
from archiver.record import Skip
from archiver.remote import is_remote
from archiver.settings import Settings
from archiver.sources import STDIN, InputFile, Piece, check_fields, find_inputs, needs_spool
from archiver.work import Cleaner, Task, Work


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: input bytes done, of how many (None where a stream hides it), and the ledger so far."""

    bytes_done: int
    bytes_total: int | None
    shards_done: int
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run has come to: the ledger of this run and of the whole archive, and the text kept and removed in it.

    `shards_found` of the run's `shards` were there already. `nothing_to_do`: the run to resume had finished.
    """

    out: Path
    run: Ledger
    archive: Ledger
    characters: Characters
    shards: int
    shards_found: int
    nothing_to_do: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class _Run:
    """Everything a run is told, in one place."""

    files: Sequence[InputFile]
    skips: Sequence[Skip]
    settings: Settings
    normalizers: tuple[Normalizer, ...]
    engine: Engine
    shard_bytes: int | None
    clean: Cleaner
    on_progress: Callable[[Progress], None]
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def terms(self, first_shard: int) -> Terms:
        met = [(file.uri, None if file.path == STDIN else file.size) for file in self.files]
        inputs = inputs_of([*met, *((skip.source_uri, None) for skip in self.skips)])
        return terms_of(self.settings, self.normalizers, inputs, self.shard_bytes, first_shard)


def run(
    inputs: Sequence[str | Path],
    out: str | Path,
    settings: Settings | None = None,
    normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS,
    *,
    workers: int | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    existing: Existing = "refuse",
    on_progress: Callable[[Progress], None] = lambda _: None,
    shard_bytes: int | None = None,
    clean: Cleaner = clean_results,
) -> RunSummary:
    """Clean all documents in `inputs` (files, folders, globs, ``-``) into an archive in `out`.

    `existing` says what to do with an archive that is there: ``refuse``, ``resume`` an interrupted run,
    ``append`` what is not in it, or ``overwrite`` it. `on_progress` is called after each shard.

    `workers` are processes, which a document can kill without harm; `normalizers` and `clean` must pickle then.
    None is this process itself: a deadline holds, but there is no bound on memory, and what kills the process ends
    the run. Ctrl-C leaves an archive that can be resumed.

    The `engine` (see `engines.ENGINES`) says who these workers are; of one that is a cluster None are all of them.
    `scheduler` is the address of a cluster that is there already; its workers must see input and output under the
    same paths.

    Raises:
        UsageError: the call cannot be carried out as given; nothing was changed.
        ArchiveError: the run could not go on; it can be resumed.
    """
    chosen, by = settings or Settings(), Engine(engine, workers, scheduler)
    _check(chosen, normalizers, clean)
    if is_remote(str(out)):
        raise UsageError(f"{out}: an archive grows in a local folder; see archiver.mirror")
    files, skips = find_inputs(inputs)
    _check_apart(inputs, files, Path(out))
    this = _Run(files, skips, chosen, tuple(normalizers), by, shard_bytes, clean, on_progress)
    with workplace(Path(out), existing) as place:
        try:
            return _run_in(place, this, existing)
        finally:
            place.clear_unfinished()


def _check(settings: Settings, normalizers: Sequence[Normalizer], clean: Cleaner) -> None:
    """Find mistakes in the call before anything is written."""
    check_fields(settings)
    list(clean([], settings, normalizers, UNGUARDED))  # names a normalizer of the settings that is not installed


def _check_apart(inputs: Sequence[str | Path], files: Sequence[InputFile], out: Path) -> None:
    """Refuse to read what is being written."""
    target = out.resolve()
    if any(Path(name).is_dir() and target.is_relative_to(Path(name).resolve()) for name in inputs):
        raise UsageError(f"{out} lies inside the input; choose another --out, or name the input more narrowly")
    inside = next((file.uri for file in files if file.path.is_relative_to(target)), None)
    if inside:
        raise UsageError(f"the input {inside} lies inside {out}, where the archive is to be; choose another --out")


def _run_in(place: Workplace, this: _Run, existing: Existing) -> RunSummary:
    manifest = read_manifest(place.root) if place.finished else None
    begun = place.unfinished_terms() if existing == "resume" else None
    if existing == "resume" and manifest:
        return _nothing_to_do(place, manifest, this)
    terms = this.terms(begun.first_shard if begun else len(manifest.shards) if manifest else 0)
    if begun:
        _refuse_difference(place, begun, terms)
    else:
        with storage_errors(place.out):
            place.begin(terms)
    try:
        if terms.first_shard:
            with storage_errors(place.out):
                write_known(place.root, manifest or read_manifest(place.root, checked=False), terms, place.known)
        receipts, found = _archive_shards(place, this, terms.first_shard, resume=begun is not None)
    except (UsageError, DamageError):
        if not begun:
            place.abandon(terms)
        raise
    return _summary(place, this, finish(place, terms, receipts, this.started, this.engine.workers or 1), found)


def _archive_shards(place: Workplace, this: _Run, first: int, resume: bool) -> tuple[list[Receipt], int]:
    """The receipts of all shards, and how many were there already."""
    tally = _Tally(place, this, resume)
    work = Work(
        root=place.root.absolute(),
        settings=this.settings,
        normalizers=this.normalizers,
        clean=this.clean,
        known=place.known.absolute() if first else None,
    )
    whole = plan_shards(this.files, this.skips, place.spool, this.settings, this.shard_bytes, first)
    plan = limited(whole, this.settings)
    with closing(this.engine.carry_out(work, map(Task, tally.open(plan)))) as receipts:
        for receipt in receipts:
            tally.close(receipt)
    return tally.receipts, tally.found


class _Tally:
    """Which shards are open, which are done, and how far the run is."""

    def __init__(self, place: Workplace, this: _Run, resume: bool) -> None:
        self.receipts: list[Receipt] = []
        self.found = 0
        self._place = place
        self._resume = resume
        self._report = this.on_progress
        self._open: dict[int, Shard] = {}
        self._ledger = Ledger()
        self._bytes_done = 0
        target = this.shard_bytes or shard_size(this.files)
        streamed = any(needs_spool(file, target, this.settings) for file in this.files)
        self._bytes_total = None if streamed else sum(file.size for file in this.files)

    def open(self, plan: Iterator[Shard]) -> Iterator[Shard]:
        """The shards that are still to be done."""
        for shard in plan:
            self._open[shard.index] = shard
            receipt = finished(self._place.root, shard.index, shard.span) if self._resume else None
            if receipt:
                self.found += 1
                self.close(receipt)
            else:
                yield shard

    def close(self, receipt: Receipt) -> None:
        """A shard is done: its temporary files go, and its counts come."""
        shard = self._open.pop(receipt.shard)
        for piece in shard.pieces:
            if isinstance(piece, Piece) and piece.path.parent == self._place.spool:
                piece.path.unlink(missing_ok=True)
        self.receipts.append(receipt)
        self._ledger += receipt.ledger
        self._bytes_done += shard.span.bytes
        self._report(Progress(self._bytes_done, self._bytes_total, len(self.receipts), self._ledger))


def _nothing_to_do(place: Workplace, manifest: Manifest, this: _Run) -> RunSummary:
    """The summary of an archive that is finished already, if it is what this run would make."""
    last = manifest.runs[-1]
    _refuse_difference(place, last, this.terms(last.first_shard))
    place.end()
    return _summary(place, this, manifest, len(manifest.shards) - last.first_shard, nothing_to_do=True)


def _refuse_difference(place: Workplace, before: Terms, now: Terms) -> None:
    difference = before.difference(now)
    if difference:
        raise UsageError(f"{place.out}: this is not the run that is to be resumed: {difference}")


def _summary(place: Workplace, this: _Run, manifest: Manifest, found: int, nothing_to_do: bool = False) -> RunSummary:
    own = manifest.shards[manifest.runs[-1].first_shard :]
    return RunSummary(
        out=place.out,
        run=total(entry.ledger for entry in own),
        archive=manifest.ledger,
        characters=manifest.characters,
        shards=len(own),
        shards_found=found,
        nothing_to_do=nothing_to_do,
        seconds=(datetime.now(UTC) - this.started).total_seconds(),
    )
