"""What is signed can be checked by anybody who knows Standard Webhooks, and nothing else passes."""

import base64
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from backend.relay.errors import SignatureInvalid
from backend.relay.rules import cloud_event, signed_headers, verify, wait_before

SECRET, BODY = b"s" * 32, '{"name":"张三"}'.encode()


def now():
    return datetime.now(UTC)


def independent():
    return Webhook("whsec_" + base64.b64encode(SECRET).decode())


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8))])
def test_an_independent_receiver_accepts_what_we_sign(zone):
    headers = signed_headers(SECRET, "m1", now().astimezone(zone), BODY)
    assert independent().verify(BODY, headers) == {"name": "张三"}
    assert verify([SECRET], headers, BODY) == "m1"
    with pytest.raises(WebhookVerificationError):
        independent().verify(BODY + b" ", headers)


def test_we_accept_what_an_independent_sender_signs():
    at = now()
    headers = {
        "webhook-id": "m2",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": "v1,AAAA v1a,xx " + independent().sign("m2", at, BODY.decode()),
    }
    assert verify([b"old" * 11, SECRET], headers, BODY) == "m2"


def changed(**change):
    headers = signed_headers(SECRET, "m1", now(), BODY)
    return {**headers, **{name.replace("_", "-"): value for name, value in change.items()}}


BAD = [
    {"webhook_id": "m2"}, {"webhook_id": ""}, {"webhook_timestamp": ""},
    {"webhook_timestamp": "soon"}, {"webhook_timestamp": "inf"}, {"webhook_timestamp": "nan"},
    {"webhook_timestamp": "1e400"}, {"webhook_timestamp": "9" * 400}, {"webhook_timestamp": "-1"},
    {"webhook_signature": ""}, {"webhook_signature": "v1"}, {"webhook_signature": "v1,"},
    {"webhook_signature": "v1,é"}, {"webhook_signature": "v2,AAAA"},
    {"webhook_signature": "a,b,c"}, {"webhook_signature": "v1,AAAA"},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD, ids=str)
def test_changed_headers_do_not_pass(change):
    with pytest.raises(SignatureInvalid):
        verify([SECRET], changed(**change), BODY)


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b"", b"\xff\xfe"])
def test_a_changed_body_does_not_pass(body):
    with pytest.raises(SignatureInvalid):
        verify([SECRET], changed(), body)


def test_another_secret_does_not_pass_and_no_secret_passes_nothing():
    for secrets in ([b"x" * 32], []):
        with pytest.raises(SignatureInvalid):
            verify(secrets, changed(), BODY)


@pytest.mark.parametrize(("minutes", "passes"), [(-6, False), (-4, True), (4, True), (6, False)])
def test_a_timestamp_is_good_for_five_minutes(minutes, passes):
    headers = signed_headers(SECRET, "m1", now() + timedelta(minutes=minutes), BODY)
    if passes:
        assert verify([SECRET], headers, BODY) == "m1"
    else:
        with pytest.raises(SignatureInvalid):
            verify([SECRET], headers, BODY)


def test_a_signature_holds_for_a_body_that_is_not_json():
    headers = signed_headers(SECRET, "m1", now(), b"not json")
    assert verify([SECRET], headers, b"not json") == "m1"


def test_waits_double_to_an_hour_and_are_spread():
    jitter = random.Random(1)  # noqa: S311
    for attempt in range(1, 40):
        longest = min(3600.0, 2.0 ** (attempt - 1))
        for _ in range(5):
            assert longest / 2 <= wait_before(attempt, jitter).total_seconds() <= longest
    spread = {wait_before(12, jitter) for _ in range(20)}
    assert len(spread) == 20


def test_the_envelope_is_cloudevents_1_0():
    at = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    assert cloud_event("i", "zhangban/610303", "t", "s", at, {"a": 1}) == {
        "specversion": "1.0", "id": "i", "source": "zhangban/610303", "type": "t", "subject": "s",
        "time": "2026-03-02T01:00:00+00:00", "datacontenttype": "application/json",
        "data": {"a": 1},
    }  # fmt: skip
