"""Keys from the command line, and clients that send them."""

import json
import stat
from pathlib import Path

import pytest
from support.ingested import with_a_note
from support.running import ask, run, running


def make(data: Path, *args: str) -> str:
    code, out, err = ask("key", "add", *args, data=data)
    assert code == 0, err
    return out.strip()


def test_a_key_is_shown_once_listed_without_it_and_revoked(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for_a_while = ("--scope", "ingest", "--collection", "web", "--expires", "90d")
    token = run("key", "add", "crawler", *for_a_while, data=data)[1].strip()
    assert token.startswith("grist_")
    code, out, _ = run("key", "list", "--json", data=data)
    (item,) = json.loads(out)["items"]
    assert code == 0 and token not in out and "digest" not in item
    assert (item["name"], item["state"], item["scopes"]) == ("crawler", "valid", ["ingest"])
    assert (item["collections"], item["revoked"]) == (["web"], None)
    assert ask("key", "revoke", "crawler", data=data)[0] == 0
    assert "revoked" in ask("key", "list", data=data)[1]
    assert stat.S_IMODE((data / "api-keys.json").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("add", "a b", "--scope", "read"), 2, "no name"),
        (("add", "a"), 2, "--scope"),
        (("add", "a", "--scope", "all"), 2, "'all'"),
        (("add", "a", "--scope", "read", "--expires", "soon"), 2, "no time"),
        (("add", "a", "--scope", "read", "--expires", "2001-01-01"), 2, "passed"),
        (("add", "a", "--scope", "read", "--collection", ""), 2, "collection"),
        (("revoke", "nobody"), 8, "no key 'nobody'"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(
    tmp_path: Path, args: tuple[str, ...], code: int, said: str
) -> None:
    data = tmp_path / "data"
    make(data, "there", "--scope", "read")
    done, out, err = ask("key", *args, data=data)
    assert (done, out) == (code, "") and said in err and "Traceback" not in err


def test_a_service_that_others_can_reach_wants_a_key_first(tmp_path: Path) -> None:
    data = tmp_path / "data"
    code, out, err = run("serve", "--host", "192.0.2.1", "--port", "0", data=data)
    assert (code, out) == (2, "") and "gristmill key add" in err and "--insecure" in err
    assert not data.exists()
    assert run("web", "--host", "192.0.2.1", "--port", "0", data=data)[0] == 2
    # With one, or said aloud, the address itself is what is wrong: it is none of this machine.
    assert run("serve", "--host", "192.0.2.1", "--insecure", data=data)[0] == 7
    make(data, "a", "--scope", "read")
    assert run("serve", "--host", "192.0.2.1", data=data)[0] == 7


@pytest.mark.slow
def test_clients_send_the_key_of_a_file_or_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = with_a_note(tmp_path)
    token = make(data, "reader", "--scope", "read")
    file = tmp_path / "key"
    file.write_text(f"{token}\n")
    with running(data, "--engine", "inline") as service:
        search = ("search", "miller", "--server", str(service.http.base_url))
        code, _, err = ask(*search)
        assert code == 9 and "API key" in err
        code, out, _ = run(*search, "--key-file", str(file))
        assert code == 0 and "miller" in out
        monkeypatch.setenv("GRISTMILL_KEY", token)
        assert ask(*search)[0] == 0
        note = tmp_path / "note.txt"
        code, _, err = ask("ingest", str(note), "--server", str(service.http.base_url))
        assert code != 0 and "ingest" in err and token not in err
        ask("key", "revoke", "reader", data=data)
        assert ask(*search)[0] == 9
    monkeypatch.setenv("GRISTMILL_KEY", "two words")
    code, _, err = ask("jobs", "--server", "127.0.0.1:1")
    assert code == 2 and "GRISTMILL_KEY" in err and "two words" not in err
