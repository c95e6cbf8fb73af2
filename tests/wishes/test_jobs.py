"""By time: what a giver lets lie is free again, what nobody confirms goes to the township."""

from __future__ import annotations

from uuid import UUID

from backend.audit.service import verify
from backend.wishes import queries, tasks
from backend.wishes.states import WishState
from backend.worker import jobs_of
from tests.factories.house import Town
from tests.factories.people import HELPER
from tests.factories.wishes import Street, confirm, ok


def run(town: Town, name: str) -> object:
    """The worker's job of this name, as it is wired."""
    (job,) = [job for job in jobs_of(town.house) if job.name == name]
    return job.run()


def newest(street: Street, who: str) -> str:
    visitor = street.owner if who == "owner" else street.giver
    return str(visitor.get("/me").get_json()["messages"][0]["code"])


def test_a_claim_lapses_after_its_last_day_and_both_are_told(street: Street) -> None:
    town, wish = street.town, street.claimed()
    path = f"/wishes/{wish['id']}"
    town.clock.advance(days=15)
    assert run(town, "lapse_claims") == 0
    assert ok(street.giver.get(path))["state"] == "claimed"
    town.clock.advance(days=1)
    assert run(town, "lapse_claims") == 1
    assert run(town, "lapse_claims") == 0
    after = ok(street.giver.get(path))
    assert (after["state"], after["handover"], after["moves"]) == ("published", None, ["claim"])
    assert newest(street, "owner") == "told_wish_back_on_board"
    assert newest(street, "giver") == "told_claim_lapsed"
    other = street.proven(HELPER)
    assert ok(other.post(f"{path}/claim"))["state"] == "claimed"
    assert ok(street.owner.get(path))["claim"]["until"] == "2026-04-02"
    with town.units.read() as work:
        assert verify(work) == []


def test_what_was_delivered_in_time_does_not_lapse(street: Street) -> None:
    wish = street.claimed()
    street.town.clock.advance(days=15)
    street.delivered(wish)
    street.town.clock.advance(days=1)
    assert run(street.town, "lapse_claims") == 0


def test_what_nobody_confirms_goes_to_the_township(street: Street) -> None:
    town, wish = street.town, street.delivered()
    ok(confirm(street.giver, wish))
    town.clock.advance(days=10)
    assert run(town, "question_deliveries") == 0
    town.clock.advance(days=1)
    assert run(town, "question_deliveries") == 1
    assert run(town, "question_deliveries") == 0
    (waiting,) = ok(town.staff().get("/staff/wishes?state=checking"))["items"]
    assert waiting["id"] == wish["id"]
    assert newest(street, "owner") == "told_wish_checking"
    assert newest(street, "giver") == "told_claim_checking"
    assert ok(confirm(street.owner, wish))["state"] == "fulfilled"  # it was only forgotten


def test_many_lapse_in_one_run_and_one_that_moved_on_is_left(street: Street) -> None:
    town = street.town
    wishes = [street.published(), street.published(text="想要一双棉鞋")]
    for wish in wishes:
        street.claimed(wish)
    town.clock.advance(days=16)
    with town.units.write() as work:  # the giver delivers while the job looks at the list
        listed = queries.overdue(work, work.legal.today(), WishState.CLAIMED, None, tasks.BATCH)
    assert listed == [UUID(wish["id"]) for wish in wishes]
    street.delivered(wishes[0])
    assert tasks.lapse_claims(town.units) == 1
    states = [ok(street.owner.get(f"/wishes/{w['id']}"))["state"] for w in wishes]
    assert states == ["delivered", "published"]
