"""What people write by mistake, where it is told, and what they are told to do."""

import pytest

from reconciler.problem import Problem, ProblemsError
from reconciler.profile.load import read_profile

HEAD = "type: LINKEDIN\naccount_id: acc_1\n"
JOB = "experience:\n  acme:\n    role: x\n    company: y\n"

# name → what stands below the head (line 3 on), where the first problem is, and a part of what to do about it
ROWS: dict[str, tuple[str, str, str]] = {
    "a quote within quotes": ('summary: "He said "hi" to me"\n', "3:20", "summary: 'He said \"hi\" to me'"),
    "an apostrophe within quotes": ("summary: 'It's me'\n", "3:14", 'summary: "It\'s me"'),
    "a colon on the next line": ("summary:\n  Founder: author\n", "4:3", 'summary: "Founder: author"'),
    "items without dashes": ("skills:\n  Python\n  Go\n", "4:3", "`- `"),
    "dashes without a blank": ("skills:\n  -Python\n  -Go\n", "4:3", "`- `"),
    "an item without its dash": ("skills:\n  - Python\n  Go\n", "5:3", "indent it"),
    "a list on the line of its key": ("skills: - Python\n", "3:9", "begin a list on the line below"),
    "a list without brackets": ("skills: Python, Go\n", "3:9", "write skills: [Python, Go]"),
    "a list in braces": ("skills: {Python, Go}\n", "3:9", "write skills: [Python, Go]"),
    "a comma too many": ("skills: [Python,, Go]\n", "3:17", "take it out"),
    "a bracket that is not closed": ("skills: [Python, Go\nheadline: x\n", "3:9", "close it with ]"),
    "jobs as a list": (
        "experience:\n  - role: x\n    company: y\n",
        "4:3",
        "a key of your choice in place of each dash",
    ),
    "a job without a key": ("experience:\n  role: x\n  company: y\n", "4:9", "write a key of your choice"),
    "fields beside their job": ("experience:\n  acme:\n  role: x\n  company: y\n", "4:8", "indent role, company"),
    "a job in one line": ("experience:\n  acme: Founder\n", "4:9", "the fields of the entry"),
    "years of a job": (f"{JOB}    seniority: 2020-2021\n", "7:16", "{start_date: {month: 1, year: 2020}, end_date"),
    "a date in words": (f"{JOB}    seniority: {{start_date: Jan 2020}}\n", "7:29", "{month: 1, year: 2020}"),
    "a date with a day": (f"{JOB}    seniority: {{start_date: 2020-05-17}}\n", "7:29", "{month: 5, year: 2020}"),
    "a year alone": (f"{JOB}    seniority: {{start_date: 2020}}\n", "7:29", "with its month"),
    "a year without its month": (f"{JOB}    seniority: {{start_date: {{year: 2020}}}}\n", "7:17", "add month"),
    "an end date beside the job's fields": (f"{JOB}    end_date: now\n", "7:5", "seniority: {end_date: …}"),
    "a month by name": (f"{JOB}    seniority: {{start_date: {{month: feb, year: 2020}}}}\n", "7:37", "write 2"),
    "yes for true": (f"{JOB}    notify_network: yes\n", "7:21", "write true"),
    "a number for true": ("skills_follow: 1\n", "3:16", "write true"),
    "a choice in lower case": (f"{JOB}    presence: remote\n", "7:15", "did you mean REMOTE?"),
    "nothing after a key": ("headline:\n", "3:10", 'write "" to clear it'),
    "a number for a text": ("headline: 42\n", "3:11", 'headline: "42"'),
    "true for a text": ("headline: true\n", "3:11", 'headline: "true"'),
    "a template that was not filled": ("headline: {{ name }}\n", "3:12", 'headline: "{{ name }}"'),
    "a question mark": ("headline: ? x\n", "3:11", 'headline: "? x"'),
    "an ampersand and a blank": ("headline: & x\n", "3:11", 'headline: "& x"'),
    "a key alone": ("headline\nsummary: x\n", "3:1", "`key: value`"),
    "a dash before a key": ("- headline: x\n", "3:1", "take the dash out"),
    "a comment of another language": ("// mine\nheadline: x\n", "3:1", "begin a comment with #"),
    "commas of JSON": ('"headline": "x",\n"summary": "y"\n', "3:16", "take it out"),
    "a key that is indented": ("headline: x\n  summary: y\n", "4:3", "take its indentation out"),
    "a text that is less indented": ("summary: |\n  a\n b\n", "5:2", "indent it likewise"),
    "a tab below a text": ("summary: |\n\tx\n", "4:1", "indent with spaces"),
    "a path of Windows": ('picture: "C:\\me.jpg"\n', "3:14", "write the backslash twice"),
    "an address for a picture": ("picture: https://example.com/a.jpg\n", "3:10", "addresses are not fetched"),
    "a percentage": ("picture_settings: {brightness: 50%}\n", "3:32", "write a number"),
    "a key twice": ("headline: x\nheadline: y\n", "4:1", "keep one of the two"),
    "a key with a blank": ("head line: x\n", "3:1", "did you mean headline?"),
    "the link of an edit form": (
        "experience:\n  acme: {id: https://www.linkedin.com/in/me/details/experience/edit/forms/24/}\n",
        "4:14",
        "'24'",
    ),
    "a section that the API lacks": ("certifications: {x: y}\n", "3:1", "change it on LinkedIn"),
    "a field of the other attachment": (
        f"{JOB}    attachment: {{type: media, title: T, url: x}}\n",
        "7:41",
        "belongs to the other type",
    ),
    "a role in which nothing shows": (
        'experience:\n  acme: {role: "\\u200B", company: Acme}\n',
        "4:10",
        "add role",
    ),
    "a role of blanks of an entry that is there": (
        'experience:\n  acme: {id: "7", role: " "}\n',
        "4:25",
        'write it, or "" to clear it',
    ),
    "a skill of blanks": ('skills: [Go, " "]\n', "3:14", "take it out"),
    "an empty list of jobs": ("experience: []\n", "3:13", "take the key out"),
}


def _problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ProblemsError) as caught:
        read_profile((HEAD + text).encode(), "p.yaml")
    return caught.value.problems


@pytest.mark.parametrize("name", ROWS)
def test_a_mistake_is_told_where_it_stands_with_what_to_do(name: str) -> None:
    text, place, remedy = ROWS[name]
    first = _problems(text)[0]
    assert f"{first.line}:{first.column}" == place
    assert remedy in first.remedy
    assert first.source == (HEAD + text).splitlines()[first.line - 1]


def test_a_line_that_looks_like_an_item_and_goes_on_the_one_above_is_a_warning() -> None:
    profile = read_profile((HEAD + "skills:\n- Python\n  - Go\n").encode(), "p.yaml")
    assert [(warning.line, warning.address) for warning in profile.warnings] == [(4, "skills[0]")]
    profile = read_profile((HEAD + "skills:\n- Python - Go\n- |-\n  C\n  - D\n").encode(), "p.yaml")
    assert profile.warnings == ()


def test_warnings_are_told_beside_errors() -> None:
    with pytest.raises(ProblemsError) as caught:
        read_profile((HEAD + "headline: me # and more\nskills: 3\n").encode(), "p.yaml")
    told = caught.value
    assert [problem.address for problem in told.problems] == ["skills"]
    assert [warning.address for warning in told.warnings] == ["headline"]
