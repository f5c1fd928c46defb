"""start.py: from a bare Python to a kit that runs."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import start

ROOT = Path(start.__file__).parent
SOURCE = (ROOT / "start.py").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


# An old or incomplete Python


def run_start(preamble: str, *words: str, script: str = start.__file__) -> subprocess.CompletedProcess[str]:
    """Run start.py in an interpreter that ``preamble`` has changed, without uv on PATH."""
    program = [
        "import sys, runpy",
        preamble,
        f"sys.argv = {['start.py', *words]!r}",
        f"runpy.run_path({script!r}, run_name='__main__')",
    ]
    command = [sys.executable, "-c", "\n".join(program)]
    return subprocess.run(command, env={"PATH": ""}, capture_output=True, text=True, encoding="utf-8", check=False)


def test_an_old_python_is_refused_in_one_sentence_that_names_both_versions():
    result = run_start("sys.version_info = (3, 9, 2, 'final', 0)")
    assert result.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.9." in result.stderr
    assert "Traceback" not in result.stderr


def test_an_old_python_can_parse_the_file_as_far_as_the_refusal():
    ast.parse(SOURCE, feature_version=(3, 7))
    assert "from __future__ import annotations" not in SOURCE  # 3.6 stops at this line with a syntax error


def test_the_refusal_comes_before_everything_but_imports():
    body = ast.parse(SOURCE).body
    refusal = next(number for number, node in enumerate(body) if isinstance(node, ast.If))
    before = body[1:refusal]  # without the docstring
    assert all(isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign)) for node in before)


def test_only_the_standard_library_is_imported():
    modules = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert modules <= sys.stdlib_module_names


def test_without_ensurepip_the_debian_package_and_the_apt_command_are_named(tmp_path):
    script = tmp_path / "start.py"
    script.write_text(SOURCE, encoding="utf-8")
    for name in (start.LOCK, start.PROJECT):
        (tmp_path / name).write_text("", encoding="utf-8")
    result = run_start("sys.modules['ensurepip'] = None", script=str(script))
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    assert result.returncode == 1
    assert f"sudo apt install {package}" in result.stderr
    assert "python3-venv" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_complete_python_is_not_complained_about():
    assert start.complaint_about_venv() == ""


def test_help_is_given_without_setting_anything_up():
    result = run_start("pass", "--help")
    assert result.returncode == 0
    assert "python3 start.py test" in result.stdout
    assert "Installing" not in result.stdout


# Command lines


@pytest.mark.parametrize("uv", [None, "/opt/uv"])
def test_every_locked_package_is_checked_by_its_hash_and_the_kit_is_built_without_a_download(uv):
    locked, kit = start.install_commands(Path("v/bin/python"), uv)
    assert {"--require-hashes", "--no-deps", "-r", "requirements.lock"} <= set(locked)
    assert {"--no-deps", "--no-build-isolation", "-e", "."} <= set(kit)
    assert "v/bin/python" in locked
    assert locked[0] == kit[0] == (uv or "v/bin/python")
    assert not any("://" in word or "index" in word for word in locked + kit)


def test_uv_makes_the_environment_with_this_very_python():
    assert start.environment_command(Path(".venv"), "/opt/uv")[-3:] == ["--python", sys.executable, ".venv"]
    assert start.environment_command(Path(".venv"), None) == [sys.executable, "-m", "venv", ".venv"]


@pytest.mark.parametrize(
    ("words", "module", "rest"),
    [
        ([], "danvan_study", ["run"]),
        (["run", "2026q3"], "danvan_study", ["run", "2026q3"]),
        (["test"], "pytest", ["-n", "auto", "--dist", "worksteal"]),
        (
            ["test", "tests/test_start.py", "-x"],
            "pytest",
            ["-n", "auto", "--dist", "worksteal", "tests/test_start.py", "-x"],
        ),
        (["lab"], "jupyterlab", []),
        (["--study", "elsewhere", "run"], "danvan_study", ["--study", "elsewhere", "run"]),
    ],
)
def test_words_become_one_command_of_the_environment(words, module, rest):
    command, _ = start.job(words, Path("python"), ROOT)
    assert command == ["python", "-m", module, *rest]


def test_the_kits_own_jobs_start_in_its_folder_and_verbs_where_the_user_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert [start.job(words, Path("python"), ROOT)[1] for words in ([], ["test"], ["lab"])] == [ROOT] * 3
    assert start.job(["run"], Path("python"), ROOT)[1] == tmp_path


def test_windows_keeps_its_python_in_scripts():
    assert start.interpreter(Path("v"), "win32") == Path("v/Scripts/python.exe")
    assert start.interpreter(Path("v"), "linux") == Path("v/bin/python")
    assert start.verb_command(Path("v"), "win32") == Path("v/Scripts/danvan")


# What is set up again, and when


class Machine:
    """A folder to be set up; commands are recorded, not run, and one of them may break off."""

    def __init__(self, root, monkeypatch):
        self.root = root
        self.commands = []
        self.breaks_at = ""
        self.fails_at = ""
        for name in (start.LOCK, start.PROJECT):
            (root / name).write_text(name, encoding="utf-8")
        monkeypatch.setattr(start, "run", self.run)
        monkeypatch.setattr(start, "compile_ahead", lambda _venv: None)
        self.uv = None
        monkeypatch.setattr(start.shutil, "which", lambda _name: self.uv)

    def run(self, command, folder):
        assert folder == self.root
        step = "make" if "venv" in command else "lock" if "-r" in command else "kit"
        if step == self.breaks_at:
            raise KeyboardInterrupt
        self.commands.append(f"uv {step}" if command[0] == self.uv else step)
        if self.commands[-1] == self.fails_at:
            raise start.SetupError("no network")
        if step == "make":
            python = start.interpreter(self.root / ".venv")
            assert not python.exists()
            python.parent.mkdir(parents=True)
            python.touch()

    def set_up(self):
        """Set up and return the steps that were needed."""
        self.commands = []
        assert start.set_up(self.root) == start.interpreter(self.root / ".venv")
        return self.commands


@pytest.fixture
def machine(tmp_path, monkeypatch):
    return Machine(tmp_path, monkeypatch)


def test_the_first_run_makes_everything_and_the_second_nothing(machine):
    assert machine.set_up() == ["make", "lock", "kit"]
    assert machine.set_up() == []


@pytest.mark.parametrize("file", [start.LOCK, start.PROJECT])
def test_a_changed_lock_or_project_is_installed_into_the_same_environment(machine, file):
    machine.set_up()
    (machine.root / file).write_text("changed", encoding="utf-8")
    assert machine.set_up() == ["lock", "kit"]
    assert machine.set_up() == []


@pytest.mark.parametrize("step", ["make", "lock", "kit"])
def test_an_interrupted_set_up_is_done_again_from_nothing(machine, step):
    machine.breaks_at = step
    with pytest.raises(KeyboardInterrupt):
        machine.set_up()
    machine.breaks_at = ""
    assert machine.set_up() == ["make", "lock", "kit"]


@pytest.mark.parametrize("step", ["lock", "kit"])
def test_an_interrupted_update_is_done_again_from_nothing(machine, step):
    machine.set_up()
    (machine.root / start.LOCK).write_text("changed", encoding="utf-8")
    machine.breaks_at = step
    with pytest.raises(KeyboardInterrupt):
        machine.set_up()
    machine.breaks_at = ""
    assert machine.set_up() == ["make", "lock", "kit"]


@pytest.mark.parametrize("key", ["python", "root"])
def test_another_python_or_a_moved_folder_gets_a_new_environment(machine, key):
    machine.set_up()
    stamp = machine.root / ".venv" / start.STAMP
    stamp.write_text(json.dumps(json.loads(stamp.read_text(encoding="utf-8")) | {key: "other"}), encoding="utf-8")
    assert machine.set_up() == ["make", "lock", "kit"]


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"'])
def test_a_damaged_stamp_counts_as_none(machine, content):
    machine.set_up()
    (machine.root / ".venv" / start.STAMP).write_text(content, encoding="utf-8")
    assert machine.set_up() == ["make", "lock", "kit"]


def test_an_environment_without_its_python_is_made_again(machine):
    machine.set_up()
    start.interpreter(machine.root / ".venv").unlink()
    assert machine.set_up() == ["make", "lock", "kit"]


def test_nothing_of_an_unfinished_environment_is_kept(machine):
    leftover = machine.root / ".venv" / "half_installed"
    leftover.parent.mkdir()
    leftover.touch()
    machine.set_up()
    assert not leftover.exists()


def test_uv_does_everything_where_it_is_at_hand(machine):
    machine.uv = "/opt/uv"
    assert machine.set_up() == ["uv make", "uv lock", "uv kit"]
    (machine.root / start.LOCK).write_text("changed", encoding="utf-8")
    assert machine.set_up() == ["uv lock", "uv kit"]


@pytest.mark.parametrize("step", ["uv make", "uv lock", "uv kit"])
def test_where_uv_fails_pip_does_it_all_and_is_not_asked_again(machine, step, capsys):
    machine.uv = "/opt/uv"
    machine.fails_at = step
    assert machine.set_up()[-3:] == ["make", "lock", "kit"]
    assert "no network" in capsys.readouterr().out
    assert machine.set_up() == []


def test_where_pip_fails_too_nothing_counts_as_set_up(machine):
    machine.fails_at = "lock"
    with pytest.raises(start.SetupError, match="no network"):
        machine.set_up()
    machine.fails_at = ""
    assert machine.set_up() == ["make", "lock", "kit"]


def test_an_environment_of_uv_is_made_again_once_uv_is_gone(machine):
    machine.uv = "/opt/uv"
    machine.set_up()
    machine.uv = None
    assert machine.set_up() == []
    (machine.root / start.LOCK).write_text("changed", encoding="utf-8")
    assert machine.set_up() == ["make", "lock", "kit"]


def test_a_failing_step_is_named_with_the_likeliest_cause(tmp_path):
    with pytest.raises(start.SetupError, match=r"(?s)stopped at: .*SystemExit\(3\).* the network or its proxy"):
        start.run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


def test_what_pip_installed_is_compiled_but_for_the_packages_own_tests_and_in_silence(tmp_path, capfd):
    venv = tmp_path / "test" / ".venv"
    installed = venv / "lib" / "site-packages" / "package"
    (installed / "tests").mkdir(parents=True)
    for name in ("module.py", "tests/test_module.py"):
        (installed / name).write_text("", encoding="utf-8")
    (installed / "template.py").write_text("{{ no Python }}!", encoding="utf-8")
    start.interpreter(venv).parent.mkdir(parents=True, exist_ok=True)
    start.interpreter(venv).symlink_to(sys.executable)
    start.compile_ahead(venv)
    assert [path.name.partition(".")[0] for path in venv.rglob("*.pyc")] == ["module"]
    assert capfd.readouterr() == ("", "")


def test_the_settings_of_jupyterlab_are_keys_that_it_knows(tmp_path):
    start.speak_vietnamese(tmp_path)
    settings = json.loads((tmp_path / "share/jupyter/lab/settings/overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/translation-extension:plugin"]["locale"] == "vi_VN"
    for plugin, values in settings.items():
        package, name = plugin.split(":")
        schema = Path(sys.prefix) / "share/jupyter/lab/schemas" / package / f"{name}.json"
        known = json.loads(schema.read_text(encoding="utf-8"))["properties"]
        assert set(values) <= set(known)
        for key, value in values.items():
            assert value in known[key].get("enum", [value])
            assert isinstance(value, {"string": str, "boolean": bool}[known[key]["type"]])
    assert importlib.util.find_spec("jupyterlab_language_pack_vi_VN") is not None


# The lock


def locked() -> dict[str, str]:
    """Return the name of each locked package with its lines."""
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    return {re.split(r"[=\s]", block)[0]: block for block in blocks}


def normal(requirement: str) -> str:
    """Return the bare name of a requirement as locks write it."""
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=~!\[; ]", requirement)[0]).lower()


def asked_for() -> dict[str, str]:
    """Return the requirements of requirements.in by name."""
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    wanted = [line.split("#")[0].strip() for line in lines]
    return {normal(line): line for line in wanted if line}


def test_the_lock_pins_every_package_and_lists_its_hashes():
    assert len(locked()) > 100
    for name, block in locked().items():
        assert re.match(rf"{re.escape(name)}==\d", block), block
        assert "--hash=sha256:" in block, name


def test_the_lock_names_no_address():
    assert not re.search(r"://|--(extra-)?index|--find-links|^-[if] ", LOCK, flags=re.MULTILINE)


def test_everything_asked_for_is_locked():
    assert set(asked_for()) <= set(locked())


def test_the_project_asks_for_what_requirements_in_says_and_nothing_else():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    declared = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["notebooks"]
    assert {normal(line): line for line in declared}.items() <= asked_for().items()
    backend = {normal(line) for line in project["build-system"]["requires"]}
    assert backend <= set(asked_for())
