"""The page of the trash: what is deleted is shown, and comes back."""

from collections.abc import Callable
from typing import Any

from support.running import Service, until

Open = Callable[..., Any]


def test_deleted_documents_are_found_in_the_trash_and_put_back(
    open_page: Open, service: Service, sound: Any
) -> None:
    names = [f"trashed-{number}.txt" for number in range(3)]
    sources = [{"type": "text", "text": f"In the bin: {name}.", "name": name} for name in names]
    asked = {"sources": sources, "collection": "trashed"}
    job = service.http.post("/ingest", json=asked).raise_for_status().json()["job_id"]
    until(lambda: service.http.get(f"/ingest/{job}").json()["state"] == "succeeded", "its end")

    def uris(path: str) -> set[str]:
        # While all of its documents are in the trash, the library knows of no such collection.
        found = service.http.get(path, params={"collection": "trashed"}).json()
        return {item["uri"] for item in found.get("items", [])}

    everything = {"collection": "trashed", "if_documents": "3"}
    service.http.delete("/documents", params=everything).raise_for_status()
    until(lambda: len(uris("/trash")) == 3, "all of them in the trash")

    page = open_page("/ui/trash")
    page.get_by_label("Filter").fill("uri ~ trashed-*")
    page.get_by_role("button", name="Filter", exact=True).click()
    page.get_by_text("stays here for").wait_for()
    page.get_by_role("checkbox", name="Restore trashed-1").check()
    sound(page, "trash")
    page.get_by_role("button", name="Restore 1 document").click()
    page.get_by_text("1 document restored.").wait_for()
    until(lambda: uris("/documents") == {names[1]}, "the one that was ticked")
    until(lambda: uris("/trash") == {names[0], names[2]}, "the others in the trash")

    page.get_by_role("button", name="Restore all that pass the filter").click()
    page.get_by_role("dialog").get_by_role("button", name="Restore 2 documents").click()
    page.get_by_text("2 documents restored.").wait_for()
    until(lambda: uris("/documents") == set(names), "all of them")
