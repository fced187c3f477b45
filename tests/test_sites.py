"""Rules for single sites: what they mark goes or stays, and only on pages of their host."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from archiver import Settings, clean, explain
from archiver.cli import app
from archiver.errors import UsageError
from archiver.settings import read_settings
from archiver.sites import SiteRule, mark

PROSE = (
    "The ferry left the harbour at seven, as it does every day, and the pilot waved to the children on the quay. "
    "Nobody had told them that the old boat, built in 1931, would be sold in the spring."
)
PAGE = f"""<!doctype html><html><head><title>Ferry</title></head><body><article><h1>The last ferry</h1>
<p>{PROSE}</p><p class="own">{PROSE.replace("ferry", "barge")} <b class="own">Bold.</b></p>
<div class="box"><p>{PROSE.replace("seven", "nine")}</p></div>
<p>{PROSE.replace("daily", "weekly").replace("quay", "pier")}</p><p>Seen on the pier  by Ann.</p>
<nav><ul><li><a href="/a">A recipe for eel</a></li></ul></nav>
<span class="who">Ann Example</span> <time class="when" datetime="2024-03-05">Tuesday</time></article></body></html>"""


def settings(host: str = "example.org", **rule: Any) -> Settings:
    return Settings(sites={host: SiteRule(**rule)})


def cleaned(chosen: Settings, url: str | None = "https://www.example.org/1", page: str = PAGE) -> str:
    return clean(page, url=url, settings=chosen).text


def test_what_is_dropped_and_kept() -> None:
    plain = cleaned(Settings())
    assert ("nine" in plain, "barge" in plain, "eel" in plain) == (True, True, False)
    text = cleaned(settings(drop=(".box", "b.own"), keep=("nav",), phrases=("seen on * by ANN.",)))
    assert ("nine" in text, "barge" in text, "eel" in text, "Seen on" in text) == (False, True, True, False)


def test_rows_of_a_table_can_be_marked_whole_or_in_part() -> None:
    rows = "<tr class='sum'><td>Fares</td><td>1,200</td></tr><tr><td>Freight</td><td class='note'>estimated</td></tr>"
    page = PAGE.replace("<nav>", f"<table><tr><td>Coal</td><td>300</td></tr>{rows}</table><nav>")
    plain = cleaned(settings(keep=("table",)), page=page)
    assert "Coal | 300\nFares | 1,200\nFreight | estimated" in plain
    text = cleaned(settings(keep=("table",), drop=(".sum", ".note")), page=page)
    assert ("Coal | 300" in text, "Fares" in text, "Freight" in text, "estimated" in text) == (True, False, True, False)


def test_what_is_dropped_is_kept_in_the_archive_with_the_name_of_the_rule() -> None:
    record = clean(PAGE, url="https://example.org/1", settings=settings(drop=(".box",)))
    [block] = [block for block in record.blocks if block.text and "nine" in block.text]
    assert (block.label, block.kept, block.by, block.score) == ("boilerplate", False, "site:example.org", 1.0)


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("https://example.org/1", True),
        ("https://news.Example.org/1", True),
        ("https://example.org.evil.example/1", False),
        ("https://notexample.org/", False),
        ("no address", False),
        (None, False),
    ],
)
def test_a_rule_holds_for_its_host(url: str | None, holds: bool) -> None:
    assert ("nine" not in cleaned(settings(drop=(".box",)), url)) is holds


def test_the_page_may_name_its_host() -> None:
    page = PAGE.replace("<head>", '<head><link rel="canonical" href="https://example.org/1">')
    assert "nine" not in cleaned(settings(drop=(".box",)), None, page)


def test_fields_are_taken() -> None:
    rule = settings(fields={"authors": ".who", "date_published": "time.when", "section": "nav li"})
    record = clean(PAGE, url="https://example.org/1", settings=rule)
    assert (record.authors, str(record.date_published), record.section) == (
        ("Ann Example",),
        "2024-03-05",
        "A recipe for eel",
    )
    assert ("authors", "site", ".who") in {(one.field, one.source, one.locator) for one in record.origins}


def example_org(soup: Any) -> None:
    for box in soup.select("div.box"):
        mark(box, "promo")
    mark(soup.find("nav"), "list_item")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    found = EntryPoints([EntryPoint("boxes", f"{__name__}:example_org", "archiver.sites")])
    monkeypatch.setattr("archiver.sites.entry_points", lambda group: found.select(group=group))
    return lambda: None


@pytest.mark.usefixtures("offered")
def test_a_function_marks_elements() -> None:
    record = clean(PAGE, url="https://example.org/1", settings=settings(rules=("boxes",)))
    assert "eel" in record.text
    [block] = [block for block in record.blocks if block.text and "nine" in block.text]
    assert (block.label, block.kept, block.by) == ("promo", False, "site:example.org")


def test_mistakes_are_named() -> None:
    for rule, message in (({"drop": ("..",)}, "example.org"), ({"rules": ("gone",)}, "not installed")):
        with pytest.raises(UsageError, match=message):
            cleaned(settings(**rule))
    with pytest.raises(UsageError, match=r"sites\.example\.org\.fields\.titel: .*did you mean title"):
        settings(fields={"titel": "h1"})
    with pytest.raises(UsageError, match=r"did you mean .*drop"):
        read_settings(None, ("sites.a.drops=x",))
    with pytest.raises(UsageError, match="no label"):
        mark(object(), "advert")


def test_the_effect_is_shown(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(PAGE, encoding="utf-8")
    toml = tmp_path / "archiver.toml"
    toml.write_text(settings(drop=(".box",), fields={"title": "h1"}).to_toml(), encoding="utf-8")
    arguments = ["sites", "test", "www.example.org", str(tmp_path / "page.html"), "--settings", str(toml)]
    shown = CliRunner().invoke(app, arguments).output.splitlines()
    assert shown[1] == "  title = The last ferry   (h1)"
    assert shown[2].startswith("  - boilerplate (site:example.org) The ferry left the harbour at nine")
    assert len(shown) == 3


@pytest.mark.parametrize("host", ["www.a.org", "A.org", "https://a.org/b", "*.a.org", "a.org:80", ""])
def test_a_host_that_no_page_has_is_refused(host: str) -> None:
    with pytest.raises(UsageError, match="small letters and without www"):
        cleaned(settings(host, drop=("nav",)))
    with pytest.raises(UsageError, match="small letters and without www"):
        explain(PAGE, settings=settings(host, drop=("nav",)))


@pytest.mark.parametrize("host", ["example.org", "bücher.example", "localhost", "10.0.0.1"])
def test_hosts_of_all_kinds_have_rules(host: str) -> None:
    assert PROSE.replace("seven", "nine") not in cleaned(settings(host, drop=("div.box",)), f"https://{host}/1")
