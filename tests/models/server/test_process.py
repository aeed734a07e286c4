"""A server of our own starts, is watched, and never outlives us."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from llmrobust.errors import ModelError
from llmrobust.models.local.vllm_environment import server_environment
from llmrobust.models.local_spec import LocalSpec
from llmrobust.models.server.process import ServerProcess, free_port
from llmrobust.models.server.vllm_server import server_arguments

SERVER = """
import http.server, os, signal, subprocess, sys
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
print("ready", os.getpid(), child.pid, flush=True)
handler = type("H", (http.server.SimpleHTTPRequestHandler,), {"do_GET": lambda self: self.send_response(200) or
    self.end_headers()})
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), handler).serve_forever()
"""
PARENT = """
import asyncio, sys, time
from llmrobust.models.server.process import ServerProcess
server = ServerProcess(sys.argv[1:-1], __import__("os").environ)
asyncio.run(server.healthy(sys.argv[-1], 20))
print(*server.log_tail().split("ready ")[1].split()[:2], flush=True)
time.sleep(1000)
"""


def alive(pid):
    """True while a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(*pids, within_s=20.0):
    deadline = time.monotonic() + within_s
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def started():
    servers = []

    def start(*command, port=0):
        servers.append(ServerProcess([sys.executable, "-c", *command], os.environ))
        if port:
            asyncio.run(servers[-1].healthy(f"http://127.0.0.1:{port}/", 20))
        return servers[-1]

    yield start
    for one in servers:
        one.stop()


def test_stopped_server_leaves_no_process(started):
    port = free_port()
    server = started(SERVER, str(port), port=port)
    pids = [int(text) for text in server.log_tail().split("ready ")[1].split()[:2]]
    assert all(alive(pid) for pid in pids)
    server.stop()
    assert gone(*pids, within_s=2)
    assert not server.running
    assert not server.log.exists()
    server.stop()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_killed_parent_takes_the_server_with_it(number, tmp_path):
    port = free_port()
    command = [sys.executable, "-c", PARENT, sys.executable, "-c", SERVER, str(port), f"http://127.0.0.1:{port}/"]
    parent = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert parent.stdout is not None
    pids = parent.stdout.readline().split()
    assert len(pids) == 2
    try:
        parent.send_signal(number)
        assert gone(parent.pid, *pids)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


def test_server_that_ignores_the_request_to_end_is_killed(started, monkeypatch):
    monkeypatch.setattr("llmrobust.models.server.process.STOP_S", 0.3)
    port = free_port()
    server = started(SERVER, str(port), "stubborn", port=port)
    pids = [int(text) for text in server.log_tail().split("ready ")[1].split()[:2]]
    server.stop()
    assert gone(*pids, within_s=2)


def test_server_that_ends_while_starting_shows_the_end_of_its_log(started):
    server = started("print('line\\n' * 50); raise SystemExit('no such model')")
    with pytest.raises(ModelError) as caught:
        asyncio.run(server.healthy(f"http://127.0.0.1:{free_port()}/", 20))
    assert "the server ended while starting" in str(caught.value)
    assert "no such model" in str(caught.value)
    assert str(caught.value).count("line") < 25


def test_server_that_is_never_ready_is_a_timeout(started):
    server = started("import time; print('loading', flush=True); time.sleep(1000)")
    with pytest.raises(ModelError, match=r"not ready within 0\.5 s \(startup-timeout= allows more\)"):
        asyncio.run(server.healthy(f"http://127.0.0.1:{free_port()}/", 0.5))


def test_options_of_a_spec_are_arguments_of_the_server():
    spec = LocalSpec.parse("vllm:/nowhere?max-model-len=1024&enable-prefix-caching=false&startup-timeout=5")
    assert server_arguments(spec, cpu=False) == ["--no-enable-prefix-caching", "--max-model-len", "1024"]


def test_server_on_a_cpu_gets_arguments_with_which_it_stays_up(tmp_path):
    (tmp_path / "config.json").write_text('{"max_position_embeddings": 1024}')
    spec = LocalSpec.parse(f"vllm:{tmp_path}")
    assert server_arguments(spec, cpu=True) == ["--enforce-eager", "--no-enable-chunked-prefill"]
    spec = LocalSpec.parse(f"vllm:{tmp_path}?enable-chunked-prefill&enforce-eager=false")
    assert server_arguments(spec, cpu=True) == ["--enable-chunked-prefill", "--no-enforce-eager"]


def test_server_does_not_get_the_key_of_another():
    environment = server_environment({"LLMROBUST_API_KEY": "sk-hidden", "PATH": "/bin"})
    assert "LLMROBUST_API_KEY" not in environment
    assert environment["VLLM_CPU_KVCACHE_SPACE"] == "1"
    assert server_environment({"VLLM_CPU_KVCACHE_SPACE": "8"})["VLLM_CPU_KVCACHE_SPACE"] == "8"
