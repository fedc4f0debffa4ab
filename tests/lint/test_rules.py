"""Each rule finds what it is for, and leaves alone what is like it."""

from pathlib import Path

import pytest

from reconciler.config.tables import RULE_IDS, HouseTable, LintTable
from reconciler.lint.catalogue import RULES
from reconciler.lint.findings import Choice, run_rules
from reconciler.lint.rule import months_since_zero
from reconciler.profile.load import read_examined

TODAY = months_since_zero(2026, 11)
HEAD = "type: LINKEDIN\naccount_id: acc_1\n"
HOUSE = HouseTable(
    company="Acme Corp.",
    company_misspellings=("ACME", "Acme"),
    required_skills=("Safety",),
    forbidden_words=("ninja", "best in class"),
    allowed_hosts=("acme.example",),
)
LONG = "I have worked in more places than I can count and in each of them on something else " * 5


def entry(**fields: str) -> str:
    given = {"role": "x", "company": "y", "description": "z", **fields}
    return "{" + ", ".join(f"{name}: {value}" for name, value in given.items()) + "}"


def job(**fields: str) -> str:
    return f"experience: {{a: {entry(**fields)}}}"


def jobs(*periods: str, kind: str = '"12"') -> str:
    """Write jobs with their periods, as `1/2020-3/2021`."""
    entries = []
    for place, period in enumerate(periods):
        dates = [date.split("/") for date in period.split("-") if date]
        written = [f"{{month: {month}, year: {year}}}" for month, year in dates]
        seniority = ", ".join(
            f"{name}: {date}" for name, date in zip(("start_date", "end_date"), written, strict=False)
        )
        entries.append(f"j{place}: {entry(employment_type=kind, seniority=f'{{{seniority}}}')}")
    return "experience: {" + ", ".join(entries) + "}"


# Rule → what it finds, and what it leaves alone.
CASES: dict[str, tuple[list[str], list[str]]] = {
    "starter-account": (["account_id: acc_replace_me"], ["headline: x"]),
    "account-unlikely": (
        [
            f"account_id: {wrong}"
            for wrong in (
                "ada@example.com",
                "https://www.linkedin.com/in/ada",
                "linkedin.com/in/ada/",
                "www.linkedin.com",
                "urn:li:person:x1",
                "Ada Lovelace",
            )
        ],
        ["headline: x", "account_id: acc_linkedin_01HXYZ4QK3WJ8FN3M6QH7TZ8GR", "account_id: ada-lovelace.1"],
    ),
    "text-too-long": (
        [f"headline: {'x' * 221}", f"headline: {'👋' * 111}", f"skills: [{'x' * 81}]", job(role="x" * 101)],
        [f"headline: {'x' * 220}", f"headline: {'é' * 220}", f"headline: {'👋' * 110}"],
    ),
    "text-perhaps-too-long": (
        [f"education: {{a: {{school: {'x' * 101}}}}}", f"custom_link: {{type: BLOG, url: https://x.y/{'x' * 250}}}"],
        [f"education: {{a: {{school: {'x' * 100}}}}}"],
    ),
    "list-too-long": ([job(skills="[a, b, c, d, e, f]")], [job(skills="[a, b, c, d, e]")]),
    "empty-headline": (['headline: ""', 'headline: " "'], ["summary: x"]),
    "empty-about": (['summary: "\\n"'], ["headline: x"]),
    "about-cut-in-sentence": (
        [f"summary: {LONG}", f"summary: >-\n  {LONG}"],
        [
            f"summary: Hello there. {LONG}",
            f"summary: |\n  Founder\n\n  {LONG}",
            "summary: short and without an end",
            f"summary: 私は働く。{LONG}",
        ],
    ),
    "job-without-description": (
        ["experience: {a: {role: x, company: y}}", 'experience: {a: {id: "1", description: ""}}'],
        ['experience: {a: {id: "1", role: x}}', job(location="z")],
    ),
    "jobs-overlap": (
        [jobs("1/2020-5/2021", "3/2021-"), jobs("1/2020-", "1/2021-2/2021", "4/2022-")],
        [jobs("1/2020-3/2021", "3/2021-"), jobs("1/2020-5/2021", "3/2021-", kind='"11"')],
    ),
    "job-in-future": ([jobs("1/2030-"), jobs("1/2020-12/2026")], [jobs("11/2026-"), jobs("1/2020-11/2026")]),
    "gap-of-a-year": (
        [jobs("1/2010-1/2012", "2/2013-")],
        [jobs("1/2010-1/2012", "1/2013-"), jobs("1/2010-", "1/2020-")],
    ),
    "blocked-without-id": (["education: {a: {school: x, role: y}}"], ['education: {a: {id: "1", role: y}}']),
    "id-without-digits": (["location: {id: Paris}"], ['location: {id: "105"}']),
    "notify-several": (
        [f"experience: {{a: {entry(notify_network='true')}, b: {entry(notify_network='true')}}}"],
        [job(notify_network="true")],
    ),
    "link-incomplete": (["custom_link: {type: BLOG, url: /me}"], ["custom_link: {type: BLOG, url: https://x.y}"]),
    "link-not-https": (
        ["custom_link: {type: BLOG, url: 'HTTP://x.y'}"],
        ["custom_link: {type: BLOG, url: https://x.y}"],
    ),
    "link-private-host": (
        [
            f"custom_link: {{type: BLOG, url: 'https://{host}/x'}}"
            for host in (
                "localhost",
                "wiki",
                "a.b.internal",
                "10.1.2.3",
                "[::1]",
                "127.1",
                "2130706433",
                "0x7f000001",
                "me.lan:80",
            )
        ],
        [
            f"custom_link: {{type: BLOG, url: 'https://{host}'}}"
            for host in ("x.y", "1.1.1.1", "[2606:4700::1]", "face.de")
        ],
    ),
    "email-in-text": (["summary: Write to ada.b+c@mail.example.org!"], ["summary: at@home, @ada, a@b"]),
    "phone-in-text": (
        ["summary: call (555) 123-4567", "summary: +49 (0)170 / 123 45 67", "summary: 'Tel.: 089 123456'"],
        ["summary: 2010-2014, 1.234.567.890 users, ISBN 978-3-16-148410-0", "summary: 10.0.0.1, +20 %, 100-200 1234"],
    ),
    "secret-like-text": (
        [
            "summary: AKIAABCDEFGHIJKLMNOP",
            f"summary: 'x ghp_{'a1' * 18}'",
            "custom_link: {type: BLOG, url: 'https://x.y/?token=abcd1234efgh'}",
            "summary: 'password: hunter22x'",
            "skills: [x, pp_live_abcdef123]",
        ],
        ["summary: I love secret gardens and token rings", "summary: 'Token: a word'"],
    ),
    "repeated-item": (
        ["skills: [Python, python]", "skills: [Front-end, Front End]", "skills: [Café, 'Cafe\u0301']"],
        ["skills: [C, C++, C#]"],
    ),
    "lookalike-letters": (["headline: Раypal engineer"], ["headline: Москва office, 5 μm, β-blocker", "headline: Ω"]),
    "styled-letters": (["headline: 𝗕𝗼𝗹𝗱", "headline: Ⓗⓘ"], ["headline: 𝑛 log 𝑛 🇩🇪 🅰", "headline: ＩＴ"]),
    "not-nfc": (["headline: Cafe\u0301"], ["headline: Café"]),
    "trailing-blanks": (["summary: |\n  a \n  b"], ["summary: |\n  a\n  b", "headline: x  "]),
    "blank-lines": (["summary: |\n  a\n\n\n\n  b"], ["summary: |\n  a\n\n\n  b"]),
    "tab-in-text": (['summary: "a\\tb"'], ["summary: a b"]),
    "mixed-bullets": (
        ["summary: |\n  - a\n  - b\n  * c", "summary: |\n  • a\n  - b\n  • c"],
        ["summary: |\n  - a\n  - b\n    * c\n    * d", "summary: |\n  a\n  - b"],
    ),
    "placeholder-text": (
        [
            "summary: Lorem ipsum dolor",
            "summary: 'I am at [Company Name]'",
            "summary: 'TODO: write'",
            "summary: '{{name}}'",
        ],
        ["summary: I wrote a TODO app [in Rust] <3", "summary: your name is here to stay"],
    ),
    "text-cut-by-comment": (["headline: C # and more"], ["headline: 'C # and more'"]),
    "dash-in-text": (["skills:\n- aa\n  - b"], ["skills:\n- a - b"]),
    "anchor-unused": (["headline: &co x"], ["headline: &co x\nsummary: *co"]),
    "house-company": (
        [job(company="acme corp"), job(company="ACME"), "headline: Chief at Acme", "headline: at ACME CORP."],
        ["headline: Chief at Acme Corp. for good", job(company="Acme Corp."), "headline: Acmeology"],
    ),
    "house-skill": (["skills: [x]"], ["skills: [safety]", "headline: x"]),
    "house-word": (["headline: Ninja of code", "summary: we are Best in Class!"], ["headline: ninjas"]),
    "house-host": (
        ["custom_link: {type: BLOG, url: https://acme.example.org}"],
        ["custom_link: {type: BLOG, url: https://www.acme.example/x}"],
    ),
    "ignore-unused": (
        ["headline: x # reconciler: ignore[tab-in-text] because y"],
        ['headline: "\\t" # reconciler: ignore[tab-in-text] because y'],
    ),
    "ignore-invalid": (
        [
            f"headline: x # reconciler: {comment}"
            for comment in (
                "ignore",
                "ignore[] because x",
                "ignore[tab-in-text]",
                "ignore[nonsense] because x",
                "ignore[ignore-unused] because x",
            )
        ],
        ["headline: 'x # reconciler: ignore'"],
    ),
}
OTHERS = {"spelling", *(f"picture-{what}" for what in ("too-small", "too-large", "blurred", "odd-ratio"))}
OTHERS.add("cover-middle-hidden")


def found(text: str, rule: str, table: LintTable | None = None) -> list[str]:
    text = text if text.startswith("account_id") else f"account_id: acc_1\n{text}"
    examined = read_examined(f"type: LINKEDIN\n{text}\n".encode(), "p.yaml")
    assert examined.problems == ()
    select = (rule, "tab-in-text") if rule.startswith("ignore") else (rule,)
    told = run_rules(examined.subject, Choice(TODAY, select), table or LintTable(house=HOUSE))
    return [finding.rule for finding in told if finding.rule == rule]


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, (wrong, _) in CASES.items() for text in wrong])
def test_a_rule_finds_what_it_is_for(rule: str, text: str) -> None:
    assert found(text, rule)


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, (_, good) in CASES.items() for text in good])
def test_a_rule_leaves_alone_what_only_looks_like_it(rule: str, text: str) -> None:
    assert found(text, rule) == []


def test_every_rule_has_its_cases_its_id_and_a_reason() -> None:
    assert [rule.id for rule in RULES] == list(RULE_IDS)
    assert set(CASES) | OTHERS == set(RULE_IDS)
    assert [rule.id for rule in RULES if not rule.reason.endswith(".") or not rule.source.endswith(".")] == []


def test_the_rules_of_a_house_are_silent_without_one() -> None:
    for rule in ("house-company", "house-skill", "house-word", "house-host"):
        for text in CASES[rule][0]:
            assert found(text, rule, LintTable()) == []


def gif(width: int, height: int) -> bytes:
    return b"GIF89a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"\0\0\0;"


@pytest.mark.parametrize(
    ("name", "size", "rules"),
    [
        ("picture", (400, 400), []),
        ("picture", (399, 500), ["picture-too-small"]),
        ("picture", (8000, 7000), ["picture-too-large"]),
        ("picture", (1000, 401), ["picture-odd-ratio"]),
        ("cover_picture", (1584, 396), []),
        ("cover_picture", (3168, 792), []),
        ("cover_picture", (1200, 300), ["picture-blurred"]),
        ("cover_picture", (1584, 600), ["picture-odd-ratio"]),
        ("cover_picture", (4000, 400), ["picture-odd-ratio"]),
        ("cover_picture", (1584, 1584), ["cover-middle-hidden"]),
    ],
)
def test_pictures_are_judged_by_their_sizes(tmp_path: Path, name: str, size: tuple[int, int], rules: list[str]) -> None:
    (tmp_path / "a.gif").write_bytes(gif(*size))
    examined = read_examined(f"{HEAD}{name}: a.gif\n".encode(), str(tmp_path / "p.yaml"))
    assert examined.problems == ()
    told = run_rules(examined.subject, Choice(TODAY), LintTable())
    assert [finding.rule for finding in told] == rules


def test_the_secret_itself_is_not_repeated() -> None:
    examined = read_examined(f"{HEAD}summary: AKIAABCDEFGHIJKLMNOP\n".encode(), "p.yaml")
    (finding,) = run_rules(examined.subject, Choice(TODAY), LintTable())
    assert "ABCDEF" not in str(finding.problem)
    assert finding.severity == "error"


@pytest.mark.parametrize("example", ["minimal", "full", "long-career"])
def test_nothing_is_found_in_the_examples(example: str) -> None:
    path = Path(__file__).parents[2] / "profiles" / f"{example}.yaml"
    examined = read_examined(path.read_bytes(), str(path))
    assert run_rules(examined.subject, Choice(TODAY), LintTable()) == ()


IN_BLOCK = """\
type: LINKEDIN
account_id: acc_1
summary: &same |2-

  First line.
  Write to ada@example.org
   a\ttab
  trailing\x20
  * one
  * two
  - three
  TODO
  password: abcdefgh1
  e\u0301



  A ninja at \u0410cme, Zero Ltd, \U0001d5ee\U0001d5ef, +44 20 7946 0000
experience:
  a: {role: r, company: c, description: *same}
  b:
    role: r
    company: c
    description: >-
      folded

      bob@example.org
    skills:
      - |- # reconciler: ignore[email-in-text] because it is the name of a list
        list
        team@example.org
"""


def test_a_finding_in_a_text_after_a_bar_points_to_its_line() -> None:
    house = HouseTable(forbidden_words=("ninja",), company="Zeros", company_misspellings=("Zero Ltd",))
    found = run_rules(read_examined(IN_BLOCK.encode(), "p.yaml").subject, Choice(TODAY), LintTable(house=house))
    places = {
        (each.rule, each.problem.line, each.problem.column)
        for each in found
        if each.problem.address in ("summary", "experience.b.description", "experience.b.skills[0]")
    }
    assert places == {
        ("email-in-text", 6, 12),
        ("tab-in-text", 7, 5),
        ("trailing-blanks", 8, 11),
        ("mixed-bullets", 11, 3),
        ("placeholder-text", 12, 3),
        ("secret-like-text", 13, 3),
        ("not-nfc", 14, 3),
        ("blank-lines", 17, 1),
        ("house-word", 18, 5),
        ("lookalike-letters", 18, 14),
        ("house-company", 18, 20),
        ("styled-letters", 18, 30),
        ("phone-in-text", 18, 34),
        ("email-in-text", 24, 18),
    }
    assert all(each.problem.source == IN_BLOCK.split("\n")[each.problem.line - 1] for each in found)
    with_returns = read_examined(IN_BLOCK.replace("\n", "\r\n").encode(), "p.yaml").subject
    again = run_rules(with_returns, Choice(TODAY), LintTable(house=house))
    assert [each.problem.line for each in again] == [each.problem.line for each in found]
