"""Which sessions an operator means: conditions such as ``speakers > 4 and kind == 'interview'``.

A condition is read with Python's own grammar, and of that only comparisons, ``and``, ``or`` and ``not`` are
understood; nothing is ever executed. What is not known of a session is neither true nor false (Kleene's
three-valued logic), and a session of which a condition cannot be told is left out and named.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.model import Kind

NUMBER, TEXT, DAY, FLAG = "a number", "a text in quotes", "a date 'YYYY-MM-DD'", "true or false"

FIELDS = {
    "session": TEXT,
    "kind": TEXT,
    "title": TEXT,
    "date": DAY,
    "parts": NUMBER,
    "speakers": NUMBER,
    "minutes": NUMBER,
    "doubts": NUMBER,
    "state": TEXT,
    "failed": FLAG,
    "quarantined": FLAG,
}
"""What a condition may ask for. ``speakers`` are voices told apart, or else the number expected."""

STATES = ("done", "to do", "new", "failed")
CHOICES: dict[str, tuple[str, ...]] = {"kind": tuple(kind.value for kind in Kind), "state": STATES}

COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda value, group: value in group,
    ast.NotIn: lambda value, group: value not in group,
}

Lookup = Callable[[str], Any]
"""Gives a field of one session; None where it is not known."""


class SelectionError(ValueError):
    """A condition that makes no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that was read and makes sense."""

    tree: ast.expr
    fields: frozenset[str]

    def holds(self, of: Lookup) -> bool | None:
        """Whether it holds; None where that cannot be told."""
        return _truth(self.tree, of)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Names that fulfil every condition, in the order they came, and those of which it cannot be told."""

    names: tuple[str, ...]
    untold: dict[str, tuple[str, ...]]
    """Names left out by the field that is not known."""


def condition(text: str) -> Condition:
    """Read a condition.

    Raises:
        SelectionError: it is no condition, or compares what cannot be compared.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as failure:
        raise SelectionError(f"{text!r} is no condition; write it like: speakers > 4 and minutes < 60") from (
            failure
        )
    _check(tree)
    return Condition(tree, frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))


def choose(names: Iterable[str], facts: Callable[[str], Lookup], conditions: Sequence[Condition]) -> Chosen:
    """Choose the sessions that fulfil every condition."""
    chosen: list[str] = []
    untold: dict[str, list[str]] = {}
    for name in names:
        of = facts(name)
        verdict = _all(each.holds(of) for each in conditions)
        if verdict:
            chosen.append(name)
        elif verdict is None:
            for field in sorted({f for each in conditions for f in each.fields if of(f) is None}):
                untold.setdefault(field, []).append(name)
    return Chosen(tuple(chosen), {field: tuple(found) for field, found in untold.items()})


def _truth(node: ast.expr, of: Lookup) -> bool | None:
    match node:
        case ast.BoolOp(op=ast.And()):
            return _all(_truth(value, of) for value in node.values)
        case ast.BoolOp():
            return _not(_all(_not(_truth(value, of)) for value in node.values))
        case ast.UnaryOp():
            return _not(_truth(node.operand, of))
        case ast.Compare():
            values = [_value(each, of) for each in (node.left, *node.comparators)]
            pairs = zip(node.ops, values, values[1:], strict=False)
            return _all(_compare(op, left, right) for op, left, right in pairs)
        case _:
            found: bool | None = _value(node, of)
            return found


def _compare(op: ast.cmpop, left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else COMPARISONS[type(op)](left, right)


def _all(verdicts: Iterable[bool | None]) -> bool | None:
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def _not(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def _value(node: ast.expr, of: Lookup) -> Any:
    return of(node.id) if isinstance(node, ast.Name) else ast.literal_eval(node)


def _check(node: ast.expr) -> None:
    """See that an expression is true or false."""
    match node:
        case ast.BoolOp():
            for value in node.values:
                _check(value)
        case ast.UnaryOp(op=ast.Not()):
            _check(node.operand)
        case ast.Compare():
            sides = (node.left, *node.comparators)
            for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
                _check_pair(op, left, right)
        case _ if _sort(node) != FLAG:
            raise SelectionError(f"{ast.unparse(node)} alone says nothing; compare it with something")


def _check_pair(op: ast.cmpop, left: ast.expr, right: ast.expr) -> None:
    if type(op) not in COMPARISONS:
        raise SelectionError("compare with ==, !=, <, <=, >, >=, in or not in")
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.Tuple | ast.List | ast.Set):
        for element in right.elts:
            _check_pair(ast.Eq(), left, element)
        return
    sorts = {_sort(left), _sort(right)}
    if isinstance(op, ast.In | ast.NotIn) and sorts != {TEXT}:
        raise SelectionError(f"{ast.unparse(right)} holds nothing; write a list: kind in ['interview']")
    for field, other in ((left, right), (right, left)):
        if isinstance(field, ast.Name) and isinstance(other, ast.Constant):
            _check_value(field.id, other.value, isinstance(op, ast.Eq | ast.NotEq))
    if len(sorts) > 1 and sorts != {DAY, TEXT}:
        raise SelectionError(f"{ast.unparse(left)} and {ast.unparse(right)} cannot be compared")


def _check_value(field: str, value: Any, equality: bool) -> None:
    """See that a field can have such a value at all: a misspelt one would silently choose nothing."""
    fits = {NUMBER: int | float, TEXT: str, DAY: str, FLAG: bool}[FIELDS[field]]
    if not isinstance(value, fits) or (isinstance(value, bool) and FIELDS[field] != FLAG):
        raise SelectionError(f"{field} is {FIELDS[field]}, not {value!r}")
    if FIELDS[field] == DAY:
        try:
            date.fromisoformat(str(value))
        except ValueError as failure:
            raise SelectionError(f"{field} is {DAY}, not {value!r}") from failure
    if equality and value not in CHOICES.get(field, (value,)):
        raise SelectionError(f"no {field} {value!r}; {_nearest(str(value), CHOICES[field])}")


def _sort(node: ast.expr) -> str:
    """What an operand is; also the place where everything that is no operand is refused."""
    match node:
        case ast.Name(id=name) if name in FIELDS:
            return FIELDS[name]
        case ast.Name(id=name):
            raise SelectionError(f"no field {name}; {_nearest(name, tuple(FIELDS))}")
        case ast.Constant(value=bool()):
            return FLAG
        case ast.Constant(value=str()):
            return TEXT
        case ast.Constant(value=int() | float()):
            return NUMBER
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float())):
            return NUMBER
        case _:
            raise SelectionError(f"{ast.unparse(node)} is neither a field nor a value")


def _nearest(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.4)
    return f"did you mean {near[0]}?" if near else f"there are: {', '.join(known)}"
