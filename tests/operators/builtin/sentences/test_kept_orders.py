"""Words that belong together stay together: "only" and its clause, a time in two parts, a step of a story, news."""

from __future__ import annotations

import pytest

from tests.operators.prompts import values

IT, WH, FRONT, ORDER = "syntax.it_cleft", "syntax.wh_cleft", "syntax.fronting", "syntax.clause_order"
LIMITED = [
    (FRONT, "You may only park here if you live in the street.", None),
    (FRONT, "He even sang a song on Friday.", None),
    (FRONT, "The firm only opened the branch in 2004.", None),
    (ORDER, "We merely smiled when the waiter came back.", None),
    (IT, "She only bought the house in 1994.", None),
    (IT, "He only noticed the leak when the carpet was wet.", None),
    (WH, "Nora only realised that her purse was gone when she got off the train.", None),
    (FRONT, "She sold only 4 cakes in May.", "In May, she sold only 4 cakes."),
    (IT, "The band released its only album in 1983.", "It was in 1983 that the band released its only album."),
    (
        FRONT,
        "The army built a fort in 1778 on the hill just across the river.",
        "In 1778, the army built a fort on the hill just across the river.",
    ),
    (ORDER, "I will wait if you only need a minute.", "If you only need a minute, I will wait."),
]
TIMES = [
    (FRONT, "Two climbers were rescued near the summit late on Sunday.", None),
    (IT, "Two climbers were rescued near the summit late on Sunday.", None),
    (FRONT, "The storm hit the coast late in the evening.", None),
    (IT, "The accident happened between two and three on Tuesday.", None),
    (FRONT, "The band played a concert between midnight and two in the morning.", None),
    (ORDER, "We were late because our train had broken down.", "Because our train had broken down, we were late."),
    (IT, "Solo has a long book. Solo read 15 pages on Monday. He has 4 more days.", None),
    (IT, "Elaine had 20 cards. In the second month, she bought 10. In the third month, she lost 3.", None),
    (IT, "On Monday, Walt walked 4 miles. On Tuesday, he walked 6 miles.", None),
    (IT, "A bird stole a bun. Later, a raccoon stole the rest.", None),
    (IT, "The teacher lost her keys on Monday.", "It was on Monday that the teacher lost her keys."),
]
TOLD = [
    (FRONT, "He forgot when his flight left.", None),
    (ORDER, "She remembered when she saw the picture.", None),
    (IT, "He forgot when his flight left.", None),
    (ORDER, "I did not marry him because he was rich.", None),
    (FRONT, "I did not marry him because he was rich.", None),
    (ORDER, "Because it was late, we did not stop.", None),
    (ORDER, "I couldn't go to the party because I was ill.", "Because I was ill, I couldn't go to the party."),
    (IT, "Nobody knew why the clock had stopped.", "Nobody knew why it was that the clock had stopped."),
    (IT, "Nobody knows why the plane crashed.", "Nobody knows why it is that the plane crashed."),
    (IT, "They asked where the money had gone.", "They asked where it was that the money had gone."),
    (IT, "Let me know when you get home.", None),
    (IT, "She told him when dinner was ready.", None),
    (IT, "I wonder when the letter was posted.", "I wonder when it was that the letter was posted."),
    (IT, "What did your boss say?", "What was it that your boss said?"),
]
NEWS = [
    (IT, "My card still hasn't arrived after 2 weeks. Is it lost?", None),
    (IT, "My parcel has not come yet.", None),
    (IT, "My parcel has not come.", "It is my parcel that has not come."),
    (IT, "We fed the ducks because they were hungry.", "It was because the ducks were hungry that we fed them."),
    (IT, "In what shop can I change my ticket?", None),
    (IT, "Where can I change my ticket?", "Where is it that I can change my ticket?"),
    (IT, "I relocated and need to change my address.", None),
    (IT, "Why don't you ask your teacher?", None),
    (WH, "Why don't you ask your teacher?", None),
    (WH, "The manager looked at the late employee. He reprimanded her for being late.", None),
    (
        WH,
        "The manager did not shout. He reprimanded her for being late.",
        "The manager did not shout. What he did was reprimand her for being late.",
    ),
]
WANTED = [
    (WH, "The hotel staff gave us a room with a view.", None),
    (WH, "The dog did not bark. The burglar gave the dog a bone.", None),
    (WH, "The price gave us a shock.", "What gave us a shock was the price."),
    (WH, "We also need to book a room.", None),
    (WH, "I just wanted to thank you for the flowers.", None),
    (WH, "The children need to wash their hands.", "What the children need to do is wash their hands."),
    (WH, "I need to change my address.", "What I need to do is change my address."),
    (WH, "She needs to be more careful.", None),
    (WH, "I need to know your opening hours.", "What I need to know is your opening hours."),
    (WH, "I need to know about your fees.", None),
    (
        WH,
        "The boy tries to open the door, but he only hurts his hand.",
        "What the boy tries to do is open the door, but he only hurts his hand.",
    ),
    (
        WH,
        "The report showed that both wheels were loose.",
        "What the report showed was that both wheels were loose.",
    ),
    (WH, "The director decided to shoot the film in black and white, and so did the actors.", None),
    (WH, "Of the ten boys, how many can swim?", None),
    (WH, "My sister and I both like the same band.", None),
]
FIRST = [
    (FRONT, "My teacher went to school to be a psychologist.", None),
    (FRONT, "She saved money to buy a bike.", "To buy a bike, she saved money."),
    (FRONT, "Carlos is planting a lemon tree. The tree will cost $90 to plant.", None),
    (FRONT, "I bought this watch from a man in my street.", None),
    (FRONT, "What time does the bank close on Fridays?", None),
    (FRONT, "How often do the buses run in the evening?", None),
    (FRONT, "I have not eaten since Monday because I was ill.", None),
    (FRONT, "Could you please send me the invoice before Friday?", None),
    (FRONT, "The train to Oslo leaves every hour.", None),
    (FRONT, "The firm bought a rival last year.", "Last year, the firm bought a rival."),
]


@pytest.mark.parametrize(("name", "text", "expected"), [*LIMITED, *TIMES, *TOLD, *NEWS, *WANTED, *FIRST])
def test_a_sentence_keeps_what_belongs_together(name: str, text: str, expected: str | None) -> None:
    assert next(iter(values(name, text).values()), None) == expected
