"""Rules of users for single sites: enter a host and a parsed page, leave marks on its elements and fields from it.

A rule stands in the settings under its host and holds for the hosts below it too. It marks, and never deletes: a mark
is a proposal like that of a normalizer, but one that always has its say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from importlib.metadata import entry_points
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from archiver.document import Document, Head, Label, Proposal, RawDocument
from archiver.errors import UsageError, hint
from archiver.record import Metadata

ENTRY_POINTS = "archiver.sites"
SOURCE = "site"
"""The source of a metadata field that a site rule has taken, in `origins`."""

_MARK = "_archiver_mark"
CERTAIN = 1.0
"""The score of what a user has marked, which no model overrules."""
_LISTS = ("authors", "tags")
FIELDS = (
    *("title", "subtitle", "section", "description", "author_bio", "publisher", "site_name", "license"),
    *("authors", "tags", "date_published", "date_modified"),
)
assert set(FIELDS) <= set(Metadata.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class SiteRule:
    """What is known about the pages of one host."""

    drop: tuple[str, ...] = ()
    """CSS selectors of elements that are removed."""
    keep: tuple[str, ...] = ()
    """CSS selectors of elements that stay, whatever the rules and the model say."""
    phrases: tuple[str, ...] = ()
    """Blocks that read so are removed, in any case of letters; `*` stands for anything."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Fields of the record and the CSS selectors of the elements to take them from."""
    rules: tuple[str, ...] = ()
    """Names of entry points in the group `archiver.sites`: functions over a BeautifulSoup tree that `mark` elements."""


class Marks(NamedTuple):
    """What a rule says of a page: labels by `id` of the marked nodes, which are held in `nodes`, and fields as
    (field, selector, value)."""

    labels: Mapping[int, Label]
    nodes: tuple[Any, ...]
    fields: tuple[tuple[str, str, str], ...]


NO_MARKS = Marks({}, (), ())


def mark(element: Any, label: str) -> None:
    """Say what an element of a BeautifulSoup tree is. A content label, such as ``paragraph``, keeps what is in it.

    Raises:
        UsageError: there is no such label.
    """
    try:
        setattr(element, _MARK, Label(label))
    except ValueError as error:
        raise UsageError(f"a site rule marks an element {label!r}, which is no label") from error


def rule_for(url: str | None, sites: Mapping[str, SiteRule]) -> tuple[str, SiteRule] | None:
    """The rule of the host of `url`, or of the nearest host above it, under its name."""
    host = _host_of(url or "")
    while host:
        if host in sites:
            return host, sites[host]
        host = host.partition(".")[2]
    return None


def _host_of(url: str) -> str:
    """The host of an address as rules name it, in small letters and without "www."; empty where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").removeprefix("www.")
    except ValueError:
        return ""


def rule_of(source: RawDocument, head: Head, sites: Mapping[str, SiteRule]) -> tuple[str, SiteRule] | None:
    """The rule for a document, by the address that its source gives, else by the one that the page declares."""
    if not sites:
        return None
    declared = [href for rel, href in head.links if rel.lower() == "canonical"]
    declared += [content for name, content in head.meta if name.lower() == "og:url"]
    return next((found for url in (source.url, *declared) if (found := rule_for(url, sites))), None)


def apply(rule: SiteRule, root: Any, attribute: Callable[[Any, str], str | None]) -> Marks:
    """What `rule` says of the page whose tree is `root`; a tree of BeautifulSoup if the rule names functions."""
    labels: dict[int, Label] = {}
    nodes: list[Any] = []
    for selectors, label in ((rule.drop, Label.BOILERPLATE), (rule.keep, Label.PARAGRAPH)):
        for selector in selectors:
            for node in root.select(selector):
                labels[id(node)] = label
                nodes.append(node)
    if rule.rules:
        for name in rule.rules:
            _function(name)(root)
        for node in root.find_all(True):
            if _MARK in vars(node):
                labels[id(node)] = vars(node)[_MARK]
                nodes.append(node)
    return Marks(labels, tuple(nodes), tuple(_taken(rule, root, attribute)))


def _taken(rule: SiteRule, root: Any, attribute: Callable[[Any, str], str | None]) -> Iterator[tuple[str, str, str]]:
    for name, selector in rule.fields.items():
        found = root.select(selector)
        for node in found if name in _LISTS else found[:1]:
            value = attribute(node, "datetime") or attribute(node, "content") or " ".join(str(node.text).split())
            if value:
                yield name, selector, value


@cache
def _function(name: str) -> Callable[[Any], object]:
    offered = entry_points(group=ENTRY_POINTS)
    if name not in offered.names:
        known = ", ".join(sorted(offered.names)) or "none"
        raise UsageError(f"setting sites: the rule {name} is not installed; installed are: {known}")
    found: Callable[[Any], object] = offered[name].load()
    return found


def check_fields(sites: Mapping[str, SiteRule]) -> None:
    """Raise a `UsageError` that suggests the likely one for a field that cannot be taken from a page."""
    for host, rule in sites.items():
        for name in rule.fields:
            if name not in FIELDS:
                raise UsageError(f"setting sites.{host}.fields.{name}: no field to take; {hint(name, FIELDS)}")


def check(sites: Mapping[str, SiteRule], parse: Callable[[], Any]) -> None:
    """Raise a `UsageError` for a host that no page has, a selector that cannot be read, a function not installed.

    `parse` gives the tree of some page, to try selectors on.
    """
    if not sites:
        return
    tree = parse()
    for host, rule in sites.items():
        if not host or "*" in host or host != _host_of(f"//{host}"):
            raise UsageError(f"setting sites.{host!r}: not a host in small letters and without www.")
        for selector in (*rule.drop, *rule.keep, *rule.fields.values()):
            try:
                tree.select(selector)
            except ValueError as error:
                raise UsageError(f"setting sites.{host}: {error}") from error
        for name in rule.rules:
            _function(name)


def proposals(document: Document, sites: Mapping[str, SiteRule]) -> Iterable[Proposal]:
    """What the rule of its site says of the blocks of a document."""
    found = rule_of(document.source, document.head, sites)
    if not found:
        return
    host, rule = found
    phrases = [phrase.casefold() for phrase in rule.phrases]
    for index, block in enumerate(document.blocks):
        if block.mark:
            yield Proposal(index, block.mark, f"site:{host}", CERTAIN, "marked")
        elif phrases:
            text = " ".join(block.text.split()).casefold()
            phrase = next((phrase for phrase in phrases if fnmatchcase(text, phrase)), None)
            if phrase is not None:
                yield Proposal(index, Label.BOILERPLATE, f"site:{host}", CERTAIN, phrase)
