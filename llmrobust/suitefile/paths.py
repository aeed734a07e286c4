"""Files that a suite names: they must exist and be in its project or the data folder; and the path of its baseline."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from llmrobust.suitefile.yaml_source import Key, Source
from llmrobust.text.phrases import did_you_mean

BASELINES = "baselines"
"""The folder for baselines beside a suite file."""
DATA_FOLDER = "LLMROBUST_DATA"
"""The environment variable with the folder of data that is not part of the project."""
IN_DATA_FOLDER = f"${{{DATA_FOLDER}}}/"
"""How a suite writes the path of a file in that folder begins."""


def baseline_file(suite: Path, name: str, folder: Path | None = None) -> Path:
    """The path of a suite's baseline: `NAME.json` in `baselines/` beside the suite file, or in another folder.

    Characters that some file systems do not allow in names are percent-encoded.
    """
    safe = "".join(one if one.isalnum() else quote(one, safe=" ()+,=@[]_") for one in name)
    safe = f"%2E{safe[1:]}" if safe.startswith(".") else safe
    return (folder if folder is not None else suite.parent / BASELINES) / f"{safe}.json"


def project_file(source: Source, key: Key, name: str, root: Path) -> Path | None:
    """The file that the suite names at `key`, relative to the suite; None with a problem noted.

    A name that begins with `${LLMROBUST_DATA}/` is relative to the folder in that environment variable. Links are
    followed first: what is outside the project, or that folder, is refused however it is named.
    """
    try:
        return _project_file(source, key, name, root)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        source.problem(f"not a usable file name: {reason}", source.at_value(key))
        return None


def _project_file(source: Source, key: Key, name: str, root: Path) -> Path | None:
    at = source.at_value(key)
    start, below = source.path.parent, name
    if name.startswith(IN_DATA_FOLDER):
        start, below = Path(os.environ.get(DATA_FOLDER, "")), name.removeprefix(IN_DATA_FOLDER)
        if not os.environ.get(DATA_FOLDER):
            message = f'the file "{name}" is in a folder that is not known'
            source.problem(message, at, f"set the environment variable {DATA_FOLDER} to the folder with the data")
            return None
        root = start
    path = (start / below).resolve()
    if not path.is_relative_to(root.resolve()):
        source.problem(f'"{name}" is outside the project', at, f"a suite reads only files below {root.resolve().name}/")
        return None
    if not path.is_file():
        near = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        what = "is a folder" if path.is_dir() else "does not exist"
        shown = path.relative_to(root.resolve())
        hint = did_you_mean(path.name, near) if near and not path.is_dir() else ""
        source.problem(f'the file "{name}" {what}', at, hint if hint.startswith("did") else f"looked for {shown}")
        return None
    return path


def absent_data(name: str, suite: Path) -> str:
    """Why a data file that a suite names cannot be read: it, or the data folder, is absent; empty if it is there."""
    if not name.startswith(IN_DATA_FOLDER):
        return "" if (suite.parent / name).exists() else f'the file "{name}" does not exist'
    folder = os.environ.get(DATA_FOLDER)
    if not folder:
        return f"the environment variable {DATA_FOLDER}, the folder with the data, is not set"
    path = Path(folder) / name.removeprefix(IN_DATA_FOLDER)
    return "" if path.exists() else f"{path} does not exist ({DATA_FOLDER} is {folder})"
