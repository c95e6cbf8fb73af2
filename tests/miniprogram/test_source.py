"""The mini-program's source is what WeChat takes: its compilers, its types, its rules for files."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.miniprogram.source import (
    ROOT,
    SOURCE,
    config,
    copy_of,
    types_refuse,
    views,
    wechat_refuses,
)

MOST_FIRST_VIEW = 300 * 1024
MOST_PACKAGE = 2 * 1024 * 1024  # WeChat's own limit for a main package
BUILT = ROOT / "build" / "browser" / "mini"


def test_wechats_compilers_accept_every_view_and_style() -> None:
    assert wechat_refuses(SOURCE) == ""


def test_wechats_compilers_refuse_a_spoilt_view_and_a_spoilt_style(tmp_path: Path) -> None:
    spoilt = copy_of(tmp_path)
    view = spoilt / "pages" / "home" / "index.wxml"
    view.write_text(view.read_text() + "<view>")
    assert "pages/home/index.wxml" in wechat_refuses(spoilt)
    view.write_text("<view></view>")
    style = spoilt / "app.wxss"
    style.write_text(style.read_text() + "\n.a { color: red; } }")
    assert wechat_refuses(spoilt) != ""  # wcsc names no file


def test_the_scripts_keep_to_wechats_types(tmp_path: Path) -> None:
    assert types_refuse(SOURCE, tmp_path) == ""


def test_the_types_find_a_function_that_wechat_has_not(tmp_path: Path) -> None:
    spoilt = copy_of(tmp_path)
    (spoilt / "lib" / "spoilt.js").write_text("wx.requestt({ url: '' });\n")
    assert "lib/spoilt.js" in types_refuse(spoilt, tmp_path)


def test_every_page_that_is_there_is_listed_and_every_listed_page_is_there() -> None:
    pages = list(config(SOURCE, "app")["pages"])  # type: ignore[call-overload]
    assert len(pages) == len(set(pages))
    assert set(pages) == {path for path in views(SOURCE) if path.startswith("pages/")}
    for path in views(SOURCE):
        for ending in ("js", "json"):
            assert (SOURCE / f"{path}.{ending}").is_file(), f"{path}.{ending}"


def test_every_component_is_used_and_every_used_component_is_one() -> None:
    used: set[str] = set()
    for path in [*views(SOURCE), "app"]:
        named = config(SOURCE, path).get("usingComponents", {})
        assert isinstance(named, dict)
        used |= {str(target).lstrip("/") for target in named.values()}
    components = {path for path in views(SOURCE) if path.startswith("components/")}
    assert used == components
    assert all(config(SOURCE, path)["component"] is True for path in components)


def test_tabs_are_pages_and_each_has_a_title() -> None:
    app = config(SOURCE, "app")
    pages = app["pages"]
    assert isinstance(pages, list)
    tabs = app["tabBar"]
    assert isinstance(tabs, dict)
    assert 2 <= len(tabs["list"]) <= 5
    assert {tab["pagePath"] for tab in tabs["list"]} <= set(pages)
    untitled = [path for path in pages if not config(SOURCE, path).get("navigationBarTitleText")]
    assert untitled == []


def test_what_a_phone_loads_is_small() -> None:
    packed = {path.name: path.stat().st_size for path in BUILT.glob("*.gz")}
    assert {name.split("-")[0] for name in packed} == {"index.html.gz", "main", "style"}
    assert sum(packed.values()) <= MOST_FIRST_VIEW, packed
    whole = sum(path.stat().st_size for path in SOURCE.rglob("*") if path.is_file())
    assert whole <= MOST_PACKAGE


def test_what_is_built_runs_nothing_that_a_strict_policy_forbids() -> None:
    page = (BUILT / "index.html").read_text()
    (script,) = BUILT.glob("main-*.js")
    text = script.read_text()
    assert "<style" not in page
    assert " style=" not in page
    assert page.count("<script") == 1
    assert f'src="/mini/{script.name}" defer></script>' in page
    assert "new Function(" not in text
    assert "eval(" not in text
    assert gzip.decompress((BUILT / f"{script.name}.gz").read_bytes()).decode() == text
