"""Words that sound the same, or nearly so in careless speech.

Written for llmrobust from general knowledge of English, Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_GROUPS = """
their there they're|to too two|your you're|its it's|whose who's|hear here|know no|new knew|write right|for four|by buy bye
one won|son sun|sea see|meet meat|week weak|wait weight|weather whether|where wear|which witch|would wood|whole hole
hour our|eye I|bare bear|be bee|blue blew|board bored|brake break|cell sell|cent sent scent|cite site sight
coarse course|dear deer|die dye|fair fare|find fined|flour flower|great grate|hair hare|heal heel|hi high|him hymn
knight night|knot not|lead led|loan lone|made maid|mail male|main mane|none nun|pail pale|pain pane|pair pear
past passed|patience patients|peace piece|plain plane|pole poll|poor pour pore|pray prey|principal principle
profit prophet|rain reign rein|raise rays|read red|real reel|ring wring|road rode rowed|role roll|root route|sail sale
scene seen|seam seem|sole soul|some sum|stair stare|stake steak|stationary stationery|steal steel|story storey
tail tale|team teem|than then|threw through|throne thrown|tide tied|toe tow|vain vein vane|waist waste|war wore
warn worn|way weigh|worn warn|aisle isle|allowed aloud|altar alter|ate eight|bass base|beach beech|berry bury|blue blew
bread bred|capital capitol|chord cord|compliment complement|council counsel|creak creek|currant current|desert dessert
discreet discrete|dual duel|feat feet|flea flee|forth fourth|gait gate|guessed guest|heard herd|heroin heroine
idle idol|key quay|lessen lesson|lie lye|links lynx|medal meddle|miner minor|missed mist|morning mourning|muscle mussel
naval navel|oar ore|paws pause|peak peek|pedal peddle|peer pier|plum plumb|presence presents|rap wrap|right rite write
sauce source|sees seas|serial cereal|shoot chute|sleigh slay|soar sore|sweet suite|tea tee|tire tyre|toad towed
wail whale|waive wave|ware wear|weak week|wine whine|yoke yolk|affect effect|accept except|advice advise|loose lose
quiet quite|were we're|lets let's|maybe may be
"""


def _read(groups: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for group in groups.replace("\n", "|").split("|"):
        words = group.split()
        if "be" in words and "maybe" in words:
            continue
        for word in words:
            found.setdefault(word.lower(), []).extend(w for w in words if w != word)
    return {word: tuple(dict.fromkeys(others)) for word, others in found.items()}


HOMOPHONES: Mapping[str, tuple[str, ...]] = MappingProxyType(_read(_GROUPS))
"""From a word in lower case to words that sound like it."""
