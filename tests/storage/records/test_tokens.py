"""API keys on disk."""

import stat
import threading
from pathlib import Path

import pytest
from support.job_samples import NOON

from gristmill.schemas.access import TOKEN_PREFIX, ApiKey
from gristmill.schemas.problems.access_errors import KeyExists, KeyNotFound
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.records.tokens import Tokens, digest_of
from gristmill.storage.stores import Stores


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    return Stores.open(tmp_path / "data")


@pytest.fixture
def tokens(stores: Stores) -> Tokens:
    return stores.tokens


def key(name: str) -> ApiKey:
    return ApiKey(name, "", ("read",), NOON)


def test_a_token_is_known_by_its_front_and_only_its_hash_is_kept(
    tokens: Tokens, stores: Stores
) -> None:
    token = tokens.add(key("a"))
    assert token.startswith(TOKEN_PREFIX) and len(token) > 40
    (kept,) = tokens.all()
    assert kept.digest == digest_of(token)
    for path in stores.folder.root.rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes()


def test_nobody_but_the_owner_may_read_the_file_whatever_the_umask(
    tokens: Tokens, stores: Stores
) -> None:
    tokens.add(key("a"))
    tokens.revoke("a")
    assert stat.S_IMODE(stores.folder.api_keys.stat().st_mode) == 0o600


def test_every_change_is_seen_by_the_identity_of_the_file(tokens: Tokens) -> None:
    seen = [tokens.seen()]
    tokens.add(key("a"))
    seen.append(tokens.seen())
    tokens.add(key("b"))
    seen.append(tokens.seen())
    tokens.revoke("a")
    seen.append(tokens.seen())
    assert seen[0] is None and len(set(seen)) == 4


def test_a_name_is_used_once_even_after_the_key_was_revoked(tokens: Tokens) -> None:
    tokens.add(key("a"))
    tokens.revoke("a")
    with pytest.raises(KeyExists, match="'a'"):
        tokens.add(key("a"))


def test_a_key_is_revoked_once_and_stays_in_the_file(tokens: Tokens) -> None:
    tokens.add(key("a"))
    first = tokens.revoke("a")
    assert first.revoked_at is not None and tokens.revoke("a") == first
    assert tokens.all() == (first,)
    with pytest.raises(KeyNotFound, match="'b'"):
        tokens.revoke("b")


def test_a_file_that_is_none_lets_nobody_in(tokens: Tokens, stores: Stores) -> None:
    stores.folder.api_keys.write_text('{"keys": 3}')
    with pytest.raises(StorageFailed, match="API keys"):
        tokens.all()


def test_keys_that_are_made_at_once_are_all_kept(tokens: Tokens) -> None:
    threads = [threading.Thread(target=tokens.add, args=(key(f"k{n}"),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {each.name for each in tokens.all()} == {f"k{n}" for n in range(8)}
