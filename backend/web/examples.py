"""An example of every body, put together from its fields: none is forgotten, none grows stale."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

_BY_TYPE: dict[type[ma.fields.Field[Any]], Any] = {
    ma.fields.UUID: "0198a5c2-7b3e-7c41-9d52-6e8f0a1b2c3d",
    ma.fields.AwareDateTime: "2026-03-02T01:00:00+00:00",
    ma.fields.DateTime: "2026-03-02T01:00:00+00:00",
    ma.fields.Date: "2026-03-02",
    ma.fields.Boolean: True,
    ma.fields.Integer: 1,
    ma.fields.Dict: {},
    ma.fields.String: "text",
}
_DEEPEST = 6


def example_of(schema: ma.Schema | type[ma.Schema], depth: int = 0) -> dict[str, Any]:
    """A body as this schema takes or shows it: each field's own example, or one by its type."""
    found = schema() if isinstance(schema, type) else schema
    return {
        field.data_key or name: _value(field, depth)
        for name, field in found.fields.items()
        if depth < _DEEPEST
    }


def _value(field: ma.fields.Field[Any], depth: int) -> Any:
    if "example" in field.metadata:  # which may be null, or an empty list
        return field.metadata["example"]
    given = _given(field)
    if given is not None:
        return given
    if isinstance(field, ma.fields.Nested):
        inner = example_of(field.schema, depth + 1)
        return [inner] if field.many else inner
    if isinstance(field, ma.fields.List):
        return [_value(field.inner, depth)] * _least(field)
    kinds = [value for kind, value in _BY_TYPE.items() if isinstance(field, kind)]
    return kinds[0] if kinds else _BY_TYPE[ma.fields.String]


def _given(field: ma.fields.Field[Any]) -> Any:
    """The first of the field's own choices; None where it names none."""
    choices = list(field.metadata.get("enum", ()))
    if isinstance(field, ma.fields.Enum):
        choices += [m.value if field.by_value else m.name for m in field.enum.__members__.values()]
    for check in field.validators:
        if isinstance(check, ma.validate.OneOf):
            choices += [str(choice) for choice in check.choices]
    if choices:
        return choices[0]
    return _BY_TYPE[ma.fields.Integer] if field.metadata.get("type") == "integer" else None


def _least(field: ma.fields.Field[Any]) -> int:
    lengths = [check for check in field.validators if isinstance(check, ma.validate.Length)]
    return max([1, *(check.min or check.equal or 0 for check in lengths)])
