"""The disclosure sheet: every item told by a record or by a person, or no brief."""

from __future__ import annotations

from itertools import product

import pytest

from danvan_study.errors import StudyError
from danvan_study.field import ResponseRates
from danvan_study.pipeline import check_study, run_study
from danvan_study.publish import words, write_outputs
from danvan_study.publish.blocks import Facts
from danvan_study.publish.disclosure import (
    disclosure_blocks,
    disclosure_items,
    disclosure_rows,
    empty_lines,
    lines_needed,
)
from danvan_study.study import Base, Weighting, read_study
from danvan_study.study.disclosure import ITEMS, Disclosure
from tests import small_study
from tests.brief_material import STUDY, context, replace
from tests.demonstration import ROOT

RATES = ResponseRates(complete=812, partial=18, refused=96, not_met=74, other=12, unknown_household=40, unknown_other=8)
UNSAID = replace(STUDY, disclosure=Disclosure())


def items(**fields):
    return {item.key: item for item in disclosure_items(context(**fields))}


def test_the_sheet_has_every_item_of_the_code_in_its_order():
    told = disclosure_items(context())
    numbers = [f"A{number}" for number in range(1, 12)] + [f"B{number}" for number in range(1, 8)]
    assert [item.number for item in told] == numbers
    assert all(item.text.endswith(".") for item in told)


@pytest.mark.parametrize(("base", "mode", "rates"), list(product(Base, ["", "mode"], [None, RATES])))
def test_a_person_is_asked_for_what_no_record_tells_and_for_nothing_else(base, mode, rates):
    """Whatever the study records: once the needed lines are written, no item is empty; without them, those are."""
    design = replace(STUDY.design, mode=mode)
    weighting = Weighting(base=base, file="frame.csv", column="n")
    study = replace(UNSAID, design=design, weighting=weighting)
    work = replace(context().fieldwork, response=rates, modes={"1": 12} if mode else {})
    needed = lines_needed(study, has_visits=rates is not None)
    told = items(study=study, fieldwork=work)
    assert {key for key, item in told.items() if not item.told} <= set(needed)
    written = replace(study, disclosure=Disclosure(lines={"vi": dict.fromkeys(needed, "Đã ghi")}))
    assert all(item.text for item in items(study=written, fieldwork=work).values())
    assert {"funding", "training", "show_cards"} <= set(needed)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_same_sheet_goes_to_the_report_and_to_the_annex(language):
    given = context(language=language)
    facts = next(block for block in disclosure_blocks(given) if isinstance(block, Facts))
    head, *rows = disclosure_rows(given)
    assert len(head) == 4
    assert [(f"{number}. {title}", text) for number, title, text, _ in rows] == list(facts.rows)
    sources = {words.phrases(language)[f"disclosure_{source}"] for source in ("told", "said", "both")}
    assert {row[3] for row in rows} == sources


def test_a_line_in_the_language_of_the_brief_stands_before_the_offices_own():
    english = items(language="en")
    assert english["funding"].said == "Budget of the sponsor."
    assert english["show_cards"].said == "Không dùng."


def test_a_draft_in_brackets_or_a_line_without_a_word_is_no_line():
    text = small_study.STUDY.replace("Không có thẻ gợi ý", "[sẽ ghi sau]").replace("Không hỏi ai", "…")
    assert empty_lines(read_study(text), has_visits=False) == ("mode", "show_cards")


def test_no_brief_is_written_while_an_item_is_empty_and_the_message_names_each(tmp_path):
    study = small_study.STUDY.replace("Không có thẻ gợi ý", "").replace("Không có điều tra viên", "")
    root = small_study.write_small_study(tmp_path, study=study)
    for work in (run_study, check_study):
        with pytest.raises(StudyError) as raised:
            work(root)
        assert "[disclosure]" in raised.value.where
        assert "training (B2" in raised.value.what
        assert "show_cards (B4" in raised.value.what
        assert "funding" not in raised.value.what
        assert 'training = "…", show_cards = "…"' in raised.value.cure
    assert not (root / "data/processed" / small_study.WAVE).exists()


def test_documents_are_refused_without_the_sheet_whoever_asks_for_them():
    with pytest.raises(StudyError, match="no brief is built"):
        write_outputs(context(study=UNSAID))


def test_before_there_are_data_the_check_only_says_what_is_missing(tmp_path):
    study = small_study.STUDY.replace("Không có thẻ gợi ý", "")
    root = small_study.write_small_study(tmp_path, study=study)
    (raw,) = (root / "data/raw").iterdir()
    for file in raw.iterdir():
        file.unlink()
    raw.rmdir()
    assert any("show_cards" in str(line) for line in check_study(root))


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ('trainings = "x"', '"trainings" is not known'),
        ("training = 3", "3 is not a text"),
        ('[disclosure.en]\nstrategy = "S"', "missing in the study's first language"),
    ],
)
def test_a_mistake_in_the_section_is_one_message(wrong, what):
    text = small_study.STUDY.replace('training = "Không có điều tra viên"', "").replace(
        'dispositions = "Không có lượt đến hộ"', wrong
    )
    with pytest.raises(StudyError, match="disclosure") as raised:
        read_study(text)
    assert what in raised.value.what


def test_the_demonstration_says_that_its_answers_are_simulated():
    study = read_study((ROOT / "study.toml").read_text(encoding="utf-8"))
    assert empty_lines(study, has_visits=False) == ()
    for language, word in (("vi", "mô phỏng"), ("en", "simulated")):
        assert word in study.disclosure.said("limitations", language)
        for item in ITEMS:
            assert bool(study.disclosure.said(item, "vi")) == (item in study.disclosure.lines["en"])
