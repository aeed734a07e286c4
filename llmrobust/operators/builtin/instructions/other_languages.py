"""Instructions in German and Chinese: wordings and rewordings from reviewed files, one set a language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal

from llmrobust.operators.lexicons import read_lexicon

SPOKEN = ("en", "de", "zh")
"""The languages that wordings exist in."""
_FORMAL = {"de": re.compile(r"\bSie\b|\bIhre?[mnrs]?\b"), "zh": re.compile("您")}
_ROLE = {"de": re.compile(r"\b(?:du bist|sie sind)\b", re.IGNORECASE), "zh": re.compile(r"[你您]是|作为一|扮演")}
_OUTPUT = {
    "de": re.compile(
        r"\b(?:antwort(?:e|en sie)|gib|geben sie|schreib\w*|nenne|nennen sie) (?:\w+ )?(?:nur|mit|in|als)\b|\bnur\b|"
        r"Schritt|erklär|begründ|warum|ausführlich|\bin [^.!?]{0,30}\bS(?:atz|ätzen)\b|Absatz|JSON|XML|Format|\bWort\b|"
        r"Worte|Wörter",
        re.IGNORECASE,
    ),
    "zh": re.compile(
        r"只|仅|输出|格式|JSON|XML|解释|步骤|一步|理由|原因|为什么|详细|一个词|一句话|句话|字以内|用.{1,12}(?:回答|作答)"
    ),
}
_POLITE = {"de": re.compile(r"\bbitte\b", re.IGNORECASE), "zh": re.compile("请|麻烦")}
_COMMAND = {
    "de": re.compile(
        r"(?P<verb>Entscheide|Bestimme|Beurteile|Beantworte|Antworte|Klassifiziere|Kategorisiere|Ordne|Wähle|Fasse|Übersetze|"
        r"Lies|Prüfe|Sage?|Nenne|Gib|Schreibe?|Finde|Extrahiere|Bewerte|Vergleiche|Korrigiere|Erkläre|Berechne|Löse|Suche|"
        r"(?:Entscheiden|Bestimmen|Beurteilen|Beantworten|Antworten|Klassifizieren|Kategorisieren|Ordnen|Wählen|Fassen|"
        r"Übersetzen|Lesen|Prüfen|Sagen|Nennen|Geben|Schreiben|Finden|Extrahieren|Bewerten|Vergleichen|Korrigieren|Erklären|"
        r"Berechnen|Lösen) Sie)\b"
    ),
    "zh": re.compile(
        r"(?P<verb>判断|回答|选择|选出|确定|阅读|分类|总结|概括|翻译|提取|改写|根据|指出|说明|找出|计算|比较|写出|列出|给出|将|把)"
    ),
}
_IMPORTANT = {"en": "IMPORTANT: ", "de": "WICHTIG: ", "zh": "重要："}
_ENDS = (".", "!", "?", "。", "！", "？")


def wordings(language: str, kind: Literal["persona", "hedge", "output_format"], text: str) -> list[tuple[str, str]]:
    """(variant name, sentence) of a kind, as a text with this tone of address (du or Sie) would say it."""
    formal = bool(_FORMAL[language].search(text))
    rows = read_lexicon(__package__ or "", f"wordings.{language}")
    return [(name, formally if formal else informally) for one, name, informally, formally in rows if one == kind]


def introduced(language: str, text: str, lead: str) -> str | None:
    """The instruction after a sentence that says who answers; None where it says so itself."""
    if _ROLE[language].search(text):
        return None
    return f"{lead}{'' if language == 'zh' else ' '}{text.lstrip()}"


def followed(language: str, text: str, tail: str, *, form: bool = False) -> str | None:
    """The instruction with a sentence after it; None where it ends with none, or asks for a form where `form` would."""
    body = text.rstrip()
    if not body.endswith(_ENDS) or (form and _OUTPUT[language].search(text)):
        return None
    return f"{body}{'' if language == 'zh' else ' '}{tail}{text[len(body) :]}"


def important(language: str) -> str:
    """What matters of the text before an instruction."""
    return _IMPORTANT.get(language, _IMPORTANT["en"])


def please(language: str, text: str) -> str | None:
    """The instruction asked politely; None where it is, or where it does not begin with a known command."""
    body = text.lstrip()
    found = _COMMAND[language].match(body)
    if found is None or _POLITE[language].search(text):
        return None
    lead = text[: len(text) - len(body)]
    return f"{lead}请{body}" if language == "zh" else f"{lead}Bitte {body[:1].lower()}{body[1:]}"


def by_rule(language: str, text: str) -> Iterator[tuple[str, str]]:
    """(name of the rule, new text) for every rewording that applies, once each."""
    for name, pattern, replacement in _rewordings(language):
        new = pattern.sub(replacement, text, count=1)
        if new != text:
            yield name, new


@cache
def _rewordings(language: str) -> Sequence[tuple[str, re.Pattern[str], str]]:
    rows = read_lexicon(__package__ or "", f"rewordings.{language}")
    return [(name, re.compile(pattern), replacement) for name, pattern, replacement in rows]
