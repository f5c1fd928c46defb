"""A wave for other programs, and other programs' files for a wave; who decides what is the same is a person."""

from danvan_study.exchange.codebook_sheet import as_codebook_xlsx
from danvan_study.exchange.dataset import Dataset, Measure, Part, Value, Variable
from danvan_study.exchange.ddi import as_ddi
from danvan_study.exchange.labels import Shortened
from danvan_study.exchange.leave import REASONS, reason_to_stay
from danvan_study.exchange.plain import as_csv, as_parquet
from danvan_study.exchange.spss import for_spss
from danvan_study.exchange.stata import for_stata
from danvan_study.exchange.tabulate import WaveTables, tabulate_wave

__all__ = [
    "REASONS",
    "Dataset",
    "Measure",
    "Part",
    "Shortened",
    "Value",
    "Variable",
    "WaveTables",
    "as_codebook_xlsx",
    "as_csv",
    "as_ddi",
    "as_parquet",
    "for_spss",
    "for_stata",
    "reason_to_stay",
    "tabulate_wave",
]
