"""Plain statements of news, stories, reviews, manuals and mail: clefts, and phrases and clauses in other places."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

WH_CLEFTS = [
    (
        "The minister said that taxes would rise next year.",
        "What the minister said was that taxes would rise next year.",
    ),
    ("Scientists believe the comet will return.", "What scientists believe is that the comet will return."),
    ("She told me that the office was closed.", "What she told me was that the office was closed."),
    ("Bill asked Joe if he could borrow some money.", "What Bill asked Joe was whether he could borrow some money."),
    ("The guide explains how the machine works.", "What the guide explains is how the machine works."),
    ("The manager refused to comment on the report.", "What the manager refused to do was comment on the report."),
    (
        "Olivia wants to make amends with Emily, but she is apprehensive.",
        "What Olivia wants is to make amends with Emily, but she is apprehensive.",
    ),
    (
        "She urged local officials to consider an ordinance.",
        "What she urged local officials to do was consider an ordinance.",
    ),
    ("He was ordered to leave the country.", "What he was ordered to do was leave the country."),
    ("John fired Bill because he was incompetent.", "The reason why John fired Bill was that he was incompetent."),
    (
        "My daughter loves the toy because it plays music.",
        "The reason why my daughter loves the toy is that it plays music.",
    ),
    ("The town lacks a decent bookshop.", "What the town lacks is a decent bookshop."),
    ("the cinematography makes the film worth seeing.", "what makes the film worth seeing is the cinematography."),
    ("The noise from the street kept us awake.", "What kept us awake was the noise from the street."),
    ("I'd like to order the desk again.", "What I'd like is to order the desk again."),
    ("He didn't leave because he was ill.", None),
    ("Robin didn't know why she was unlucky but found the answer.", None),
    ("Janis is ordered to kill Noelia, but doesn't know if she can.", None),
    ("The film makes a mistake.", None),
    ("It was late because the train was slow.", None),
    ("Ann said she was ill. Bob went home.", None),
    ("so, too, is this comedy about mild culture clashing.", None),
]
IT_CLEFTS = [
    ("The museum was designed by Zaha Hadid.", "It was Zaha Hadid who designed the museum."),
    ("It is operated by the Nhulunbuy Corporation.", "It is the Nhulunbuy Corporation that operates it."),
    ("The recipe was invented by a baker from Lyon.", "It was a baker from Lyon who invented the recipe."),
    ("The school was closed during the strike.", "It was during the strike that the school was closed."),
    ("The match was cancelled because of heavy rain.", "It was because of heavy rain that the match was cancelled."),
    ("Anna met her husband at a conference in Vienna.", "It was at a conference in Vienna that Anna met her husband."),
    ("He published a novel at the age of 23.", "It was at the age of 23 that he published a novel."),
    (
        "The mayor resigned after he was charged with fraud.",
        "It was after the mayor was charged with fraud that he resigned.",
    ),
    ("The treaty forced Spain to give up land.", "It was the treaty that forced Spain to give up land."),
    ("The new model is faster than the old model.", "It is the new model that is faster than the old model."),
    ("Ann has more eggs than Bob.", None),
    ("John fired Bill because he was incompetent.", None),
    ("He looked after the dog.", None),
    ("The match was cancelled because of heavy rain. Nobody minded.", None),
    ("Lingad was defeated by Mendoza, but he raised charges of fraud.", None),
]
FRONTED = [
    ("The plane landed safely in spite of the fog.", "In spite of the fog, the plane landed safely."),
    ("Ann won the race despite her injury.", "Despite her injury, Ann won the race."),
    ("Sales fell by 3 percent according to the report.", "According to the report, sales fell by 3 percent."),
    ("Three people were hurt in the accident.", "In the accident, three people were hurt."),
    ("The manager called the police, fearing a robbery.", "Fearing a robbery, the manager called the police."),
    ("The book is a joy, with some odd moments.", "With some odd moments, the book is a joy."),
    ("detox is ultimately a pointless endeavor.", "ultimately, detox is a pointless endeavor."),
    ("The cake was so good that we ate it all.", "So good was the cake that we ate it all."),
    (
        "She lost the first game, but she won the series later.",
        "She lost the first game, but later she won the series.",
    ),
    (
        "We gave the fruit to the humans because they were hungry.",
        "Because the humans were hungry, we gave the fruit to them.",
    ),
    ("Payment is due within 14 days.", None),
    ("John visited Luke in the hospital because he lived close by.", None),
    ("Most of the town is actually a gated community.", None),
    ("The storm hit the town, killing two people.", None),
    ("Ann praised Beth despite her faults.", None),
]
REORDERED = [
    ("The singer cancelled her tour because she was ill.", "Because the singer was ill, she cancelled her tour."),
    ("The actress won an award when she was twelve.", "When the actress was twelve, she won an award."),
    (
        "The shop lowered its prices when it moved to a new town.",
        "When the shop moved to a new town, it lowered its prices.",
    ),
    ("I will call you as soon as I arrive.", "As soon as I arrive, I will call you."),
    ("The author lived in Prague until the war broke out.", "Until the war broke out, the author lived in Prague."),
    ("I saved money so that I could buy a car.", "So that I could buy a car, I saved money."),
    ("Water boils faster if you add salt, but I never do.", "If you add salt, water boils faster, but I never do."),
    (
        "Since the parts are cheap, they can be replaced easily.",
        "The parts can be replaced easily since they are cheap.",
    ),
    ("Although the hotel was cheap, it was very clean.", "The hotel was very clean, although it was cheap."),
    ("If the alarm sounds, leave the building.", "Leave the building if the alarm sounds."),
    ("The phone was broken, so it was sent back.", "The phone was sent back because it was broken."),
    ("In 1919 Gagnon married Lucile Rodier.", "Gagnon married Lucile Rodier in 1919."),
    (
        "even in its most tedious scenes, the film is mesmerizing.",
        "the film is mesmerizing even in its most tedious scenes.",
    ),
    ("John fired Bill because he was incompetent.", None),
    ("The wolves chased the deer because they were prey.", None),
    ("Corday stabbed Maya, though she did not flee.", None),
    ("Gloria is shoe shopping when she comes across a pair of boots.", None),
    ("He has lived in Rome since he retired.", None),
    ("In general, cats like fish.", None),
]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        *(("syntax.wh_cleft", *case) for case in WH_CLEFTS),
        *(("syntax.it_cleft", *case) for case in IT_CLEFTS),
        *(("syntax.fronting", *case) for case in FRONTED),
        *(("syntax.clause_order", *case) for case in REORDERED),
    ],
)
def test_a_plain_statement_is_said_otherwise_or_kept(name: str, text: str, expected: str | None) -> None:
    found = values(name, text)
    assert (expected in found.values()) if expected is not None else not found
