"""What the server answers, to whom, and that it gives nothing but its pages."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmrobust.view.server import is_local_host
from tests.report.html.conftest import hostile


def ask(server, path: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


def links(page: str) -> list[str]:
    return re.findall(r'href="(/[^"#]*)', page.replace("&amp;", "&"))


def test_every_link_of_every_page_leads_to_a_page(folder: Path, serve):
    server, seen, waiting = serve(folder), set(), ["/"]
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            status, text, _ = ask(server, path)
            assert status == 200, path
            assert text.startswith("<!DOCTYPE html>") or text.lstrip().startswith("<!DOCTYPE html>")
            waiting += links(text)
    assert {"/models", "/cases"} <= seen
    assert sum(path.startswith("/run/") for path in seen) >= 5, "three runs, two of them also against the one before"


def test_the_server_listens_to_this_machine_only(folder: Path, serve):
    assert serve(folder).server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "", "a@127.0.0.1:{port}"]
)
def test_another_name_of_the_server_is_refused(folder: Path, serve, host: str):
    server = serve(folder)
    status, text, _ = ask(server, "/", Host=host.format(port=server.server_port))
    assert status == 421
    assert "triage" not in text


@given(st.text(max_size=30))
def test_no_made_up_host_is_local(name: str):
    assert not is_local_host(name, 8000) or re.fullmatch(r"(localhost|127\.\d+\.\d+\.\d+|\[::1\]):8000", name.lower())


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000"])
def test_the_names_of_this_machine_are_local(host: str):
    assert is_local_host(host, 8000)
    assert not is_local_host(host, 8001)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.json",
        "/run/../../secret.json",
        "/run/%2e%2e%2fsecret",
        "/run//etc/passwd",
        "/run/",
        "/run/0123456789ab",
        "/secret.json",
        "/nightly/day-1.json",
        "/run/x?against=/etc/passwd",
        "/cases?suite=unknown",
        "//evil.example/",
    ],
)
def test_nothing_but_pages_can_be_had(folder: Path, serve, path: str):
    status, text, _ = ask(serve(folder), path)
    assert status == 404
    assert text == "there is no such page\n"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_the_server_changes_nothing(folder: Path, serve, method: str):
    status, _, headers = ask(serve(folder), "/", method)
    assert status == 405
    assert "Access-Control-Allow-Origin" not in headers


def test_no_other_page_may_embed_or_keep_what_is_shown(folder: Path, serve):
    _, text, headers = ask(serve(folder), "/")
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src &#39;none&#39;" in text
    assert ask(serve(folder), "/", "HEAD")[1] == ""


def test_filters_choose_cases_and_nonsense_in_an_address_is_ignored(folder: Path, serve):
    server = serve(folder)

    def found(query: str) -> str:
        status, text, _ = ask(server, f"/cases?{query}")
        assert status == 200
        return re.search(r'id="found">([^<]*)', text)[1]  # type: ignore[index]

    assert found("") == "40 cases"
    assert found("show=differ") == "8 cases"
    assert found("operator=typo.swap") == "10 cases"
    assert found("text=EX-3") == "4 cases"
    assert found("show=nonsense&page=-1&operator=") == "40 cases"
    assert found(f"page={'9' * 40}&text=%00%ff") == "0 cases"
    assert ask(server, "/cases?" + "&".join(f"a{n}=1" for n in range(50)))[0] == 400


def test_hostile_texts_are_texts(make_run, tmp_path: Path, serve):
    run = hostile(make_run())
    (tmp_path / "runs").mkdir()
    run.save(tmp_path / "runs" / "<img src=x onerror=alert(1)>.json")
    server = serve(tmp_path / "runs")
    for path in ("/", "/cases", "/models"):
        status, text, _ = ask(server, path)
        assert status == 200
        assert "<img" not in text
        assert "<script" not in text


def test_a_run_that_a_metric_cannot_show_is_a_page_that_says_so(folder: Path, serve, monkeypatch):
    def broken(*given, **named):
        raise RuntimeError("a metric of the project")

    monkeypatch.setattr("llmrobust.view.pages.runs_page", broken)
    status, text, _ = ask(serve(folder), "/")
    assert (status, text) == (500, "this page cannot be shown: RuntimeError: a metric of the project\n")


def test_the_command_serves_until_ctrl_c(folder: Path, monkeypatch, compiled_once):
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*"))
    command = [sys.executable, "-m", "llmrobust", "view", str(folder)]
    with subprocess.Popen(command, cwd=folder.parent, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        port = int(re.fullmatch(r"4 stored runs at http://127.0.0.1:(\d+)/ \(Ctrl-C ends it\)\n", said)[1])  # type: ignore[index]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/")
        assert connection.getresponse().status == 200
        connection.close()
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.rglob("*")) == before, "it only reads"


def test_what_is_no_run_cannot_be_viewed(folder: Path, capsys, monkeypatch):
    from llmrobust.cli import main

    monkeypatch.chdir(folder)
    assert main(["view", "package.json"]) == 2
    assert capsys.readouterr().err == "package.json: is not a stored run; pytest --robust-json FILE writes one\n"
    assert main(["view", "absent"]) == 2
    assert capsys.readouterr().err == "absent: no such file\n"
