"""Operators by their authors' law, and released variants; the published rows run through them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from llmrobust.operators import REGISTRY, Draw, Relation
from llmrobust.operators.builtin.published.promptbench import parse_attacked
from llmrobust.operators.builtin.published.rupbench import INSERTED
from llmrobust.operators.builtin.surface.lookalikes import LEET
from tests.operators.prompts import rendered, review, texts, values, variants

LONG = " ".join(f"word{'abcdefghijklmnopqrstuvwxyz'[i % 26]}{'xyz'[i % 3]}" for i in range(35)) + "."


def test_typos_hit_three_to_six_words() -> None:
    for one in variants("rup.typos", review(LONG), samples=10).values():
        assert one.edits is not None
        assert 3 <= one.edits.made <= 6


def test_leet_takes_whole_words_by_length() -> None:
    short, long = "see the old oak tree", LONG
    for text, most in ((short, 1), (long, 5)):
        for found in values("rup.leet", text, samples=5).values():
            changed = [new for old, new in zip(text.split(), found.split(), strict=True) if old != new]
            assert 1 <= len(changed) <= most
            assert not any(letter in LEET for word in changed for letter in word.rstrip("."))


def test_words_of_truisms_are_scattered_or_appended() -> None:
    scattered = values("rup.stress", LONG)["0"]
    assert [word for word in scattered.split() if word.startswith("word")] == LONG.split()
    appended = values("rup.stress", "It was fine.")["0"]
    assert appended.startswith("It was fine. ")
    assert set(appended.split()[3:]) <= {word for statement in INSERTED["statements"] for word in statement.split()}


def test_compounds_and_clefts_promise_nothing() -> None:
    for name in ("rup.compound", "rup.it_cleft", "rup.wh_cleft"):
        operator = REGISTRY.get(name)
        assert operator is not None
        assert operator.relation is Relation.NO_PROMISE
    assert values("rup.it_cleft", "The waiter brought the soup.")["0"] == "It was waiter that brought soup ."


def test_published_laws_hold_for_the_published_rows(shared_data: Path) -> None:
    """Of the authors' rows: StressTest adds words of truisms only, and leetspeak keeps the number of words."""
    rows = list(csv.DictReader((shared_data / "rupbench" / "CommonsenseQA.csv").open(encoding="utf-8")))
    stress = {word for statement in INSERTED["statements"] for word in statement.split()} | {
        "ice",
        "cold",
        "lemons",
        "are",
        "sour",
    }
    odd = 0
    for row in rows:
        clean, scattered, leet = (row[f"question_stem{suffix}"].split() for suffix in ("", "_stress", "_Leet"))
        added = list(scattered)
        for word in clean:
            if word in added:
                added.remove(word)
        odd += not set(added) <= stress
        assert len(leet) == len(clean)
    assert odd <= len(rows) * 0.05


def test_columns_of_published_rows_are_variants(shared_data: Path) -> None:
    rows = list(csv.DictReader((shared_data / "rupbench" / "CommonsenseQA.csv").open(encoding="utf-8")))
    columns = {
        suffix: f"question_stem_{suffix}"
        for suffix in ("typos", "HP", "Leet", "It_cleft", "stress", "checklist", "comp")
    }
    operator = REGISTRY.get("published.columns")
    assert operator is not None
    params = operator.params(of="question_stem", columns=columns)
    for row in rows[:40]:
        prompt = rendered("Q: {{ question_stem }}\nA:\n", row)
        found = {one.name: one for one in operator.variants(prompt, params, Draw(0, "u", "e", row))}
        assert set(found) == {name.lower() for name, column in columns.items() if row[column].strip()}
        assert row["question_stem_typos"] in found["typos"].prompt.messages[0].text


def test_released_pairs_carry_their_new_label(shared_data: Path) -> None:
    rows = [json.loads(line) for line in (shared_data / "fluke" / "sa.jsonl").read_text(encoding="utf-8").splitlines()]
    operator = REGISTRY.get("published.columns")
    assert operator is not None
    params = operator.params(of="original_text", text="modified_text", name="modification", gold="modified_label")
    moved = {True: 0, False: 0}
    for row in rows[::4]:
        prompt = rendered("Review: {{ original_text }}\nMood:\n", row)
        draw = Draw(0, "u", "e", row, (), str(row["original_label"]))
        (one,) = operator.variants(prompt, params, draw)
        changes = row["original_label"] != row["modified_label"]
        moved[changes] += 1
        assert (one.expected == str(row["modified_label"])) is changes
        assert one.relation is (Relation.FOLLOWS if changes else Relation.SAME)
    assert moved[True] > 5
    assert moved[False] > 50


def test_stored_attacks_are_variants_of_their_instruction(shared_data: Path) -> None:
    rows = parse_attacked((shared_data / "promptbench" / "attacked_instructions.jsonl").read_text(encoding="utf-8"))
    assert len(rows) == 426
    operator = REGISTRY.get("promptbench.attacked")
    assert operator is not None
    assert operator.searched
    original = rows[0].original
    template = f"{{% instruction %}}{original}{{% endinstruction %}}\nSentence: {{{{ s }}}}\nAnswer:\n"
    prompt = rendered(template, {"s": "Fine."})
    found = list(operator.variants(prompt, operator.params(rows=rows), Draw(0, "u", "e", {})))
    assert len(found) == len([row for row in rows if row.original.strip() == original.strip()])


def test_attacked_files_are_checked_by_line() -> None:
    with pytest.raises(ValueError, match="line 2"):
        parse_attacked('{"original": "a", "attacked": "b"}\n{"original": 1}\n')
    with pytest.raises(ValueError, match="no attacked instruction"):
        parse_attacked("\n")


def test_strings_are_the_same_for_every_example() -> None:
    first = texts("promptbench.checklist", review("One."))["string"]
    second = variants("promptbench.checklist", review("One."), example="other")["string"].prompt.messages[0].text
    assert first == second
    assert len(first.split("negative.")[1].split("\n")[0].strip()) == 10
    assert set(texts("promptbench.stress", review("One."))) == {"true", "false", "five-times"}


def test_noise_of_slots_changes_values_only_and_the_gold_follows(shared_data: Path) -> None:
    rows = [
        json.loads(line)
        for line in (shared_data / "noise-llm" / "samples.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    operator = REGISTRY.get("noise.entity_typos")
    assert operator is not None
    checked = 0
    for row in rows:
        values_ = [
            word for word, tag in zip(row["tokens"], row["tags"], strict=True) if tag.startswith("B-") and len(word) > 3
        ]
        if row["noise"] != "clean" or not values_ or row["tokens"].count(values_[0]) != 1:
            continue
        fields = {"text": " ".join(row["tokens"]), "slot": values_[0]}
        prompt = rendered("Say: {{ text }}\nSlot:\n", fields)
        for one in operator.variants(
            prompt, operator.params(fields=["slot"]), Draw(0, "u", "e", fields, (), values_[0])
        ):
            assert one.expected == one.detail[values_[0]]
            assert one.prompt.messages[0].text == prompt.messages[0].text.replace(values_[0], str(one.expected))
            checked += 1
    assert checked > 10


def test_wordings_of_instruction_induction_are_paraphrases(shared_data: Path) -> None:
    from llmrobust.operators.builtin.instructions.paraphrase import parse_wordings

    tasks = json.loads((shared_data / "instruction-induction" / "instructions.json").read_text(encoding="utf-8"))
    for wordings in tasks.values():
        listed = wordings if isinstance(wordings, list) else next(iter(wordings.values()))
        assert parse_wordings(json.dumps(listed))


def test_the_irrelevant_record_makes_misleading_information(shared_data: Path) -> None:
    record = json.loads((shared_data / "irrqa" / "example.jsonl").read_text(encoding="utf-8").splitlines()[0])
    fields = {
        "question": record["question"],
        "subject": record["subj"],
        "relation": record["prop"],
        "wrong": "Chicago",
        "other": "Bill",
    }
    operator = REGISTRY.get("context.misleading")
    assert operator is not None
    found = list(
        operator.variants(rendered("Q: {{ question }}\nA:\n", fields), operator.params(), Draw(0, "u", "e", fields))
    )
    assert [one.name for one in found] == ["cc", "ml", "fa"]


def test_a_typo_in_a_slot_follows_into_a_json_answer() -> None:
    operator = REGISTRY.get("noise.entity_typos")
    assert operator is not None
    fields = {"text": "book the el shaddai hotel", "name": "el shaddai"}
    gold = '{"el shaddai": ["el shaddai", "x"], "n": 2}'
    draw = Draw(0, operator.name, "e", fields, (), gold)
    (one,) = operator.variants(rendered("Text: {{ text }}\nSlots:", fields), operator.params(fields=["name"]), draw)
    new = one.detail["el shaddai"]
    assert (one.relation, one.expected) == (Relation.FOLLOWS, '{"el shaddai": ["' + new + '", "x"], "n": 2}')
