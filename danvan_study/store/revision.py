"""Which code made a result: the commit of the package's own checkout and the versions of its libraries."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from functools import cache
from importlib import metadata
from pathlib import Path

import danvan_study

LIBRARIES = (
    "numpy", "pandas", "pyarrow", "scipy", "statsmodels", "scikit-learn",
    "matplotlib", "pyxform", "python-docx", "jinja2", "typst", "xlsxwriter",
)  # fmt: skip


def read_commit() -> str:
    """Return the commit of the checkout that the package runs from, ``+changes`` behind it if files differ.

    ``unknown`` where the package was installed without its repository, or git is not there.
    """
    package = Path(danvan_study.__file__).parent
    commit = _git(package, "rev-parse", "HEAD")
    if not commit or _git(package, "ls-files", "--error-unmatch", "__init__.py") != "__init__.py":
        return "unknown"
    return commit + ("+changes" if _git(package, "status", "--porcelain", "--", ".") else "")


def read_versions() -> dict[str, str]:
    """Return the versions of Python, the kit and the libraries that shape its output."""
    versions = {"python": platform.python_version(), "danvan_study": danvan_study.__version__}
    return versions | {name: metadata.version(name) for name in LIBRARIES}


@cache
def hash_code() -> str:
    """Return a hash over every file of the package: two runs with the same one were made by the same code."""
    package = Path(danvan_study.__file__).parent
    files = sorted(path for path in package.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    total = hashlib.sha256()
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(package).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 -- fixed words, no shell
            ["git", "-C", str(folder), *words],  # noqa: S607 -- git from PATH, as the user has it
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
