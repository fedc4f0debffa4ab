"""The key and a proxy's password are in nothing that a run leaves or prints; the API is the one it claims to be."""

import http.server
import json
import os
import ssl
import subprocess
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
import trustme

from reconciler.wire.redact import hide
from tests.reliability.raw import answering
from tests.serving import serving
from tests.world import ACCOUNT, PNG, World

KEY = "pp_live_s3cr3t-Key+value/with=signs"
PROFILE = {
    "type": "LINKEDIN",
    "account_id": ACCOUNT,
    "headline": "h",
    "picture": "me.png",
    "experience": {"one": {"role": "Founder", "company": "One"}},
}


def run(
    folder: Path, base_url: str, *arguments: str, code: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line as a process of its own; `code` runs before it."""
    program = f"{code}\nimport sys\nfrom reconciler.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env={**kept, "POSTPRESS_API_KEY": KEY, "POSTPRESS_BASE_URL": base_url, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def prepare(folder: Path) -> None:
    (folder / "profile.yaml").write_text(json.dumps(PROFILE))
    (folder / "me.png").write_bytes(PNG)


APPLY = ("-vv", "apply", "--auto-approve", "--first-apply", "--max-wait", "0")


def everything(folder: Path, *runs: subprocess.CompletedProcess[str]) -> str:
    """Give all that runs printed and left."""
    files = [path.read_bytes().decode("latin-1") for path in folder.iterdir() if path.is_file()]
    return "\n".join([*files, *(text for ran in runs for text in (ran.stdout, ran.stderr))])


@pytest.mark.parametrize(
    "fault",
    [
        "none",
        "error=invalid_credentials",
        "error=too_many_requests",
        "error=provider_error;after",
        "close=mid-answer",
        "close=before-read;reset",
        "status=500;body=<html>",
        "location=http://127.0.0.1:1/",
    ],
)
def test_the_key_is_in_nothing_that_a_run_prints_or_leaves(here: World, fault: str) -> None:
    prepare(here.folder)
    here.simulator.faults.add([fault])
    plan = run(here.folder, here.base_url, "-vv", "plan", "--out", "plan.json")
    done = run(here.folder, here.base_url, *APPLY)
    assert "httpcore" in done.stderr
    assert "httpx" in done.stderr or fault.startswith("close")
    assert KEY not in everything(here.folder, plan, done)
    assert KEY not in json.dumps(here.sent())


def problem(text: str) -> bytes:
    body = json.dumps({"title": text, "type": f"errors/{text}", "detail": "x" * 490 + text}).encode()
    return b"HTTP/1.1 401 No\r\nx-echo: " + text.encode() + b"\r\ncontent-length: %d\r\n\r\n" % len(body) + body


@pytest.mark.parametrize(
    "answer",
    [problem(KEY), problem(f"{KEY}\x1b[2J"), KEY.encode() + b" is not HTTP\r\n\r\n", b"HTTP/1.1 200 " + KEY.encode()],
    ids=["in the body", "with escapes", "instead of HTTP", "as the reason"],
)
def test_a_server_that_gives_the_key_back_does_not_get_it_printed(tmp_path: Path, answer: bytes) -> None:
    prepare(tmp_path)
    with answering(answer) as base_url:
        done = run(tmp_path, base_url, *APPLY)
    assert done.returncode in (1, 3), done.stderr
    assert KEY not in everything(tmp_path, done)
    assert KEY[:20] not in everything(tmp_path, done)
    assert "\x1b" not in done.stderr


FORMS = {
    "capitals": KEY.upper(),
    "small letters": KEY.lower(),
    "percent-encoded": quote(KEY, safe=""),
    "percent-encoded throughout": "".join(f"%{ord(letter):02X}" for letter in KEY),
    "percent-encoded here and there": KEY.replace("_", "%5f").replace("=", "%3D"),
    "html": KEY.replace("+", "&#43;").replace("/", "&#x2F;"),
    "json": "".join(f"\\u{ord(letter):04x}" for letter in KEY),
    "hexadecimal": KEY.encode().hex(),
    "base64": b64encode(KEY.encode()).decode(),
    "base64 for URLs": urlsafe_b64encode(KEY.encode()).decode(),
    "base64 after a name": b64encode(f"user:{KEY}".encode()).decode(),
    "base64 after a letter": b64encode(f"k{KEY}\n".encode()).decode(),
    "base64 within a header": b64encode(f"ab{KEY};x=1".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_server_that_gives_the_key_back_in_another_form_does_not_get_it_printed(tmp_path: Path, form: str) -> None:
    prepare(tmp_path)
    with answering(problem(FORMS[form])) as base_url:
        done = run(tmp_path, base_url, *APPLY)
    shown = everything(tmp_path, done)
    for start in range(len(FORMS[form]) - 20):
        assert FORMS[form][start : start + 20] not in shown
    assert "<key>" in done.stderr


def test_a_key_that_is_as_short_as_a_word_hides_no_words() -> None:
    assert (hide("the key is key", "key"), hide("KEY-123456 it is", "key-123456")) == ("the key is key", "<key> it is")


def test_an_internal_error_shows_neither_the_key_nor_a_traceback(here: World) -> None:
    prepare(here.folder)
    broken = "import os, json\njson.loads = lambda body: {}[os.environ['POSTPRESS_API_KEY']]"
    done = run(here.folder, here.base_url, "apply", "--auto-approve", "--first-apply", code=broken)
    assert done.returncode == 70
    assert "internal error: KeyError" in done.stderr
    assert "Traceback" not in done.stderr
    assert KEY not in everything(here.folder, done)


def test_the_hook_is_not_given_the_key(here: World) -> None:
    prepare(here.folder)
    done = run(here.folder, here.base_url, *APPLY, "--on-save", "env > hook.txt; env")
    assert done.returncode == 0
    assert "POSTPRESS_BASE_URL" in (here.folder / "hook.txt").read_text()
    assert KEY not in everything(here.folder, done)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HTTPS_PROXY", "http://me:hunter2@127.0.0.1:1"),
        ("HTTPS_PROXY", "ftp://me:hunter2@127.0.0.1:1"),
        ("ALL_PROXY", "socks9://me:hunter2@[::1"),
        ("HTTPS_PROXY", "http://me:hunter2@127.0.0.1:notaport"),
        ("HTTPS_PROXY", "http://me:hunter2@a..b:3128"),
        ("POSTPRESS_BASE_URL", "https://me:hunter2@api.example"),
        ("POSTPRESS_BASE_URL", "https://me:hunter2@api.example:notaport/"),
        ("POSTPRESS_BASE_URL", "ftp://me:hunter2@api.example/"),
    ],
)
def test_a_password_in_a_url_is_not_printed(tmp_path: Path, variable: str, value: str) -> None:
    prepare(tmp_path)
    done = run(tmp_path, "https://api.invalid/v1", *APPLY, **{variable: value})
    assert done.returncode == 1, done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "internal error" not in done.stderr


@contextmanager
def proxy() -> Iterator[tuple[str, list[str]]]:
    """Stand in for a proxy: note what it is asked to connect to, and refuse."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(f"{self.path} {self.headers.get('x-api-key')}")
            self.send_error(403)

        def do_PATCH(self) -> None:
            self.do_CONNECT()

        def log_message(self, *arguments: object) -> None:
            pass

    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        yield f"http://127.0.0.1:{port}", asked


def test_a_proxy_of_the_environment_is_used_for_https_and_does_not_see_the_key(tmp_path: Path) -> None:
    prepare(tmp_path)
    with proxy() as (url, asked):
        done = run(tmp_path, "https://api.invalid/v1", *APPLY, HTTPS_PROXY=url)
    assert asked == ["api.invalid:443 None"]
    assert done.returncode == 1
    assert "the API cannot be reached" in done.stderr


@pytest.mark.parametrize("value", ["http://a..b:3128", "a..b:3128", "http://[a..b"])
def test_a_proxy_that_cannot_be_looked_up_is_refused_before_anything_is_pending(tmp_path: Path, value: str) -> None:
    prepare(tmp_path)
    done = run(tmp_path, "https://api.invalid/v1", *APPLY, HTTPS_PROXY=value)
    assert (done.returncode, (tmp_path / "profile.state.json").exists()) == (1, False)
    assert "HTTPS_PROXY" in done.stderr
    assert value not in done.stderr


def test_where_no_proxy_is_used_none_is_looked_at(tmp_path: Path) -> None:
    prepare(tmp_path)
    done = run(tmp_path, "https://api.invalid/v1", *APPLY, HTTPS_PROXY="http://a..b:3128", NO_PROXY="x, *")
    assert (done.returncode, "the API cannot be reached" in done.stderr) == (1, True), done.stderr


def test_a_proxy_is_never_used_for_this_machine(here: World) -> None:
    prepare(here.folder)
    with proxy() as (url, asked):
        done = run(here.folder, here.base_url, *APPLY, HTTP_PROXY=url, http_proxy=url, ALL_PROXY=url, HTTPS_PROXY=url)
    assert (done.returncode, asked) == (0, []), done.stderr


@contextmanager
def secure(folder: Path, *, of_clients: ssl.TLSVersion | None = None) -> Iterator[tuple[str, Path]]:
    """Serve https on loopback with a certificate that nobody trusts but for the bundle that is given.

    With `of_clients`, a version of TLS, it wants a certificate from who connects, too.
    """
    authority = trustme.CA()
    bundle = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    if of_clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(str(bundle))
        context.minimum_version = context.maximum_version = of_clients
    body = b'{"object": "ProfileEdited"}'

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_PATCH(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    class Server(http.server.ThreadingHTTPServer):
        def handle_error(self, *arguments: object) -> None:
            pass  # a client that does not trust us hangs up

    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with serving(server) as port:
        yield f"https://localhost:{port}", bundle


def test_a_certificate_that_is_not_trusted_is_refused_and_nothing_is_pending(tmp_path: Path) -> None:
    prepare(tmp_path)
    with secure(tmp_path) as (base_url, bundle):
        bundle.unlink()
        done = run(tmp_path, base_url, *APPLY)
    assert done.returncode == 1
    assert "CERTIFICATE_VERIFY_FAILED" in done.stderr
    assert json.loads((tmp_path / "profile.state.json").read_text())["pending"] == []


def test_a_certificate_of_the_bundle_is_trusted_for_its_own_name_only(tmp_path: Path) -> None:
    prepare(tmp_path)
    with secure(tmp_path) as (base_url, bundle):
        other = run(tmp_path, base_url.replace("localhost", "127.0.0.1"), *APPLY, "--ca-bundle", str(bundle))
        done = run(tmp_path, base_url, *APPLY, "--ca-bundle", str(bundle))
    assert (other.returncode, done.returncode) == (1, 0), done.stderr
    assert KEY not in everything(tmp_path, other, done)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("SSL_CERT_FILE", "profile.yaml"), ("SSL_CERT_FILE", "gone.pem"), ("SSLKEYLOGFILE", "gone/keys.log")],
)
def test_what_tls_cannot_use_of_the_environment_is_said_by_its_name(tmp_path: Path, variable: str, value: str) -> None:
    prepare(tmp_path)
    done = run(tmp_path, "https://api.invalid/v1", *APPLY, **{variable: value})
    assert (done.returncode, (tmp_path / "profile.state.json").exists()) == (1, False), done.stderr
    assert variable in done.stderr


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("size", [len(PNG), 4 << 20])
def test_a_server_that_wants_a_certificate_from_us_has_read_nothing(
    tmp_path: Path, version: ssl.TLSVersion, size: int
) -> None:
    prepare(tmp_path)
    os.truncate(tmp_path / "me.png", size)
    with secure(tmp_path, of_clients=version) as (base_url, bundle):
        done = run(tmp_path, base_url, *APPLY, "--ca-bundle", str(bundle))
    assert (done.returncode, json.loads((tmp_path / "profile.state.json").read_text())["pending"]) == (1, [])
    assert "the API cannot be reached: " in done.stderr


def test_authorities_of_the_environment_are_not_looked_at_for_this_machine(tmp_path: Path) -> None:
    prepare(tmp_path)
    with secure(tmp_path) as (base_url, bundle):
        without = run(tmp_path, base_url, *APPLY, SSL_CERT_FILE="profile.yaml")
        done = run(tmp_path, base_url, *APPLY, "--ca-bundle", str(bundle), SSL_CERT_FILE="profile.yaml")
    assert (without.returncode, done.returncode) == (1, 0), done.stderr
    assert "CERTIFICATE_VERIFY_FAILED" in without.stderr


def test_a_redirect_is_not_followed(here: World) -> None:
    prepare(here.folder)
    with answering(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n") as elsewhere:
        here.simulator.faults.add([f"status=307;location={elsewhere}"])
        done = run(here.folder, here.base_url, *APPLY)
    assert (done.returncode, len(here.sent())) == (1, 1)
    assert "redirects are not followed" in done.stderr


@pytest.mark.parametrize("verb", ["validate", "lint", "plan", "apply", "fmt", "preview", "drift", "doctor", "export"])
def test_a_profile_that_leads_to_what_a_process_was_started_with_is_not_read(tmp_path: Path, verb: str) -> None:
    """A link to /proc/self/environ was read as YAML, and the remedy of the first line repeated the key."""
    (tmp_path / "profile.yaml").symlink_to("/proc/self/environ")
    (tmp_path / "other.yaml").write_text("type: LINKEDIN\naccount_id: acc_1\n")
    words = [verb, *(["--json-resume"] if verb == "export" else []), "profile.yaml"]
    for arguments in (words, ["--color", "always", *words], [verb, "profile.yaml", "other.yaml"]):
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *arguments],
            cwd=tmp_path,
            env={"POSTPRESS_API_KEY": "pp_live_secret1234", "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert "secret1234" not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
