"""Only what changed is made again; what was tampered with is noticed and not trusted."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from danvan_study.pipeline import run as run_module
from danvan_study.pipeline import run_study
from danvan_study.pipeline.freshness import made_from
from danvan_study.pipeline.result import Maker
from danvan_study.pipeline.sources import load_study
from danvan_study.store import Folder, revision
from tests.small_study import STUDY, WAVE

if TYPE_CHECKING:
    from collections.abc import Iterator

NEXT = "2025q4"
TWO_WAVES = f"""{STUDY}
[[wave]]
id = "{NEXT}"
forms = ["form.xlsx"]
start = 2025-10-15
end = 2025-12-15
"""


@pytest.fixture(scope="module", autouse=True)
def one_code() -> Iterator[None]:
    """Hold the commit still: somebody may be at work in the repository while the tests run."""
    maker = Maker.current()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Maker, "current", lambda: maker)
        yield


def made_again(root: Path, **how: bool) -> bool:
    (output,) = run_study(root, [WAVE], **how)
    return not output.is_fresh


def test_a_run_without_a_change_computes_nothing_and_says_the_same(
    study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compute(*_: object) -> None:
        raise AssertionError("a wave was computed")

    before = run_study(study, again=True)[0]
    monkeypatch.setattr(run_module, "compute_waves", compute)
    (after,) = run_study(study)
    assert after.is_fresh
    assert (after.submissions, after.interviews, after.published, after.suppressed, after.brief) == (
        before.submissions,
        before.interviews,
        before.published,
        before.suppressed,
        before.brief,
    )


def replace_in(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def new_correction(root: Path) -> None:
    head = "respondent,question,action,old_value,new_value,reason,check,decided_by,decided_at,previous_hash"
    Folder(root).write_file(f"data/corrections/{WAVE}.csv", f"{head}\n".encode())


def other_margin(root: Path) -> None:
    replace_in(root / "margin_sex.csv", "thử", "thử lại")


def other_parameter(root: Path) -> None:
    replace_in(root / "study.toml", "[publication]", "[publication]\nsmallest_n = 40")


def other_form(root: Path) -> None:
    path = root / "form.xlsx"
    path.write_bytes(path.read_bytes() + b"\n")


def tampered_figure(root: Path) -> None:
    path = root / "data/processed" / WAVE / "published.csv"
    path.write_bytes(path.read_bytes().replace(b"share", b"SHARE", 1))


def tampered_record(root: Path) -> None:
    (root / "data/processed" / WAVE / "run.json").write_text("[", encoding="utf-8")


def lost_chart(root: Path) -> None:
    next((root / "data/processed" / WAVE / "charts").iterdir()).unlink()


def added_file(root: Path) -> None:
    Folder(root).write_file(f"data/processed/{WAVE}/more.txt", b"?")


@pytest.mark.parametrize(
    "change",
    [
        new_correction,
        other_margin,
        other_parameter,
        other_form,
        tampered_figure,
        tampered_record,
        lost_chart,
        added_file,
    ],
    ids=lambda each: each.__name__,
)
def test_whatever_a_result_hangs_on_makes_it_anew_and_then_it_is_fresh(change, study: Path) -> None:
    change(study)
    assert made_again(study)
    assert not made_again(study)


def test_made_again_the_tampered_result_is_what_it_was(study: Path, made: Path) -> None:
    tampered_figure(study)
    assert made_again(study)
    there, here = (Folder(root).files(f"data/processed/{WAVE}") for root in (made, study))
    assert there == here
    assert all((made / name).read_bytes() == (study / name).read_bytes() for name in there)


def no_change(root: Path) -> None:
    replace_in(root / "study.toml", "[design]", "# lời ghi chú\n[design]")


def touched(root: Path) -> None:
    for path in root.rglob("*"):
        os.utime(path, (0, 0))


def later_wave(root: Path) -> None:
    (root / "study.toml").write_text(TWO_WAVES, encoding="utf-8")
    Folder(root).write_file(f"data/visits/{NEXT}.csv", b"?")


def log_line(root: Path) -> None:
    Folder(root).write_file("data/logs/retention.csv", b"at\n")


@pytest.mark.parametrize("change", [no_change, touched, later_wave, log_line], ids=lambda each: each.__name__)
def test_what_no_result_hangs_on_makes_nothing_anew(change, study: Path) -> None:
    change(study)
    assert not made_again(study)


def test_fresh_outputs_are_made_again_when_that_is_asked_for(study: Path) -> None:
    assert made_again(study, again=True)


def test_other_code_and_other_libraries_make_other_keys(study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder(study)
    parsed, _ = load_study(folder)
    maker = Maker.current()

    def key(one: Maker = maker) -> str:
        return made_from(Folder(study), parsed, there=[WAVE], maker=one)[WAVE]

    first = key()
    assert key() == first
    newer = dict(maker.versions) | {"pandas": "99"}
    assert key(Maker(commit=maker.commit, versions=newer)) != first
    assert key(Maker(commit="another", versions=maker.versions)) != first
    package = Path(shutil.copytree(Path(revision.danvan_study.__file__).parent, study / "package"))
    (package / "score.py").write_text("# another\n", encoding="utf-8")
    monkeypatch.setattr(revision.danvan_study, "__file__", str(package / "__init__.py"))
    revision.hash_code.cache_clear()
    assert key() != first
    monkeypatch.undo()
    revision.hash_code.cache_clear()
