"""What `expect` and `until` ask: a small part of Python's expressions, read and computed.

    or, and, not                          short-circuit, as in Python
    == != < <= > >= in, not in            may be chained: 0 < n <= 4
    is None, is not None
    | ^ & << >> + - * // % and - ~ +      on whole numbers of at most 128 bits
    1025  0x400  "text"  b"bytes"  True  False  None
    zero  zero._refcount  p[0]  p[-1]  vmstat[nr_foll_pin_acquired]

There are no calls, powers, floats, lists, lambdas or assignments. A text has at most 512
characters, 200 parts and 40 levels, so that none can keep the lab busy. What the names
mean is up to the Scope, whose LookupError becomes a CommandError at the name.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from pintutor.lab.errors import CommandError, Span, printable
from pintutor.lab.evaluation import BINARY, MAX_BITS, Evaluation, Scope, index_of

MAX_TEXT = 512
"""Longest expression [characters]."""
MAX_PARTS = 200
"""Most nodes of its syntax tree."""
MAX_DEPTH = 40
"""Deepest nesting of its syntax tree; evaluation recurses [levels]."""

_PATHS = (ast.Name, ast.Attribute, ast.Subscript)
_ALLOWED = (
    *_PATHS,
    ast.Expression,
    ast.BoolOp,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.Constant,
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


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read and found harmless."""

    text: str
    offset: int
    """Column of its first character in the line."""
    tree: ast.expr

    @classmethod
    def parse(cls, text: str, offset: int) -> Expression:
        """Read `text`, which stands at column `offset` of its line.

        Raises CommandError at the part that is not in the grammar above.
        """
        bare = text.strip()
        offset += len(text) - len(text.lstrip())
        found = cls(bare, offset, _tree(bare, offset))
        found._check()
        return found

    def evaluate(self, scope: Scope) -> object:
        """The value in `scope`, or CommandError at the part that has none."""
        return Evaluation(scope, self.span).value(self.tree)

    def operands(self, scope: Scope) -> list[tuple[str, object]]:
        """The paths in the expression with their values, each once, in order.

        A part that has no value, being behind a condition, is left out.
        """
        values = self._values(scope)
        return [(text, one) for text, one in values if not isinstance(one, CommandError)]

    def unknown(self, scope: Scope) -> dict[str, CommandError]:
        """The paths in the expression that have no value, each with the reason."""
        values = self._values(scope)
        return {text: one for text, one in values if isinstance(one, CommandError)}

    def _values(self, scope: Scope) -> list[tuple[str, object]]:
        """Each path once, with its value or why it has none."""
        found: dict[str, object] = {}
        evaluation = Evaluation(scope, self.span)
        for node in _leaves(self.tree):
            span = self.span(node)
            text = self.text[span.start - self.offset : span.stop - self.offset]
            try:
                found.setdefault(text, evaluation.value(node))
            except CommandError as error:
                found.setdefault(text, error)
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
            case ast.Subscript(slice=index) if index_of(index) is None:
                return "only one whole number or name can stand in brackets"
            case ast.BinOp(op=op) if type(op) not in BINARY:
                return "only | ^ & << >> + - * // % compute here"
            case ast.Call():
                return "nothing can be called in an expression"
            case ast.Compare(ops=ops, comparators=others):
                return _bad_comparison(ops, others)
        return "" if isinstance(node, _ALLOWED) else "this cannot stand in an expression"


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

    # Python gives no place for what stops in the middle.
    start = min(error.offset - 1, len(text)) if error.offset else len(text)
    what = "the expression cannot be read from here"
    if start == len(text):
        what = "the expression is not finished" if text else "an expression is missing"
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
    """The paths in a tree, the longest ones, from left to right."""
    if isinstance(node, _PATHS):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _leaves(child)


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
