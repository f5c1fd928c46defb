"""What the house refuses, read from the source: disk outside the store, oversized pieces, drawers for leftovers.

``python -m tests.house_rules`` prints the largest modules and functions.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "danvan_study"

MODULE_LINES, FUNCTION_LINES, PARAMETERS = 400, 60, 6
"""Hard bounds. The aim is 250 lines, 40 lines and 5 parameters; beyond it the report is the place to argue."""

DRAWERS = {"common", "helper", "helpers", "manager", "managers", "misc", "util", "utils"}


def package_modules() -> list[Path]:
    """Return every module of the package, in a fixed order."""
    return sorted(PACKAGE.rglob("*.py"))


# Disk

ALWAYS = {
    *("open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open", "tarfile.open", "sqlite3.connect"),
    *("np.save", "np.savetxt", "np.savez", "np.fromfile", "np.memmap"),
}
"""Calls that touch the disk whatever they are given."""

ALWAYS_MODULES = {"glob", "mmap", "os", "shutil", "tempfile"}
HARMLESS = ("os.environ", "os.cpu_count", "os.fspath", "os.getenv", "os.getpid", "os.urandom")

PATH_METHODS = {
    *("read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "rmdir", "unlink", "touch", "chmod"),
    *("exists", "is_file", "is_dir", "stat", "iterdir", "glob", "rglob", "hardlink_to", "symlink_to"),
}
"""Methods that only a path has; ``files("package")…`` is let through: a package's own data are part of the code."""

FILE_READERS = re.compile(
    r"(pd|pandas|pq|pa|csv|feather|pyreadstat)\.(read_\w+|ExcelFile)|np\.(load|loadtxt|genfromtxt)"
    r"|(openpyxl\.)?load_workbook|(zipfile\.)?ZipFile|(docx\.)?Document|(xlsxwriter\.)?Workbook|(pd\.)?ExcelWriter"
    r"|(plt|mpimg)\.imread|(PIL\.)?Image\.open|ET\.parse|etree\.parse"
)
"""Calls that take a path or a buffer, as their first argument."""

FILE_WRITERS = re.compile(r"to_(csv|excel|feather|hdf|html|json|markdown|orc|parquet|pickle|stata|xml)|savefig|save")
"""Methods that take a path or a buffer; without an argument the text is returned and nothing written."""

BUFFERS = re.compile(r"(io\.)?(BytesIO|StringIO)|(pd\.)?ExcelWriter|(zipfile\.)?ZipFile")
BUFFER_ANNOTATION = re.compile(r"\b(BytesIO|StringIO|BinaryIO|TextIO|IO|ExcelWriter|ZipFile)\b")


def disk_touches(source: str) -> list[str]:
    """Return ``line N: call`` for every call in ``source`` that reads or writes a file.

    Buffers are welcome: a reader or writer is let through when its first argument is a ``BytesIO`` or ``StringIO``,
    made on the spot, held by a name of this file, or declared as a parameter.
    """
    tree = ast.parse(source)
    buffers = _buffers(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    touching = [call for call in calls if _touches(call, buffers)]
    return [f"line {call.lineno}: {ast.unparse(call.func)}(…)" for call in sorted(touching, key=lambda c: c.lineno)]


def _touches(call: ast.Call, buffers: set[str]) -> bool:
    name = ast.unparse(call.func)
    if name in ALWAYS or (name.split(".")[0] in ALWAYS_MODULES and "." in name and not name.startswith(HARMLESS)):
        return True
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if method in PATH_METHODS:
        return not _is_package_data(call.func)
    if method == "open":  # Path("…").open(); a zip archive or an image is opened by name above
        return not (isinstance(call.func.value, ast.Name) and call.func.value.id in buffers)
    if FILE_READERS.fullmatch(name):
        return bool(call.args or call.keywords) and not _is_buffer(_target(call), buffers)
    if FILE_WRITERS.fullmatch(method):
        target = _target(call)
        return target is not None and not _is_buffer(target, buffers)
    return False


def _target(call: ast.Call) -> ast.expr | None:
    """Return the argument that says where to read or write, or None."""
    if call.args:
        return call.args[0]
    wanted = ("path", "path_or_buf", "path_or_buffer", "filepath_or_buffer", "fname", "io", "buf", "file", "filename")
    return next((keyword.value for keyword in call.keywords if keyword.arg in wanted), None)


def _is_buffer(argument: ast.expr | None, buffers: set[str]) -> bool:
    if isinstance(argument, ast.Call):
        return bool(BUFFERS.fullmatch(ast.unparse(argument.func)))
    if isinstance(argument, (ast.Name, ast.Attribute)):
        return ast.unparse(argument) in buffers
    # xlsxwriter and python-docx make a document in memory when they are given nothing
    return argument is None


def _buffers(tree: ast.AST) -> set[str]:
    """Return the names that hold a buffer."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _makes_buffer(node.value):
            names |= {ast.unparse(target) for target in node.targets}
        elif isinstance(node, ast.withitem) and node.optional_vars is not None and _makes_buffer(node.context_expr):
            names.add(ast.unparse(node.optional_vars))
        elif isinstance(node, ast.NamedExpr) and _makes_buffer(node.value):
            names.add(node.target.id)
        elif isinstance(node, ast.arg) and node.annotation and BUFFER_ANNOTATION.search(ast.unparse(node.annotation)):
            names.add(node.arg)
    return names


def _makes_buffer(value: ast.expr) -> bool:
    return isinstance(value, ast.Call) and bool(BUFFERS.fullmatch(ast.unparse(value.func)))


def _is_package_data(function: ast.expr) -> bool:
    """Whether a chain such as ``files("danvan_study").joinpath("x").read_text`` starts at ``files``."""
    return bool(re.match(r"(importlib\.)?(resources\.)?files\(", ast.unparse(function)))


# Sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A module or a function, and how large it is."""

    where: str
    lines: int
    """Of a function: without its docstring."""
    parameters: int = 0


def functions_of(source: str, where: str = "") -> list[Piece]:
    """Return the functions of ``source``, methods and inner functions included."""
    return [
        Piece(where=f"{where}:{node.lineno} {node.name}", lines=_body_lines(node), parameters=_parameters(node))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    ]


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in _arguments(node)]
    return len(names) - (names[:1] in (["self"], ["cls"]))


def _arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def oversized(source: str, where: str = "") -> list[str]:
    """Return a sentence for every piece of ``source`` beyond a hard bound."""
    faults = []
    if (lines := len(source.splitlines())) > MODULE_LINES:
        faults.append(f"{where}: {lines} lines; a module has at most {MODULE_LINES}")
    for piece in functions_of(source, where):
        if piece.lines > FUNCTION_LINES:
            faults.append(f"{piece.where}: {piece.lines} lines; a function has at most {FUNCTION_LINES}")
        if piece.parameters > PARAMETERS:
            faults.append(f"{piece.where}: {piece.parameters} parameters; at most {PARAMETERS}")
    return faults


def size_report(top: int = 10) -> str:
    """Return the largest modules and functions of the package as a table."""
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in package_modules()}
    modules = [Piece(where=where, lines=len(source.splitlines())) for where, source in sources.items()]
    functions = [piece for where, source in sources.items() for piece in functions_of(source, where)]
    lines = sorted(piece.lines for piece in functions)
    total = sum(piece.lines for piece in modules)
    parts = [
        f"{len(modules)} modules, {total} lines; {len(functions)} functions, median {lines[len(lines) // 2]} lines",
        *_largest("modules", modules, top),
        *_largest("functions (without docstring)", functions, top),
    ]
    return "\n".join(parts)


def _largest(title: str, pieces: list[Piece], top: int) -> Iterator[str]:
    yield f"largest {title}:"
    for piece in sorted(pieces, key=lambda p: (-p.lines, p.where))[:top]:
        yield f"  {piece.lines:4}  {piece.where}"


# Names


def bad_names(source: str, module: str) -> list[str]:
    """Return a sentence for every name that the house refuses."""
    tree = ast.parse(source)
    named = [(1, part) for part in module.removesuffix(".py").split("/")]
    named += [(node.lineno, node.name) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    faults = [
        f"{module}:{line} {name}: a drawer for leftovers; say what it does"
        for line, name in named
        if DRAWERS & {word.lower() for word in re.findall(r"[A-Z]?[a-z]+", name)}
    ]
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    faults += [
        f"{module}:{node.lineno} {node.name}: a table called df crosses its boundary; say what stands in it"
        for node in functions
        if any(argument.arg == "df" and _is_table(argument.annotation) for argument in _arguments(node))
    ]
    return faults


def _is_table(annotation: ast.expr | None) -> bool:
    return annotation is None or "DataFrame" in ast.unparse(annotation)


# Notebooks

THICK = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.AsyncFor, ast.While)


def notebook_faults(content: str) -> list[str]:
    """Return a sentence for everything that makes a notebook more than a thin chapter over the package."""
    faults = []
    for number, cell in enumerate(json.loads(content)["cells"], 1):
        if not cell.get("id"):
            faults.append(f"cell {number}: it has no id")
        if cell["cell_type"] == "code":
            faults += [f"cell {number}: {fault}" for fault in _cell_faults(cell)]
    return faults


def _cell_faults(cell: dict[str, object]) -> Iterator[str]:
    if cell.get("outputs") or cell.get("execution_count") is not None:
        yield "it holds outputs; clear them"
    lines = "".join(cell["source"]).splitlines()  # type: ignore[arg-type] # a list of lines, or one text
    source = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines)
    if any(line.lstrip().startswith("!") for line in lines):
        yield "it runs a shell command"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, THICK):
            yield f"line {node.lineno}: a {type(node).__name__} belongs in the package"
    for touch in disk_touches(source):
        yield f"{touch} belongs in the store"


if __name__ == "__main__":
    print(size_report())  # noqa: T201 -- the report is what it is started for
