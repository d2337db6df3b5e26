//! What becomes one system, what it is called, how it uses its components and
//! where its data goes: whole trees in, an inventory out.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod tree;

use daylight::model::inventory::Inventory;
use daylight::model::system::{AiSystem, DestinationBasis, SystemKind};
use daylight::model::vocabulary::Usage;
use tree::Tree;

fn names(inventory: &Inventory) -> Vec<&str> {
    inventory.systems.iter().map(|system| system.name.as_str()).collect()
}

fn hosts(system: &AiSystem) -> Vec<(&str, DestinationBasis)> {
    system.destinations.iter().map(|to| (to.host.as_str(), to.basis)).collect()
}

fn usage(inventory: &Inventory, name: &str) -> Option<Usage> {
    inventory.components.iter().find(|one| one.name == name).map(|one| one.usage)
}

// Where data goes

#[test]
fn a_client_that_is_told_an_address_does_not_go_to_its_default() {
    for (file, text) in [
        ("app.py", "import os\nfrom openai import OpenAI\nc = OpenAI(base_url=os.getenv(\"X\"))\n"),
        (
            "app.js",
            "import OpenAI from 'openai';\nconst c = new OpenAI({ baseURL: process.env.X });\n",
        ),
        (
            "app.py",
            "import os\nfrom langchain_openai import ChatOpenAI\nm = ChatOpenAI(openai_api_base=os.getenv('X'))\n",
        ),
        (
            "app.py",
            "import os\nfrom langchain_openai import ChatOpenAI\nclass Chat(ChatOpenAI):\n    def __init__(self, **kwargs):\n        kwargs.setdefault('openai_api_base', os.getenv('X'))\n        super().__init__(**kwargs)\n",
        ),
        (
            "app.rs",
            "use async_openai::{config::OpenAIConfig, Client};\nfn f(x: &str) { let c = Client::with_config(OpenAIConfig::default().with_api_base(x)); }\n",
        ),
    ] {
        let inventory = Tree::new().file(file, text).scan();
        assert_eq!(hosts(&inventory.systems[0]), [], "{text}");
    }
}

#[test]
fn a_client_that_is_told_none_goes_to_its_default() {
    let plain = "from openai import OpenAI\nc = OpenAI()\n";
    let told = "import os\nfrom openai import OpenAI\nc = OpenAI(base_url=os.getenv(\"X\"))\n";
    let expected = [("api.openai.com", DestinationBasis::LibraryDefault)];
    let inventory = Tree::new().file("app.py", plain).scan();
    assert_eq!(hosts(&inventory.systems[0]), expected);
    let inventory = Tree::new().file("app.py", plain).file("other.py", told).scan();
    assert_eq!(hosts(&inventory.systems[0]), expected);
}

// What is one system

const CALLS: &str = "use async_openai::Client;\nfn f() { let c = Client::new(); }\n";

#[test]
fn weights_are_fetched_from_a_hub_and_nothing_is_sent_there() {
    let fetched = Tree::new().file(
        "app.py",
        "from transformers import AutoModelForCausalLM\n\
         WEIGHTS = \"https://huggingface.co/org/model/resolve/main/model.safetensors\"\n\
         model = AutoModelForCausalLM.from_pretrained(folder)\n",
    );
    let inventory = fetched.scan();
    assert!(usage(&inventory, "Hugging Face Hub").is_some());
    assert_eq!(usage(&inventory, "Hugging Face Inference"), None);
    let [system] = inventory.systems.as_slice() else { panic!("one system") };
    assert_eq!(hosts(system), []);
    assert_eq!(system.classification.factors["egress"].value, "local_only");

    let asked = Tree::new().file(
        "app.py",
        "from huggingface_hub import InferenceClient\n\
         answer = InferenceClient().chat_completion(messages)\n",
    );
    let inventory = asked.scan();
    assert_eq!(usage(&inventory, "Hugging Face Inference"), Some(Usage::Called));
    let [system] = inventory.systems.as_slice() else { panic!("one system") };
    assert_eq!(system.classification.factors["egress"].value, "third_party");
}

#[test]
fn a_package_of_the_lists_is_used_where_a_module_is_called_like_it() {
    let manifest = ("requirements.txt", "abacusai==1.0\nclarifai-grpc==10\n");
    let code = (
        "app.py",
        "import abacusai\n\
         from clarifai_grpc.grpc.api import service_pb2\n\
         client = abacusai.ApiClient()\n",
    );
    let inventory = Tree::new().file(manifest.0, manifest.1).file(code.0, code.1).scan();
    assert_eq!(usage(&inventory, "Abacus.AI"), Some(Usage::Called));
    assert_eq!(usage(&inventory, "Clarifai"), Some(Usage::Imported));
    let [system] = inventory.systems.as_slice() else { panic!("one system") };
    assert_eq!(system.classification.scope.value, "likely-in-scope");

    // a project's own module may be called so: one word says nothing, two are a sign
    let inventory = Tree::new().file(code.0, code.1).scan();
    assert_eq!(usage(&inventory, "Abacus.AI"), None);
    assert!(
        usage(&inventory, "Clarifai").is_some_and(|usage| usage < Usage::Imported),
        "indicated"
    );
    assert_eq!(names(&inventory), [""; 0], "by a name alone there is no system");
}

#[test]
fn a_page_about_a_service_and_an_address_to_fill_in_are_no_destinations() {
    let inventory = Tree::new()
        .file("package.json", "{\"name\": \"web\", \"dependencies\": {\"openai\": \"^4\"}}")
        .file(
            "src/form.ts",
            "export const apiKeyUrl = \"https://platform.openai.com/api-keys\";\n\
             const url = \"https://YOUR_RESOURCE_HERE.cognitiveservices.azure.com/openai\";\n\
             const asked = \"https://api.mistral.ai/v1/chat/completions\";\n",
        )
        .scan();
    let [system] = inventory.systems.as_slice() else { panic!("one system") };
    assert_eq!(hosts(system), [("api.mistral.ai", DestinationBasis::Address)]);
}

#[test]
fn the_address_of_a_tool_server_belongs_to_the_assistant_that_uses_it() {
    let inventory = Tree::new()
        .file(
            ".mcp.json",
            "{\"mcpServers\": {\"linear\": {\"type\": \"http\", \"url\": \"https://mcp.linear.app/mcp\"}},\n\
             \"llm\": {\"base_url\": \"https://api.mistral.ai/v1\"}}\n",
        )
        .file("app.py", "import openai\nopenai.OpenAI().responses.create(model=m, input=i)\n")
        .scan();
    for system in &inventory.systems {
        let own = hosts(system).iter().any(|(host, _)| *host == "api.mistral.ai");
        assert_eq!(own, system.kind == SystemKind::Software, "{}", system.name);
        let asked = hosts(system).iter().any(|(host, _)| *host == "mcp.linear.app");
        assert_eq!(asked, system.kind == SystemKind::DeveloperTools, "{}", system.name);
    }
    assert_eq!(inventory.systems.len(), 2);
}

#[test]
fn a_container_to_develop_in_is_no_deployment() {
    let inventory = Tree::new()
        .file(".devcontainer/Dockerfile", "FROM python:3.12\n")
        .file("app.py", "import openai\nopenai.OpenAI().responses.create(model=m, input=i)\n")
        .scan();
    let [system] = inventory.systems.as_slice() else { panic!("one system") };
    assert!(system.units.is_empty());
    assert_eq!(system.classification.factors["deployment"].value, "unknown");
}

#[test]
fn a_folder_of_many_files_does_not_use_up_what_is_read() {
    let mut tree = Tree::new()
        .file("package.json", "{\"name\": \"api\", \"dependencies\": {\"openai\": \"^4\"}}")
        .file("a_steps/0000_model.py", "import openai\nclient = openai.OpenAI()\n")
        .file(
            "z_chat/loop.py",
            "import openai\nopenai.OpenAI().responses.create(model=m, input=i)\n",
        )
        .file("z_chat/z_bot.py", "from slack_sdk.socket_mode import SocketModeClient\n");
    for number in 0..600 {
        tree = tree.file(format!("a_steps/{number:04}_step.py"), "op.add_column(\"a\")\n");
    }
    let inventory = tree.scan();
    let [system] = inventory.systems.as_slice() else { panic!("one system") };
    let reading = &system.classification.reading;
    assert!(!reading.complete, "not all of them are read, and that is told");
    assert!(reading.signals.iter().any(|signal| signal.about == "chat"));
}

#[test]
fn a_library_crate_is_part_of_the_program_that_needs_it() {
    let inventory = Tree::new()
        .file(
            "app/Cargo.toml",
            "[package]\nname = \"app\"\n[dependencies]\nbindings = { path = \"../bindings\" }\n",
        )
        .file(
            "bindings/Cargo.toml",
            "[package]\nname = \"bindings\"\n[dependencies]\nasync-openai = \"0.2\"\n",
        )
        .file("bindings/src/lib.rs", CALLS)
        .scan();
    assert_eq!(names(&inventory), ["app"]);
    assert_eq!(inventory.systems[0].units.len(), 2);
}

#[test]
fn folders_that_one_image_holds_are_one_system_and_deployed_with_it() {
    let package =
        |name: &str| format!("{{\"name\": \"{name}\", \"dependencies\": {{\"openai\": \"4\"}}}}");
    let inventory = Tree::new()
        .file("docker/Dockerfile", "FROM node:22\nCOPY ./server /app/server\nCOPY web/ /app/web\n")
        .file("package.json", "{\"name\": \"thing\"}")
        .file("server/package.json", package("thing-server"))
        .file("web/package.json", package("thing-web"))
        .scan();
    assert_eq!(names(&inventory), ["thing"]);
    let deployment = &inventory.systems[0].classification.factors["deployment"].value;
    assert_eq!(deployment, "deployable");
}

#[test]
fn a_repository_without_a_name_goes_by_its_title_wherever_it_lies() {
    let tree =
        Tree::new().file("requirements.in", "").file("app.py", "import openai\nopenai.OpenAI()\n");
    let inventory = tree.file("README.md", "# The Thing: does it all\n").scan();
    assert_eq!(names(&inventory), ["The Thing"]);
}

// How components are used

#[test]
fn a_prefix_that_is_asked_for_is_not_called() {
    let code = "use async_openai::types::CreateChatCompletionRequest;\nfn f(request: CreateChatCompletionRequest) -> bool { request.model.starts_with(\"o3-mini\") }\n";
    let inventory = Tree::new().file("src/app.rs", code).scan();
    assert_eq!(usage(&inventory, "o3-mini"), Some(Usage::Offered));
}

#[test]
fn the_model_that_a_tokenizer_is_given_is_not_used() {
    let code = "import tiktoken\nencoding = tiktoken.encoding_for_model(\"gpt-4o\")\n";
    let inventory = Tree::new().file("app.py", code).scan();
    assert_eq!(usage(&inventory, "gpt-4o"), Some(Usage::Offered));
}

#[test]
fn the_image_of_the_product_itself_is_no_component() {
    let compose = "services:\n  a:\n    image: tabbyml/tabby\n";
    let tree = |name: &str| {
        Tree::new()
            .file("compose.yml", compose)
            .file("Cargo.toml", format!("[package]\nname = \"{name}\"\n"))
            .scan()
    };
    assert_eq!(usage(&tree("tabby"), "Tabby"), None);
    assert_eq!(usage(&tree("other"), "Tabby"), Some(Usage::Configured));
}

#[test]
fn both_sides_of_the_tool_protocol_are_told_apart() {
    let named = |code: &str| {
        let inventory = Tree::new().file("app.py", code).scan();
        inventory.components.iter().map(|one| one.signature.clone()).collect::<Vec<_>>()
    };
    let server = named("from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('shop')\n");
    assert!(server.contains(&"mcp.server-role".to_owned()), "{server:?}");
    assert!(!server.contains(&"mcp.client-role".to_owned()), "{server:?}");
    let client = named("from mcp import ClientSession\ns = ClientSession(a, b)\n");
    assert!(client.contains(&"mcp.client-role".to_owned()), "{client:?}");
    assert!(!client.contains(&"mcp.server-role".to_owned()), "{client:?}");
}

#[test]
fn a_program_that_reads_the_variable_of_an_assistant_is_no_developer_tool() {
    let package = "[project]\nname = \"shop\"\ndependencies = [\"openai\"]\n";
    let of = |file: &str, text: &str| {
        let tree = Tree::new().file("pyproject.toml", package).file(file, text);
        let inventory = tree.file("a.py", "import openai\nopenai.OpenAI()\n").scan();
        inventory.systems.iter().map(|system| system.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of("token.py", "import os\nx = os.environ[\"GITHUB_COPILOT_TOKEN\"]\n"), ["shop"]);
    let run = "export GITHUB_COPILOT_TOKEN=$TOKEN\ncopilot -p hello\n";
    assert_eq!(of("run.sh", run), ["shop", "developer tools"]);
}

#[test]
fn a_workbench_is_no_deployment() {
    let tree = |command: &str| {
        Tree::new()
            .file(
                "a.ipynb",
                notebook("import sklearn.linear_model as m\\nm.LinearRegression().fit(x, y)"),
            )
            .file("compose.yml", format!("services:\n  a:\n    build: .\n    command: {command}\n"))
            .scan()
    };
    let deployment = |inventory: &Inventory| {
        inventory.systems[0].classification.factors["deployment"].value.clone()
    };
    assert_eq!(deployment(&tree("python serve.py")), "deployed_config");
    assert_eq!(deployment(&tree("/opt/bin/jupyter lab --port 8888")), "unknown");
}

fn notebook(code: &str) -> String {
    format!(
        "{{\"cells\": [{{\"cell_type\": \"code\", \"source\": [\"{code}\"]}}], \"metadata\": {{\"kernelspec\": {{\"language\": \"python\"}}}}, \"nbformat\": 4, \"nbformat_minor\": 5}}"
    )
}

#[test]
fn what_a_service_is_started_with_belongs_to_the_service() {
    let compose = "services:\n  agent:\n    build:\n      context: ./\n      dockerfile: ${AGENT_DOCKERFILE}\n    environment:\n      - LLM_MODEL\n      - OPENAI_API_KEY=${KEY}\n";
    let inventory = Tree::new()
        .file("package.json", "{\"name\": \"shop\"}")
        .file("compose.yml", compose)
        .file(".env", "LLM_MODEL=openai/gpt-4.1\nAGENT_DOCKERFILE=src/agent/Dockerfile\n")
        .file("src/agent/Dockerfile", "FROM python:3.12\n")
        .file("src/agent/run.py", "from openai import OpenAI\nOpenAI()\n")
        .scan();
    assert_eq!(names(&inventory), ["agent"]);
    let kinds = inventory.systems[0].units.iter().map(|unit| unit.kind.word());
    assert_eq!(kinds.collect::<Vec<_>>(), ["compose-service", "dockerfile"]);
    assert_eq!(inventory.systems[0].components.len(), inventory.components.len());
}
