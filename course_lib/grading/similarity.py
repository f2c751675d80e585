"""Finds answers that resemble each other more than chance and a small exercise explain.

An answer becomes a set of fingerprints: hashes of runs of tokens, thinned by winnowing. Comments, docstrings, layout
and the choice of names do not count. The method is that of S. Schleimer, D. S. Wilkerson and A. Aiken (2003),
"Winnowing: Local Algorithms for Document Fingerprinting", Proceedings of ACM SIGMOD, pages 76-85: whatever two answers
share over ``WINDOW + RUN - 1`` tokens is found, and nothing shorter than ``RUN`` tokens is.

A short exercise has few right answers, so equal answers are no sign in themselves. Only rare fingerprints count: those
that few learners have. Two learners are named when their rare fingerprints, over all tasks of an exercise, are largely
the same.

What it cannot tell: who copied from whom, whether the two worked together as they were allowed to, and whether both
used the same book. It does not see an answer that was copied by more learners than ``rare_at_most`` allows (unless the
whole files are identical), nor one that was rebuilt. A pair is a reason to look, not a verdict.
"""

import functools
import hashlib
import keyword
import re
from collections import Counter, defaultdict
from itertools import combinations, zip_longest
from typing import NamedTuple

RUN = 12
"""How many tokens one fingerprint covers."""

WINDOW = 4
"""Of this many neighbouring fingerprints at least one is kept."""

SHARED = 8
"""How many rare fingerprints two learners must share at least: about 30 tokens that nearly nobody else wrote."""

SHARE = 0.6
"""Which part of their rare fingerprints they must share at least, seen from the one who has fewer."""

LONGEST = 20_000
"""Of a longer answer only the first so many characters are read."""

_TOKEN = re.compile(
    r"""(?P<skip>[ \t\f\r]+|\\\n|\#[^\n]*)
    |(?P<line>\n)
    |(?P<text>[rbfu]{0,2}(?:'{3}.*?(?:'{3}|\Z)|"{3}.*?(?:"{3}|\Z)|'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?))
    |(?P<name>[^\W\d]\w*)
    |(?P<other>\d[\w.]*|[-+*/%@&|^<>=!:]=|\*\*|//|->|<<|>>|\S)""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_KEPT = {*keyword.kwlist, "abs", "all", "any", "bool", "enumerate", "float", "int", "len", "list", "map", "max", "min"}
_KEPT |= {"np", "print", "range", "reversed", "round", "set", "sorted", "str", "sum", "tuple", "zip"}


class Pair(NamedTuple):
    """Two learners who share rare fingerprints: in which tasks, which part (0 to 1), and how many."""

    a: str
    b: str
    tasks: tuple
    share: float
    shared: int


def fingerprint(code, given=""):
    """Return the fingerprints of an answer as a sorted tuple of whole numbers below 2**64.

    ``given``: what the exercise handed to everyone, the stub; what stands there too does not count. Any text is
    taken, also one that is no Python. An answer with fewer than ``RUN`` tokens has no fingerprints.
    """
    return tuple(sorted(_winnow(_hashes(_tokens(code))) - _scaffold(given)))


def pairs(fingerprints):
    """Return the pairs of learners who share many rare fingerprints, the most suspicious first.

    ``fingerprints``: from learner to a dict from task to the answer's fingerprints, for one exercise. The time grows
    with the number of learners, not with the number of their pairs.
    """
    tasks = sorted({task for answers in fingerprints.values() for task in answers})
    rare, shared, where = Counter(), Counter(), Counter()
    for number, task in enumerate(tasks):
        for learners in _rare(fingerprints, task):
            rare.update(learners)
            for pair in combinations(learners, 2):
                shared[pair] += 1
                where[pair] |= 1 << number
    found = [
        Pair(a, b, tuple(t for n, t in enumerate(tasks) if where[a, b] >> n & 1), count / min(rare[a], rare[b]), count)
        for (a, b), count in shared.items()
        if count >= SHARED and count >= SHARE * min(rare[a], rare[b])
    ]
    return sorted(found, key=lambda pair: (-pair.share * pair.shared, pair.a, pair.b))


def rare_at_most(learners):
    """How many learners may have a fingerprint that is still rare: 5 % of them, but 3 at least and 20 at most."""
    return min(max(3, learners // 20), 20)


def _rare(fingerprints, task):
    """For each rare fingerprint of a task, the learners who have it."""
    counts = Counter(mark for answers in fingerprints.values() for mark in answers.get(task, ()))
    limit, holders = rare_at_most(len(fingerprints)), defaultdict(list)
    for learner, answers in fingerprints.items():
        for mark in answers.get(task, ()):
            if counts[mark] == 1:
                yield [learner]
            elif counts[mark] <= limit:
                holders[mark].append(learner)
    yield from holders.values()


@functools.lru_cache
def _scaffold(given):
    return frozenset(_hashes(_tokens(given)))


def _tokens(code):
    """The tokens of Python code without comments, docstrings and layout; a name that was chosen begins with a blank."""
    tokens, before, start = [], "", True
    found = [match for match in _TOKEN.finditer(code[:LONGEST]) if match.lastgroup != "skip"]
    for match, after in zip_longest(found, found[1:]):
        kind, token = match.lastgroup, match[0]
        docstring = kind == "text" and start and (after is None or after.lastgroup == "line")
        if kind == "name" and before != "." and token not in _KEPT:
            token = " " + token
        if kind != "line" and not docstring:
            tokens.append(token)
        start, before = kind == "line", token
    return tokens


def _hashes(tokens):
    """One hash for each run of tokens; in a run, chosen names are numbered in the order of their first use."""
    for start in range(len(tokens) - RUN + 1):
        numbers = {}
        run = [
            f" {numbers.setdefault(token, len(numbers))}" if token[0] == " " else token
            for token in tokens[start : start + RUN]
        ]
        digest = hashlib.blake2b("\n".join(run).encode("utf-8", "backslashreplace"), digest_size=8)
        yield int.from_bytes(digest.digest(), "big")


def _winnow(hashes):
    """The least hash of every window, as a set."""
    hashes = list(hashes)
    return {min(hashes[start : start + WINDOW]) for start in range(max(1, len(hashes) - WINDOW + 1)) if hashes}
