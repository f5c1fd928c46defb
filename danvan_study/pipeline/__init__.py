"""The order of the stages; no other module knows it."""

from danvan_study.pipeline.run import WaveOutput, run_study
from danvan_study.pipeline.sources import load_study, load_wave
from danvan_study.pipeline.wave import PreparedWave, prepare_wave

__all__ = ["PreparedWave", "WaveOutput", "load_study", "load_wave", "prepare_wave", "run_study"]
