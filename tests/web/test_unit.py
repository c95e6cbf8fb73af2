"""One request, one unit: what is answered and what is kept share one commit, on both databases."""

import threading

import pytest

from backend.core.db import Database
from backend.core.uow import Kit, Units
from tests.factories.stage import CITIZEN, TOWNSHIP, bearer, put, stage_of

THINGS = "/api/v1/things"


def create(client, title="x", key="key-0001", token="citizen-token-000000000", **more):
    headers = bearer(token, **({"Idempotency-Key": key} if key else {}))
    return client.post(THINGS, json={"title": title, **more}, headers=headers)


def outcome(response):
    body = response.get_json()
    return response.status_code, body.get("code")


# --- Idempotency-Key


def test_the_same_request_gets_the_same_answer_and_is_done_once(client, titles):
    first, second = create(client), create(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    for name in ("ETag", "Content-Type", "Cache-Control"):
        assert first.headers[name] == second.headers[name]
    assert first.headers["ETag"] == '"1"'
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert titles() == ["x"]


def test_another_body_under_the_same_key_is_refused(client, titles):
    create(client)
    assert outcome(create(client, "y")) == (422, "idempotency_key_reused")
    assert titles() == ["x"]


def test_keys_of_two_people_do_not_meet(client, titles):
    assert create(client).status_code == 201
    assert create(client, "y", token="other-token-00000000000").status_code == 201
    assert titles() == ["x", "y"]


@pytest.mark.parametrize("key", [None, "short", "k" * 129, "has a space", "tab\there"])
def test_a_key_must_come_and_be_one(client, titles, key):
    assert outcome(create(client, key=key)) == (400, "idempotency_key_missing")
    assert titles() == []


def test_an_answer_outlives_the_process(client, units, database_url, clock, titles):
    first = create(client)
    database = Database(database_url)
    again = stage_of(Units(Kit(database, units.vault, units.kit.listeners, clock))).client()
    assert create(again).data == first.data
    assert titles() == ["x"]
    database.close()


@pytest.mark.parametrize("fault", ["taken", "fault", "commit fails", ""])
def test_a_request_that_failed_keeps_nothing_so_that_a_retry_works(client, titles, fault):
    assert create(client, fault).status_code in {409, 422, 500}
    assert titles() == []
    assert create(client, "mended").status_code == 201
    assert titles() == ["mended"]


def test_the_second_of_two_at_once_is_asked_to_wait(stage, titles):
    first = []
    thread = threading.Thread(target=lambda: first.append(create(stage.client(), "wait")))
    thread.start()
    assert stage.entered.wait(10)
    second = create(stage.client(), "wait")
    assert outcome(second) == (409, "idempotency_still_running")
    assert int(second.headers["Retry-After"]) >= 1
    stage.go_on.set()
    thread.join()
    assert first[0].status_code == 201
    assert create(stage.client(), "wait").data == first[0].data
    assert titles() == ["wait"]


def test_a_second_process_does_not_do_it_again(stage, units, database_url, clock, titles):
    """The memory of one process is not asked: the commit of the second is what fails."""
    database = Database(database_url)
    other = stage_of(Units(Kit(database, units.vault, units.kit.listeners, clock)))
    answers = []

    def send(on):
        answers.append(create(on.client(), "wait"))

    first = threading.Thread(target=send, args=(stage,))
    first.start()
    assert stage.entered.wait(10)
    from backend.web import idempotency

    with idempotency._running_lock:
        held = set(idempotency._running)
        idempotency._running.clear()  # as another process sees it
    other.go_on.set()
    second = threading.Thread(target=send, args=(other,))
    second.start()
    if database_url.startswith("postgresql"):
        assert other.entered.wait(10)
    stage.go_on.set()
    first.join()
    second.join()
    assert held
    codes = sorted(answer.status_code for answer in answers)
    assert codes in ([201, 409], [201, 201])
    assert titles() == ["wait"]
    database.close()


# --- If-Match


def thing(units):
    with units.write() as work:
        return put(work, "x").id


def change(client, thing_id, etag=None, method="PATCH", **headers):
    if etag is not None:
        headers["If-Match"] = etag
    return client.open(f"{THINGS}/{thing_id}", method=method, json={"title": "y"}, headers=headers)


def test_a_change_names_the_version_it_was_made_on(client, units):
    thing_id = thing(units)
    etag = client.get(f"{THINGS}/{thing_id}").headers["ETag"]
    done = change(client, thing_id, etag)
    assert (done.status_code, done.headers["ETag"], done.get_json()["attempts"]) == (200, '"2"', 1)
    assert outcome(change(client, thing_id, etag)) == (412, "version_stale")
    assert outcome(change(client, thing_id)) == (428, "version_missing")
    overridden = change(client, thing_id, '"2"', "POST", **{"X-HTTP-Method-Override": "PATCH"})
    assert overridden.headers["ETag"] == '"3"'
    assert client.get(f"{THINGS}/{thing_id}").headers["ETag"] == '"3"'


@pytest.mark.parametrize("etag", ["1", 'W/"1"', "*", '"x"', '""', '"' + "9" * 13 + '"', '"１"', ""])
def test_a_garbled_version_is_a_stale_one(client, units, etag):
    given = etag.encode().decode("latin-1")
    assert outcome(change(client, thing(units), given)) == (412, "version_stale")


def test_of_two_changes_at_once_one_is_told(stage, units):
    thing_id, start, answers = thing(units), threading.Barrier(4), []

    def one():
        start.wait()
        answers.append(outcome(change(stage.client(), thing_id, '"1"')))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count((200, None)) == 1
    assert set(answers) <= {(200, None), (412, "version_stale"), (409, "changed_meanwhile")}


# --- refusals and dumping


@pytest.mark.parametrize(
    ("token", "who", "expected"),
    [("citizen-token-000000000", CITIZEN, (404, "not_found")),
     ("township-token-00000000", TOWNSHIP, (403, "not_allowed"))],
)  # fmt: skip
def test_a_refusal_is_kept_though_the_request_left_nothing(
    stage, client, titles, token, who, expected
):
    assert outcome(client.post(f"{THINGS}/never", headers=bearer(token))) == expected
    assert titles() == ["refusal"]
    assert [(actor, error.action) for actor, error in stage.refusals] == [(who, "thing.never")]


def test_what_cannot_be_dumped_was_never_written(client, titles):
    assert outcome(client.post(f"{THINGS}/fragile")) == (500, "internal_error")
    assert titles() == []


def test_reading_takes_no_write_lock(client, units):
    thing_id = thing(units)
    with units.write():
        assert client.get(f"{THINGS}/{thing_id}").status_code == 200
