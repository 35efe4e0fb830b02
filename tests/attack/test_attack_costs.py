"""Cheap requests that cost much: memory, threads and time of the web process, and of workers."""

import io
import threading
import zipfile
import zlib
from collections.abc import Iterator

import httpx
import pytest
from support.attacking import Others, line_to, request, unharmed, web_process
from support.patience import patient
from support.running import Service, running, text, until

MIB = 1024 * 1024
WEB_BYTES = 400 * MIB
BODIES, SEARCHES = 6, 14


def wide(megabytes: int) -> bytes:
    """JSON with a character that makes its text four times as wide."""
    texts = (
        b'{"type":"text","text":"\xf0\x9f\x92\xa9%s"}' % (b"x" * MIB * megabytes) for _ in range(4)
    )
    return b'{"sources":[' + b",".join(texts) + b"]}"


@pytest.mark.parametrize("megabytes", [3, 10, 28], ids=lambda each: f"{4 * each} MiB")
def test_wide_bodies_at_once_take_a_bounded_memory(service: Service, megabytes: int) -> None:
    web, body = web_process(service), wide(megabytes)
    found: list[int] = []

    def send() -> None:
        fields = {"Content-Type": "application/json"}
        answer = httpx.post(
            f"{service.http.base_url}/ingest", content=body, headers=fields, timeout=patient(60)
        )
        found.append(answer.status_code)

    senders = [threading.Thread(target=send) for _ in range(BODIES)]
    most = 0
    with unharmed(service, 60.0), Others(service):
        for sender in senders:
            sender.start()
        while any(sender.is_alive() for sender in senders):
            most = max(most, web.memory_info().rss)
            senders[0].join(0.01)
            senders[-1].join(0.01)
    assert len(found) == BODIES and set(found) <= {202, 409, 413, 503}
    assert most < WEB_BYTES, most // MIB


@pytest.mark.parametrize(
    "body",
    [b"--b9\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n" + b"\r\n--b" * 9_000_000,
     b"\r\n" * 20_000_000],
    ids=["nearly a boundary", "no boundary"],
)  # fmt: skip
def test_forms_that_are_hard_to_read_are_read_in_flat_memory(service: Service, body: bytes) -> None:
    kind = "Content-Type: multipart/form-data; boundary=b9"
    web = web_process(service)
    with unharmed(service, 40.0), Others(service) as felt:
        with line_to(service, request("POST /ingest HTTP/1.1", kind, body=body)) as line:
            assert b" 400 " in line.recv(100)
        until(lambda: len(felt.probes) > 5, "the looks of others")
    assert max(felt.probes) < patient(5.0), felt.describe()
    assert web.memory_info().rss < WEB_BYTES


def test_a_library_of_many_words_is_searched_within_its_time(service: Service) -> None:
    letters = "abcdefghijklmnopqrst"
    words = [a + b + c for a in letters for b in letters for c in letters]
    lines = (" ".join(words[at : at + 200]) for at in range(0, len(words), 200))
    body = "\n\n".join(lines).encode()
    for number in range(12):
        answer = service.http.post(
            f"/ingest?name=w{number}.txt",
            content=b"%d " % number + body,
            headers={"Content-Type": "text/plain"},
        )
        assert service.ended(answer.json()["job_id"])["state"] == "succeeded"
    dear = "+".join(f"{letter}*" for letter in "abcdefgh")
    with unharmed(service, 90.0), Others(service) as felt:
        lines_to = [
            line_to(
                service,
                f"GET /search?q={dear}&limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n".encode(),
            )
            for _ in range(SEARCHES)
        ]
        for line in lines_to:
            with line:
                assert line.recv(12)[9:12] in (b"200", b"503")
    assert max(felt.probes) < patient(1.0), felt.describe()


# -- workers ----------------------------------------------------------------------------------


def endless_pdf() -> bytes:
    """A PDF of less than a kilobyte whose form draws itself ten times."""

    def stream(head: bytes, data: bytes) -> bytes:
        packed = zlib.compress(data)
        head += b"/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
        return b"<<" + head + packed + b"\nendstream"

    form = b"/Resources<</XObject<</X 5 0 R>>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]" + form + b"/Contents 4 0 R>>",
        stream(b"", b"/X Do"),
        stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + form, b"/X Do " * 10),
    ]
    out, offsets = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    tail = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + tail


def packed(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    flags = ("--workers", "2", "--timeout-s", "4", "--max-documents", "500")
    with running(tmp_path_factory.mktemp("strict") / "data", *flags) as service:
        yield service


def uploaded(service: Service, content: bytes) -> str:
    answer = service.http.post(
        "/ingest?name=bomb.zip", content=content, headers={"Content-Type": "application/zip"}
    )
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["job_id"]
    return job_id


def test_copies_of_what_takes_for_ever_cost_one_time_and_others_pass(strict: Service) -> None:
    copies = 12
    bomb = uploaded(strict, packed(*((f"{n}.pdf", endless_pdf()) for n in range(copies))))
    for number in range(4):
        job = strict.ended(strict.accepted(text(f"innocent {number}", f"{number}.txt")))
        assert job["state"] == "succeeded"
    # Each on its own would take a third of this and more, tried twice.
    job = strict.ended(bomb, timeout_s=patient(60.0))
    assert job["counts"]["failed"] == copies


def test_an_archive_in_an_archive_in_an_archive_makes_a_bounded_number_of_rows(
    strict: Service,
) -> None:
    content = packed(*((f"{n}.txt", b"grain") for n in range(100)))
    for depth in range(3):
        content = packed(*((f"{depth}-{n}.zip", content) for n in range(100)))
    job = strict.ended(uploaded(strict, content), timeout_s=patient(60.0))
    assert sum(job["counts"].values()) <= 5 * 501, job["counts"]
    assert strict.ended(strict.accepted(text("an innocent")))["state"] == "succeeded"


def test_a_bomb_of_zeros_takes_no_memory_and_no_room(strict: Service) -> None:
    content = packed(*((f"{n}.txt", bytes(64 * MIB)) for n in range(8)))
    job = strict.ended(uploaded(strict, packed(("in.zip", content))), timeout_s=patient(60.0))
    assert job["state"] in ("failed", "partial", "succeeded")
    size = sum(each.stat().st_size for each in strict.data.rglob("*") if each.is_file())
    assert size < 256 * MIB
