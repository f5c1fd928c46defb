"""The order of the stages; no other module knows it."""

from danvan_study.pipeline.areas import check_areas, convert_unit
from danvan_study.pipeline.bring import check_study, import_cleaning_log, import_raw_files
from danvan_study.pipeline.forms import lint_file
from danvan_study.pipeline.margins import write_margins
from danvan_study.pipeline.run import WaveOutput, compute_waves, run_study
from danvan_study.pipeline.simulate import simulate_study
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.pipeline.wave import PreparedWave, prepare_wave

__all__ = [
    "PreparedWave",
    "WaveOutput",
    "check_areas",
    "check_study",
    "compute_waves",
    "convert_unit",
    "import_cleaning_log",
    "import_raw_files",
    "lint_file",
    "load_study",
    "load_wave",
    "prepare_wave",
    "run_study",
    "simulate_study",
    "write_margins",
]
