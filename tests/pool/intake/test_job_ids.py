"""Ids of jobs that are accepted one after the other share a tag, and no two are the same."""

import multiprocessing
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.patience import WAIT_S

from gristmill.pool.intake.job_ids import JOBS_A_TAG, new_job_id
from gristmill.schemas.ids import batch_of, is_job_id


def test_ids_from_many_threads_differ_and_few_tags_name_their_batches() -> None:
    with ThreadPoolExecutor(4) as threads:
        ids = list(threads.map(lambda _: new_job_id(), range(2 * JOBS_A_TAG)))
    assert len(set(ids)) == len(ids) and all(map(is_job_id, ids))
    assert len(set(map(batch_of, ids))) <= 3


def test_ids_of_one_thread_sort_by_the_time_of_their_making() -> None:
    ids = [new_job_id() for _ in range(50)]
    assert [i[:18] for i in ids] == sorted(i[:18] for i in ids)


@pytest.mark.skipif(sys.platform == "win32", reason="no fork")
def test_a_forked_child_has_a_tag_of_its_own() -> None:
    new_job_id()
    with multiprocessing.get_context("fork").Pool(1) as pool:
        theirs = pool.apply_async(new_job_id).get(timeout=WAIT_S)
    assert batch_of(theirs) != batch_of(new_job_id())
