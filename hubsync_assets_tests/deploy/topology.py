"""A deployment as processes: web server, daemon and two code servers, by the very commands of the compose file, on one PostgreSQL.

Put here: starting, asking and ending them. Keep out: what is done to them, and what has to come of it (``test_topology``).
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

import psutil
import requests
import yaml

from hubsync_assets_tests.databases.daemon import free_port
from hubsync_assets_tests.deploy.deploy_files import DEPLOY, compose, with_options

__all__ = ["Topology", "until"]

START_SECONDS = 180.0
LOOK_SECONDS = 0.2
END_SECONDS = 20.0
LAUNCH_SECONDS = 60.0
REPOSITORY = "__repository__"
LAUNCH = """mutation ($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } ... on PipelineNotFoundError { message } } }"""


def until(what: str, found: Callable[[], Any], seconds: float = START_SECONDS) -> Any:
    """What is found when it is; a test that waits longer than so many seconds has failed."""
    deadline = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(LOOK_SECONDS)
    return result


class Topology:
    """Processes that end with the ``with`` block, their children too.

    Args:
        folder: a new folder, for what each of them prints and for Dagster's home.
        variables: of all of them.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.home = folder / "dagster_home"
        self.home.mkdir(parents=True)
        shutil.copy(DEPLOY / "dagster.yaml", self.home)
        kept = {it: text for it, text in os.environ.items() if not it.startswith(("HUBSYNC_", "HUBSPOT_", "DAGSTER_"))}
        self.variables = {**kept, **variables, "DAGSTER_HOME": str(self.home)}
        self.workspace = folder / "workspace.yaml"
        self.ports: dict[str, int] = {}
        self._started: dict[str, tuple[subprocess.Popen[bytes], Mapping[str, str]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for name in list(self._started):
            self.kill(name)

    def kill(self, name: str) -> None:
        """SIGKILL for one and its children."""
        process, _ = self._started[name]
        several = _family(process.pid)
        for each in several:
            try:
                each.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(several, END_SECONDS)
        process.wait(END_SECONDS)

    def start_again(self, name: str) -> None:
        """As a supervisor does with one that has ended."""
        process, variables = self._started[name]
        assert process.poll() is not None
        self._start(name, [str(word) for word in cast("list[str]", process.args)], variables)

    def start_code_server(self, name: str, variables: Mapping[str, str]) -> None:
        """One code location of this name."""
        self.ports[name] = free_port()
        command = with_options(compose()["services"]["code"]["command"], host="127.0.0.1", port=self.ports[name])
        self._start(name, command, variables)

    def start_web_server_and_daemon(self) -> None:
        """For the code servers that were started before."""
        shape = yaml.safe_load((DEPLOY / "compose" / "workspace.yaml").read_text())["load_from"][0]["grpc_server"]
        servers = [{**shape, "host": "127.0.0.1", "port": port, "location_name": it} for it, port in self.ports.items()]
        self.workspace.write_text(yaml.safe_dump({"load_from": [{"grpc_server": server} for server in servers]}))
        services = compose()["services"]
        self.ports["web"] = free_port()
        web = with_options(
            services["web"]["command"], host="127.0.0.1", port=self.ports["web"], workspace=self.workspace
        )
        self._start("web", web, {})
        self._start("daemon", with_options(services["daemon"]["command"], workspace=self.workspace), {})

    def wait_until_ready(self) -> None:
        """Until all listen."""
        for name, port in self.ports.items():
            until(f"{name} listens", partial(self._listens, name, port))

    def is_healthy(self, service: str, name: str) -> bool:
        """Whether the compose file's health check of a service says so of this process."""
        command = compose()["services"][service]["healthcheck"]["test"][1:]
        words = [
            word.replace(":3000/", f":{self.ports.get(name)}/") if word != "4000" else str(self.ports[name])
            for word in command
        ]
        done = subprocess.run(
            [_program(words[0]), *words[1:]],
            env=self.variables,
            cwd=self.folder,
            capture_output=True,
            timeout=START_SECONDS,
            check=False,
        )
        return done.returncode == 0

    def launch(self, location: str, job: str) -> str:
        """Launch a run, as the web server's button does; its id. The web server may have to hear of the code server first."""
        heard = ""

        def ask() -> str | None:
            nonlocal heard
            where = {"repositoryLocationName": location, "repositoryName": REPOSITORY, "pipelineName": job}
            try:
                answer = requests.post(
                    f"http://127.0.0.1:{self.ports['web']}/graphql",
                    json={"query": LAUNCH, "variables": {"params": {"selector": where, "mode": "default"}}},
                    timeout=60,
                )
            except requests.RequestException as error:
                heard = str(error)
                return None
            heard = answer.text
            launched = (answer.json().get("data") or {}).get("launchRun") or {}
            return launched.get("run", {}).get("runId") or None

        try:
            return str(until("the web server launches a run", ask, LAUNCH_SECONDS))
        except AssertionError as error:
            error.add_note(heard[:2_000])
            raise

    def kill_writer(self, storage: Path) -> None:
        """SIGKILL for the run that writes into a storage folder."""
        found = re.search(r"process (\d+) on", (storage / ".writer.json").read_text())
        assert found is not None
        os.kill(int(found[1]), signal.SIGKILL)

    def said(self, name: str) -> str:
        """The end of what one printed, for whoever reads why a test failed."""
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3_000:]

    def _start(self, name: str, command: list[str], variables: Mapping[str, str]) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [_program(command[0]), *command[1:]],
                env={**self.variables, **variables},
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._started[name] = process, variables

    def _listens(self, name: str, port: int) -> bool:
        assert self._started[name][0].poll() is None, f"{name} has ended: {self.said(name)}"
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", port)) == 0


def _program(name: str) -> str:
    return sys.executable if name == "python" else str(Path(sys.executable).with_name(Path(name).name))


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []
