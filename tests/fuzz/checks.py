"""What every answer is held against: schemathesis' own checks, and two of this house."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

from schemathesis import CheckContext, Response
from schemathesis import checks as theirs

from tests.fuzz.seating import Case

_CODES = re.compile(r"`([a-z0-9_]+)`")

# These speak of a body's shape only; everything else is a rule that no schema can hold.
SHAPE = {"field_required", "field_unknown", "field_invalid", "field_shape"}


def problem_is_promised(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """A refusal's code stands among those that the operation names for its status."""
    if response.status_code < 400 or "problem" not in response.headers["content-type"][0]:
        return True
    code = json.loads(response.content)["code"]
    answers: dict[str, Any] = case.operation.definition.raw["responses"]
    promised = answers.get(str(response.status_code), {}).get("description", "")
    if response.status_code == 405 or f"{response.status_code}" not in answers:
        return True  # status_code_conformance and unsupported_method speak of these
    assert code in _CODES.findall(promised), f"{code} is not among {promised}"
    return None


def schema_says_what_is_refused(ctx: CheckContext, response: Response, case: Case) -> bool | None:
    """What the schema takes is never refused for its shape (a rule may still refuse it)."""
    if response.status_code not in (400, 422) or case.meta is None:
        return True
    if case.meta.generation.mode.is_negative:
        return True
    problem = json.loads(response.content)
    codes = {error["code"] for error in problem.get("errors", [])}
    assert problem["code"] != "invalid" or not codes <= SHAPE, problem["errors"]
    return None


OURS = [problem_is_promised, schema_says_what_is_refused]

# Their own list, and why some of it is left out.
LEFT_OUT = {
    "max_response_time": "a loaded machine is slow; the benchmarks measure",
    "positive_data_acceptance": "a checksum, a known village, one's own name are rules that no "
    "schema holds; schema_says_what_is_refused looks at the part that it can",
    "object_level_authorization": "it knows one caller only; the audience matrix has them all",
}


@cache
def _kept() -> dict[str, Any]:
    theirs.load_all_checks()
    names = theirs.CHECKS.get_all_names()
    return {name: theirs.CHECKS.get_one(name) for name in names if name not in LEFT_OUT}


def checks(case: Case, *, probing: bool = True) -> list[Any]:
    """Everything that stays; `probing`: also ask again without a session and with a wrong one,
    which once for an operation is enough.
    """
    kept = _kept().copy()
    if not probing:
        del kept["ignored_auth"]
    if case.media_type == "multipart/form-data":
        del kept[
            "negative_data_rejection"
        ]  # it cannot tell a file that fits from one that does not
    return [*kept.values(), *OURS]
