"""Words of plain statements, as news, stories, reviews and mail make them: what replaces them, and where they stay."""

from __future__ import annotations

import pytest

from llmrobust.operators.builtin.words.fitting import is_a_noun, is_single_past, owns
from tests.operators.prompts import values


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        # contrast, result, aim, cause
        ("style.formal", "It was late, but it still arrived.", "It was late, yet it still arrived."),
        ("style.formal", "a bumpy but satisfying ride.", "a bumpy yet satisfying ride."),
        ("style.plain", "a commercial yet inventive filmmaker.", "a commercial but inventive filmmaker."),
        ("style.formal", "The bowl had a crack, so it broke.", "The bowl had a crack, and therefore it broke."),
        ("style.complex", "He hid so that he could watch.", "He hid in order that he could watch."),
        ("style.formal", "It closed because of the rain.", "It closed owing to the rain."),
        ("style.plain", "It closed due to bad weather.", "It closed because of bad weather."),
        ("word.rare", "It opened despite the rain.", "It opened notwithstanding the rain."),
        # what is said, asked and thought
        ("style.formal", "Bob asked Tom if he was ill.", "Bob asked Tom whether he was ill."),
        ("style.formal", "Ann thinks that Ben walked.", "Ann believes that Ben walked."),
        ("style.formal", "He told Kate that she had won.", "He informed Kate that she had won."),
        ("style.complex", "The firm said that it would move.", "The firm stated that it would move."),
        ("word.derivation", "He claims that it is safe.", "He makes the claim that it is safe."),
        # what is done to whom
        ("style.formal", "Joe fired Bill.", "Joe dismissed Bill."),
        ("style.formal", "Rice beat Texas.", "Rice defeated Texas."),
        ("style.formal", "The bat hit the ball.", "The bat struck the ball."),
        ("style.formal", "Mia turned him down.", "Mia rejected him."),
        ("style.formal", "He kept asking.", "He continued asking."),
        ("style.complex", "He stopped running.", "He ceased running."),
        ("style.formal", "She gets bored.", "She becomes bored."),
        ("style.formal", "She had to leave.", "She was obliged to leave."),
        ("word.idiom", "Mary likes Joe.", "Mary has a soft spot for Joe."),
        ("word.rare", "Ann hugged Joe.", "Ann embraced Joe."),
        # adjectives and adverbs
        ("style.formal", "It is hard to like him.", "It is difficult to like him."),
        ("style.formal", "It is pretty good.", "It is fairly good."),
        ("style.formal", "It was sometimes loud.", "It was at times loud."),
        ("style.complex", "He is much older.", "He is considerably older."),
        ("style.plain", "a highly enjoyable film.", "a very enjoyable film."),
        ("style.plain", "He was severely wounded.", "He was badly wounded."),
        ("word.synonym", "a poignant, gripping play.", "a poignant, compelling play."),
        ("word.derivation", "The choir sang beautifully.", "The choir sang in a beautiful way."),
        # places, times and names of things
        ("style.complex", "In 1967, it closed.", "In the year 1967, it closed."),
        ("style.plain", "The mill is located in York.", "The mill is in York."),
        ("style.plain", "It was known as the Pit.", "It was called the Pit."),
        ("word.synonym", "It stands next to the church.", "It stands beside the church."),
        ("style.formal", "a comedy about loss.", "a comedy concerning loss."),
        ("word.synonym", "The film has a weak script.", "The movie has a weak screenplay."),
        ("word.rare", "The drink was in the ugly mug.", "The drink was in the unsightly mug."),
        ("style.complex", "The boy was stubborn.", "The boy was obstinate."),
        ("style.plain", "He resigned from the board.", "He left the board."),
        ("style.plain", "The team fails to win.", "The team does not win."),
        ("style.casual", "Nina was forced to leave.", "Nina had to leave."),
        # without a word of the lexicon, what is contracted is written out
        ("style.formal", "Why can't I pay?", "Why can I not pay?"),
        ("style.formal", "It's been late.", "It has been late."),
        ("word.expand", "The cat does n't sleep.", "The cat does not sleep."),
        ("word.expand", "He wo n't go.", "He will not go."),
        ("word.irregular_verb", "The bat hit the ball.", "The bat hitted the ball."),
        ("word.irregular_verb", "She found a key.", "She finded a key."),
        ("word.abbreviate", "He came with her.", "He came w/ her."),
        ("word.hyponym", "Two boys ran.", "Two schoolboys ran."),
    ],
)
def test_words_of_statements_are_replaced(name: str, old: str, new: str) -> None:
    assert list(values(name, old, rate=1.0).values()) == [new]


@pytest.mark.parametrize(
    ("name", "stays"),
    [
        ("style.formal", "It was not red but blue."),
        ("style.formal", "There was nothing but sand."),
        ("style.formal", "It is not only loud, but it smells."),
        ("style.formal", "Ask me if you are ill."),
        ("style.formal", "The film tries too hard to be odd."),
        ("style.formal", "a pleasant enough thing."),
        ("style.complex", "He died 2 years later."),
        ("style.complex", "She ran in 1992 and 1994."),
        ("style.plain", "He saw what lay beneath."),
        ("style.formal", "He is due to arrive."),
        ("style.formal", "Joe fired a shot."),
        ("style.formal", "Did the bat hit the ball?"),
        ("style.formal", "It has nothing to do with it, he had to say."),
        ("style.plain", "He was best known as a singer."),
        ("style.casual", "He read the entire old books."),
        ("style.casual", "He returned two weeks later."),
        ("word.synonym", "He goes along with this."),
        ("word.synonym", "a difficult relationship."),
        ("word.synonym", "She is touching the stove."),
        ("word.synonym", "He died by illness."),
        ("word.derivation", "It sank so quickly."),
        ("word.derivation", "It is hard to believe that he left."),
        ("word.idiom", "It sank so quickly."),
        ("word.rare", "He wants the band to stop."),
        ("word.irregular_verb", "Did he hit it?"),
        ("word.irregular_verb", "The found office is shut."),
        ("word.synonym", "Ben saved her life."),
        ("word.rare", "He is the only one left."),
        ("word.rare", "They fell through the cracks."),
        ("word.synonym", "The script ran on the server."),
        ("style.plain", "He rejects it."),
        ("word.hypernym", "It is an account of his life."),
        ("word.hyponym", "It is an account of his life."),
        ("word.hypernym", "They met at the cafe\u0301."),
        ("style.casual", "Many get nothing."),
        ("style.formal", "They could seem to win."),
    ],
)
def test_words_of_statements_stay_in_other_uses(name: str, stays: str) -> None:
    assert values(name, stays, rate=1.0) == {}


@pytest.mark.parametrize(
    ("text", "word", "noun"),
    [
        ("the film 's plot is thin", "film", True),
        ("the film's plot is thin", "film", True),
        ("an intriguing thriller filled with twists", "thriller", True),
        ("a poignant and compelling story about love", "story", True),
        ("Scientists found it", "Scientists", True),
        ("the actors keep it light", "actors", True),
        ("the movie actually works", "movie", True),
        ("a film director", "film", False),
        ("by illness", "illness", False),
        ("in clever story form", "story", False),
    ],
)
def test_a_noun_is_known_by_adjectives_verbs_and_owners_around_it(text: str, word: str, noun: bool) -> None:
    start = text.index(word)
    assert is_a_noun(text, start, start + len(word)) is noun


def test_owners_are_told_at_once_or_after_a_space() -> None:
    assert owns("the film's plot", 8)
    assert owns("the film 's plot", 8)
    assert owns("the actors' lines", 10)
    assert not owns("the film was", 8)


def test_a_form_without_s_is_a_past_after_a_singular_subject() -> None:
    assert is_single_past("The bat hit it", 8)
    assert not is_single_past("They hit it", 5)
    assert not is_single_past("Did the bat hit it", 12)


def test_an_owner_keeps_its_form() -> None:
    """A plural without -s owns by "'s", one with it by an apostrophe: neither replaces the other."""
    assert values("word.rare", "He saw the children's hats.", rate=1.0) == {}
    assert list(values("word.synonym", "He liked the film's end.", rate=1.0).values()) == ["He liked the movie's end."]
    assert values("word.hypernym", "He liked the table's legs.", rate=1.0) == {}
