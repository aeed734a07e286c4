"""How natural variants are for a small real language model, and how many real texts each operator reaches.

For every operator that perturbs plain text: the share of real word problems and bank questions in which it finds
something to do, and how many bits a word more the variants cost SmolLM2 than their originals. The same for operators of
the same kind of nlpaug and TextAttack on the same texts, where they are installed (`pip install nlpaug textattack`;
--peers names a Python that has them).

    python -m benchmarks.naturalness --data DATA [--texts 20] [--reach 120] [--operators A,B] [--bits FILE] [--keep]

DATA: a folder with gsm8k/test.jsonl and banking77/test.jsonl. --keep writes llmrobust/operators/measured.tsv, which the
page of operators shows; lines of operators that were not asked for stay, and figures of tools that are not installed.
--bits keeps what each text costs in a file: a run that was cut off goes on where it was.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import llmrobust as lr
from benchmarks import measure
from llmrobust.operators import REGISTRY, Operator, Relation

MEASURED = Path(__file__).parents[1] / "llmrobust" / "operators" / "measured.tsv"
HEAD = """\
# Made by benchmarks/naturalness.py --keep on real word problems (GSM8K) and bank questions (BANKING77).
# operator, version, share of the texts that it reaches, texts measured, bits a word more than the original (SmolLM2):
# ours, nlpaug's, TextAttack's
"""
STRUCTURED = frozenset(
    "logic order rag tools chat format demonstrations published attack sanity composite paraphrase layout instruction "
    "promptbench noise emoji frozen kept context.distractor context.misleading context.partial entity.field".split()
)
"""Families and operators that need more than a plain text."""
PEERS = {
    "nlpaug": {
        "typo.keyboard": "nac.KeyboardAug(aug_char_p=0.05, aug_word_p=1, include_special_char=False, "
        "include_numeric=False, aug_char_max=None)",
        "typo.swap": "nac.RandomCharAug(action='swap', aug_char_p=0.05, aug_word_p=1)",
        "typo.drop": "nac.RandomCharAug(action='delete', aug_char_p=0.05, aug_word_p=1)",
        "typo.insert": "nac.RandomCharAug(action='insert', aug_char_p=0.05, aug_word_p=1)",
        "character.ocr": "nac.OcrAug(aug_char_p=0.05, aug_word_p=1)",
        "character.space": "naw.SplitAug(aug_p=0.05)",
        "spelling.misspell": "naw.SpellingAug(aug_p=0.1)",
        "word.swap": "naw.RandomWordAug(action='swap', aug_p=0.1)",
        "word.drop": "naw.RandomWordAug(action='delete', aug_p=0.1)",
        "word.synonym": "naw.SynonymAug(aug_src='wordnet', aug_p=0.1)",
    },
    "textattack": {
        "typo.keyboard": "tt.WordSwapQWERTY()",
        "typo.swap": "tt.WordSwapNeighboringCharacterSwap()",
        "typo.drop": "tt.WordSwapRandomCharacterDeletion()",
        "typo.insert": "tt.WordSwapRandomCharacterInsertion()",
        "character.homoglyph": "tt.WordSwapHomoglyphSwap()",
        "word.contract": "tt.WordSwapContract()",
        "word.expand": "tt.WordSwapExtend()",
        "entity.number": "tt.WordSwapChangeNumber()",
        "word.synonym": "tt.WordSwapWordNet()",
    },
}
"""Operators of the same kind, at a like rate; TextAttack's at one word in ten."""
_PEER = """
import json, random, sys
tool, made, texts = json.load(sys.stdin)
random.seed(0)
if tool == "nlpaug":
    import nlpaug.augmenter.char as nac, nlpaug.augmenter.word as naw
    augmenter = eval(made)
    augment = lambda text: augmenter.augment(text)
else:
    import textattack.transformations as tt
    from textattack.augmentation import Augmenter
    augmenter = Augmenter(transformation=eval(made), pct_words_to_swap=0.1, transformations_per_example=1)
    augment = lambda text: augmenter.augment(text)
found = []
for text in texts:
    out = augment(text)
    found.append(out[0] if isinstance(out, list) and out else out)
print("\\n" + json.dumps(found))
"""
Bits = Callable[[str], float]


def real_texts(data: Path, count: int) -> list[str]:
    """As many word problems as bank questions, in the order of their files; the questions from every topic."""
    problems = [json.loads(line)["question"] for line in (data / "gsm8k" / "test.jsonl").open(encoding="utf-8")]
    questions = [json.loads(line)["text"] for line in (data / "banking77" / "test.jsonl").open(encoding="utf-8")]
    half = count // 2
    step = max(1, len(questions) // max(1, half))
    pairs = zip(problems[: count - half], questions[::step], strict=False)
    return [text for pair in pairs for text in pair][:count]


def bits_of(texts: Iterable[str], kept: Path | None) -> dict[str, float]:
    """Bits a word that each text costs SmolLM2-135M-Instruct, read as plain text after the end-of-text token.

    kept: a file of earlier results, [text, bits] a line, which new ones are added to.
    """
    wanted = set(texts)
    bits = dict(map(json.loads, kept.read_text(encoding="utf-8").splitlines())) if kept and kept.is_file() else {}
    if missing := sorted(wanted - bits.keys(), key=lambda text: (len(text), text)):
        for found in _computed_bits(missing):
            bits |= found
            if kept:
                with kept.open("a", encoding="utf-8") as file:
                    file.writelines(json.dumps(pair) + "\n" for pair in found.items())
    return {text: bits[text] for text in wanted}


def _computed_bits(texts: Sequence[str]) -> Iterator[dict[str, float]]:
    """The same by batch. texts: shortest first."""
    import torch
    from llmrobust_smollm2.weights import weights
    from transformers import AutoModelForCausalLM, AutoTokenizer

    found = weights("auto")
    tokenizer = AutoTokenizer.from_pretrained(found.folder)
    model = AutoModelForCausalLM.from_pretrained(found.folder, dtype=torch.float32).eval()
    start = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    print(f"model: SmolLM2-135M-Instruct, {found.origin}", flush=True)
    with torch.inference_mode():
        for first in range(0, len(texts), 16):
            batch = texts[first : first + 16]
            bits = {}
            ids = [[start, *tokenizer(text)["input_ids"]] for text in batch]
            longest = max(map(len, ids))
            given = torch.tensor([one + [start] * (longest - len(one)) for one in ids])
            logits = model(given).logits.log_softmax(-1)
            for row, (text, one) in enumerate(zip(batch, ids, strict=True)):
                targets = torch.tensor(one[1:])
                nats = -logits[row, : len(one) - 1].gather(-1, targets[:, None]).sum().item()
                bits[text] = nats / math.log(2) / max(1, len(text.split()))
            yield bits


def pairs_of(make: Callable[[str], str | None], texts: Sequence[str], wanted: int) -> tuple[int, list[tuple[str, str]]]:
    """In how many texts something is made, and the first so many (original, variant) pairs."""
    made = [(text, new) for text in texts if (new := make(text)) is not None and new != text]
    return len(made), made[:wanted]


def peer_pairs(python: str, tool: str, made: str, texts: Sequence[str]) -> list[tuple[str, str]] | str:
    """(original, variant) pairs of another tool, or in a few words why there are none."""
    asked = json.dumps([tool, made, list(texts)])
    done = subprocess.run([python, "-c", _PEER], input=asked, capture_output=True, text=True, timeout=300)
    if done.returncode != 0:
        told = [line.strip() for line in done.stderr.splitlines() if line.strip(" *")]
        return next((line for line in reversed(told) if ": " in line or "not found" in line), "failed")[:100]
    return [
        (old, new)
        for old, new in zip(texts, json.loads(done.stdout.strip().splitlines()[-1]), strict=True)
        if new and new != old
    ]


def measured_operators(chosen: Sequence[str]) -> list[Operator]:
    """Operators that perturb plain text and promise that or how the answer stays."""
    return [
        one
        for one in REGISTRY
        if one.apply.__module__.startswith("llmrobust.")
        and not {one.family, one.name} & STRUCTURED
        and one.relation in (Relation.SAME, Relation.FOLLOWS, Relation.NO_PROMISE)
        and (not chosen or one.family in chosen or one.name in chosen)
    ]


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=20, help="variants measured of an operator")
    parser.add_argument("--reach", type=int, default=120, help="texts that each operator is tried on")
    parser.add_argument("--operators", default="", help="families or names, with commas between")
    parser.add_argument("--peers", default=sys.executable, help="a Python with nlpaug and TextAttack")
    parser.add_argument("--keep", action="store_true", help="write measured.tsv")
    parser.add_argument("--bits", type=Path, help="a file that keeps what each text costs")
    args = parser.parse_args()
    texts = real_texts(args.data, args.reach)
    ours: dict[str, tuple[Operator, int, list[tuple[str, str]]]] = {}
    for operator in measured_operators([name for name in args.operators.split(",") if name]):
        reached, pairs = pairs_of(lambda text, name=operator.name: _first(name, text), texts, args.texts)
        ours[operator.name] = (operator, reached, pairs)
    theirs: dict[str, dict[str, list[tuple[str, str]] | str]] = {tool: {} for tool in PEERS}
    for tool, kinds in PEERS.items():
        for name, made in kinds.items():
            if name in ours:
                theirs[tool][name] = peer_pairs(args.peers, tool, made, [old for old, _ in ours[name][2]] or texts[:20])
    every = [pairs for _, _, pairs in ours.values()]
    every += [pairs for found in theirs.values() for pairs in found.values() if not isinstance(pairs, str)]
    bits = bits_of((text for pairs in every for pair in pairs for text in pair), args.bits)
    rows = [["operator", "reach", "bits a word", "nlpaug", "TextAttack"]]
    figures: dict[str, Any] = {}
    kept = {}
    for name, (operator, reached, pairs) in ours.items():
        change = _change(pairs, bits)
        peers = {tool: _told(theirs[tool].get(name), bits) for tool in PEERS}
        rows.append([name, f"{reached / len(texts):.2f}", _signed(change), *(peers[tool] for tool in PEERS)])
        figures[name] = {"version": operator.version, "reach": reached / len(texts), "bits_a_word": change, **peers}
        found = (change, *(_peer_change(theirs[tool].get(name), bits) for tool in PEERS))
        said = "\t".join("" if one is None else f"{one:.2f}" for one in found)
        kept[name] = f"{name}\t{operator.version}\t{reached / len(texts):.2f}\t{len(pairs)}\t{said}"
    measure.report("naturalness", rows, figures)
    if args.keep:
        keep(kept)


def keep(lines: dict[str, str]) -> None:
    """Write measured.tsv with these lines by operator, in the registry's order, and those of others that it has."""
    old = {line.split("\t")[0]: line for line in MEASURED.read_text(encoding="utf-8").splitlines()}
    every = old | {name: _with_peers(line, old.get(name, "")) for name, line in lines.items()}
    found = [every[operator.name] for operator in REGISTRY if operator.name in every]
    MEASURED.write_text(HEAD + "\n".join(found) + "\n", encoding="utf-8")


def _with_peers(line: str, old: str) -> str:
    """A line with the old figures of other tools where it has none."""
    new, before = line.split("\t"), old.split("\t")
    return "\t".join([*new[:5], *(one or other for one, other in zip(new[5:], before[5:] or ["", ""], strict=True))])


def _first(name: str, text: str) -> str | None:
    try:
        return next(iter(lr.perturb(name, text)), None)
    except lr.OperatorError:
        return None


def _change(pairs: Sequence[tuple[str, str]], bits: dict[str, float]) -> float | None:
    """Mean bits a word of the variants above those of their originals; None without any."""
    return sum(bits[new] - bits[old] for old, new in pairs) / len(pairs) if pairs else None


def _signed(value: float | None) -> str:
    return "-" if value is None else f"{value:+.2f}"


def _peer_change(pairs: list[tuple[str, str]] | str | None, bits: dict[str, float]) -> float | None:
    return None if pairs is None or isinstance(pairs, str) else _change(pairs, bits)


def _told(pairs: list[tuple[str, str]] | str | None, bits: dict[str, float]) -> str:
    if pairs is None:
        return ""
    return f"({pairs})" if isinstance(pairs, str) else _signed(_peer_change(pairs, bits))


if __name__ == "__main__":
    main()
