//! The terminal summary: systems first, what to look at first, what was not
//! read. Never a wall of findings.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::criteria::first;
use super::{Emitter, Style};
use crate::model::component::Component;
use crate::model::evidence::Evidence;
use crate::model::inventory::Inventory;
use crate::model::place::Region;
use crate::model::system::{Adoption, AiSystem, Destination, DestinationBasis, SystemKind};
use crate::model::vocabulary::{Grant, Role, Usage};

/// Components listed per system.
const LISTED: usize = 12;
/// Columns that lists are wrapped at where nothing else is known.
const WIDTH: usize = 100;

/// Summary for people.
#[derive(Debug)]
pub struct Text;

impl Emitter for Text {
    fn id(&self) -> &'static str {
        "text"
    }

    fn about(&self) -> &'static str {
        "a summary for people at a terminal"
    }

    fn emit(&self, inventory: &Inventory, style: Style, out: &mut dyn Write) -> io::Result<()> {
        let page = Page { inventory, style, index: Index::new(inventory) };
        page.head(out)?;
        page.systems(out)?;
        page.look_first(out)?;
        page.beside(out)?;
        super::policy::write(inventory, out)?;
        page.gates(out)?;
        page.not_read(out)
    }
}

/// Look-ups over the document.
struct Index<'i> {
    components: BTreeMap<&'i str, &'i Component>,
    evidence: BTreeMap<&'i str, &'i Evidence>,
}

impl<'i> Index<'i> {
    fn new(inventory: &'i Inventory) -> Self {
        Self {
            components: inventory.components.iter().map(|c| (c.id.as_str(), c)).collect(),
            evidence: inventory.evidence.iter().map(|e| (e.id.as_str(), e)).collect(),
        }
    }
}

struct Page<'i> {
    inventory: &'i Inventory,
    style: Style,
    index: Index<'i>,
}

impl Page<'_> {
    fn bold(&self, text: &str) -> String {
        if self.style.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn dim(&self, text: &str) -> String {
        if self.style.colour { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn head(&self, out: &mut dyn Write) -> io::Result<()> {
        let coverage = &self.inventory.coverage;
        let rules: BTreeSet<(&str, &str)> =
            coverage.ignored.iter().map(|row| (row.source.as_str(), row.rule.as_str())).collect();
        write!(out, "{} files read", grouped(coverage.files_understood()))?;
        if !coverage.ignored.is_empty() {
            let places = plural(coverage.ignored.len() as u64, "place", "places");
            write!(out, ", {places} ignored by {}", plural(rules.len() as u64, "rule", "rules"))?;
        }
        let understood: BTreeSet<_> =
            coverage.problems.iter().map(|problem| &problem.place).collect();
        if !understood.is_empty() {
            write!(out, ", {} not fully understood", understood.len())?;
        }
        writeln!(out)?;
        if let Some(selection) = &self.inventory.selection {
            writeln!(out, "{}", crate::model::text::display_safe(&selection.told()))?;
        }
        if !coverage.complete {
            writeln!(out, "{}", self.bold("The scan was cut short: absence means nothing here."))?;
        }
        writeln!(out)
    }

    /// Systems of the product first; those in tests or examples only are a line each.
    fn systems(&self, out: &mut dyn Write) -> io::Result<()> {
        let shown: Vec<&AiSystem> =
            self.inventory.systems.iter().filter(|system| !is_aside(system)).collect();
        if shown.is_empty() {
            writeln!(out, "{}", self.bold("AI systems: none found"))?;
            return writeln!(out);
        }
        let mut rows = vec![[
            format!("AI systems: {}", shown.len()),
            "where".to_owned(),
            "scope proposal".to_owned(),
            "decides?".to_owned(),
            "models".to_owned(),
            "data goes to".to_owned(),
            "owner".to_owned(),
        ]];
        rows.extend(shown.iter().map(|system| Self::row(system)));
        for (at, line) in columns(&rows).into_iter().enumerate() {
            writeln!(out, "{}", if at == 0 { self.bold(&line) } else { line })?;
        }
        writeln!(out)?;
        for system in shown {
            self.parts(system, out)?;
        }
        Ok(())
    }

    fn row(system: &AiSystem) -> [String; 7] {
        let classification = &system.classification;
        let first = first(classification);
        let is_alternative = |d: &&Destination| d.basis == DestinationBasis::Alternative;
        let alternatives = system.destinations.iter().filter(is_alternative).count();
        let hosts: Vec<&str> = system
            .destinations
            .iter()
            .filter(|d| !is_alternative(d))
            .map(|d| d.host.as_str())
            .collect();
        let goes_to = match hosts.as_slice() {
            [] if alternatives > 0 => format!("one of {alternatives}"),
            [] => "-".to_owned(),
            [one] if alternatives > 0 => format!("{one}, one of {alternatives}"),
            [one] => (*one).to_owned(),
            [one, ..] => format!("{one} +{}", hosts.len() - 1),
        };
        // Who maintains a package does not answer for it yet.
        let owner = match system.owners.as_slice() {
            [one] if !one.maintainer => one.handle.clone(),
            [one, ..] if !one.maintainer => format!("{} +{}", one.handle, system.owners.len() - 1),
            _ => "nobody".to_owned(),
        };
        let known = |word: &str| if word == "unknown" { "-".to_owned() } else { word.to_owned() };
        [
            format!("  {}", clipped(&system.name, 28)),
            clipped(&where_of(system), 24),
            clipped(&first.scope, 40),
            known(&first.decides),
            known(&first.models),
            clipped(&goes_to, 34),
            clipped(&owner, 24),
        ]
    }

    /// What a system consists of: by usage, names only.
    fn parts(&self, system: &AiSystem, out: &mut dyn Write) -> io::Result<()> {
        let mut by_usage: BTreeMap<std::cmp::Reverse<Usage>, Vec<&Component>> = BTreeMap::new();
        let mut elsewhere = 0usize;
        let mut hints = 0usize;
        let mut indicated: Vec<String> = Vec::new();
        for usage in &system.components {
            let Some(component) = self.index.components.get(usage.component.as_str()) else {
                continue;
            };
            if usage.region != Region::Product && usage.region != system.region {
                elsewhere += 1;
            } else if component.transitive {
                hints += 1;
            } else if usage.indicated && usage.usage != Usage::Offered {
                indicated.push(component.name.clone());
            } else {
                by_usage.entry(std::cmp::Reverse(usage.usage)).or_default().push(component);
            }
        }
        writeln!(out, "  {}  {}", self.bold(&clipped(&system.name, 40)), self.dim(&system.id))?;
        self.criteria(system, out)?;
        if let Some(adoption) = &system.adoption {
            self.listed("in use", &told_of(adoption), out)?;
        }
        for (usage, components) in by_usage {
            self.listed(usage.0.word(), &names_of(&components), out)?;
        }
        if !indicated.is_empty() {
            indicated.truncate(LISTED);
            self.listed("indicated", &indicated, out)?;
        }
        if hints > 0 {
            let what = plural(hints as u64, "component", "components");
            writeln!(out, "    {:<11}{what} only pulled in by others", "locked")?;
        }
        if elsewhere > 0 {
            let what = plural(elsewhere as u64, "component", "components");
            writeln!(
                out,
                "    {:<11}{what} only in tests, examples, docs or vendored code",
                "elsewhere"
            )?;
        }
        writeln!(out)
    }

    /// The three questions that come first, what it is for, and what of law
    /// its files speak of.
    fn criteria(&self, system: &AiSystem, out: &mut dyn Write) -> io::Result<()> {
        let found = &system.classification;
        let first = first(found);
        let roles = &found.roles.plain;
        let role = if roles.is_empty() { "none".to_owned() } else { roles.join(", ") };
        let touched: Vec<String> = first
            .impact
            .iter()
            .filter(|(_, touched)| touched != "none indicated")
            .map(|(dimension, touched)| format!("on {dimension}: {touched}"))
            .collect();
        let nothing = vec!["none indicated".to_owned()];
        self.listed("decides", &[first.decides], out)?;
        self.listed("models", &[format!("{} (role: {role})", first.models)], out)?;
        self.listed("impact", if touched.is_empty() { &nothing } else { &touched }, out)?;
        self.listed("purpose", &[first.purpose], out)?;
        self.listed("data", &[format!("for training: {}", first.training_data)], out)?;
        let risk = found.risk.value.replace('-', " ");
        let areas = if first.areas.is_empty() { risk } else { format!("{risk}: {}", first.areas) };
        self.listed("risk", &[areas], out)
    }

    /// Names behind a word, wrapped at the width that fits.
    fn listed(&self, word: &str, names: &[String], out: &mut dyn Write) -> io::Result<()> {
        let width = if self.style.width == 0 { WIDTH } else { self.style.width.max(40) };
        out.write_all(wrapped(word, names, width).as_bytes())
    }

    fn look_first(&self, out: &mut dyn Write) -> io::Result<()> {
        let points = self.points();
        if points.is_empty() {
            return Ok(());
        }
        writeln!(out, "{}", self.bold("Look first"))?;
        for (number, point) in points.iter().take(5).enumerate() {
            writeln!(out, "  {}  {}", number + 1, point.what)?;
            if !point.place.is_empty() {
                writeln!(out, "     {}", point.place)?;
            }
            if let Some(ask) = &point.ask {
                writeln!(out, "     ask: {ask}")?;
            }
            writeln!(out, "     {}", self.dim(&format!("daylight explain {}", point.id)))?;
        }
        writeln!(out)
    }

    /// What a person should look at, most pressing first.
    fn points(&self) -> Vec<Point> {
        let mut points = Vec::new();
        for system in &self.inventory.systems {
            points.extend(self.powers(system));
        }
        points.extend(self.credentials());
        let product = self.inventory.systems.iter().filter(|system| {
            system.region == Region::Product
                && system.kind == SystemKind::Software
                && system.classification.scope.value != "likely-out-of-scope"
        });
        let mut product: Vec<&AiSystem> = product.collect();
        product.sort_by_key(|system| !learns(system));
        for system in product {
            let scope = &system.classification.scope;
            let place = scope
                .reasons
                .iter()
                .flat_map(|reason| &reason.evidence)
                .chain(system.components.iter().flat_map(|usage| &usage.evidence))
                .find_map(|id| self.place_of(id))
                .unwrap_or_default();
            let nobody = if system.is_answered_for() { "" } else { ", nobody answers for it" };
            points.push(Point {
                what: format!("{}: {}{nobody}", system.name, scope.value.replace('-', " ")),
                place,
                ask: system.classification.questions.first().cloned(),
                id: system.id.clone(),
            });
        }
        points
    }

    fn powers(&self, system: &AiSystem) -> Option<Point> {
        let granting: Vec<&Evidence> = system
            .components
            .iter()
            .flat_map(|usage| &usage.evidence)
            .filter_map(|id| self.index.evidence.get(id.as_str()).copied())
            .filter(|e| e.grant == Some(Grant::ActsWithoutAsking) && e.region == Region::Product)
            .collect();
        let first = granting.first()?;
        let tools: BTreeSet<&str> = granting
            .iter()
            .filter_map(|e| self.index.components.get(e.component.as_str()))
            .map(|component| component.name.as_str())
            .collect();
        let names: Vec<&str> = tools.into_iter().collect();
        Some(Point {
            what: format!("{}: {} may act without asking", system.name, names.join(", ")),
            place: self.place_of(&first.id).unwrap_or_default(),
            ask: None,
            id: system.id.clone(),
        })
    }

    fn credentials(&self) -> Option<Point> {
        let keys: Vec<&Evidence> = self
            .inventory
            .evidence
            .iter()
            .filter(|e| e.technique == crate::model::vocabulary::Technique::Key)
            .collect();
        let first = keys.first()?;
        let what = plural(keys.len() as u64, "credential", "credentials");
        Some(Point {
            what: format!("{what} of AI services in files ({})", first.value),
            place: self.place_of(&first.id).unwrap_or_default(),
            ask: Some("is the key still valid? revoke it, then remove it".to_owned()),
            id: first.component.clone(),
        })
    }

    fn place_of(&self, evidence: &str) -> Option<String> {
        let evidence = self.index.evidence.get(evidence)?;
        Some(place_text(evidence))
    }

    /// Systems in tests or examples only, and components that make no system.
    fn beside(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut printed = false;
        for system in self.inventory.systems.iter().filter(|system| is_aside(system)) {
            printed = true;
            writeln!(
                out,
                "Beside: {} ({}): AI only in {} code, {}  {}",
                clipped(&system.name, 40),
                where_of(system),
                system.region.word(),
                plural(system.components.len() as u64, "component", "components"),
                self.dim(&system.id)
            )?;
        }
        let in_systems: BTreeSet<&str> = self
            .inventory
            .systems
            .iter()
            .flat_map(|system| system.components.iter().map(|usage| usage.component.as_str()))
            .collect();
        let alone: Vec<&Component> = self
            .inventory
            .components
            .iter()
            .filter(|c| !in_systems.contains(c.id.as_str()))
            .collect();
        if !alone.is_empty() {
            printed = true;
            let names: Vec<String> = alone.iter().take(LISTED).map(|c| c.name.clone()).collect();
            writeln!(
                out,
                "Indicated only, too little to make a system: {}{}",
                names.join(", "),
                if alone.len() > LISTED { ", …" } else { "" }
            )?;
        }
        if printed { writeln!(out) } else { Ok(()) }
    }

    fn gates(&self, out: &mut dyn Write) -> io::Result<()> {
        for gate in self.inventory.gates.iter().filter(|gate| gate.failed) {
            let count = plural(gate.matched.len() as u64, "component", "components");
            writeln!(out, "Gate `{}` said no: {count}", gate.expression)?;
        }
        Ok(())
    }

    fn not_read(&self, out: &mut dyn Write) -> io::Result<()> {
        let coverage = &self.inventory.coverage;
        let mut parts: Vec<String> = coverage
            .skipped
            .iter()
            .map(|row| match row.reason.as_str() {
                "submodule" => {
                    plural(row.files, "submodule not checked out", "submodules not checked out")
                }
                "lfs-pointer" => plural(row.files, "Git LFS pointer", "Git LFS pointers"),
                "link" => plural(row.files, "link", "links"),
                "link-loop" => plural(row.files, "link loop", "link loops"),
                "binary" => plural(row.files, "binary file", "binary files"),
                "special-file" => plural(row.files, "special file", "special files"),
                "knowledge-file" => {
                    plural(row.files, "file of rules about AI", "files of rules about AI")
                }
                other => format!("{} {other}", grouped(row.files)),
            })
            .collect();
        let mut by_code: BTreeMap<&str, u64> = BTreeMap::new();
        for problem in &coverage.problems {
            *by_code.entry(problem.code.as_str()).or_default() += 1;
        }
        parts.extend(by_code.into_iter().map(|(code, count)| format!("{} {code}", grouped(count))));
        if !parts.is_empty() {
            writeln!(out, "Not read, or read in part: {}.", parts.join(", "))?;
        }
        writeln!(
            out,
            "{}",
            self.dim(
                "Everything: -o json=FILE.  Provisional, from static evidence; not legal advice."
            )
        )
    }
}

/// The names to list: all if they are few; otherwise products before models,
/// and of the models only how many there are, of how many makers.
fn names_of(components: &[&Component]) -> Vec<String> {
    if components.len() <= LISTED {
        return components.iter().map(|component| component.name.clone()).collect();
    }
    let (models, products): (Vec<&Component>, Vec<&Component>) =
        components.iter().partition(|component| component.kind == Role::Model);
    let mut names: Vec<String> =
        products.iter().take(LISTED).map(|product| product.name.clone()).collect();
    if products.len() > LISTED {
        let more = plural((products.len() - LISTED) as u64, "more product", "more products");
        names.push(format!("and {more}"));
    }
    let makers: BTreeSet<&str> = models.iter().map(|model| model.provider.as_str()).collect();
    match models.as_slice() {
        [] => {}
        [model] => names.push(model.name.clone()),
        _ => {
            let makers = plural(makers.len() as u64, "maker", "makers");
            names.push(format!("{} models of {makers}", grouped(models.len() as u64)));
        }
    }
    names
}

/// Names behind a word, in lines that are at most `width` columns wide.
fn wrapped(word: &str, names: &[String], width: usize) -> String {
    let mut text = format!("    {word:<11}");
    let indent = text.chars().count();
    let mut filled = indent;
    for (at, name) in names.iter().enumerate() {
        let comma = if at + 1 < names.len() { "," } else { "" };
        let length = name.chars().count() + comma.len();
        if filled > indent && filled + 1 + length > width {
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            filled = indent;
        } else if filled > indent {
            text.push(' ');
            filled += 1;
        }
        text.push_str(name);
        text.push_str(comma);
        filled += length;
    }
    text.push('\n');
    text
}

/// One thing to look at.
struct Point {
    what: String,
    place: String,
    ask: Option<String>,
    id: String,
}

/// Whether a model is trained or adapted there.
fn learns(system: &AiSystem) -> bool {
    let learning = system.classification.factors.get("learning");
    learning.is_some_and(|l| matches!(l.value.as_str(), "trained" | "fine_tuned" | "mixed"))
}

/// AI in tests, examples, docs or vendored code only.
fn is_aside(system: &AiSystem) -> bool {
    !matches!(system.region, Region::Product | Region::Generated)
}

/// Who uses a product, since when, and what it was given, as exports say.
fn told_of(adoption: &Adoption) -> Vec<String> {
    let mut told = Vec::new();
    told.extend(adoption.users.map(|users| match users {
        1 => "by 1 person or device".to_owned(),
        users => format!("by {users} persons or devices"),
    }));
    match (&adoption.first_seen, &adoption.last_seen) {
        (Some(first), Some(last)) if first == last => told.push(format!("seen {first}")),
        (Some(first), Some(last)) => told.push(format!("seen {first} to {last}")),
        (Some(day), None) | (None, Some(day)) => told.push(format!("seen {day}")),
        (None, None) => {}
    }
    if !adoption.reaches.is_empty() {
        told.push(format!("reaches {}", adoption.reaches.join(" and ")));
    }
    told.extend(adoption.decided.iter().cloned());
    if told.is_empty() {
        told.push("how much is not told".to_owned());
    }
    told
}

fn where_of(system: &AiSystem) -> String {
    if system.root.target == "." {
        system.root.path.clone()
    } else if system.root.path == "." {
        system.root.target.clone()
    } else {
        format!("{}:{}", system.root.target, system.root.path)
    }
}

/// `path:line`, as editors and terminals understand it.
#[must_use]
pub fn place_text(evidence: &Evidence) -> String {
    let target = &evidence.place.target;
    let prefix = if target == "." { String::new() } else { format!("{target}:") };
    match evidence.span {
        Some(span) => format!("{prefix}{}:{}", evidence.place.path, span.line),
        None => format!("{prefix}{}", evidence.place.path),
    }
}

/// Role words for people.
#[must_use]
pub fn kind_text(kind: Role) -> &'static str {
    kind.word()
}

fn plural(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A number with commas between groups of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn clipped(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

/// Rows as lines, each column as wide as its widest cell.
fn columns<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let mut widths = [0usize; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            for (width, cell) in widths.iter().zip(row) {
                let pad = width.saturating_sub(cell.chars().count()) + 2;
                line.push_str(cell);
                line.extend(std::iter::repeat_n(' ', pad));
            }
            line.trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1024), "1,024");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn long_lists_are_wrapped_and_stay_whole() {
        let names: Vec<String> = (0..9).map(|n| format!("component number {n}")).collect();
        let text = wrapped("called", &names, 60);
        assert!(text.lines().all(|line| line.chars().count() <= 60), "{text}");
        assert!(text.lines().skip(1).all(|line| line.starts_with(&" ".repeat(15))));
        let words: Vec<&str> = text.split_whitespace().skip(1).collect();
        assert_eq!(words.join(" "), names.join(", "));
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["a".to_owned(), "b".to_owned()], ["long".to_owned(), "c".to_owned()]];
        assert_eq!(columns(&rows), ["a     b", "long  c"]);
    }
}
