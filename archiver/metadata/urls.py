"""URLs as written in, absolute and comparable URLs out. What is no web address becomes None; nothing raises."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit

MAX_CHARS = 2_083
"""Longest URL that browsers of every age accept."""

_REMEMBERED = 256
"""Addresses that are remembered: that of a page is asked about several times."""

_TRACKING = re.compile(
    r"utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|at_\w+|_hs\w+|vero_\w+|oly_\w+|__s"
    r"|(?:fb|g|y|t)clid|gclsrc|dclid|gbraid|wbraid|msclkid|twclid|ttclid|li_fat_id|igsh(?:id)?|epik"
    r"|mc_[ce]id|mkt_tok|cmpid|ncid|_ga|_gl|s_cid|xtor|wt_mc|ref_src|ref_url|smid|sr_share|guccounter|guce_\w+",
    re.IGNORECASE,
)


@lru_cache(_REMEMBERED)
def absolute(url: str, base: str | None = None) -> str | None:
    """`url` resolved against `base`, or None where that gives no http or https address."""
    joined = _join(url, base)
    parts = _split(joined)
    return None if parts is None else parts.geturl()


@lru_cache(_REMEMBERED)
def canonical(url: str, base: str | None = None) -> str | None:
    """The absolute URL without fragment and without the parameters that only track visitors."""
    parts = _split(_join(url, base))
    if parts is None:
        return None
    return parts._replace(query=_clean_query(parts.query), fragment="").geturl()


@lru_cache(_REMEMBERED)
def domain(url: str | None) -> str | None:
    """The host of `url` in lower case, without ``www.`` and port."""
    parts = _split(url or "")
    if parts is None:
        return None
    host = (parts.hostname or "").rstrip(".")
    return host.removeprefix("www.") or None


def dated_path(url: str | None) -> str | None:
    """The date in the path of an address: ``/2025/09/04/``, ``/2025/sport/09/04/``, ``/2025/september/4/``."""
    if not url:
        return None
    match = _DATED_PATH.search(url[:MAX_CHARS])
    if match:
        return f"{match[1]}-{match[2]}-{match[3]}"
    match = _WORDED_PATH.search(url[:MAX_CHARS])
    return f"{match[3]} {match[2]} {match[1]}" if match else None


_DATED_PATH = re.compile(
    r"/(20\d\d|199\d)(?:[/-]|/[a-z][a-z_.-]*/)(0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/-]|$)", re.IGNORECASE
)
_WORDED_PATH = re.compile(r"/(20\d\d|199\d)/([^\W\d_]{3,10})/(0?[1-9]|[12]\d|3[01])(?=[/-]|$)")


def _join(url: str, base: str | None) -> str:
    url = "".join(url[: MAX_CHARS + 1].split())
    if not base:
        return url
    try:
        return urljoin(base, url)
    except ValueError:
        return ""


def _split(url: str) -> SplitResult | None:
    if not url or len(url) > MAX_CHARS:
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    return parts._replace(netloc=_lower_host(parts.netloc))


def _lower_host(netloc: str) -> str:
    user, at, host = netloc.rpartition("@")
    return user + at + host.lower()


def _clean_query(query: str) -> str:
    """The query as it stood where it holds no tracking, else re-written without it."""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _TRACKING.fullmatch(name)]
    return query if len(kept) == len(pairs) else urlencode(kept)
