"""What the field verbs do: forms out to enumerators, answers back, decisions and withdrawals carried through."""

from danvan_study.pipeline.fieldwork.deploy import deploy_wave
from danvan_study.pipeline.fieldwork.desk import make_key
from danvan_study.pipeline.fieldwork.judge import close_wave, judge_wave
from danvan_study.pipeline.fieldwork.people import assign_enumerators
from danvan_study.pipeline.fieldwork.pull import PullReport, pull_wave
from danvan_study.pipeline.fieldwork.withdraw import draw_slips, lock_wave, rebuild_outputs, withdraw_submission

__all__ = [
    "PullReport",
    "assign_enumerators",
    "close_wave",
    "deploy_wave",
    "draw_slips",
    "judge_wave",
    "lock_wave",
    "make_key",
    "pull_wave",
    "rebuild_outputs",
    "withdraw_submission",
]
