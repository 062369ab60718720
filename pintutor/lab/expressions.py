"""What `expect` and `until` ask: a small part of Python's expressions, read and computed.

    or, and, not                          short-circuit, as in Python
    == != < <= > >= in, not in            may be chained: 0 < n <= 4
    is None, is not None
    | ^ & << >> + - * // % and - ~ +      on whole numbers of at most 128 bits
    1025  0x400  "text"  b"bytes"  True  False  None
    zero  zero._refcount  p[0]  p[-1]  vmstat[nr_foll_pin_acquired]
    count(p)                              only functions that the caller offers

There are no other calls, no powers, floats, lists, lambdas or assignments. A text has at
most 512 characters, 200 parts and 40 levels, so that none can keep the lab busy. What
the names mean is up to the Scope, whose LookupError becomes a CommandError at the name.
"""

from __future__ import annotations

import ast
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Flag
from typing import Any, Protocol

from pintutor.lab.errors import CommandError, Span, did_you_mean, printable

MAX_TEXT = 512
"""Longest expression [characters]."""
MAX_PARTS = 200
"""Most nodes of its syntax tree."""
MAX_DEPTH = 40
"""Deepest nesting of its syntax tree; evaluation recurses [levels]."""
MAX_BITS = 128
"""Widest number, written or computed, and longest shift [bits]."""

Function = Callable[..., object]

_NO_FUNCTIONS: Mapping[str, Function] = {}
_BINARY: dict[type[ast.operator], Callable[[int, int], object]] = {
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
_PATHS = (ast.Name, ast.Attribute, ast.Subscript)
_ALLOWED = (
    *_PATHS,
    ast.Expression,
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Constant,
    ast.Call,
    ast.boolop,
    ast.operator,
    ast.unaryop,
    ast.cmpop,
    ast.expr_context,
)
_NOT_VALUES = (
    (re.compile(r"\.\."), "a range of pages has no value", "ask about one page: buf[1]"),
    (
        re.compile(r"\bv\d+\.\d"),
        "a kernel's name has no value",
        "`on v6.5: expect …` asks on one kernel only",
    ),
    (re.compile(r"(?<![=!<>])=(?!=)"), "`=` does not compare", "write =="),
    (re.compile(r"&&|\|\||!(?!=)"), "this is C", "write and, or, not"),
)
"""Mistakes worth an answer of their own, looked for once Python cannot read the text."""


_HINT = "for example: zero._refcount == 1025 and not buf[0].pte.write"


class Scope(Protocol):
    """What names mean. Each raises LookupError with a message for what is not there."""

    def name(self, text: str) -> object:
        """What a name stands for."""

    def attribute(self, value: object, name: str) -> object:
        """What `value.name` is."""

    def item(self, value: object, index: int | str) -> object:
        """What `value[index]` is; a name in brackets is passed as it is written."""


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read and found harmless."""

    text: str
    offset: int
    """Column of its first character in the line."""
    tree: ast.expr
    functions: Mapping[str, Function]

    @classmethod
    def parse(
        cls, text: str, offset: int, *, functions: Mapping[str, Function] = _NO_FUNCTIONS
    ) -> Expression:
        """Read `text`, which stands at column `offset` of its line.

        Raises CommandError at the part that is not in the grammar above.
        """
        bare = text.strip()
        offset += len(text) - len(text.lstrip())
        found = cls(bare, offset, _tree(bare, offset), functions)
        found._check()
        return found

    def evaluate(self, scope: Scope) -> object:
        """The value in `scope`, or CommandError at the part that has none."""
        return _Evaluation(self, scope).value(self.tree)

    def operands(self, scope: Scope) -> list[tuple[str, object]]:
        """The paths and calls in the expression with their values, each once, in order.

        A part that has no value, being behind a condition, is left out.
        """
        found: dict[str, object] = {}
        evaluation = _Evaluation(self, scope)
        for node in _leaves(self.tree):
            span = self.span(node)
            text = self.text[span.start - self.offset : span.stop - self.offset]
            try:
                found.setdefault(text, evaluation.value(node))
            except CommandError:
                continue
        return list(found.items())

    def span(self, node: ast.expr) -> Span:
        """The columns of a part in the line; ast counts in bytes of UTF-8."""
        encoded = self.text.encode()
        stop = len(encoded) if node.end_col_offset is None else node.end_col_offset
        start, stop = (len(encoded[:at].decode()) for at in (node.col_offset, stop))
        return Span(self.offset + start, self.offset + stop)

    def _check(self) -> None:
        """Refuse whatever is not in the grammar, before anything is computed."""
        parts = 0
        level: list[ast.AST] = [self.tree]
        depth = 0
        while level:
            parts += len(level)
            depth += 1
            if parts > MAX_PARTS or depth > MAX_DEPTH:
                raise _too_long(self.offset, len(self.text))
            for node in level:
                self._check_node(node)
            level = [child for node in level for child in ast.iter_child_nodes(node)]

    def _check_node(self, node: ast.AST) -> None:
        problem = self._problem(node)
        if problem:
            at = self.span(node) if isinstance(node, ast.expr) else self.span(self.tree)
            raise CommandError(problem, at, code="bad-expression", hint=_HINT)

    def _problem(self, node: ast.AST) -> str:
        match node:
            case ast.Constant(value=value):
                return _bad_constant(value)
            case ast.Attribute(attr=name) | ast.Name(id=name) if name.startswith("__"):
                return f"`{name}` is not a name of the model"
            case ast.Subscript(slice=index) if _index(index) is None:
                return "only one whole number or name can stand in brackets"
            case ast.BinOp(op=op) if type(op) not in _BINARY:
                return "only | ^ & << >> + - * // % compute here"
            case ast.Call():
                return self._bad_call(node)
            case ast.Compare(ops=ops, comparators=others):
                return _bad_comparison(ops, others)
        return "" if isinstance(node, _ALLOWED) else "this cannot stand in an expression"

    def _bad_call(self, call: ast.Call) -> str:
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        if name not in self.functions:
            return "no such function" + did_you_mean(name, self.functions)
        plain = not call.keywords and not any(
            isinstance(argument, ast.Starred) for argument in call.args
        )
        return "" if plain else f"`{name}` takes plain values"


class _Evaluation:
    """One computation of an expression in a scope."""

    def __init__(self, expression: Expression, scope: Scope) -> None:
        self.expression = expression
        self.scope = scope

    def value(self, node: ast.expr) -> object:
        """The value of a part that `_check` let through."""
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
                return self._compute(node, _BINARY[type(op)], left, right)
        return self._named(node)

    def _named(self, node: ast.expr) -> object:
        span = self.expression.span(node)
        match node:
            case ast.Name(id=name):
                return _ask(span, self.scope.name, name)
            case ast.Attribute(value=inner, attr=name):
                at = Span(max(span.start, span.stop - len(name)), span.stop)
                return _ask(at, self.scope.attribute, self.value(inner), name)
            case ast.Subscript(value=inner, slice=index):
                at = self.expression.span(index)
                return _ask(at, self.scope.item, self.value(inner), _index(index))
            case ast.Call(func=ast.Name(id=name), args=args):
                function = self.expression.functions[name]
                return _ask(span, function, *[self.value(each) for each in args])
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
        return CommandError(message, self.expression.span(node), code="bad-expression")


def _ask(at: Span, function: Callable[..., object], *arguments: object) -> object:
    """What a scope or a function of the caller answers."""
    try:
        return function(*arguments)
    except LookupError as error:
        message = str(error.args[0]) if error.args else "nothing is called so"
        raise CommandError(message, at, code="unknown-name") from error


def _tree(text: str, offset: int) -> ast.expr:
    if len(text) > MAX_TEXT:
        raise _too_long(offset, len(text))
    if not text.isprintable():
        at = next(at for at, each in enumerate(text) if not each.isprintable())
        span = Span(offset + at, offset + at + 1)
        what = f"{printable(text[at])} cannot stand in an expression"
        raise CommandError(what, span, code="bad-expression")
    try:
        with warnings.catch_warnings():
            # A doubtful escape in a string is no concern of whoever runs the lab.
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise _unreadable(text, offset, error) from None
    except (ValueError, MemoryError, RecursionError):
        raise _too_long(offset, len(text)) from None


def _unreadable(text: str, offset: int, error: SyntaxError) -> CommandError:
    for pattern, what, hint in _NOT_VALUES:
        found = pattern.search(text)
        if found:
            span = Span(offset + found.start(), offset + found.end())
            return CommandError(what, span, code="bad-expression", hint=hint)

    start = min(max((error.offset or 1) - 1, 0), len(text))
    what = "the expression cannot be read from here" if text else "an expression is missing"
    span = Span(offset + start, offset + len(text))
    return CommandError(what, span, code="bad-expression", hint=_HINT)


def _too_long(offset: int, length: int) -> CommandError:
    return CommandError(
        f"the expression is too long or too deep: at most {MAX_TEXT} characters,"
        f" {MAX_PARTS} parts, {MAX_DEPTH} levels",
        Span(offset, offset + length),
        code="too-long",
        hint="ask in several lines",
    )


def _leaves(node: ast.AST) -> Iterator[ast.expr]:
    """The paths and calls in a tree, the longest ones, from left to right."""
    if isinstance(node, (*_PATHS, ast.Call)):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _leaves(child)


def _index(node: ast.expr) -> int | str | None:
    """What stands in brackets, or None if it is not a whole number or a name."""
    match node:
        case ast.Constant(value=int() | str() as value) if not isinstance(value, bool):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case ast.Name(id=name):
            return name
    return None


def _bad_constant(value: object) -> str:
    if isinstance(value, int):
        wide = value.bit_length() > MAX_BITS
        return f"the number has more than {MAX_BITS} bits" if wide else ""
    known = value is None or isinstance(value, (str, bytes))
    return "" if known else "only whole numbers, text, True, False and None are constants"


def _bad_comparison(ops: list[ast.cmpop], others: list[ast.expr]) -> str:
    for op, other in zip(ops, others, strict=True):
        none = isinstance(other, ast.Constant) and other.value is None
        if isinstance(op, (ast.Is, ast.IsNot)) and not none:
            return "`is` asks for None only; compare with =="
    return ""
