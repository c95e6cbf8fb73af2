"""People at the counter: who somebody is, for their own phone."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from backend.identity import service as identity
from backend.staff import schemas
from backend.web import actor, work
from backend.web.pages import load, to
from backend.workbench.http.desk import TOWNSHIP, pages, show

_PROOF = schemas.ProofAtDeskBody()
_UNPROOF = schemas.UnproofAtDeskBody()


@pages.page("/proof", "deskProof", TOWNSHIP)
def proof_page() -> str:
    """Number, papers, and the code on the phone of whoever stands here."""
    return show("proof", here="proof")


@pages.act("/proof", "deskProve", TOWNSHIP, shows=proof_page)
def prove() -> Response:
    """The holder of this phone stood before me and is the person whom it names."""
    names = ("idNumber", "code", "papersSeen")
    body = load(_PROOF, {name: request.form.get(name, "").strip() for name in names})
    account = identity.account_at_desk(work(), body["id_number"], body["code"])
    identity.prove_at_desk(work(), actor(), account, body["id_number"], body["papers_seen"])
    return to("/desk/proof", "said_proven")


@pages.act("/proof/end", "deskUnprove", TOWNSHIP, shows=proof_page)
def unprove() -> Response:
    """A phone was lost, sold, or proven by mistake: its holder is nobody known any more."""
    body = load(_UNPROOF, {"idNumber": request.form.get("idNumber", "").strip()})
    identity.unprove_person(work(), actor(), body["id_number"])
    return to("/desk/proof", "said_unproven")
