"""Every Chinese text that the mini-program itself holds, by the folder that it stands in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from tests.miniprogram.source import MODULES, node

HAN = re.compile(r"[㐀-鿿]")
HOLE = "{}"  # something that is only known when the page is shown
SHARED = "everywhere"  # what more than one page says
_SLOT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
# Strings and templates of each script as TypeScript reads them: no comment and no pattern is one.
_READ = """
const ts = require(process.argv[1] + "/typescript");
const { readFileSync } = require("node:fs");
const found = {};
for (const file of process.argv.slice(2)) {
  const texts = (found[file] = []);
  const look = (one) => {
    if (ts.isStringLiteralLike(one)) texts.push(one.text);
    else if (ts.isTemplateExpression(one))
      texts.push([one.head, ...one.templateSpans.map((span) => span.literal)].map((part) => part.text).join("{}"));
    ts.forEachChild(one, look);
  };
  look(ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest));
}
console.log(JSON.stringify(found));
"""  # noqa: E501 - it is JavaScript


def texts_of(source: Path) -> dict[str, set[str]]:
    """The texts of each page, component, lib and of the app; what several say stands apart."""
    found: dict[str, set[str]] = {}
    for place, text in _all(source):
        if HAN.search(text):
            found.setdefault(place, set()).add(text.strip())
    said = [text for texts in found.values() for text in texts]
    shared = {text for text in said if said.count(text) > 1}
    apart = {place: texts - shared for place, texts in found.items() if texts - shared}
    return {SHARED: shared, **apart} if shared else apart


def _all(source: Path) -> Iterator[tuple[str, str]]:
    scripts = sorted(source.rglob("*.js"))
    read: dict[str, list[str]] = json.loads(node("-e", _READ, str(MODULES), *map(str, scripts)))
    for file, texts in read.items():
        for text in texts:
            yield _place(source, Path(file)), text
    for view in sorted(source.rglob("*.wxml")):
        for text in _of_view(view.read_text()):
            yield _place(source, view), text
    for settings in sorted(source.rglob("*.json")):
        if settings.name == "project.config.json":
            continue  # for WeChat's developer tools, no phone shows it
        for text in _strings(json.loads(settings.read_text())):
            yield _place(source, settings), text


def _place(source: Path, file: Path) -> str:
    """`pages/home` of its index.*, `lib/words` of lib/words.js, `app` of what lies at the root."""
    path = file.relative_to(source)
    if path.stem == "index":
        return str(path.parent)
    return str(path.with_suffix("")) if len(path.parts) > 1 else "app"


class _View(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _of_view(view: str) -> Iterator[str]:
    """What stands in a view, with holes for what is computed, and the literals in those."""
    for slot in _SLOT.findall(view):
        for one, other in _LITERAL.findall(slot):
            yield one or other
    parser = _View()
    parser.feed(_SLOT.sub(HOLE, view))
    yield from parser.texts


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _strings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)
