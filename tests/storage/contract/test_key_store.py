"""Idempotency records, and the locks that guard them."""

import random
import threading
from collections.abc import Callable

import pytest
from support.patience import WAIT_S
from support.store_sets import JobStores

from gristmill.schemas.jobs.request import key_digest
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.records.keys import KeyRecord, Keys

ONE, OTHER = "ab" * 32, "cd" * 32
RECORD = KeyRecord("job one", "request")


def test_a_record_is_read_until_it_is_removed(keys: Keys) -> None:
    with keys.hold([ONE]):
        assert keys.read(ONE) is None
        keys.write(ONE, KeyRecord("an older and longer job", "request"))
        keys.write(ONE, RECORD)
        assert keys.read(ONE) == RECORD
        keys.remove(ONE)
        keys.remove(ONE)
        assert keys.read(ONE) is None


def test_records_that_are_written_together_are_read_and_removed_one_by_one(
    keys: Keys, open_stores: Callable[[], JobStores]
) -> None:
    records = [(key_digest(str(n), ""), KeyRecord(f"job {n}", f"request {n}")) for n in range(20)]
    with keys.hold(digest for digest, _ in records):
        keys.write_all(records)
    others = open_stores().keys
    with others.hold(digest for digest, _ in records):
        assert [(digest, others.read(digest)) for digest, _ in records] == records
        others.remove(records[0][0], records[7][0])
        left = [record for digest, _ in records if (record := others.read(digest))]
    assert left == [record for _, record in (*records[1:7], *records[8:])]


def test_threads_exclude_each_other_per_key(
    keys: Keys, open_stores: Callable[[], JobStores]
) -> None:
    others = open_stores().keys
    with keys.hold([ONE]):
        with pytest.raises(StorageFailed), others.hold([ONE], timeout_s=0):
            pass
        with others.hold([OTHER], timeout_s=0):
            pass

    def count() -> None:
        mine = open_stores().keys
        for _ in range(25):
            with mine.hold([ONE], timeout_s=WAIT_S):
                number = int(record.job_id) if (record := mine.read(ONE)) else 0
                mine.write(ONE, KeyRecord(str(number + 1), "request"))

    threads = [threading.Thread(target=count, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    with keys.hold([ONE]):
        assert keys.read(ONE) == KeyRecord("100", "request")


def test_holders_of_many_keys_in_any_order_never_deadlock(
    open_stores: Callable[[], JobStores],
) -> None:
    digests = [key_digest(str(number), "") for number in range(40)]
    done: list[int] = []

    def take(seed: int) -> None:
        keys, shuffle = open_stores().keys, random.Random(seed)
        for _ in range(8):
            with keys.hold(shuffle.sample(digests, 15), timeout_s=WAIT_S):
                done.append(seed)

    threads = [threading.Thread(target=take, args=(seed,), daemon=True) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(25)
    assert len(done) == 48


def test_keys_that_are_alike_and_a_key_named_twice_can_be_held_together(keys: Keys) -> None:
    neighbour = ONE[:2] + "0" * 62
    with keys.hold([ONE, neighbour, ONE], timeout_s=0):
        pass
    with keys.hold([]):
        pass


def test_holding_fails_as_a_whole_and_lets_go_of_what_it_got(keys: Keys) -> None:
    with (
        keys.hold([OTHER]),
        pytest.raises(StorageFailed),
        keys.hold([ONE, OTHER], timeout_s=0),
    ):
        pass
    with keys.hold([ONE, OTHER], timeout_s=0):
        pass


def test_an_error_of_its_holder_lets_go_of_a_key(keys: Keys) -> None:
    with pytest.raises(ZeroDivisionError), keys.hold([ONE]):
        raise ZeroDivisionError
    with keys.hold([ONE], timeout_s=0):
        pass
