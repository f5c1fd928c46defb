"""One script per engine: ``SCRIPT FOLDER TASK`` does a task of ``benchmarks.engines`` once and prints its seconds.

Reading the data is not timed. The scripts of other engines run in interpreters of their own and import nothing else.
"""
