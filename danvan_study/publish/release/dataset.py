"""The released file as a dataset; the last look before it leaves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from danvan_study.errors import StudyError
from danvan_study.exchange import Dataset, Measure, Part, Value, Variable
from danvan_study.exchange.dataset import MEANINGS, WITHHELD_CODE
from danvan_study.exchange.dataset import WITHHELD as HELD_BACK
from danvan_study.exchange.names import legal_names
from danvan_study.messages import say
from danvan_study.prohibited import asks_for_contact, asks_for_religion
from danvan_study.publish.release.gather import AREA
from danvan_study.publish.release.ladder import JOINED
from danvan_study.publish.release.microdata import BLANK, UNKNOWN, WITHHELD

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from danvan_study.publish.release.gather import Gathered
    from danvan_study.publish.release.microdata import Codes, Item, Key
    from danvan_study.publish.release.protect import Protected
    from danvan_study.study import Study

CLUSTER = {"vi": "Cụm (nhóm thôn ghép ngẫu nhiên, mã ngẫu nhiên)", "en": "Cluster (villages joined at random)"}
WEIGHT = {"vi": "Quyền số (trung bình của nhóm, làm tròn)", "en": "Weight (mean of those alike, rounded)"}
IDENTIFYING = 0.5
"""Different values for each row, from which on a column names people rather than answers."""
FEW = 20
"""Rows from which on that is looked at."""


def release_dataset(gathered: Gathered, protected: Protected, *, wave: str, study: Study, simulated: bool) -> Dataset:
    """Return the file, its rows in the secret order in which they were gathered."""
    columns = [*_columns(gathered, protected)]
    names = legal_names(variable.name for variable, _ in columns)
    left_out = dict(gathered.left_out)
    for name in protected.left_out:
        left_out[gathered.variables[name].source] = "alike"
    left_out |= {key.name: "few" for key in gathered.microdata.keys if key.name not in protected.rung.groups}
    dataset = Dataset(
        name=wave,
        titles={language: f"{name}, {wave}" for language, name in study.name.items()},
        variables=tuple(replace(variable, name=name) for name, (variable, _) in zip(names, columns, strict=True)),
        table=pd.DataFrame(dict(zip(names, (cells for _, cells in columns), strict=True))),
        left_out=left_out,
        simulated=simulated,
    )
    refuse_identifying(dataset)
    return dataset


def refuse_identifying(dataset: Dataset) -> None:
    """Refuse a column that names people, under whatever cover: hashes of telephone numbers are still numbers of people.

    Raises
    ------
    StudyError
        A column of answers has codes without wordings, about as many values as rows, or a name or wording that speaks
        of contact details or religion.
    """
    for variable in dataset.variables:
        cells = dataset.table[variable.name].dropna()
        where = say("release of {dataset}, {variable}", dataset=dataset.name, variable=variable.name)
        if variable.part in (Part.WEIGHT, Part.CLUSTER):
            continue
        if set(cells.unique()) - {float(value.code) for value in variable.codes}:
            raise StudyError(
                where,
                say("it holds values without a wording, such as hashed ids or numbers as typed."),
                say("Leave it out."),
            )
        if len(cells) >= FEW and cells.nunique() > IDENTIFYING * len(cells):
            raise StudyError(
                where,
                say("it has {values} values in {rows} rows: it names people.", values=cells.nunique(), rows=len(cells)),
                say("Leave it out."),
            )
        wordings = variable.labels.values()
        if asks_for_contact(variable.source) or asks_for_religion(variable.source, *wordings):
            raise StudyError(where, say("it speaks of contact details or religion."), say("Leave it out."))


def _columns(gathered: Gathered, protected: Protected) -> Iterator[tuple[Variable, np.ndarray]]:
    for key in protected.keys:
        yield _key_column(key, gathered.labels[key.name])
    for item in protected.items:
        yield _item_column(item, gathered.variables[item.name])
    cluster = Variable(name="cum", labels=CLUSTER, part=Part.CLUSTER)
    yield cluster, protected.cluster.astype("float64") + 1
    weight = Variable(name="trong_so", labels=WEIGHT, part=Part.WEIGHT, measure=Measure.SCALE, decimals=6)
    yield weight, protected.weight


def _key_column(key: Key, labels: Mapping[str, Mapping[str, str]]) -> tuple[Variable, np.ndarray]:
    """Return the characteristic with codes 1, 2, 3; joined values have the wordings of all."""
    values = [Value(code=place, labels=_joined(name, labels), answer=name) for place, name in enumerate(key.values, 1)]
    held_back = Value(code=WITHHELD_CODE, labels=dict(MEANINGS[HELD_BACK]), missing=HELD_BACK)
    is_held_back = bool((key.codes == UNKNOWN).any())
    variable = Variable(
        name=key.name,
        labels=dict(labels[""]),
        codes=(*values, held_back) if is_held_back else tuple(values),
        part=Part.AREA if key.name == AREA else Part.ANSWER,
        source=key.name,
    )
    return variable, np.where(key.codes == UNKNOWN, WITHHELD_CODE, key.codes + 1).astype("float64")


def _joined(name: str, labels: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the wordings of a group: its own where it has one, else those of all that is in it."""
    if name in labels:
        return dict(labels[name])
    parts = name.split(JOINED)
    languages = dict.fromkeys(language for part in parts for language in labels[part])
    return {language: "; ".join(labels[part].get(language, part) for part in parts) for language in languages}


def _item_column(item: Item, variable: Variable) -> tuple[Variable, np.ndarray]:
    """Return the answers under the codes of the form, with one more for what is held back."""
    held_back = Value(code=WITHHELD_CODE, labels=dict(MEANINGS[HELD_BACK]), missing=HELD_BACK)
    codes = (*variable.codes, held_back) if bool((item.codes == WITHHELD).any()) else variable.codes
    return replace(variable, codes=codes), _cells(
        item.codes, np.array([*map(float, item.values), WITHHELD_CODE, np.nan])
    )


def _cells(codes: Codes, values: np.ndarray) -> np.ndarray:
    """Look the codes up; -1 (blank) is the last value, -2 (held back) the one before."""
    assert (BLANK, WITHHELD) == (-1, -2)
    found: np.ndarray = values[codes]
    return found
