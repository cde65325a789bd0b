"""The default of a mail as a source that staff can edit: our Django templates, written in the language of wordings.

Texts are in the chosen language. Values of blocks that are put into others (`include`, `with`) are written in their place. What a
template of ours may not contain raises `NotConvertible`; a test converts all of them and compares what they write.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.template import Context
from django.template.base import FilterExpression, Node, TextNode, VariableNode
from django.template.defaulttags import AutoEscapeControlNode, CommentNode, ForNode, IfNode
from django.template.loader import get_template
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.smartif import Literal
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext, ngettext

from apps.common.habits import spelling_of
from apps.notifications.mail_registry import MailType, ValueType
from apps.tenancy.context import current_store

_FILTERS: Final = {"linebreaksbr": "newline_to_br", "linebreaks_filter": "newline_to_br"}
# What a row of products may have: `mail/lines.html` is used by mails whose rows have less.
_OF_LINES: Final = frozenset({"variant", "image", "amount", "hsn_code", "awaited"})
# Flags of the blocks that mails share: off where a mail does not set them.
_OF_BLOCKS: Final = frozenset({"is_linked", "is_total", "is_part"})
# Names of fields that are words of the language.
_RESERVED: Final = frozenset({"limit", "offset", "reversed", "cols", "contains", "in", "continue"})
_PLACE: Final = re.compile(r"%\((\w+)\)s")
_OPERATORS: Final = {"==": "==", "!=": "!=", ">": ">", "<": "<", "and": "and", "or": "or"}


class NotConvertible(Exception):
    """A template of ours has something that the language of wordings has no words for."""


@dataclass(frozen=True)
class Words:
    """A value that is known when it is converted: a text, or a flag. `text` is a source, with its variables."""

    text: str
    is_true: bool = True


@dataclass(frozen=True)
class Scope:
    """What names stand for: another path, or words. `is_html` escapes words."""

    is_html: bool
    numbers: frozenset[str]
    absent: frozenset[str]
    names: Mapping[str, "str | Words"] = field(default_factory=dict)

    def with_names(self, more: Mapping[str, "str | Words"]) -> "Scope":
        return replace(self, names={**self.names, **more})


def default_source(mail: MailType, language: str) -> dict[str, str]:
    """The parts of a mail as by default, as sources."""
    numbers = frozenset(one.name for one in mail.variables if one.type is ValueType.NUMBER)
    lists = [one for one in mail.variables if one.type is ValueType.LIST]
    had = {field.name for one in lists for field in one.fields}
    absent = _OF_BLOCKS | {f"line.{name}" for name in _OF_LINES - had}
    in_text, in_html = (
        Scope(is_html, numbers, absent, {"letterhead": "store"}) for is_html in (False, True)
    )
    with translation.override(spelling_of(language, current_store().country)):
        blocks = _blocks(f"mail/{mail.code}.body.html")
        made = {name: _written(blocks[name], in_html) for name in ("heading", "body", "button")}
        made["subject"] = _written(_nodes(f"mail/{mail.code}.subject.txt"), in_text)
        made["text"] = _written(_nodes(f"mail/{mail.code}.body.txt"), in_text)
    lines = {name: " ".join(made[name].split()) for name in ("subject", "heading", "button")}
    return {
        **made,
        **lines,
        "preheader": "",
        "body": made["body"].strip(),
        "text": made["text"].strip(),
    }


def _nodes(name: str) -> Any:
    return get_template(name).template.nodelist  # type: ignore[attr-defined]  # of Django's own engine


def _blocks(name: str) -> dict[str, Any]:
    (extends,) = _nodes(name).get_nodes_by_type(ExtendsNode)
    parent = _nodes(str(extends.parent_name.resolve(Context())))
    blocks = {node.name: node.nodelist for node in parent.get_nodes_by_type(BlockNode)}
    return blocks | {block: node.nodelist for block, node in extends.blocks.items()}


def _written(nodes: Iterable[Node], scope: Scope) -> str:
    parts = []
    for node in nodes:
        text, scope = _node(node, scope)
        parts.append(text)
    return "".join(parts)


def _node(node: Any, scope: Scope) -> tuple[str, Scope]:
    """The source of a node, and the scope of those after it: a tag may give a name to a text."""
    if isinstance(node, TextNode):
        return node.s, scope
    if isinstance(node, VariableNode):
        return _output(node.filter_expression, scope), scope
    if isinstance(node, CommentNode):
        return "", scope
    if isinstance(node, AutoEscapeControlNode):
        return _written(node.nodelist, scope), scope
    if isinstance(node, TranslateNode):
        return _named(
            node.asvar,
            gettext(str(node.filter_expression.var.literal or node.filter_expression.var)),
            scope,
        )
    if isinstance(node, BlockTranslateNode):
        return _named(node.asvar, _translated(node, scope), scope, is_source=True)
    if isinstance(node, IfNode):
        return _if(node, scope), scope
    if isinstance(node, ForNode):
        return _for(node, scope), scope
    if isinstance(node, IncludeNode):
        inner = {name: _value(one, scope) for name, one in node.extra_context.items()}
        return _written(_nodes(str(node.template.var)), scope.with_names(inner)), scope
    raise NotConvertible(type(node).__name__)


def _named(
    asvar: str | None, text: str, scope: Scope, *, is_source: bool = False
) -> tuple[str, Scope]:
    shown = text if is_source else _shown(text, scope)
    if not asvar:
        return shown, scope
    return "", scope.with_names({asvar: Words(shown)})


def _shown(text: str, scope: Scope) -> str:
    return str(escape(text)) if scope.is_html else text


def _translated(node: BlockTranslateNode, scope: Scope) -> str:
    inner = scope.with_names({name: _value(one, scope) for name, one in node.extra_context.items()})
    singular, _vars = node.render_token_list(node.singular)
    if not (node.plural and node.countervar and node.counter):
        return _filled(gettext(singular), inner)
    plural, _more = node.render_token_list(node.plural)
    counted = inner.with_names({node.countervar: _value(node.counter, scope)})
    one, many = (_filled(ngettext(singular, plural, count), counted) for count in (1, 2))
    return f"{{% if {_path(node.countervar, counted)} == 1 %}}{one}{{% else %}}{many}{{% endif %}}"


def _filled(message: str, scope: Scope) -> str:
    parts = _PLACE.split(message)
    for place in range(1, len(parts), 2):
        parts[place] = _resolved(parts[place], scope)
    return "".join(parts).replace("%%", "%")


def _resolved(path: str, scope: Scope) -> str:
    found = scope.names.get(path)
    return found.text if isinstance(found, Words) else f"{{{{ {_path(path, scope)} }}}}"


def _path(path: str, scope: Scope) -> str:
    first, dot, rest = path.partition(".")
    found = scope.names.get(first, first)
    if isinstance(found, Words):
        raise NotConvertible(path)
    steps = (f'["{step}"]' if step in _RESERVED else f".{step}" for step in rest.split(".") if dot)
    return f"{found}{''.join(steps)}"


def _output(expression: FilterExpression, scope: Scope) -> str:
    value = _value(expression, scope)
    return value.text if isinstance(value, Words) else f"{{{{ {value} }}}}"


def _value(expression: FilterExpression, scope: Scope) -> "str | Words":
    """A path, with filters, or words."""
    if not hasattr(expression.var, "var"):  # a text in quotes
        value: str | Words = Words(_shown(str(expression.var), scope))
    elif expression.var.lookups is None:
        value = Words(_shown(str(expression.var.literal), scope))
    else:
        path = str(expression.var.var)
        found = scope.names.get(path)
        if path in ("True", "False"):
            value = Words(path, is_true=path == "True")
        else:
            value = found if isinstance(found, Words) else _path(path, scope)
    for function, arguments in expression.filters:
        value = _filtered(value, function.__name__, arguments, scope)
    return value


def _filtered(value: "str | Words", name: str, arguments: Any, scope: Scope) -> "str | Words":
    given = [_argument(one, scope) for one in arguments]
    if name == "add" and isinstance(value, Words):
        (added,) = given
        return Words(
            value.text + (added.text if isinstance(added, Words) else f"{{{{ {added} }}}}")
        )
    if name == "default" and isinstance(value, str):
        (other,) = given
        if isinstance(other, Words):
            return Words(
                f"{{% if {value} %}}{{{{ {value} }}}}{{% else %}}{other.text}{{% endif %}}"
            )
    if name == "length" and isinstance(value, str):
        return f"{value}.size"
    if name in _FILTERS and isinstance(value, str):
        return f"{value} | {_FILTERS[name]}"
    raise NotConvertible(name)


def _argument(argument: tuple[bool, Any], scope: Scope) -> "str | Words":
    is_lookup, value = argument
    if not is_lookup:
        return Words(_shown(str(value), scope))
    found = scope.names.get(str(value.var))
    return found if isinstance(found, Words) else _path(str(value.var), scope)


def _if(node: IfNode, scope: Scope) -> str:
    """Branches whose condition is known are decided here."""
    parts: list[str] = []
    for condition, nodes in node.conditions_nodelists:
        asked = True if condition is None else _condition(condition, scope)
        if asked is False:
            continue
        body = _written(nodes, scope)
        if asked is True:
            if not parts:
                return body
            parts.append(f"{{% else %}}{body}")
            break
        parts.append(f"{{% {'elsif' if parts else 'if'} {asked} %}}{body}")
    return "".join([*parts, "{% endif %}"]) if parts else ""


def _condition(token: Any, scope: Scope) -> "str | bool":
    if isinstance(token, Literal):
        return _is_set(token.value, scope)
    if token.id == "not":
        inner = _condition(token.first, scope)
        return not inner if isinstance(inner, bool) else f"not ({inner})"
    if token.id in ("and", "or"):
        return _joined(token.id, [_condition(one, scope) for one in (token.first, token.second)])
    first, second = (_compared(one.value, scope) for one in (token.first, token.second))
    return f"{first} {_OPERATORS[token.id]} {second}"


def _joined(word: str, sides: list["str | bool"]) -> "str | bool":
    decides = word == "or"
    if decides in [side for side in sides if isinstance(side, bool)]:
        return decides
    open_ones = [side for side in sides if isinstance(side, str)]
    return f"({f' {word} '.join(open_ones)})" if open_ones else not decides


def _is_set(expression: Any, scope: Scope) -> "str | bool":
    value = _value(expression, scope)
    if isinstance(value, Words):
        return value.is_true and bool(value.text)
    if value in scope.absent:
        return False
    return f"{value} > 0" if value in scope.numbers else value


def _compared(expression: FilterExpression, scope: Scope) -> str:
    value = _value(expression, scope)
    return f'"{value.text}"' if isinstance(value, Words) else value


def _for(node: Any, scope: Scope) -> str:
    (name,) = node.loopvars
    kept = {one: value for one, value in scope.names.items() if one not in (name, "forloop")}
    inner = replace(scope, names=kept)
    sequence = _value(node.sequence, scope)
    if isinstance(sequence, Words):
        raise NotConvertible("a loop over a text")
    empty = _written(node.nodelist_empty, scope) if node.nodelist_empty else ""
    otherwise = f"{{% else %}}{empty}" if empty else ""
    body = _written(node.nodelist_loop, inner)
    return f"{{% for {name} in {sequence} %}}{body}{otherwise}{{% endfor %}}"
