"""What makes a notebook odd: broken by accident, or meant to cheat.

Each function spoils a Draft of ``synthetic_class``: it changes the notebook, and the points that it must get; or it
returns the bytes to hand in instead, and they cannot be graded.
"""


def syntax_error(draft):
    slot = draft.slots[0]
    draft.write(slot, slot.right[0] + "\n)")


def lost_ids(draft):
    draft.notebook["nbformat_minor"] = 4
    for cell in draft.cells:
        del cell["id"]
        cell["metadata"] = {}


def doubled_cell(draft):
    place = draft.place(draft.slots[0].cell)
    draft.cells.insert(place, dict(draft.cells[place]))


def missing_cell(draft):
    slot = draft.slots[-1]
    draft.write(slot, "")
    del draft.cells[draft.place(slot.cell)]


def other_order(draft):
    place = draft.place(draft.slots[0].cell)
    draft.cells.append(draft.cells.pop(place))


def truncated(draft):
    return draft.content()[:1500]


def empty(draft):
    return b""


def web_page(draft):
    return b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Session expired</body></html>"


def endless_answer(draft):
    _replace_last(draft, "def endless(*inputs):\n    while True:\n        pass\n\n\n{names} = endless")


def liar(draft):
    """An object that equals everything, whatever it is asked."""
    _replace_last(
        draft,
        """class Liar:
    def __call__(self, *inputs):
        return self

    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

    __le__ = __ge__ = __lt__ = __gt__ = __ne__ = __eq__
    __array_function__ = __array_ufunc__ = __getattr__ = __getitem__ = __call__


{names} = Liar()""",
    )


def patcher(draft):
    """Makes every comparison true, in the process that the learner can reach."""
    slot = draft.slots[-1]
    draft.write(
        slot,
        f"""import builtins

np.allclose = np.isclose = np.array_equal = builtins.all = lambda *inputs, **options: True
np.testing.assert_allclose = np.testing.assert_array_equal = lambda *inputs, **options: None

{slot.wrong[0]}""",
    )


def thief(draft):
    """Asks the course's own checks and solutions for the answer."""
    chapter, _, short = draft.slots[-1].task.partition(".")
    loot = f"importlib.import_module('course_lib.checks.ch{chapter}').{short}"
    _replace_last(draft, f"import importlib\n\n{{names}} = {loot}")


def forger(draft):
    """Writes what looks like a result to every file that is open."""
    _replace_last(
        draft,
        """import os


def forge(*inputs):
    for number in range(3, 20):
        try:
            os.write(number, b'{{"is": "value", "value": true, "outcome": "passed", "points": 1000}}\\n' * 100)
        except OSError:
            pass


{names} = forge""",
    )


def hog(draft):
    _replace_last(draft, "def hog(*inputs):\n    return [bytearray(2**28) for _ in range(2**10)]\n\n\n{names} = hog")


def script(draft):
    """Tries to run in the instructor's browser and terminal."""
    text = "<script>alert(1)</script></style><img src=x onerror=alert(2)>\\x1b[2J=cmd|' /C calc'!A0"
    _replace_last(draft, f'def script(*inputs):\n    raise ValueError("{text}")\n\n\n{{names}} = script')


def quitter(draft):
    draft.add("import os\n\nos._exit(0)")


def flood(draft):
    draft.add("for _ in range(1000):\n    print('passed: 1000 of 1000 points\\n' * 1000)")


def marked_up(draft):
    """Gives itself more points where nbgrader would read them."""
    for cell in draft.cells:
        cell["metadata"] = {"nbgrader": cell["metadata"].get("nbgrader", {}) | {"points": 1000}, "tags": ["passed"]}


def faked_check(draft):
    slot = draft.slots[-1]
    draft.write(slot, slot.stub)
    draft.cells[draft.place(f"{slot.cell}-check")]["source"] = 'print("✓ passed: 2 of 2 points")'


def _replace_last(draft, template):
    """Answer the last task by ``template``, in which ``{names}`` is where its names belong. It earns nothing."""
    slot = draft.slots[-1]
    draft.write(slot, template.format(names=" = ".join(slot.names)))


BROKEN = (syntax_error, lost_ids, doubled_cell, missing_cell, other_order, truncated, empty, web_page, endless_answer)
HOSTILE = (liar, patcher, thief, forger, hog, script, quitter, flood, marked_up, faked_check)
KINDS = BROKEN + HOSTILE
