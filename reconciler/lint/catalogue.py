"""Owns the rules: each with its id, how grave it is, what it finds, the reason and the source, in the page's order."""

from collections.abc import Iterator, Mapping

from reconciler.lint import about, house, jobs, links, pictures, texts
from reconciler.lint.rule import OUR_JUDGEMENT, Judged, Rule, RuleCheck
from reconciler.problem import Problem
from reconciler.profile.warnings import CHECKS

_SEVERAL = "Several recent descriptions of LinkedIn's own forms agree on the numbers."
_ONE = "One client of LinkedIn assumes these numbers; we know of no other source."
_HELP = "LinkedIn's help on photos and covers, as several recent descriptions give it."
_READERS = "Known of screen readers, which name such characters one by one."
_API = "The API's page *Edit own profile*."
_YAML = "The specification of YAML 1.2."


def _plan_rule(rule: str) -> RuleCheck:
    """Return the check of a rule that a plan shows too."""

    def check(judged: Judged) -> Iterator[Problem]:
        return CHECKS[rule](judged.subject)

    return check


def _nothing(judged: Judged) -> Iterator[Problem]:
    """Find nothing: what these rules are about, running the others shows."""
    del judged
    return iter(())


RULES: tuple[Rule, ...] = (
    Rule(
        "starter-account",
        "The `account_id` that `reconciler init` writes.",
        "It is no account's: nothing can be applied with it.",
        "This tool.",
        _plan_rule("starter-account"),
    ),
    Rule(
        "account-unlikely",
        "An `account_id` that is an e-mail address, a link or a URN of LinkedIn's, or holds blanks.",
        "The API knows an account by the id that it gave it, as `acc_linkedin_01HXYZ4QK3WJ8FN3M6QH7TZ8GR`. To anything "
        "else it can only answer that there is no such account, and that only once something is sent.",
        "The examples of the API's page *Edit own profile*.",
        _plan_rule("account-unlikely"),
    ),
    Rule(
        "text-too-long",
        "A headline of more than 220 characters, an About of more than 2,600, a role or company of more than 100, the "
        "description of a job of more than 2,000, a skill of more than 80. In UTF-16 units: most emoji are two.",
        "LinkedIn refuses it, or cuts it off.",
        f"{_SEVERAL} For a company's name there are one or two.",
        _plan_rule("text-too-long"),
    ),
    Rule(
        "text-perhaps-too-long",
        "A school, degree, field of study or place of more than 100 characters, a grade of more than 80, activities of "
        "more than 500, the description of a school of more than 1,000; of an attachment a title of more than 200, a "
        "description of more than 1,000, a link of more than 2,000; a custom link of more than 250.",
        "LinkedIn may refuse it, or cut it off.",
        _ONE,
        _plan_rule("text-perhaps-too-long"),
    ),
    Rule(
        "list-too-long",
        "More than 100 skills, more than 5 skills of a job or school, more than 5 job titles.",
        "LinkedIn refuses the list, or leaves the last ones out.",
        _SEVERAL,
        _plan_rule("list-too-long"),
    ),
    Rule(
        "empty-headline",
        'A headline of `""`, or of blanks.',
        "The headline stands beside the name wherever somebody appears. A profile without one looks abandoned.",
        OUR_JUDGEMENT,
        about.empty_headline,
    ),
    Rule(
        "empty-about",
        'An About (`summary`) of `""`, or of blanks.',
        "What is meant is mostly to leave it alone, by taking the key out. This clears it.",
        OUR_JUDGEMENT,
        about.empty_about,
    ),
    Rule(
        "about-cut-in-sentence",
        "An About whose first sentence, or first line, is not complete before *see more*: three lines, about 300 "
        "characters on a wide screen. That a later sentence is cut is usual, and not found.",
        "Most visitors read only what stands before *see more*, and here they read half a sentence.",
        f"{OUR_JUDGEMENT} How many characters fit depends on the screen.",
        about.cut_in_sentence,
    ),
    Rule(
        "job-without-description",
        "A job without an `id`, so one to be added, that has no description; or one whose description is cleared.",
        "The role alone does not say what somebody did. Many leave it at that on purpose, so the rule is off.",
        OUR_JUDGEMENT,
        jobs.without_description,
        severity="off",
    ),
    Rule(
        "jobs-overlap",
        "A full-time job (`employment_type` 12) that begins before another one ends; one month in common is none.",
        "Mostly one of the dates is wrong. Readers who notice wonder.",
        f"{OUR_JUDGEMENT} That 12 is the id of full-time, one client measured.",
        jobs.overlapping,
    ),
    Rule(
        "job-in-future",
        "A start or an end of a job that lies after this month.",
        "LinkedIn's form does not offer it, and mostly the year is mistyped.",
        OUR_JUDGEMENT,
        jobs.in_future,
    ),
    Rule(
        "gap-of-a-year",
        "A year or more without a job between two jobs.",
        "Some readers ask about it. There is nothing wrong with it, so the rule is off.",
        OUR_JUDGEMENT,
        jobs.gaps,
        severity="off",
    ),
    Rule(
        "blocked-without-id",
        "A field of a new school that the API takes only with an `id`.",
        "The plan blocks it until the id is known.",
        _API,
        _plan_rule("blocked-without-id"),
    ),
    Rule(
        "id-without-digits",
        "A word where an id of LinkedIn's belongs: of a location, company, employment type or job title.",
        "LinkedIn knows ids alone there; a word is refused, or means something else.",
        _API,
        _plan_rule("id-without-digits"),
    ),
    Rule(
        "notify-several",
        "`notify_network: true` on more than one entry.",
        "Each tells everybody in the network, and that cannot be taken back.",
        OUR_JUDGEMENT,
        jobs.several_notified,
    ),
    Rule(
        "picture-too-small",
        "A photo of less than 400 × 400 pixels.",
        "LinkedIn refuses it, or enlarges it until it blurs.",
        _HELP,
        _plan_rule("picture-too-small"),
    ),
    Rule(
        "picture-too-large",
        "A photo or cover of more than 8 MB; a photo of more than 7680 × 4320 pixels.",
        "LinkedIn refuses it.",
        _HELP,
        _plan_rule("picture-too-large"),
    ),
    Rule(
        "picture-blurred",
        "A cover of less than 1584 × 396 pixels.",
        "LinkedIn shows it in this size: a smaller one is enlarged, and blurs.",
        _HELP,
        pictures.blurred_cover,
    ),
    Rule(
        "picture-odd-ratio",
        "A photo more than twice as wide as high, or as high as wide; a cover of which a quarter or more is cut off.",
        "The photo is shown in a circle, the cover as 4:1: what lies outside is not seen.",
        f"{_HELP} Where it begins to be odd is our judgement.",
        pictures.odd_ratio,
    ),
    Rule(
        "cover-middle-hidden",
        "A cover less than twice as wide as high.",
        "Less than half of it is shown, a band in its middle, and the round photo hides the lower left of that.",
        f"{_HELP} What is in the picture is not looked at.",
        pictures.hidden_middle,
    ),
    Rule(
        "link-incomplete",
        "A link that does not begin with https:// or http://.",
        "No browser opens it.",
        "RFC 3986: such a reference is relative.",
        _plan_rule("link-incomplete"),
    ),
    Rule(
        "link-not-https",
        "A link that begins with http://.",
        "Browsers warn of such pages, or do not open them.",
        "What current browsers do.",
        links.insecure,
    ),
    Rule(
        "link-private-host",
        "A link to localhost, to an address of a private network, or to a name that only such a network knows.",
        "No visitor can open it, and it tells them names of an inner network.",
        "RFC 1918, RFC 6761, RFC 6762 and RFC 8375.",
        links.private,
    ),
    Rule(
        "email-in-text",
        "An e-mail address in a text that visitors read.",
        "Programs collect such addresses. Those who are logged in can write on LinkedIn, or see the contact details.",
        OUR_JUDGEMENT,
        texts.emails,
    ),
    Rule(
        "phone-in-text",
        "A telephone number in a text that visitors read.",
        "Programs collect such numbers.",
        OUR_JUDGEMENT,
        texts.phones,
    ),
    Rule(
        "secret-like-text",
        "What looks like an API key, a token, a password or a private key, in any text or link.",
        "Whoever reads the profile, or the repository, can use it.",
        "The forms of keys and tokens that their makers publish.",
        texts.secrets,
        severity="error",
    ),
    Rule(
        "repeated-item",
        "A skill, or another item of a list, that stands there already, also in other case, with other blanks or "
        "hyphens, or in another Unicode form.",
        "LinkedIn shows it once, or refuses the list; and it takes the place of another.",
        OUR_JUDGEMENT,
        _plan_rule("repeated-item"),
        fixes=True,
    ),
    Rule(
        "lookalike-letters",
        "A word in Latin letters in which Cyrillic or Greek ones stand that look like them.",
        "Nobody finds the word by searching, and screen readers stumble over it.",
        "Unicode Technical Standard 39, confusable characters.",
        texts.lookalikes,
    ),
    Rule(
        "styled-letters",
        "Two or more mathematical letters in a row, or letters in circles or boxes, in place of a word.",
        "Screen readers read them out one by one or not at all, and nobody finds the word by searching.",
        _READERS,
        texts.styled_letters,
    ),
    Rule(
        "not-nfc",
        "A text in which letters and their accents are written apart.",
        "It looks the same, compares as another text, and some programs draw the accent beside the letter.",
        "Unicode Standard Annex 15.",
        texts.decomposed,
        fixes=True,
    ),
    Rule(
        "trailing-blanks",
        "A line of a text that ends in blanks.",
        "Nobody sees them, and they show up as changes.",
        OUR_JUDGEMENT,
        texts.trailing_blanks,
        fixes=True,
    ),
    Rule(
        "blank-lines",
        "Three blank lines in a row within a text.",
        "LinkedIn shows them, as a hole; one is enough.",
        OUR_JUDGEMENT,
        texts.blank_lines,
    ),
    Rule(
        "tab-in-text",
        "A tab in a text.",
        "LinkedIn shows it as one blank, or not at all: columns do not come out.",
        OUR_JUDGEMENT,
        texts.tabs,
    ),
    Rule(
        "mixed-bullets",
        "Items of one list that begin with different signs, at the same indentation.",
        "It looks like a mistake, mostly of pasting.",
        OUR_JUDGEMENT,
        texts.mixed_bullets,
    ),
    Rule(
        "placeholder-text",
        "Lorem ipsum, `[your company]`, `{{name}}`, a line that begins with TODO or TBD.",
        "It was to be replaced before anybody reads it.",
        OUR_JUDGEMENT,
        texts.placeholders,
    ),
    Rule(
        "spelling",
        "A word in lower case that is in no dictionary of the `language` that `reconciler.toml` sets, and no name of "
        "a skill, company or school. Only `lint` looks, with the extra `prose`; without `language` it does not.",
        "Readers notice.",
        "The dictionary of Harper, which runs on this machine.",
        texts.misspelt,
    ),
    Rule(
        "text-cut-by-comment",
        "A text without quotes behind which a comment begins.",
        "To YAML, ` #` begins a comment: what follows is not in the text.",
        _YAML,
        _plan_rule("text-cut-by-comment"),
    ),
    Rule(
        "dash-in-text",
        "A text without quotes that goes on with a dash on the next line.",
        "It looks like the next item of a list, and is a part of the text.",
        _YAML,
        _plan_rule("dash-in-text"),
    ),
    Rule(
        "anchor-unused",
        "An anchor (`&name`) that no alias names.",
        "Mostly the text was to begin with an ampersand.",
        _YAML,
        _plan_rule("anchor-unused"),
    ),
    Rule(
        "house-company",
        "The company's name written otherwise than `company` in `reconciler.toml` has it.",
        "The house asks for it.",
        "The house, in `reconciler.toml`.",
        house.company_name,
    ),
    Rule(
        "house-skill",
        "A list of skills without one of `required_skills`.",
        "The house asks for it.",
        "The house, in `reconciler.toml`.",
        house.required_skills,
    ),
    Rule(
        "house-word",
        "One of `forbidden_words` in a text that visitors read.",
        "The house asks for it.",
        "The house, in `reconciler.toml`.",
        house.forbidden_words,
    ),
    Rule(
        "house-host",
        "A link to a host that is not among `allowed_hosts`, and lies below none of them.",
        "The house asks for it.",
        "The house, in `reconciler.toml`.",
        house.foreign_hosts,
    ),
    Rule(
        "ignore-unused",
        "A comment `# reconciler: ignore[…]` on a line where the rule finds nothing.",
        "It would hide what comes there later.",
        OUR_JUDGEMENT,
        _nothing,
    ),
    Rule(
        "ignore-invalid",
        "A comment `# reconciler: ignore[…]` without a reason, of a rule that does not exist, or of one that may not "
        "be ignored.",
        "It has no effect; a reason is what the next reader needs.",
        OUR_JUDGEMENT,
        _nothing,
    ),
)
BY_ID: Mapping[str, Rule] = {rule.id: rule for rule in RULES}
