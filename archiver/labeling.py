"""Proposals and scores become exactly one verdict a block.

Normalizers say what they see and how often they are right; the scorer says how likely a block is content.
A proposal that is right nearly always has its own say. All others are votes: their odds are multiplied with
the scorer's, and the block goes when the odds fall below the threshold of the settings. Who removed a block,
and how sure that was, stands in its verdict.
"""

from __future__ import annotations

import math
import re
from collections.abc import Container, Iterable, Sequence
from itertools import groupby

from archiver.document import Block, Document, Family, Label, Proposal, Verdict
from archiver.features import PROSE_WORDS, Floats
from archiver.scorer import DECIMALS
from archiver.settings import Settings
from archiver.words import count_words

# A proposal with this score decides by itself.
OWN_SAY = 0.9

# Threshold of P(content) at aggressiveness 0.5. Measured on the development data: on pages .6 is best for
# articles and .4 for all types of page; a text was extracted by somebody, so a line of it is rarely clutter.
_THRESHOLDS = {"article": 0.6, "page": 0.4}
_TEXT_THRESHOLD = 0.1
# How far aggressiveness moves the threshold from there, in log-odds at each end.
_REACH = 3.0

_CERTAIN = 0.999
_HEADING_LEVELS = 7
_TEASER = 0.8

_SENTENCE_END = re.compile(r"[.!?…。！？؟।][\"'”’»)\]]*$")


def judge(document: Document, proposals: Iterable[Proposal], scores: Floats, settings: Settings) -> list[Verdict]:
    """One verdict a block, in their order."""
    ordered = sorted(proposals, key=lambda proposal: proposal.block)
    by_block = {index: list(group) for index, group in groupby(ordered, key=lambda proposal: proposal.block)}
    threshold = _threshold(document, settings)
    verdicts = [
        _judge_block(block, by_block.get(index, []), float(score), threshold)
        for index, (block, score) in enumerate(zip(document.blocks, scores, strict=True))
    ]
    _drop_empty_headings(document, verdicts)
    claimed = {proposal.block for proposal in ordered if proposal.score >= OWN_SAY}
    _never_empty(document, verdicts, claimed)
    return [_with_settings(block, verdict, settings) for block, verdict in zip(document.blocks, verdicts, strict=True)]


def _threshold(document: Document, settings: Settings) -> float:
    """The probability of content below which a block goes."""
    middle = _THRESHOLDS[settings.mode] if document.is_html else _TEXT_THRESHOLD
    logit = math.log(middle / (1 - middle)) + _REACH * (2 * settings.aggressiveness - 1)
    return 1 / (1 + math.exp(-logit))


def _judge_block(block: Block, proposals: Sequence[Proposal], score: float, threshold: float) -> Verdict:
    if not block.text:
        return Verdict(block.kind, True, "segment", 1.0)
    strongest = max(proposals, key=lambda proposal: proposal.score, default=None)
    if strongest is not None and strongest.score >= OWN_SAY:
        return _verdict_of(strongest, block)
    probability = _weighed(score, proposals)
    if probability >= threshold:
        return _kept(block, proposals, probability)
    clutter = [proposal for proposal in proposals if proposal.label.family is not Family.CONTENT]
    if clutter:
        named = max(clutter, key=lambda proposal: proposal.score)
        return Verdict(named.label, False, named.by, round(1 - probability, DECIMALS), named.evidence)
    return Verdict(Label.BOILERPLATE, False, "scorer", round(1 - probability, DECIMALS))


def _kept(block: Block, proposals: Sequence[Proposal], probability: float) -> Verdict:
    """A block that stays. What may be the title, or a heading that looks like one, fills the field and stays too."""
    title = next((proposal for proposal in proposals if proposal.label is Label.TITLE), None)
    if title is not None:
        return Verdict(Label.TITLE, True, title.by, probability, title.evidence)
    return Verdict(block.kind, True, "scorer", probability)


def _verdict_of(proposal: Proposal, block: Block) -> Verdict:
    kept = proposal.label.family is Family.CONTENT
    if proposal.label is Label.SUBTITLE:
        kept = _SENTENCE_END.search(block.text) is not None
    label = block.kind if kept and proposal.label is Label.PARAGRAPH else proposal.label
    return Verdict(label, kept, proposal.by, round(proposal.score, DECIMALS), proposal.evidence)


def _weighed(score: float, proposals: Sequence[Proposal]) -> float:
    """The scorer's probability of content after all votes, the strongest one of each rule and label counting."""
    score = min(max(score, 1 - _CERTAIN), _CERTAIN)
    odds = score / (1 - score)
    votes: dict[tuple[Label, str], float] = {}
    for proposal in proposals:
        key = proposal.label, proposal.by
        votes[key] = max(votes.get(key, 0.0), proposal.score)
    for (label, _), vote in votes.items():
        vote = min(max(vote, 1 - _CERTAIN), _CERTAIN)
        odds *= vote / (1 - vote) if label.family is Family.CONTENT else (1 - vote) / vote
    return round(odds / (1 + odds), DECIMALS)


def _drop_empty_headings(document: Document, verdicts: list[Verdict]) -> None:
    """Removes headings of a page below which nothing was kept: their section was clutter."""
    if not document.is_html:
        return
    has_content = [False] * _HEADING_LEVELS  # by level: whether anything stands under a heading put here
    for index in range(len(verdicts) - 1, -1, -1):
        block = document.blocks[index]
        if not verdicts[index].kept:
            continue
        if block.kind is not Label.HEADING:
            has_content = [True] * _HEADING_LEVELS
        elif has_content[block.level] or not _is_empty_heading(document, verdicts, index):
            has_content[block.level :] = [False] * (_HEADING_LEVELS - block.level)
        else:
            verdicts[index] = Verdict(Label.BOILERPLATE, False, "labeling:empty_heading", OWN_SAY)


def _is_empty_heading(document: Document, verdicts: Sequence[Verdict], index: int) -> bool:
    """Whether a heading without content below it goes: not if it is a sentence, or what follows it stays.

    Pages set lead lines and half of a headline in headings too, whatever their levels say; but a heading that is a
    link is a teaser.
    """
    block = document.blocks[index]
    if block.link_chars > _TEASER * len(block.text):
        return True
    if count_words(block.text) >= PROSE_WORDS:
        return False
    following = index + 1
    if following == len(verdicts):
        return True
    return not verdicts[following].kept and document.blocks[following].kind is not Label.CAPTION


def _never_empty(document: Document, verdicts: list[Verdict], claimed: Container[int]) -> None:
    """Where nothing was kept, brings back the prose that no rule claimed: an empty record helps nobody."""
    if any(verdict.kept and block.text for block, verdict in zip(document.blocks, verdicts, strict=True)):
        return
    for index, (block, verdict) in enumerate(zip(document.blocks, verdicts, strict=True)):
        if index not in claimed and count_words(block.text) >= PROSE_WORDS:
            verdicts[index] = Verdict(block.kind, True, "labeling:never_empty", verdict.score)


def _with_settings(block: Block, verdict: Verdict, settings: Settings) -> Verdict:
    """The user's `keep` and `drop` lists have the last word on what stays, not on what a block is."""
    kept = verdict.kept
    if verdict.label in settings.keep:
        kept = True
    elif verdict.label in settings.drop and block.text:
        kept = False
    if kept == verdict.kept:
        return verdict
    return Verdict(verdict.label, kept, verdict.by, verdict.score, verdict.evidence)
