"""Mirrors over HTTP."""

from pathlib import Path
from typing import Any

import pytest
from support.http_app import HttpApp, MakeApp


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "allowed" / "handbook"
    made.mkdir(parents=True)
    return made


@pytest.fixture
def service(make_service: MakeApp, folder: Path) -> HttpApp:
    return make_service(allow_roots=[str(folder.parent)])


def add(service: HttpApp, folder: Path, **more: object) -> Any:
    asked = {"name": "handbook", "path": str(folder), "collection": "h", **more}
    return service.http.simulate_post("/mirrors", json=asked)


def test_a_mirror_is_made_shown_run_paused_and_removed(service: HttpApp, folder: Path) -> None:
    made = add(service, folder, every_s=900, exclude=["*.tmp"])
    assert made.status_code == 201 and made.headers["location"] == "/mirrors/handbook"
    assert made.json["delete"] == "keep" and made.json["exclude"] == ["*.tmp"]
    shown = service.http.simulate_get("/mirrors/handbook")
    assert shown.json == made.json
    again = service.http.simulate_get(
        "/mirrors/handbook", headers={"If-None-Match": shown.headers["etag"]}
    )
    assert again.status_code == 304
    run = service.http.simulate_post("/mirrors/handbook/run", json={"confirm_gone": True})
    assert run.status_code == 202
    assert service.http.simulate_post("/mirrors/handbook/pause").json["state"] == "paused"
    refused = service.http.simulate_post("/mirrors/handbook/run", json={})
    assert (refused.status_code, refused.json["code"]) == (400, "invalid_request")
    assert service.http.simulate_post("/mirrors/handbook/resume").json["state"] == "running"
    assert service.http.simulate_delete("/mirrors/handbook").status_code == 204
    gone = service.http.simulate_get("/mirrors/handbook")
    assert (gone.status_code, gone.json["code"]) == (404, "mirror_not_found")


def test_mirrors_are_listed_by_name_page_by_page(service: HttpApp, folder: Path) -> None:
    for name in "bac":
        assert add(service, folder, name=name, collection=name).status_code == 201
    page = service.http.simulate_get("/mirrors?limit=2").json
    assert [each["name"] for each in page["items"]] == ["a", "b"]
    rest = service.http.simulate_get(f"/mirrors?after={page['next']}").json
    assert [each["name"] for each in rest["items"]] == ["c"] and rest["next"] is None


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"path": "/"}, 403, "path_forbidden"),
        ({"path": "/none"}, 403, "path_forbidden"),
        ({"name": "../x"}, 400, "invalid_request"),
        ({"every_s": 0}, 400, "invalid_request"),
        ({"delete": "all"}, 400, "invalid_request"),
        ({"collection": ""}, 400, "invalid_request"),
        ({"colour": "red"}, 400, "invalid_request"),
    ],
)
def test_what_is_wrong_is_refused(
    service: HttpApp, folder: Path, more: dict[str, object], status: int, code: str
) -> None:
    answer = add(service, folder, **more)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert service.http.simulate_get("/mirrors").json["items"] == []


def test_a_file_below_an_allowed_root_is_no_folder(service: HttpApp, folder: Path) -> None:
    (folder / "a.txt").write_text("a")
    answer = add(service, folder / "a.txt")
    assert (answer.status_code, answer.json["code"]) == (403, "path_forbidden")


def test_a_name_and_a_collection_have_one_mirror(service: HttpApp, folder: Path) -> None:
    add(service, folder)
    for more in ({"collection": "other"}, {"name": "other"}):
        answer = add(service, folder, **more)
        assert (answer.status_code, answer.json["code"]) == (409, "mirror_exists")


def test_a_collection_that_is_renamed_takes_its_mirror_along_and_one_that_goes_pauses_it(
    service: HttpApp, folder: Path
) -> None:
    service.http.simulate_put("/collections/h", json={"options": {"pdf": "text"}})
    add(service, folder)
    service.http.simulate_put("/collections/h", json={"name": "new"})
    assert service.http.simulate_get("/mirrors/handbook").json["collection"] == "new"
    service.http.simulate_delete("/collections/new")
    assert service.http.simulate_get("/mirrors/handbook").json["state"] == "paused"
