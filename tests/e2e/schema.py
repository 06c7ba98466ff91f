# SPDX-License-Identifier: MIT
"""Whether a value is as a JSON Schema (2020-12) says, for the words of it that our description uses. A word
that is not among them is an error: a rule that is passed over checks nothing. So is a member that an object's properties
do not name, which JSON Schema itself would let pass: what is answered is described."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
SAID = {"description", "format"}  # for people; every format of ours has its pattern beside it


def is_type(value, name):
    if name in ("number", "integer"):
        whole = isinstance(value, int) or isinstance(value, float) and value.is_integer()
        return isinstance(value, (int, float)) and not isinstance(value, bool) and (name == "number" or whole)
    return isinstance(value, TYPES[name])


def find(document, reference):
    for name in reference.removeprefix("#/").split("/"):
        document = document[name]
    return document


def of_object(value, schema, document, at):
    known = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{at}: {name} is missing"
    for name, member in value.items():
        if name in known:
            yield from faults(member, known[name], document, f"{at}.{name}")
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from faults(member, schema["additionalProperties"], document, f"{at}.{name}")
        elif known and schema.get("additionalProperties") is not True or schema.get("additionalProperties") is False:
            yield f"{at}: {name} is not described"


def of_array(value, schema, document, at):
    if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
        yield f"{at}: {len(value)} elements"
    for index, element in enumerate(value):
        yield from faults(element, schema.get("items", {}), document, f"{at}[{index}]")


def of_number(value, schema, at):
    if value < schema.get("minimum", value) or value > schema.get("maximum", value):
        yield f"{at}: {value} is out of range"


WORDS = {"type", "enum", "anyOf", "$ref", "properties", "required", "additionalProperties", "items", "minItems", "maxItems",
         "minimum", "maximum", "pattern"} | SAID


def faults(value, schema, document, at="$"):
    """What is wrong with the value, each as a line; nothing when it is as described."""
    if unknown := set(schema) - WORDS:
        yield f"{at}: the checker does not know {', '.join(sorted(unknown))}"
    if "$ref" in schema:
        yield from faults(value, find(document, schema["$ref"]), document, at)
    if "anyOf" in schema and all(any(faults(value, each, document, at)) for each in schema["anyOf"]):
        yield f"{at}: {value!r:.80} is none of what it may be"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r:.80} is not one of {schema['enum']}"
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(is_type(value, name) for name in types):
        yield f"{at}: {value!r:.80} is not {' or '.join(types)}"
    elif isinstance(value, dict):
        yield from of_object(value, schema, document, at)
    elif isinstance(value, list):
        yield from of_array(value, schema, document, at)
    elif isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            yield f"{at}: {value!r:.80} does not match {schema['pattern']}"
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield from of_number(value, schema, at)
