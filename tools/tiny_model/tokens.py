"""The tokenizer of the tiny model: byte-level BPE learned from generated prompts, label words as single tokens."""

import json
from pathlib import Path
from typing import Any

from tools.tiny_model.corpus import ASSISTANT, END, SYSTEM, USER, stream
from tools.tiny_model.items import LABELS
from tools.tiny_model.layouts import DIGITS, LOWER, UPPER
from tools.tiny_model.words import NAMES, RELATIONS

PAD = "<pad>"
SPECIAL = (PAD, END, SYSTEM, USER, ASSISTANT)
VOCABULARY = 1536
CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'system' %}<|system|>{{ message['content'] }}"
    "{% elif message['role'] == 'user' %}<|user|>{{ message['content'] }}"
    "{% elif message['role'] == 'assistant' %}<|assistant|>{{ message['content'] }}</s>"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def label_words() -> list[str]:
    """Every word that can be an answer to a closed question; each is one token, with and without a leading space."""
    words = [word for labels in LABELS.values() for word in labels]
    return [*words, *UPPER, *LOWER, *DIGITS]


def make_tokenizer(seed: int, sequences: int = 6000) -> Any:
    """A ``tokenizers.Tokenizer`` learned from the first sequences of the training stream.

    Label words and the values of facts are counted often enough to become single tokens.
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    values = [value for relation in RELATIONS for value in relation.values]
    single = [*label_words(), *NAMES, *values]
    texts = ["".join(text for text, _ in pieces) for pieces in stream(seed, 0, sequences)]
    for special in SPECIAL:
        texts = [text.replace(special, "\n") for text in texts]
    texts += [form for word in single for form in (word, f" {word}") for _ in range(1000)]
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def save_tokenizer(tokenizer: Any, folder: Path, max_tokens: int) -> None:
    """Write ``tokenizer.json``, ``tokenizer_config.json`` and ``chat_template.jinja``."""
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "eos_token": END,
        "pad_token": PAD,
        "additional_special_tokens": [SYSTEM, USER, ASSISTANT],
        "model_max_length": max_tokens,
        "clean_up_tokenization_spaces": False,
        "padding_side": "left",
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")
    (folder / "chat_template.jinja").write_text(CHAT_TEMPLATE)
