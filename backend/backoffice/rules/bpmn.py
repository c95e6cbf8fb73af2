"""Refuse a process diagram that could run code, read the machine's clock or reach outside."""

from typing import Final

from lxml import etree

from backend.backoffice.rules import expressions

MAX_BYTES = 256 * 1024

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_DRAWING: Final = frozenset(
    {
        "http://www.omg.org/spec/BPMN/20100524/DI",
        "http://www.omg.org/spec/DD/20100524/DC",
        "http://www.omg.org/spec/DD/20100524/DI",
    }
)
_ALLOWED: Final = frozenset(
    {
        "definitions",
        "process",
        "documentation",
        "incoming",
        "outgoing",
        "startEvent",
        "endEvent",
        "userTask",
        "exclusiveGateway",
        "eventBasedGateway",
        "intermediateCatchEvent",
        "messageEventDefinition",
        "message",
        "sequenceFlow",
        "conditionExpression",
    }
)
_WHY: Final = {
    "scriptTask": "scripts are not allowed",
    "script": "scripts are not allowed",
    "timerEventDefinition": "timers are not allowed: legal deadlines arrive as messages",
    "timeDate": "timers are not allowed: legal deadlines arrive as messages",
    "timeDuration": "timers are not allowed: legal deadlines arrive as messages",
    "timeCycle": "timers are not allowed: legal deadlines arrive as messages",
    "serviceTask": "service tasks are not allowed",
}


class ProcessRefused(ValueError):
    """The diagram holds what this engine must not run; the message names it and its line."""


def parse(source: bytes) -> etree._Element:
    """Root of a checked diagram; raises ProcessRefused. No entity, DTD or network is followed."""
    if len(source) > MAX_BYTES:
        raise ProcessRefused(f"a diagram has at most {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(source, parser)
    except etree.XMLSyntaxError as error:
        raise ProcessRefused(f"not well-formed XML: line {error.lineno}") from error
    if root.getroottree().docinfo.doctype:
        raise ProcessRefused("a document type declaration is not allowed")
    for element in root.iter():
        _check_element(element)
    _check_references(root)
    return root


def _check_references(root: etree._Element) -> None:
    known = set(root.xpath("//@id"))
    for reference in root.xpath("//@sourceRef | //@targetRef | //@messageRef | //@default"):
        if reference not in known:
            line = reference.getparent().sourceline
            raise ProcessRefused(f"line {line}: {reference.attrname} names nothing in this diagram")


def _check_element(element: etree._Element) -> None:
    if element.tag is etree.Comment:
        return
    if not isinstance(element.tag, str):
        raise ProcessRefused(f"line {element.sourceline}: processing instructions are not allowed")
    name = etree.QName(element)
    if name.namespace in _DRAWING:
        return
    if name.namespace != BPMN or name.localname not in _ALLOWED:
        why = _WHY.get(name.localname, "this element is not on the list of allowed ones")
        raise ProcessRefused(f"line {element.sourceline}: <{name.localname}>: {why}")
    if name.localname == "conditionExpression":
        _check_condition(element)


def _check_condition(element: etree._Element) -> None:
    try:
        expressions.check(element.text or "")
    except expressions.ExpressionRefused as error:
        raise ProcessRefused(f"line {element.sourceline}: condition: {error}") from error
