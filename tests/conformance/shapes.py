"""Has Daylight read answers whose shape no one here made.

Called by `run` with the binary and a folder with what packages of the registries hold: GitHub's description
(`api.github.com.json`, `ghec.json`), recordings of GitHub (`fixtures`) and of Okta (`okta`); Google's discovery
documents, botocore's models and moto are in the environment. Every kind that is listed below must be known by its
shape, the AI in it found, and nothing told that was planted beside it. Every other answer of the same APIs is made
with the names of AI products in each string, and must not be taken for an export of a known kind.
"""

import collections
import gzip
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import boto3
import botocore
import googleapiclient.discovery_cache
import yaml
from moto import mock_aws
from sampling import DAY, Sampler

BINARY, HOME = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
PLANTED = "planted-7f3a"  # whatever holds this speaks of persons, values or what nobody asked for
BAIT = "ChatGPT"
WHOLE = {"total_count": 1, "total_seats": 1, "totalResults": 1, "totalSize": 1, "nextPageToken": ""}
bad = []


class Files:
    """One folder of answers, and what is expected of each."""

    def __init__(self, folder):
        self.folder = folder
        self.expected = {}

    def add(self, name, answer, kind=None, *signatures, indent=None):
        name = f"{name}.json"
        text = answer if isinstance(answer, str) else json.dumps(answer, indent=indent, default=str)
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        assert name not in self.expected, name
        self.expected[name] = (kind, set(signatures))


def planted(node, keys=("login", "email", "value", "avatar_url", "createdBy", "kid", "client_secret")):
    """The same with everything under these keys that is a text replaced."""
    if isinstance(node, list):
        return [planted(item, keys) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: f"{PLANTED}@corp.example" if key in keys and isinstance(value, (str, bool))
        else planted(value, keys)
        for key, value in node.items()
    }


def changed(answer, rows, **fields):
    """The answer with fields of its first row set."""
    answer = json.loads(json.dumps(answer))
    (answer[rows] if rows else answer)[0].update(fields)
    return answer


class Description:
    """A description in OpenAPI."""

    def __init__(self, name):
        self.root = json.loads((HOME / name).read_text())

    def resolve(self, reference):
        node = self.root
        for part in reference.removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/")]
        return node

    def answers(self, path):
        """What the description itself shows as answers to a GET."""
        answer = self.root["paths"][path].get("get", {}).get("responses", {}).get("200", {})
        while "$ref" in answer:
            answer = self.resolve(answer["$ref"])
        content = answer.get("content", {}).get("application/json", {})
        for name, shown in content.get("examples", {}).items():
            while "$ref" in shown:
                shown = self.resolve(shown["$ref"])
            if shown.get("value"):
                yield name, planted(shown["value"])

    def made(self, path, text, **given):
        """An answer made out of the schema."""
        answer = self.root["paths"][path]["get"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        return Sampler(self.resolve, text, given).schema(schema)


GITHUB = {
    "/orgs/{org}/installations": ("github.installations", "installations",
                                  {"app_slug": "coderabbitai"}, "coderabbit.review"),
    "/user/installations": ("github.installations", "installations",
                            {"app_slug": "coderabbitai"}, "coderabbit.review"),
    "/orgs/{org}/copilot/billing": ("github.copilot-billing", None, {}, "github.copilot"),
    "/orgs/{org}/copilot/billing/seats": ("github.copilot-seats", "seats", {}, "github.copilot"),
    "/orgs/{org}/members/{username}/copilot": ("github.copilot-seats", None, {}, "github.copilot"),
} | {
    f"{of}/{kind}/secrets": ("github.secrets", "secrets", {"name": "ANTHROPIC_API_KEY"},
                             "anthropic.api")
    for of in ("/orgs/{org}", "/repos/{owner}/{repo}")
    for kind in ("actions", "dependabot", "codespaces")
} | {
    f"{of}/actions/variables": ("github.variables", "variables", {"name": "OPENAI_API_KEY"},
                                "openai.api")
    for of in ("/orgs/{org}", "/repos/{owner}/{repo}")
}


def github(known, others):
    """GitHub's own description: its examples, and answers made out of its schemas."""
    api = Description("api.github.com.json")
    for path in api.root["paths"]:
        name = path.strip("/").replace("/", "-").replace("{", "").replace("}", "")
        told = GITHUB.get(path)
        for case, answer in api.answers(path):
            if not told:
                others.add(f"github/{name}-{case}", answer)
                continue
            kind, rows, fields, signature = told
            answer = changed(answer, rows, **fields) if fields else answer
            known.add(f"github-{name}", answer, kind, signature)
            known.add(f"github-{name}-slurped", [answer, answer], kind, signature, indent=2)
            if rows:
                made = api.made(path, PLANTED, **WHOLE, **fields, created_at=DAY, updated_at=DAY)
                known.add(f"github-{name}-made", made, kind, signature, indent=2)
    _, bill = next(api.answers("/repos/{owner}/{repo}/dependency-graph/sbom"))
    bill["sbom"]["packages"][0]["externalRefs"][0]["referenceLocator"] = "pkg:pypi/openai@1.51.0"
    known.add("github-sbom", bill, None, "openai.api")
    for log in ("/orgs/{org}/audit-log", "/enterprises/{enterprise}/audit-log"):
        _, answer = next(Description("ghec.json").answers(log))
        event = {"action": "integration_installation.create", "name": "devin-ai-integration",
                 "actor": PLANTED}
        name = "org" if "org" in log else "enterprise"
        known.add(f"github-audit-{name}", changed(answer, None, **event), "github.audit-log", "devin.agent")


def github_recorded(others):
    """What GitHub answered when it was recorded: none of it is an export."""
    for file in sorted((HOME / "fixtures").rglob("raw-fixture.json")):
        for number, exchange in enumerate(json.loads(file.read_text())):
            others.add(f"github-recorded/{file.parent.name}-{number}", exchange["response"])


def okta(known, others):
    """What Okta answered its own SDK."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    seen = collections.Counter()
    for file in sorted((HOME / "okta").rglob("*.yaml")):
        for exchange in yaml.load(file.read_text(), loader).get("interactions", []):
            asked = exchange["request"]
            path = asked["uri"].split("/api/v1/", 1)[-1].split("?")[0]
            body = exchange["response"].get("body", {}).get("string") or ""
            body = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
            if asked["method"] != "GET" or not body.startswith(("[", "{")):
                continue
            answer = planted(json.loads(body))
            parts = path.split("/")
            good = exchange["response"]["status"]["code"] == 200 and len(answer) > 0
            what = "-".join(parts[0::2]) if len(parts) % 2 else "one"
            seen[what] += 1
            name = f"okta-{what}-{seen[what]}"
            if good and path == "apps":
                known.add(name, changed(answer, None, label="Glean"), "okta.apps", "glean.service")
            elif good and what == "one" and parts[0] == "apps" and len(parts) == 2:
                known.add(name, answer | {"label": "Glean"}, "okta.apps", "glean.service")
            elif good and what == "apps-grants":
                for row in answer:
                    row["_links"]["app"]["title"] = "Glean"
                known.add(name, answer, "okta.grants", "glean.service")
            else:
                others.add(f"okta/{name}", answer)
    for what in ("apps", "apps-grants"):
        check(f"okta: recordings of {what}", seen[what] > 0, "there are none")


GOOGLE = [
    ("admin.directory_v1", "Tokens", "google.tokens", "perplexity.web",
     {"displayText": "Perplexity", "scopes": ["https://www.googleapis.com/auth/drive"]}),
    ("admin.reports_v1", "Activities", "google.activity", "fireflies.service",
     {"applicationName": "token",
      "events": [{"name": "authorize",
                  "parameters": [{"name": "app_name", "value": "Fireflies.ai"},
                                 {"name": "client_id", "value": PLANTED},
                                 {"name": "scope", "multiValue": ["openid"]}]}]}),
    ("chromemanagement.v1", "GoogleChromeManagementV1CountInstalledAppsResponse",
     "google.chrome-apps", "grammarly.service",
     {"appId": "kbfnbcaeplbcioakkpcpgfkobkghlhen", "permissions": ["tabs"]}),
    ("chromemanagement.v1", "GoogleChromeManagementV1CountChromeAppRequestsResponse",
     "google.chrome-app-requests", "grammarly.service",
     {"appId": "kbfnbcaeplbcioakkpcpgfkobkghlhen"}),
    ("licensing.v1", "LicenseAssignmentList", "google.licences", "gemini-in-google-workspace.app",
     {"skuName": "Gemini Business"}),
    ("serviceusage.v1", "ListServicesResponse", "gcp.services", "google.dialogflow",
     {"name": "dialogflow.googleapis.com", "state": "ENABLED"}),
    ("cloudasset.v1", "SearchAllResourcesResponse", "gcp.assets", "google.discovery-engine",
     {"assetType": "discoveryengine.googleapis.com/Engine"}),
]


def google(known, others):
    """Google's discovery documents."""
    folder = pathlib.Path(googleapiclient.discovery_cache.__file__).parent / "documents"
    told = {(file.replace("_", "."), schema) for file, schema, *_ in GOOGLE}
    for file, schema, kind, signature, given in GOOGLE:
        of = folder / f"{file}.json"
        of = of if of.exists() else folder / f"{file.replace('_', '.')}.json"
        schemas = json.loads(of.read_text())["schemas"]
        made = Sampler(schemas.__getitem__, PLANTED, WHOLE | given).schema(schemas[schema])
        known.add(f"google-{schema}", made, kind, signature, indent=2)
    for file in sorted(folder.glob("*.json")):
        schemas = json.loads(file.read_text()).get("schemas", {})
        for name in schemas:
            lists = name.startswith(("List", "Search")) and name.endswith("Response") or name.endswith("List")
            if lists and (file.stem, name) not in told:
                made = Sampler(schemas.__getitem__, BAIT, deepest=4).schema(schemas[name])
                others.add(f"google/{file.stem}-{name}", made, indent=2)


AWS = {
    "bedrock": {
        "ListCustomModels": "aws.bedrock-custom-models",
        "ListFoundationModels": "aws.bedrock-foundation-models",
        "ListInferenceProfiles": "aws.bedrock-inference-profiles",
        "ListProvisionedModelThroughputs": "aws.bedrock-throughput",
    },
    "bedrock-agent": {
        "ListAgents": "aws.bedrock-agents",
        "ListKnowledgeBases": "aws.bedrock-knowledge-bases",
        "ListFlows": "aws.bedrock-flows",
    },
    "bedrock-agentcore-control": {
        "ListAgentRuntimes": "aws.agentcore-runtimes",
        "ListAgentRuntimeVersions": "aws.agentcore-runtimes",
    },
    "sagemaker": {
        "ListModels": "aws.sagemaker",
        "ListEndpoints": "aws.sagemaker",
        "ListDomains": "aws.sagemaker",
        "ListNotebookInstances": "aws.sagemaker",
        "ListTrainingJobs": "aws.sagemaker",
        "ListTrainingJobsForHyperParameterTuningJob": "aws.sagemaker",
    },
    "qbusiness": {"ListApplications": "aws.q-business"},
    "lambda": {"ListFunctions": "aws.lambda"},
    "secretsmanager": {"ListSecrets": "aws.secrets"},
    "ssm": {"DescribeParameters": "aws.parameters"},
    "config": {"ListDiscoveredResources": "aws.config"},
    "resource-explorer-2": {"Search": "aws.resources"},
    "cloudtrail": {"LookupEvents": "aws.cloudtrail"},
}
AWS_GIVEN = {
    "aws.lambda": {"Variables": {"MISTRAL_API_KEY": PLANTED}},
    "aws.secrets": {"Name": "prod/OPENAI_API_KEY"},
    "aws.parameters": {"Name": "/prod/OPENAI_API_KEY"},
    "aws.config": {"resourceType": "AWS::Lex::Bot"},
    "aws.resources": {"ResourceType": "bedrock:agent"},
    "aws.cloudtrail": {"EventSource": "textract.amazonaws.com"},
    "aws.bedrock-inference-profiles": {"type": "APPLICATION"},
}
AWS_FOUND = {
    "aws.lambda": ["mistral.api"],
    "aws.secrets": ["openai.api"],
    "aws.parameters": ["openai.api"],
    "aws.config": ["aws.lex"],
    "aws.cloudtrail": ["aws.textract"],
    "aws.sagemaker": ["aws.sagemaker"],
    "aws.q-business": ["aws.q-business"],
    "aws.bedrock-foundation-models": [],
}


def aws(known, others):
    """Every list that botocore knows, as the command line prints it."""
    services = sorted(pathlib.Path(botocore.__file__).parent.glob("data/*/*/service-2.json.gz"))
    newest = {file.parts[-3]: file for file in services}
    for service, file in newest.items():
        model = json.loads(gzip.decompress(file.read_bytes()))
        for name, operation in model["operations"].items():
            if "output" not in operation or not name.startswith(("List", "Search", "Describe", "Lookup")):
                continue
            output = operation["output"]["shape"]
            kind = AWS.get(service, {}).get(name)
            if kind:
                pages = {"nextToken": None, "NextToken": None, "NextMarker": None}
                made = Sampler(None, PLANTED, AWS_GIVEN.get(kind, {}) | pages)
                answer = made.shape(model["shapes"], output)
                found = AWS_FOUND.get(kind, ["aws.bedrock"])
                known.add(f"aws-{service}-{name}", answer, kind, *found, indent=4)
            else:
                answer = Sampler(None, BAIT, deepest=4).shape(model["shapes"], output)
                others.add(f"aws/{service}-{name}", answer, indent=4)


def moto(known):
    """What a stand-in for AWS answers when something was made there."""
    os.environ.update(AWS_ACCESS_KEY_ID="none", AWS_SECRET_ACCESS_KEY="none", AWS_DEFAULT_REGION="eu-west-1")
    role = "arn:aws:iam::123456789012:role/" + PLANTED
    with mock_aws():
        client = boto3.client

        def keep(service, call, kind, *found):
            answer = getattr(client(service), call)()
            answer.pop("ResponseMetadata")
            known.add(f"moto-{service}-{call}", answer, kind, *found, indent=4)

        client("sagemaker").create_model(
            ModelName=PLANTED, ExecutionRoleArn=role, PrimaryContainer={"Image": PLANTED})
        keep("sagemaker", "list_models", "aws.sagemaker", "aws.sagemaker")
        client("sagemaker").create_notebook_instance(
            NotebookInstanceName="one", InstanceType="ml.t3.medium", RoleArn=role)
        keep("sagemaker", "list_notebook_instances", "aws.sagemaker", "aws.sagemaker")
        client("bedrock-agent").create_agent(agentName=PLANTED, agentResourceRoleArn=role)
        keep("bedrock-agent", "list_agents", "aws.bedrock-agents", "aws.bedrock")
        client("secretsmanager").create_secret(Name="prod/OPENAI_API_KEY", SecretString=PLANTED)
        keep("secretsmanager", "list_secrets", "aws.secrets", "openai.api")
        client("ssm").put_parameter(Name="/prod/OPENAI_API_KEY", Value=PLANTED, Type="SecureString")
        keep("ssm", "describe_parameters", "aws.parameters", "openai.api")


def check(what, condition, otherwise):
    if not condition:
        bad.append(f"{what}: {otherwise}")
        print(f"BAD  {what}: {otherwise}")


def scan(folder):
    """What the JSON inventory of a folder says, and everything that was written."""
    done = subprocess.run(
        [BINARY, "scan", folder, "--format", "json", "--as-of", "2026-11-22"],
        capture_output=True, text=True, check=False, env=os.environ | {"RUST_LOG": "trace"},
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"the scan of {folder} ended with {done.returncode}: {done.stderr[-500:]}")
    return json.loads(done.stdout), done.stdout + done.stderr


def judge_known(files):
    first = min(files.expected)
    manifest = f'[[export]]\nfile = "{first}"\nkind = "{files.expected[first][0]}"\n'
    (files.folder / "manifest.toml").write_text(manifest)
    inventory, written = scan(files.folder)
    found = collections.defaultdict(set)
    kinds = collections.defaultdict(set)
    for piece in inventory["evidence"]:
        path = piece["place"]["path"]
        found[path].add(piece["signature"])
        kinds[path].add(piece.get("captured", {}).get("export"))
    problems = {problem["place"]["path"]: problem for problem in inventory["coverage"]["problems"]}
    for name, (kind, signatures) in files.expected.items():
        check(name, found[name] == signatures, f"{found[name]} instead of {signatures}")
        check(name, kinds[name] <= {kind}, f"{kinds[name]} instead of {kind}")
        check(name, name not in problems, problems.get(name))
    check("what was planted", PLANTED not in written, "is told")
    print(f"good shapes of {len(files.expected)} answers of known kinds")


def judge_others(files):
    inventory, _ = scan(files.folder)
    taken = {
        (piece["place"]["path"], piece["captured"]["export"])
        for piece in inventory["evidence"] if "export" in piece.get("captured", {})
    }
    for path, kind in sorted(taken):
        check(path, False, f"taken for {kind}")
    print(f"good shapes of {len(files.expected)} other answers")


def main():
    with tempfile.TemporaryDirectory() as folder:
        known, others = Files(pathlib.Path(folder) / "known"), Files(pathlib.Path(folder) / "others")
        github(known, others)
        github_recorded(others)
        okta(known, others)
        google(known, others)
        aws(known, others)
        moto(known)
        judge_known(known)
        judge_others(others)
    if bad:
        raise SystemExit(f"\n{len(bad)} bad:\n" + "\n".join(bad[:40]))


main()
