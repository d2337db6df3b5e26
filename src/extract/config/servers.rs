//! Declarations of tool servers for clients that start or reach them. Knows
//! the spellings of the table; knows no server and keeps no credential.

use std::borrow::Cow;

use super::{SERVER_FILE_NAMES, SERVER_FILE_PATHS, Teller, knowledge, settings};
use crate::extract::structured::{self, Entry, Node, Value};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Fact;

/// Reads the files in which clients declare tool servers: `mcpServers`,
/// `servers`, `mcp.servers`, `context_servers`, `mcp_servers` or `mcp`. Each
/// entry is a server, reached by its command line or its address. The names
/// of its environment variables are settings without a value: values and
/// headers are credentials and are not told.
///
/// Whatever else stands in these files is told as settings, as from any JSON
/// or TOML.
#[derive(Debug)]
pub struct ToolServers;

const PROTOCOL: &str = "mcp";

/// The paths of keys under which the entries lie.
const TABLES: &[&[&str]] = &[
    &["mcpServers"],
    &["servers"],
    &["mcp", "servers"],
    &["mcp.servers"],
    &["context_servers"],
    &["mcp_servers"],
    &["mcp"],
];

/// Fields that say how a server is reached, or that hold credentials.
const ENTRY_PARTS: &[&str] = &[
    "command",
    "args",
    "url",
    "httpUrl",
    "serverUrl",
    "env",
    "environment",
    "headers",
    "http_headers",
    "requestInit",
    "auth",
    "oauth",
    "authorization",
    "bearer_token",
    "token",
    "apiKey",
    "api_key",
];

impl Extractor for ToolServers {
    fn id(&self) -> &'static str {
        "tool-servers"
    }

    fn about(&self) -> &'static str {
        "tool server declarations of MCP clients (`mcpServers` and siblings)"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: SERVER_FILE_NAMES,
            globs: SERVER_FILE_PATHS,
            extensions: &[],
            gate: Gate::Open,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let read = if content.name().to_ascii_lowercase().ends_with(".toml") {
            structured::toml(content)
        } else {
            structured::json(content)
        };
        let document = match read {
            Ok(document) => document,
            Err(_) if content.truncated => return Ok(()),
            Err(error) => return Err(error),
        };
        let mut teller = Teller::new(content, sink);
        if knowledge::is_knowledge(&document) {
            teller.whole(Fact::Knowledge);
            return Ok(());
        }
        let mut told = Vec::new();
        for path in TABLES {
            let Some(table) = document.at(path).filter(|table| is_server_table(table)) else {
                continue;
            };
            for entry in table.entries().iter().filter(|entry| is_server(&entry.node)) {
                server(&entry.key, entry.key_offset, &entry.node, &mut teller);
                rest_of_entry(&path.join("."), &entry.key, &entry.node, &mut teller);
            }
            told.push(table);
        }
        let is_told = |_: usize, entry: &Entry<'_>| {
            told.iter().any(|table| std::ptr::addr_eq(*table, &raw const entry.node))
        };
        settings::tell_except(&document, "", &is_told, &mut teller);
        Ok(())
    }
}

/// Whether the table holds servers; an address book of another kind does not.
fn is_server_table(table: &Node<'_>) -> bool {
    table.entries().iter().any(|entry| is_server(&entry.node))
}

fn is_server(entry: &Node<'_>) -> bool {
    reached_by(entry).is_some()
}

fn server(name: &str, offset: usize, entry: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let Some(reached_by) = reached_by(entry) else { return };
    let name = Cow::Borrowed(name);
    teller.at(offset, Fact::Server { protocol: PROTOCOL, name, reached_by });
    for variables in environments(entry) {
        for variable in variables.entries() {
            teller.setting(variable.key_offset, &variable.key, "", false);
        }
    }
}

/// The tables of environment variables of an entry.
fn environments<'n, 'a>(entry: &'n Node<'a>) -> impl Iterator<Item = &'n Node<'a>> {
    [&["env"][..], &["environment"], &["command", "env"]].into_iter().filter_map(|it| entry.at(it))
}

/// The command line or the address of a server.
fn reached_by<'n>(entry: &'n Node<'_>) -> Option<Cow<'n, str>> {
    let command = entry.get("command");
    // A command is a word, a list of words, or a table with a `path`.
    let (program, arguments) = match command.map(|command| &command.value) {
        Some(Value::Scalar(program)) => (Some(program.as_ref()), entry.get("args")),
        Some(Value::List(_)) => (None, command),
        Some(Value::Table(_)) => (
            command.and_then(|it| it.get("path")).and_then(Node::as_str),
            command.and_then(|it| it.get("args")),
        ),
        _ => (None, None),
    };
    let arguments = arguments.map(Node::items).unwrap_or_default();
    let mut words = program.into_iter().chain(arguments.iter().filter_map(Node::as_str));
    if let Some(first) = words.next() {
        let mut line = Cow::Borrowed(first);
        for word in words {
            let line = line.to_mut();
            line.push(' ');
            line.push_str(word);
        }
        return Some(line);
    }
    ["url", "httpUrl", "serverUrl"]
        .iter()
        .find_map(|key| entry.get(key).and_then(Node::as_str))
        .map(Cow::Borrowed)
}

/// What an entry says beyond how it is reached: what it may do without asking,
/// whether it is switched off.
fn rest_of_entry(table: &str, name: &str, entry: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let key = format!("{table}.{name}");
    let is_part =
        |depth: usize, field: &Entry<'_>| depth == 1 && ENTRY_PARTS.contains(&field.key.as_ref());
    settings::tell_except(entry, &key, &is_part, teller);
}
