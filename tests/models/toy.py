"""A small model with random weights, made on the spot: a real model folder for tests and benchmarks."""

from __future__ import annotations

import json
from pathlib import Path

CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
SPECIAL = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
CORPUS = [
    "Classify the review as positive or negative.",
    "The film was a delight and the actors were superb, positive.",
    "A dull and tedious evening, negative.",
    "Which of the options is right? A. yes B. no C. maybe",
    "Ticket: I was charged twice this month. Category: billing",
] * 20


def make_toy(
    folder: Path, *, seed: int = 0, vocabulary: int = 384, context: int = 1024, generation_config: bool = True
) -> Path:
    """The folder, now holding a two-layer Llama with random weights, a byte-level BPE tokenizer and a template.

    The same seed gives the same weights. The weights are drawn wide, so that the answers differ clearly between
    prompts. `generation_config` writes sampling defaults that a client must override.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=SPECIAL,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(CORPUS, trainer)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|end|>", pad_token="<|pad|>", model_max_length=context
    )
    fast.chat_template = CHAT_TEMPLATE
    fast.save_pretrained(folder)

    config = LlamaConfig(
        vocab_size=len(fast),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=context,
        tie_word_embeddings=False,
        bos_token_id=None,
        eos_token_id=fast.eos_token_id,
        pad_token_id=fast.pad_token_id,
        dtype="bfloat16",
    )
    state = torch.random.get_rng_state()
    torch.manual_seed(seed)
    model = LlamaForCausalLM(config).to(torch.bfloat16)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                parameter.normal_(0.0, 0.15)
    torch.random.set_rng_state(state)
    model.save_pretrained(folder)
    if generation_config:
        defaults = {"temperature": 0.9, "top_k": 5, "eos_token_id": fast.eos_token_id, "do_sample": True}
        (folder / "generation_config.json").write_text(json.dumps(defaults))
    return folder
