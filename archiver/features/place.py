"""Where a block stands among the others: its neighbours, and how much prose lies before, around and after it."""

from __future__ import annotations

import numpy as np

from archiver.features.batch import Batch, Floats, logged

NAMES = (
    *("words_-2", "words_-1", "words_+1", "words_+2", "links_-1", "links_+1"),
    *("window_words", "window_links", "window_prose", "wide_words", "wide_prose"),
    *("position", "prose_before", "prose_after", "since_prose", "until_prose", "short_run"),
    *("log_prose_before", "log_prose_after", "since_heading", "until_heading", "headings_before", "from_end"),
)

_WINDOW, _WIDE = 5, 15
# From here on words of prose, headings and blocks are many: nine in ten articles of the development data have fewer.
_MANY_WORDS, _MANY_HEADINGS, _MANY_BLOCKS, _FAR = 2_000, 12, 100, 20


def place_columns(batch: Batch) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,)."""
    prose = batch.prose
    is_prose = prose > 0
    total = np.maximum(batch.total(prose), 1)
    before = batch.before(prose)
    after = batch.total(prose) - before - prose
    count = batch.stop - batch.start
    since, until = batch.since(is_prose), batch.until(is_prose)
    level = batch.levels
    return [
        *(batch.shifted(batch.log_words, offset) for offset in (-2, -1, 1, 2)),
        *(batch.shifted(batch.density, offset) for offset in (-1, 1)),
        batch.windowed(batch.log_words, _WINDOW),
        batch.windowed(batch.density, _WINDOW),
        batch.windowed(is_prose.astype(float), _WINDOW),
        batch.windowed(batch.log_words, _WIDE),
        batch.windowed(is_prose.astype(float), _WIDE),
        (np.arange(len(prose)) - batch.start) / np.maximum(count - 1, 1),
        before / total,
        after / total,
        np.log1p(since),
        np.log1p(until),
        np.where(is_prose, 0.0, np.log1p(since + until - 1)),
        logged(before, _MANY_WORDS),
        logged(after, _MANY_WORDS),
        logged(batch.since(level > 0), _FAR),
        logged(batch.until(level > 0), _FAR),
        logged(batch.before((level > 0).astype(float)), _MANY_HEADINGS),
        logged((batch.stop - np.arange(len(prose))).astype(float), _MANY_BLOCKS),
    ]
