"""The platform's side for phones answers pages of this machine, and no others."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from miniprogram_mock.wechat_platform import PlatformConfig, create_platform


@pytest.fixture
def phone() -> FlaskClient:
    return create_platform(PlatformConfig("wx-test", "a-secret")).test_client()


@pytest.mark.parametrize(
    "origin", ["http://127.0.0.1:8000", "http://localhost:1", "http://[::1]:8"]
)
def test_a_page_of_this_machine_may_ask_for_a_code(phone: FlaskClient, origin: str) -> None:
    asked = phone.options("/mock/login", headers={"Origin": origin})
    answer = phone.post("/mock/login", json={"user": "王"}, headers={"Origin": origin})
    assert len(answer.get_json()["code"]) == 32
    for one in (asked, answer):
        assert one.headers["Access-Control-Allow-Origin"] == origin
        assert one.headers["Access-Control-Allow-Headers"] == "content-type"
        assert "Origin" in one.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in one.headers


@pytest.mark.parametrize(
    "origin", ["https://example.com", "http://127.0.0.1.example.com", "null", "http://[", ""]
)
def test_a_page_of_another_site_reads_nothing(phone: FlaskClient, origin: str) -> None:
    asked = phone.options("/mock/login", headers={"Origin": origin})
    answer = phone.post("/mock/login", json={"user": "王"}, headers={"Origin": origin})
    for one in (asked, answer):
        assert one.status_code == 200
        assert "Access-Control-Allow-Origin" not in one.headers


def test_the_servers_side_answers_no_page_at_all(phone: FlaskClient) -> None:
    answer = phone.get("/sns/jscode2session", headers={"Origin": "http://127.0.0.1:8000"})
    assert "Access-Control-Allow-Origin" not in answer.headers
