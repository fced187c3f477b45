"""A judged document becomes a record. Here, and nowhere else, blocks are dropped.

In comes a `Document` with one verdict a block, and its `Metadata`; out comes the text of the kept blocks and
a `Record` in which every block is accounted for, kept or removed.
"""

from __future__ import annotations

import hashlib
import json
import re
from itertools import compress
from urllib.parse import urljoin

from archiver.document import Document, Image, Label, Link, RawDocument
from archiver.metadata.urls import absolute
from archiver.record import SCHEMA_VERSION, Metadata, Record, RecordBlock
from archiver.settings import Settings
from archiver.sources import canonical_json
from archiver.version import __version__
from archiver.words import block_words

_ID_LENGTH = 32

# Addresses that `urljoin` leaves as they are, and takes ten times longer to tell.
_ABSOLUTE = re.compile(r"https?://[\w.-]+(?:/[\w.~%+,@!$*/-]*)?(?:\?[\w.~%+,@!$*/&=-]+)?", re.ASCII)


def drop(document: Document) -> tuple[str, tuple[RecordBlock, ...]]:
    """The text of the kept blocks, and all blocks as the record tells them.

    Kept blocks have offsets into the text, removed ones their own text. The separators of all of them are
    those of the document, so that both together rebuild what `segment` produced (`rebuild`).
    """
    pieces: list[str] = []
    blocks: list[RecordBlock] = []
    length = 0
    last_kept: Label | None = None
    for block, verdict in zip(document.blocks, document.verdicts, strict=True):
        label, by, score = verdict.label._value_, verdict.by, verdict.score  # `value` goes a long way there
        if not verdict.kept:
            blocks.append(RecordBlock(label, False, by, score, None, None, block.before, block.text))
            continue
        if last_kept is not None and block.text:
            separator = block.before
            if document.is_html:
                separator = "\n" if block.before == "\n" and block.kind is last_kept else "\n\n"
            pieces.append(separator)
            length += len(separator)
        pieces.append(block.text)
        start, length = length, length + len(block.text)
        blocks.append(RecordBlock(label, True, by, score, start, length, block.before, None))
        if block.text:
            last_kept = block.kind
    return "".join(pieces), tuple(blocks)


def rebuild(text: str, blocks: tuple[RecordBlock, ...]) -> str:
    """What `segment` produced, from a record's text and blocks alone: the inverse of `drop`."""
    return "".join(
        block.before + (text[block.start : block.end] if block.text is None else block.text) for block in blocks
    )


def compose(
    document: Document, metadata: Metadata, text: str, blocks: tuple[RecordBlock, ...], settings: Settings
) -> Record:
    """The record of a judged document."""
    source = document.source
    source_sha256 = digest(source.payload)
    settings_sha256 = settings.digest()
    identity = identity_of(source.url, source.source_uri)
    version = "\n".join((identity, source_sha256, settings_sha256, __version__))
    base = _base(metadata.url if metadata.url and absolute(metadata.url) else "", document.head.base)
    return Record(
        id=identity,
        version_id=digest(version.encode("ascii"))[:_ID_LENGTH],
        text=text,
        title=metadata.title,
        subtitle=metadata.subtitle,
        section=metadata.section,
        description=metadata.description,
        author_bio=metadata.author_bio,
        publisher=metadata.publisher,
        site_name=metadata.site_name,
        license=metadata.license,
        authors=metadata.authors,
        tags=metadata.tags,
        date_published=metadata.date_published,
        date_modified=metadata.date_modified,
        published_at=metadata.published_at,
        modified_at=metadata.modified_at,
        published_raw=metadata.published_raw,
        language=metadata.language,
        language_score=metadata.language_score,
        url=metadata.url,
        canonical_url=metadata.canonical_url,
        domain=metadata.domain,
        page_type=document.page_type,
        page_type_score=document.page_type_score,
        word_count=sum(compress(block_words(document), (verdict.kept for verdict in document.verdicts))),
        char_count=len(text),
        flags=metadata.flags,
        links=_links(document, base),
        images=_images(document, base),
        blocks=blocks,
        repairs=tuple(document.repairs),
        origins=metadata.origins,
        source_uri=source.source_uri,
        source_sha256=source_sha256,
        source_bytes=len(source.payload),
        source_media_type=document.media_type,
        source_encoding=document.encoding,
        source_encoding_confidence=document.encoding_confidence,
        fetched_at=source.fetched_at,
        http_status=source.http_status,
        warc_record_id=source.warc_record_id,
        extra=_extra(source, metadata.unused, settings),
        text_sha256=digest(text.encode("utf-8")),
        settings_sha256=settings_sha256,
        cleaner_version=__version__,
        schema_version=SCHEMA_VERSION,
    )


def _extra(source: RawDocument, unused: tuple[str, ...], settings: Settings) -> str | None:
    """The other columns of the row, and what it gave that is no value of its field, under the name of that field."""
    if not unused:
        return source.extra
    extra = json.loads(source.extra) if source.extra else {}
    for field in unused:
        extra[field if extra.get(field) is None else f"given.{field}"] = source.given[field]
    return canonical_json(extra, settings.limits.record_depth + 1)


def identity_of(url: str | None, source_uri: str) -> str:
    """The `id` of a document: the same for all its versions over time."""
    name = (url or source_uri).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return digest(name.encode("utf-8"))[:_ID_LENGTH]


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def _links(document: Document, base: str) -> tuple[Link, ...]:
    """The links of the kept blocks, absolute where the page's address is known."""
    return tuple(
        link if url is link.url else Link(link.text, url)
        for block, verdict in zip(document.blocks, document.verdicts, strict=True)
        if block.links and verdict.kept
        for link in block.links
        if (url := _absolute(base, link.url))
    )


def _images(document: Document, base: str) -> tuple[Image, ...]:
    """The images among the kept blocks, each with its caption, or else its alternative text.

    An image belongs to the block that follows it in the page; it is kept where that block is, or where that
    block is its caption and stands next to a kept one.
    """
    images = []
    kept = [False, *[verdict.kept for verdict in document.verdicts], False]
    for index, block in enumerate(document.blocks, start=1):
        if not block.images:
            continue
        is_caption = document.verdicts[index - 1].label is Label.CAPTION
        if not (kept[index] or (is_caption and (kept[index - 1] or kept[index + 1]))):
            continue
        for image in block.images:
            if url := _absolute(base, image.url):
                images.append(Image(url, block.text if is_caption else image.caption))
    return tuple(images)


def _base(url: str, declared: str) -> str:
    """The address that the page's links start from: its own, moved by its ``<base>`` where that is an address."""
    try:
        return urljoin(url, declared)
    except ValueError:
        return url


def _absolute(base: str, url: str) -> str | None:
    """`url` made absolute; None for what leads to no other document."""
    if _ABSOLUTE.fullmatch(url):
        return url
    if url.startswith("#") or url.lower().startswith(("javascript:", "data:", "blob:", "about:")):
        return None
    try:
        return urljoin(base, url) or None
    except ValueError:  # what a page gives as an address may be none, such as "http://[broken"
        return url
