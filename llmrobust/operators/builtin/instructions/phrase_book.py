"""Usual instructions in nine languages: a phrase book, written for llmrobust (Apache-2.0), no translator.

An instruction is recognised by a pattern over its text, with a NUL in place of every answer label; labels are never
translated. Nouns have their articles, in the nominative and (German) the accusative.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

_PARTICLE = re.compile(r"(?P<before>[가-힣])(?P<first>[을이])\((?P<second>[를가])\)")
Language = Literal["de", "fr", "es", "it", "pt", "zh", "ja", "ko", "ar"]
_ANSWERS = r"(?P<answers>['\"]?\0['\"]?(?:, ['\"]?\0['\"]?)*(?:,? or ['\"]?\0['\"]?))"
_THING = r"the (?:following |given )?(?P<thing>[a-z]+)"


@dataclass(frozen=True, slots=True)
class Phrase:
    """A kind of instruction: how it is recognised, and how each language says it.

    In `said`, {answers} means the labels, {thing} a noun with its article, {acc} its accusative.
    """

    patterns: tuple[re.Pattern[str], ...]
    said: Mapping[Language, str]


def _phrase(*patterns: str, **said: str) -> Phrase:
    full = tuple(re.compile(rf"(?:please )?{pattern}\s*[.:]?", re.IGNORECASE) for pattern in patterns)
    return Phrase(full, said)  # type: ignore[arg-type]


JOINTS: Mapping[Language, tuple[str, str]] = {
    "de": (", ", " oder "), "fr": (", ", " ou "), "es": (", ", " o "), "it": (", ", " o "), "pt": (", ", " ou "),
    "zh": ("、", " 或 "), "ja": ("、", " または "), "ko": (", ", " 또는 "), "ar": ("، ", " أو "),
}  # fmt: skip
"""What separates labels, and what precedes the last one."""
THINGS: Mapping[str, Mapping[Language, str | tuple[str, str]]] = {
    "review": {"de": "die Rezension", "fr": "la critique", "es": "la reseña", "it": "la recensione", "pt": "a resenha",
               "zh": "评论", "ja": "レビュー", "ko": "리뷰", "ar": "المراجعة"},
    "text": {"de": ("der Text", "den Text"), "fr": "le texte", "es": "el texto", "it": "il testo", "pt": "o texto",
             "zh": "文本", "ja": "テキスト", "ko": "텍스트", "ar": "النص"},
    "sentence": {"de": ("der Satz", "den Satz"), "fr": "la phrase", "es": "la frase", "it": "la frase", "pt": "a frase",
                 "zh": "句子", "ja": "文", "ko": "문장", "ar": "الجملة"},
    "statement": {"de": "die Aussage", "fr": "l'affirmation", "es": "la afirmación", "it": "l'affermazione",
                  "pt": "a afirmação", "zh": "陈述", "ja": "記述", "ko": "진술", "ar": "العبارة"},
    "message": {"de": "die Nachricht", "fr": "le message", "es": "el mensaje", "it": "il messaggio", "pt": "a mensagem",
                "zh": "消息", "ja": "メッセージ", "ko": "메시지", "ar": "الرسالة"},
    "comment": {"de": ("der Kommentar", "den Kommentar"), "fr": "le commentaire", "es": "el comentario",
                "it": "il commento", "pt": "o comentário", "zh": "评语", "ja": "コメント", "ko": "댓글",
                "ar": "التعليق"},
    "ticket": {"de": "das Ticket", "fr": "le ticket", "es": "el ticket", "it": "il ticket", "pt": "o ticket",
               "zh": "工单", "ja": "チケット", "ko": "티켓", "ar": "التذكرة"},
    "question": {"de": "die Frage", "fr": "la question", "es": "la pregunta", "it": "la domanda", "pt": "a pergunta",
                 "zh": "问题", "ja": "質問", "ko": "질문", "ar": "السؤال"},
}  # fmt: skip
PHRASES: Sequence[Phrase] = (
    _phrase(
        rf"(?:answer|reply|respond) (?:with|by)(?: either)? {_ANSWERS}",
        de="Antworte mit {answers}.", fr="Réponds par {answers}.", es="Responde con {answers}.",
        it="Rispondi con {answers}.", pt="Responda com {answers}.", zh="请回答 {answers}。",
        ja="{answers} で答えてください。", ko="{answers} 중 하나로 답하세요.", ar="أجب بـ {answers}.",
    ),
    _phrase(
        rf"(?:decide|determine|say|tell me|state) (?:whether|if) {_THING} is {_ANSWERS}",
        rf"is {_THING} {_ANSWERS}\?",
        de="Entscheide, ob {thing} {answers} ist.", fr="Décide si {thing} est {answers}.",
        es="Decide si {thing} es {answers}.", it="Decidi se {thing} è {answers}.", pt="Decida se {thing} é {answers}.",
        zh="请判断{thing}是 {answers}。", ja="{thing}が {answers} のどれかを判断してください。",
        ko="{thing}이(가) {answers} 중 어느 것인지 판단하세요.", ar="حدّد ما إذا كان {thing}: {answers}.",
    ),
    _phrase(
        rf"(?:classify|categorize|label) {_THING} as(?: either)? {_ANSWERS}",
        de="Ordne {acc} ein: {answers}.", fr="Classe {thing} : {answers}.", es="Clasifica {thing}: {answers}.",
        it="Classifica {thing}: {answers}.", pt="Classifique {thing}: {answers}.", zh="请将{thing}归类为 {answers}。",
        ja="{thing}を {answers} に分類してください。", ko="{thing}을(를) {answers} 중 하나로 분류하세요.",
        ar="صنّف {thing}: {answers}.",
    ),
    _phrase(
        rf"read {_THING} and (?:answer|reply|respond) with {_ANSWERS}",
        de="Lies {acc} und antworte mit {answers}.", fr="Lis {thing} et réponds par {answers}.",
        es="Lee {thing} y responde con {answers}.", it="Leggi {thing} e rispondi con {answers}.",
        pt="Leia {thing} e responda com {answers}.", zh="请阅读{thing}，并回答 {answers}。",
        ja="{thing}を読んで、{answers} で答えてください。", ko="{thing}을(를) 읽고 {answers} 중 하나로 답하세요.",
        ar="اقرأ {thing} وأجب بـ {answers}.",
    ),
    _phrase(
        rf"answer the question with {_ANSWERS}",
        de="Beantworte die Frage mit {answers}.", fr="Réponds à la question par {answers}.",
        es="Responde a la pregunta con {answers}.", it="Rispondi alla domanda con {answers}.",
        pt="Responda à pergunta com {answers}.", zh="请用 {answers} 回答问题。",
        ja="質問に {answers} で答えてください。", ko="질문에 {answers} 중 하나로 답하세요.",
        ar="أجب عن السؤال بـ {answers}.",
    ),
    _phrase(
        "answer the question in (?:one|a single) word",
        de="Beantworte die Frage in einem Wort.", fr="Réponds à la question en un mot.",
        es="Responde a la pregunta en una palabra.", it="Rispondi alla domanda in una parola.",
        pt="Responda à pergunta em uma palavra.", zh="请用一个词回答问题。", ja="質問に一語で答えてください。",
        ko="질문에 한 단어로 답하세요.", ar="أجب عن السؤال بكلمة واحدة.",
    ),
    _phrase(
        "answer the question",
        de="Beantworte die Frage.", fr="Réponds à la question.", es="Responde a la pregunta.",
        it="Rispondi alla domanda.", pt="Responda à pergunta.", zh="请回答问题。", ja="質問に答えてください。",
        ko="질문에 답하세요.", ar="أجب عن السؤال.",
    ),
    _phrase(
        "(?:choose|select|pick) the (?:right|correct) (?:option|answer)",
        de="Wähle die richtige Antwort.", fr="Choisis la bonne réponse.", es="Elige la respuesta correcta.",
        it="Scegli la risposta giusta.", pt="Escolha a resposta certa.", zh="请选择正确的答案。",
        ja="正しい答えを選んでください。", ko="올바른 답을 고르세요.", ar="اختر الإجابة الصحيحة.",
    ),
)  # fmt: skip


def translated(text: str, labels: Sequence[str], language: Language) -> str | None:
    """The instruction in another language; None where the phrase book does not hold it.

    text: the instruction with a NUL for every answer label. labels: the labels that the NULs replace, in order.
    """
    plain = re.sub(r"\s+", " ", text).strip()
    for phrase in PHRASES:
        found = next(filter(None, (pattern.fullmatch(plain) for pattern in phrase.patterns)), None)
        if found is None:
            continue
        named = found.groupdict().get("thing")
        forms = THINGS.get(named.lower(), {}).get(language) if named else ""
        if forms is None:
            return None
        nominative, accusative = (forms, forms) if isinstance(forms, str) else forms
        between, last = JOINTS[language]
        answers = between.join(labels[:-1]) + (last if len(labels) > 1 else "") + (labels[-1] if labels else "")
        said = phrase.said[language].format(answers=answers, thing=nominative, acc=accusative)
        return _PARTICLE.sub(_particle, said) if language == "ko" else said
    return None


def _particle(found: re.Match[str]) -> str:
    """The form of a Korean particle after this syllable: one with a final consonant takes the first one."""
    closed = (ord(found["before"]) - ord("가")) % 28 > 0
    return found["before"] + (found["first"] if closed else found["second"])
