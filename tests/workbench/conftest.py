"""Desks and cases for the tests of the pages."""

from __future__ import annotations

from typing import Any

import pytest

from backend.core.access import Role
from tests.factories.house import Town, Visitor
from tests.factories.people import APPLICANT
from tests.workbench.browser import Browser, at_desk

ALONE = [APPLICANT.body("01")]


@pytest.fixture
def officer(town: Town) -> Visitor:
    return town.staff()


@pytest.fixture
def desk(town: Town, officer: Visitor) -> Browser:
    """A township officer's window."""
    return at_desk(town, officer)


@pytest.fixture
def auditor(town: Town) -> Browser:
    return at_desk(town, town.staff(Role.AUDITOR, "610304"))


@pytest.fixture
def applicant(town: Town) -> Visitor:
    return town.citizen(APPLICANT)


@pytest.fixture
def case(applicant: Visitor) -> dict[str, Any]:
    """A case that waits for its only signer."""
    return applicant.submitted(members=ALONE)


@pytest.fixture
def clean_case(town: Town, applicant: Visitor, case: dict[str, Any]) -> dict[str, Any]:
    """A case to which nothing is missing."""
    town.all_consent_at_counter(case)
    return applicant.case(case["id"])
