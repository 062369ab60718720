"""What an expression that was read is, computed part by part in a scope."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from enum import Flag
from typing import Any, Protocol

from pintutor.lab.errors import CommandError, Span

MAX_BITS = 128
"""Widest number, written or computed, and longest shift [bits]."""

BINARY: dict[type[ast.operator], Callable[[int, int], object]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
}
"""What can stand between two numbers."""

_UNARY: dict[type[ast.unaryop], Callable[[int], object]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Invert: operator.invert,
}
_COMPARE: dict[type[ast.cmpop], Callable[..., object]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda part, whole: part in whole,
    ast.NotIn: lambda part, whole: part not in whole,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}


class Scope(Protocol):
    """What names mean. Each raises LookupError with a message for what is not there."""

    def name(self, text: str) -> object:
        """What a name stands for."""

    def attribute(self, value: object, name: str) -> object:
        """What `value.name` is."""

    def item(self, value: object, index: int | str) -> object:
        """What `value[index]` is; a name in brackets is passed as it is written."""


class Evaluation:
    """One computation of an expression in a scope."""

    def __init__(self, scope: Scope, span: Callable[[ast.expr], Span]) -> None:
        self.scope = scope
        self.span = span
        """Where in the line a part stands."""

    def value(self, node: ast.expr) -> object:
        """The value of a part that `Expression.parse` let through."""
        match node:
            case ast.Constant():
                return node.value
            case ast.BoolOp():
                return self._either(node)
            case ast.Compare():
                return self._compare(node)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self.value(operand)
            case ast.UnaryOp(op=op, operand=operand):
                return self._compute(node, _UNARY[type(op)], operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._compute(node, BINARY[type(op)], left, right)
        return self._named(node)

    def _named(self, node: ast.expr) -> object:
        span = self.span(node)
        match node:
            case ast.Name(id=name):
                return _ask(span, self.scope.name, name)
            case ast.Attribute(value=inner, attr=name):
                at = Span(max(span.start, span.stop - len(name)), span.stop)
                return _ask(at, self.scope.attribute, self.value(inner), name)
            case ast.Subscript(value=inner, slice=index):
                at = self.span(index)
                return _ask(at, self.scope.item, self.value(inner), index_of(index))
        raise AssertionError(f"{type(node).__name__} passed the check")

    def _either(self, node: ast.BoolOp) -> object:
        stops = isinstance(node.op, ast.Or)
        value: object = None
        for each in node.values:
            value = self.value(each)
            if bool(value) is stops:
                break
        return value

    def _compare(self, node: ast.Compare) -> bool:
        left = self.value(node.left)
        for op, other in zip(node.ops, node.comparators, strict=True):
            right = self.value(other)
            try:
                holds = bool(_COMPARE[type(op)](left, right))
            except TypeError:
                raise self._error(node, "these two cannot be compared") from None
            if not holds:
                return False
            left = right
        return True

    def _compute(
        self, node: ast.expr, function: Callable[..., object], *parts: ast.expr
    ) -> object:
        numbers = [self._number(part) for part in parts]
        shift = function in (operator.lshift, operator.rshift)
        if shift and not 0 <= int(numbers[-1]) <= MAX_BITS:
            raise self._error(parts[-1], f"a shift is 0 to {MAX_BITS} bits")
        try:
            result = function(*numbers)
        except ZeroDivisionError:
            raise self._error(
                parts[-1], "this is zero: nothing can be divided by it"
            ) from None
        except (TypeError, ValueError):
            raise self._error(node, "these two cannot be combined") from None
        if isinstance(result, int) and result.bit_length() > MAX_BITS:
            raise self._error(node, f"the result has more than {MAX_BITS} bits")
        return result

    def _number(self, part: ast.expr) -> Any:
        value = self.value(part)
        if isinstance(value, (int, Flag)):
            return value
        raise self._error(part, "this is not a number")

    def _error(self, node: ast.expr, message: str) -> CommandError:
        return CommandError(message, self.span(node), code="bad-expression")


def _ask(at: Span, function: Callable[..., object], *arguments: object) -> object:
    """What a scope answers."""
    try:
        return function(*arguments)
    except LookupError as error:
        message = str(error.args[0]) if error.args else "nothing is called so"
        raise CommandError(message, at, code="unknown-name") from error


def index_of(node: ast.expr) -> int | str | None:
    """What stands in brackets, or None if it is not a whole number or a name."""
    match node:
        case ast.Constant(value=int() | str() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case ast.Name(id=name):
            return name
    return None
