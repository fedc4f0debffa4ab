"""SHA-256 is the same, whoever works it out."""

import hashlib

import pytest

from reconciler import digests
from reconciler.digests import sha256, sha256_of_size


@pytest.mark.parametrize("size", [0, 1, 64, 1 << 20, (1 << 20) + 1])
def test_it_is_sha_256_for_every_size(size: int) -> None:
    content = b"x" * size
    by_pieces = sha256_of_size(size)
    by_pieces.update(content[: size // 2])
    by_pieces.update(content[size // 2 :])
    told = hashlib.sha256(content)
    assert sha256(content).hexdigest() == by_pieces.hexdigest() == told.hexdigest()
    assert sha256(content).digest() == told.digest()


def test_where_python_has_none_of_its_own_openssl_s_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(digests, "import_module", missing)
    assert sha256(b"x").hexdigest() == hashlib.sha256(b"x").hexdigest()
