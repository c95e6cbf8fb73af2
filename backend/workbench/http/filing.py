"""窗口代录: a case for somebody who stands at the counter, page by page, from the name to the
receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.wrappers import Response

from backend.applications import schemas
from backend.applications import service as applications
from backend.applications.service import CounterFiling
from backend.core.errors import FieldError, Invalid
from backend.core.ids import new_id
from backend.households.rules import SELF, PersonData
from backend.identity.rules import mask_id_number, mask_phone
from backend.policy import queries as policy
from backend.policy.rules.values import GRADES
from backend.staff import queries as staff
from backend.web import actor, work
from backend.web.pages import load, to, version
from backend.workbench import service
from backend.workbench.errors import MoneyNotAsked
from backend.workbench.http.desk import TOWNSHIP, pages, show
from backend.workbench.rules.words import words

_NEW, _PATCH = schemas.CounterApplicationBody(), schemas.ApplicationPatch()
_PERSON = schemas.PersonChangeBody()
_MOST_RELATIVES = 3


def typed(name: str) -> str:
    return (request.form.get(name) or "").strip()


def filing_page(step: str, application_id: UUID, **more: Any) -> str | Response:
    """A page of a case that is open to changes; one that was handed in has the desk's own page."""
    found = service.filing(work(), actor(), application_id)
    if not found.is_open:
        return to(f"/desk/cases/{application_id}")
    return show(
        f"filing_{step}",
        it=found,
        step=step,
        masked=mask_id_number,
        masked_phone=mask_phone,
        **more,
    )


def at(application_id: UUID, step: str) -> str:
    return f"/desk/filings/{application_id}/{step}"


@pages.page("/filings", "deskFilings", TOWNSHIP)
def start_page() -> str:
    """Who, what for, where; and what colleagues have begun."""
    today = work().legal.today()
    known = {one.code: one for one in policy.programmes(work(), today)}
    return show(
        "filings",
        programmes=[(one.code, one.name.zh) for one in known.values()],
        titles={code: one.name.zh for code, one in known.items()},
        villages=[(place.code, place.name) for place in service.villages(work(), actor())],
        own=(actor().scope or "").ljust(12, "0"),
        unfinished=staff.unfinished_at_counter(work(), actor()),
    )


@pages.act("/filings", "deskBeginFiling", TOWNSHIP, shows=start_page)
def begin() -> Response:
    """Begin it; it belongs to the person, not to the officer."""
    related = typed("officerRelated")
    if related not in ("yes", "no"):
        raise Invalid(errors=[FieldError("/officerRelated", "field_required")])
    given: dict[str, Any] = {
        name: typed(name)
        for name in ("programme", "division", "area", "name", "idNumber", "papersSeen")
    }
    phone = "".join(typed("phone").split())
    body = load(_NEW, {**given, "phone": phone or None, "officerRelated": related == "yes"})
    found = applications.create_at_counter(work(), actor(), CounterFiling(**body))
    return to(at(found.case.id, "people"), "said_filing_begun")


@pages.page("/filings/<uuid:application_id>/people", "deskFilingPeople", TOWNSHIP)
def people_page(application_id: UUID) -> str | Response:
    """Everybody of the household and its supporters, and a form for one more."""
    return _person_page(application_id, new_id())


@pages.page("/filings/<uuid:application_id>/people/<uuid:member_id>", "deskFilingPerson", TOWNSHIP)
def person_page(application_id: UUID, member_id: UUID) -> str | Response:
    """The same with the form of somebody who is there already."""
    return _person_page(application_id, member_id)


def _person_page(application_id: UUID, member_id: UUID) -> str | Response:
    grades = [(str(grade), f"{grade} 级") for grade in GRADES]
    relations = [(code, name) for code, name in words("relation").items() if code != SELF]
    return filing_page(
        "people", application_id, member_id=member_id, relations=relations, grades=grades
    )


@pages.act(
    "/filings/<uuid:application_id>/people/<uuid:member_id>",
    "deskFilePerson",
    TOWNSHIP,
    shows=person_page,
)
def put_person(application_id: UUID, member_id: UUID) -> Response:
    """Add one person, or change one; the money has a page of its own and stays as it is."""
    given: dict[str, Any] = {
        "role": typed("role") or "member",
        "name": typed("name"),
        "relation": typed("relation"),
        "work": typed("work") or None,
        "health": typed("health") or None,
        "incapable": "incapable" in request.form,
    }
    if typed("disability/kind") or typed("disability/grade"):
        grade = typed("disability/grade")
        given["disability"] = {
            "kind": typed("disability/kind"),
            "grade": int(grade) if grade.isdecimal() else grade,
        }
    if typed("idNumber"):
        given["idNumber"] = typed("idNumber")
    if typed("phone"):
        given["phone"] = "".join(typed("phone").split())
    body = load(_PERSON, given)
    changed = _keeping_money(body, member_id)
    applications.put_member(work(), actor(), application_id, version(), member_id, changed)
    return to(at(application_id, "people"), "said_filing_kept")


def _keeping_money(
    body: dict[str, Any], member_id: UUID
) -> Callable[[PersonData | None], PersonData]:
    def changed(before: PersonData | None) -> PersonData:
        person = schemas.changed_person(body, member_id, before)
        if before is None:
            return person
        return applications.with_money_of(person, before)

    return changed


@pages.act(
    "/filings/<uuid:application_id>/people/<uuid:member_id>/removal",
    "deskDropPerson",
    TOWNSHIP,
    shows=person_page,
)
def drop_person(application_id: UUID, member_id: UUID) -> Response:
    """Take one person out."""
    applications.remove_member(work(), actor(), application_id, version(), member_id)
    return to(at(application_id, "people"), "said_filing_kept")


@pages.page("/filings/<uuid:application_id>/promise", "deskFilingPromise", TOWNSHIP)
def promise_page(application_id: UUID) -> str | Response:
    """What is promised, and near relatives among the staff."""
    return filing_page("promise", application_id, most=_MOST_RELATIVES)


@pages.act(
    "/filings/<uuid:application_id>/promise", "deskFilePromise", TOWNSHIP, shows=promise_page
)
def keep_promise(application_id: UUID) -> Response:
    """The person heard the promise and signed it on paper; the scan comes with the papers."""
    given: dict[str, Any] = {"truthPromise": {"accepted": "promised" in request.form}}
    if typed("relatives"):
        given["staffRelatives"] = _relatives() if typed("relatives") == "some" else []
    changes = schemas.form_changes(load(_PATCH, given))
    applications.patch(work(), actor(), application_id, version(), changes)
    return to(at(application_id, "papers"), "said_filing_kept")


def _relatives() -> list[dict[str, str]]:
    """Rows that are filled in; a half-filled one is told at its field."""
    rows = [
        (n, {part: typed(f"staffRelatives/{n}/{part}") for part in ("name", "workplace")})
        for n in range(_MOST_RELATIVES)
    ]
    used = [(n, row) for n, row in rows if any(row.values())] or [(0, rows[0][1])]
    lacks = [(n, part) for n, row in used for part, value in row.items() if not value]
    if lacks:
        raise Invalid(
            errors=[
                FieldError(f"/staffRelatives/{n}/{part}", "field_required") for n, part in lacks
            ]
        )
    return [row for _, row in used]


@pages.page("/filings/<uuid:application_id>/promise-sheet", "deskPromiseSheet", TOWNSHIP)
def promise_sheet(application_id: UUID) -> str | Response:
    """The promise on paper, to be signed; it says nothing about anybody's money."""
    return filing_page("sheet", application_id)


@pages.page("/filings/<uuid:application_id>/check", "deskFilingCheck", TOWNSHIP)
def check_page(application_id: UUID) -> str | Response:
    """Everything that is missing, and the button that hands it in."""
    others = service.elsewhere_of(work(), actor(), application_id)
    return filing_page("check", application_id, elsewhere=others)


@pages.act("/filings/<uuid:application_id>/submission", "deskHandIn", TOWNSHIP, shows=check_page)
def hand_in(application_id: UUID) -> Response:
    """Hand it in; the receipt is to be printed."""
    seen = version()
    if not service.filing(work(), actor(), application_id).money_asked:
        raise MoneyNotAsked()
    applications.submit(work(), actor(), application_id, seen)
    return to(f"/desk/cases/{application_id}#letters", "said_handed_in")


@pages.act("/filings/<uuid:application_id>/withdrawal", "deskGiveUp", TOWNSHIP, shows=check_page)
def give_up(application_id: UUID) -> Response:
    """The person does not want it any more."""
    applications.withdraw(work(), actor(), application_id, version())
    return to("/desk/filings", "said_given_up")
