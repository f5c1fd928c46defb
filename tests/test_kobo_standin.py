"""The stand-in is no flatterer: each of its behaviours, switched off, is missed by a contract test."""

from __future__ import annotations

import inspect

import httpx
import pytest

from danvan_study.errors import StudyError
from tests.kobo_contract import test_contract
from tests.kobo_contract.behaviour import BEHAVIOURS
from tests.kobo_contract.fixtures import control, draft, fielded, kobo_server

__all__ = ["draft", "fielded", "kobo_server"]

TESTS = {
    mark.kwargs["name"]: test
    for _, test in inspect.getmembers(test_contract, inspect.isfunction)
    for mark in getattr(test, "pytestmark", ())
}

MISSED = (AssertionError, KeyError, ValueError, StudyError, httpx.HTTPError, pytest.fail.Exception)


def test_every_behaviour_has_a_contract_test():
    assert set(TESTS) == set(BEHAVIOURS)


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_a_behaviour_that_is_switched_off_is_missed(behaviour, kobo_server, request):
    test = TESTS[behaviour]
    material = {name: request.getfixturevalue(name) for name in inspect.signature(test).parameters}
    control(kobo_server.owner.url, "off", [behaviour])
    try:
        with pytest.raises(MISSED):
            test(**material)
    finally:
        control(kobo_server.owner.url, "off", [])
