"""Policy folders: what is read, and how every wrong place is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.policy.errors import PolicyDataError
from backend.policy.rules.choice import choose_standard, merge_rules
from backend.policy.rules.files import read_folder, version_of
from backend.policy.rules.programmes import from_json, to_json
from backend.policy.rules.reading import Problems, line_index, open_table
from backend.policy.rules.values import Area, BusinessLoss, Outcome, Period, PolicySet
from tests.policy.conftest import shipped_files

DIBAO = "programmes/dibao.toml"
STANDARDS = "regions/6103/standards.toml"
CN = "regions/cn/rules.toml"


def changed(name: str, old: str, new: str) -> dict[str, bytes]:
    """The shipped files with one text replaced."""
    files = shipped_files()
    text = files[name].decode()
    assert old in text
    return {**files, name: text.replace(old, new, 1).encode()}


def problems_of(files: dict[str, bytes]) -> list[str]:
    with pytest.raises(PolicyDataError) as wrong:
        read_folder(files)
    return str(wrong.value).splitlines()


def line_of(files: dict[str, bytes], name: str, text: str) -> int:
    lines = files[name].decode().splitlines()
    return next(n for n, line in enumerate(lines, start=1) if text in line)


def test_the_shipped_folder(shipped: PolicySet) -> None:
    assert [p.code for p in shipped.programmes] == ["dibao-edge", "dibao", "rigid-expense"]
    edge, dibao, rigid = shipped.programmes
    assert [p.outcome for p in (dibao, edge, rigid)] == list(Outcome)[:3]
    assert (rigid.standard, rigid.monthly_allowance) == ("rigid-expense", False)
    assert dibao.monthly_allowance
    assert not edge.monthly_allowance
    assert "amount" not in edge.publishes
    assert dibao.clocks.total_wd == 30
    assert dibao.clocks.extended_total_wd == 45
    assert dibao.clocks.publicity_days == 7
    assert dibao.signers.obligors == "by_region"
    assert {d.code: d.required for d in dibao.documents} == {
        "id_card": "always",
        "household_register": "always",
        "income_proof": "unless_shared",
        "illness_proof": "if_claimed",
        "disability_certificate": "unless_shared",
        "incapacity_proof": "always",
    }
    found = {(s.prefix, s.area): (s.monthly_fen, s.dated.valid_from) for s in shipped.standards}
    assert found == {
        ("6103", Area.URBAN): (Fraction(66200), date(2023, 1, 1)),
        ("6103", Area.RURAL): (Fraction(49700), date(2023, 1, 1)),
        ("3714", Area.URBAN): (Fraction(75500), date(2021, 1, 1)),
        ("3714", Area.RURAL): (Fraction(56500), date(2021, 1, 1)),
    }


def test_rules_are_merged_key_by_key_with_their_sources(shipped: PolicySet) -> None:
    baoji = [e for e in shipped.regions if e.prefix in ("", "6103")]
    rules = merge_rules(baoji, date(2026, 1, 1))
    assert rules is not None
    assert rules.obligor_consent
    assert rules.sources["obligor_consent"].startswith("宝鸡市")
    assert rules.sources["edge_multiplier"].startswith("民发〔2021〕57号")
    assert rules.edge_multiplier == Fraction(3, 2)
    assert rules.business_loss is BusinessLoss.COUNTS_AS_ZERO
    assert rules.consent_alone == {"B", "C"}
    assert rules.cash_assets_cap is None
    before = merge_rules(baoji, date(2022, 12, 31))
    assert before is not None
    assert not before.obligor_consent
    assert merge_rules(baoji, date(2021, 6, 30)) is None


def test_a_programme_survives_json(shipped: PolicySet) -> None:
    for programme in shipped.programmes:
        body = to_json(programme)
        assert from_json(programme.code, programme.dated, body) == programme


def test_the_version_depends_on_names_and_contents_only() -> None:
    files = shipped_files()
    version = version_of(files)
    assert len(version) == 64
    assert version_of(dict(reversed(files.items()))) == version
    assert version_of(changed(STANDARDS, "662", "663")) != version
    assert version_of({"a": b"b", "c": b""}) != version_of({"a": b"", "c": b"b"})


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "why"),
    [
        (STANDARDS, "yuan = 662", 'yuan = "662"', "standards[1].yuan", "is not a number"),
        (STANDARDS, "yuan = 662", "yuan = 662.005", "standards[1].yuan", "more than 2 digits"),
        (STANDARDS, "yuan = 662", "yuan = nan", "standards[1].yuan", "is not between"),
        (STANDARDS, "yuan = 662", "yuan = 1e999999", "standards[1].yuan", "is not between"),
        (STANDARDS, "yuan = 662", "yuan = -1", "standards[1].yuan", "is not between"),
        (STANDARDS, "yuan = 662", "yuan = true", "standards[1].yuan", "is not a number"),
        (STANDARDS, "yuan = 5964", "yaun = 5964", "standards[2].yaun", "no such field"),
        (STANDARDS, 'per = "year"', 'per = "week"', "standards[2].per", "none of month, year"),
        (STANDARDS, 'area = "rural"', 'area = "urban"', "standards[2].valid_from", "begins on"),
        (STANDARDS, 'programme = "dibao"', 'programme = "x"', "standards[1].programme", "none of"),
        (
            STANDARDS,
            "valid_from = 2023-01-01",
            'valid_from = "2023"',
            "standards[1].valid_from",
            "date",
        ),
        (
            STANDARDS,
            "valid_from = 2023-01-01",
            "valid_from = 2023-01-01T00:00:00",
            "standards[1].valid_from",
            "is not a date",
        ),
        (
            STANDARDS,
            "valid_from = 2023-01-01",
            "valid_from = 2023-01-01\nvalid_to = 2022-01-01",
            "standards[1].valid_to",
            "before valid_from",
        ),
        (
            CN,
            "edge_multiplier = 1.5",
            "edge_multiplier = 0.5",
            "rules[1].edge_multiplier",
            "between",
        ),
        (CN, '"bravery_award"', '"lottery"', "rules[1].exempt_incomes", "'lottery' is none of"),
        (CN, '"bravery_award"', '"scholarship"', "rules[1].exempt_incomes", "one thing twice"),
        (CN, 'proof_alone = ["B", "C"]', 'proof_alone = "B"', "rules[1].proof_alone", "a list"),
        (
            CN,
            "obligor_consent = false",
            "obligor_consent = 0",
            "rules[1].obligor_consent",
            "true or",
        ),
        (DIBAO, "total_wd = 30", "total_wd = 0", "clocks.total_wd", "between 1 and 365"),
        (DIBAO, "total_wd = 30", "total_wd = 46", "clocks.extended_total_wd", "shorter"),
        (DIBAO, 'code = "dibao"', 'code = "dibao2"', "code", "named after another code"),
        (DIBAO, 'code = "dibao"', 'code = "低保"', "code", "is not a code"),
        (DIBAO, 'zh = "收入证明"', 'zh = " "', "documents[3].zh", "is empty"),
        (DIBAO, 'claimed_by = "illness"', 'claimed_by = "x"', "documents[4].claimed_by", "none of"),
        (DIBAO, 'standard = "dibao"', 'standard = "x"', "standard", "no programme x"),
        (DIBAO, 'code = "income_proof"', 'code = "id_card"', "documents", "id_card is there twice"),
        (
            CN,
            'clock_changed_by = ["township", "county"]',
            'clock_changed_by = ["village"]',
            "rules[1].clock_changed_by",
            "'village' is none of",
        ),
        (
            "vocabulary.toml",
            'code = "elsewhere"',
            'code = "objection"',
            "extension_reasons[3].code",
            "twice",
        ),
        ("vocabulary.toml", 'code = "wages"', 'code = "relief"', "incomes[9].code", "twice"),
    ],
)
def test_a_wrong_field_is_named_with_file_and_line(
    name: str, old: str, new: str, field: str, why: str
) -> None:
    found = problems_of(changed(name, old, new))
    fitting = [p for p in found if f": {field}: " in p and why in p]
    assert len(fitting) == 1, found
    assert fitting[0].startswith(f"{name}:")


def test_lines_are_precise() -> None:
    files = changed(STANDARDS, "yuan = 5964", "yuan = 5964.001")
    line = line_of(files, STANDARDS, "5964.001")
    assert problems_of(files)[0].startswith(f"{STANDARDS}:{line}: standards[2].yuan: ")
    files = changed(DIBAO, "decision_wd = 10", "decision_wd = 1000")
    line = line_of(files, DIBAO, "decision_wd")
    assert problems_of(files)[0].startswith(f"{DIBAO}:{line}: clocks.decision_wd: ")


def test_a_missing_key_is_shown_at_its_table() -> None:
    files = changed(STANDARDS, "yuan = 5964\n", "")
    at = files[STANDARDS].decode().splitlines()
    line = [n for n, text in enumerate(at, start=1) if text == "[[standards]]"][1]
    assert problems_of(files) == [f"{STANDARDS}:{line}: standards[2].yuan: is missing"]


def test_all_wrong_places_are_told_at_once() -> None:
    files = changed(STANDARDS, "yuan = 662", "yuan = 0")
    files[DIBAO] = files[DIBAO].replace(b"notice_wd = 3", b"notice_wd = 0")
    files["regions/3714/rules.toml"] = b"[[rules]]\nvalid_from = 2021-01-01\nsource = 'x'\nno = 1\n"
    found = problems_of(files)
    assert len(found) == 3
    assert any(p.startswith("regions/3714/rules.toml:4: rules[1].no: ") for p in found)


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        (
            {"regions/6103/standards.toml": b"[[standards]\n"},
            "regions/6103/standards.toml:1: is not TOML",
        ),
        (
            {"regions/6103/standards.toml": b"# x\n\xff"},
            "regions/6103/standards.toml:1: is not UTF-8",
        ),
        (
            {"regions/6103/standards.toml": b"\n\nstandards = 1\n"},
            ":3: standards: is not one or more",
        ),
        ({"regions/6103/standards.toml": b"standards = [1]\n"}, ":1: standards: is not a list of"),
        (
            {"regions/61033/standards.toml": b""},
            "regions/61033/standards.toml:1: no file of this name",
        ),
        ({"regions/6103/standard.toml": b""}, "no file of this name"),
        ({"programmes/Dibao.toml": b""}, "no file of this name"),
        ({"notes.txt": b""}, "notes.txt:1: no file of this name"),
    ],
)
def test_files_that_do_not_belong(files: dict[str, bytes], problem: str) -> None:
    assert any(problem in found for found in problems_of({**shipped_files(), **files}))


@pytest.mark.parametrize("name", ["vocabulary.toml", CN])
def test_a_folder_without_its_base_is_refused(name: str) -> None:
    files = shipped_files()
    del files[name]
    assert f"{name}:1: is missing" in problems_of(files)[0]


def test_an_empty_folder_is_refused() -> None:
    assert problems_of({})


def test_the_country_must_give_every_rule() -> None:
    files = changed(CN, "corrections_allowed = 1\n", "")
    assert problems_of(files)[0].endswith("rules[1].corrections_allowed: is missing")


CAP = b"[[rules]]\nvalid_from = 2024-01-01\nsource = 'x'\ncash_assets_cap = "


@pytest.mark.parametrize(
    "cap", [b"{}", b"{ yuan_per_head = 1, months_of_standard = 1 }", b"{ x = 1 }", b"5"]
)
def test_a_cap_is_one_of_two(cap: bytes) -> None:
    found = problems_of({**shipped_files(), "regions/3714/rules.toml": CAP + cap})
    assert all(p.startswith("regions/3714/rules.toml:4: rules[1].cash_assets_cap") for p in found)


def test_a_cap_is_read_exactly() -> None:
    files = {**shipped_files(), "regions/3714/rules.toml": CAP + b"{ yuan_per_head = 20000.50 }"}
    entry = next(e for e in read_folder(files).regions if e.prefix == "3714")
    assert entry.values == {"cash_assets_cap": {"fen_per_head": 2000050}}


NEWER = b"""
[[standards]]
programme = "dibao"
area = "urban"
yuan = 700.50
per = "month"
valid_from = 2027-01-01
valid_to = 2027-12-31
source = "x"
"""


def test_a_standard_ends_when_the_next_begins() -> None:
    """Edge case 25: the standard changes on 1 January in mid-case."""
    files = shipped_files()
    files[STANDARDS] += NEWER
    county = b'[[standards]]\nprogramme = "dibao"\narea = "urban"\nyuan = 8000\nper = "year"\n'
    county += b'valid_from = 2025-01-01\nvalid_to = 2025-12-31\nsource = "x"\n'
    files["regions/610303/standards.toml"] = county
    urban = [
        s
        for s in read_folder(files).standards
        if s.area is Area.URBAN and "610303001002".startswith(s.prefix)
    ]

    def fen_on(day: date) -> tuple[int, Period] | None:
        found = choose_standard(urban, day)
        return None if found is None else (found.amount_fen, found.per)

    assert fen_on(date(2022, 12, 31)) is None
    assert fen_on(date(2024, 12, 31)) == (66200, Period.MONTH)
    assert fen_on(date(2025, 1, 1)) == (800000, Period.YEAR)  # the county's own wins
    assert fen_on(date(2026, 1, 1)) == (66200, Period.MONTH)
    assert fen_on(date(2026, 12, 31)) == (66200, Period.MONTH)
    assert fen_on(date(2027, 1, 1)) == (70050, Period.MONTH)
    assert fen_on(date(2028, 1, 1)) is None  # ended, and the older one ended when it began


def test_overlapping_dates_are_refused() -> None:
    files = changed(STANDARDS, 'per = "month"', 'per = "month"\nvalid_to = 2027-01-01')
    files[STANDARDS] += NEWER
    assert (
        "standards[1].valid_to: the entry from 2027-01-01 has begun by then"
        in problems_of(files)[0]
    )


def test_the_line_index_knows_nested_tables() -> None:
    text = "a = 1\n[b]\nc = 2\n[[d]]\ne = 3\n[d.f]\ng = 4\n[[d]]\n  e = 5\n[[d.h]]\ni = 6\n"
    assert line_index(text) == {
        ("a",): 1,
        ("b",): 2,
        ("b", "c"): 3,
        ("d", 0): 4,
        ("d", 0, "e"): 5,
        ("d", 0, "f"): 6,
        ("d", 0, "f", "g"): 7,
        ("d", 1): 8,
        ("d", 1, "e"): 9,
        ("d", 1, "h", 0): 10,
        ("d", 1, "h", 0, "i"): 11,
    }


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    problems = Problems()
    table = open_table("x.toml", content, problems)
    assert (table is None) == bool(problems.found)
    if table is not None:
        table.decimal("yuan", Decimal(0), Decimal(1), places=2)
        table.day("valid_from")
        table.tables("standards")
