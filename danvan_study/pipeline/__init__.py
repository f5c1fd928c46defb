"""The order of the stages; no other module knows it."""

from danvan_study.pipeline.archives import archive_study, check_archive, restore_study
from danvan_study.pipeline.areas import check_areas, convert_unit
from danvan_study.pipeline.brief_lint import lint_brief
from danvan_study.pipeline.briefs import Edition, write_brief
from danvan_study.pipeline.bring import check_study, import_cleaning_log, import_raw_files
from danvan_study.pipeline.chapters import run_chapters
from danvan_study.pipeline.cluster import open_workers
from danvan_study.pipeline.contexts import brief_context, brief_contexts, brief_history
from danvan_study.pipeline.copies import Archive, list_archives
from danvan_study.pipeline.corrections import Review, offer_corrections, record_decisions, review_wave
from danvan_study.pipeline.explain import Explanation, explain_figure
from danvan_study.pipeline.fieldwork import (
    PullReport,
    assemble_dossier,
    assign_enumerators,
    bring_visits,
    close_sample,
    close_wave,
    compare_wave_backchecks,
    deploy_wave,
    destroy_due,
    draw_slips,
    draw_wave,
    draw_wave_backchecks,
    judge_wave,
    keep_contacts,
    make_key,
    note_erased,
    note_withdrawal,
    note_withdrawn,
    open_contacts,
    plan_wave,
    pull_wave,
    rebuild_outputs,
    take_stock,
    withdraw_submission,
    write_assignments,
)
from danvan_study.pipeline.forms import (
    build_file,
    compare_forms,
    freeze_form,
    lint_file,
    preview_file,
    print_file,
    refuse_unsound,
    write_outside,
)
from danvan_study.pipeline.frame import import_frame
from danvan_study.pipeline.init import NewStudy, init_study
from danvan_study.pipeline.lock import lock_wave, revise_wave
from danvan_study.pipeline.margins import write_margins
from danvan_study.pipeline.monitoring import check_fieldwork, keep_wave_traces, monitor_wave
from danvan_study.pipeline.open_coding import (
    coding_status,
    draw_for_people,
    take_sheet,
    write_coding_sheets,
)
from danvan_study.pipeline.place_lists import write_place_lists
from danvan_study.pipeline.processes import open_processes
from danvan_study.pipeline.result import Maker
from danvan_study.pipeline.review import review_context, review_study
from danvan_study.pipeline.run import WaveOutput, compute_waves, run_study
from danvan_study.pipeline.simulate import simulate_study
from danvan_study.pipeline.simulate_national import simulate_national
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.pipeline.verify import Difference, Verdict, verify_study
from danvan_study.pipeline.wave import PreparedWave, prepare_wave
from danvan_study.pipeline.workshop import Workshop

__all__ = [
    "Archive",
    "Difference",
    "Edition",
    "Explanation",
    "Maker",
    "NewStudy",
    "PreparedWave",
    "PullReport",
    "Review",
    "Verdict",
    "WaveOutput",
    "Workshop",
    "archive_study",
    "assemble_dossier",
    "assign_enumerators",
    "brief_context",
    "brief_contexts",
    "brief_history",
    "bring_visits",
    "build_file",
    "check_archive",
    "check_areas",
    "check_fieldwork",
    "check_study",
    "close_sample",
    "close_wave",
    "coding_status",
    "compare_forms",
    "compare_wave_backchecks",
    "compute_waves",
    "convert_unit",
    "deploy_wave",
    "destroy_due",
    "draw_for_people",
    "draw_slips",
    "draw_wave",
    "draw_wave_backchecks",
    "explain_figure",
    "freeze_form",
    "import_cleaning_log",
    "import_frame",
    "import_raw_files",
    "init_study",
    "judge_wave",
    "keep_contacts",
    "keep_wave_traces",
    "lint_brief",
    "lint_file",
    "list_archives",
    "load_study",
    "load_wave",
    "lock_wave",
    "make_key",
    "monitor_wave",
    "note_erased",
    "note_withdrawal",
    "note_withdrawn",
    "offer_corrections",
    "open_contacts",
    "open_processes",
    "open_workers",
    "plan_wave",
    "prepare_wave",
    "preview_file",
    "print_file",
    "pull_wave",
    "rebuild_outputs",
    "record_decisions",
    "refuse_unsound",
    "restore_study",
    "review_context",
    "review_study",
    "review_wave",
    "revise_wave",
    "run_chapters",
    "run_study",
    "simulate_national",
    "simulate_study",
    "take_sheet",
    "take_stock",
    "verify_study",
    "withdraw_submission",
    "write_assignments",
    "write_brief",
    "write_coding_sheets",
    "write_margins",
    "write_outside",
    "write_place_lists",
]
