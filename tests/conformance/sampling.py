"""Makes answers out of descriptions of APIs: every field that a schema names, and nothing else.

Strings are what the caller says (a marker that must not be told, or a name that must not be taken for an app), days
are days, numbers are numbers, lists have one item. Knows JSON Schema as OpenAPI and Google's discovery documents write
it, and the service models of botocore. Knows nothing of what Daylight reads.
"""

DAY = "2026-11-02T10:00:00Z"


class Sampler:
    """Samples one description. `given` sets fields by name, `text` is every other string."""

    def __init__(self, resolve, text, given=None, deepest=8):
        self.resolve = resolve
        self.text = text
        self.given = given or {}
        self.deepest = deepest

    def schema(self, schema, name="", depth=0):
        """An answer of this JSON schema."""
        if name in self.given:
            return self.given[name]
        while "$ref" in schema:
            schema = self.resolve(schema["$ref"])
        for key in ("allOf", "oneOf", "anyOf"):
            parts = schema.get(key)
            if parts and key == "allOf":
                whole = [self.schema(part, name, depth) for part in parts]
                tables = [part for part in whole if isinstance(part, dict)]
                return {k: v for part in tables for k, v in part.items()} if tables else whole[0]
            if parts:
                return self.schema(parts[0], name, depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((one for one in kind if one != "null"), "string")
        if "properties" in schema or kind == "object":
            return self.table(schema.get("properties", {}), depth)
        if kind == "array":
            return [] if depth > self.deepest else [self.schema(schema.get("items", {}), "", depth + 1)]
        return self.scalar(schema, kind)

    def table(self, properties, depth):
        if depth > self.deepest:
            return {}
        return {key: self.schema(part, key, depth + 1) for key, part in properties.items()}

    def scalar(self, schema, kind):
        if kind == "boolean":
            return True
        if kind in ("integer", "number"):
            return 7
        words = [word for word in schema.get("enum", []) if word and "UNSPECIFIED" not in word]
        if words:
            return words[0]
        form = schema.get("format", "")
        if "date" in form:
            return DAY
        return "7" if form in ("int64", "uint64", "int32") else self.text

    def shape(self, shapes, of, name="", depth=0):
        """An answer of a shape of botocore, as the command line of AWS prints it."""
        if name in self.given:
            return self.given[name]
        shape = shapes[of]
        kind = shape["type"]
        if kind == "structure":
            members = {} if depth > self.deepest else shape.get("members", {})
            return {
                key: self.shape(shapes, part["shape"], key, depth + 1)
                for key, part in members.items()
            }
        if kind == "list":
            member = shape["member"]["shape"]
            return [] if depth > self.deepest else [self.shape(shapes, member, "", depth + 1)]
        if kind == "map":
            value = shape["value"]["shape"]
            return {} if depth > self.deepest else {self.text: self.shape(shapes, value, "", depth + 1)}
        if kind == "timestamp":
            return DAY
        if kind == "boolean":
            return True
        if kind in ("integer", "long", "float", "double"):
            return 7
        return shape["enum"][0] if shape.get("enum") else self.text
