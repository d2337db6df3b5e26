//! What is told of agents beyond that they are there: what their tools do to
//! the world, what holds them back, and how tool servers are started.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;

use daylight::examine::{Artifact, Examiner, Harvest};
use daylight::extract::dispatch::Dispatch;
use daylight::limits::Limits;
use daylight::signature::library::Library;

/// What was captured with each match in a file, without those of nothing.
fn captured(file: &str, text: &str) -> Vec<BTreeMap<String, String>> {
    let library = Library::built_in().expect("signatures");
    let dispatch = Dispatch::new().expect("globs");
    let limits = Limits::default();
    let examiner =
        Examiner { library: &library, dispatch: &dispatch, limits: &limits, target: "." };
    let mut harvest = Harvest::default();
    examiner
        .examine(Artifact { path: file, bytes: text.as_bytes(), truncated: false }, &mut harvest);
    harvest.sightings.into_iter().map(|sighting| sighting.captured).collect()
}

/// Every value captured under a key, sorted and once.
fn all<'c>(captured: &'c [BTreeMap<String, String>], key: &str) -> Vec<&'c str> {
    let mut values: Vec<&str> =
        captured.iter().filter_map(|one| one.get(key)).map(String::as_str).collect();
    values.sort_unstable();
    values.dedup();
    values
}

#[test]
fn a_configured_server_tells_its_package_version_and_reach() {
    let servers = r#"{"mcpServers": {
      "files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.2.3", "/"]},
      "shop": {"command": "uvx", "args": ["example-shop-mcp"]},
      "far": {"url": "https://mcp.example/sse"},
      "own": {"command": "python", "args": ["server.py"]}
    }}"#;
    let found = captured(".mcp.json", servers);
    assert_eq!(all(&found, "command"), ["npx", "python", "uvx"]);
    assert_eq!(
        all(&found, "purl"),
        ["pkg:npm/%40modelcontextprotocol/server-filesystem", "pkg:pypi/example-shop-mcp"]
    );
    assert_eq!(all(&found, "version"), ["1.2.3"]);
    assert_eq!(all(&found, "pinned"), ["false", "true"]);
    assert_eq!(all(&found, "reach"), ["files", "network"]);
}

#[test]
fn a_tool_tells_what_it_does_to_the_world() {
    let python = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP('shop')\n\n\
        @mcp.tool()\nasync def send_email(to: str):\n    pass\n\n\
        @mcp.tool(name='refund_order')\ndef refund(order: str):\n    pass\n\n\
        @mcp.tool()\ndef price(item: str):\n    pass\n";
    let found = captured("server.py", python);
    assert_eq!(all(&found, "tool"), ["price", "refund_order", "send_email"]);
    assert_eq!(all(&found, "effect"), ["pays", "sends"]);
    let script = "import { tool } from \"ai\";\n\
        export const t = tool({ name: \"delete_file\", description: \"Deletes a file.\" });\n";
    assert_eq!(all(&captured("tools.ts", script), "effect"), ["deletes"]);
    let other = "from flask import Flask\napp = Flask('a')\n@app.tool()\ndef send():\n    pass\n";
    assert!(all(&captured("app.py", other), "effect").is_empty());
}

#[test]
fn an_agent_tells_what_bounds_it_and_what_lets_it_loose() {
    let text = "from langgraph.prebuilt import create_react_agent\n\
        agent = create_react_agent(model, tools, interrupt_before=['tools'])\n\
        agent.invoke(x, recursion_limit=5)\n\
        loose = create_react_agent(model, tools, allow_dangerous_requests=True)\n";
    let found = captured("agent.py", text);
    assert_eq!(all(&found, "approval"), ["interrupt_before"]);
    assert_eq!(all(&found, "loop-limit"), ["recursion_limit"]);
    assert_eq!(all(&found, "unattended"), ["allow_dangerous_requests"]);
}
