"""Documents by URL through a real service: its workers fetch, and may be killed meanwhile."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.running import Service
from support.site import LOOPBACK, Page, site

MakeService = Callable[..., Service]


@pytest.mark.slow
def test_a_worker_that_is_killed_while_it_fetches_costs_nothing(
    make_service: MakeService, tmp_path: Path
) -> None:
    flags = ("--workers", "1", "--url-sources", "yes", "--url-allow", LOOPBACK)
    once = tmp_path / "once"
    faults = {"GRISTMILL_FAULTS": f"document.fetch=kill@1!#{once}"}
    service = make_service(*flags, env=faults).start()
    with site({"/bran": Page(b"There is bran.")}) as there:
        job_id = service.accepted({"type": "url", "url": there.url("/bran")})
        ended = service.ended(job_id)
        assert once.exists(), "a worker was killed"
        assert ended["state"] == "succeeded" and ended["counts"]["succeeded"] == 1
        assert there.paths == ["/bran"]
        again = service.accepted({"type": "url", "url": there.url("/bran")}, collection="other")
        assert service.ended(again)["state"] == "succeeded"
