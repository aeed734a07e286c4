"""The words that the tiny model knows: names, values of facts, reviews, tickets, irrelevant sentences."""

from dataclasses import dataclass


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


NAMES = _words(
    "Anna Ben Carl Dora Emma Finn Greta Hugo Iris Jack Karl Lena Marco Nina Oscar Paula Quinn Rosa Simon "
    "Tara Umar Vera Walt Xenia Yann Zoe Adam Bella Clara David Elena Frank Gina Henry Ida Jonas Kate Leo "
    "Maria Noah"
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of fact: how it is stated and asked. ``{n}`` is the person, ``{v}`` the value."""

    name: str
    facts: tuple[str, ...]
    questions: tuple[str, ...]
    values: tuple[str, ...]


RELATIONS = (
    Relation(
        "city",
        ("{n} lives in {v}.",),
        ("Where does {n} live?", "In which city does {n} live?"),
        _words(
            "Paris Rome Berlin Madrid Vienna Oslo Dublin London Prague Athens Lisbon Warsaw Tokyo Cairo Delhi "
            "Lima Boston Chicago Toronto Sydney Geneva Milan Zurich Munich"
        ),
    ),
    Relation(
        "job",
        ("{n} works as a {v}.",),
        ("What is the job of {n}?", "What does {n} work as?"),
        _words(
            "teacher doctor baker pilot nurse lawyer farmer painter singer driver cook judge tailor butcher "
            "plumber gardener dentist writer waiter sailor"
        ),
    ),
    Relation(
        "pet",
        ("{n} has a {v}.",),
        ("Which pet does {n} have?", "What pet does {n} own?"),
        _words("cat dog rabbit parrot hamster turtle horse goat snake lizard pony ferret goose duck mouse frog"),
    ),
    Relation(
        "food",
        ("{n} likes {v}.",),
        ("What does {n} like?", "Which food does {n} like?"),
        _words(
            "pizza pasta soup rice bread cheese fish salad cake honey curry sushi tofu beans steak noodles apples "
            "cherries grapes yogurt"
        ),
    ),
    Relation(
        "instrument",
        ("{n} plays the {v}.",),
        ("Which instrument does {n} play?", "What does {n} play?"),
        _words("piano violin guitar flute drums harp cello trumpet organ banjo"),
    ),
    Relation(
        "car",
        ("{n} drives a {v} car.",),
        ("Which colour is the car of {n}?", "What colour car does {n} drive?"),
        _words("red blue green yellow black white brown grey orange purple"),
    ),
)

GOOD = _words(
    "great wonderful excellent lovely brilliant superb delightful fantastic amazing charming perfect "
    "pleasant impressive enjoyable beautiful outstanding"
)
BAD = _words(
    "terrible awful boring horrible dull poor disappointing dreadful annoying useless ugly painful bland "
    "tedious weak unpleasant"
)
THINGS = _words(
    "film book hotel meal game phone show album restaurant course camera jacket museum concert laptop "
    "tour play series cafe lamp"
)
ASPECTS = _words("story staff service quality design sound price music ending room taste colour screen acting")
REVIEW_FORMS = (
    "The {thing} was {adverb}{adjective}.",
    "What a {adjective} {thing}.",
    "I found the {thing} {adverb}{adjective}.",
    "The {aspect} of this {thing} is {adverb}{adjective}.",
    "This is {adverb}a {adjective} {thing}.",
    "The {aspect} was {adjective}.",
    "Everyone said the {thing} was {adjective}, and I agree.",
    "I {verb} this {thing}.",
    "I {verb} the {aspect}.",
)
ADVERBS = ("", "", "really ", "very ", "simply ", "quite ")
GOOD_VERBS = ("love", "enjoyed", "recommend", "adore")
BAD_VERBS = ("hate", "regret", "disliked", "despise")
REVIEW_FILLER = (
    "I bought it last week.",
    "My sister came with me.",
    "It was my second time.",
    "We went there in May.",
    "I saw it with a friend.",
)

TICKET_FORMS: dict[str, tuple[str, ...]] = {
    "billing": (
        "I was charged twice {when}.",
        "My {bill} shows the wrong amount.",
        "Please refund my {payment}.",
        "Why did the {payment} fail?",
        "I need a copy of my {bill} from {when}.",
        "You charged my {card} {when} without asking.",
        "The {bill} has the wrong address.",
        "The price on my {bill} went up {when}.",
        "How do I change the {card} for my {payment}?",
    ),
    "bug": (
        "The {page} crashes when I open it.",
        "The {page} does not load {when}.",
        "I get an error when I {act}.",
        "The button on the {page} does nothing.",
        "The app freezes when I {act}.",
        "Since the update the {page} is empty.",
        "I cannot {act}, the screen stays black.",
        "The {page} is broken {when}.",
        "The app closes every time I {act}.",
    ),
    "praise": (
        "Thank you, the new {page} is {adjective}.",
        "I love the {page}.",
        "Your team was {adjective} {when}.",
        "The update made the {page} so much better.",
        "It is {adjective} how easily I can {act}.",
        "Great work on the {page}.",
        "Your support was {adjective}, thanks.",
        "I am very happy with the {page}.",
        "Thanks for the {adjective} help {when}.",
    ),
}
TICKET_SLOTS: dict[str, tuple[str, ...]] = {
    "when": ("today", "this month", "last week", "yesterday", "in March", "this morning", "on Friday"),
    "bill": ("invoice", "bill", "receipt", "statement"),
    "payment": ("last payment", "subscription", "order", "annual plan", "deposit"),
    "card": ("credit card", "bank account", "debit card"),
    "page": (
        "login page",
        "dashboard",
        "report",
        "search",
        "calendar",
        "profile page",
        "export",
        "chat",
        "map",
        "menu",
    ),
    "act": ("upload a file", "log in", "save a note", "print a report", "send a message", "change my password"),
    "adjective": ("great", "wonderful", "excellent", "lovely", "brilliant", "fantastic", "amazing", "perfect"),
}
TICKET_FILLER = (
    "Hello.",
    "Hi there.",
    "I have been a customer for years.",
    "I use it every day.",
    "Please read this soon.",
)

IRRELEVANT = (
    "The train left at noon.",
    "Some clouds moved over the hill.",
    "A door was open on the left.",
    "Water boils at one hundred degrees.",
    "The meeting starts at nine.",
    "Two boxes stood near the wall.",
    "It rained on Monday.",
    "The river is long.",
)
IRRELEVANT_HELD_OUT = (
    "The library closes at six on weekdays.",
    "Seven ships crossed the bay before sunset.",
    "My neighbour planted tulips behind the fence.",
    "A new bridge opened in the north last year.",
    "The moon has no air.",
    "Someone left an umbrella on the bus.",
    "The committee voted on the budget again.",
    "Gold is heavier than iron.",
)
CLUTTER = _words(
    "the a an and or but because so if when then that which who this these we they you he she it our my their "
    "did does was were is are has had will would can could to of in on at by from with about over after before "
    "not no very again soon tomorrow yesterday today week month year day time two three 10 50 people friend man "
    "woman house street door road table part way thing bought read went came told asked made took gave saw said "
    "new old long small first next other many more some every all"
)
