"""Run a case's process on SpiffWorkflow, the shared diagram kept apart from the case's state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import UUID

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser, BpmnValidator
from SpiffWorkflow.bpmn.parser.ValidationException import ValidationException
from SpiffWorkflow.bpmn.script_engine import (
    BasePythonScriptEngineEnvironment,
    PythonScriptEngine,
)
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import BpmnWorkflowConverter
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from backend.backoffice.rules import bpmn, expressions

PROCESS_FILE: Final = Path(__file__).parent.parent / "process" / "assistance.bpmn"
STATE_FORMAT: Final = 1

# Only what our diagrams may hold can come back out of a stored text: a planted script task or timer
# has no converter and is refused.
_KEPT: Final = frozenset(
    {
        "BpmnWorkflow",
        "Task",
        "BpmnEvent",
        "BpmnProcessSpec",
        "SimpleBpmnTask",
        "BpmnStartTask",
        "_EndJoin",
        "UserTask",
        "ExclusiveGateway",
        "EventBasedGateway",
        "StartEvent",
        "EndEvent",
        "IntermediateCatchEvent",
        "NoneEventDefinition",
        "MessageEventDefinition",
        "MultipleEventDefinition",
    }
)


class EngineError(RuntimeError):
    """The process and what was asked of it do not fit; the message holds step names only."""


class _RestrictedEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """Evaluates conditions with our own small language and never executes anything."""

    def evaluate(
        self,
        expression: str,
        context: Mapping[str, Any],
        external_context: Mapping[str, Any] | None = None,
    ) -> expressions.Scalar:
        return expressions.evaluate(expression, {**(external_context or {}), **context})

    def execute(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise EngineError("scripts are not run")

    def call_service(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise EngineError("services are not called")


class _StateConverter(BpmnWorkflowConverter):  # type: ignore[misc]
    """Writes a case's state without the diagram: 6 of 11 KB would be the same for every case."""

    def to_dict(self, workflow: BpmnWorkflow) -> dict[str, Any]:
        state: dict[str, Any] = super(BpmnWorkflowConverter, self).to_dict(workflow)
        return state

    def from_dict(self, dct: dict[str, Any], spec: Any) -> BpmnWorkflow:
        unknown = {task["task_spec"] for task in dct["tasks"].values()} - set(spec.task_specs)
        if unknown:
            raise EngineError("the state names a step that the process does not have")
        workflow = self.target_class(spec, {}, deserializing=True)
        workflow.tasks = self.mapping_from_dict(dct["tasks"], UUID, workflow=workflow)
        workflow.task_tree = workflow.tasks.get(UUID(dct["root"]))
        self.set_default_attributes(workflow, dct)
        return workflow


@cache
def _serializer() -> BpmnWorkflowSerializer:
    config = {
        cls: _StateConverter if cls is BpmnWorkflow else converter
        for cls, converter in DEFAULT_CONFIG.items()
        if cls.__name__ in _KEPT
    }
    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(config))


@cache
def _script_engine() -> PythonScriptEngine:
    return PythonScriptEngine(_RestrictedEnvironment())


@dataclass(frozen=True)
class Process:
    """A checked process: `version` is the SHA-256 (hex) of `text`; `spec` is shared by cases."""

    version: str
    text: str
    spec: Any


def load_process(source: bytes, process_id: str = "assistance") -> Process:
    """Check and parse a BPMN 2.0 diagram; raises bpmn.ProcessRefused before the engine sees it."""
    root = bpmn.parse(source)
    parser = BpmnParser(validator=BpmnValidator())
    try:
        parser.add_bpmn_xml(root)
        spec = parser.get_spec(process_id)
    except ValidationException as error:
        raise bpmn.ProcessRefused(f"not valid BPMN 2.0: {error}") from error
    text = json.dumps(_serializer().to_dict(spec), sort_keys=True, ensure_ascii=False)
    return process_from_text(version_of(text), text)


@lru_cache(maxsize=16)
def process_from_text(version: str, text: str) -> Process:
    """The process stored as `text`; raises EngineError if it is not the text of its version."""
    if version_of(text) != version:
        raise EngineError("the stored process was changed after it was saved")
    dct = json.loads(text)
    kinds = {str(task["typename"]) for task in dct["task_specs"].values()}
    if not kinds <= _KEPT:
        raise EngineError("the stored process holds a step that is not allowed")
    return Process(version, text, _serializer().from_dict(dct))


@cache
def current_process() -> Process:
    """The process that ships with this release; new cases run on it."""
    return load_process(PROCESS_FILE.read_bytes())


def version_of(text: str) -> str:
    """SHA-256 (hex) of a process text: its version and its seal."""
    return sha256(text.encode()).hexdigest()


class Run:
    """One case in its process. Nothing here is saved: the caller stores `state()`."""

    def __init__(self, process: Process, workflow: BpmnWorkflow) -> None:
        self.process = process
        self._workflow = workflow
        workflow.script_engine = _script_engine()

    @classmethod
    def start(cls, process: Process, data: Mapping[str, expressions.Scalar]) -> "Run":
        """Start a case with the values that its conditions read, and go to the first task."""
        run = cls(process, BpmnWorkflow(process.spec, script_engine=_script_engine()))
        run._workflow.task_tree.set_data(**data)
        run._advance()
        return run

    @classmethod
    def restore(cls, process: Process, state: Mapping[str, Any]) -> "Run":
        """Continue from `state()`; raises EngineError for another format or another process."""
        if state.get("format") != STATE_FORMAT or state.get("version") != process.version:
            raise EngineError("the state belongs to another process or format")
        body = dict(state["workflow"])
        body.pop("typename", None)
        converter = _serializer().registry.convert_from_dict["BpmnWorkflow"]
        return cls(process, converter(body, spec=process.spec))

    def state(self) -> dict[str, Any]:
        """JSON value of this case without the diagram (about 8 KB at the first task)."""
        return {
            "format": STATE_FORMAT,
            "version": self.process.version,
            "workflow": _serializer().to_dict(self._workflow),
        }

    def open_task(self) -> str | None:
        """Name of the task that waits for a person; None at the end and while a message is due."""
        for task in self._workflow.get_tasks(state=TaskState.READY):
            return str(task.task_spec.name)
        return None

    def passed(self) -> frozenset[str]:
        """Ids of the diagram's elements that this case has gone through."""
        done = self._workflow.get_tasks(state=TaskState.COMPLETED)
        return frozenset(str(task.task_spec.name) for task in done)

    def waits_at(self) -> frozenset[str]:
        """Ids of the elements where this case stands: a task, or the gateway before messages."""
        tasks = self._workflow.get_tasks(state=TaskState.READY | TaskState.WAITING)
        return frozenset(str(task.task_spec.name) for task in tasks)

    def awaited_messages(self) -> frozenset[str]:
        """Names of the messages that the case waits for."""
        definitions = [
            definition
            for task in self._workflow.get_tasks(state=TaskState.WAITING)
            for definition in getattr(
                task.task_spec.event_definition,
                "event_definitions",
                [task.task_spec.event_definition],
            )
        ]
        return frozenset(str(definition.name) for definition in definitions)

    def complete(self, name: str, data: Mapping[str, expressions.Scalar]) -> None:
        """Finish the open task `name` with its result; raises EngineError if another is open."""
        ready = self._workflow.get_tasks(state=TaskState.READY)
        if [task.task_spec.name for task in ready] != [name]:
            raise EngineError(f"the task {name} is not open")
        ready[0].set_data(**data)
        ready[0].run()
        self._advance()

    def send(self, message: str, data: Mapping[str, expressions.Scalar]) -> None:
        """Deliver a message; raises EngineError if the case does not wait for it."""
        message = str(message)  # a StrEnum would be no JSON key in the state
        if message not in self.awaited_messages():
            raise EngineError(f"the message {message} is not awaited")
        self._workflow.send_event(BpmnEvent(MessageEventDefinition(message), dict(data)))
        self._advance()

    def outcome(self) -> str | None:
        """Name of the end that the case reached, or None while it runs."""
        if not self._workflow.completed:
            return None
        ends = [
            str(task.task_spec.name)
            for task in self._workflow.get_tasks(state=TaskState.COMPLETED)
            if type(task.task_spec).__name__ == "EndEvent"
        ]
        return ends[0] if ends else None

    def _advance(self) -> None:
        try:
            self._workflow.do_engine_steps()
        except SpiffWorkflowException as error:
            raise EngineError("a condition of the process could not be evaluated") from error
