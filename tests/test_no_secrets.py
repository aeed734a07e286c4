"""No output shows a credential: not the key in the environment, not what stands in an address, whatever goes wrong."""

from __future__ import annotations

import gzip
import pickle
import sqlite3

import pytest

from llmrobust.cli import main
from llmrobust.errors import ModelError, ServerGone, without_credentials
from tests.models.http.fault_server import Fault, serve
from tests.plugin.conftest import films, keyword_distribution, project  # noqa: F401
from tests.plugin.films import asks, server_with

KEY = "sk-fake-0123456789abcdef"
PASSWORD = "pa55word-of-nobody"
OUTPUTS = (
    "--robust-json=out/run.json",
    "--robust-markdown=out/run.md",
    "--robust-html=out/run.html",
    "--robust-sarif=out/run.sarif",
    "--junitxml=out/junit.xml",
    "--robust-github",
)
NOISY = ("-rA", "-vv", "--tb=long", "--showlocals")
A_TEST = """\
import llmrobust

@llmrobust.suite("reviews.robust.yaml")
def test_reviews(case):
    assert case.answer == case.expected
"""


@pytest.fixture
def keyed(films, monkeypatch):  # noqa: F811
    """A project in a step of GitHub Actions whose environment holds a key."""
    monkeypatch.setenv("LLMROBUST_API_KEY", KEY)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(films.path / "step-summary.md"))
    (films.path / "out").mkdir()
    return films


def run(films, url, *options):  # noqa: F811
    """A run that shows and writes everything it can; what it printed."""
    result = films.run_with_cache("suites", "--llm", url, *OUTPUTS, *NOISY, *options)
    return result.stdout.str() + result.stderr.str()


def shown(films, capsys):  # noqa: F811
    """Everything that lies in the project, and what commands make of the stored run."""
    found = {}
    for path in films.path.rglob("*"):
        if path.is_file() and "site" not in path.parts and "__pycache__" not in path.parts:
            content = path.read_bytes()
            found[path.name] = gzip.decompress(content) if path.suffix == ".gz" else content
    stored = films.path / "out" / "run.json"
    if stored.exists():
        for form in ("terminal", "markdown", "html", "json", "sarif", "github"):
            capsys.readouterr()
            assert main(["report", str(stored), "--format", form]) == 0
            found[f"report {form}"] = capsys.readouterr().out.encode()
    return found


def assert_absent(secret, output, found):
    assert secret not in output
    for name, content in found.items():
        assert secret.encode() not in content, name


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([], id="well"),
        pytest.param([Fault(401, when=asks, message=f"the key Bearer {KEY} is unknown")], id="refused"),
        pytest.param([Fault(400, when=asks, message=f"bad header {KEY}\n{KEY}")], id="bad-request"),
        pytest.param([Fault(500, when=asks, message=f"boom {KEY}")], id="broken"),
        pytest.param([Fault(400, when=asks, message="x" * 490 + KEY)], id="cut-in-the-key"),
        pytest.param([Fault(kind="die", when=asks)], id="gone"),
        pytest.param([Fault(307, headers={"Location": f"http://u:{KEY}@other/v1?token={KEY}"}, when=asks)], id="moved"),
    ],
)
def test_the_key_in_the_environment(keyed, capsys, faults):
    with serve(server_with(*faults)) as server:
        output = run(keyed, server.url)
        sent = {headers.get("Authorization") for path, _, headers in server.calls if path.startswith("/v1/")}
    assert sent == {f"Bearer {KEY}"}  # else there was nothing to hide
    found = shown(keyed, capsys)
    assert {
        "run.json",
        "run.md",
        "run.html",
        "run.sarif",
        "junit.xml",
        "step-summary.md",
        "replies.sqlite",
    } <= found.keys()
    assert_absent(KEY, output, found)
    assert_absent(KEY[:10], output, found)


def test_tracebacks_with_all_local_variables(keyed, capsys):
    keyed.write("suites/test_reviews.py", A_TEST)
    with serve(server_with(Fault(401, when=asks, message=f"the key {KEY} is unknown"))) as server:
        output = run(keyed, server.url, "-k", "test_reviews and ex-001")
    assert "test_reviews.py" in output
    assert_absent(KEY, output, shown(keyed, capsys))
    output = run(keyed, f"http://me:{PASSWORD}@127.0.0.1:9/v1", "-k", "test_reviews and ex-001")
    assert "ModelError" in output
    assert PASSWORD not in output


@pytest.mark.parametrize(
    "address",
    [
        "http://me:SECRET@127.0.0.1:9/v1",
        "http://me:SECRET/SECRET@127.0.0.1:9/v1",
        "http://127.0.0.1:9/v1?api_key=SECRET",
        "http://me:SECRET@127.0.0.1:port/v1",
        "htp://me:SECRET@127.0.0.1:9/v1",
        "vllm-ofline:/models/x?hf-token=SECRET",
        "hf:/models/none?hf_token=SECRET",
    ],
)
def test_credentials_in_the_address(keyed, capsys, monkeypatch, address):
    address = address.replace("SECRET", PASSWORD)
    output = run(keyed, address, "-k", "ex-001")
    assert "error" in output.lower()
    assert_absent(PASSWORD, output, shown(keyed, capsys))
    assert main(["models", address]) != 0
    printed = capsys.readouterr()
    assert PASSWORD not in printed.out + printed.err


def test_the_store_holds_replies_and_nothing_of_the_client(keyed):
    with serve(server_with()) as server:
        run(keyed, server.url)
    with sqlite3.connect(keyed.path / ".llmrobust" / "replies.sqlite") as store:
        dump = "\n".join(store.iterdump())
    assert "negative" in dump
    assert KEY not in dump


def test_errors_are_made_without_credentials():
    for error in (ModelError("http://u:pw@h/v1"), ServerGone("http://u:pw@h/v1", "log: http://u:pw@h/v1")):
        again = pickle.loads(pickle.dumps(error))
        for text in (str(error), repr(error), repr(error.args), str(again)):
            assert "pw" not in text
            assert "http://h/v1" in text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("http://u:p@h:1/v1#m", "http://h:1/v1#m"),
        ("http://h/v1?tokenizer=a&api_key=b&x=c", "http://h/v1?tokenizer=a&&x=c"),
        ("see http://h/v1 and mail me@here", "see http://h/v1 and mail me@here"),
        ("vllm:/m?hf-token=x", "vllm:/m?"),
        ("http://h/v1#m?key=x", "http://h/v1#m?"),
        ("http://x@h/v1/?a=1&access-token=x", "http://h/v1/?a=1&"),
        ("http://me:x@/v1", "http:///v1"),
    ],
)
def test_addresses_keep_what_is_not_secret(text, clean):
    assert without_credentials(text) == clean
