"""What identifies the weights of a model folder, without reading gigabytes; and a chat template of the user's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

from llmrobust.errors import ModelError
from llmrobust.models.local_spec import LocalSpec

CHAT_TEMPLATE = "chat-template"
"""The option of a spec that names a file with a chat template."""
READ_WHOLE_BYTES = 64 * 2**20
"""Files up to this size are read whole; of larger ones the head, the tail, samples between and the size."""
SAMPLE_BYTES = 2**20
SAMPLES = 16
KINDS = (".safetensors", ".bin", ".pt", ".json", ".jinja", ".model", ".txt", ".tiktoken", ".py", ".gguf")


def folder_fingerprint(folder: Path) -> str:
    """Hex digest of names and contents of a model's files. Copies of a folder have equal fingerprints.

    Of a file over 64 MiB, 16 evenly spaced MiB (including the first, with a safetensors header, and the last) and the
    size count.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix in KINDS and path.is_file():
            digest.update(f"{path.name}\x1f{path.stat().st_size}\x1f".encode())
            digest.update(_content(path))
    return digest.hexdigest()


def chat_template_of(spec: LocalSpec) -> str:
    """The chat template that a spec names in place of the model's own; empty without one. Raises ModelError."""
    name = spec.options.get(CHAT_TEMPLATE)
    if name is None:
        return ""
    try:
        return Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"the chat template {name} cannot be read: {error}") from None


def _content(path: Path) -> bytes:
    size = path.stat().st_size
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if size <= READ_WHOLE_BYTES:
            while piece := file.read(SAMPLE_BYTES):
                digest.update(piece)
        else:
            for i in range(SAMPLES):
                file.seek((size - SAMPLE_BYTES) * i // (SAMPLES - 1))
                digest.update(file.read(SAMPLE_BYTES))
    return digest.digest()
