"""The handbook as built: without a warning, without a network, found by words without marks, readable by everybody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from docs.build import build
from docs.gallery import PICTURES
from tests.accessibility import violations
from tests.chromium import Page
from tests.handbook_blocks import LANGUAGES, ROOT, blocks

if TYPE_CHECKING:
    from pathlib import Path

READ = ("vi/vi/index", "vi/vi/gallery", "vi/vi/methods/estimation", "en/en/sample")
ELSEWHERE = re.compile(r"<(?:script|img|link)[^>]+(?:src|href)=\"(?:https?:)?//[^\"]+")
"""Something that a page would fetch; a link that a reader may follow is none."""


@pytest.mark.needs("chromium")
def test_both_books_are_built_and_can_be_read(tmp_path: Path) -> None:
    assert build(tmp_path) == 0
    pages = sorted(tmp_path.rglob("*.html"))
    assert [page for page in pages if ELSEWHERE.search(page.read_text(encoding="utf-8"))] == []
    assert [page for page in pages if not twin(page).is_file()] == []
    assert {name: violations(opened(tmp_path / f"{name}.html")) for name in READ} == {name: {} for name in READ}
    assert (PICTURES / "areas-vi.png").read_bytes() == (ROOT / "docs/images/areas.png").read_bytes()
    for words in ("quyen so", "quyền số"):
        assert found(tmp_path / "vi/search.html", words)[:2] == ["weights.html", "weighting.html"]  # by their titles


def twin(page: Path) -> Path:
    """Return the page to which a built page sends the reader for the other language."""
    link = re.search(r'<p class="twin"><a href="([^"]+)"', page.read_text(encoding="utf-8"))
    return (page.parent / link[1]).resolve() if link else page


def opened(page: Path) -> bytes:
    """Return the page, so that it finds its style and scripts from wherever it is opened."""
    return page.read_bytes().replace(b"<head>", f'<head><base href="{page.as_uri()}">'.encode(), 1)


def found(page: Path, words: str) -> list[str]:
    """Return the addresses that the book's search finds."""
    with Page(opened(page)) as shown:
        shown.call("Page.navigate", url=f"{page.as_uri()}?q={words}")
        shown.wait_for("document.querySelector('#search-results .search-summary')?.innerText")
        addresses = shown.run("[...document.querySelectorAll('#search-results li a')].map(link => link.href)")
        assert shown.errors == []
    assert isinstance(addresses, list)
    return [address.rpartition("/")[2].partition("#")[0] for address in addresses]


def test_the_first_page_of_the_repository_leads_only_to_files_that_exist() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 10
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_both_books_list_the_same_pages_in_the_same_order() -> None:
    lists = [block for block in blocks("{toctree}") if block.page.endswith("/index.md")]
    listed = [
        [line for block in lists if f"/{one}/" in block.page for line in entries(block.text)] for one in LANGUAGES
    ]
    assert len(listed[0]) > 30
    assert listed[0] == listed[1]


def entries(toctree: str) -> list[str]:
    """Return the pages that a list names, without its settings and the words beside a page."""
    lines = [line for line in toctree.splitlines() if line and not line.startswith(":")]
    return [line.rpartition("<")[2].rstrip(">") for line in lines]


def test_both_books_have_the_same_pages() -> None:
    names = [
        {page.relative_to(ROOT / "docs" / one) for page in (ROOT / "docs" / one).rglob("*.md")} for one in LANGUAGES
    ]
    assert names[0] == names[1]
