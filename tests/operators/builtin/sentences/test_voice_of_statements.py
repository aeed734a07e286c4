"""Passives and actives of plain statements: stories, news, encyclopaedia, reviews, mail; and what is left alone."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

CLAUSES_BEHIND = [
    ("The birds ate the seeds because they were tasty.", "The seeds were eaten by the birds because they were tasty."),
    (
        "Mrs Doyle cleaned the windows while the children were at school.",
        "The windows were cleaned by Mrs Doyle while the children were at school.",
    ),
    (
        "The government introduced a tax on sugar in 2018, although many shops opposed it.",
        "A tax on sugar was introduced by the government in 2018, although many shops opposed it.",
    ),
    ("John fired Bill because he was incompetent.", "Bill was fired by John because he was incompetent."),
    ("Olga kicked Sara because she was drunk.", None),
    ("The blimp hit the tree because it lost air.", None),
    ("The wolves chased the deer because they were prey.", None),
    ("The boss fired the worker when he stopped performing well.", None),
    ("When she came home, Anna opened the letter.", None),
    ("The plumber fixed the tap and cleaned the sink.", None),
]
PLACES_AND_AGENTS = [
    ("Anna sent the contract to the lawyers on Friday.", "The contract was sent to the lawyers by Anna on Friday."),
    (
        "The technician replaced the battery with a new one.",
        "The battery was replaced with a new one by the technician.",
    ),
    (
        "A local farmer found the coins in a field near Bath.",
        "The coins were found in a field near Bath by a local farmer.",
    ),
    (
        "The two sides signed a peace agreement in Geneva in 1994.",
        "A peace agreement was signed in Geneva by the two sides in 1994.",
    ),
    (
        "The prime minister announced a new package of measures on Tuesday evening.",
        "A new package of measures was announced by the prime minister on Tuesday evening.",
    ),
    ("The hotel staff treated us very well.", "We were treated very well by the hotel staff."),
    (
        "Scientists have discovered a new species of beetle.",
        "A new species of beetle has been discovered by scientists.",
    ),
    ("King Alfred founded the abbey in 888.", "The abbey was founded by King Alfred in 888."),
    ("The camera loves her.", None),
    ("The museum owns three paintings by Monet.", None),
    ("The lawyer, who was tired, read the contract.", None),
    ("The tsunami swamped the boats in the harbour.", "The boats were swamped in the harbour by the tsunami."),
    ("We deplore this hostile action.", None),
    ("The panel awarded her first prize.", None),
    ("The king married Eleanor in 1152.", None),
    ("The old clock struck twelve.", None),
    ("The crew abandoned ship.", None),
    ("The express passengers change trains.", None),
    ("The editors will not publish letters without an address.", None),
]
RECEIVERS = [
    ("The bank sent me a letter about the new charges.", "I was sent a letter about the new charges by the bank."),
    ("The shop assistant showed Nina the red shoes.", "Nina was shown the red shoes by the shop assistant."),
    ("The queen gave him a medal.", "He was given a medal by the queen."),
    ("The city council gave the boys medals by the river.", None),
    (
        "The boss told the staff that the office would close.",
        "The staff was told by the boss that the office would close.",
    ),
    ("The court ordered the firm to pay damages.", "The firm was ordered by the court to pay damages."),
    ("Critics called the film a masterpiece.", "The film was called a masterpiece by critics."),
    ("The jury found the defendant guilty.", "The defendant was found guilty by the jury."),
    (
        "The opposition accused the minister of lying to parliament.",
        "The minister was accused by the opposition of lying to parliament.",
    ),
    ("Scientists have named the planet Kepler-22b.", None),
    ("Sam's boss offered him a better job.", None),
]
OWN_THINGS = [
    (
        "The campers turned on their flashlights because it was dark without them.",
        "The flashlights were turned on by the campers because it was dark without them.",
    ),
    (
        "The company opened its first shop in Leeds in 1987.",
        "The company's first shop was opened in Leeds in 1987.",
    ),
    ("The band released its second album in 1999.", "The band's second album was released in 1999."),
    ("the film wastes its talented cast.", "the film's talented cast is wasted."),
    ("The man shot his friend.", None),
    ("The passing bus tore off her side mirror.", "Her side mirror was torn off by the passing bus."),
    ("Anna's experience enriched her understanding.", None),
    ("The star signed his contract.", None),
    ("Tears ran down her face.", None),
    ("The song that the choir sang moved many people.", "The song that was sung by the choir moved many people."),
    ("The song that I sang moved many people.", None),
]
WITH_AGENTS = [
    ("The novel was written by a young journalist in 1954.", "A young journalist wrote the novel in 1954."),
    ("The meeting will soon be cancelled by the chairman.", "The chairman will soon cancel the meeting."),
    ("The law was never accepted by the people.", "The people never accepted the law."),
    (
        "The villagers protested, but they were ignored by the council.",
        "The villagers protested, but the council ignored them.",
    ),
    ("She is turned off by his cowardice.", "His cowardice turns her off."),
    ("It was announced by the ministry that taxes would rise.", "The ministry announced that taxes would rise."),
    ("The plan that was drawn up by the engineers failed.", "The plan that the engineers drew up failed."),
    (
        "The castle was built by the Normans, although it was rebuilt later.",
        "The Normans built the castle, although it was rebuilt later.",
    ),
    ("The letter was written by hand.", None),
    ("The price was increased by half.", None),
    ("He was known by his nickname.", None),
    ("When he arrived, Tom was greeted by Ann.", None),
    ("Tom was pushed by Ben because he was rude.", None),
    ("Anna was comforted by her mother.", None),
    ("Written in 1990, the book was published by a small press.", None),
    ("The team was coached by Maria and won the cup.", None),
    ("The film was directed by Jane Lee and stars Tom Hall.", None),
    ("Funds were obtained by the sale of the land.", None),
    ("He was recognized by the scar on his chin.", None),
    ("My work is not recognized by anybody.", None),
    ("The kitchen was run primarily by unpaid helpers.", None),
    ("A cell is a nucleus surrounded by a membrane.", None),
    ("Lingad was defeated by Estelito Mendoza, but he raised charges of fraud.", None),
]
CASES = [
    *(("syntax.passive", *case) for case in (*CLAUSES_BEHIND, *PLACES_AND_AGENTS, *RECEIVERS, *OWN_THINGS)),
    *(("syntax.active", *case) for case in WITH_AGENTS),
]


@pytest.mark.parametrize(("name", "text", "expected"), CASES)
def test_a_statement_changes_its_voice_or_is_left_alone(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text).values()), None) == expected
