"""The files of deploy/ against the project: what they name exists. Nothing here needs Docker, systemd or Helm, and nothing is built."""

import ast
import importlib
import importlib.metadata
import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import click
import pytest
import yaml
from dagster._cli import create_dagster_cli
from dagster._daemon.cli import create_dagster_daemon_cli
from dagster_webserver.cli import create_dagster_webserver_cli

from hubsync_assets.emulator import EmulatorControl
from hubsync_assets_tests.deploy.deploy_files import COMPOSE, DEPLOY, ROOT, compose, program_of, unit, units, values

DOCKERFILE = DEPLOY / "Dockerfile"
PROGRAMS: dict[str, Any] = {
    "dagster": create_dagster_cli,
    "dagster-daemon": create_dagster_daemon_cli,
    "dagster-webserver": create_dagster_webserver_cli,
}
OTHERS = {"dagster", "dagster-daemon", "dagster-webserver", "python"}
OF_DAGSTER = {"DAGSTER_HOME", "DAGSTER_PG_URL", "DAGSTER_DAEMON_HEARTBEAT_TOLERANCE"}
WORKSPACES = {
    "/app/workspace.yaml": str(DEPLOY / "compose" / "workspace.yaml"),
    "/etc/hubsync/workspace.yaml": str(DEPLOY / "systemd" / "workspace.yaml"),
}
SOURCES = {"HUBSYNC_DB1", "HUBSYNC_DB2"}


def texts() -> dict[Path, str]:
    return {path: path.read_text() for path in DEPLOY.rglob("*") if path.is_file()}


def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])


def deployment() -> dict[str, Any]:
    (found,) = values()["dagster-user-deployments"]["deployments"]
    return dict(found)


def names_in_the_package() -> set[str]:
    """The variables that stand, as whole strings or with a source's or sync's prefix, in the code."""
    found = set()
    for path in (ROOT / "hubsync_assets").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def test_every_variable_that_is_set_is_one_that_something_reads() -> None:
    known = names_in_the_package()
    own = {name for name in known if re.fullmatch(r"HUB[A-Z]+_[A-Z_]+", name)}
    # ``own`` and a name behind it: a variable that another sync of the same location has with its prefix.
    own |= {
        f"HUBSYNC_{name}"
        for name in ("FILES", "LOG_URL", "STORAGE", "APPROVAL", "AGAIN_AFTER", "AGAIN_TIMES", "REPORTS")
    }
    for path, text in texts().items():
        named = set(re.findall(r"\b_?[A-Z]+(?:_[A-Z0-9]+)+\b", re.sub(r"(?m)^\s*(#|--) .*$", "", text)))
        ours = {name for name in named if name.startswith(("HUBSYNC_", "HUBSPOT_"))}
        assert ours <= own | SOURCES, f"{path}: {sorted(ours - own - SOURCES)}"
        dagsters = {name for name in named if name.startswith("DAGSTER_")}
        assert dagsters <= OF_DAGSTER, f"{path}: {sorted(dagsters - OF_DAGSTER)}"


def test_what_makes_polars_keep_its_memory_is_set_before_every_python() -> None:
    said = re.search(r"_RJEM_MALLOC_CONF \?= (\S+)", (ROOT / "Makefile").read_text())
    assert said is not None
    wanted = said[1]
    assert f"_RJEM_MALLOC_CONF={wanted}" in DOCKERFILE.read_text()
    assert f"\n_RJEM_MALLOC_CONF={wanted}\n" in (DEPLOY / "systemd" / "hubsync.env.example").read_text()
    assert deployment()["env"]["_RJEM_MALLOC_CONF"] == wanted


def test_all_yaml_is_yaml() -> None:
    found = [path for path in DEPLOY.rglob("*.yaml") if yaml.safe_load(path.read_text())]
    assert len(found) == 6
    assert COMPOSE in found


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every command of all deployments, with where it stands."""
    for name, service in compose()["services"].items():
        if name != "postgres":
            yield name, service["command"]
            if "healthcheck" in service:
                yield f"health of {name}", service["healthcheck"]["test"][1:]
    for path in units():
        for line in unit(path).get("ExecStart", []):
            if "systemctl" not in line:
                yield path.name, shlex.split(line)
    said = re.search(r"^CMD (\[.*\])$", DOCKERFILE.read_text(), re.MULTILINE)
    assert said is not None
    yield "Dockerfile", ast.literal_eval(said[1])
    grpc = ["dagster", "api", "grpc", *deployment()["dagsterApiGrpcArgs"], "--port", str(deployment()["port"])]
    yield "values.yaml", grpc


@pytest.mark.parametrize(("where", "command"), [pytest.param(*each, id=each[0]) for each in commands()])
def test_every_command_is_one_that_its_program_understands(where: str, command: list[str]) -> None:
    program = program_of(command[0])
    assert program in OTHERS, where
    if program == "python":
        if command[1] == "-m":
            assert importlib.util.find_spec(command[2]) is not None
        else:
            compile(command[2], where, "exec")
        return
    entry_points = {each.name for each in importlib.metadata.entry_points(group="console_scripts")}
    assert program in entry_points
    found, rest = PROGRAMS[program](), [WORKSPACES.get(word, word) for word in command[1:]]
    while isinstance(found, click.Group) and rest and rest[0] in found.commands:
        found, rest = found.commands[rest[0]], rest[1:]
    assert not isinstance(found, click.Group) or program == "dagster-webserver", f"{where}: {rest}"
    context = found.make_context(program, list(rest), resilient_parsing=False)
    if context.params.get("module_name"):
        for module in [context.params["module_name"]]:
            for name in module if isinstance(module, tuple) else [module]:
                assert importlib.import_module(name).defs is not None


def test_the_emulator_takes_the_options_that_compose_gives_it() -> None:
    command = list(compose()["services"]["emulator"]["command"])
    command[command.index("--port") + 1] = "0"
    command[command.index("--db") + 1 :] = []
    with subprocess.Popen([sys.executable, *command[1:-1]], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            ready = process.stdout.readline()
            port = re.search(r":(\d+)", ready.removeprefix("HubSpot emulator ready at http:"))
            assert port is not None, ready
            assert EmulatorControl(f"http://127.0.0.1:{port[1]}").state()["contacts"] == 0
        finally:
            process.kill()


def test_ports_agree() -> None:
    (server,) = yaml.safe_load((DEPLOY / "compose" / "workspace.yaml").read_text())["load_from"]
    code = compose()["services"]["code"]["command"]
    assert server["grpc_server"]["host"] in compose()["services"]
    assert str(server["grpc_server"]["port"]) == code[code.index("--port") + 1]
    for name in ("web", "emulator"):
        service = compose()["services"][name]
        (published,) = service["ports"]
        assert published.startswith("127.0.0.1:"), f"{name} is open to the network"
        assert published.rpartition(":")[2] == service["command"][service["command"].index("--port") + 1]
    (vm,) = yaml.safe_load((DEPLOY / "systemd" / "workspace.yaml").read_text())["load_from"]
    start = shlex.split(unit(DEPLOY / "systemd" / "hubsync-code.service")["ExecStart"][0])
    assert (vm["grpc_server"]["host"], str(vm["grpc_server"]["port"])) == (
        start[start.index("--host") + 1],
        start[start.index("--port") + 1],
    )


def test_what_the_image_copies_is_there_and_let_through() -> None:
    text = DOCKERFILE.read_text()
    let_through = {
        line[1:] for line in (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines() if line.startswith("!")
    }
    copied = set()
    for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE):
        copied |= {word for word in line.split()[:-1] if not word.startswith("--")}
    assert {name for name in copied if not (ROOT / name).exists()} == set()
    assert copied == let_through
    needed = {project()["readme"], *project()["license-files"], "pyproject.toml"}
    assert {name for name in needed if not any(name == it or name.startswith(f"{it}/") for it in copied)} == set()


def test_the_image_runs_as_nobody_in_particular_and_has_no_secret() -> None:
    text = DOCKERFILE.read_text()
    users = re.findall(r"^USER (\S+)$", text, re.MULTILINE)
    assert users
    assert users[-1] == str(deployment()["podSecurityContext"]["runAsUser"])
    assert int(users[-1]) > 1_000
    assert "TOKEN" not in text
    assert "PASSWORD" not in text


def test_the_extras_of_the_image_exist() -> None:
    said = re.search(r"^ARG EXTRAS=(\S+)$", DOCKERFILE.read_text(), re.MULTILINE)
    assert said is not None
    also = re.findall(r"EXTRAS=(\S+)", "".join(texts().values()))
    assert {extra for group in (said[1], *also) for extra in group.split(",")} <= set(
        project()["optional-dependencies"]
    )


def test_only_the_code_server_and_its_runs_get_the_token() -> None:
    services = compose()["services"]
    assert [name for name, service in services.items() if "env_file" in service] == ["code"]
    names = [path.name for path in units() if "/etc/hubsync/hubsync.env" in unit(path).get("EnvironmentFile", [])]
    assert names == ["hubsync-code.service", "hubsync-daemon-dead.service"]
    assert deployment()["envSecrets"] == [{"name": "hubsync"}]
    assert deployment()["includeConfigInLaunchedRuns"] == {"enabled": True}
    assert "envSecrets" not in values()["dagsterDaemon"] | values()["dagsterWebserver"]


def test_what_is_kept_stands_on_volumes_that_code_server_and_runs_see() -> None:
    volumes = {each.rpartition(":")[2] for each in compose()["services"]["code"]["volumes"]}
    assert {"/data/storage", "/data/landing"} <= volumes
    assert {
        each.partition(":")[0] for service in compose()["services"].values() for each in service.get("volumes", [])
    } - {"./databases.sql"} == set(compose()["volumes"])
    image = dict(re.findall(r"\b(HUBSYNC_\w+)=(\S+)", DOCKERFILE.read_text()))
    assert image["HUBSYNC_STORAGE"] in volumes
    assert all(Path(image[source]).parent.as_posix() in volumes for source in SOURCES)
    (mount,) = deployment()["volumeMounts"]
    assert all(deployment()["env"][it].startswith(f"{mount['mountPath']}/") for it in (*SOURCES, "HUBSYNC_STORAGE"))
    claim = yaml.safe_load((DEPLOY / "kubernetes" / "storage.yaml").read_text())
    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert deployment()["volumes"][0]["persistentVolumeClaim"]["claimName"] == claim["metadata"]["name"]
    for path in units():
        if "hubsync-code" in path.name:
            assert unit(path)["ReadWritePaths"] == ["/var/lib/hubsync"]


def test_kubernetes_is_told_what_dagster_yaml_says() -> None:
    ours = yaml.safe_load((DEPLOY / "dagster.yaml").read_text())
    daemon = values()["dagsterDaemon"]
    assert snake(daemon["runMonitoring"]) == ours["run_monitoring"]
    assert snake(daemon["runRetries"]) == ours["run_retries"]
    most = daemon["runCoordinator"]["config"]["queuedRunCoordinator"]["maxConcurrentRuns"]
    assert most == ours["concurrency"]["runs"]["max_concurrent_runs"]
    kept = values()["retention"]
    assert kept["sensor"]["purgeAfterDays"] == ours["retention"]["sensor"]["purge_after_days"]
    assert kept["schedule"]["purgeAfterDays"] == ours["retention"]["schedule"]["purge_after_days"]
    assert values()["postgresql"]["postgresqlScheme"] == "postgresql+psycopg2"
    version = importlib.metadata.version("dagster")
    assert set(re.findall(r"1\.13\.\d+", (DEPLOY / "kubernetes" / "values.yaml").read_text())) == {version}


def test_every_url_of_dagsters_storage_has_the_driver_that_works() -> None:
    urls = re.findall(r"DAGSTER_PG_URL[=:] ?(\S+?)://", "".join(texts().values()).replace("must say ", ""))
    assert len(urls) >= 3
    assert set(urls) == {"postgresql+psycopg2"}


def test_the_watch_fails_where_no_daemon_was_heard_of(tmp_path: Path) -> None:
    (start,) = unit(DEPLOY / "systemd" / "hubsync-watch.service")["ExecStart"]
    program, *rest = shlex.split(start)
    command = [str(Path(sys.executable).with_name(program_of(program))), *rest]
    done = subprocess.run(
        command, env={**os.environ, "DAGSTER_HOME": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "not running" in done.stdout
    assert unit(DEPLOY / "systemd" / "hubsync-watch.service")["OnFailure"] == ["hubsync-daemon-dead.service"]
    assert (DEPLOY / "systemd" / "hubsync-daemon-dead.service").exists()


def test_a_dead_daemon_is_told_of_and_restarted() -> None:
    heard: list[bytes] = []

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    tell, restart = unit(DEPLOY / "systemd" / "hubsync-daemon-dead.service")["ExecStart"]
    program, *rest = shlex.split(tell)
    assert program.startswith("-"), "a message that cannot be sent would keep the daemon from being restarted"
    assert program_of(program) == "python"
    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        Thread(target=server.handle_request, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/hook"
        subprocess.run([sys.executable, *rest], env={**os.environ, "HUBSYNC_ALERT_URL": url}, check=True)
    assert len(heard) == 1
    assert b"The Dagster daemon was not heard of" in heard[0]
    assert restart.endswith("systemctl restart hubsync-daemon.service")


def snake(settings: dict[str, Any]) -> dict[str, Any]:
    """``maxRetries`` as ``max_retries``."""
    return {re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower(): value for name, value in settings.items()}
