"""Has the programs that read our formats judge what Daylight writes.

Called by `run`, which makes the environment. Arguments: the binary, and
further folders to scan. Prints one line a verdict; ends with 1 if one is bad.
"""

import csv
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import openpyxl
import pandas
from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from junitparser import Error, Failure, JUnitXml
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML
from sarif.loader import load_sarif_file

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(sys.argv[1]).resolve()
TOOLS = pathlib.Path(sys.executable).parent
MULTITOOL = TOOLS.parents[1] / "node/node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool"
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
    judge_by_multitool(tree, path)
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


def judge_by_multitool(tree, path):
    """Microsoft's validator with GitHub's rules. It ends with 0 whatever it finds, so its words are read."""
    MULTITOOL.chmod(0o755)
    done = subprocess.run(
        [MULTITOOL, "validate", path, "--rule-kind", "Sarif;Ghas"],
        env=os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True, text=True, check=False,
    )
    found = [line for line in done.stdout.splitlines() if re.search(r"\d\): error ", line)]
    if "Analysis completed successfully" not in done.stdout:
        found.append((done.stdout + done.stderr)[-500:])
    verdict(tree, "sarif by the multitool, with GitHub's rules", "; ".join(found[:3]) or None)


def judge_csv(tree, texts):
    rows = list(csv.reader(texts["csv"].splitlines(keepends=True), strict=True))
    check(tree, "csv: all rows are as long", len({len(row) for row in rows}) == 1, "they are not")
    table = pandas.read_csv(io.StringIO(texts["csv"]), dtype=str, keep_default_na=False)
    same = [list(table.columns), *table.values.tolist()] == [*rows]
    check(tree, "csv by pandas: the same cells", same, "they differ")
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


def lint_packaging():
    """The files that CI servers read, by the schemas that those publish."""
    for schema, file in (
        ("vendor.github-actions", "action.yml"),
        ("vendor.gitlab-ci", "packaging/gitlab.yml"),
    ):
        done = subprocess.run(
            [TOOLS / "check-jsonschema", "--builtin-schema", schema, ROOT / file],
            capture_output=True, text=True, check=False,
        )
        verdict("packaging", f"{file} by {schema}", done.stdout[:500] if done.returncode else None)
    hooks = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text())
    fields = {"id", "name", "entry", "language"}
    check("packaging", ".pre-commit-hooks.yaml", all(fields <= set(hook) for hook in hooks), hooks)


class Action:
    """Runs the steps of action.yml as a runner of GitHub does, as far as they need it."""

    def __init__(self, folder):
        self.folder = folder
        self.action = YAML(typ="safe").load((ROOT / "action.yml").read_text())

    def run(self, tree, **given):
        inputs = {name: str(row.get("default", "")) for name, row in self.action["inputs"].items()}
        inputs |= {name.replace("_", "-"): value for name, value in given.items()}
        files = {}
        for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            files[name] = self.folder / name
            files[name].write_text("")
        code = 0
        for step in self.action["runs"]["steps"]:
            wanted = re.fullmatch(r"inputs\.binary (==|!=) ''", step.get("if", ""))
            if wanted and (wanted[1] == "==") != (inputs["binary"] == ""):
                continue
            kept = [line.split("=", 1) for line in files["GITHUB_ENV"].read_text().splitlines()]
            env = {
                name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda m: inputs[m[1]], str(value))
                for name, value in step.get("env", {}).items()
            }
            env = os.environ | {n: str(f) for n, f in files.items()} | dict(kept) | env
            env["GITHUB_ACTION_PATH"] = str(ROOT)
            code = subprocess.run(
                ["bash", "-eo", "pipefail", "-c", step["run"]], cwd=tree, env=env, check=False,
                capture_output=True,
            ).returncode
            if code:
                break
        lines = files["GITHUB_OUTPUT"].read_text().splitlines()
        outputs = dict(line.split("=", 1) for line in lines)
        wanted = {re.search(r"outputs\.([\w-]+) ", row["value"])[1]
                  for row in self.action["outputs"].values()}
        check("action", "every output is given", wanted == set(outputs), wanted ^ set(outputs))
        return code, {name: tree / path for name, path in outputs.items()}


def judge_action(folder):
    """A nightly inventory, a pull request with a new call, a no, an approval, a yes."""
    tree = folder / "miniature"
    tree.mkdir()

    def commit(message, **files):
        for name, text in files.items():
            (tree / name.replace("__", ".").replace("_", "-")).write_text(text)
        for command in (["add", "-A"], ["commit", "-qm", message]):
            subprocess.run(["git", "-C", tree, "-c", "user.name=t", "-c", "user.email=t@example.org",
                            *command], check=True)

    entry = '[[approved]]\nprovider = "{}"\nreason = "r"\nowner = "@org"\nexpires = "2099-01-01"\n'
    subprocess.run(["git", "init", "-q", tree], check=True)
    commit("begin", requirements__txt="openai==1.0\n", approved_ai__toml=entry.format("OpenAI"),
           __gitignore="daylight-report/\nbaseline.json\n")
    runner = Action(folder)
    gates = {"binary": str(BINARY), "baseline": "baseline.json", "fail_on": "new and unapproved\n"}
    code, outputs = runner.run(tree, **gates)
    check("action", "nightly: done, without a baseline", code == 0, code)
    (tree / "baseline.json").write_bytes(outputs["inventory"].read_bytes())
    code, _ = runner.run(tree, **gates)
    check("action", "nothing new: yes", code == 0, code)
    commit("add a call", app__py="import anthropic\nanthropic.Anthropic().messages.create()\n")
    code, outputs = runner.run(tree, **gates)
    check("action", "a new call that no one approved: no", code == 1, code)
    comment = outputs["comment"].read_text()
    check("action", "the comment names it", "Anthropic" in comment and "said no" in comment, comment)
    summary = (folder / "GITHUB_STEP_SUMMARY").read_text()
    check("action", "the summary is the comment", summary == comment, summary[:200])
    approved = entry.format("OpenAI") + entry.format("Anthropic")
    commit("approve it", approved_ai__toml=approved)
    code, _ = runner.run(tree, **gates)
    check("action", "after the approval: yes", code == 0, code)
    hostile = "$(touch pwned)`touch pwned`; touch pwned"
    code, _ = runner.run(tree, **(gates | {"path": hostile}))
    check("action", "no input is read as shell", code in (2, 3) and not (tree / "pwned").exists(), code)


def main():
    lint_packaging()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        judge_action(folder)
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
