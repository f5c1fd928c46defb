"""How much memory the kernel needs, the data included: each task in a process of its own, its largest resident memory.

python -m benchmarks.memory [ROWS] [--write]
"""

from __future__ import annotations

import resource
import subprocess
import sys

KERNEL = ("rake", "domain means", "500 replicates")


def one_task(rows: int, name: str) -> None:
    """Do a task of the kernel once; print its processor time and the largest memory of this process."""
    from benchmarks import limit  # noqa: PLC0415 -- a new process begins with the memory of the one that started it
    from benchmarks.speed import kernel_task, seconds  # noqa: PLC0415

    spent = seconds(kernel_task(limit.make_material(rows), name).fresh())
    print(f"{rows:>9} {name:<16} {spent:9.2f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:9.2f}")


def main(arguments: list[str]) -> None:
    """Start a process for each task, and write down what they say where asked to."""
    rows = int(float(next((argument for argument in arguments if argument != "--write"), "1e7")))
    lines = ["     rows task               seconds   peak GB"]
    for name in KERNEL:
        command = [sys.executable, "-m", "benchmarks.memory", "--task", str(rows), name]
        lines.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout.rstrip())
    print("\n".join(lines))
    if "--write" in arguments:
        from benchmarks.results import write_results  # noqa: PLC0415

        write_results("memory.md", "benchmarks.memory", arguments, lines=lines)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--task"]:
        one_task(int(sys.argv[2]), sys.argv[3])
    else:
        main(sys.argv[1:])
