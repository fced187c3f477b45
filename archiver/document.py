"""The types that flow from `sources` to `labeling`: a document, its blocks, and what is said of them.

Types only: nothing here computes, and nothing else of archiver is imported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None

HTML = "text/html"
TEXT = "text/plain"


class Family(StrEnum):
    """What becomes of a block: it stays in the text, fills a metadata field, or is removed."""

    CONTENT = "content"
    METADATA = "metadata"
    CLUTTER = "clutter"


class Label(StrEnum):
    """What a block is. The label says nothing about whether it is kept; `Verdict.kept` does."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"

    TITLE = "title"
    SUBTITLE = "subtitle"
    SECTION = "section"
    BYLINE = "byline"
    DATE = "date"
    TAGS = "tags"

    SHARE = "share"
    RELATED = "related"
    NEWSLETTER = "newsletter"
    COMMENTS = "comments"
    COUNTER = "counter"
    AUTHOR_BIO = "author_bio"
    PROMO = "promo"
    AD = "ad"
    NAVIGATION = "navigation"
    CONSENT = "consent"
    LEGAL = "legal"
    FORM = "form"
    CAPTION = "caption"
    DUPLICATE = "duplicate"
    BOILERPLATE = "boilerplate"

    @property
    def family(self) -> Family:
        return _FAMILIES[self]


_CONTENT = (Label.PARAGRAPH, Label.HEADING, Label.LIST_ITEM, Label.QUOTE, Label.CODE, Label.TABLE)
_METADATA = (Label.TITLE, Label.SUBTITLE, Label.SECTION, Label.BYLINE, Label.DATE, Label.TAGS)
_FAMILIES = {
    label: Family.CONTENT if label in _CONTENT else Family.METADATA if label in _METADATA else Family.CLUTTER
    for label in Label
}


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One document as a source gave it, before anything is known about it.

    `payload` is the page or the text as bytes; of a row it is the html or text field as UTF-8
    (lone surrogates by ``surrogatepass``). `given` holds the metadata that came with it, by
    record column (``title``, ``authors``, ``date_published``, ``language``, …), as found.
    """

    payload: bytes
    source_uri: str
    media_type: str | None = None
    url: str | None = None
    charset: str | None = None
    given: Mapping[str, Json] = field(default_factory=dict)
    extra: str | None = None
    fetched_at: datetime | None = None
    http_status: int | None = None
    warc_record_id: str | None = None


class Link(NamedTuple):
    """A hyperlink in a block: its anchor text and its URL as written in the page."""

    text: str
    url: str


class Image(NamedTuple):
    """An image: its URL, and its caption, or its alternative text where it has none."""

    url: str
    caption: str | None


@dataclass(slots=True, eq=False)
class Element:
    """A block-level element of the page in which blocks stand.

    A subtree is a contiguous range of blocks: `first` is the index of its first block, `last` one past
    its last. `tokens` are the words of its class and id attributes, in lower case.
    """

    tag: str
    tokens: tuple[str, ...]
    parent: Element | None
    depth: int
    first: int
    last: int = -1


@dataclass(slots=True, eq=False)
class Block:
    """The unit that is kept or removed: a paragraph of a page, a line of a text.

    `before` is the separator that stood before it. `kind` is what its form says it is (a content label,
    or `caption`), before anybody has judged it. `level` is 1 to 6 for headings, else 0. `link_chars`
    counts the characters of `text` that are anchor text. `inline` holds the tags and class words of the
    inline elements around its beginning.
    """

    text: str
    before: str = ""
    kind: Label = Label.PARAGRAPH
    level: int = 0
    element: Element | None = None
    inline: tuple[str, ...] = ()
    link_chars: int = 0
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    mark: Label | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One change made to the encoding of a block or a metadata string.

    `block` is the index of the block, None for the document as a whole. `kind` names what was wrong
    (``mojibake``, ``control``, ``surrogate``, ``undecodable``, ``line_end``, …), `count` how often.
    `before` is the text as it came and `plan` the steps that turn it into the repaired text, as JSON.
    """

    block: int | None
    kind: str
    count: int
    before: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """What a page declares about itself, collected while it is parsed, still as it stood.

    `meta` holds (name or property, content) pairs, `links` (rel, href) pairs, `items` microdata
    (itemprop, value) pairs, `times` (datetime attribute, text) pairs of the `<time>` elements, and
    `authors` the texts of ``rel=author`` links. All in document order. `site` is what a rule of the user's for this
    site has taken from the page: (field, CSS selector, value).
    """

    title: str = ""
    language: str = ""
    base: str = ""
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    json_ld: tuple[Json, ...] = ()
    items: tuple[tuple[str, str], ...] = ()
    times: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] = ()
    site: tuple[tuple[str, str, str], ...] = ()


class UserPhrases(NamedTuple):
    """The phrases of page furniture that a user has added, and those of ours that shall not fire.

    `added` holds them as (language, label, kind, phrases) with the names of `archiver.toml`.
    """

    added: tuple[tuple[str, str, str, tuple[str, ...]], ...] = ()
    silenced: tuple[str, ...] = ()


NO_PHRASES = UserPhrases()


class Proposal(NamedTuple):
    """What a normalizer says about one block.

    `block` is its index, `by` names the rule, `score` in [0, 1] is how often the rule is right,
    `evidence` is what it saw, for `explain`. A content label is a plea to keep the block.
    """

    block: int
    label: Label
    by: str
    score: float
    evidence: str = ""


class Verdict(NamedTuple):
    """What was decided about one block, by whom, and how sure. `score` has three decimals."""

    label: Label
    kept: bool
    by: str
    score: float
    evidence: str = ""


@dataclass(slots=True, eq=False)
class Document:
    """A document as a sequence of blocks: the one type that every stage after `segment` works on.

    `title` is the best title known before labelling (declared by the page or given by the source row).
    `is_fragment` is markup without a page around it: a post of a network, the body that an API hands out.
    `page_type` is the model's, with its probability; a plain text has none.
    `phrases` are the user's own, for the normalizers.
    `verdicts` is empty until `labeling` has spoken; then it has one entry a block. `word_counts` is empty until
    somebody asks how many words the blocks have (`words.block_words`).
    """

    source: RawDocument
    media_type: str
    blocks: list[Block]
    head: Head = field(default_factory=Head)
    encoding: str | None = None
    encoding_confidence: float | None = None
    repairs: list[Repair] = field(default_factory=list)
    is_fragment: bool = False
    title: str = ""
    language: str = "und"
    language_score: float = 0.0
    page_type: str | None = None
    page_type_score: float | None = None
    phrases: UserPhrases = NO_PHRASES
    verdicts: list[Verdict] = field(default_factory=list)
    word_counts: list[int] = field(default_factory=list)

    @property
    def is_html(self) -> bool:
        return self.media_type == HTML


Normalizer: TypeAlias = Callable[[Document], Iterable[Proposal]]
