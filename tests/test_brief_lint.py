"""Every rule of a brief has texts that break it, and texts that nearly do."""

from __future__ import annotations

import pytest

from danvan_study.publish.lint import RULES, lint_draft, read_draft
from tests.brief_lint_material import BROKEN, FINE


def complaints(text: str, rule: str) -> list[str]:
    draft = read_draft(text.encode(), source="text.md")
    return [f"{one.where} {one.what}" for one in lint_draft(draft) if one.rule == rule]


@pytest.mark.parametrize(("rule", "text", "said"), BROKEN)
def test_a_text_that_breaks_a_rule_is_found(rule: str, text: str, said: str) -> None:
    found = complaints(text, rule)
    assert found, f"nothing was found in: {text}"
    assert any(said in one for one in found), found


@pytest.mark.parametrize(("rule", "text"), FINE)
def test_a_text_that_nearly_breaks_it_is_not(rule: str, text: str) -> None:
    assert complaints(text, rule) == []
