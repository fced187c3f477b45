"""Proposals and scores become exactly one verdict a block.

Normalizers say what they see and how often they are right; the model, which has heard all of them, says how likely a
block is content. A proposal that is right nearly always has its own say, unless the model is surer still of the
contrary. Every other block goes when the model's probability falls below the threshold of the settings; what a
normalizer called it names it then, whoever decided. Who removed a block, and how sure that was, stands in its verdict.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter, mul

import numpy as np

from archiver.document import Block, Document, Family, Label, Proposal, Verdict
from archiver.features import PROSE_WORDS, Floats
from archiver.scorer import DECIMALS
from archiver.sentences import ends_sentence
from archiver.settings import Settings
from archiver.sites import CERTAIN
from archiver.words import block_words, count_words

# A proposal with this score decides by itself, and with this one whatever the model says.
OWN_SAY = 0.9
_FIRM = 0.91
# The model is sure: of the blocks that a rule below `_FIRM` claims and that it gives this probability, most are content
# (.86 of those that class names call menus, .73 of runs of short lines); of the blocks that a rule pleads for and that
# have less than the second, hardly any is (.04 of lines that look like code).
_SURELY_CONTENT, _SURELY_CLUTTER = 0.5, 0.1

# Threshold of P(content) at aggressiveness 0.5. Measured on the development data, out of fold: on pages .55 is best
# for articles and .35 for all types of page; a text was extracted by somebody, so a line of it is rarely clutter.
_THRESHOLDS = {"article": 0.55, "page": 0.35}
_TEXT_THRESHOLD = 0.1
# A long text of which less is content, as the model sees it, and hardly any of its first lines, is the text of a
# whole page: it begins with the menu. Much clutter alone does not tell: a list of references is clutter at the end.
_DUMP_THRESHOLD, _DUMP_LINES, _DUMP_SHARE = 0.4, 60, 0.9
_DUMP_HEAD, _DUMP_HEAD_SCORE = 20, 0.5
# How far aggressiveness moves the threshold from there, in log-odds at each end.
_REACH = 3.0

# A document of fewer words is small: hardly any that the model was trained on is.
_SMALL = 150
# The model removed a heading with this score or less: it was not sure.
_DOUBT = 0.8
_DOUBTED = (Label.BOILERPLATE, Label.NAVIGATION)
# The items of a list, which is decided as a whole.
_LISTED = (Label.LIST_ITEM, Label.TABLE)

# Members of an enumeration that are asked for block by block: to look one up takes longer than to compare it.
_BOILERPLATE, _TITLE = Label.BOILERPLATE, Label.TITLE
_CONTENT = frozenset(label for label in Label if label.family is Family.CONTENT)

_score_of = attrgetter("score")


def judge(document: Document, proposals: Iterable[Proposal], scores: Floats, settings: Settings) -> list[Verdict]:
    """One verdict a block, in their order."""
    by_block: dict[int, list[Proposal]] = {}
    for proposal in proposals:
        by_block.setdefault(proposal.block, []).append(proposal)
    threshold = _threshold(document, scores, settings)
    verdicts = [
        _judge_block(block, by_block.get(index, ()), score, threshold)
        for index, (block, score) in enumerate(zip(document.blocks, _settled(document, scores), strict=True))
    ]
    _trust_small(document, verdicts)
    _keep_section_headings(document, verdicts)
    _never_empty(document, verdicts, by_block)
    if not settings.keep and not settings.drop:
        return verdicts
    return [_with_settings(block, verdict, settings) for block, verdict in zip(document.blocks, verdicts, strict=True)]


def _threshold(document: Document, scores: Floats, settings: Settings) -> float:
    """The probability of content below which a block goes."""
    if document.is_html:
        middle = _THRESHOLDS[settings.mode]
    else:
        middle = _DUMP_THRESHOLD if _is_dump(document, scores) else _TEXT_THRESHOLD
    logit = math.log(middle / (1 - middle)) + _REACH * (2 * settings.aggressiveness - 1)
    return 1 / (1 + math.exp(-logit))


def _is_dump(document: Document, scores: Floats) -> bool:
    """Whether a text is that of a whole page, menus and all, and nobody has extracted anything."""
    lengths = np.array([len(block.text) for block in document.blocks], float)
    filled = np.flatnonzero(lengths)
    if len(filled) < _DUMP_LINES or scores[filled[:_DUMP_HEAD]].mean() >= _DUMP_HEAD_SCORE:
        return False
    return bool((scores * lengths).sum() < _DUMP_SHARE * lengths.sum())


def _settled(document: Document, scores: Floats) -> list[float]:
    """The scores, with the items of a list given the mean of the whole: a list is one thing, and stays or goes.

    The rows of a table are a list too. Each item counts by its length.
    """
    settled: list[float] = scores.tolist()
    if not any(block.kind in _LISTED for block in document.blocks):
        return settled
    start = 0
    for listed, run in groupby(document.blocks, key=_list_of):
        items = list(run)
        stop = start + len(items)
        if listed is not None:
            lengths = [len(block.text) for block in items]
            total = sum(lengths)
            if total:
                mean = sum(map(mul, settled[start:stop], lengths)) / total
                settled[start:stop] = [round(mean, DECIMALS)] * len(lengths)
        start = stop
    return settled


def _list_of(block: Block) -> tuple[Label, int] | None:
    """What the items of one list share, and no neighbour does; None where a block is no item."""
    if block.kind not in _LISTED:
        return None
    around = block.element.parent if block.element else None
    return block.kind, id(around)


def _judge_block(block: Block, proposals: Sequence[Proposal], score: float, threshold: float) -> Verdict:
    if not block.text:
        return Verdict(block.kind, True, "segment", 1.0)
    if not proposals:  # as of most blocks
        if score >= threshold:
            return Verdict(block.kind, True, "scorer", score)
        return Verdict(_BOILERPLATE, False, "scorer", round(1 - score, DECIMALS))
    strongest = max(proposals, key=_score_of)
    if strongest.score >= OWN_SAY and not _is_overruled(strongest, score):
        return _verdict_of(strongest, block)
    if score >= threshold:
        return _kept(block, proposals, score)
    clutter = [proposal for proposal in proposals if proposal.label not in _CONTENT]
    if clutter:
        named = max(clutter, key=_score_of)
        return Verdict(named.label, False, named.by, round(1 - score, DECIMALS), named.evidence)
    return Verdict(_BOILERPLATE, False, "scorer", round(1 - score, DECIMALS))


def _is_overruled(proposal: Proposal, score: float) -> bool:
    """Whether the model is surer of the contrary than the rule is."""
    if proposal.label in _CONTENT:
        return score < _SURELY_CLUTTER and proposal.score < CERTAIN
    return proposal.score < _FIRM and score >= _SURELY_CONTENT


def _kept(block: Block, proposals: Sequence[Proposal], probability: float) -> Verdict:
    """A block that stays. What may be the title, or a heading that looks like one, fills the field and stays too."""
    title = next((proposal for proposal in proposals if proposal.label is _TITLE), None)
    if title is not None:
        return Verdict(Label.TITLE, True, title.by, probability, title.evidence)
    return Verdict(block.kind, True, "scorer", probability)


def _verdict_of(proposal: Proposal, block: Block) -> Verdict:
    kept = proposal.label in _CONTENT
    if proposal.label is Label.SUBTITLE:
        kept = ends_sentence(block.text)
    label = block.kind if kept and proposal.label is Label.PARAGRAPH else proposal.label
    return Verdict(label, kept, proposal.by, round(proposal.score, DECIMALS), proposal.evidence)


def _trust_small(document: Document, verdicts: list[Verdict]) -> None:
    """Brings back the sentences and headings of a small document that no rule named: it gives the model no context.

    Of a text without any prose, which may be a poem, a note or a list, every line comes back.
    """
    counts = block_words(document)
    if sum(counts) >= _SMALL:
        return
    is_verse = not document.is_html and max(counts, default=0) < PROSE_WORDS
    for index in range(len(verdicts) - 1, -1, -1):
        block, verdict = document.blocks[index], verdicts[index]
        is_unnamed = verdict.label is Label.BOILERPLATE and verdict.by == "scorer"
        if not is_unnamed or _is_linked(block):
            continue
        heads = block.kind is Label.HEADING and any(below.kept for below in verdicts[index + 1 : index + 2])
        if is_verse or heads or ends_sentence(block.text):
            verdicts[index] = Verdict(block.kind, True, "labeling:small_document", verdict.score)


def _keep_section_headings(document: Document, verdicts: list[Verdict]) -> None:
    """Brings back headings of a page that the model removed and was unsure of, right above what stays.

    Of those in the development articles 85 in 100 are in the gold. What a rule calls navigation ("FAQs", "Overview") is
    one as often; what it calls by another name is what the name says.
    """
    if not document.is_html:
        return
    for index in range(len(verdicts) - 2, -1, -1):
        block, verdict = document.blocks[index], verdicts[index]
        is_doubtful = not verdict.kept and verdict.label in _DOUBTED and verdict.score <= _DOUBT
        if block.kind is not Label.HEADING or not is_doubtful or _is_linked(block):
            continue
        below = index + 1
        if _is_linked(document.blocks[below]) and not verdicts[below].kept and below + 1 < len(verdicts):
            below += 1  # a link that edits or shares the section
        if verdicts[below].kept and document.blocks[below].kind is not Label.HEADING:
            verdicts[index] = Verdict(Label.HEADING, True, "labeling:section_heading", verdict.score)


def _never_empty(document: Document, verdicts: list[Verdict], proposals: Mapping[int, Sequence[Proposal]]) -> None:
    """Where nothing was kept, brings back the prose that no rule claimed: an empty record helps nobody.

    A text of a few short sentences is prose too, and so are the lines of a fragment; on a page they say that it needs
    JavaScript.
    """
    if any(verdict.kept and block.text for block, verdict in zip(document.blocks, verdicts, strict=True)):
        return
    claimed = {index for index, said in proposals.items() if any(proposal.score >= OWN_SAY for proposal in said)}
    open_ = [index for index in range(len(verdicts)) if index not in claimed]
    prose = [index for index in open_ if count_words(document.blocks[index].text) >= PROSE_WORDS]
    if not prose and not document.is_html:
        prose = [index for index in open_ if ends_sentence(document.blocks[index].text)]
    if not prose and document.is_fragment:
        prose = [index for index in open_ if not _is_linked(document.blocks[index])]
    for index in prose:
        verdicts[index] = Verdict(document.blocks[index].kind, True, "labeling:never_empty", verdicts[index].score)


def _is_linked(block: Block) -> bool:
    return block.link_chars > len(block.text) / 2


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
