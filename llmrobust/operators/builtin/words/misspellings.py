"""Common misspellings: a word and how people really get it wrong.

Written for llmrobust from general knowledge of English spelling, Apache-2.0; the spellings themselves are facts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_LINES = """
absence absense abscence|acceptable acceptible|accidentally accidently|accommodate accomodate acommodate
accommodation accomodation|achieve acheive|achieved acheived|acknowledge acknowlege|acquaintance aquaintance
acquire aquire|across accross|address adress|addresses adresses|advertisement advertisment|aggressive agressive
almost allmost|although althought|amateur amature|amazing amazeing|among amoung|analysis analisis|annually anually
another anouther|answer anwser answere|anxious anxios|apparent apparant|apparently apparantly|appearance appearence
appreciate apreciate|approach aproach|appropriate apropriate|argument arguement|around arround|article artical
asked askd|athlete athelete|attitude atitude|audience audiance|author auther|available availible avaliable
awful awfull|awkward awkard|basically basicly|beautiful beautifull beatiful|beauty beuty|because becuase becouse
become becom|before befor|beginning begining|behavior behavour|being bieng|believe beleive belive|believed beleived
benefit benifit|between betwen|beyond beyound|boring borring|brilliant briliant|broccoli brocolli|build biuld
building bilding|business buisness bussiness|calendar calender|camera camara|capable capible|careful carefull
category catagory|ceiling cieling|cemetery cemetary|certain certian|certainly certainley|changeable changable
character charecter charactor|characters charecters|charming charmming|children childern|chocolate choclate
clothes cloths|collection colection|college collage|comedy commedy|comfortable comfertable comfortible
coming comming|committed commited|committee comittee commitee|common comon|community comunity
company compnay|comparison comparision|competition compitition|complete compleate|completely completly
computer computor|concert consert|condition condidtion|confident confidant|connection conection|conscience concience
conscious concious|consistent consistant|continue continnue|convenient convienient|correct corect|could coud
country contry|course corse|courteous curteous|criticism critisism|curiosity curiousity|customer custumer
daily dayly|daughter daugther|deceive decieve|decided desided|decision desicion|definite definate
definitely definately definitly|delicious delicous|dependent dependant|describe discribe|description discription
desperate desparate|despite dispite|develop develope|development developement|dialogue dialouge|difference differance
different diffrent|difficult dificult|dilemma dilemna|dining dinning|dinner diner|disappear dissapear
disappoint dissapoint|disappointed dissapointed disapointed|disappointing dissapointing disapointing
discipline disipline|disease desease|doctor docter|does dose|during durring|easily easly|education eduction
effect efect|eighth eigth|either iether|eligible eligable|embarrass embarass|embarrassed embarassed
emotional emotinal|encourage encorage|ending endding|energy enery|engaging enganging|enjoyable enjoyible
enjoyed enjoied|enough enought enuf|entertaining entertainning|entirely entirly|environment enviroment
equipment equiptment|especially especialy|essential esential|eventually eventualy|every evry|everyone evryone
everything everthing|exactly exacly|exaggerate exagerate|excellent excelent excellant|except exept
exciting exiting|exercise excercise|existence existance|expect exspect|expected expeced|expensive expencive
experience experiance|experienced experianced|explain explane|explanation explaination|extremely extremly
familiar familar|family famly|famous famouse|fantastic fantasic|fascinating facinating|favourite favorit
favorite favorate|february febuary|field feild|film flim|finally finaly|foreign foriegn|forward foward
forty fourty|friend freind|friendly freindly|friends freinds|fulfill fullfil|funny funy|further furthur
general genral|generally generaly|genius genious|genre gendre|gentle gental|glamorous glamourous|going goin
government goverment|grammar grammer|grateful greatful|great graet|guarantee garantee|guard gaurd|guess geuss
guest geust|guidance guidence|happened happend|happening happenning|happily happilly|harass harrass|having haveing
health helth|height heigth|heroes heros|hilarious hillarious|history histry|hoping hopeing|horrible horible
hospital hospitle|hotel hotell|however howerver|humorous humourous|hungry hungary|ideal idael|identity identitiy
imagine imagin|immediate imediate|immediately immediatly|important importent|impossible imposible
impression impresion|impressive impresive|incredible incredable|independent independant|influence influance
information infomation|ingredients ingredeints|innocent inocent|inspiring inspireing|instead insted
intelligence inteligence|intelligent inteligent|interest intrest|interested intrested|interesting intresting
interrupt interupt|introduce introduse|invisible invisable|irrelevant irrelevent|island iland|itself itsself
jealous jelous|jewelry jewelery|journey jurney|judgment judgement|kitchen kichen|knowledge knowlege knowledge
language langauge|later latter|laughed laughd|laundry landry|leisure liesure|length lenght|lesson leson
library libary|license lisence|likely likley|listen lissen|literally literaly|literature litrature|lonely lonley
looking lookin|lovely lovley|machine machiene|magazine magizine|maintenance maintainance|manager manger
manageable managable|marriage marrage|married marryed|material matirial|meant ment|meanwhile meanwile
medicine medecine|medieval medeval|memorable memoriable|memory memmory|message mesage|million milion
minute minuite|mischievous mischievious|misspell mispell|modern moddern|moment momment|money mony|morning mornig
movie moive|murder muder|museum musuem|music musik|mystery mistery|narrative narative|natural naturel
necessary neccessary necesary|neighbor nieghbor|neighbour nieghbour|neither niether|never nevr|noticeable noticable
nothing nuthing|occasion occassion|occasionally occassionally|occur ocur|occurred occured|occurrence occurence
often offen|opinion opinon|opportunity oppurtunity|opposite oposite|ordinary ordinery|original orginal
outrageous outragous|overall overal|parallel paralell|particular particuler|particularly particularily
passenger passanger|patience patiance|patient pateint|people poeple peopel|perceive percieve|perfect perfact
perform preform|performance preformance performence|perhaps perhapps|permanent permanant|persistent persistant
person persen|personal personel|persuade pursuade|phone fone|photograph photgraph|physical fysical|piece peice
pleasant plesant|please pleese|pleasure plesure|poetry potery|political politcal|popular populer|possess posess
possession posession|possible posible|possibly possibley|potato potatoe|powerful powerfull|practical practicle
precious precous|preferred prefered|prejudice predjudice|prepare prepair|presence presense|pretty prety
previous previus|price prise|privilege priviledge|probably probly probaly|problem probelm|problems probelms
process proccess|produce prduce|product prodcut|professional proffesional|professor proffessor|program progam
pronunciation pronounciation|psychology phsycology|public publick|publicly publically|purchase purchace
purpose purpos|quality qualtiy|quarter quater|question queston|questionnaire questionaire|quickly quikly
quiet queit|quite qiute|realise realsie|realize realise|really realy relly|reason reson|receipt reciept
receive recieve|received recieved|recently recentley|recognize reconize|recommend recomend reccomend
recommended recomended|reference referance|referred refered|relative relitive|release realease|relevant relevent
relief releif|religious religous|remarkable remarkible|remember rember|repetition repitition|representative representitive
restaurant restaraunt resturant|revenge revenege|review reveiw|rhyme ryhme|rhythm rythm|ridiculous rediculous
romantic romatic|safety saftey|sandwich sandwhich|satellite satelite|scary scarry|scene sceen|schedule schedual
science sciense|scientist scientest|script scrip|secretary secratary|seize sieze|sentence sentance|separate seperate
separately seperately|sergeant sargent|serious serius|seriously serously|service serivce|several severel
shining shinning|shoulder sholder|similar similiar|simple simpel|simply simpley|sincerely sincerly|sister sistre
skillful skillfull|slightly slighty|social socail|software sofware|someone somone|something somthing
sometimes somtimes|special specail|speech speach|stomach stomache|stopped stoped|story storey|straight strait
strange starnge|strength strenght|strong stong|student studant|studying studing|stunning stuning
subtle suttle|succeed suceed|success succes|successful succesful sucessful|such shuch|sudden suden|suddenly suddenley
suggest sugest|superb suberb|supposed suposed|surely surley|surprise suprise|surprised suprised
surprising suprising|surprisingly suprisingly|sympathetic sympathic|talented tallented|taste tast|teacher teecher
technology tecnology|television televison|temperature temperture|tendency tendancy|terrible terible
terrific teriffic|thank tank|their thier|themselves themselfs|there thier|therefore therfore|they thay
thing thign|think thnik|thorough thurough|though thoguh|thought thougt|thoughtful thoughtfull|thousand thousend
thriller thriler|through throught|tired tierd|together togather|tomorrow tommorow tommorrow|tongue tounge
totally totaly|touching toching|tough tuff|toward twoard|tragedy tradgedy|traveler traveller|treasure tresure
tries trys|trouble truoble|truly truely|twelfth twelth|typical typicle|unbelievable unbelievible
unfortunately unfortunatly|unique uniqe|university univeristy|unnecessary unneccessary|until untill
unusual unusal|useful usefull|usually usualy|vacuum vaccum|valuable valueable|vegetable vegatable|vehicle vehical
version verison|very verry|view veiw|villain villian|visible visable|visit vist|visual visaul|voice vioce
volunteer voluntier|waiter waitor|watch wach|watching waching|weather wether|wednesday wensday|weird wierd
welcome wellcome|where were|whether wether|which wich|while wile|without whithout|witness wittness|woman women
wonderful wonderfull|worse worst|worth werth|would woud|writing writting|written writen|yesterday yesteday
young yung|yourself youself
"""


def _read(lines: str) -> dict[str, tuple[str, ...]]:
    entries = [entry.split() for entry in lines.replace("\n", "|").split("|") if entry.strip()]
    return {word: tuple(wrong for wrong in wrongs if wrong != word) for word, *wrongs in entries}


_REAL_WORDS = frozenset(
    "calender collage confidant cloths latter manger dose exiting corse hungary tank thank prise strait were worst women "
    "storey diner dinning tast preform wether realise judgement traveller greatful prepair tuff tank artical".split()
)
"""Wrong spellings that are words of their own, or right somewhere: they could change what a sentence says."""
_READ = _read(_LINES)
MISSPELLINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        word: kept
        for word, wrongs in _READ.items()
        if (kept := tuple(wrong for wrong in wrongs if wrong not in _REAL_WORDS and wrong not in _READ))
    }
)
"""From a word in lower case to its common misspellings, none of which is another word."""
