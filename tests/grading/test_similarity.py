"""The search for answers that are much alike finds copies, and leaves alone what many write."""

import random
from itertools import combinations

import pytest
import sample

from course_lib.grading import similarity
from course_lib.grading.similarity import RUN, WINDOW, fingerprint, pairs, rare_at_most

ANSWER = '''def zeros_and_dead(z):
    """Return the share of zeros in relu(z), and the share of dead units."""
    off = z <= 0  # both
    dead = off.all(axis=0)
    return np.mean(off), dead.sum() / z.shape[1]
'''
DISGUISED = (
    """def zeros_and_dead(values):

  # my own idea
  inactive=values<=0
  corpses = inactive . all(axis = 0)
  return ( np.mean(inactive),
     corpses.sum() / values.shape[1] )
""".replace("( np", "np")
    .replace("\n     corpses", " corpses")
    .replace("1] )", "1]")
)
COMMON = "def relu(x):\n    return np.maximum(x, 0)\n\n\ndef relu_slope(x):\n    return np.where(x > 0, 1.0, 0.0)\n"


def shares(answers):
    """The pairs found among answers to one task, as pairs of learners."""
    return [
        (pair.a, pair.b) for pair in pairs({learner: {"t": fingerprint(code)} for learner, code in answers.items()})
    ]


def different(number):
    """So many answers of about 60 tokens, each its own."""
    chance = random.Random(number)
    return {f"s{place}": "\n".join(sample.answer(chance, "a.b") for _ in range(2)) for place in range(number)}


def test_names_comments_docstrings_and_layout_do_not_count():
    assert fingerprint(ANSWER) == fingerprint(DISGUISED) != ()


@pytest.mark.parametrize(
    "change", [("<= 0", "< 0"), (".all(", ".any("), ("axis=0", "axis=1"), ("z.shape", "off.shape")]
)
def test_a_change_of_meaning_counts(change):
    assert fingerprint(ANSWER) != fingerprint(ANSWER.replace(*change))


def test_a_shared_run_is_found_in_any_surroundings():
    shared = " ".join(f"{number} +" for number in range((RUN + WINDOW) // 2))
    before, after = "print(1)\n" * 5, "\nreturn [2]" * 5
    assert set(fingerprint(before + shared + after)) & set(fingerprint(shared)) & set(fingerprint("x = " + shared))


def test_what_the_exercise_hands_out_does_not_count():
    stub = ANSWER[: ANSWER.index("    off")] + "    return ...  # your answer\n"
    assert fingerprint(stub, stub) == ()
    assert fingerprint(ANSWER, ANSWER) == ()
    assert fingerprint(ANSWER, stub) != ()


@pytest.mark.parametrize(
    "text", [*sample.NASTY.values(), "", "'''", '"\\', "(" * 5000, "\\", "def", "\ud800" * 50, "é = 1"]
)
def test_any_text_has_fingerprints_or_none(text):
    assert all(0 <= mark < 2**64 for mark in fingerprint(text))


def test_a_copy_with_other_names_is_found_and_says_where():
    class_of = {
        learner: {"gate": fingerprint(COMMON), "own": fingerprint(code)} for learner, code in different(30).items()
    }
    class_of["s7"]["zeros"] = fingerprint(ANSWER * 2)
    class_of["s21"] |= {"zeros": fingerprint(DISGUISED * 2), "own": class_of["s7"]["own"]}
    (found,) = pairs(class_of)
    assert (found.a, found.b, found.tasks) == ("s7", "s21", ("own", "zeros"))
    assert found.share == 1
    assert found.shared >= 8


def test_learners_with_their_own_answers_are_not_named():
    assert shares(different(60)) == []


def test_an_answer_that_many_give_is_no_sign_however_long():
    answers = different(50)
    answers |= {f"s{place}": ANSWER * 3 for place in range(10)}  # 20 % of the class
    assert shares(answers) == []


def test_a_short_answer_is_no_sign_however_rare():
    answers = different(50) | {
        "a": "def f(x):\n    return x[::-3] ** 17 % 5\n",
        "b": "def f(q):\n    return q[::-3] ** 17 % 5\n",
    }
    assert shares(answers) == []


def test_the_most_alike_come_first():
    answers = different(40)
    answers["half"] = (
        answers["s3"][: len(answers["s3"]) * 3 // 4] + "\nwhile True: print('something else', 5, [6])\n" * 2
    )
    answers["whole"] = answers["s5"]
    assert shares(answers)[0] == ("s5", "whole")


def test_a_fingerprint_is_rare_up_to_a_twentieth_of_the_class_within_bounds():
    assert [rare_at_most(learners) for learners in (2, 60, 200, 400, 10_000)] == [3, 3, 10, 20, 20]


def test_work_grows_with_the_learners_not_with_their_pairs(monkeypatch):
    """Where all share everything, and where every fingerprint is shared by as many as may share it."""
    looked_at = []
    monkeypatch.setattr(
        similarity, "combinations", lambda *few: looked_at.extend(made := [*combinations(*few)]) or made
    )
    pairs({learner: {"t": tuple(range(30))} for learner in range(2000)})
    assert looked_at == []
    most = rare_at_most(2000)
    pairs({learner: {"t": tuple(range(learner // most * 9, learner // most * 9 + 9))} for learner in range(2000)})
    assert len(looked_at) == 2000 * 9 * (most - 1) / 2  # of 1,999,000 pairs of learners: 19,000, nine times
