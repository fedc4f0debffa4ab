"""The page's own example succeeds as it stands there, with only the URL changed: real curl, real picture."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.simulator.api import Api

HERE = Path(__file__).parent
PICTURE = HERE.parents[1] / "profiles" / "files" / "portrait.jpg"
ACCOUNT = "acc_linkedin_01HXYZ4QK3WJ8FN3M6QH7TZ8GR"


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_example_of_the_page_succeeds(api: Api, tmp_path: Path) -> None:
    shutil.copy(PICTURE, tmp_path / "me.jpg")
    example = (HERE / "example.sh").read_text().replace("https://api.postpress.ai", f"http://{api.host}")
    done = subprocess.run(
        ["sh", "-c", example.replace("curl ", "curl --silent --show-error --noproxy '*' ", 1)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"object": "ProfileEdited"}
    assert api.profile(ACCOUNT) == {
        "sections": {
            "headline": "Building postpress",
            "summary": "Founder. Author. Builder.",
            "location": {"id": "105015875"},
            "picture": {
                "filename": "me.jpg",
                "content_type": "image/jpeg",
                "sha256": hashlib.sha256(PICTURE.read_bytes()).hexdigest(),
                "size": PICTURE.stat().st_size,
            },
            "picture_settings": {"filter": "STUDIO", "layout": {"bottomLeft": {"x": 1.25, "y": 1.25}}},
        },
        "experience": [
            {
                "id": "2400000001",
                "role": "Founder",
                "company": "postpress",
                "skills": ["development", "management"],
            }
        ],
        "education": [],
        "notifications": [],
        "edits": 1,
    }
