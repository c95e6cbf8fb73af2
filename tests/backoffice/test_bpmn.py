"""The loader lets the shipped diagram in and keeps everything else out."""

import pytest

from backend.backoffice.rules import bpmn
from backend.backoffice.service import engine
from backend.backoffice.states import Message, TaskName

SOURCE = engine.PROCESS_FILE.read_text(encoding="utf-8")


def planted(old: str, new: str) -> bytes:
    assert SOURCE.count(old) >= 1
    return SOURCE.replace(old, new, 1).encode()


def refused(source: bytes) -> str:
    with pytest.raises(bpmn.ProcessRefused) as error:
        engine.load_process(source)
    return str(error.value)


def test_the_shipped_diagram_is_valid_bpmn_and_has_every_task_and_message():
    process = engine.load_process(SOURCE.encode())  # validates against the BPMN 2.0 schema
    users = {n for n, t in process.spec.task_specs.items() if type(t).__name__ == "UserTask"}
    assert users == set(TaskName)
    for message in Message:
        assert f'name="{message}"' in SOURCE


def test_every_step_and_arrow_can_be_drawn():
    root = bpmn.parse(SOURCE.encode())
    space = {"b": bpmn.BPMN, "di": "http://www.omg.org/spec/BPMN/20100524/DI"}
    drawn = set(
        root.xpath("//di:BPMNShape/@bpmnElement | //di:BPMNEdge/@bpmnElement", namespaces=space)
    )
    needed = set(root.xpath("//b:process/*/@id", namespaces=space))
    assert needed
    assert drawn == needed


def test_a_script_task_is_refused_on_load():
    new = (
        '<bpmn:scriptTask id="x"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>'
        '<bpmn:userTask id="survey" name="入户调查">'
    )
    why = refused(planted('<bpmn:userTask id="survey" name="入户调查">', new))
    assert "<scriptTask>" in why
    assert "scripts are not allowed" in why
    assert why.startswith("line ")


def test_a_timer_is_refused_on_load():
    old = (
        '<bpmn:messageEventDefinition id="publicity_over_message"'
        ' messageRef="message_publicity_over" />'
    )
    new = (
        "<bpmn:timerEventDefinition><bpmn:timeDuration>P7D</bpmn:timeDuration>"
        "</bpmn:timerEventDefinition>"
    )
    why = refused(planted(old, new))
    assert "<timerEventDefinition>" in why
    assert "legal deadlines arrive as messages" in why


@pytest.mark.parametrize(
    "element",
    [
        "<bpmn:serviceTask id='x'/>",
        "<bpmn:businessRuleTask id='x'/>",
        "<bpmn:callActivity id='x' calledElement='y'/>",
        "<bpmn:subProcess id='x'/>",
        "<bpmn:sendTask id='x'/>",
        "<bpmn:boundaryEvent id='x' attachedToRef='survey'/>",
        "<bpmn:dataObject id='x'/>",
        "<bpmn:extensionElements/>",
        "<other:thing xmlns:other='urn:other'/>",
        "<bpmn:userTask id='x'><bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>",
    ],
)
def test_whatever_is_not_on_the_list_is_refused(element):
    why = refused(planted("  </bpmn:process>", f"{element}  </bpmn:process>"))
    assert "not on the list" in why or "not allowed" in why


@pytest.mark.parametrize(
    "condition",
    ["__import__('os').system('true')", "decided_by.lower() == 'township'", "1 + 1 == 2", ""],
)
def test_a_condition_that_runs_code_is_refused_on_load(condition):
    why = refused(planted("decided_by == 'township'", condition))
    assert "condition" in why


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"<not-closed>",
        b"\xff\xfe\x00",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b"<x/>",
        b"<?php echo 1 ?><x/>",
        b" " * (bpmn.MAX_BYTES + 1),
    ],
)
def test_hostile_files_are_refused(source):
    assert refused(source)


def test_processing_instructions_are_refused():
    why = refused(planted("  <bpmn:process ", '  <?xml-stylesheet href="x"?><bpmn:process '))
    assert "processing instructions" in why


def test_broken_references_are_refused():
    assert refused(planted('sourceRef="accepted"', 'sourceRef="nowhere"'))
    assert refused(planted('targetRef="county_decision"', 'targetRef="nowhere"'))
