"""Chat templates, compared with what transformers makes of them."""

from __future__ import annotations

import json

import pytest

from llmrobust.models.local.chat_template import ChatTemplate
from llmrobust.models.local.tiny import WEIGHTS

TEMPLATES = {
    "plain": "{% for m in messages %}\n  {% if m.role == 'system' %}\n# {{ m.content }}\n  {% endif %}\n{{ m.content }}|{% endfor %}"
    "{{ '>' if add_generation_prompt }}",
    "strips": "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m['content'].strip() }}\n{% endfor %}",
    "tags": "{% for m in messages %}{% generation %}{{ m.content }}{{ eos_token }}{% endgeneration %}{% endfor %}",
    "json": "{% for m in messages %}{% if loop.index > 9 %}{% break %}{% endif %}{{ m | tojson }}{{ m.content | tojson(indent=2) }}{% endfor %}",
    "none": "{% if tools is none and documents is none and not thinking is defined %}{{ messages[-1].content }}{% endif %}",
}
CHATS = [
    [{"role": "user", "content": "  a <b> & 'c' \" é 世界 \n"}],
    [{"role": "system", "content": "be\nbrief"}, {"role": "user", "content": "x"}],
    [{"role": "user", "content": "x"}, {"role": "assistant", "content": "So it is "}],
    [{"role": "user", "content": "x"}, {"role": "assistant", "content": "So"}],
]
SETTINGS = {"bos_token": "<s>", "eos_token": {"content": "</s>", "special": True}, "pad_token": None}


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("chat", CHATS, ids=["awkward", "system", "begun", "begun-word"])
def test_text_is_that_of_transformers(tmp_path, name, chat):
    rendering = pytest.importorskip("transformers.utils.chat_template_utils")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(SETTINGS))
    (tmp_path / "chat_template.jinja").write_text(TEMPLATES[name])
    continues = chat[-1]["role"] == "assistant"
    ours = ChatTemplate.of_folder(tmp_path)
    try:
        (expected,), _ = rendering.render_jinja_template(
            [chat],
            chat_template=TEMPLATES[name],
            add_generation_prompt=not continues,
            continue_final_message=continues,
            bos_token="<s>",
            eos_token="</s>",
        )
    except ValueError:
        with pytest.raises(ValueError, match="drops the message"):
            ours.render(chat, continues=continues)
    else:
        assert ours.render(chat, continues=continues) == expected


def test_template_is_found_where_folders_have_it(tmp_path):
    def shown():
        found = ChatTemplate.of_folder(tmp_path)
        return found and found.render([])

    assert shown() is None
    several = [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "usual"}]
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": several}))
    assert shown() == "usual"
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"chat_template": "one", "bos_token": "<s>"}))
    assert shown() == "one"
    (tmp_path / "chat_template.json").write_text('{"chat_template": "of a processor {{ bos_token }}"}')
    assert shown() == "of a processor <s>"
    (tmp_path / "chat_template.jinja").write_text("of a file")
    assert shown() == "of a file"
    assert ChatTemplate.of_folder(tmp_path, "given {{ bos_token }}").render([]) == "given <s>"


@pytest.mark.parametrize("content", ["{% if %}", b"\xff\xfe\x00"], ids=["mistake", "bytes"])
def test_template_that_cannot_be_read_is_none(tmp_path, content):
    path = tmp_path / "chat_template.jinja"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert ChatTemplate.of_folder(tmp_path) is None


def test_settings_that_cannot_be_read_leave_no_template(tmp_path):
    (tmp_path / "chat_template.jinja").write_text("x")
    (tmp_path / "tokenizer_config.json").write_text("[1]")
    assert ChatTemplate.of_folder(tmp_path) is None


def test_templates_cannot_reach_out():
    with pytest.raises(Exception, match=r"unsafe|undefined"):
        ChatTemplate("{{ messages.__class__.__mro__[1].__subclasses__() }}").render([])


def test_bundled_model_has_a_template():
    assert ChatTemplate.of_folder(WEIGHTS) is not None
