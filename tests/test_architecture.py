"""The house rules hold, and each rule catches what it is there for."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import house_rules
from tests.house_rules import PACKAGE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

MODULES = [path.relative_to(ROOT).as_posix() for path in house_rules.package_modules()]
OUTSIDE_THE_STORE = [module for module in MODULES if not module.startswith("danvan_study/store")]


def source_of(module: str) -> str:
    return (ROOT / module).read_text(encoding="utf-8")


# Layers


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter over the package and the contracts that stand in ``folder``."""
    program = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-cache', '--no-logo'])"
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, '.'); {program}"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_layers_hold():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 kept, 0 broken" in result.stdout


@pytest.fixture
def small_house(tmp_path):
    """A package of the same name and layers, small enough to be broken on purpose."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "danvan_study"
    package.mkdir()
    for module in ("__init__", "tables", "study", "codebook", "areas", "errors", "clean", "score", "store", "pipeline"):
        (package / f"{module}.py").touch()
    (package / "store.py").write_text("import pathlib\n", encoding="utf-8")
    (package / "pipeline.py").write_text("from danvan_study import clean, store\n", encoding="utf-8")
    return tmp_path


def test_a_house_in_order_passes(small_house):
    result = lint_imports(small_house)
    assert "2 kept, 0 broken" in result.stdout, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "content", "complaint"),
    [
        ("clean", "from danvan_study import score", "danvan_study.clean -> danvan_study.score"),
        ("tables", "from danvan_study import clean", "danvan_study.tables -> danvan_study.clean"),
        ("study", "from danvan_study import codebook", "danvan_study.study -> danvan_study.codebook"),
        ("score", "from danvan_study import store", "danvan_study.score -> danvan_study.store"),
        ("score", "from pathlib import Path", "danvan_study.score -> pathlib"),
        ("areas", "import urllib.request", "danvan_study.areas -> urllib"),
        ("leftovers", "", "danvan_study.leftovers"),
    ],
)
def test_a_planted_import_or_drawer_breaks_the_contracts(small_house, module, content, complaint):
    (small_house / "danvan_study" / f"{module}.py").write_text(content, encoding="utf-8")
    result = lint_imports(small_house)
    assert result.returncode == 1
    assert complaint in result.stdout


# Disk


@pytest.mark.parametrize("module", OUTSIDE_THE_STORE)
def test_only_the_store_touches_the_disk(module):
    assert house_rules.disk_touches(source_of(module)) == []


@pytest.mark.parametrize(
    "source",
    [
        "open('x')",
        "io.open('x')",
        "Path('x').open()",
        "folder.read_text()",
        "(folder / 'x').write_bytes(b'')",
        "folder.mkdir()",
        "os.remove('x')",
        "shutil.copy('a', 'b')",
        "gzip.open('x')",
        "pd.read_csv(path)",
        "pd.read_csv(filepath_or_buffer=path)",
        "pd.read_parquet('x.parquet')",
        "pyreadstat.read_sav(path)",
        "np.load(path)",
        "load_workbook(path)",
        "zipfile.ZipFile(path)",
        "answers.to_csv(path, index=False)",
        "answers.to_csv(path_or_buf=path)",
        "answers.to_parquet('x.parquet')",
        "pd.ExcelWriter('x.xlsx')",
        "figure.savefig('x.png')",
        "document.save(path)",
        "xlsxwriter.Workbook('x.xlsx')",
        "def write(target: Path): figure.savefig(target)",
        "buffer = BytesIO()\nfigure.savefig(path)",
        "json.loads(open('x').read())",
    ],
)
def test_a_planted_touch_of_the_disk_is_seen(source):
    assert len(house_rules.disk_touches(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "pd.read_csv(BytesIO(content))",
        "pd.read_csv(io.StringIO(text), dtype=str)",
        "buffer = BytesIO()\nanswers.to_parquet(buffer)",
        "with BytesIO() as buffer:\n    figure.savefig(buffer, format='svg')",
        "def write(target: BinaryIO):\n    document.save(target)",
        "text = answers.to_csv(index=False)",
        "Document()",
        "with pd.ExcelWriter(BytesIO()) as writer:\n    answers.to_excel(writer)",
        "with zipfile.ZipFile(BytesIO(content)) as archive:\n    archive.open('word/document.xml')",
        "files('danvan_study.publish').joinpath('brief.html').read_text()",
        "answers.rename(columns=names)",
        "text.replace('a', 'b')",
        "os.environ.get('LANG')",
    ],
)
def test_buffers_and_the_packages_own_data_are_welcome(source):
    assert house_rules.disk_touches(source) == []


def test_the_store_is_where_the_disk_is_touched():
    stores = [module for module in MODULES if module.startswith("danvan_study/store")]
    assert any(house_rules.disk_touches(source_of(module)) for module in stores)


# Sizes and names


@pytest.mark.parametrize("module", MODULES)
def test_no_module_or_function_outgrows_its_room(module):
    assert house_rules.oversized(source_of(module), module) == []


@pytest.mark.parametrize("module", MODULES)
def test_no_name_is_a_drawer_for_leftovers(module):
    assert house_rules.bad_names(source_of(module), module) == []


def test_oversized_pieces_are_seen():
    long_function = "def long():\n" + "    x = 1\n" * house_rules.FUNCTION_LINES
    wide_function = "def wide(a, b, c, d, e, f, g): ..."
    assert "a function has at most" in house_rules.oversized(long_function, "m")[0]
    assert "7 parameters" in house_rules.oversized(wide_function, "m")[0]
    assert "a module has at most" in house_rules.oversized("x = 1\n" * (house_rules.MODULE_LINES + 1), "m")[0]


def test_a_docstring_and_self_do_not_count():
    text = "\n    ".join("x" * house_rules.FUNCTION_LINES)
    assert house_rules.oversized(f'def told():\n    """{text}"""\n    return 1') == []
    assert house_rules.oversized("class A:\n    def f(self, a, b, c, d, e, f): ...") == []


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("", "danvan_study/utils.py"),
        ("", "danvan_study/score_helpers.py"),
        ("", "danvan_study/common/text.py"),
        ("class WaveManager: ...", "danvan_study/wave.py"),
        ("def score(df): ...", "danvan_study/score.py"),
        ("def score(df: pd.DataFrame): ...", "danvan_study/score.py"),
    ],
)
def test_refused_names_are_seen(source, module):
    assert len(house_rules.bad_names(source, module)) == 1


def test_degrees_of_freedom_may_be_called_df():
    assert house_rules.bad_names("def quantile(df: int) -> float: ...", "danvan_study/estimate.py") == []


def test_the_size_report_names_the_largest_module():
    largest = max(MODULES, key=lambda module: len(source_of(module).splitlines()))
    assert largest in house_rules.size_report(top=1)


def test_the_package_holds_no_file_that_python_cannot_read():
    for path in PACKAGE.rglob("*.py"):
        compile(path.read_text(encoding="utf-8"), str(path), "exec")


# Notebooks


NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_notebooks_are_thin():
    faults = {path.name: house_rules.notebook_faults(path.read_text(encoding="utf-8")) for path in NOTEBOOKS}
    assert {name: found for name, found in faults.items() if found} == {}


def notebook(source: str, **cell: object) -> str:
    code = {"cell_type": "code", "id": "a1", "execution_count": None, "outputs": [], "source": [source], **cell}
    return json.dumps({"cells": [{"cell_type": "markdown", "id": "a0", "source": ["# Chương 1"]}, code]})


def test_a_thin_notebook_passes():
    source = "%matplotlib inline\nestimates = estimate(answers, weights)\nassert estimates.equals(stored)"
    assert house_rules.notebook_faults(notebook(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(): ...",
        "class A: ...",
        "for wave in waves: print(wave)",
        "while True: break",
        "pd.read_csv('x.csv')",
        "open('x')",
        "!ls",
    ],
)
def test_a_thick_notebook_is_seen(source):
    assert len(house_rules.notebook_faults(notebook(source))) == 1


@pytest.mark.parametrize("cell", [{"outputs": [{"output_type": "stream"}]}, {"execution_count": 3}, {"id": ""}])
def test_a_notebook_with_results_or_without_cell_ids_is_seen(cell):
    assert len(house_rules.notebook_faults(notebook("1 + 1", **cell))) == 1
