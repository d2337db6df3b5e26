//! The catalogue for people: what is recognised, by which marks, with which
//! limits, as one page of Markdown that a browser can search.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::index::stems_of;
use super::library::{Entry, Library};
use super::list::ListKind;
use super::schema::EnvField;
use crate::model::fact::RecordKind;

/// Names shown per kind of mark; the rest is counted.
const SHOWN: usize = 4;

/// Marks of one product by kind.
type Marks = BTreeMap<String, Vec<String>>;

/// The page.
#[must_use]
pub fn markdown(library: &Library) -> String {
    let mut listed = listed_marks(library);
    let mut text = String::from(
        "# What is recognised\n\n\
         Written by a test from `signatures/`; `daylight signature show ID` and\n\
         `daylight signature coverage NAME` tell more. How sure each mark makes Daylight stands in\n\
         [signatures](signatures.md).\n\n\
         ## Products with a signature\n\n\
         | product | id | vendor | what it is | marks | limits |\n|---|---|---|---|---|---|\n",
    );
    let (own, of_lists): (Vec<&Entry>, Vec<&Entry>) =
        library.entries().iter().partition(|entry| entry.family.is_none());
    for entry in own {
        let signature = &entry.signature;
        let mut marks = marks_of(entry);
        for (kind, names) in listed.remove(signature.id.as_str()).unwrap_or_default() {
            marks.entry(kind).or_default().extend(names);
        }
        let country = entry.country.as_deref().map(|c| format!(" ({c})")).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | `{}` | {}{country} | {} | {} | {} |",
            cell(&signature.name),
            signature.id,
            cell(&entry.vendor),
            signature.role.word(),
            told(&marks),
            cell(signature.confidence_note.as_deref().unwrap_or_default()),
        );
    }
    text.push_str("\n## Products that a list names\n\nBy family; the family says what they are.\n");
    for (id, family) in library.families() {
        let family = &family.family;
        let _ = writeln!(
            text,
            "\n### {} (`{id}`)\n\n{}; data: {}.\n",
            family.name,
            family.role.word(),
            family.egress.word()
        );
        let mut names: Vec<String> = Vec::new();
        for entry in of_lists.iter().filter(|entry| entry.family.as_deref() == Some(id)) {
            let marks = listed.remove(entry.signature.id.as_str()).unwrap_or_default();
            let own = entry.signature.name.as_str();
            let by_name = marks.values().all(|names| names.iter().all(|name| name == own));
            names.push(if by_name {
                format!("`{own}`")
            } else {
                format!("{} ({})", cell(own), told(&marks))
            });
        }
        let _ = writeln!(text, "{}", names.join(", "));
    }
    text
}

/// The marks of a signature's own file.
fn marks_of(entry: &Entry) -> Marks {
    let signature = &entry.signature;
    let mut marks = Marks::new();
    let mut add = |kind: &str, names: &mut dyn Iterator<Item = String>| {
        let mut names = names.peekable();
        if names.peek().is_some() {
            marks.entry(kind.to_owned()).or_default().extend(names);
        }
    };
    for text in &signature.packages {
        if let Some((kind, name)) = text.strip_prefix("pkg:").and_then(|text| text.split_once('/'))
        {
            add(kind, &mut std::iter::once(name.to_owned()));
        }
    }
    for block in &signature.package {
        let prefixes = block.prefixes.iter().map(|prefix| format!("{prefix}*"));
        add(block.ecosystem.purl_type(), &mut block.names.iter().cloned().chain(prefixes));
    }
    let imports = signature.imports.iter().map(|text| text.replacen(':', " ", 1));
    let blocks = signature.import.iter().flat_map(|block| {
        block.modules.iter().map(|module| format!("{} {module}", block.lang.word()))
    });
    add("imports", &mut imports.chain(blocks));
    add("calls", &mut signature.call.iter().flat_map(|block| block.symbols.clone()));
    let hosts = signature.host.iter().flat_map(|block| block.names.clone());
    add("hosts", &mut signature.hosts.iter().cloned().chain(hosts));
    match &signature.env {
        EnvField::Names(names) => add("variables", &mut names.iter().cloned()),
        EnvField::Blocks(blocks) => {
            add("variables", &mut blocks.iter().flat_map(|block| block.names.clone()));
        }
    }
    add("models", &mut signature.model.iter().flat_map(|block| block.exact.clone()));
    // A pattern says little to people; what every match begins with or holds does.
    let patterns = signature.model.iter().flat_map(|block| &block.regex);
    let stems = patterns.filter_map(|pattern| stems_of(pattern).ok());
    add("models like", &mut stems.flat_map(|stems| stems.texts));
    let images = signature.image.iter().flat_map(|block| block.names.clone());
    add("images", &mut signature.images.iter().cloned().chain(images));
    let files = signature.file.iter().flat_map(|block| block.globs.clone());
    add("files", &mut signature.files.iter().cloned().chain(files));
    add("settings", &mut signature.setting.iter().flat_map(|block| block.keys.clone()));
    add("servers", &mut signature.server.iter().map(|block| block.protocol.clone()));
    add("libraries", &mut signature.library.iter().flat_map(|block| block.names.clone()));
    add("symbols", &mut signature.symbol.iter().flat_map(|block| block.names.clone()));
    add("texts in programs", &mut signature.mark.iter().flat_map(|block| block.texts.clone()));
    add("model files", &mut signature.weights.iter().flat_map(|block| block.formats.clone()));
    add("credentials", &mut signature.key.iter().map(|block| block.kind.clone()));
    marks
}

/// The marks that lists give, by the id of their entry.
fn listed_marks(library: &Library) -> BTreeMap<&str, Marks> {
    let mut marks: BTreeMap<&str, Marks> = BTreeMap::new();
    for list in library.lists() {
        let kind = match list.kind {
            ListKind::Package(ecosystem) => ecosystem.purl_type(),
            ListKind::Host => "hosts",
            ListKind::Env => "variables",
            ListKind::Model => "models",
            ListKind::Image => "images",
            ListKind::File => "files",
            ListKind::Record(RecordKind::App) => "apps",
            ListKind::Record(RecordKind::Licence) => "licences",
            ListKind::Record(RecordKind::Extension) => "extensions",
            ListKind::Record(RecordKind::Program) => "programs",
            ListKind::Record(RecordKind::Service) => "services",
            ListKind::Record(RecordKind::Host) => "hosts in logs",
            ListKind::Resource => "infrastructure",
            ListKind::Permission => "permissions",
            ListKind::Commit => "commits",
            _ => continue,
        };
        for row in list.rows() {
            let Some(entry) = library.entry_of_row(list.kind, &row) else { continue };
            let of_entry = marks.entry(entry.signature.id.as_str()).or_default();
            of_entry.entry(kind.to_owned()).or_default().push(row.name.to_owned());
        }
    }
    marks
}

fn told(marks: &Marks) -> String {
    let kinds: Vec<String> = marks
        .iter()
        .map(|(kind, names)| {
            let shown: Vec<String> =
                names.iter().take(SHOWN).map(|name| format!("`{}`", cell(name))).collect();
            let more = names.len().saturating_sub(SHOWN);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{kind} {}{more}", shown.join(" "))
        })
        .collect();
    kinds.join("; ")
}

/// Text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
