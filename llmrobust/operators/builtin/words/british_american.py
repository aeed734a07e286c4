"""British and American spelling, both ways.

Written for llmrobust from general knowledge of English, Apache-2.0. Words of the same meaning only: not "practise" the
verb, "program" of a computer, or "meter" the device.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_PAIRS = """
colour color|colours colors|coloured colored|colourful colorful|favour favor|favours favors|favourite favorite
favourites favorites|favourable favorable|flavour flavor|flavours flavors|flavoured flavored|harbour harbor
honour honor|honours honors|honourable honorable|humour humor|labour labor|neighbour neighbor|neighbours neighbors
neighbourhood neighborhood|rumour rumor|rumours rumors|behaviour behavior|endeavour endeavor|odour odor|parlour parlor
rigour rigor|splendour splendor|vapour vapor|vigour vigor|armour armor|saviour savior|savour savor|savoury savory
centre center|centres centers|theatre theater|theatres theaters|litre liter|litres liters|metre meter|metres meters
kilometre kilometer|kilometres kilometers|centimetre centimeter|centimetres centimeters|fibre fiber|sombre somber
lustre luster|spectre specter|calibre caliber|meagre meager|organise organize|organised organized|organising organizing
organisation organization|organisations organizations|realise realize|realised realized|realises realizes
realising realizing|recognise recognize|recognised recognized|recognises recognizes|apologise apologize
apologised apologized|criticise criticize|criticised criticized|emphasise emphasize|emphasised emphasized
analyse analyze|analysed analyzed|analysing analyzing|paralyse paralyze|paralysed paralyzed|characterise characterize
characterised characterized|civilisation civilization|memorise memorize|modernise modernize|specialise specialize
specialised specialized|summarise summarize|summarised summarized|sympathise sympathize|utilise utilize
visualise visualize|categorise categorize|categorised categorized|minimise minimize|maximise maximize
optimise optimize|standardise standardize|prioritise prioritize|generalise generalize|generalised generalized
travelled traveled|travelling traveling|traveller traveler|travellers travelers|cancelled canceled
cancelling canceling|labelled labeled|labelling labeling|modelled modeled|modelling modeling|signalled signaled
fuelled fueled|jewellery jewelry|marvellous marvelous|skilful skillful|wilful willful|fulfil fulfill|enrol enroll
instalment installment|counsellor counselor|woollen woolen|defence defense|offence offense|licence license
pretence pretense|practised practiced|catalogue catalog|catalogues catalogs|dialogue dialog|analogue analog
aeroplane airplane|aluminium aluminum|cheque check|cosy cozy|doughnut donut|grey gray|kerb curb|mould mold
moustache mustache|mum mom|plough plow|programme program|programmes programs|pyjamas pajamas|sceptical skeptical
sceptic skeptic|tyre tire|tyres tires|storey story|draught draft|sulphur sulfur|manoeuvre maneuver|encyclopaedia encyclopedia
anaesthetic anesthetic|paediatric pediatric|oesophagus esophagus|diarrhoea diarrhea|haemorrhage hemorrhage
foetus fetus|judgement judgment|acknowledgement acknowledgment|ageing aging|likeable likable|sizeable sizable
learnt learned|burnt burned|dreamt dreamed|spelt spelled|spoilt spoiled|leapt leaped|towards toward|whilst while
amongst among|ax axe
"""
_ONE_WAY = frozenset(
    "check story draft curb meter meters while among toward tire tires license program programs learned "
    "burned dreamed spelled spoiled leaped dialog".split()
)
"""American words that mean other things as well, so that only British text is changed to them."""


def _read() -> tuple[dict[str, str], dict[str, str]]:
    pairs = [entry.split() for entry in _PAIRS.replace("\n", "|").split("|") if entry.strip()]
    known = [(british, american) for british, american in pairs if british != "ax"]
    return dict(known), {american: british for british, american in known if american not in _ONE_WAY}


_BRITISH, _AMERICAN = _read()
TO_AMERICAN: Mapping[str, str] = MappingProxyType(_BRITISH)
"""From a British spelling in lower case to the American one."""
TO_BRITISH: Mapping[str, str] = MappingProxyType(_AMERICAN)
"""From an American spelling in lower case to the British one."""
