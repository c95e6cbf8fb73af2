"""Many at once: one winner of a wish, no limit passed, on a file and on a server."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from werkzeug.test import TestResponse

from backend.core.ids import new_id
from backend.core.uow import ChangedMeanwhile
from backend.wishes.models import WishClaim
from tests.factories.house import Visitor
from tests.factories.people import APPLICANT, HELPER, HUSBAND, SON, Human
from tests.factories.wishes import Street, ok, wish_body

LONG = 60.0


def at_once(requests: Sequence[Callable[[], TestResponse]]) -> Counter[tuple[int, str]]:
    """All requests, let go at one moment; how many got which status and state or code."""
    gate, got = threading.Barrier(len(requests)), list[tuple[int, str]]()

    def run(request: Callable[[], TestResponse]) -> None:
        gate.wait(LONG)
        answer = request()
        body = answer.get_json()
        got.append((answer.status_code, body.get("code") or body["state"]))

    threads = [threading.Thread(target=run, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONG)
    return Counter(got)


def own(visitor: Visitor, method: str, path: str, **sent: object) -> Callable[[], TestResponse]:
    """A request of this visitor over a connection of its own."""
    client = visitor.town.client.another()
    return lambda: client.send(method, path, token=visitor.token, **sent)  # type: ignore[arg-type]


def test_one_of_many_givers_wins(street: Street) -> None:
    wish = street.published()
    crowd = [Human("刘群众", date(1980, 1, day), turn=day) for day in range(1, 9)]
    givers = [street.proven(who) for who in crowd]
    path = f"/wishes/{wish['id']}/claim"
    got = at_once([own(giver, "POST", path) for giver in givers])
    assert got == {(200, "claimed"): 1, (409, "wish_taken"): 7}
    names = [giver.get(f"/wishes/{wish['id']}").status_code for giver in givers]
    assert sorted(names) == [200, *[404] * 7]


def test_a_giver_who_taps_everywhere_holds_no_more_than_three(street: Street) -> None:
    wishes = [
        street.published(street.posted(street.town.citizen(who)))
        for who in (APPLICANT, HUSBAND, SON, HELPER)
    ]
    paths = [f"/wishes/{wish['id']}/claim" for wish in wishes]
    got = at_once([own(street.giver, "POST", path) for path in paths])
    assert got == {(200, "claimed"): 3, (409, "claims_used_up"): 1}


def test_a_person_who_posts_many_times_at_once_has_two(street: Street) -> None:
    bodies = [wish_body(text=f"想要第 {n} 样东西") for n in range(5)]
    got = at_once(
        [own(street.owner, "POST", "/wishes", json=body, key=str(new_id())) for body in bodies]
    )
    assert got == {(201, "submitted"): 2, (409, "wishes_used_up"): 3}


def test_a_wish_is_either_taken_up_or_taken_back(street: Street) -> None:
    wish = street.published()
    path = f"/wishes/{wish['id']}"
    version = ok(street.owner.get(path))["version"]
    got = at_once(
        [
            own(street.giver, "POST", f"{path}/claim"),
            own(street.owner, "POST", f"{path}/withdrawal", version=version),
        ]
    )
    taken = {(200, "claimed"): 1, (412, "version_stale"): 1}
    withdrawn = {(200, "withdrawn"): 1, (404, "not_found"): 1}
    assert got in (taken, withdrawn)


def test_both_confirm_at_once_and_it_is_fulfilled(street: Street) -> None:
    wish = street.delivered()
    path = f"/wishes/{wish['id']}/confirmation"
    body = {"received": True}
    at_once([own(who, "POST", path, json=body) for who in (street.owner, street.giver)])
    assert ok(street.owner.get(f"/wishes/{wish['id']}"))["state"] == "fulfilled"


def test_the_database_itself_takes_no_second_live_claim(street: Street) -> None:
    wish = street.claimed()
    with street.town.units.read() as work:
        first = work.session.query(WishClaim).one()
    second = WishClaim(
        id=new_id(),
        wish_id=first.wish_id,
        county=first.county,
        giver_account_id=street.owner.id,
        giver_person_id=first.giver_person_id,
        claimed_on=first.claimed_on,
        until=first.until,
    )
    second.seal(street.town.units.vault, giver_name="乙")
    with pytest.raises(ChangedMeanwhile), street.town.units.write() as work:
        work.session.add(second)
    assert ok(street.giver.get(f"/wishes/{wish['id']}"))["state"] == "claimed"
