"""Owns one HTTP exchange: the fence around httpx. A request goes out; an answer, or why there is none, comes back.

Where click, rich and Pygments are installed, `import httpx` loads its command line with them, which takes as long as
the rest of it; httpx does without where that import fails, and None in `sys.modules` is Python's way to say so.
"""

import re
import socket
import ssl
import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from typing import Any, BinaryIO, Self
from urllib.parse import urlsplit
from urllib.request import getproxies

from msgspec import Struct

from reconciler import __version__
from reconciler.problem import WireError
from reconciler.wire.hosts import is_host, is_loopback
from reconciler.wire.outcomes import AbandonedError, Answer
from reconciler.wire.redact import hide, hide_identifiers

_COMMAND_LINE = "httpx._main"
_unwanted = _COMMAND_LINE not in sys.modules
if _unwanted:
    sys.modules[_COMMAND_LINE] = None  # type: ignore[assignment] # documented: importing it fails now

import httpx  # noqa: E402 - after that

if _unwanted:
    del sys.modules[_COMMAND_LINE]

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 120.0
_SLACK = 1.05  # times that: a silent server runs into the timeout of one read first
_BEGUN = "http11.send_request_headers.started"  # httpcore's names for what comes next
_ALL_SENT = "http11.receive_response_headers.started"
_OPENED = {"connection.connect_tcp.complete", "connection.start_tls.complete"}  # each gives a stream of its own
_UNSENDABLE = (httpx.InvalidURL, UnicodeError)  # of a URL that httpx does not take, or a host that has no name
_CHUNK = 16 * 1024
# What a server says to our side of the handshake, in TLS 1.3 only after we have begun to send (RFC 8446, 6.2).
_HANDSHAKE = re.compile(r"ALERT_(?:\w*CERTIFICATE\w*|UNKNOWN_CA|HANDSHAKE_FAILURE|ACCESS_DENIED|DECRYPT_ERROR)$")
# Numbers and places of system libraries in what they say, of no use to a reader.
_NUMBERS = re.compile(r"^\[Errno -?\d+\] |^\[\w+: \w+\] | \(_ssl\.c:\d+\)$")

Limit = Callable[[float | None], None]
Opened = Callable[[Callable[[], None]], None]
FormField = tuple[None, str] | tuple[str, BinaryIO, str]  # a text, or a file with its name and content type


class Failure(Struct, frozen=True):
    """Why there is no answer.

    `sent` tells whether any of the request may have been read by the API; `resend`, whether another try may go better.
    """

    reason: str
    sent: bool
    resend: bool = True
    abandoned: bool = False


class Transport:
    """Connections to one API. Each request has a connection of its own: a reused one may be dead, and not show it."""

    def __init__(self, base_url: str, api_key: str, ca_bundle: str | None = None, *, debug: bool = False) -> None:
        """Take what a Connection holds. Raises WireError for certificates or proxies that cannot be used.

        `identifiers` tell who a person is: what is put there appears in no log and no reason.
        """
        self.identifiers: list[str] = []
        parts = urlsplit(base_url)
        loopback = is_loopback(parts.hostname or "")
        if debug:
            from reconciler.wire.logs import enable

            enable(api_key, self.identifiers)
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
        self._base_url = base_url
        self._key = api_key

    def __enter__(self) -> Self:
        """Return the transport itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._client.close()

    def exchange(  # noqa: PLR0913 - what a request consists of
        self,
        method: str,
        path: str,
        *,
        most: int,
        headers: Mapping[str, str],
        query: Sequence[tuple[str, str]] = (),
        files: Sequence[tuple[str, FormField]] | None = None,
        limit: Limit | None = None,
        opened: Opened | None = None,
    ) -> Answer | Failure:
        """Send one request and return its answer, with at most `most` bytes of the body.

        `limit` is told the seconds that what comes next may take, however slowly a server goes about it: to connect,
        and to answer. Between the two it is told None: sending takes as long as it takes. It may see to that by
        raising AbandonedError. `opened` is told what cuts the connection, which another thread may call.
        """
        sent = False

        def trace(event: str, about: Mapping[str, Any]) -> None:
            nonlocal sent
            own = getattr(about.get("request"), "method", b"") == method.encode()  # a proxy is sent a CONNECT before
            if own and event == _BEGUN:
                sent = True
                _tell_limit(limit, None)
            if own and event == _ALL_SENT:
                _tell_limit(limit, ANSWER_SECONDS * _SLACK)
            if opened is not None and event in _OPENED:
                opened(partial(_cut, about["return_value"].get_extra_info("socket")))

        try:
            _tell_limit(limit, ANSWER_SECONDS * _SLACK)
            request = self._client.build_request(
                method,
                self._base_url + path,
                params=list(query) or None,
                files=files,
                headers=dict(headers),
                extensions={"trace": trace},
            )
            if not any(field[0] for _, field in files or ()):
                request.read()  # texts go out at once: each in a packet of its own would take half as long again
            with closing(self._client.send(request, stream=True)) as response:
                return Answer(response.status_code, response.headers, _bounded(response, most))
        except AbandonedError as error:
            return Failure(str(error), sent, abandoned=True)
        except _UNSENDABLE as error:
            return Failure(self._reason(error), sent, resend=sent)
        except httpx.HTTPError as error:
            return self._failure(error, limit, sent=sent)

    def _failure(self, error: httpx.HTTPError, limit: Limit | None, *, sent: bool) -> Failure:
        """Return why there is no answer: the connection was lost, or another thread cut it, which the limit tells."""
        try:
            _tell_limit(limit, None)
        except AbandonedError as abandoned:
            return Failure(str(abandoned), sent, abandoned=True)
        return Failure(self._reason(error), sent and not _is_refused_handshake(error))

    def _reason(self, error: Exception) -> str:
        said = _NUMBERS.sub("", str(error))
        return hide_identifiers(hide(said, self._key), self.identifiers) or type(error).__name__


def is_sendable(url: str) -> bool:
    """Tell whether a request to a URL can be made at all: httpx refuses some that can be taken apart."""
    try:
        return is_host(httpx.URL(url).raw_host.decode("ascii"))
    except httpx.InvalidURL:
        return False


def _cut(connection: socket.socket) -> None:
    """End a connection that another thread may be reading from: it is as if the server had ended it."""
    with suppress(OSError):  # it is closed already
        socket.socket.shutdown(connection, socket.SHUT_RDWR)  # below TLS, whose own would touch what the other reads


def _tell_limit(limit: Limit | None, seconds: float | None) -> None:
    if limit is not None:
        limit(seconds)


def _is_refused_handshake(error: BaseException) -> bool:
    """Tell whether the server ended the TLS handshake: then it has read nothing of what was sent after it."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLError):
        cause = cause.__cause__ or cause.__context__
    return cause is not None and _HANDSHAKE.search(str(cause.reason)) is not None


def _bounded(response: httpx.Response, most: int) -> bytes:
    """Read at most `most` bytes of an answer, in bounded time; what came packed is unpacked in bounded space."""
    end = time.monotonic() + ANSWER_SECONDS
    body = bytearray()
    for block in response.iter_raw():
        body += block
        if len(body) >= most:
            break
        if time.monotonic() > end:
            raise httpx.ReadTimeout("the answer did not end")
    packed = "gzip" in response.headers.get("content-encoding", "").lower()
    return _unpacked(bytes(body), most) if packed else bytes(body[:most])


def _unpacked(body: bytes, most: int) -> bytes:
    """Unpack the members of a gzip body, as far as it can be read: where it cannot, the status says what is left."""
    found, place, member = bytearray(), 0, _gzip_member()
    while place < len(body) and len(found) < most:
        chunk = body[place : place + _CHUNK]
        try:
            found += member.decompress(chunk, most - len(found))
        except zlib.error:
            break
        place += len(chunk) - len(member.unused_data)
        if member.eof:
            member = _gzip_member()
    return bytes(found)


def _gzip_member() -> "zlib._Decompress":
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _certificates(ca_bundle: str | None, *, tls: bool, trust_env: bool) -> ssl.SSLContext:
    if not tls:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # trusts nobody, and spares reading the authorities
    try:
        if ca_bundle is None:
            return httpx.create_ssl_context(trust_env=trust_env)
        return ssl.create_default_context(cafile=ca_bundle)
    except OSError as error:
        raise _unusable_trust(error, ca_bundle) from error


def _unusable_trust(error: OSError, ca_bundle: str | None) -> WireError:
    """Return what of the bundle and the environment TLS cannot use; an error about the log of keys names its file."""
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
