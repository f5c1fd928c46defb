"""What the field verbs do: forms out to enumerators, answers back, decisions and withdrawals carried through."""

from danvan_study.pipeline.fieldwork.backcheck import compare_wave_backchecks, draw_wave_backchecks
from danvan_study.pipeline.fieldwork.contacts import keep_contacts, open_contacts
from danvan_study.pipeline.fieldwork.deploy import deploy_wave
from danvan_study.pipeline.fieldwork.desk import make_key
from danvan_study.pipeline.fieldwork.dossier import assemble_dossier
from danvan_study.pipeline.fieldwork.judge import close_wave, judge_wave
from danvan_study.pipeline.fieldwork.people import assign_enumerators
from danvan_study.pipeline.fieldwork.pull import PullReport, pull_wave
from danvan_study.pipeline.fieldwork.retention import (
    Account,
    destroy_due,
    note_erased,
    note_withdrawal,
    note_withdrawn,
    take_stock,
)
from danvan_study.pipeline.fieldwork.sampling import (
    bring_visits,
    close_sample,
    draw_wave,
    plan_wave,
    write_assignments,
)
from danvan_study.pipeline.fieldwork.withdraw import draw_slips, rebuild_outputs, withdraw_submission

__all__ = [
    "Account",
    "PullReport",
    "assemble_dossier",
    "assign_enumerators",
    "bring_visits",
    "close_sample",
    "close_wave",
    "compare_wave_backchecks",
    "deploy_wave",
    "destroy_due",
    "draw_slips",
    "draw_wave",
    "draw_wave_backchecks",
    "judge_wave",
    "keep_contacts",
    "make_key",
    "note_erased",
    "note_withdrawal",
    "note_withdrawn",
    "open_contacts",
    "plan_wave",
    "pull_wave",
    "rebuild_outputs",
    "take_stock",
    "withdraw_submission",
    "write_assignments",
]
