"""Tasks whose answer is made of everything that the input says, so that no sentence can be added to it."""

from __future__ import annotations

import re
from functools import lru_cache

from llmrobust.prompt.spans import Prompt

_ENGLISH = (
    r"translat(?:e|ion)",
    r"(?:rewrite|rephrase|paraphrase|proofread|repeat|copy|reverse|capitali[sz]e) "
    r"(?:the|this|it|each|every|all|an?|what|in)",
    r"(?:correct|fix) (?:the|this|all|any) (?:\w+ )?(?:grammar|spelling|errors?|mistakes?|typos?|sentence|text)",
    r"(?:count|how many|number of|amount of) (?:the )?(?:\w+ )?(?:words|letters|characters|vowels|sentences|tokens)",
    r"(?:first|second|third|last|longest|shortest) (?:word|letter|character|sentence)",
    r"starting with the letter",
    r"(?:which|what|identify the|name the|detect the) language",
    r"language (?:of|is|identification)",
    r"(?:continu(?:e|ing|ation)|finish) (?:of )?(?:the|this|it|or)",
    r"complete (?:the|this) (?:sentence|text|story|prompt)",
    r"sequence of actions|anagram|palindrome|unscramble|past tense|passive voice|pluralize",
)
_GERMAN = (
    r"übersetz\w*|umformulier\w*|korrigier\w*|wiederhol\w*|zähl\w*|vervollständig\w*|rückwärts",
    r"(?:formuliere?n?|schreibe?n?)\b[^.!?]*\bum",
    r"(?:setze?n?|führe?n?)\b[^.!?]*\bfort",
    r"wie viele (?:wörter|buchstaben|zeichen|sätze)",
    r"(?:erste|letzte|längste|kürzeste)[nrs]? (?:wort|buchstaben?|zeichen|satz)",
    r"sprache (?:des|der|ist)|welche[rn]? sprache",
)
_CHINESE = (
    "翻译|译成|改写|润色|纠正|改正|修改(?:病句|错误)|复述|重复|多少个?字|几个字|字数|什么语言|哪种语言|使用的语言",
    "续写|补全|接着写|倒序|颠倒|拼写",
)
_MADE_OF_ALL = re.compile(rf"\b(?:{'|'.join((*_ENGLISH, *_GERMAN))})\b|{'|'.join(_CHINESE)}", re.IGNORECASE)


def answer_is_made_of_all(prompt: Prompt) -> bool:
    """Whether the prompt's own text asks for a translation, a correction, a count, the language, a continuation ..."""
    own = "".join(
        span.text if span.kind != "variable" else "\0" for message in prompt.messages for span in message.spans
    )
    return _asks_for_all(own)


@lru_cache(maxsize=1024)
def _asks_for_all(text: str) -> bool:
    return _MADE_OF_ALL.search(text) is not None
