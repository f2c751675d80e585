"""The right and wrong answers of ``tests/checks`` as a learner would have written them into a notebook.

Nothing here knows any exercise: what is in ``exercises/`` and ``tests/checks`` is found, so new ones are found too.
"""

import ast
import functools
import importlib.util
import re
import symtable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course_lib.checks import chapters, find
from course_lib.exercises import BEGIN, ROOT, answer_of, judged

CASES = Path(__file__).parents[1] / "tests" / "checks"


@dataclass(frozen=True)
class Slot:
    """A place for an answer: its task and points, the id of its cell, the names to define, and what stands there.

    ``right`` and ``wrong`` are lists of sources for that cell; the first right one is the course's own solution.
    """

    task: str
    points: int
    cell: str
    names: tuple
    stub: str
    right: list
    wrong: list


def exercises():
    """The names of all exercises."""
    return [name for name in chapters() if (ROOT / "exercises" / f"{name}.ipynb").exists()]


@functools.cache
def slots(chapter):
    """The Slots of an exercise, in their order."""
    cells = nbformat.read(ROOT / "exercises" / f"{chapter}.ipynb", as_version=4).cells
    code = {cell.id: cell.source for cell in cells if cell.cell_type == "code"}
    names = {judged(cell): cell for cell in cells if cell.cell_type == "code" and judged(cell)}
    names = {task: tuple(argument.id for argument in _call(cell).args[1:]) for task, cell in names.items()}
    taken = {name for several in names.values() for name in several}
    given = set().union(*(_bound(s) for i, c in code.items() if f"{i}-check" not in code for s in ast.parse(c).body))
    return [_slot(chapter, task, own, code, taken, given) for task, own in names.items()]


def _call(cell):
    """The call of ``check`` that a check cell is."""
    return ast.parse(cell.source).body[0].value


def _slot(chapter, task, names, code, taken, given):
    """One Slot. ``taken``: names that helpers must not have; ``given``: names that need no import."""
    short = task.partition(".")[2]
    cell = short.replace("_", "-")
    path = CASES / f"ch{chapter}.py"
    program, module = ast.parse(path.read_text(encoding="utf-8")), _imported(path)
    found = {}
    for kind in ("RIGHT", "WRONG"):
        count = len(getattr(module, kind)[short])
        expressions = [_expression(program, kind, short, number, count) for number in range(count)]
        found[kind] = [_source(program, value, names, code[cell], taken, given) for value in expressions]
    solution = _solution(chapter, cell, names)
    return Slot(task, find(task).points, cell, names, code[cell], [solution, *found["RIGHT"]], found["WRONG"])


def _solution(chapter, cell, names):
    """What the solution notebook answers in a cell, and in any other that gives one of the ``names``."""
    path = ROOT / "solutions" / f"{chapter}.ipynb"
    cells = [other for other in nbformat.read(path, as_version=4).cells if BEGIN in other.source]
    gives = {other.id: set().union(*map(_bound, ast.parse(other.source).body)) for other in cells}
    return "\n\n".join(answer_of(path, i) for i in gives if i == cell or gives[i] & set(names))


def _imported(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _expression(program, kind, short, number, count):
    """The expression for one answer: as it stands in the table, or a look-up in it if the table was computed."""
    tables = [s.value for s in program.body if isinstance(s, ast.Assign) and kind in _bound(s)]
    for table in tables:
        for key, listed in zip(table.keys, table.values, strict=True) if isinstance(table, ast.Dict) else ():
            if isinstance(key, ast.Constant) and key.value == short and len(getattr(listed, "elts", ())) == count:
                answer = listed.elts[number]
                if kind == "RIGHT" or isinstance(answer, ast.Tuple):
                    return answer if kind == "RIGHT" else answer.elts[0]
    return ast.parse(f"{kind}[{short!r}][{number}]" + "[0]" * (kind == "WRONG")).body[0].value


def _source(program, value, names, stub, taken, given):
    """The source of an answer cell that gives ``names`` the ``value``, with the helpers that it needs above."""
    helpers = _needed(program, value, given)
    text = ast.unparse(ast.Module([*helpers, ast.Expr(value)], []))
    for name in set().union(*map(_bound, helpers)) & taken:
        text = re.sub(rf"(?<![\w.]){name}\b", f"own_{name}", text)
    *helpers, value = ast.parse(text).body
    parts = [ast.unparse(helper) for helper in helpers]
    values = getattr(value.value, "elts", ())
    if len(values) == len(names):
        parts += [_defined(name, one, stub) for name, one in zip(names, values, strict=True)]
    else:
        parts.append(f"({', '.join(names)},) = {ast.unparse(value)}")
    return "\n\n".join(parts)


def _defined(name, value, stub):
    """Define one name; a lambda becomes a function with the docstring of the stub."""
    if not isinstance(value, ast.Lambda):
        return f"{name} = {ast.unparse(value)}"
    stubs = {s.name: s for s in ast.parse(stub).body if isinstance(s, ast.FunctionDef)}
    doc = ast.get_docstring(stubs[name]) if name in stubs else None
    lines = [f"def {name}({ast.unparse(value.args)}):", *([f'    """{doc}"""'] if doc else [])]
    return "\n".join([*lines, f"    return {ast.unparse(value.body)}"])


def _needed(program, value, given):
    """The statements of a module on which an expression depends, in their order."""
    by_name, needed, todo = {}, [], [value]
    for statement in program.body:
        for name in _bound(statement) - given:
            by_name.setdefault(name, []).append(statement)
    while todo:
        for name in _global_names(todo.pop()):
            new = [statement for statement in by_name.get(name, ()) if statement not in needed]
            needed += new
            todo += new
    return [statement for statement in program.body if statement in needed]


def _bound(statement):
    """The names that a statement of a module defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in statement.names}
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}


def _global_names(node):
    """The names of the module that a piece of code uses."""
    tables, names = [symtable.symtable(ast.unparse(node), "answer", "exec")], set()
    while tables:
        table = tables.pop()
        top = table.get_type() == "module"
        names |= {s.get_name() for s in table.get_symbols() if s.is_global() or (top and s.is_referenced())}
        tables += table.get_children()
    return names
