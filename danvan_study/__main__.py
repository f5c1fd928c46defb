"""``python -m danvan_study`` is the ``danvan`` command."""

from danvan_study.cli import main

main()
