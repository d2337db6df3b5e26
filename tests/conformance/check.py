"""Has the programs that read our formats judge what Daylight writes.

Called by `run`, which makes the environment. Arguments: the binary, and
further folders to scan. Prints one line a verdict; ends with 1 if one is bad.
"""

import csv
import json
import pathlib
import subprocess
import sys
import tempfile

import openpyxl
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from junitparser import Error, Failure, JUnitXml
from prometheus_client.parser import text_string_to_metric_families
from sarif.loader import load_sarif_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(sys.argv[1]).resolve()
TOOLS = pathlib.Path(sys.executable).parent
FORMATS = [
    "json", "ndjson", "markdown", "csv", "cyclonedx", "cyclonedx-1.7", "sarif", "junit",
    "prometheus",
]
bad = []


def verdict(tree, what, problem=None):
    if problem:
        bad.append(f"{tree}: {what}: {problem}")
    print(f"{'BAD ' if problem else 'good'} {tree}: {what}" + (f": {problem}" if problem else ""))


def check(tree, what, condition, otherwise):
    verdict(tree, what, None if condition else otherwise)


def made(folder):
    """Trees with something of everything, and with names that mean harm."""
    rich = {
        "CODEOWNERS": "* @org/all\n/apps/chat/ @org/chat\n",
        ".claude/settings.json": '{"permissions": {"defaultMode": "bypassPermissions"}}',
        ".mcp.json": '{"mcpServers": {"files": {"command": "npx", "args": ["-y", "files"]}}}',
        "apps/chat/package.json": '{"name": "chat", "dependencies": {"openai": "4.1.0"}}',
        "apps/chat/app.ts": 'import OpenAI from "openai";\n'
        'new OpenAI().chat.completions.create({ model: "gpt-4o" });\n',
        "ml/requirements.txt": "torch==2.4.0\ntransformers>=4\nchromadb\ndatasets\n",
        "ml/train.py": "from transformers import Trainer\nTrainer().train()\n",
        "tests/requirements.txt": "anthropic==0.30\n",
        "daylight.toml": '[[suppress]]\nid = "pytorch.core"\nreason = "a|b <c>"\n'
        'approver = "@org/ai"\nexpires = "2027-01-01"\n',
        "approved-ai.toml": '[[denied]]\nprovider = "Anthropic"\nreason = "=no"\nowner = "@org"\n',
        "broken/package.json": '{"dependencies": {"openai"',
    }
    hostile = {
        "=cmd|' C'!A0/package.json": '{"name": "=HYPERLINK(1)", "dependencies": {"ai": "@SUM(1)"}}',
        "a`b|c <img src=x>/pyproject.toml": '[project]\nname = "x` | @all <script> <!-- -->"\n'
        'dependencies = ["openai"]\n',
        ".mcp.json": '{"mcpServers": {"]]> </failure> & \\"q\\" \\u0001\\uFFFE {0}": '
        '{"command": "npx"}}}',
        "sp ace/%41#b?c.py": "import openai\nopenai.OpenAI()\n",
        "ümlaut/requirements.txt": "openai\n",
    }
    for name, files in {"rich": rich, "hostile": hostile, "empty": {"notes.md": "none\n"}}.items():
        for path, text in files.items():
            file = folder / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        yield name, folder / name


def scan(path, out):
    """Every format of one scan, with a gate that says no where OpenAI is used."""
    command = [BINARY, "scan", path, "--as-of", "2026-11-22", "--fail-on", "provider=OpenAI"]
    for form in FORMATS:
        command += ["-o", f"{form}={out / form}"]
    code = subprocess.run(command, check=False).returncode
    if code not in (0, 1):
        raise SystemExit(f"the scan of {path} ended with {code}")
    return {form: (out / form).read_bytes().decode() for form in FORMATS}


def components_by_name(bom):
    return {str(part.bom_ref.value): part for part in bom.components}


def judge_cyclonedx(tree, texts, inventory):
    for form, version in (("cyclonedx", SchemaVersion.V1_6), ("cyclonedx-1.7", SchemaVersion.V1_7)):
        problem = JsonStrictValidator(version).validate_str(texts[form])
        verdict(tree, f"{form} by cyclonedx-python-lib", str(problem)[:500] if problem else None)
    bom = Bom.from_json(json.loads(texts["cyclonedx"]))
    parts = components_by_name(bom)
    services = {str(service.bom_ref.value) for service in bom.services}
    wanted = {system["id"] for system in inventory["systems"]}
    wanted |= {component["id"] for component in inventory["components"]}
    missing = wanted - set(parts) - services
    check(tree, "cyclonedx read back: every system and component", not missing, missing)
    places = {
        (place.location, place.line)
        for part in bom.components
        if part.evidence
        for place in part.evidence.occurrences
    }
    check(tree, "cyclonedx read back: places", bool(places) == any(wanted - services), "no places")
    bom.validate()
    verdict(tree, "cyclonedx read back: the graph is whole")


def judge_sarif(tree, path, texts, inventory):
    done = subprocess.run(
        [TOOLS / "check-jsonschema", "--regex-variant", "python", "--schemafile",
         ROOT / "fixtures/schema/sarif-schema-2.1.0.json", path],
        capture_output=True, text=True, check=False,
    )
    verdict(tree, "sarif by check-jsonschema", done.stdout[:500] if done.returncode else None)
    log = load_sarif_file(str(path))
    results = json.loads(texts["sarif"])["runs"][0]["results"]
    check(tree, "sarif by sarif-tools: all results", log.get_result_count() == len(results), "fewer")
    levels = log.get_report().get_issue_type_histogram_for_severity("error")
    refused = inventory["gates"][0]["failed"]
    check(tree, "sarif by sarif-tools: errors where a gate said no", bool(levels) == refused, levels)
    records = log.get_records()
    check(
        tree, "sarif by sarif-tools: a place for each",
        all(record["Location"] and int(record["Line"]) > 0 for record in records),
        "a result without a place",
    )


def judge_csv(tree, texts):
    rows = list(csv.reader(texts["csv"].splitlines(keepends=True), strict=True))
    check(tree, "csv: all rows are as long", len({len(row) for row in rows}) == 1, "they are not")
    sheet = openpyxl.Workbook().active
    for row in rows:
        sheet.append(row)
    formulas = [cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    check(tree, "csv: openpyxl sees no formula", not formulas, formulas[:3])


def judge_rest(tree, texts, inventory):
    suites = JUnitXml.fromstring(texts["junit"].encode())
    cases = [case for suite in suites for case in suite]
    failures = sum(isinstance(result, Failure) for case in cases for result in case.result)
    errors = sum(isinstance(result, Error) for case in cases for result in case.result)
    failed = sum(gate["failed"] for gate in inventory["gates"])
    check(tree, "junit by junitparser", (failures, errors) == (failed, 0), (failures, errors))
    check(tree, "junit: counts", suites.failures == failed and suites.tests == len(cases), "differ")
    metrics = {family.name: family for family in text_string_to_metric_families(texts["prometheus"])}
    systems = sum(sample.value for sample in metrics["daylight_systems"].samples)
    check(tree, "prometheus by prometheus_client", systems == len(inventory["systems"]), systems)
    records = [json.loads(line)["record"] for line in texts["ndjson"].splitlines()]
    check(
        tree, "ndjson: an object a line",
        records.count("evidence") == len(inventory["evidence"]), "records are missing",
    )
    check(
        tree, "markdown: fits a comment",
        len(texts["markdown"].encode()) <= 65_536
        and texts["markdown"].startswith("<!-- daylight:inventory -->"),
        "too long, or without its marker",
    )


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        trees = list(made(folder / "trees")) + [("this repository", ROOT)]
        trees += [(pathlib.Path(path).name, pathlib.Path(path)) for path in sys.argv[2:]]
        for number, (name, path) in enumerate(trees):
            out = folder / f"out-{number}"
            out.mkdir()
            texts = scan(path, out)
            inventory = json.loads(texts["json"])
            judge_cyclonedx(name, texts, inventory)
            judge_sarif(name, out / "sarif", texts, inventory)
            judge_csv(name, texts)
            judge_rest(name, texts, inventory)
    if bad:
        raise SystemExit(f"\n{len(bad)} bad:\n" + "\n".join(bad))


main()
