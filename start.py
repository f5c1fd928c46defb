#!/usr/bin/env python3
"""Set the kit up beside this file and start it; nothing but Python 3.11 or newer is needed.

    python3 start.py            chạy cuộc khảo sát: bảng và bản tin của mọi đợt (run the study)
    python3 start.py test       chạy các kiểm thử (run the tests)
    python3 start.py lab        mở sổ tay phân tích, JupyterLab tiếng Việt (open the notebooks)
    python3 start.py VERB …     chạy danvan VERB …, ví dụ: python3 start.py run 2026q3

Lần đầu, máy tự cài những gì cần. Trên Windows viết py thay cho python3.
(The first time everything is set up. On Windows write py instead of python3.)
"""

# An older Python must be able to read this file as far as the sentence that refuses it:
# no syntax newer than 3.6 anywhere, and nothing above the refusal that 3.6 cannot run.
import hashlib
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    sys.exit(
        "danvan_study cần Python 3.11 trở lên; đây là Python {0}.{1}. Dùng bản mới hơn, ví dụ: python3.11 start.py\n"
        "danvan_study needs Python 3.11 or newer; this is Python {0}.{1}. "
        "Start it with a newer one, such as: python3.11 start.py".format(*sys.version_info[:2])
    )

ROOT = Path(__file__).resolve().parent
LOCK = "requirements.lock"
PROJECT = "pyproject.toml"
STAMP = "danvan-setup.json"


class SetupError(Exception):
    """The environment cannot be made; the message says what to do."""


def main(words: list[str]) -> int:
    """Do what ``words`` ask for and return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file or a pipe on Windows has a code page that lacks letters
            stream.reconfigure(encoding="utf-8")
    if words[:1] in (["-h"], ["--help"]):
        print(__doc__)
        return 0
    try:
        python = set_up(ROOT)
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    command, folder = job(words, python, ROOT)
    try:
        return subprocess.run(command, cwd=folder, check=False, env=os.environ | {"PYTHONUTF8": "1"}).returncode
    except KeyboardInterrupt:  # the job has said what it had to say
        return 130


def job(words: list[str], python: Path, root: Path) -> tuple[list[str], Path]:
    """Return the command that ``words`` stand for, and the folder to start it in."""
    module = [str(python), "-m"]
    if not words:
        return [*module, "danvan_study", "run"], root
    if words[0] == "test":
        return [*module, "pytest", "-n", "auto", "--dist", "worksteal", *words[1:]], root
    if words[0] == "lab":
        return [*module, "jupyterlab", *words[1:]], root
    return [*module, "danvan_study", *words], Path.cwd()


def set_up(root: Path) -> Path:
    """Bring ``root/.venv`` up to date where it is not, and return its Python.

    Raises
    ------
    SetupError
        This Python cannot make environments, or an installation failed.
    """
    venv, wanted = root / ".venv", fingerprint(root)
    found = read_stamp(venv)
    python = interpreter(venv)
    if python.exists() and found.items() >= wanted.items():
        return python
    began = time.monotonic()
    uv = shutil.which("uv")
    try:
        install(venv, wanted, found=found if python.exists() else {}, uv=uv)
    except SetupError as error:
        if not uv:
            raise
        print(
            f"{error}\n\nLàm lại bằng pip, vốn có cài đặt riêng về proxy và chứng thư.\n"
            "Once more with pip, which has its own settings for proxies and certificates.",
            flush=True,
        )
        install(venv, wanted, found={}, uv=None)
    seconds = f"{time.monotonic() - began:.0f}"
    print(f"Cài xong sau {seconds} giây. Mọi lệnh (all verbs): {verb_command(venv)} --help\n", flush=True)
    return python


def install(venv: Path, wanted: dict[str, str], *, found: dict[str, str], uv: str | None) -> None:
    """Install the locked packages and the kit into ``venv``, with ``uv`` or else with pip.

    The stamp is taken away first and written last: whatever is interrupted in between is done again from nothing.
    """
    installer = "uv" if uv else "pip"
    if not can_update(found, wanted, installer):
        make_environment(venv, uv)
    (venv / STAMP).unlink(missing_ok=True)
    print(
        "Đang cài các gói trong requirements.lock; lần đầu mất một, hai phút.\n"
        "Installing the packages of requirements.lock; the first time takes a minute or two.",
        flush=True,
    )
    for command in install_commands(interpreter(venv), uv):
        run(command, venv.parent)
    if not uv:
        compile_ahead(venv)
    speak_vietnamese(venv)
    (venv / STAMP).write_text(json.dumps({**wanted, "installer": installer}, indent=1), encoding="utf-8")


def interpreter(venv: Path, platform: str = sys.platform) -> Path:
    """Return the path of the environment's Python."""
    return venv / "Scripts" / "python.exe" if platform == "win32" else venv / "bin" / "python"


def verb_command(venv: Path, platform: str = sys.platform) -> Path:
    """Return the path of the environment's ``danvan`` command, from the current folder where that is shorter."""
    command = interpreter(venv, platform).with_name("danvan")
    return command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command


def fingerprint(root: Path) -> dict[str, str]:
    """Return everything on which the environment depends; it is up to date while this stays the same."""
    files = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in (LOCK, PROJECT)}
    return {"python": sys.version, "root": str(root), **files}


def read_stamp(venv: Path) -> dict[str, str]:
    """Return the fingerprint with which ``venv`` was set up to the end; empty where it never was."""
    try:
        found = json.loads((venv / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def can_update(found: dict[str, str], wanted: dict[str, str], installer: str) -> bool:
    """Whether installing into what stands is enough: same Python, same folder, and the installer can work there."""
    same = all(found.get(key) == wanted[key] for key in ("python", "root"))
    return same and found.get("installer") in ("pip", installer)  # uv leaves no pip behind


def make_environment(venv: Path, uv: str | None) -> None:
    """Make an empty environment in place of whatever stands at ``venv``."""
    complaint = "" if uv else complaint_about_venv()
    if complaint:
        raise SetupError(complaint)
    if venv.exists():
        shutil.rmtree(venv)
    print(f"Đang tạo môi trường ở (making an environment in) {venv}", flush=True)
    run(environment_command(venv, uv), venv.parent)


def complaint_about_venv() -> str:
    """Say which package is missing where this Python cannot make environments; empty when it can."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if not missing:
        return ""
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    return (
        f"Python này ({sys.executable}) không tạo được môi trường: thiếu mô-đun {missing[0]}.\n"
        f"Trên Debian và Ubuntu, mô-đun ấy ở trong gói {package}: sudo apt install {package}\n"
        "Cài xong thì chạy lại. (Máy nào có uv thì không cần gì khác.)\n\n"
        f"This Python ({sys.executable}) cannot make environments: its module {missing[0]} is missing.\n"
        f"On Debian and Ubuntu it comes with the package {package} (python3-venv): sudo apt install {package}\n"
        "Then start again. (Where uv is installed, that is used and nothing else is needed.)"
    )


def environment_command(venv: Path, uv: str | None) -> list[str]:
    """Return the command that makes an empty environment."""
    if uv:
        return [uv, "venv", "--quiet", "--python", sys.executable, str(venv)]
    return [sys.executable, "-m", "venv", str(venv)]


def install_commands(python: Path, uv: str | None) -> list[list[str]]:
    """Return the commands that install the locked packages, each checked by its hash, and then the kit itself.

    Two commands, since pip cannot check the hash of a local folder. The build backend stands in the lock, hence
    no isolation: a build would else fetch it unchecked.
    """
    pip = [uv, "pip", "install", "--python", str(python)] if uv else [str(python), "-m", "pip", "install"]
    quiet = ["--quiet"] if uv else ["--quiet", "--disable-pip-version-check", "--no-compile"]
    return [
        [*pip, *quiet, "--require-hashes", "--no-deps", "-r", LOCK],
        [*pip, *quiet, "--no-deps", "--no-build-isolation", "-e", "."],
    ]


def compile_ahead(venv: Path) -> None:
    """Compile what was installed on all processors, where pip uses one, but for the packages' own tests.

    A file that cannot be compiled is no fault of the set-up: its package never loads it.
    """
    own_tests = r"site-packages.*[\\/]tests?[\\/]"
    words = ["-m", "compileall", "-qq", "-j", "0", "-x", own_tests, str(venv)]
    subprocess.run([str(interpreter(venv)), *words], check=False)


def run(command: list[str], folder: Path) -> None:
    """Run one step of the set-up, or raise :class:`SetupError`."""
    if subprocess.run(command, cwd=folder, check=False).returncode:
        raise SetupError(
            f"Việc cài đặt dừng ở: {' '.join(command)}\n"
            "Các dòng trên cho biết vì sao; thường là do mạng hoặc proxy. Sửa xong thì chạy lại.\n\n"
            f"The set-up stopped at: {' '.join(command)}\n"
            "The lines above say why; most often the network or its proxy is at fault. Start again when that is mended."
        )


def speak_vietnamese(venv: Path) -> None:
    """Set JupyterLab to Vietnamese and keep it from asking the network for news and updates."""
    settings = {
        "@jupyterlab/translation-extension:plugin": {"locale": "vi_VN"},
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    overrides = venv / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(settings, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
