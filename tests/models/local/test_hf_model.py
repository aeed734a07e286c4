"""The transformers backend, against forward passes written out here."""

from __future__ import annotations

import asyncio
import math
import shutil

import pytest

from llmrobust.errors import ModelError
from llmrobust.models import parse_spec
from llmrobust.models.local.weights import folder_fingerprint
from llmrobust.request import Failure, Request, Sampling
from tests.models.requests import chat, completion

pytestmark = pytest.mark.e2e

TEXTS = ["Is it good?", "Is this long film any good, or rather not, all in all?", "x"]


@pytest.fixture(scope="module")
def spec(toy):
    """The toy in float32, where batches change nothing."""
    return f"hf:{toy}?dtype=float32"


@pytest.fixture(scope="module")
def reference(toy):
    """Log-probabilities of the next token after some tokens, one sequence at a time, and the tokenizer."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(toy, dtype=torch.float32).eval()
    tokenizer = AutoTokenizer.from_pretrained(toy)

    def next_logprobs(ids):
        with torch.inference_mode():
            return torch.log_softmax(model(torch.tensor([ids])).logits[0, -1].float(), -1)

    return next_logprobs, tokenizer


def prompt_ids(tokenizer, request):
    if request.mode == "completion":
        return tokenizer(request.messages[0][1])["input_ids"]
    messages = [{"role": role, "content": text} for role, text in request.messages]
    return tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_dict=False)


def form_tokens(tokenizer, label, lead):
    """The tokens of a label as the suite writes it, then those of its other forms, after a line break."""
    usual = tuple(tokenizer.encode(lead + label))
    words = dict.fromkeys((label, label.capitalize(), label.lower(), label.upper()) if len(label) > 1 else (label,))
    found = [usual]
    for word in words:
        for before in ("", " ", "\n", '"', "**", ' "', " **"):
            anchor = tokenizer.encode("a" if before == "\n" else "a\n")
            whole = tokenizer.encode(("a" if before == "\n" else "a\n") + before + word)
            tokens = tuple(whole[len(anchor) :])
            if whole[: len(anchor)] == anchor and tokens not in found and len(tokens) <= len(usual) + 2:
                found.append(tokens)
    return found


@pytest.mark.parametrize("ask", [chat, completion])
def test_label_score_is_the_sum_over_its_likely_forms(asked, spec, reference, ask):
    """Each form by forward passes over the whole sequence; those that start with a rare token are left out."""
    next_logprobs, tokenizer = reference
    labels = ("positive", "negative", "billing")
    requests = ask(*TEXTS, labels=labels)
    _, replies = asked(parse_spec(spec), requests)
    lead = " " if ask is completion else ""
    longer = 0
    for request, reply in zip(requests, replies, strict=True):
        prompt = list(prompt_ids(tokenizer, request))
        first = next_logprobs(prompt)
        for label, score in zip(labels, reply.label_logprobs, strict=True):
            total = 0.0
            for number, tokens in enumerate(form_tokens(tokenizer, label, lead)):
                if number and len(tokens) > 1 and math.exp(float(first[tokens[0]])) < 0.01:
                    continue
                ids, logprob = list(prompt), 0.0
                for token in tokens:
                    logprob += float(next_logprobs(ids)[token])
                    ids.append(token)
                longer += number > 0 and len(tokens) > 1
                total += math.exp(logprob)
            assert score == pytest.approx(math.log(total), abs=1e-3)
        assert reply.text == labels[max(range(3), key=reply.label_logprobs.__getitem__)]
        assert reply.label_mass == pytest.approx(sum(math.exp(one) for one in reply.label_logprobs))
        assert reply.prompt_tokens == len(prompt)
    assert longer, "some form of several tokens must count, or nothing is shown of them"


@pytest.mark.parametrize("ask", [chat, completion])
def test_greedy_text_is_the_likeliest_token_again_and_again(asked, spec, reference, ask):
    next_logprobs, tokenizer = reference
    requests = ask(*TEXTS, sampling=Sampling(max_tokens=6))
    _, replies = asked(parse_spec(spec), requests)
    for request, reply in zip(requests, replies, strict=True):
        ids, said = list(prompt_ids(tokenizer, request)), []
        while len(said) < 6:
            token = int(next_logprobs(ids).argmax())
            if token == tokenizer.eos_token_id:
                break
            said.append(token)
            ids.append(token)
        assert reply.text == tokenizer.decode(said, skip_special_tokens=True)
        assert reply.finish_reason == ("length" if len(said) == 6 else "stop")


def test_sampled_text_depends_on_the_seed_and_not_on_its_neighbours(asked, spec):
    def texts(seed, *prompts):
        sampling = Sampling(temperature=1.0, seed=seed, max_tokens=8)
        return [reply.text for reply in asked(parse_spec(spec), chat(*prompts, sampling=sampling))[1]]

    alone = texts(1, TEXTS[0])
    assert texts(1, *TEXTS)[0] == alone[0]
    assert texts(2, TEXTS[0]) != alone


def test_sampling_leaves_the_random_state_of_the_process_alone(asked, spec):
    import torch

    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    asked(parse_spec(spec), chat("x", sampling=Sampling(temperature=1.0, seed=9)))
    assert torch.rand(1) == expected


def test_stop_string_ends_the_text_before_it(asked, spec):
    def ask(*stop):
        return asked(parse_spec(spec), chat("x", sampling=Sampling(max_tokens=12, stop=stop)))[1][0]

    whole = ask().text
    stop = whole[3:5]
    cut = ask(stop)
    assert cut.text == whole[: whole.index(stop)]
    assert cut.finish_reason == "stop"


def test_defaults_of_the_generation_config_do_not_mix_in(asked, toy, spec, tmp_path):
    """The toy's generation config asks for sampling at temperature 0.9 and top_k 5."""
    shutil.copytree(toy, tmp_path / "plain")
    (tmp_path / "plain" / "generation_config.json").unlink()
    requests = chat(*TEXTS, sampling=Sampling(max_tokens=6))
    plain = asked(parse_spec(f"hf:{tmp_path / 'plain'}?dtype=float32"), requests)[1]
    assert [reply.text for reply in asked(parse_spec(spec), requests)[1]] == [reply.text for reply in plain]


def test_prompt_without_room_for_its_answer_is_rejected_alone(asked, spec):
    requests = completion("x", "a b c " * 400, sampling=Sampling(max_tokens=4))
    _, replies = asked(parse_spec(spec), requests)
    assert replies[0].finish_reason in ("stop", "length")
    assert replies[1].kind == "too-long"
    assert "does not fit the model's context of 1024 tokens" in replies[1].message


def test_prompt_without_room_for_a_label_is_rejected_alone(asked, spec):
    _, replies = asked(parse_spec(spec), completion("x", "a b c " * 400, labels=("A", "B")))
    assert [isinstance(reply, Failure) for reply in replies] == [False, True]


def test_labels_of_equal_tokens_are_answered_by_text(asked, spec):
    _, replies = asked(parse_spec(spec), chat("x", labels=("A", "A"), sampling=Sampling(max_tokens=2)))
    assert (replies[0].scored_by, replies[0].label_logprobs) == ("text", None)


def test_replies_keep_the_order_of_the_requests(asked, spec):
    texts = [f"Is film {i} {'very ' * (i % 7)}good?" for i in range(24)]
    together = asked(parse_spec(spec), chat(*texts, labels=("A", "B")))[1]
    for i in (0, 11, 23):
        alone = asked(parse_spec(spec), chat(texts[i], labels=("A", "B")))[1][0]
        assert together[i].label_logprobs == pytest.approx(alone.label_logprobs, abs=1e-3)


def test_batch_that_does_not_fit_in_memory_is_cut_smaller(spec):
    import torch

    async def go():
        model = parse_spec(spec)
        try:
            await model.open()
            expected = await model.answer(batch)
            forward = model._loaded._model.forward

            def small(input_ids=None, **others):
                if len(input_ids) > room:
                    raise torch.cuda.OutOfMemoryError("full")
                return forward(input_ids=input_ids, **others)

            model._loaded._model.forward = small
            found = await model.answer(batch)
            return [r.label_logprobs for r in expected], [r.label_logprobs for r in found]
        finally:
            await model.close()

    batch, room = chat(*TEXTS, *TEXTS, labels=("A", "B")), 2
    expected, found = asyncio.run(go())
    for one, two in zip(expected, found, strict=True):
        assert one == pytest.approx(two, abs=1e-3)
    room = 0
    with pytest.raises(ModelError, match="too little memory on the device for a prompt of"):
        asyncio.run(go())


@pytest.mark.parametrize("options", ["?dtype=float33", "?device=tpu9"])
def test_value_that_an_option_cannot_have_is_an_error(asked, toy, options):
    with pytest.raises(ModelError, match="cannot be loaded by transformers"):
        asked(parse_spec(f"hf:{toy}{options}"), [])


def test_chat_without_a_template_is_an_error(asked, toy, tmp_path):
    shutil.copytree(toy, tmp_path / "base")
    (tmp_path / "base" / "chat_template.jinja").unlink()
    with pytest.raises(ModelError, match="no chat template"):
        asked(parse_spec(f"hf:{tmp_path / 'base'}"), chat("x"))


def test_folder_without_a_model_is_an_error(asked, tmp_path):
    with pytest.raises(ModelError, match="cannot be loaded by transformers"):
        asked(parse_spec(f"hf:{tmp_path}"), [])


def test_constrained_scoring_is_an_error_that_says_what_there_is(asked, spec):
    with pytest.raises(ModelError, match="cannot score labels by constrained: it offers logprobs, text"):
        asked(parse_spec(spec), chat("x", labels=("A", "B"), scoring="constrained"))


def test_fingerprint_follows_weights_template_and_dtype(asked, toy, tmp_path):
    def fingerprint(folder, options=""):
        return asked(parse_spec(f"hf:{folder}{options}"), [])[0].fingerprint

    shutil.copytree(toy, tmp_path / "copy")
    first = fingerprint(toy)
    assert fingerprint(tmp_path / "copy") == first
    assert fingerprint(toy, "?dtype=float32") != first
    template = tmp_path / "copy" / "chat_template.jinja"
    template.write_text(template.read_text().replace("<|end|>", "<|end|>\n"))
    assert fingerprint(tmp_path / "copy") != first


def test_folder_fingerprint_sees_a_changed_weight(toy, tmp_path, monkeypatch):
    from llmrobust.models.local import weights

    shutil.copytree(toy, tmp_path / "copy")
    assert folder_fingerprint(tmp_path / "copy") == folder_fingerprint(toy)
    monkeypatch.setattr(weights, "READ_WHOLE_BYTES", 1024)
    monkeypatch.setattr(weights, "SAMPLE_BYTES", 512)
    sampled = folder_fingerprint(toy)
    file = tmp_path / "copy" / "model.safetensors"
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert folder_fingerprint(tmp_path / "copy") != sampled


def test_nothing_is_printed(asked, spec, capfd):
    asked(parse_spec(spec), chat("x"))
    assert capfd.readouterr() == ("", "")


def test_asking_a_closed_model_is_an_error(spec):
    with pytest.raises(ModelError, match="is not open"):
        asyncio.run(parse_spec(spec).answer([Request((("user", "x"),))]))
