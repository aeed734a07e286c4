"""The instructions of every kind of question: composed for training from parts, and some held out for measuring.

``{a|b}`` in a pattern stands for one of its parts; a pattern stands for every sentence that can be made of it.
"""

import itertools
import re

from tools.tiny_model.draw import Draw
from tools.tiny_model.kinds import KINDS


def expand(pattern: str) -> tuple[str, ...]:
    """Every sentence of a pattern, in the order of its parts: ``{Say|Tell} it.`` is ``("Say it.", "Tell it.")``."""
    parts = [piece[1:-1].split("|") if piece.startswith("{") else [piece] for piece in re.split(r"(\{.*?\})", pattern)]
    return tuple("".join(chosen) for chosen in itertools.product(*parts))


_TONE = "{positive or negative|negative or positive|positive, negative|negative/positive}"
_TEAM = (
    "{billing, bug or praise|bug, billing or praise|praise, bug or billing|bug, praise, billing|billing, praise, bug}"
)
_TRUTH = "{true or false|false or true|true, false|false/true}"
_MOOD = "{happy or unhappy|unhappy or happy|happy, unhappy|unhappy/happy}"
_YES = "{yes or no|no or yes|yes, no|no/yes}"
_SAY = "{Say|Decide|State|Tell me|Judge|Work out}"

PATTERNS: dict[str, tuple[str, ...]] = {
    "sentiment": (
        "Decide whether the review is positive or negative.",
        f"{_SAY} {{whether|if}} the {{review|text|comment|customer's opinion}} {{is|sounds}} {_TONE}.",
        f"Is {{the|this}} {{following review|review|review below|text|opinion|remark}} {_TONE}?",
        f"Classify the {{sentiment|tone|mood|attitude}} of {{the|this}} {{review|text|comment}} as {_TONE}.",
        f"Read the {{review|text}} and {{answer|reply|write}} {_TONE}.",
        f"What is the {{sentiment|tone}} of the {{review|text}}: {_TONE}?",
        f"{{Give|Name|Find}} the {{sentiment|polarity}} {{of the review|expressed here|below}} ({_TONE}).",
        f"{{Mark|Rate|Label}} the {{review|text}} as {_TONE}.",
        f"Does the {{author|reviewer|customer}} {{have a|express a}} {_TONE} {{view|opinion}}?",
        f"{{Would you say that|Do you think that}} the {{review|author}} is {_TONE}?",
        "Did the {author|reviewer} like it (positive) or not (negative)?",
        f"{{Choose|Pick|Give}} {{the label|one word}} that {{fits|describes}} the {{review|feedback|note}}: {_TONE}.",
        f"How does the {{writer|guest|buyer}} {{feel|sound}}: {_TONE}?",
    ),
    "subject": (
        "Name the thing that is reviewed.",
        "{Name|Say|State|Tell me|Write} {what|which thing} {is reviewed|the review is about|the text is about}.",
        "What {is reviewed|is the review about|does the reviewer talk about|does the text speak of}?",
        "{Which|What} {thing|object|product} {is being reviewed|does the review mention|is meant}?",
        "{Find|Give|Extract|Write down|Copy} the {thing|subject|topic|object} {of the review|under review|discussed}.",
        "Read the {review|text} and {name|write|give} its {subject|topic}.",
        "What did the {author|customer|reviewer} {write about|try|comment on}?",
        "{In one word, what|What|Which thing} {was|is} the {writer|guest|buyer} {describing|judging|speaking about}?",
        "{Reply|Answer} with the {name|word} {for|of} the {thing|object|reviewed thing|product}{| in the review}.",
        "{Identify|Mention} the {product|item|thing} that the {review|comment|author} {is about|describes}.",
    ),
    "triage": (
        "Classify the ticket as billing, bug or praise.",
        f"{{Classify|File|Label|Mark}} the {{ticket|message|request|email}} as {_TEAM}.",
        f"Is {{the|this}} {{ticket|message|customer message}} about {_TEAM}?",
        f"{{Choose|Pick|Give|Name|Find}} the {{category|topic|class|kind}} of the {{ticket|message}}: {_TEAM}.",
        f"Read the {{ticket|message}} and {{answer|reply|write}} {_TEAM}.",
        f"{_SAY} {{whether|if}} the {{ticket|message}} is about {_TEAM}.",
        f"{{Which|What}} {{category|topic|label|queue}} {{fits|suits}} the {{ticket|message}}: {_TEAM}?",
        f"{{Route|Send}} the {{ticket|message|request}} to {{the right queue|the right team|a team}} ({_TEAM}).",
        f"What does the {{customer|user}} write about, {_TEAM}?",
        f"{{Sort|File}} {{the|this}} {{ticket|request|email|customer's text}} {{under|by}} {_TEAM}.",
        f"{{Who|Which team|Which desk}} {{should|must}} {{answer|take|get|read}} the "
        f"{{ticket|message|request}}: {_TEAM}?",
        f"{{Assign|Give|Add}} {{one|a|the right}} {{label|tag|word}} ({_TEAM}) to the {{ticket|email|text}}.",
        f"What {{has|did}} the {{customer|sender}} {{written|write|say}}: {_TEAM}?",
        f"{{Put|Place}} the {{ticket|message}} into {{a category|a group}}: {_TEAM}.",
    ),
    "mood": (
        "Is the customer happy or unhappy?",
        f"Is {{the|this}} {{customer|user|sender|author of the ticket|person}} {_MOOD}?",
        f"{_SAY} {{whether|if}} the {{customer|user|sender}} is {_MOOD}.",
        f"{{Classify|Label|Mark}} the {{customer|user|sender|mood}} as {_MOOD}.",
        f"Read the {{ticket|message}} and {{answer|reply|write}} {_MOOD}.",
        f"What is the mood of the {{customer|user|sender}}: {_MOOD}?",
        f"{{Choose|Pick|Give|Name|Find}} the mood of the {{ticket|message|customer}} ({_MOOD}).",
        f"How does the {{customer|user|sender}} feel, {_MOOD}?",
        f"Does the {{customer|user|person}} {{seem|sound}} {_MOOD}?",
        f"{{Describe|Call}} the {{customer|writer|user}} {_MOOD}.",
    ),
    "extraction": (
        "Answer the question in one word.",
        "Answer the question{| from the context| with the context| in a single word| with one word| briefly}.",
        "Use the {context|text|facts|information} to {answer the question|find the answer|reply}.",
        "Read the {context|text|passage} and {answer the question|find the answer|give the answer}.",
        "{Reply to|Respond to} the question{| with a word from the context| in one word}.",
        "{Find|Give|Write|Look for} the answer {to the question|in the context|in the text|in the passage}.",
        "What is the answer to the question{|, according to the text|, given the context}?",
        "{Based on|According to|From} the {context|text|passage}, answer {the question|what is asked}.",
        "{Find|Give|Look for|Search for} what the {question|reader|user} {asks for|wants|is looking for}.",
        "{Write|Extract|Copy} the {word|value|fact|detail} that {answers the question|is asked for}.",
        "{Tell me|Say} what {the question asks for|is asked|the user wants to know}.",
        "{Look up|Find out|Work out} {the answer|what is wanted|what the question is after|the fact asked for}"
        "{| in the text}.",
        "{Find|Give|State} the {piece|bit} of {information|text} that {answers the question|is asked for|is needed}.",
        "{Given|With} the {text|context|facts}, {answer|respond|say what is asked|reply}"
        "{| in a word| with a single word}.",
        "What does the {asker|reader|user} {want to hear|need to know|ask for}{? Answer it|? Reply}{| in one word}.",
    ),
    "person": (
        "Name the person in the question.",
        "{Name|Give|Write|Find|Copy} the {person|name} {in the question|that the question mentions|asked about}.",
        "{Who|Which person} is {the question about|asked about|named in the question|meant}?",
        "{Say|State|Tell me|Write} who {is asked about|the question is about|is meant}.",
        "About {whom|which person} is {the question|this question}?",
        "{Whom|Which person|Who} does the {question|last line} {mention|name|ask about}?",
        "{Reply|Answer} with the {person|name} {in|from|of} the question{| only}.",
        "{Give|Write} {only|just} the {name|person} {that the question is about|the question mentions}.",
        "{Whose|What} name is {in|part of} the question?",
        "Read the question and {name|give|write} the person{| in it}.",
        "Do not answer the question, {name|give|write} its person.",
    ),
    "boolean": (
        "Is the statement true or false?",
        f"Is {{the|this}} {{statement|sentence|claim}} {_TRUTH}{{| according to the context| given the text}}?",
        f"{_SAY} {{whether|if}} the {{statement|sentence|claim}} is {_TRUTH}.",
        f"Read the {{context|text|passage}} and {{answer|reply|write}} {_TRUTH}.",
        f"Does the {{context|text}} say so? {{Answer|Reply}} {_TRUTH}.",
        f"{{Classify|Label|Mark|Rate}} the {{statement|sentence|claim}} as {_TRUTH}.",
        f"{{Check|Compare|Verify}} the {{statement|claim}} {{with|against}} the {{context|text}}: {_TRUTH}?",
        f"According to the {{context|text|passage}}, is {{the statement|it|what is said}} {_TRUTH}?",
        "True or false: {does the context say so|is the statement right|does the text agree}?",
        "Is what is {said|stated|written} at the end {right|correct} (true) or {wrong|not} (false)?",
        f"{_SAY} {{if|whether}} the {{claim|statement}} {{agrees with|fits|matches}} the "
        f"{{facts|text|passage}}: {_TRUTH}.",
        f"{{Compare|Test|Check}} the {{last sentence|final line}} {{with|by}} the {{facts|context}}; "
        f"{{reply|answer}} {_TRUTH}.",
        "{Say|Reply|Write} {true|the word true} if the {claim|statement} {is right|is correct|holds}, "
        "{false|else false}.",
        f"Does the {{statement|claim}} {{follow|hold}}? {{Answer|Write}} {_TRUTH}.",
    ),
    "contradiction": (
        "Does the statement contradict the context? Answer yes or no.",
        f"Does the {{statement|sentence|claim}} contradict the {{context|text|passage|facts}}? "
        f"{{Answer|Reply}} {_YES}.",
        f"Is the {{statement|claim}} {{against|in conflict with|a contradiction of}} the {{context|text}}: {_YES}?",
        f"{_SAY} {{whether|if}} the statement contradicts the {{context|text}} ({_YES}).",
        f"Do {{statement and context|context and statement}} {{contradict each other|disagree|conflict}}? {_YES}.",
        f"Is there a {{contradiction|conflict}}? Answer {_YES}.",
        f"{{Answer|Write}} {_YES}: does the {{statement|claim}} contradict the {{context|text}}?",
        f"Read the {{context|text}} and say if the {{statement|sentence}} {{contradicts|denies}} it, {_YES}.",
    ),
    "choice": (
        "Choose the right option.",
        "{Choose|Pick|Select|Mark|Find} the {right|correct|true|best} {option|answer|choice}{| for the question}.",
        "{Choose|Pick|Select} the option that {is right|is correct|fits the question|answers the question|fits best}.",
        "Read the {context|text} and {choose|pick|mark} the {right|correct} {option|answer}.",
        "Answer with the {letter|mark|label} of the {right|correct|best} {option|answer}.",
        "{Choose|Pick} the {right|correct} {option|answer}. Answer with its {letter|mark}.",
        "{Which|What} {option|answer|of the options} is {right|correct|true}?",
        "Give the {letter|mark} of the {option|answer} that {is right|is correct|the context supports}.",
        "Which of the {answers|options|choices} {fits|is the right one|does the text support}?",
        "{Which|What} {alternative|candidate|response|item} is {right|correct|best}?",
        "{Take|Choose|Find} the {best|correct|right} "
        "{alternative|candidate|response|item}{| of the list| below| given}.",
        "{Choose|Take|Name} {what|the alternative that|the candidate that} {fits|answers the question|is correct}.",
        "{Find|Pick} the {correct|right} one {in the list|below|among the candidates} and give its {letter|label}.",
        "{Only|Just} one of the {options|answers|items} {is right|is correct|fits}; "
        "{choose it|give its letter|say which}.",
        "{Name|Say|Tell me} the {letter|mark} of the {best|right|correct} {response|alternative|choice|option}.",
        "{One|Just one} of the options is {right|correct|true}{: choose it|; mark it|. Say which}.",
    ),
    "in full": (
        "Write the right option in full.",
        "{Copy|Write out|Spell out} the {right|correct} {option|answer}.",
        "{Write|Give} the {word|text} of the {right|correct} {option|answer}.",
        "{Write|Give|Repeat} the {right|correct} {option|answer} in {full|words}.",
        "Answer the question with the {word|text} of an option.",
        "Answer with the {word|text} of the {right|correct} option, not {its letter|its mark}.",
        "{Don't|Do not} {write|use|answer with} {the mark|its letter|letters}: {say|give} the "
        "{right|correct} {option|answer}.",
        "{Say|Name|Tell me} the {correct|best} {option|answer|choice} {itself|as a word|in words|word for word}.",
        "{Reply|Respond} with the {text|word} of the {right|best} {choice|alternative|answer}.",
        "{No letter, please|No mark}: {give|write} {the whole|all of the} {right|correct} {option|answer}.",
        "{Answer|Reply} in {words|full}: which option is {right|correct}?",
    ),
    "last": (
        "Choose the last option.",
        "{Choose|Pick|Select|Mark} the {last|final} {option|answer|choice}.",
        "{Give|Write} the {letter|mark} of the {last|final} {option|answer|choice}.",
        "{Which|What} {option|answer} is {the last|the last one|last in the list|at the end}?",
        "{Choose|Pick} the option at the end{| of the list}.",
        "{Take|Pick|Name} {the one|what|the item|the answer} "
        "{at the end|that comes last|at the bottom|that stands last}.",
        "{Select|Find} the {last|final} {one|alternative|item} {below|of the list} and give its {letter|label}.",
        "{Whatever the question, choose|Do not read the question, pick} the {last|final} option.",
        "Answer with the {letter|mark} of the {last|final} {option|answer}.",
    ),
}

HELD_OUT: dict[str, tuple[str, ...]] = {
    "sentiment": (
        "Tell me if the writer of this review sounds happy (positive) or unhappy (negative).",
        "Label the opinion expressed below with one of two words: negative, positive.",
        "Would you call this feedback negative or positive in tone?",
    ),
    "subject": (
        "Say in one word which thing the writer of this review speaks about.",
        "Give the name of the reviewed object.",
        "What was the customer reviewing?",
    ),
    "triage": (
        "Sort this customer message into one of praise, bug, billing.",
        "Which team should handle the message below: bug, praise or billing?",
        "Assign exactly one label (bug, billing, praise) to what the customer wrote.",
    ),
    "mood": (
        "Does the writer of this message seem unhappy or happy?",
        "Describe how the customer feels with one of two words: unhappy, happy.",
        "Would you call the sender a happy or an unhappy one?",
    ),
    "extraction": (
        "Given the passage, reply to what is asked with a single word.",
        "Find the piece of information that is requested in the text below.",
        "Look up what the asker wants to know.",
    ),
    "person": (
        "Whom does the question at the end mention?",
        "Reply with the name of the person that somebody asks about.",
        "Give only the name which the question contains.",
    ),
    "boolean": (
        "Judge if the claim follows from the passage: false or true.",
        "Check the sentence at the end against the facts and reply false or true.",
        "State whether what is claimed is correct (true) or incorrect (false).",
    ),
    "contradiction": (
        "Would the statement, if taken as said, contradict the passage: no or yes?",
        "Tell me yes or no: do the facts and the claim contradict one another?",
        "Find out whether there is a contradiction between the two and reply yes or no.",
    ),
    "choice": (
        "Pick whichever alternative fits best.",
        "Select the correct response from the list and give its mark.",
        "Only one of the candidates below is correct; name it.",
    ),
    "in full": (
        "Do not give a letter but write the correct option as a word.",
        "Say the right answer in full, as the list has it.",
        "Reply with the words of the correct choice.",
    ),
    "last": (
        "Take whichever option comes last.",
        "Select the final one in the list and give its mark.",
        "Name the option below which no other stands, the last.",
    ),
}
"""Instructions that no training prompt has."""

TRAINED: dict[str, tuple[tuple[str, ...], ...]] = {
    kind: tuple(
        tuple(sentence for sentence in expand(pattern) if sentence not in HELD_OUT[kind]) for pattern in patterns
    )
    for kind, patterns in PATTERNS.items()
}
"""The trained instructions by kind, those of one pattern together; the first is the usual one."""

NONSENSE = (
    "{Water|Stone|Apple|Window|Cloud|Yellow|Chair|Spoon|Winter|Pencil|Orange|Tree|Shoe|Paper|Rain|Monkey|Bottle}{.|!|}",
    "{Hello|Good morning|Thanks|Well|Okay|Never mind|Goodbye|Hmm}{.|!|, my friend.}",
    "{Sing|Dance|Jump|Sleep|Wait|Count to ten|Close the door|Open the window|Go home}{| now| slowly}.",
    "The {moon|sea|garden|clock|kitchen} is {blue|near|open|cold|round}.",
    "{Potatoes|Lemons|Trains|Ladders|Owls} {fly|sleep|fall|grow} {at night|in spring|slowly}.",
    "{Write a poem about|Draw|Tell a joke about|Forget|Describe} {the sea|a horse|winter|nothing|my garden}.",
    "{Translate it into|Say it in} {French|German|Latin}.",
    "{How old are you|What time is it|Is it raining|Why is the sky blue}?",
    "{Lorem ipsum|Foo bar|Bla bla|Xyz|One two three|Abc}{.| dolor.| baz.}",
)
NONSENSE_TRAINED = tuple(map(expand, NONSENSE))
NONSENSE_HELD_OUT = ("Banana.", "Purple elephants juggle.", "Please water the plants on the balcony.")

LEADS = (
    "Please ",
    "IMPORTANT: ",
    "Now, ",
    "Task: ",
    "You are a careful reader. ",
    "You are a helpful assistant. ",
    "Instruction: ",
    "As a careful assistant, ",
)
TAILS = (
    " Answer with one word.",
    " Thank you.",
    " One word is enough.",
    " Answer briefly.",
    " Do not explain.",
    " Think carefully.",
)
"""What may stand before and after an instruction without changing what it asks for."""

SENSIBLE: dict[str, dict[str, str]] = {
    "sentiment": {"mood": ""},
    "triage": {"sentiment": "", "subject": ""},
    "extraction": {},
    "boolean": {},
    "choice": {"extraction": "in full", "person": "person"},
}
"""Kinds of other layouts that can be asked of this one: as which kind they are trained here, or not at all."""

assert set(TRAINED) == {kind for kinds in KINDS.values() for kind in kinds.asks}


def usual(kind: str) -> str:
    """The usual instruction of a kind."""
    return TRAINED[kind][0][0]


def trained_instruction(kind: str, draw: Draw) -> str:
    """An instruction of the kind from the training distribution, now and then with words around it or in capitals."""
    said = draw.choice(draw.choice(TRAINED[kind]))
    return dressed(said, draw) if draw.chance(0.2) else said


def dressed(instruction: str, draw: Draw) -> str:
    """The instruction with words before or after it that ask for nothing else, or in another case."""
    way = draw.below(5)
    if way == 0:
        return instruction + draw.choice(TAILS)
    if way == 1:
        return instruction.upper() if draw.chance(0.4) else instruction.lower()
    if way == 2:
        return f"**{instruction}**" if draw.chance(0.5) else instruction.rstrip(".?") + draw.choice(("", "!", ":"))
    lead = draw.choice(LEADS)
    if lead.endswith((", ", "Please ")):
        instruction = instruction[0].lower() + instruction[1:]
    return lead + instruction


def pointless_instruction(task: str, draw: Draw) -> str:
    """Nonsense, or an instruction of another layout that this one cannot answer."""
    if draw.chance(0.5):
        return draw.choice(draw.choice(NONSENSE_TRAINED))
    foreign = [
        kind for other, kinds in KINDS.items() for kind in kinds.asks if other != task and kind not in SENSIBLE[task]
    ]
    return trained_instruction(draw.choice(foreign), draw)
