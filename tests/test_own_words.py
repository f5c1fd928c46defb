"""Open answers from the raw folder to the brief: no name on the way, no share without people, intervals that hold."""

from __future__ import annotations

import hashlib
import io
import json
import random
import re
import shutil
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from pypdf import PdfReader

from danvan_study.errors import StudyError
from danvan_study.open_ended.audit import Audit, AuditedShares
from danvan_study.open_ended.coded import CodedTexts, Reader, all_labels, doubts
from danvan_study.open_ended.draw import draw_texts, drawn_texts
from danvan_study.open_ended.drift import NewWord, fading, find_drift, new_words
from danvan_study.open_ended.issues import read_issues
from danvan_study.open_ended.machine import cross_fit
from danvan_study.open_ended.shift import shifted_shares
from danvan_study.open_ended.themes import find_themes, themed
from danvan_study.pipeline import (
    Workshop,
    coding_status,
    draw_for_people,
    load_study,
    run_study,
    take_sheet,
    write_coding_sheets,
)
from danvan_study.pipeline.coding_desk import CodingDesk
from danvan_study.store import Folder, check_raw
from danvan_study.store.codings import read_codings
from danvan_study.tables import AuditList, Codings, Texts
from tests.small_study import STUDY, WAVE, submissions, write_small_study
from tests.tiny_model import tiny_model, tiny_tokenizer

ROOT = Path(__file__).parents[1]
BOOK = """
version = "1"
questions = ["worry_open"]
other = "90"
[[code]]
name = "4"
label = {vi = "Đường sá", en = "Roads"}
definition = "Đường, cầu"
keywords = ["đường", "cầu"]
[[code]]
name = "9"
label = {vi = "Rác", en = "Waste"}
definition = "Rác, mùi"
keywords = ["rác"]
[[code]]
name = "90"
label = {vi = "Khác", en = "Other"}
definition = "Còn lại"
"""
PHRASES = {
    "4": ["Đường làng lầy lội", "Cầu hỏng lâu chưa sửa", "Đường liên xã nhiều ổ gà"],
    "9": ["Rác không ai thu gom", "Bãi rác có mùi hôi"],
    "90": ["Sóng điện thoại yếu"],
}
MEANING = {phrase: code for code, phrases in PHRASES.items() for phrase in phrases}
PLANTED = {
    "Đường hỏng, hỏi ông Nguyễn Văn Thắng thì rõ": "Nguyễn Văn Thắng",
    "Rác đầy ngõ, gọi 0912 345 678": "0912 345 678",
    "Đường lầy, CCCD của tôi 019086001234": "019086001234",
    "Đường hỏng trước cửa nhà bà Tám Rô": "Tám Rô",
}
"""Answer to what must not leave the raw folder. The last is for people to find."""
QUOTE = "Đường làng lầy lội"


def records() -> list[dict[str, str]]:
    """The interviews of the small study with answers of many kinds."""
    draw, found = random.Random(5), submissions()
    spoken = [record for record in found if record["consent_part"] == "1"]
    for record in spoken:
        code = draw.choices(list(PHRASES), [60, 35, 5])[0]
        record["living/worry_open"] = draw.choice(PHRASES[code])
    for record, answer in zip(spoken, [*PLANTED, "0987654321", "x", "🙂", "ɣ ʃ koj tsis paub dab tsi"], strict=False):
        record["living/worry_open"] = answer
    return found


def study_with_words(root: Path) -> Path:
    study = STUDY.replace("[publication]", '[open]\ncodebook = "codes.toml"\n\n[publication]')
    Folder(root).write_file("codes.toml", BOOK.encode())
    return write_small_study(root, records=records(), study=study)


def meant(text: str) -> str:
    return MEANING.get(text, "9" if text.startswith("Rác") else "4")


def filled(path: Path, sheet: str, cells: dict[str, object]) -> Path:
    """Fill in a sheet as somebody in the office would: column head to a function of the text."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    page = book[sheet]
    heads = {cell.value: cell.column for cell in page[1]}
    for row in range(2, page.max_row + 1):
        text = str(page.cell(row, 2).value)
        for head, value in cells.items():
            page.cell(row, heads[head]).value = value(text) if callable(value) else value
    book.save(path)
    return path


def code_everything(root: Path, *, slip: str = "") -> None:
    """Take the study from the draw to settled codes; the second coder misreads the phrase ``slip``."""
    (review,) = draw_for_people(root, WAVE, size=200, by_doubt=False, reviewer="s1")
    more = {"Che thêm (các từ, cách nhau bằng ;)": lambda text: "Tám Rô" if "Tám Rô" in text else None, "Đạt (x)": "x"}
    take_sheet(root, WAVE, filled(root / review, "Soát tên", more), day="2025-09-05")
    said = {"Mã 1": meant, "Hành vi": "chê", "Sắc thái": "xấu"}
    for name, wrong in (("c1", ""), ("c2", slip)):
        (sheet,) = write_coding_sheets(root, WAVE, [name])
        own = said | {"Mã 1": lambda text, wrong=wrong: "90" if text == wrong else meant(text)}
        take_sheet(root, WAVE, filled(root / sheet, "Mã hoá", own), day="2025-09-10")
    for sheet in write_coding_sheets(root, WAVE, ["p1"], role="adjudicator"):
        take_sheet(root, WAVE, filled(root / sheet, "Mã hoá", said), day="2025-09-12")


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = study_with_words(tmp_path_factory.mktemp("words"))
    code_everything(root, slip="Rác đầy ngõ, gọi [số điện thoại]")
    run_study(root)
    return root


# Names


def everything_outside_raw(root: Path) -> dict[str, str]:
    """Every byte of the study outside the raw folder, as text; workbooks and tables opened."""
    found = {}
    for path in sorted(root.rglob("*")):
        if path.is_dir() or (root / "data" / "raw") in path.parents:
            continue
        if path.suffix == ".parquet":
            text = pd.read_parquet(path).to_csv()
        elif path.suffix in {".xlsx", ".docx"}:
            with ZipFile(path) as archive:
                text = " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        elif path.suffix == ".pdf":
            text = " ".join(page.extract_text() for page in PdfReader(path).pages)
        else:
            text = path.read_bytes().decode("utf-8", "replace")
        found[path.relative_to(root).as_posix()] = text
    return found


def test_nothing_that_names_somebody_leaves_the_raw_folder(coded: Path) -> None:
    found = everything_outside_raw(coded)
    assert len(found) > 20
    reviewed = {name: text for name, text in found.items() if "reviewer" not in name}
    for secret in [*PLANTED.values(), "0987654321"]:
        everywhere = found if secret != "Tám Rô" else reviewed  # only the reviewer's own sheet shows what to look at
        assert [name for name, text in everywhere.items() if secret in text] == []


def test_words_are_stored_only_where_a_person_has_passed_them_and_never_published(coded: Path) -> None:
    texts = pd.read_parquet(coded / "data" / "processed" / WAVE / "texts.parquet")
    passed = texts[texts[Texts.text] != ""]
    assert len(passed) == 200
    assert QUOTE in set(passed[Texts.text])
    assert (
        "Đường hỏng trước cửa nhà bà [tên]" in set(passed[Texts.text])
        or not passed[Texts.text].str.contains("Tám").any()
    )
    shown = [name for name, text in everything_outside_raw(coded).items() if QUOTE in text]
    assert all("coding_sheets" in name or name.endswith("texts.parquet") for name in shown), shown


def test_without_a_codebook_free_text_stays_in_the_raw_folder(tmp_path: Path) -> None:
    run_study(write_small_study(tmp_path, records=records()))
    assert [name for name, text in everything_outside_raw(tmp_path).items() if QUOTE in text] == []


def test_what_is_no_answer_is_counted_and_not_guessed(coded: Path) -> None:
    record = json.loads((coded / "data" / "processed" / WAVE / "run.json").read_text(encoding="utf-8"))
    kinds = record["texts"]["kinds"]["worry_open"]
    assert (kinds["identifier"], kinds["too_short"], kinds["nothing"], kinds["other_language"]) == (1, 1, 1, 1)
    assert record["texts"]["masked"].keys() >= {"NAME", "PHONE", "ID"}
    brief = (coded / "data" / "processed" / WAVE / "brief.html").read_text(encoding="utf-8")
    assert "câu bằng tiếng khác" not in brief  # one person is too few to be told of


# Shares


def test_no_audit_no_share(tmp_path: Path) -> None:
    root = study_with_words(tmp_path)
    run_study(root)
    made = root / "data" / "processed" / WAVE
    assert not pd.read_parquet(made / "published.parquet")["question"].str.contains(":").any()
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert record["not_estimated"][WAVE]["worry_open"] == f"{WAVE}: no answers were drawn for people to code"
    draw_for_people(root, WAVE, size=120, by_doubt=False, reviewer="s1")
    run_study(root)
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert "120 of 120 drawn answers are not settled" in record["not_estimated"][WAVE]["worry_open"]


def test_shares_come_near_what_was_said_and_small_themes_stand_together(coded: Path) -> None:
    made = coded / "data" / "processed" / WAVE
    rows = pd.read_parquet(made / "published.parquet").query("question == 'worry_open:issue'").set_index("answer")
    weights = pd.read_parquet(made / "weights.parquet").set_index("respondent")["weight"]
    said = {record["_uuid"]: record.get("living/worry_open", "") for record in records()}
    spoken = {name: meant(text) for name, text in said.items() if text in MEANING or text in PLANTED}
    for code in ("4", "9"):
        share = 100 * sum(weights[n] for n, c in spoken.items() if c == code) / sum(weights[n] for n in spoken)
        assert rows.loc[code, "low"] <= share <= rows.loc[code, "high"]
        assert abs(rows.loc[code, "estimate"] - share) < 3
    assert (rows["n"] == len(spoken)).all()
    assert set(pd.read_parquet(made / "published.parquet").query("question == 'worry_open'")["answer"]) == set()


def test_where_coders_read_differently_no_share_is_told(tmp_path: Path) -> None:
    root = study_with_words(tmp_path)
    code_everything(root, slip="Bãi rác có mùi hôi")
    run_study(root)
    made = root / "data" / "processed" / WAVE
    rows = pd.read_parquet(made / "published.parquet").query("question == 'worry_open:issue'")
    assert "9" not in set(rows["answer"])
    assert "hai người mã hoá hiểu khác nhau: “Rác”" in (made / "brief.html").read_text(encoding="utf-8")


def test_the_brief_tells_shares_audit_and_agreement(coded: Path) -> None:
    brief = (coded / "data" / "processed" / WAVE / "brief.html").read_text(encoding="utf-8")
    assert "Bằng lời của người dân" in brief
    assert "200 câu rút ngẫu nhiên" in brief
    assert "alpha của Krippendorff" in brief
    assert re.search(r"Sổ mã có đủ không: \d+(,\d)?\s%.*người có nói nêu việc mà không mã nào đúng", brief)
    assert (coded / "data" / "processed" / WAVE / "charts" / "worry_open-words.png").read_bytes().startswith(b"\x89PNG")


def test_what_no_code_fits_is_a_figure_of_its_own_and_the_signs_of_drift_are_written(coded: Path) -> None:
    made = coded / "data" / "processed" / WAVE
    rows = pd.read_parquet(made / "published.parquet").query("question == 'worry_open:fit'")
    estimates = pd.read_parquet(made / "estimates.parquet").query("question == 'worry_open:fit'")
    assert rows["answer"].to_list() == ["no_code"]
    assert rows["low"].iloc[0] < rows["estimate"].iloc[0] < rows["high"].iloc[0]
    (drift,) = pd.read_csv(made / "drift.csv").to_dict("records")
    assert (drift["question"], drift["sign"], drift["name"]) == ("worry_open", "no_code", 90)
    assert drift["share"] == pytest.approx(estimates["estimate"].iloc[0], abs=1e-5)


def test_the_status_tells_what_is_done_and_how_far_coders_agree(coded: Path) -> None:
    (status,) = coding_status(coded, WAVE)
    assert (status.drawn, status.released, status.settled, status.disputed) == (200, 200, 200, 0)
    assert status.coded == {"c1": 200, "c2": 200}
    assert 0.9 < status.agreement["9"].alpha <= 1


def test_a_sheet_of_another_wave_or_of_a_text_that_was_not_released_is_refused(coded: Path, tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(coded, root)
    sheet = next((root / "data" / "coding_sheets" / WAVE).glob("*coder-c1.xlsx"))
    with pytest.raises(StudyError, match="this sheet is of wave 2025q3"):
        take_sheet(root, "2025q4", sheet, day="2025-09-10")
    (root / "data" / "codings" / f"{WAVE}-released.csv").unlink()
    with pytest.raises(StudyError, match="it was not drawn and released"):
        take_sheet(root, WAVE, sheet, day="2025-09-10")
    with pytest.raises(StudyError, match=r"no answer to .* has been released"):
        write_coding_sheets(root, WAVE, ["c3"])


def test_a_changed_decision_stops_the_run(coded: Path, tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(coded, root)
    path = root / "data" / "codings" / f"{WAVE}.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("complaint", "praise", 1), encoding="utf-8")
    with pytest.raises(StudyError, match="previous_hash"):
        run_study(root)


def test_the_first_draw_cannot_wait_for_a_machine_that_learnt_nothing(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="the machine has learnt nothing yet"):
        draw_for_people(study_with_words(tmp_path), WAVE, size=120, by_doubt=True, reviewer="s1")


@pytest.mark.parametrize(("question", "message"), [("worries", "no question of opinion in words"), ("village", "no")])
def test_the_codebook_names_questions_in_words_only(tmp_path: Path, question: str, message: str) -> None:
    root = study_with_words(tmp_path)
    (root / "codes.toml").write_text(BOOK.replace("worry_open", question), encoding="utf-8")
    with pytest.raises(StudyError, match=message):
        run_study(root)


def test_a_desk_in_a_notebook_writes_each_decision_at_once(tmp_path: Path) -> None:
    root = study_with_words(tmp_path)
    (review,) = draw_for_people(root, WAVE, size=200, by_doubt=False, reviewer="s1")
    take_sheet(root, WAVE, filled(root / review, "Soát tên", {"Đạt (x)": "x"}), day="2025-09-05")
    desk = CodingDesk(root, WAVE, person="c1", day="2025-09-10")
    assert desk.left == 200
    desk.save.click()
    assert "Chọn từ 1 đến 3 mã" in desk.told.value
    assert desk.left == 200
    desk.codes.value, desk.act.value = ("9", "4"), "request"
    desk.save.click()
    assert (desk.left, desk.codes.value) == (199, ())
    (line,) = read_codings(Folder(root), f"data/codings/{WAVE}.csv").to_dict("records")
    assert (line[Codings.codes], line[Codings.act], line[Codings.coder]) == ("4 9", "request", "c1")
    assert CodingDesk(root, WAVE, person="c1", day="2025-09-11").left == 199
    assert len(desk.view.children) == 5


# Text vectors


def test_a_model_in_the_studys_folder_helps_and_stands_in_the_record(coded: Path, tmp_path: Path) -> None:
    root = tmp_path / "study"
    shutil.copytree(coded, root)
    described = (root / "study.toml").read_text(encoding="utf-8").replace("[open]", '[open]\nvectors = "my_model"')
    (root / "study.toml").write_text(described, encoding="utf-8")
    with pytest.raises(StudyError, match=r'study.toml, \[open\] vectors: the file "my_model/model.onnx" is missing'):
        run_study(root)
    Folder(root).write_file("my_model/model.onnx", tiny_model())
    Folder(root).write_file("my_model/tokenizer.json", tiny_tokenizer())
    run_study(root)
    made = root / "data" / "processed" / WAVE
    record = json.loads((made / "run.json").read_text(encoding="utf-8"))
    assert record["inputs"]["my_model/model.onnx"] == hashlib.sha256(tiny_model()).hexdigest()
    plain, helped = (
        pd.read_parquet(study / "data" / "processed" / WAVE / "estimates.parquet")
        .query("question == 'worry_open:issue'")
        .set_index("answer")["estimate"]
        for study in (coded, root)
    )
    assert not plain.equals(helped)
    assert (plain - helped).abs().max() < 2


# Parts


def some_texts(count: int) -> pd.DataFrame:
    rows = [(f"t{n:04}", f"r{n}", "q", "text", "đường xấu", "") for n in range(count)]
    return Texts.conform(pd.DataFrame(rows, columns=list(Texts.columns()), dtype="str"))


def test_answers_that_come_later_get_their_chance_in_a_draw_of_their_own() -> None:
    early, late = some_texts(300), some_texts(400)
    first = draw_texts(early, AuditList.empty(), size=120, seed="a")
    assert draw_texts(early, first, size=120, seed="a").empty
    second = draw_texts(late, first, size=120, seed="a")
    assert len(second) == 100
    assert (second[AuditList.chosen] == "x").sum() == 40
    assert len(drawn_texts(late, [first, second])) == 160
    assert draw_texts(early, AuditList.empty(), size=120, seed="a").equals(first)
    assert not draw_texts(early, AuditList.empty(), size=120, seed="b").equals(first)


def test_a_later_wave_may_be_drawn_more_where_the_machine_doubts() -> None:
    book = read_issues(BOOK, "x")
    earlier = [(phrase, frozenset({f"issue:{code}"})) for phrase, code in MEANING.items() for _ in range(30)]
    sure, unsure = ["Đường làng lầy lội"] * 300, ["Sóng hôi lâu"] * 150
    rows = [(f"t{n:04}", f"r{n}", "q", "text", said, "") for n, said in enumerate([*sure, *unsure])]
    texts = Texts.conform(pd.DataFrame(rows, columns=list(Texts.columns()), dtype="str"))
    drawn = draw_texts(texts, AuditList.empty(), size=120, seed="a", chances=doubts(texts, Reader(book), earlier))
    chosen = drawn[AuditList.chosen] == "x"
    assert drawn[AuditList.stratum].nunique() == 3
    assert chosen.sum() == 120
    assert chosen[300:].mean() > 2 * chosen[:300].mean()


def test_the_machine_never_saw_the_codes_of_the_text_that_it_reads() -> None:
    from scipy.sparse import csr_array

    features = csr_array(np.eye(120))  # every text has a word of its own: only its own code could teach it
    coded = np.random.default_rng(1).integers(2, size=(120, 1)).astype(float)
    found = cross_fit(features, coded, taught=0)
    assert abs(np.corrcoef(found[:, 0], coded[:, 0])[0, 1]) < 0.6
    assert np.abs(found - coded).min() > 0.3


def wave_of(codes: list[str], book_text: str = BOOK) -> CodedTexts:
    book = read_issues(book_text, "x")
    labels = all_labels(book)
    coded = np.array([[label == f"issue:{code}" for label in labels] for code in codes], dtype=float)
    everybody = Audit(chosen=np.ones(len(codes), dtype=bool), stratum=np.zeros(len(codes), dtype=np.int64))
    return CodedTexts(
        texts=some_texts(len(codes)),
        audit=everybody,
        labels=labels,
        coded=coded,
        chances=coded,
        codings=Codings.empty(),
    )


@pytest.mark.parametrize(
    ("waste", "told", "merged"), [(10, ["4", "9"], ()), (9, ["4", "90"], ("9",)), (0, ["4"], ("9",))]
)
def test_themes_that_fewer_than_ten_name_stand_together(waste: int, told: list[str], merged: tuple[str, ...]) -> None:
    wave = wave_of(["4"] * 90 + ["9"] * waste + ["90"] * 4)
    themes = find_themes([wave], read_issues(BOOK, "x"))
    issues = [theme for theme in themes.told if theme.facet == "issue"]
    assert [theme.name for theme in issues] == told
    assert themes.merged == merged
    said, _ = themed(wave, issues)
    assert said.sum(axis=0).tolist() == [90, *([waste] if waste == 10 else [waste + 4] if waste else [])]


def manners_of(counts: dict[str, int]) -> CodedTexts:
    """A wave in which people show acts and polarities so often."""
    wave = wave_of(["4"] * sum(counts.values()))
    acts = [label for label, count in counts.items() for _ in range(count)]
    said = np.array([[label == act for label in wave.labels] for act in acts], dtype=float)
    return replace(wave, coded=said, chances=said)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"praise": 10, "complaint": 50, "request": 40}, {"praise": 10, "complaint": 50, "request": 40}),
        (
            {"praise": 9, "complaint": 50, "request": 40},
            {"complaint": 50, "rest": 49},
        ),  # 9 alone is 100 % less the others
        ({"praise": 9, "complaint": 50, "request": 40, "none": 1}, {"complaint": 50, "request": 40, "rest": 10}),
        ({"praise": 9, "complaint": 90}, {}),
        ({"complaint": 99}, {"complaint": 99}),
    ],
)
def test_no_act_is_told_of_fewer_than_ten_nor_left_over_from_the_others(counts, told) -> None:
    wave = manners_of({f"act:{act}": count for act, count in counts.items()})
    themes = find_themes([wave], read_issues(BOOK, "x"))
    acts = [theme for theme in themes.told if theme.facet == "act"]
    found = themed(wave, acts)[0].sum(axis=0).tolist() if acts else []
    assert dict(zip([theme.name for theme in acts], found, strict=True)) == told
    assert (themes.rest != ()) == ("rest" in told)
    left = sum(counts.values()) - sum(told.values())
    assert left == 0 or not told


@pytest.mark.parametrize(
    ("waste", "other", "why"), [(20, 9, "few"), (20, 10, ""), (9, 10, "beside"), (0, 10, ""), (20, 0, "few")]
)
def test_what_no_code_fits_is_told_by_itself_unless_few_could_be_read_from_it(waste, other, why) -> None:
    wave = wave_of(["4"] * 90 + ["9"] * waste + ["90"] * other)
    themes = find_themes([wave], read_issues(BOOK, "x"))
    assert themes.untold_fit == why
    assert [theme.of for theme in themes.told if theme.facet == "fit"] == ([] if why else [("issue:90",)])


def test_the_line_for_comparison_is_right_where_people_speak_as_before_and_only_there() -> None:
    draw = np.random.default_rng(2)
    truth = draw.random((4000, 1)) < 0.6
    score = draw.normal(np.where(truth, 1.0, -1.0), 1.0)
    odds = 2 * score + np.log(0.2 / 0.8)  # the machine learnt where one in five had the code
    chances = 1 / (1 + np.exp(-odds))
    assert shifted_shares(chances, np.array([0.2]), np.ones(4000))[0] == pytest.approx(truth.mean(), abs=0.03)
    moved = 1 / (1 + np.exp(-(odds - 2)))  # now they speak in other words
    assert abs(shifted_shares(moved, np.array([0.2]), np.ones(4000))[0] - truth.mean()) > 0.1


def test_new_words_are_frequent_seen_by_a_person_and_not_from_before() -> None:
    before = ["đường làng xấu"] * 200
    now = ["đường làng xấu"] * 150 + ["sáp nhập xã xa quá"] * 30 + ["ông Bảy Đò cãi nhau"] * 30 + ["sóng yếu"] * 9
    told = [one.word for one in new_words(now, before, seen=["sáp nhập xã xa quá", "đường làng xấu", "sóng yếu"])]
    assert "sáp nhập" in told
    assert not {"bảy đò", "đường làng", "sóng yếu"} & set(told)
    assert new_words(now, [], seen=now) == []


def test_a_code_fades_when_it_falls_by_half_beyond_chance() -> None:
    now = np.array([0.05, 0.05, 0.15]), np.array([0.0001, 0.01, 0.0001])
    before = np.array([0.20, 0.20, 0.20]), np.array([0.0001, 0.01, 0.0001])
    assert fading(now, before).tolist() == [True, False, False]


def shares_of(*shares: float) -> AuditedShares:
    share = np.array(shares)
    return AuditedShares(
        share=share,
        variance=np.full_like(share, 1e-4),
        low=share - 0.02,
        high=share + 0.02,
        pseudo=np.empty((0, len(share))),
        audited=100,
        coefficient=np.zeros_like(share),
    )


def test_the_signs_of_drift_stand_in_a_table_with_their_intervals() -> None:
    book = read_issues(BOOK, "x")
    words = [NewWord("sáp nhập", 0.12, 0.0)]
    found = find_drift(book, shares_of(0.7, 0.05, 0.25), shares_of(0.6, 0.3, 0.1), words=words, question="q")
    assert found.drop(columns="question").to_numpy().tolist()[:2] == [
        ["no_code", "90", 25.0, 23.0, 27.0, 10.0],
        ["fading", "9", 5.0, 3.0, 7.0, 30.0],
    ]
    word = found.iloc[2]
    assert (word["sign"], word["name"], word["share"], word["before"]) == ("new_word", "sáp nhập", 12.0, 0.0)
    assert found[["low", "high"]].iloc[2].isna().all()
    first = find_drift(book, shares_of(0.7, 0.05, 0.25), None, words=[], question="q")
    assert first["sign"].to_list() == ["no_code"]
    assert first["before"].isna().all()


# The demonstration


def test_intervals_of_the_demonstration_hold_the_truth_behind_its_answers() -> None:
    folder = Folder(ROOT)
    study, areas = load_study(folder)
    workshop = Workshop(ROOT, study=study, areas=areas, there=check_raw(folder))
    held, told, errors = 0, 0, []
    for wave in workshop.calendar.waves:
        (shares,) = workshop.words.of(workshop.calendar.wave(wave.id)).shares
        truth = pd.read_csv(ROOT / f"data/raw/{wave.id}/truth.csv", dtype=str, keep_default_na=False)
        asked = truth[
            (truth["question"] == "priority_next_q") & (truth["level"] == "all") & (truth["group"] == "")
        ].set_index("answer")["truth"]
        rows = shares.rows[shares.rows["question"] == "top_issue_open:issue"].set_index("answer")
        speak = 100 - float(asked["96"])
        for theme in shares.told:
            if theme.facet == "issue" and len(theme.of) == 1:
                true = 100 * float(asked[theme.name]) / speak
                told += 1
                held += bool(rows.loc[theme.name, "low"] <= true <= rows.loc[theme.name, "high"])
                errors.append(abs(rows.loc[theme.name, "estimate"] - true))
        assert shares.shares.audited == 120
    assert told > 80
    assert held / told >= 0.9, f"{held} of {told}"
    assert np.mean(errors) < 2.5
