"""The page on pull requests, followed as far as a terminal goes."""

from pathlib import Path

from tests.docs.console import ROOT, environment, follow
from tests.workflow.test_action import read


def test_the_page_of_pull_requests_can_be_followed(tmp_path: Path) -> None:
    names = {f"GIT_{who}_{what}": "ada@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    assert follow(ROOT / "docs" / "pull-requests.md", tmp_path, environment(tmp_path, **names)) == 6
    assert (
        read(tmp_path / "profile" / ".github" / "workflows" / "profile-plan.yml")["env"]["PROFILES"] == "profile.yaml"
    )
