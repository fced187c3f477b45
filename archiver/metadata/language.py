"""A text in, the language it is written in out.

The model is py3langid's: naive Bayes over byte n-grams, 140 languages, in the package. It is loaded once and
only when needed (about 0.7 s), and reads at most `SAMPLE_CHARS` characters (about 0.7 ms; most often 0.3).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import cache

SAMPLE_CHARS = 600
"""More text changes no verdict on articles and costs time."""
GLANCE_CHARS, SURE_AT_A_GLANCE = 240, 0.95
"""Where so many characters tell the language so surely, as those of most articles do, no more are read."""
SLICES = 3
"""The sample is taken from so many places: an article may open with a quotation in another language."""
CERTAIN_LETTERS = 60
"""A text with so many letters is judged by `SURE`, a shorter one by up to `SURE_SHORT`."""
SURE = 0.5
SURE_SHORT = 0.8
MIN_LETTERS = 8

UNDETERMINED = "und"
_NO_LANGUAGE = "zxx"

_NOISE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[\d_]+")
_LETTER = re.compile(r"[^\W\d_]")
_IDEOGRAPH_WEIGHT = 4
"""A Han character, Kana or Hangul syllable tells as much as about four letters of an alphabet."""
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_SCRIPTS = (
    (re.compile(r"[\uac00-\ud7af]"), "ko"),
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\u0e00-\u0e7f]"), "th"),
    (re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"), "el"),
    (re.compile(r"[\u10a0-\u10ff]"), "ka"),
    (re.compile(r"[\u0530-\u058f]"), "hy"),
)
"""Scripts in which, today, one language is written. Han, Cyrillic, Arabic and Devanagari serve many."""

_lock = threading.Lock()


def identify(text: str) -> tuple[str, float]:
    """The BCP 47 tag of the language of `text` and how sure that is, in [0, 1] with three decimals.

    ``und`` when unsure, with the score of the best guess: short texts, lists of names, codes.
    """
    tag, score = _identify(_sample(text, GLANCE_CHARS))
    if score < SURE_AT_A_GLANCE and len(text) > GLANCE_CHARS:
        tag, score = _identify(_sample(text, SAMPLE_CHARS))
    return tag, score


def _identify(sample: str) -> tuple[str, float]:
    letters = len(_LETTER.findall(sample)) + (_IDEOGRAPH_WEIGHT - 1) * len(_IDEOGRAPHS.findall(sample))
    if letters < MIN_LETTERS:
        return UNDETERMINED, 0.0
    tag = _by_script(sample)
    if tag is not None:
        return tag, 1.0
    tag, score = _classifier()(sample)
    score = round(score, 3)
    shortness = max(0.0, 1 - letters / CERTAIN_LETTERS)
    if tag == _NO_LANGUAGE or score < SURE + (SURE_SHORT - SURE) * shortness:
        return UNDETERMINED, score
    return tag, score


def _sample(text: str, chars: int) -> str:
    """At most so many characters from start, middle and end, without addresses and numbers."""
    if len(text) > chars:
        size = chars // SLICES
        step = (len(text) - size) // (SLICES - 1)
        text = "\n".join(text[start : start + size] for start in range(0, step * SLICES, step))
    return " ".join(_NOISE.sub(" ", text).split())


def _by_script(sample: str) -> str | None:
    """The language that the script alone tells, where at least half of the letters are of that script."""
    total = len(_LETTER.findall(sample))
    for script, tag in _SCRIPTS:
        share = len(script.findall(sample))
        if tag == "ja" and share:
            share = len(_IDEOGRAPHS.findall(sample)) if share * _JA_KANA_SHARE >= total else 0
        if share * 2 > total:
            return tag
    return None


_JA_KANA_SHARE = 8
"""Japanese has at least one Kana in eight letters; Chinese quotes a brand name in Kana now and then."""


@cache
def _load() -> Callable[[str], tuple[str, float]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    classify: Callable[[str], tuple[str, float]] = identifier.classify
    return classify


def _classifier() -> Callable[[str], tuple[str, float]]:
    with _lock:
        return _load()
