"""The language in which staff edit mails: Liquid, cut down to what can't harm.

`python-liquid` evaluates nothing: a path reads keys of plain values that we pass, never attributes, and nothing is called.
What is left out here could still cost memory or time (`assign`, `capture`, ranges, `append`, `times`), read other
templates (`include`, `render`) or undo the escaping (`safe`). Loops, nesting and output have limits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext
from liquid import BoundTemplate, Environment, RenderContext
from liquid.ast import Node
from liquid.builtin import register
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.builtin.tags.for_tag import ForNode
from liquid.exceptions import LiquidError
from liquid.expression import Expression
from markupsafe import Markup

from apps.notifications.mail_registry import ValueType, Variable

MOST_SOURCE: Final = 20_000
_TAGS: Final = frozenset({"if", "unless", "case", "for", "break", "continue", "comment", "#"})
_INNER: Final = frozenset({"content", "output", "illegal"})
_FILTERS: Final = frozenset(
    {
        "capitalize",
        "default",
        "downcase",
        "escape",
        "first",
        "join",
        "last",
        "newline_to_br",
        "size",
        "strip",
        "truncate",
        "truncatewords",
        "upcase",
    }
)
_OF_LISTS: Final = frozenset({"first", "last", "size"})
_OF_LOOPS: Final = frozenset({"first", "index", "index0", "last", "length", "rindex", "rindex0"})

# What a name in a template leads to: a variable, the fields of one, or a value without fields (None).
Known = Variable | None
Scope = Mapping[str, Known]


@dataclass(frozen=True)
class Fault:
    """What is wrong with a source, and in which line."""

    line: int
    message: str

    def __str__(self) -> str:
        return gettext("Line %(line)s: %(message)s") % {"line": self.line, "message": self.message}


class Broken(Exception):
    """A source that can't be used; `faults` say why."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(" ".join(str(fault) for fault in faults))
        self.faults = list(faults)


class _Language(Environment):
    block_nesting_limit = 12
    loop_iteration_limit = 2_000
    output_stream_limit = 400_000
    logical_not_operator = True
    logical_parentheses = True

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        register(self)
        self.tags = {name: tag for name, tag in self.tags.items() if name in _TAGS | _INNER}
        self.filters = {name: one for name, one in self.filters.items() if name in _FILTERS}


_IN_HTML: Final = _Language(autoescape=True)
_IN_TEXT: Final = _Language(autoescape=False)


def check(source: str, variables: Iterable[Variable]) -> list[Fault]:
    """Everything that is wrong with a source: its form, and names that are not variables of this mail."""
    if len(source) > MOST_SOURCE:
        return [Fault(1, gettext("At most %(most)s characters.") % {"most": MOST_SOURCE})]
    try:
        template = _IN_TEXT.from_string(source)
    except LiquidError as error:
        return [_fault(error)]
    except RecursionError:
        return [Fault(1, gettext("This is nested too deeply."))]
    return list(_Reader(source, template).faults({one.name: one for one in variables}))


def render(
    source: str, variables: Iterable[Variable], values: Mapping[str, Any], *, is_html: bool
) -> str:
    """The text of a source, with these values alone. In HTML they are escaped, except those that are `Markup`.

    Raises `Broken`, also for what only shows when it runs, such as too much output.
    """
    known = tuple(variables)
    if faults := check(source, known):
        raise Broken(faults)
    try:
        template = (_IN_HTML if is_html else _IN_TEXT).from_string(source)
        return template.render({one.name: plain(one, values.get(one.name)) for one in known})
    except LiquidError as error:
        raise Broken([_fault(error)]) from error
    except (RecursionError, MemoryError, ArithmeticError, TypeError, ValueError) as error:
        raise Broken([Fault(1, type(error).__name__)]) from error


def plain(variable: Variable, value: Any) -> Any:
    """The value as its declaration says: nothing of it but text, numbers, flags and what is declared of its items.

    An empty text, list or group is nothing, so that `{% if reason %}` means what it says. The slice leaves a plain `str` of one
    that Django marked as safe.
    """
    if variable.type is ValueType.FLAG:
        return bool(value)
    if variable.type is ValueType.NUMBER:
        return int(value or 0)
    if variable.type is ValueType.GROUP:
        return _fields(variable, value) if value else None
    if variable.type is ValueType.LIST:
        rows = value if isinstance(value, Sequence) and not isinstance(value, str) else ()
        if not variable.fields:
            return [str(row)[:] for row in rows] or None
        return [_fields(variable, row) for row in rows] or None
    if isinstance(value, Markup):
        return value
    return str(value)[:] or None if value is not None else None


def _fields(variable: Variable, value: Any) -> dict[str, Any]:
    row = value if isinstance(value, Mapping) else {}
    return {field.name: plain(field, row.get(field.name)) for field in variable.fields}


class _Reader:
    """Walks the tree of a template with the names that are known at each place."""

    def __init__(self, source: str, template: BoundTemplate) -> None:
        self._source, self._template = source, template
        self._context = RenderContext(template)

    def faults(self, scope: Scope) -> Iterator[Fault]:
        for node in self._template.nodes:
            yield from self._node(node, scope)

    def _node(self, node: Node, scope: Scope) -> Iterator[Fault]:
        for expression in node.expressions():
            yield from self._expression(expression, scope)
        inner = scope
        if isinstance(node, ForNode):
            inner = {
                **scope,
                node.expression.identifier: self._item(node.expression.iterable, scope),
                "forloop": _LOOP,
            }
            if not isinstance(node.expression.iterable, Path):
                yield self._at(node.token.start_index, gettext("A loop goes over a list."))
        for child in node.children(self._context, include_partials=False):
            yield from self._node(child, inner)

    def _expression(self, expression: Expression, scope: Scope) -> Iterator[Fault]:
        if isinstance(expression, RangeLiteral):
            yield self._at(expression.token.start_index, gettext("Ranges are not available."))
        if isinstance(expression, Path):
            yield from self._path(expression, scope)
            return
        if isinstance(expression, FilteredExpression):
            for one in expression.filters or ():
                if one.name not in _FILTERS:
                    said = gettext("There is no filter %(name)s.") % {"name": one.name}
                    yield self._at(one.token.start_index, said)
        for child in expression.children():
            yield from self._expression(child, scope)

    def _path(self, path: Path, scope: Scope) -> Iterator[Fault]:
        if self._resolve(path, scope) is _UNKNOWN:
            said = gettext("%(name)s is not a variable of this mail.") % {"name": str(path)}
            yield self._at(path.token.start_index, said)

    def _item(self, path: Expression, scope: Scope) -> Known:
        """What a loop's name is: an item of the list, with its fields."""
        found = self._resolve(path, scope) if isinstance(path, Path) else None
        if not isinstance(found, Variable) or found.type is not ValueType.LIST:
            return None
        return _as_item(found)

    def _resolve(self, path: Path, scope: Scope) -> Known:
        first, *rest = path.path
        if not isinstance(first, str) or first not in scope:
            return _UNKNOWN
        found = scope[first]
        for step in rest:
            found = _step(found, step)
            if found is _UNKNOWN:
                return found
        return found

    def _at(self, index: int, message: str) -> Fault:
        return Fault(self._source.count("\n", 0, max(index, 0)) + 1, message)


_UNKNOWN: Final = Variable("", ValueType.TEXT, "", "")
_LOOP: Final = Variable(
    "forloop",
    ValueType.GROUP,
    "",
    {},
    tuple(Variable(name, ValueType.NUMBER, "", 1) for name in sorted(_OF_LOOPS)),
)


def _as_item(found: Variable) -> Known:
    if not found.fields:
        return None
    return Variable(found.name, ValueType.GROUP, "", {}, found.fields)


def _step(found: Known, step: object) -> Known:
    """One step of a path: a field of a group, an item or a property of a list."""
    if found is None:
        return _UNKNOWN
    if found.type is ValueType.LIST:
        if isinstance(step, int) or step in ("first", "last"):
            return _as_item(found)
        return None if step == "size" else _UNKNOWN
    if found.type is not ValueType.GROUP:
        return None if step == "size" else _UNKNOWN
    return next((field for field in found.fields if field.name == step), _UNKNOWN)


def _fault(error: LiquidError) -> Fault:
    where = error.context()
    return Fault(where[0] if where else 1, str(error.message or type(error).__name__))
