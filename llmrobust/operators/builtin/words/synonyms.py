"""Words that can stand for each other in nearly every sentence, by kind of word.

Written for llmrobust, Apache-2.0. A pair is here only if it keeps the sense and how strong or kind it is; the second
member of each line replaces the first. Nouns and verbs in their base form; `synonyms` makes the other forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from llmrobust.operators.builtin.words.morphology import gerund, participle, past, plural, third_person

_NOUNS = """
film=movie|movie=film|picture=image|story=tale|car=automobile|automobile=car|doctor=physician|lawyer=attorney|child=kid
house=home|shop=store|store=shop|town=city|street=road|job=position|firm=company|company=firm|boss=manager|mistake=error
error=mistake|problem=issue|issue=problem|answer=reply|reply=answer|gift=present|present=gift|trip=journey|journey=trip
holiday=vacation|vacation=holiday|purchase=buy|goal=aim|aim=goal|start=beginning|beginning=start|end=ending
ending=end|author=writer|writer=author|actor=performer|viewer=spectator|listener=hearer|customer=client|client=customer
employee=worker|worker=employee|buyer=purchaser|error message=error notice|photograph=photo|photo=photograph
illness=disease|sofa=couch|couch=sofa|rubbish=trash|trash=rubbish|garbage=trash|lift=elevator
apartment=flat|autumn=fall|pavement=sidewalk|sidewalk=pavement|soccer=football|cab=taxi|taxi=cab|plane=airplane
bike=bicycle|bicycle=bike|phone=telephone|telephone=phone|fridge=refrigerator|refrigerator=fridge|exam=test|test=exam
site=website|method=way|way=manner|area=region|region=area|amount=quantity|quantity=amount|section=part|part=portion
chance=opportunity|opportunity=chance|speed=pace|pace=speed|flaw=defect|defect=flaw|fault=defect|advice=guidance
conversation=talk|talk=conversation|meal=dish|dish=meal|subject=topic|topic=subject|friend=pal|sentence=phrase
"""
_VERBS = """
begin=start|start=begin|end=finish|buy=purchase|purchase=buy|help=assist|assist=help|reply=answer
answer=reply|show=display|display=show|need=require|require=need|obtain=get|receive=get|select=choose|choose=select
repair=fix|fix=repair|close=shut|shut=close|allow=permit|permit=allow|attempt=try|try=attempt|gather=collect
collect=gather|depart=leave|happen=occur|occur=happen|construct=build|build=construct|discuss=talk about
explain=clarify|demonstrate=show|employ=use|utilize=use|keep=retain|believe=think|own=possess
observe=see|remain=stay|stay=remain|reside=live|respond=reply|shout=yell|yell=shout|speak=talk|talk=speak
wish=want|look at=view|watch=view|visit=go to|mention=note|seem=appear|appear=seem|carry on=continue|continue=go on
complete=finish|examine=inspect|inspect=examine|hurry=rush|rush=hurry|locate=find|discover=find|toss=throw|throw=toss
"""
_OTHERS = """
large=big|small=little|little=small|quick=fast|fast=quick|quickly=rapidly|rapidly=quickly|begin=start
very=really|really=very|often=frequently|frequently=often|rarely=seldom|seldom=rarely|almost=nearly|nearly=almost
also=too|maybe=perhaps|perhaps=maybe|sometimes=occasionally|occasionally=sometimes|usually=generally|generally=usually
entire=whole|whole=entire|correct=right|incorrect=wrong|easy=simple|hard=difficult
difficult=hard|wealthy=rich|rich=wealthy|silent=quiet|quiet=silent|strange=odd|odd=strange|weird=strange|smart=clever
clever=smart|intelligent=smart|ill=sick|sick=ill|glad=happy|angry=mad|afraid=scared|scared=afraid
important=significant|significant=important|several=various|various=several|enough=sufficient|sufficient=enough
immediately=at once|suddenly=all of a sudden|completely=totally|totally=completely|entirely=completely|mainly=mostly
mostly=mainly|however=yet|because=since|although=though|though=although|until=till|about=around|around=about
near=close to|below=under|under=beneath|above=over|within=inside|before=prior to|after=following|besides=in addition to
despite=in spite of|in spite of=despite|additionally=in addition|therefore=so|thus=so|hence=so|funny=humorous
humorous=funny|amusing=funny|entire=whole|ancient=very old|brave=courageous|courageous=brave|famous=well-known
final=last|initial=first|main=chief|chief=main|new=recent|recent=new|nice=pleasant|pleasant=nice|real=actual
actual=real|sad=unhappy|unhappy=sad|same=identical|tired=weary|weary=tired|huge=enormous|enormous=huge|tiny=very small
lovely=delightful|delightful=lovely|wonderful=marvelous|terrible=awful|awful=terrible|horrible=terrible|boring=dull|dull=boring
excellent=superb|superb=excellent|beautiful=gorgeous|gorgeous=beautiful|fantastic=terrific|terrific=fantastic
"""
_RARE = """
begin=commence|end=conclude|buy=procure|help=aid|show=exhibit|use=employ|think=ponder
big=sizable|small=diminutive|quick=swift|quickly=swiftly|happy=elated|sad=sorrowful|angry=irate|beautiful=pulchritudinous
boring=tedious|funny=droll|strange=peculiar|smart=astute|rich=affluent|poor=impecunious|brave=valiant|quiet=hushed
enough=ample|many=numerous|often=oftentimes|rarely=infrequently|hard=arduous|easy=effortless|house=dwelling|friend=companion
child=youngster|film=motion picture|movie=motion picture|story=narrative|book=volume|car=motorcar|job=vocation
mistake=blunder|problem=predicament|trip=excursion|food=nourishment|money=funds|fight=altercation|road=thoroughfare
"""


def _read(text: str) -> dict[str, str]:
    entries = [entry.split("=") for entry in text.replace("\n", "|").split("|") if entry.strip()]
    return {old.strip(): new.strip() for old, new in entries}


def _verb_forms(pairs: Mapping[str, str]) -> dict[str, str]:
    forms: dict[str, str] = {}
    for old, new in pairs.items():
        first, _, rest = new.partition(" ")
        tail = f" {rest}" if rest else ""
        head, _, more = old.partition(" ")
        end = f" {more}" if more else ""
        for make in (third_person, past, gerund, participle):
            forms.setdefault(make(head) + end, make(first) + tail)
        forms[old] = new
    return forms


def _noun_forms(pairs: Mapping[str, str]) -> dict[str, str]:
    return {**{plural(old): plural(new) for old, new in pairs.items()}, **pairs}


_AMBIGUOUS = frozenset(
    "big enough end ends start starts present presents answer answers reply replies talk talks test tests fall subject picture way ways "
    "part parts need needs try tries fix help close closed shut right mad too since yet around over following last first new "
    "view views purchase buy buys gift note notes hard fast like little about above under below before after so such fault "
    "show shows finish wish wishes pick picks look appear appears appeared stay own owned owns own's rush".split()
)
"""Words that are several kinds of word, or that mean something else in many sentences."""
_ALL = {**_read(_OTHERS), **_verb_forms(_read(_VERBS)), **_noun_forms(_read(_NOUNS))}
SYNONYMS: Mapping[str, str] = MappingProxyType({word: new for word, new in _ALL.items() if word not in _AMBIGUOUS})
"""From a word in lower case, in any form, to a synonym in the same form."""
_RARE_PAIRS = _read(_RARE)
SYNONYM_NOUNS = frozenset(_noun_forms(_read(_NOUNS))) | frozenset(
    "house friend child film movie story book car job mistake problem trip food money fight road".split()
)
"""The nouns among the words with synonyms and among those with rarer ones."""
ADJECTIVES = frozenset(_read(_OTHERS)) | frozenset(
    "other same own young local full best worst only first second".split()
)
"""Words that often stand before a noun (and some that do not, which never stand before one)."""
RARER: Mapping[str, str] = MappingProxyType({word: new for word, new in _RARE_PAIRS.items() if word not in _AMBIGUOUS})
"""From a usual word to a rarer one of the same sense."""
