"""What is in deploy/ says nothing that our program, or the files beside it, do not know. It is
looked at, not run: there need be no container runtime here."""

import re
import shlex
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gristmill.cli.app import gristmill
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.version import VERSION

yaml: Any = pytest.importorskip("yaml")
DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
IMAGE, POSTGRES = f"gristmill:{VERSION}", "docker.io/library/postgres:15"
VARIABLES = {f"GRISTMILL_{field.name.upper()}" for field in msgspec.structs.fields(Settings)}
DASK = {"--protocol", "--port", "--no-dashboard", "--tls-ca-file", "--tls-cert", "--tls-key"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


@pytest.fixture(scope="module")
def manifests() -> list[dict[str, Any]]:
    return [each for path in MANIFESTS for each in yaml.safe_load_all(path.read_text())]


def _flags(command: str) -> set[str]:
    """The flags that a command of ours takes. Raises KeyError where there is no such command."""
    found = gristmill.get_command(None, command)  # type: ignore[arg-type]
    if found is None:
        raise KeyError(command)
    return {
        name for parameter in found.params for name in (*parameter.opts, *parameter.secondary_opts)
    }


def _check(words: list[str]) -> int:
    """Every command of ours in a line of words has only flags that it takes; how many there
    were."""
    starts = [n for n, word in enumerate(words) if word == "gristmill" and words[n + 1 : n + 2]]
    for start in starts:
        name, *rest = words[start + 1 :]
        flags = {word.partition("=")[0] for word in rest if word.startswith("--")}
        # `gristmill key add NAME --scope ...` has a command below it.
        known = _flags(name) if name != "key" else {"--scope", "--data"}
        assert flags <= known, f"{name}: {sorted(flags - known)}"
    return len(starts)


def _said(service: dict[str, Any]) -> list[list[str]]:
    """The commands of a container, each as words."""
    words = [*(service.get("entrypoint") or service.get("command") or [])]
    more = service.get("args") if "args" in service else service.get("command")
    words += more or []
    if words[:2] == ["sh", "-ec"]:
        script = words[2].replace("\\\n", " ")
        return [shlex.split(line) for line in re.split(r"\n|;|\|\||&&", script) if line.strip()]
    return [words]


def test_services_run_our_commands_with_flags_and_variables_that_exist(
    compose: dict[str, Any],
) -> None:
    services = compose["services"]
    assert set(services) == {"scheduler", "gristmill", "node", "library", "objects"}
    assert sum(_check(words) for each in services.values() for words in _said(each)) == 3
    for name in ("scheduler", "gristmill", "node"):
        service = services[name]
        assert service["image"] == IMAGE and service["restart"] == "always"
        ours = {each for each in service["environment"] if each.startswith("GRISTMILL_")}
        assert ours <= VARIABLES, ours - VARIABLES
        assert set(service["secrets"]) <= set(compose["secrets"])
    (scheduler,) = _said(services["scheduler"])
    assert {word.partition("=")[0] for word in scheduler[2:]} <= DASK


def test_what_services_name_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for service in services.values():
        for volume in service.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"]
        assert set(service.get("depends_on", ())) <= set(services)
        build = service.get("build")
        if build is not None:
            assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    # Whatever nodes need of the service is in PostgreSQL and S3.
    assert "volumes" not in services["node"]
    script = " ".join(services["gristmill"]["command"])
    for flag, host in (("--library postgresql://gristmill@", "library"), ("--spool s3://", "")):
        assert f"{flag}{host}" in script
    # Nobody but this machine gets to the service, and nobody at all to the rest.
    published = {n: s["ports"] for n, s in services.items() if "ports" in s}
    assert published == {"gristmill": ["127.0.0.1:8000:8000"]}
    keys = services["gristmill"]["environment"], services["objects"]["environment"]
    assert keys[0]["PGPASSWORD"] == services["library"]["environment"]["POSTGRES_PASSWORD"]
    assert keys[0]["AWS_SECRET_ACCESS_KEY"] == keys[1]["ROOT_SECRET_KEY"]


def _pods(manifests: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in manifests:
        if each["kind"] in ("Deployment", "StatefulSet"):
            yield each["metadata"]["name"], each["spec"]["template"]["spec"]


def _named(manifests: list[dict[str, Any]], kind: str) -> dict[str, dict[str, Any]]:
    return {each["metadata"]["name"]: each for each in manifests if each["kind"] == kind}


def test_manifests_have_what_their_kinds_need(manifests: list[dict[str, Any]]) -> None:
    versions = {"Deployment": "apps/v1", "StatefulSet": "apps/v1"}
    versions["NetworkPolicy"] = "networking.k8s.io/v1"
    names = set()
    for each in manifests:
        assert each["apiVersion"] == versions.get(each["kind"], "v1"), each["kind"]
        assert each["metadata"]["namespace"] == "gristmill"
        name = (each["kind"], each["metadata"]["name"])
        assert name not in names and re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", name[1])
        names.add(name)
    stateful = _named(manifests, "StatefulSet")
    assert {each["spec"]["serviceName"] for each in stateful.values()} == {"postgres"}
    for each in (*_named(manifests, "Deployment").values(), *stateful.values()):
        labels = each["spec"]["template"]["metadata"]["labels"]
        assert each["spec"]["selector"]["matchLabels"] == labels
    assert set(_named(manifests, "Deployment")) == {"scheduler", "gristmill", "node"}
    assert _named(manifests, "Deployment")["gristmill"]["spec"]["replicas"] == 1


@pytest.mark.cluster
def test_manifests_are_valid_by_the_schemas_of_kubernetes(
    manifests: list[dict[str, Any]],
) -> None:
    schemas: Any = pytest.importorskip("kubernetes_validate")
    for each in manifests:
        schemas.validate(each, schemas.latest_version(), strict=True)
    wrong = {**manifests[0], "spec": {"replicas": 1}}
    with pytest.raises(schemas.ValidationError):
        schemas.validate(wrong, schemas.latest_version(), strict=True)


def test_pods_run_our_commands_and_mount_what_is_there(manifests: list[dict[str, Any]]) -> None:
    commands = 0
    made = {
        name: {claim["metadata"]["name"] for claim in each["spec"]["volumeClaimTemplates"]}
        for name, each in _named(manifests, "StatefulSet").items()
    }
    for name, pod in _pods(manifests):
        volumes = {each["name"] for each in pod.get("volumes", ())} | made.get(name, set())
        claims = {
            c["persistentVolumeClaim"]["claimName"]
            for c in pod.get("volumes", ())
            if "persistentVolumeClaim" in c
        }
        # Whatever nodes need of the service is in PostgreSQL and S3.
        assert claims == ({"data"} if name == "gristmill" else set())
        assert claims <= set(_named(manifests, "PersistentVolumeClaim"))
        assert pod["securityContext"]["runAsNonRoot"]
        for container in (*pod.get("initContainers", ()), *pod["containers"]):
            assert container["image"] == (POSTGRES if name == "postgres" else IMAGE)
            assert {mount["name"] for mount in container["volumeMounts"]} <= volumes
            commands += sum(map(_check, _said(container)))
            given = {each["name"] for each in container.get("env", ())}
            used = set(re.findall(r"\$\((\w+)\)", " ".join(container.get("args", ()))))
            assert used <= given
    assert commands == 3
    settings = _named(manifests, "ConfigMap")["gristmill"]["data"]
    assert {name for name in settings if name.startswith("GRISTMILL_")} <= VARIABLES


def test_what_is_asked_for_by_name_has_a_service_and_a_port(
    manifests: list[dict[str, Any]],
) -> None:
    ports = {
        name: {p["name"]: p["containerPort"] for c in pod["containers"] for p in c.get("ports", ())}
        for name, pod in _pods(manifests)
    }
    for name, service in _named(manifests, "Service").items():
        app = service["spec"]["selector"]["app"]
        for port in service["spec"]["ports"]:
            assert ports[app][port["targetPort"]] == port["port"], name
    (service,) = [pod for name, pod in _pods(manifests) if name == "gristmill"]
    (library,) = [a for a in service["containers"][0]["args"] if a.startswith("--library=")]
    host = library.partition("@")[2].partition("/")[0]
    assert host in _named(manifests, "Service") and "postgres" in ports[host]
    place = _named(manifests, "ConfigMap")["gristmill"]["data"]["GRISTMILL_SCHEDULER"]
    host, _, port = place.removeprefix("tls://").partition(":")
    assert ports[host]["scheduler"] == int(port)
    for name, pod in _pods(manifests):
        for container in pod["containers"]:
            for probe in ("livenessProbe", "readinessProbe"):
                asked = container.get(probe, {})
                look = asked.get("httpGet") or asked.get("tcpSocket")
                assert look is None or look["port"] in ports[name]


@pytest.mark.slow
def test_the_certificates_that_the_script_makes_are_of_one_authority(tmp_path: Path) -> None:
    script = ["sh", str(DEPLOY / "make-certificates.sh"), str(tmp_path / "made")]
    try:
        subprocess.run(["openssl", "version"], check=True, capture_output=True)
    except OSError:
        pytest.skip("there is no openssl here")
    subprocess.run(script, check=True, capture_output=True, timeout=60)
    made = tmp_path / "made"
    context = ssl.create_default_context(cafile=str(made / "ca.pem"))
    context.load_cert_chain(made / "tls.pem", made / "tls.key")
    verified = ["openssl", "verify", "-CAfile", str(made / "ca.pem"), str(made / "tls.pem")]
    assert subprocess.run(verified, check=True, capture_output=True, timeout=20).returncode == 0
    assert (made / "tls.key").stat().st_mode & 0o077 == 0
