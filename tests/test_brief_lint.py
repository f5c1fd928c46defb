"""Every rule of a brief has texts that break it, and texts that nearly do."""

from __future__ import annotations

import pytest

from danvan_study.publish.lint import RULES, lint_draft, read_draft
from tests.brief_lint_material import BROKEN, FINE


def complaints(text: str, rule: str) -> list[str]:
    draft = read_draft(text.encode(), source="text.md")
    return [f"{one.where.told('vi')} {one.what.told('vi')}" for one in lint_draft(draft) if one.rule == rule]


@pytest.mark.parametrize(("rule", "text", "said"), BROKEN)
def test_a_text_that_breaks_a_rule_is_found(rule: str, text: str, said: str) -> None:
    found = complaints(text, rule)
    assert found, f"nothing was found in: {text}"
    assert any(said in one for one in found), found


@pytest.mark.parametrize(("rule", "text"), FINE)
def test_a_text_that_nearly_breaks_it_is_not(rule: str, text: str) -> None:
    assert complaints(text, rule) == []


WITH_A_STUDY = {"unpublished-figure", "change-allowed", "simulated-mark"}
"""Rules that compare with what the study published: tests/test_brief_lint_study.py."""


def test_every_rule_has_a_text_that_breaks_it_and_one_that_nearly_does() -> None:
    assert {rule for rule, _, _ in BROKEN} | WITH_A_STUDY == set(RULES)
    assert {rule for rule, _ in FINE} | WITH_A_STUDY == set(RULES)


def test_every_rule_says_what_it_demands_and_what_to_do() -> None:
    for rule in RULES.values():
        assert rule.about.endswith(".")
        assert rule.cure.told("en").endswith(".")
