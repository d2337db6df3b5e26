//! What signatures and lists claim by name, tried: every family by its tests,
//! every name in a file of the kind in which it stands, every look-alike in
//! files where it must be silent.

use std::collections::BTreeSet;

use super::{Proof, seen, unmet};
use crate::examine::Examiner;
use crate::model::evidence::Sighting;
use crate::model::fact::{Ecosystem, RecordKind};
use crate::model::vocabulary::Technique;
use crate::signature::check::Complaint;
use crate::signature::coverage;
use crate::signature::index::{MatcherId, Silenced, TELLING_NODE};
use crate::signature::library::{Entry, Library};
use crate::signature::list::{List, ListKind, Row};
use crate::signature::schema::{EnvField, FileBlock};

/// Stands where a pattern leaves a part open.
const ANY: &str = "xq7";

pub(super) fn prove(examiner: &Examiner<'_>, proof: &mut Proof) {
    families(examiner, proof);
    for entry in examiner.library.entries().iter().filter(|entry| entry.family.is_none()) {
        for (kind, name) in names_of(entry) {
            if let Some(what) = unseen(examiner, proof, entry, kind, &name) {
                proof.failures.push(Complaint {
                    signature: entry.signature.id.clone(),
                    file: entry.file.to_string(),
                    what: format!("{} `{name}`: {what}", kind.words()),
                });
            }
        }
    }
    for list in examiner.library.lists() {
        if list.kind == ListKind::SeenModel {
            published(examiner, proof, list);
            continue;
        }
        for row in list.rows() {
            let files = match list.kind {
                ListKind::NotPackage(ecosystem) => lookalike(ecosystem, row.name),
                ListKind::NotWord => prose(row.name),
                ListKind::NotHost => refused(ListKind::Host, row.name),
                ListKind::NotEnv => refused(ListKind::Env, row.name),
                ListKind::NotImage => refused(ListKind::Image, row.name),
                ListKind::NotModel => refused(ListKind::Model, row.name),
                _ => {
                    named(examiner, proof, list, &row);
                    continue;
                }
            };
            silent(examiner, proof, list, &row, &files);
        }
    }
}

/// Published identifiers, each of which its signature must recognise, in files
/// of many: there are thousands.
fn published(examiner: &Examiner<'_>, proof: &mut Proof, list: &List) {
    let rows: Vec<Row<'_>> = list.rows().collect();
    for some in rows.chunks(200) {
        let values: Vec<serde_json::Value> =
            some.iter().map(|row| serde_json::json!({ "model": row.name })).collect();
        let text = serde_json::json!({ "models": values }).to_string();
        let sightings = seen(examiner, "settings.json", &text);
        let seen: BTreeSet<(&str, &str)> =
            sightings.iter().map(|s| (s.signature.as_str(), s.value.as_str())).collect();
        for row in some {
            proof.tests += 1;
            // What only says where a model is reached is left out. A short id
            // behind it opens no file by itself.
            let mut parts = std::iter::successors(Some(row.name), |id| {
                let shorter = examiner.library.index().without_route(id);
                (shorter.len() < id.len()).then_some(shorter)
            });
            let known = parts.any(|id| seen.contains(&(row.target(), id)));
            if !known && !is_seen_alone(examiner, row) {
                complain(proof, list, row, format!("not seen as `{}`", row.target()));
            }
        }
    }
}

/// Whether an identifier is recognised in a file of its own: where two name one
/// model the first stands for both.
fn is_seen_alone(examiner: &Examiner<'_>, row: &Row<'_>) -> bool {
    let text = serde_json::json!({ "model": row.name }).to_string();
    seen(examiner, "settings.json", &text).iter().any(|s| s.signature == row.target())
}

/// A name in the file where it would stand, and in prose.
fn refused(kind: ListKind, name: &str) -> Vec<(String, String)> {
    sample(kind, name).into_iter().chain(prose(&name.replace('*', ANY))).collect()
}

fn families(examiner: &Examiner<'_>, proof: &mut Proof) {
    let library = examiner.library;
    let family_of = |signature: &str| {
        library.by_id(signature).and_then(|entry| entry.family.as_deref().map(str::to_owned))
    };
    for (entry, test) in library.family_tests() {
        proof.tests += 1;
        let sightings = seen(examiner, &test.file, &test.text);
        let own: Vec<&Sighting> = match &test.id {
            Some(id) => sightings.iter().filter(|s| s.signature == *id).collect(),
            None => sightings
                .iter()
                .filter(|s| family_of(&s.signature).is_some_and(|f| f == entry.family.id))
                .collect(),
        };
        if let Some(what) = unmet(&own, &test.expect) {
            proof.failures.push(Complaint {
                signature: entry.family.id.clone(),
                file: entry.file.clone(),
                what: format!("test of `{}`: {what}", test.file),
            });
        }
    }
}

/// A name in the file in which it would stand must be seen as what it points at.
fn named(examiner: &Examiner<'_>, proof: &mut Proof, list: &List, row: &Row<'_>) {
    let Some(entry) = examiner.library.entry_of_row(list.kind, row) else { return };
    if let Some(what) = unseen(examiner, proof, entry, list.kind, row.name) {
        complain(proof, list, row, what);
    }
}

fn unseen(
    examiner: &Examiner<'_>,
    proof: &mut Proof,
    entry: &Entry,
    kind: ListKind,
    name: &str,
) -> Option<String> {
    let (path, text) = sample(kind, name)?;
    proof.tests += 1;
    let sightings = seen(examiner, &path, &text);
    let id = &entry.signature.id;
    if sightings.iter().any(|s| s.signature == *id) {
        return None;
    }
    let others: Vec<&str> = sightings.iter().map(|s| s.signature.as_str()).collect();
    Some(format!("not seen as `{id}` in `{path}`, but as {others:?}"))
}

/// What was left out of a signature without a test that noticed, and what test
/// would.
pub(super) fn unproved(library: &Library, entry: &Entry, what: &Silenced) -> String {
    let index = library.index();
    let block = match what {
        Silenced::Edges(_) => {
            return "its edges every test still passes: add one that expects an `edge`".to_owned();
        }
        Silenced::Exclusion(_, name) => {
            return format!(
                "the exclusion of `{name}` every test still passes: add one where it stands"
            );
        }
        Silenced::Block(block) => *block,
    };
    let technique = index.matcher(block).map_or(Technique::Package, |matcher| matcher.technique);
    let says =
        |(kind, name): &(ListKind, String)| coverage::ids(library, *kind, name).contains(&block);
    let (kind, name) = match names_of(entry).into_iter().find(says) {
        Some((kind, name)) => (kind.words(), name),
        None => (technique.word().to_owned(), mark_of(library, entry, block, technique)),
    };
    format!("{kind} `{name}` every test still passes: add one that needs it")
}

/// How a block that claims no names begins: a module, a call, a key.
fn mark_of(library: &Library, entry: &Entry, block: MatcherId, technique: Technique) -> String {
    let signature = &entry.signature;
    let index = library.index();
    let of_kind = |id: &MatcherId| index.matcher(*id).is_some_and(|m| m.technique == technique);
    let blocks = library.position(&signature.id).map(|at| index.blocks_of(at)).unwrap_or_default();
    let nth = blocks.into_iter().filter(of_kind).position(|id| id == block).unwrap_or_default();
    let first = |names: &[String]| names.first().cloned();
    let mark = match technique {
        Technique::Import => match signature.import.get(nth) {
            Some(block) => {
                first(&block.modules).map(|module| format!("{}:{module}", block.lang.word()))
            }
            None => signature.imports.get(nth - signature.import.len().min(nth)).cloned(),
        },
        Technique::Call => signature.call.get(nth).and_then(|block| first(&block.symbols)),
        Technique::Setting => signature.setting.get(nth).and_then(|block| first(&block.keys)),
        Technique::File => signature.file.get(nth).and_then(|block| first(&block.globs)),
        Technique::Model => signature.model.get(nth).and_then(|block| first(&block.regex)),
        _ => None,
    };
    mark.unwrap_or_else(|| format!("block {}", nth + 1))
}

/// Whether a file block looks at the name alone.
fn is_by_name(block: &FileBlock) -> bool {
    block.line_any.is_empty() && block.line_all.is_empty() && block.json_keys.is_empty()
}

/// The names that a signature gives by itself, patterns as they are in lists.
fn names_of(entry: &Entry) -> Vec<(ListKind, String)> {
    let signature = &entry.signature;
    let mut names = Vec::new();
    for text in &signature.packages {
        let Some((kind, name)) = text.strip_prefix("pkg:").and_then(|t| t.split_once('/')) else {
            continue;
        };
        if let Ok(ecosystem) = serde_json::from_value::<Ecosystem>(kind.into()) {
            names.push((ListKind::Package(ecosystem), name.to_owned()));
        }
    }
    for block in &signature.package {
        let kind = ListKind::Package(block.ecosystem);
        names.extend(block.names.iter().map(|name| (kind, name.clone())));
        names.extend(block.prefixes.iter().map(|prefix| (kind, format!("{prefix}*"))));
    }
    names.extend(signature.hosts.iter().map(|name| (ListKind::Host, name.clone())));
    for block in &signature.host {
        let path = block.paths.first().map_or("", String::as_str);
        // Any host stands for one that no list knows.
        let hosts = block.names.iter().map(|host| if host == "*" { "any.example" } else { host });
        names.extend(hosts.map(|host| (ListKind::Host, format!("{host}{path}"))));
    }
    match &signature.env {
        EnvField::Names(all) => names.extend(all.iter().map(|name| (ListKind::Env, name.clone()))),
        EnvField::Blocks(blocks) => names.extend(
            blocks.iter().flat_map(|block| &block.names).map(|name| (ListKind::Env, name.clone())),
        ),
    }
    names.extend(signature.images.iter().map(|name| (ListKind::Image, name.clone())));
    let images = signature.image.iter().flat_map(|block| &block.names);
    names.extend(images.map(|name| (ListKind::Image, name.clone())));
    names.extend(signature.files.iter().map(|glob| (ListKind::File, glob.clone())));
    let by_name = signature.file.iter().filter(|block| is_by_name(block));
    let globs = by_name.flat_map(|block| &block.globs);
    names.extend(globs.map(|glob| (ListKind::File, glob.clone())));
    let models = signature.model.iter().flat_map(|block| &block.exact);
    names.extend(models.map(|id| (ListKind::Model, id.clone())));
    names
}

fn silent(
    examiner: &Examiner<'_>,
    proof: &mut Proof,
    list: &List,
    row: &Row<'_>,
    files: &[(String, String)],
) {
    for (path, text) in files {
        proof.tests += 1;
        let seen: Vec<String> = seen(examiner, path, text)
            .iter()
            .map(|s| format!("{} `{}` of `{}`", s.technique.word(), s.value, s.signature))
            .collect();
        if !seen.is_empty() {
            complain(proof, list, row, format!("not silent in `{path}`: {}", seen.join(", ")));
        }
    }
}

fn complain(proof: &mut Proof, list: &List, row: &Row<'_>, what: String) {
    proof.failures.push(Complaint {
        signature: row.name.to_owned(),
        file: format!("{}:{}", list.path, row.line),
        what,
    });
}

/// A file in which a name of a list stands; `None` where none is made up yet.
fn sample(kind: ListKind, name: &str) -> Option<(String, String)> {
    let name = name.replace('*', ANY);
    let (path, text) = match kind {
        ListKind::Package(ecosystem) => return manifest(ecosystem, &name),
        ListKind::Host => {
            let address = if name.contains('/') { name } else { format!("{name}/v1") };
            ("app.py", format!("BASE = \"https://{address}\"\n"))
        }
        ListKind::Env => ("app.py", format!("import os\nvalue = os.environ[\"{name}\"]\n")),
        ListKind::Model => ("settings.json", format!("{{\"model\": \"{name}\"}}\n")),
        ListKind::Image => ("Dockerfile", format!("FROM {name}:1\n")),
        ListKind::Resource => return Some(deployed(&name)),
        ListKind::Permission => {
            ("main.tf", format!("resource \"x_member\" \"m\" {{\n  role = \"{name}\"\n}}\n"))
        }
        ListKind::Record(kind) => return Some(export(kind, &name)),
        ListKind::File => {
            return Some((name.replace(&format!("{ANY}{ANY}"), ANY), "x\n".to_owned()));
        }
        _ => return None,
    };
    Some((path.to_owned(), text))
}

/// An export that tells of a name.
fn export(kind: RecordKind, name: &str) -> (String, String) {
    use serde_json::json;
    let text = match kind {
        RecordKind::App => json!({ "approved_apps": [{ "app": { "id": "A0", "name": name } }] }),
        RecordKind::Licence => json!({ "value": [{ "skuPartNumber": name, "skuId": "x" }] }),
        RecordKind::Extension => {
            json!({ "installedApps": [{ "appId": name, "displayName": "x" }] })
        }
        RecordKind::Program => json!({ "value": [{ "displayName": name, "deviceCount": 1,
            "sizeInByte": 1 }] }),
        RecordKind::Host => {
            let text = format!("timestamp,client,query\n2026-11-01,a,{name}\n");
            return ("exports/dns.csv".to_owned(), text);
        }
        RecordKind::Service => json!({ "Records": [{ "eventSource": name,
            "eventName": "x", "eventID": "x" }] }),
    };
    ("exports/list.json".to_owned(), text.to_string())
}

/// A file that declares a resource of a type, as its provider writes types.
fn deployed(name: &str) -> (String, String) {
    let (of, kind) = name.split_once('#').unwrap_or((name, ANY));
    let group = of.split_once('/').filter(|(group, _)| group.contains('.'));
    let in_capitals = of.starts_with(|first: char| first.is_ascii_uppercase());
    let (path, text) = match group {
        _ if of.contains("://") => ("deploy.yaml", format!("$schema: {of}\nname: a\n")),
        _ if of.contains("::") => (
            "template.yaml",
            format!("Resources:\n  A:\n    Type: {of}\n    Properties:\n      Type: {kind}\n"),
        ),
        Some(_) if in_capitals => (
            "azuredeploy.json",
            format!(
                "{{\"resources\":[{{\"type\":\"{of}\",\"apiVersion\":\"1\",\"kind\":\"{kind}\"}}]}}"
            ),
        ),
        Some((group, kind)) => {
            ("deploy.yaml", format!("apiVersion: {group}/v1\nkind: {kind}\nmetadata:\n  name: a\n"))
        }
        None if of.starts_with("br/") => {
            ("main.bicep", format!("module a '{of}:1.0' = {{\n  name: 'a'\n}}\n"))
        }
        None if of.contains(':') => {
            let of = of.trim_end_matches(ANY);
            let full = format!("{of}{}{ANY}", if of.ends_with(':') { "" } else { ":" });
            (
                "Pulumi.yaml",
                format!("resources:\n  a:\n    type: {full}\n    properties:\n      b: c\n"),
            )
        }
        None if of.contains('/') => {
            ("main.tf", format!("module \"a\" {{\n  source = \"{of}\"\n}}\n"))
        }
        None => ("main.tf", format!("resource \"{of}\" \"a\" {{\n  kind = \"{kind}\"\n}}\n")),
    };
    (path.to_owned(), text)
}

fn manifest(ecosystem: Ecosystem, name: &str) -> Option<(String, String)> {
    let (path, text) = match ecosystem {
        Ecosystem::Pypi => ("requirements.txt", format!("{name}==1.0\n")),
        Ecosystem::Npm => (
            "package.json",
            format!("{{\"name\":\"x\",\"dependencies\":{{\"{name}\":\"1.0.0\"}}}}"),
        ),
        Ecosystem::Cargo => {
            ("Cargo.toml", format!("[package]\nname = \"x\"\n[dependencies]\n{name} = \"1\"\n"))
        }
        Ecosystem::Golang => ("go.mod", format!("module x\n\nrequire {name} v1.0.0\n")),
        Ecosystem::Maven => {
            let (group, artifact) = name.split_once(':').unwrap_or((name, ANY));
            let artifact = if artifact.is_empty() { ANY } else { artifact };
            (
                "pom.xml",
                format!(
                    "<project><dependencies><dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>1.0</version></dependency></dependencies></project>\n"
                ),
            )
        }
        Ecosystem::Nuget => (
            "x.csproj",
            format!(
                "<Project><ItemGroup><PackageReference Include=\"{name}\" Version=\"1.0\" /></ItemGroup></Project>\n"
            ),
        ),
        Ecosystem::Gem => ("Gemfile", format!("gem \"{name}\", \"1.0\"\n")),
        Ecosystem::Composer => ("composer.json", format!("{{\"require\":{{\"{name}\":\"1.0\"}}}}")),
        Ecosystem::Conda => ("environment.yml", format!("dependencies:\n  - {name}=1.0\n")),
        Ecosystem::Pub => ("pubspec.yaml", format!("name: x\ndependencies:\n  {name}: ^1.0.0\n")),
        Ecosystem::Hex => (
            "mix.exs",
            format!(
                "defmodule X.MixProject do\n  defp deps do\n    [{{:{name}, \"~> 1.0\"}}]\n  end\nend\n"
            ),
        ),
        Ecosystem::Cocoapods => ("Podfile", format!("target 'x' do\n  pod '{name}', '1.0'\nend\n")),
        Ecosystem::Conan => ("conanfile.txt", format!("[requires]\n{name}/1.0\n")),
        Ecosystem::Vcpkg => ("vcpkg.json", format!("{{\"dependencies\":[\"{name}\"]}}")),
        Ecosystem::Cran => {
            ("DESCRIPTION", format!("Package: x\nVersion: 1.0\nImports:\n    {name}\n"))
        }
        Ecosystem::Deb => {
            ("Dockerfile", format!("FROM debian:13\nRUN apt-get install -y {name}\n"))
        }
        Ecosystem::Github => (
            ".github/workflows/x.yml",
            format!("on: push\njobs:\n  x:\n    steps:\n      - uses: {name}@v1\n"),
        ),
        Ecosystem::VscodeExtension => {
            (".vscode/extensions.json", format!("{{\"recommendations\": [\"{name}\"]}}"))
        }
        Ecosystem::JetbrainsPlugin => (
            ".idea/externalDependencies.xml",
            format!(
                "<project><component name=\"ExternalDependencies\"><plugin id=\"{name}\" /></component></project>\n"
            ),
        ),
        Ecosystem::FlowNode => return flow(name),
        _ => return None,
    };
    Some((path.to_owned(), text))
}

/// A flow of a tool with one node.
fn flow(name: &str) -> Option<(String, String)> {
    let (tool, node) = name.split_once(':')?;
    if node.len() < TELLING_NODE {
        return None; // opens no file by itself
    }
    let text = match tool {
        "n8n" => format!(
            "{{\"nodes\": [{{\"name\": \"x\", \"type\": \"{node}\"}}], \"connections\": {{}}}}"
        ),
        "dify" => format!(
            "{{\"kind\": \"app\", \"app\": {{\"mode\": \"chat\"}}, \"model_config\": {{\"model\": {{\"provider\": \"{node}\", \"name\": \"x\"}}}}}}"
        ),
        "flowise" => format!(
            "{{\"nodes\": [{{\"data\": {{\"name\": \"{node}\", \"category\": \"x\"}}}}], \"edges\": []}}"
        ),
        "langflow" => format!(
            "{{\"data\": {{\"nodes\": [{{\"data\": {{\"type\": \"{node}\", \"node\": {{}}}}}}], \"edges\": []}}}}"
        ),
        "comfyui" => {
            format!("{{\"1\": {{\"class_type\": \"{node}\", \"inputs\": {{}}}}}}")
        }
        "power-platform" => format!(
            "{{\"properties\": {{\"connectionReferences\": {{\"a\": {{\"api\": {{\"name\": \"{node}\"}}}}}}, \"definition\": {{\"actions\": {{}}}}}}}}"
        ),
        "zapier" => format!(
            "{{\"zaps\": [{{\"status\": \"on\", \"nodes\": {{\"1\": {{\"selected_api\": \"{node}@1.0\"}}}}}}]}}"
        ),
        "rivet" => format!(
            "{{\"data\": {{\"graphs\": {{\"g\": {{\"nodes\": {{\"[1]:{node} \\\"x\\\"\": {{}}}}}}}}}}}}"
        ),
        "circleci" => {
            let text = format!("version: 2.1\norbs:\n  x: {node}@1.0\njobs: {{}}\n");
            return Some((".circleci/config.yml".to_owned(), text));
        }
        "servicenow" => {
            let text = format!("<unload><{node} action=\"INSERT_OR_UPDATE\"/></unload>\n");
            return Some(("sys_remote_update_set_1.xml".to_owned(), text));
        }
        "make" => {
            format!("{{\"flow\": [{{\"id\": 1, \"module\": \"{node}:act\", \"version\": 1}}]}}")
        }
        _ => return None,
    };
    Some(("flow.json".to_owned(), text))
}

/// A package that is no AI: in a manifest, imported, and in prose.
fn lookalike(ecosystem: Ecosystem, name: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = manifest(ecosystem, name).into_iter().collect();
    if ecosystem == Ecosystem::Npm {
        files.push(("app.js".to_owned(), format!("import x from \"{name}\";\nx.start();\n")));
    }
    files.extend(prose(name));
    files
}

/// A word in a sentence, a comment and a title.
fn prose(word: &str) -> Vec<(String, String)> {
    vec![
        ("README.md".to_owned(), format!("# {word}\n\nHere {word} is only talked about.\n")),
        ("app.py".to_owned(), format!("# {word}\ntitle = \"About {word} and more\"\n")),
    ]
}
