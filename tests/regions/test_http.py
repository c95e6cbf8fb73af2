"""The public list of places."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from backend.core.uow import Units
from backend.regions import service
from backend.regions.http import blp
from tests.factories.doors import client_of


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Doors are tried on SQLite alone; the tests of the services run on both databases."""
    shutil.copy(sqlite_template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path}/test.db"


def test_children_of_a_city(units: Units) -> None:
    with units.write() as work:
        service.load_divisions(work, service.DATA / "divisions-6103.tsv")
    client = client_of(units, blp)
    top = client.get("/api/v1/divisions")
    assert top.status_code == 200
    assert top.json == {
        "items": [{"code": "610000000000", "name": "陕西省", "level": "province", "parent": None}]
    }
    found = client.get("/api/v1/divisions?parent=610300000000&name=陈仓")
    assert found.json is not None
    assert [p["name"] for p in found.json["items"]] == ["陈仓区"]
    assert found.json["items"][0]["level"] == "county"


@pytest.mark.parametrize(
    ("query", "path", "code"),
    [
        ("parent=610399000000", "/parent", "division_unknown"),
        ("parent=6103", "/parent", "division_unknown"),
        ("parent=６１０３０００００００００", "/parent", "division_unknown"),
        ("parent=610303000000%0A", "/parent", "division_unknown"),
        (f"name={'长' * 21}", "/name", "field_invalid"),
        ("town=x", "/town", "field_unknown"),
    ],
)
def test_wrong_queries_name_the_field(units: Units, query: str, path: str, code: str) -> None:
    answer = client_of(units, blp).get(f"/api/v1/divisions?{query}")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert [(e["path"], e["code"]) for e in answer.json["errors"]] == [(path, code)]
