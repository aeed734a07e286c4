"""Broader and narrower words, idioms, derived words: lexicons of FLUKE's concept replacement and derivation.

Written for llmrobust, Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from llmrobust.operators.builtin.words.morphology import PAST, plural, regular_past


def _pairs(text: str) -> dict[str, str]:
    entries = [entry.split("=") for entry in text.replace("\n", "|").split("|") if entry.strip()]
    return {old.strip(): new.strip() for old, new in entries}


_HYPERNYMS = _pairs("""
dog=animal|cat=animal|horse=animal|cow=animal|bird=animal|eagle=bird|sparrow=bird|rose=flower|tulip=flower|oak=tree|pine=tree
car=vehicle|truck=vehicle|bus=vehicle|bicycle=vehicle|train=vehicle|boat=vessel|ship=vessel|apple=fruit|banana=fruit
carrot=vegetable|potato=vegetable|tomato=vegetable|bread=food|cheese=food|soup=dish|pizza=dish|cake=dessert
coffee=drink|tea=drink|beer=drink|wine=drink|juice=drink|hammer=tool|screwdriver=tool|chair=piece of furniture
table=piece of furniture|sofa=piece of furniture|piano=instrument|violin=instrument|guitar=instrument
shirt=garment|jacket=garment|coat=garment|dress=garment|gold=metal|iron=metal|silver=metal|doctor=professional
lawyer=professional|engineer=professional|teacher=professional|nurse=professional|football=sport|tennis=sport|chess=game
novel=book|cookbook=book|thriller=film|comedy=film|drama=film|documentary=film|necklace=piece of jewellery
laptop=computer|knife=utensil|spoon=utensil|fork=utensil|house=building|church=building|hospital=building|museum=building
restaurant=establishment|hotel=establishment|cafe=establishment|river=body of water|lake=body of water|summer=season
winter=season|monday=weekday|red=coloured|blue=coloured|mother=parent|father=parent|son=child|daughter=child
brother=sibling|sister=sibling|aunt=relative|uncle=relative|cousin=relative|physics=science|chemistry=science|biology=science
""")
HYPERNYMS: Mapping[str, str] = MappingProxyType(
    {**{plural(old): plural(new) for old, new in _HYPERNYMS.items() if " " not in new}, **_HYPERNYMS}
)
"""From a noun to one that holds more."""
HYPONYMS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "animal": ("dog", "horse", "fox"), "bird": ("sparrow", "robin", "magpie"), "flower": ("tulip", "daisy", "lily"),
        "tree": ("oak", "birch", "maple"), "vehicle": ("car", "van", "truck"), "fruit": ("pear", "plum", "peach"),
        "vegetable": ("carrot", "leek", "turnip"), "dish": ("stew", "curry", "risotto"), "drink": ("lemonade", "cocoa", "tea"),
        "tool": ("hammer", "wrench", "chisel"), "instrument": ("violin", "flute", "cello"), "building": ("house", "hall", "tower"),
        "sport": ("tennis", "rowing", "hockey"), "book": ("novel", "paperback", "diary"), "film": ("thriller", "drama", "western"),
        "movie": ("thriller", "drama", "western"), "shop": ("bakery", "grocery", "bookshop"), "food": ("pasta", "rice", "bread"),
        "car": ("sedan", "hatchback", "estate"), "dog": ("poodle", "terrier", "spaniel"), "meal": ("lunch", "supper", "brunch"),
    }
)  # fmt: skip
"""From a noun to ones that hold less."""
NONCE = ("blicket", "dax", "wug", "toma", "fendle", "zorp", "glimmick", "plonk", "tove", "quib", "nerk", "florp", "mippen",
         "skrell", "gavagai", "borogove", "snark", "drindle", "vormit", "plimsy")  # fmt: skip
"""Words of the experimental literature (wug, dax, blicket, gavagai) and others made for llmrobust, that mean nothing."""
IDIOMS: Mapping[str, str] = MappingProxyType(
    _pairs("""
very easy=a piece of cake|very expensive=an arm and a leg|very happy=over the moon|very angry=hopping mad
very sick=under the weather|very rarely=once in a blue moon|very tired=dead on one's feet|very quickly=in the blink of an eye
very similar=like two peas in a pod|very rich=rolling in money|very hungry=hungry as a wolf|very busy=up to one's ears in work
nervous=on edge|confused=all at sea|sick=under the weather|ill=under the weather|delighted=over the moon|furious=hopping mad
rarely=once in a blue moon|seldom=once in a blue moon|immediately=on the spot|at once=on the spot|eventually=in the long run
finally=at long last|secretly=on the sly|suddenly=out of the blue|unexpectedly=out of the blue
approximately=in the ballpark of|in my opinion=to my mind|in total=all told
""")
)
"""From a plain phrase to an idiom of the same sense; the second of two words of a degree stands for both."""
_DERIVED = _pairs("""
helpful=of help|useful=of use|beautiful=full of beauty|careful=full of care|hopeful=full of hope|joyful=full of joy
painful=full of pain|powerful=full of power|meaningful=full of meaning|useless=of no use|hopeless=without hope
careless=without care|endless=without end|harmless=without harm|painless=without pain|flawless=without flaws
priceless=beyond price|fearless=without fear|helpless=without help|meaningless=without meaning|valuable=of value
important=of importance|interesting=of interest|significant=of significance|successful=a success|unhappy=not happy
unkind=not kind|unfair=not fair|untrue=not true|unclear=not clear|unable=not able|unusual=not usual|unlikely=not likely
unnecessary=not necessary|impossible=not possible|imperfect=not perfect|incorrect=not correct|incomplete=not complete
irregular=not regular|dishonest=not honest|illegal=not legal|unoriginal=not original|unfunny=not funny|uninteresting=not interesting
unpleasant=not pleasant|unforgettable=impossible to forget|unbelievable=hard to believe|readable=easy to read
watchable=possible to watch|quickly=in a quick way|slowly=in a slow way|carefully=with care|easily=with ease|happily=with joy
patiently=with patience|politely=with politeness|enthusiastically=with enthusiasm|accidentally=by accident
""")
DERIVATIONS: Mapping[str, str] = MappingProxyType(_DERIVED)
"""From a derived word to a phrase with its stem."""
_NOT_REGULARISED = frozenset("was had did lay found felt saw left bound ground wound fell bit hung lit shone".split())
"""Pasts that are other words too, or that have a regular form already."""
REGULARISED: Mapping[str, str] = MappingProxyType(
    {
        past: regular_past(verb)
        for verb, past in PAST.items()
        if past != verb and past not in PAST and past not in _NOT_REGULARISED
    }
)
"""From an irregular past to what a learner or child would say: "goed", "catched"."""
FILLERS = ("um", "uh", "you know", "I mean", "like", "well", "so", "actually", "basically")
"""What speech is filled with."""
INTENSIFIABLE: Mapping[str, str] = MappingProxyType(
    {
        word: f"really {word}"
        for word in (
            "good bad great nice boring interesting funny sad happy slow fast long short big small old beautiful ugly hard easy "
            "important strange expensive cheap useful tired hungry angry loud quiet clean dirty cold hot warm"
        ).split()
    }
)
"""Adjectives that bear "really" without changing sides."""
