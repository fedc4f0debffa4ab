"""Owns the sending of requests: the fence around httpx. Every way to fail becomes an outcome."""

import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, BinaryIO, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from reconciler import __version__
from reconciler.planning.plan import FilePart, Part, Request
from reconciler.problem import WireError
from reconciler.wire.answers import MAX_BODY, read_answer
from reconciler.wire.connection import is_host, is_loopback
from reconciler.wire.library import httpx
from reconciler.wire.outcomes import Outcome, Verdict
from reconciler.wire.secrets import hide

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 120.0
_SLACK = 1.05  # times that: a silent server runs into the timeout of one read first
_BEGUN = "http11.send_request_headers.started"  # httpcore's names for what comes next
_ALL_SENT = "http11.receive_response_headers.started"
_ENTRY_IDS = {"experience[id]", "education[id]"}
_NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_NO_REQUEST = (httpx.InvalidURL, UnicodeError)  # of a URL that httpx does not take, or a host that has no name

Progress = Callable[[int, int], None]
OpenFile = Callable[[FilePart], BinaryIO]
Awaiting = Callable[[float], None]


class Client:
    """The edit endpoint. Each request has a connection of its own: a reused one may be dead, and not show it."""

    def __init__(self, base_url: str, api_key: str, ca_bundle: str | None = None, *, debug: bool = False) -> None:
        """Take what a Connection holds. Raises WireError for certificates or proxies that cannot be used."""
        parts = urlsplit(base_url)
        loopback = is_loopback(parts.hostname or "")
        if debug:
            from reconciler.wire.logs import enable

            enable(api_key)
        try:
            if not loopback:
                _check_proxies(getproxies())
            self._client = httpx.Client(
                verify=_certificates(ca_bundle, tls=parts.scheme == "https", trust_env=not loopback),
                trust_env=not loopback,  # proxies of the environment, never for this machine itself
                follow_redirects=False,
                limits=httpx.Limits(max_keepalive_connections=0),
                timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
                headers={
                    "X-API-KEY": api_key,
                    "accept": "application/json",
                    "accept-encoding": "identity",
                    "user-agent": f"reconciler/{__version__}",
                },
            )
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            # the error's own text may hold the proxy's password
            why = f": {error}" if isinstance(error, ImportError) else ""
            raise WireError.at(
                "", f"the proxy of the environment cannot be used{why}", "correct HTTPS_PROXY, ALL_PROXY or NO_PROXY"
            ) from error
        self._url = f"{base_url}/users/me/edit"
        self._key = api_key

    def __enter__(self) -> Self:
        """Give the client itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._client.close()

    def send(
        self,
        request: Request,
        idempotency_key: str,
        open_file: OpenFile,
        progress: Progress | None = None,
        awaiting: Awaiting | None = None,
    ) -> Outcome:
        """Send one request and say what became of it; `progress` is told the bytes of files sent, and their sum.

        `awaiting` is told once all is sent, with the seconds in which the answer should be here, however slowly a
        server gives it; it may see to it by raising. Raises what `open_file` raises, before anything was sent.
        """
        with ExitStack() as stack:
            counter = _Counter(sum(part.size for part in request.parts if isinstance(part, FilePart)), progress)
            files = [(part.name, _field(part, open_file, counter, stack)) for part in request.parts]
            has_entry_id = any(one.name in _ENTRY_IDS for one in request.parts)
            return self._sent(files, idempotency_key, awaiting, has_entry_id=has_entry_id)

    def _sent(
        self,
        files: "list[tuple[str, _Field]]",
        idempotency_key: str,
        awaiting: Awaiting | None,
        *,
        has_entry_id: bool,
    ) -> Outcome:
        begun: list[str] = []

        def trace(event: str, about: Mapping[str, Any]) -> None:
            own = getattr(about.get("request"), "method", b"") == b"PATCH"  # a proxy is sent a CONNECT before
            if event == _BEGUN and own:
                begun.append(event)
            if event == _ALL_SENT and own and awaiting is not None:
                awaiting(ANSWER_SECONDS * _SLACK)

        headers = {
            "Idempotency-Key": idempotency_key,
            # a boundary that follows from the key: what is sent under one key is the same to the last byte
            "content-type": f"multipart/form-data; boundary={idempotency_key.replace('-', '')}",
        }
        try:
            with self._client.stream(
                "PATCH", self._url, files=files, headers=headers, extensions={"trace": trace}
            ) as response:
                body = _bounded(response)
        except _NOTHING_SENT as error:
            return Outcome(
                Verdict.NOT_EXECUTED,
                title=f"the API cannot be reached: {_said(error, self._key)}",
                remedy="check the network, the base URL and the proxy",
                resend=True,
            )
        except (httpx.HTTPError, *_NO_REQUEST) as error:
            if isinstance(error, _NO_REQUEST) and not begun:
                return Outcome(
                    Verdict.NOT_EXECUTED,
                    title=f"no request can be made: {_said(error, self._key)}",
                    remedy="check the base URL and the proxy",
                )
            return Outcome(
                Verdict.UNKNOWN,
                title=f"the connection was lost: {_said(error, self._key)}",
                remedy="look at LinkedIn, and apply again",
                resend=True,
            )
        return read_answer(
            response.status_code,
            response.headers,
            body,
            has_entry_id=has_entry_id,
            key=self._key,
            now=datetime.now(UTC),
        )


_Field = tuple[None, str] | tuple[str, BinaryIO, str]


class _Counter:
    """Counts what was read of all files of a request."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress, self.done = total, progress, 0

    def add(self, size: int) -> None:
        self.done += size
        if self.progress is not None:
            self.progress(self.done, self.total)


class _Counted:
    """A file as httpx reads it, counted."""

    def __init__(self, file: BinaryIO, counter: _Counter) -> None:
        self._file, self._counter = file, counter

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._counter.add(len(block))
        return block

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def fileno(self) -> int:
        return self._file.fileno()


def _field(part: Part, open_file: OpenFile, counter: _Counter, stack: ExitStack) -> _Field:
    if isinstance(part, FilePart):
        file = stack.enter_context(open_file(part))
        return part.sent_as, _Counted(file, counter), part.content_type  # type: ignore[return-value] # what httpx reads of it
    return None, part.value


def _bounded(response: httpx.Response) -> bytes:
    """Read at most a bounded part of the answer, in bounded time; what came packed is unpacked in bounded space."""
    end = time.monotonic() + ANSWER_SECONDS
    body = b""
    for block in response.iter_raw():
        body += block
        if len(body) >= MAX_BODY:
            break
        if time.monotonic() > end:
            raise httpx.ReadTimeout("the answer did not end")
    if "gzip" in response.headers.get("content-encoding", "").lower():
        return _unpacked(body)
    return body[:MAX_BODY]


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, MAX_BODY)
    except zlib.error:
        return b""  # an answer that cannot be read: its status says what is left to say


def _certificates(ca_bundle: str | None, *, tls: bool, trust_env: bool) -> ssl.SSLContext:
    if not tls:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and spares reading the authorities
    try:
        if ca_bundle is None:
            return httpx.create_ssl_context(trust_env=trust_env)
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:
        raise _unusable(error, ca_bundle) from error


def _unusable(error: OSError, ca_bundle: str | None) -> WireError:
    """Say what of the bundle and the environment TLS cannot use; only the log of its keys gives the name of a file."""
    if error.filename is not None:
        remedy = "correct SSLKEYLOGFILE, or unset it"
        return WireError.at(str(error.filename), f"the log of TLS keys cannot be written: {error.strerror}", remedy)
    if ca_bundle is not None:
        return WireError.at(ca_bundle, f"this CA bundle cannot be used: {error.strerror}", "name a PEM file")
    why = f"the certificate authorities of the environment cannot be used: {error.strerror}"
    return WireError.at("", why, "correct SSL_CERT_FILE or SSL_CERT_DIR, or unset it")


def _check_proxies(proxies: Mapping[str, str]) -> None:
    """Raise ValueError where the host of a proxy cannot be looked up: httpx would find out only when it sends."""
    if "*" in map(str.strip, proxies.get("no", "").split(",")):
        return  # then none is used
    for url in (proxies.get(scheme, "") for scheme in ("http", "https", "all")):
        host = urlsplit(url if "://" in url else f"http://{url}").hostname
        if host and not is_host(host):
            raise ValueError(host)


def _said(error: Exception, key: str) -> str:
    return hide(str(error), key) or type(error).__name__
