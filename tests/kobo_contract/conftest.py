"""The contract suite: ``pytest tests/kobo_contract`` on the stand-in, with ``--kobo-url …`` on a real server.

Tokens come from DANVAN_KOBO_OWNER_TOKEN and DANVAN_KOBO_ENUMERATOR_TOKEN. Every form it makes is deleted again.
"""

from __future__ import annotations

from tests.kobo_contract.fixtures import draft, fielded, kobo_server

__all__ = ["draft", "fielded", "kobo_server"]


def pytest_addoption(parser):
    group = parser.getgroup("kobo", "a real KoboToolbox in the place of the stand-in")
    group.addoption("--kobo-url", help="address of KPI, https://kf.…")
    group.addoption("--kobo-collect-url", help="address of KoboCollect's server, https://kc.…")
    group.addoption("--kobo-owner", help="account that owns the forms")
    group.addoption("--kobo-enumerator", help="account that sends submissions")
