"""What axe-core finds wrong with a page in Chromium; the engine comes with a package of the lock, not from the net."""

from __future__ import annotations

import json
from typing import Final

from axe_playwright_python.base import AXE_SCRIPT

from tests.chromium import Page

RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""Tags of axe-core's rules: the criteria of WCAG 2.0 to 2.2 at levels A and AA, and good practice beside them."""


def violations(html: bytes) -> dict[str, list[str]]:
    """Return each rule that a page breaks, with the elements that break it."""
    with Page(html) as page:
        page.wait_for("document.readyState === 'complete'")
        page.run("document.fonts.ready.then(() => true)")
        page.run(f"{AXE_SCRIPT};true")
        only = json.dumps({"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]})
        found = page.run(f"axe.run(document, {only}).then(result => result.violations)")
        assert page.errors == []
        ran = page.run("axe.getRules().length")
    assert isinstance(ran, int)
    assert ran > 80
    assert isinstance(found, list)
    return {
        rule["id"]: [f"{node['html'][:160]} – {node['failureSummary']}" for node in rule["nodes"]] for rule in found
    }
