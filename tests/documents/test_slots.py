"""Which slots of an application take what, in the house as it is wired."""

from __future__ import annotations

import io

from backend.core.ids import new_id
from tests.factories.house import Town
from tests.factories.people import APPLICANT
from tests.factories.pictures import pdf


def test_a_card_is_a_photo_and_a_paper_may_be_a_pdf(town: Town) -> None:
    me = town.citizen(APPLICANT)
    case = me.draft()
    for slot, status in (("id_card", 415), ("household_register", 201), ("other", 201)):
        answer = town.client.send(
            "POST",
            "/documents",
            token=me.token,
            key=str(new_id()),
            data={
                "caseId": case["id"],
                "slot": slot,
                "file": (io.BytesIO(pdf()), "1.pdf", "application/pdf"),
            },
            content_type="multipart/form-data",
        )
        assert answer.status_code == status, answer.get_json()
