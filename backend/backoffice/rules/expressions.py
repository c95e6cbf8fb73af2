"""Evaluate the conditions of a process without running code.

SpiffWorkflow's own evaluator is Python's `eval`. Whoever can change a diagram would own the server,
so conditions here know names, constants, comparisons, and/or/not and membership, and nothing else.
"""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

MAX_LENGTH = 200
MAX_NODES = 60

Scalar = str | int | bool | None

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MEMBERSHIP: tuple[type[ast.cmpop], ...] = (ast.In, ast.NotIn)


class ExpressionRefused(ValueError):
    """The text is no expression of this small language; the message says why, never a value."""


class ExpressionFailed(ValueError):
    """A legal expression met data that it cannot compare (unknown name, text against number)."""


@lru_cache(maxsize=256)
def check(expression: str) -> ast.expr:
    """The tree of an expression; raises ExpressionRefused. Used at load and before each run."""
    if len(expression) > MAX_LENGTH:
        raise ExpressionRefused(f"an expression has at most {MAX_LENGTH} characters")
    try:
        body = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionRefused("not an expression") from error
    if sum(1 for _ in ast.walk(body)) > MAX_NODES:
        raise ExpressionRefused(f"an expression has at most {MAX_NODES} parts")
    _check_node(body)
    return body


def _check_node(node: ast.expr) -> None:
    match node:
        case ast.BoolOp(values=values):
            _check_all(values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _check_node(operand)
        case ast.Compare():
            _check_compare(node)
        case ast.Name(id=name):
            if name.startswith("_"):
                raise ExpressionRefused("a name must not begin with an underscore")
        case ast.Constant(value=value):
            if not _is_scalar(value):
                raise ExpressionRefused("a constant is a text, a whole number, True, False or None")
        case _:
            raise ExpressionRefused(f"{type(node).__name__} is not allowed in an expression")


def _check_all(nodes: list[ast.expr]) -> None:
    for node in nodes:
        _check_node(node)


def _check_compare(node: ast.Compare) -> None:
    _check_node(node.left)
    for op, right in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, _MEMBERSHIP):
            _check_all(right.elts if isinstance(right, ast.List | ast.Tuple) else [right])
        elif type(op) in _COMPARE:
            _check_node(right)
        else:
            raise ExpressionRefused(f"{type(op).__name__} is not allowed in an expression")


def evaluate(expression: str, names: Mapping[str, Any]) -> Scalar:
    """Value of `expression` over `names`; raises ExpressionRefused or ExpressionFailed."""
    value: Scalar = _value(check(expression), names)
    return value


def _value(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, names) for value in values)
        case ast.BoolOp(values=values):
            return any(_value(value, names) for value in values)
        case ast.UnaryOp(operand=operand):
            return not _value(operand, names)
        case ast.Compare():
            return _compare(node, names)
        case ast.Name(id=name):
            return _scalar(_lookup(names, name))
        case ast.Constant(value=value):
            return value
        case _:  # check() let nothing else through
            raise ExpressionRefused(f"{type(node).__name__} is not allowed in an expression")


def _compare(node: ast.Compare, names: Mapping[str, Any]) -> bool:
    left = _value(node.left, names)
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        if isinstance(op, _MEMBERSHIP):
            if (left in _members(comparator, names)) != isinstance(op, ast.In):
                return False
            continue
        right = _value(comparator, names)
        try:
            if not _COMPARE[type(op)](left, right):
                return False
        except TypeError as error:
            raise ExpressionFailed("values of different kinds cannot be compared") from error
        left = right
    return True


def _members(node: ast.expr, names: Mapping[str, Any]) -> list[Scalar]:
    if isinstance(node, ast.List | ast.Tuple):
        return [_value(element, names) for element in node.elts]
    value = _lookup(names, node.id) if isinstance(node, ast.Name) else None
    if not isinstance(value, list | tuple):
        raise ExpressionFailed("membership needs a list")
    return [_scalar(element) for element in value]


def _lookup(names: Mapping[str, Any], name: str) -> Any:
    try:
        return names[name]
    except KeyError as error:
        raise ExpressionFailed(f"the process knows no value called {name}") from error


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | int)


def _scalar(value: object) -> Any:
    if not _is_scalar(value):
        raise ExpressionFailed("only texts, whole numbers, truth values and None can be compared")
    return value
