"""Short forms: contractions, chat spellings, abbreviations, compounds.

Written for llmrobust from general knowledge of English, Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _pairs(text: str) -> dict[str, str]:
    """ "long form=short form" entries, separated by bars or line ends."""
    entries = [entry.split("=") for entry in text.replace("\n", "|").split("|") if entry.strip()]
    return {long.strip(): short.strip() for long, short in entries}


CONTRACTIONS: Mapping[str, str] = MappingProxyType(
    _pairs("""
is not=isn't|are not=aren't|was not=wasn't|were not=weren't|do not=don't|does not=doesn't|did not=didn't
has not=hasn't|have not=haven't|had not=hadn't|will not=won't|would not=wouldn't|can not=can't|cannot=can't
could not=couldn't|should not=shouldn't|must not=mustn't|need not=needn't|I am=I'm|you are=you're|we are=we're
they are=they're|it is=it's|he is=he's|she is=she's|that is=that's|there is=there's|what is=what's|who is=who's
where is=where's|I have=I've|you have=you've|we have=we've|they have=they've|I will=I'll|you will=you'll
he will=he'll|she will=she'll|it will=it'll|we will=we'll|they will=they'll|I would=I'd|you would=you'd
he would=he'd|she would=she'd|we would=we'd|they would=they'd|let us=let's
""")
)
EXPANSIONS: Mapping[str, str] = MappingProxyType(
    {
        **{
            short: long
            for long, short in CONTRACTIONS.items()
            if long != "can not" and not short.endswith(("'s", "'d"))
        },
        "can't": "cannot",
        "won't": "will not",
        "ain't": "is not",
    }
)
""" "'s" and "'d" are left out: they stand for is, has, was, us, would and had, and for the possessive."""
CHAT: Mapping[str, str] = MappingProxyType(
    _pairs("""
you=u|your=ur|you're=ur|are=r|please=pls|thanks=thx|thank you=thx|because=cuz|before=b4|great=gr8|later=l8r|tonight=2nite
tomorrow=tmrw|today=2day|people=ppl|message=msg|for=4|to=2|too=2|and=n|with=w/|without=w/o|about=abt|very=v|really=rly
though=tho|through=thru|okay=ok|what=wat|love=luv|night=nite|right=rite|see you=cu|be right back=brb|laughing=lol
to be honest=tbh|in my opinion=imo|i don't know=idk|don't know=dunno|going to=gonna|want to=wanna|got to=gotta
kind of=kinda|sort of=sorta|probably=prolly|something=smth|someone=sb|between=btw|favorite=fav|favourite=fav
should=shud|would=wud|could=cud|wait=w8|school=skool|text=txt|weekend=wknd|information=info|definitely=def|whatever=w/e
""")
)
CHAT_UNSAFE = frozenset(("to", "for", "too", "between", "laughing", "very", "right", "love"))
"""Words whose chat forms a reader may take for something else."""
ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    _pairs("""
appointment=appt.|approximately=approx.|department=dept.|government=govt.|international=intl.|maximum=max.|minimum=min.
telephone=tel.|university=univ.|association=assn.
january=Jan.|february=Feb.|august=Aug.|september=Sept.|october=Oct.|november=Nov.|december=Dec.|monday=Mon.
tuesday=Tue.|wednesday=Wed.|thursday=Thu.|friday=Fri.|saturday=Sat.|sunday=Sun.|versus=vs.|for example=e.g.|that is to say=i.e.|and so on=etc.|as soon as possible=ASAP|advertisement=ad
temperature=temp.|laboratory=lab|photograph=photo|information=info|application=app|television=TV|mathematics=maths
examination=exam|gymnasium=gym|refrigerator=fridge|influenza=flu|hours=hrs|minutes=mins|seconds=secs|kilograms=kg
kilometres=km|kilometers=km|centimetres=cm|centimeters=cm|pounds=lbs|inches=in.
vice president=VP|chief executive officer=CEO|united states=US|united kingdom=UK|european union=EU|miscellaneous=misc.
introduction=intro|microphone=mic|medication=meds|vegetables=veggies|apartment=apt.|statistics=stats|regarding=re.
""")
)
COMPOUNDS: Mapping[str, str] = MappingProxyType(
    _pairs("""
everyday=every day|anymore=any more|anyone=any one|everyone=every one|someone=some one|maybe=may be|cannot=can not
website=web site|email=e-mail|online=on-line|weekend=week-end|ice cream=ice-cream|well known=well-known
long term=long-term|full time=full-time|part time=part-time|teenager=teen-ager|nowhere=no where|somehow=some how
sometimes=some times|newspaper=news paper|bookstore=book store|bedroom=bed room|bathroom=bath room|classroom=class room
airport=air port|baseball=base ball|basketball=basket ball|football=foot ball|birthday=birth day|breakfast=break fast
butterfly=butter fly|cupcake=cup cake|daylight=day light|doorbell=door bell|downtown=down town|earthquake=earth quake
fireplace=fire place|firework=fire work|grandmother=grand mother|grandfather=grand father|haircut=hair cut
headache=head ache|homework=home work|keyboard=key board|laptop=lap top|lifetime=life time|moonlight=moon light
notebook=note book|outside=out side|inside=in side|playground=play ground|railroad=rail road|raincoat=rain coat
rainbow=rain bow|sailboat=sail boat|screenplay=screen play|skateboard=skate board|snowball=snow ball|sunglasses=sun glasses
sunlight=sun light|sunset=sun set|toothbrush=tooth brush|underground=under ground|upstairs=up stairs
wallpaper=wall paper|waterfall=water fall|workplace=work place|storyline=story line|filmmaker=film maker|filmmaking=film making
storytelling=story telling|heartbreaking=heart-breaking|thought provoking=thought-provoking|feel good=feel-good
high school=highschool|a lot=alot|all right=alright|at least=atleast|in fact=infact|each other=eachother|as well=aswell
""")
)
