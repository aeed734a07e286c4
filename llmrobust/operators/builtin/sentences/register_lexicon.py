"""Lexicons of style, register and dialect.

Written for llmrobust from general knowledge of English and its varieties (features as catalogued in the Electronic
World Atlas of Varieties of English and by Ziems et al. 2023, Multi-VALUE), Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _pairs(text: str) -> Mapping[str, str]:
    entries = [entry.split("=") for entry in text.replace("\n", "|").split("|") if entry.strip()]
    return MappingProxyType({old.strip(): new.strip() for old, new in entries})


CASUAL = _pairs("""
children=kids|child=kid|father=dad|mother=mum|going to=gonna|want to=wanna|got to=gotta|kind of=kinda|sort of=sorta|because=cause
very=super|really=super|many=loads of|excellent=awesome|wonderful=awesome|terrible=rubbish|awful=rubbish|thank you=thanks
hello=hi|goodbye=bye|yes=yeah|no one=nobody|television=telly|telephone=phone|friend=mate|friends=mates|man=guy|men=guys
money=cash|food=grub|alcohol=booze|police officer=cop|police officers=cops|cigarette=smoke|bathroom=loo|tired=knackered
annoyed=ticked off|stolen=nicked|difficult=tricky|expensive=pricey|boring=a drag|relax=chill|understand=get|tolerate=put up with
perhaps=maybe|however=but|therefore=so|purchase=buy|purchased=bought|obtain=get|obtained=got|assist=help|inform=tell|inquire=ask
approximately=about|sufficient=enough|numerous=lots of|commence=start|commenced=started|terminate=end|automobile=car|nevertheless=still
""")
FORMAL = _pairs("""
kids=children|kid=child|dad=father|mum=mother|mom=mother|gonna=going to|wanna=want to|gotta=have to|buy=purchase|bought=purchased
get rid of=dispose of|ask for=request|asked for=requested|think about=consider|help=assist
helped=assisted|tell=inform|told=informed|need=require|needed=required|lots of=numerous|really=truly
big=substantial|so=therefore|but=however|maybe=perhaps|thanks=thank you|start=commence|started=commenced|end=conclude|ended=concluded
show=demonstrate|showed=demonstrated|use=employ|used=employed|fix=rectify|fixed=rectified|guy=man|guys=men
cop=police officer|cops=police officers|phone=telephone|TV=television|enough=sufficient|about=approximately|awesome=excellent
""")
FORMAL_UNSAFE = frozenset(
    "big so but about used use end ended need needed start started show showed help helped told tell enough".split()
)
"""Words that have other uses; formal style leaves them alone."""
PLAIN = _pairs("""
utilize=use|utilise=use|utilized=used|in order to=to|due to the fact that=because|in the event that=if|prior to=before
subsequent to=after|at this point in time=now|with regard to=about|with respect to=about|in spite of the fact that=although
a large number of=many|the majority of=most|commence=start|commenced=started|terminate=end
ascertain=find out|facilitate=help|purchase=buy|purchased=bought|obtain=get|require=need|requires=needs|sufficient=enough
demonstrate=show|demonstrates=shows|approximately=about|additional=more|assist=help|numerous=many|attempted=tried
residence=home|individuals=people|consequently=so|furthermore=also|nevertheless=still|in close proximity to=near|whilst=while
has the ability to=can|is able to=can|are able to=can|in addition to=besides|on a daily basis=daily|for the purpose of=for
""")
COMPLEX = _pairs("""
use=utilize|used=utilized|uses=utilizes|because=due to the fact that|before=prior to|now=at this point in time
many=a large number of|most=the majority of|try=endeavour|tried=endeavoured|find out=ascertain|buy=purchase|bought=purchased|get=obtain
got=obtained|need=require|needs=requires|enough=sufficient|show=demonstrate|shows=demonstrates|about=approximately|help=assist
near=in close proximity to|daily=on a daily basis|although=in spite of the fact that|home=residence|people=individuals|start=commence
started=commenced|end=terminate
""")
COMPLEX_UNSAFE = frozenset(
    "used use uses about need needs now most before get got home end start help show shows try near".split()
)
"""Words that have other uses; complex style leaves them alone."""
OLD_FASHIONED = _pairs("""
radio=wireless|while=whilst|among=amongst|movie=moving picture|film=moving picture|movies=moving pictures|films=moving pictures
car=motor car|cars=motor cars|telephone=instrument|phone=telephone|refrigerator=icebox|fridge=icebox|often=oft|always=evermore
perhaps=perchance|maybe=perchance|before=ere|nothing=naught|children=little ones|very=most|really=verily|truly=verily|friend=chum
wonderful=splendid|great=capital|excellent=capital|fantastic=marvellous|awful=ghastly|terrible=dreadful|horrible=beastly|boring=tiresome
money=coin|store=emporium|shop=emporium|clothes=garments|trousers=breeches|glasses=spectacles|airplane=aeroplane|quickly=apace
beautiful=comely|handsome=comely|angry=wroth|strange=queer|delicious=toothsome|dinner=supper|restaurant=eating house|hotel=inn
""")
OLD_UNSAFE = frozenset("before very great store shop queer money strange handsome".split())
BRITISH_WORDS = _pairs("""
apartment=flat|apartments=flats|elevator=lift|truck=lorry|trucks=lorries|gasoline=petrol|sidewalk=pavement|vacation=holiday
vacations=holidays|cookie=biscuit|cookies=biscuits|fries=chips|diaper=nappy|diapers=nappies|flashlight=torch|garbage=rubbish|trash=rubbish
movie theater=cinema|mailman=postman|mailbox=postbox|soccer=football|drugstore=chemist's|sweater=jumper|subway=underground|candy=sweets
eggplant=aubergine|zucchini=courgette|parking lot=car park|zip code=postcode|faucet=tap|crib=cot|stroller=pushchair|pacifier=dummy
attorney=solicitor|highway=motorway|license plate=number plate|cell phone=mobile phone|mom=mum|movie=film|movies=films|fall season=autumn
""")
AMERICAN_WORDS: Mapping[str, str] = MappingProxyType(
    {
        british: american
        for american, british in BRITISH_WORDS.items()
        if british not in ("chips", "football", "tap", "dummy", "torch", "lift", "flat", "flats", "pavement", "underground", "cot", "film", "films",
                           "holiday", "holidays", "sweets", "chemist's", "jumper", "solicitor", "biscuit", "biscuits")
    }
)  # fmt: skip
INDIAN_WORDS = _pairs("""
postpone=keep for later|reschedule=prepone|moved forward=preponed|do what is necessary=do the needful|graduated=passed out
classmate=batchmate|classmates=batchmates|cousin=cousin brother|lunch box=tiffin|brother-in-law=co-brother|theft=robbery
""")
SINGLISH_PARTICLES = ("lah", "leh", "lor", "sia")
MARKERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "addition": ("Moreover,", "In addition,", "Furthermore,", "Besides,"),
        "contrast": ("However,", "Nevertheless,", "Still,", "Even so,"),
        "result": ("Therefore,", "As a result,", "Consequently,", "Thus,"),
        "example": ("For example,", "For instance,"),
        "time": ("Afterwards,", "Later,", "Then,"),
        "meantime": ("Meanwhile,", "In the meantime,", "At the same time,"),
        "opinion": ("Frankly,", "To be honest,", "Honestly,", "In fact,"),
    }
)
"""Discourse markers by what they say of the sentence before."""
OPPOSITE_MARKERS = {"addition": "contrast", "contrast": "result", "result": "contrast"}
POSITIVE_PHRASES = (
    "and it was a real pleasure",
    "which I loved",
    "and I would gladly do it again",
    "which made my day",
)
NEGATIVE_PHRASES = ("and it was a real pain", "which I hated", "and I would never do it again", "which ruined my day")
FILLER_PHRASES = (
    "to tell the truth", "as a matter of fact", "generally speaking", "all things considered", "as far as I can tell",
    "if you ask me", "when all is said and done",
)  # fmt: skip
EMPTY_WORDS = frozenset(
    "really very quite rather actually basically simply just truly honestly literally definitely certainly obviously clearly "
    "somewhat totally completely absolutely extremely indeed perhaps".split()
)
"""Adverbs that can go without a change of sides."""
