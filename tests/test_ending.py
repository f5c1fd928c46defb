"""How a command ends that is told to: what it laid apart for a while is gone, and it says that it stopped."""

from __future__ import annotations

import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

COMMAND = """
import os, signal, sys, tempfile
from danvan_study import cli

def app(**_):
    with tempfile.TemporaryDirectory() as folder:
        print(folder, flush=True)
        os.kill(os.getpid(), int(sys.argv[1]))
        print("went on", flush=True)

cli.app = app
cli.main()
"""


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_command_that_is_told_to_end_takes_away_what_it_laid_apart(told: signal.Signals) -> None:
    # Tests that run in the background, or under nohup, hand down that they ignore a signal.
    heed = partial(signal.signal, told, signal.SIG_DFL)
    words = [sys.executable, "-c", COMMAND, str(int(told))]
    done = subprocess.run(words, preexec_fn=heed, capture_output=True, text=True, check=False)
    (folder,) = done.stdout.splitlines()
    assert not Path(folder).exists()
    assert done.returncode == 130
    assert done.stderr == "Stopped.\n"


def test_a_command_under_nohup_outlives_its_window() -> None:
    words = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{COMMAND}"
    done = subprocess.run(
        [sys.executable, "-c", words, str(int(signal.SIGHUP))], capture_output=True, text=True, check=False
    )
    assert done.stdout.endswith("went on\n")
    assert done.returncode == 0
