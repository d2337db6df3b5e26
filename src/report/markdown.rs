//! Markdown for a comment on a pull request. Its first line is a hidden
//! marker, by which a later run finds the comment and replaces it. What comes
//! from scanned files stands in code spans, where nothing is markup, a link or
//! a mention, and the whole stays below what GitHub takes for one comment.

use std::io::{self, Write};

use super::criteria::{First, first};
use super::lookup::{Lookup, path_of};
use super::policy::{counts, sentence, suppression_line};
use super::text::place_text;
use super::{Emitter, Style};
use crate::model::change::Cause;
use crate::model::inventory::Inventory;
use crate::model::place::Region;
use crate::model::system::{Adoption, AiSystem, Owner};
use crate::model::vocabulary::{Grant, Technique};

/// A comment on a pull request.
#[derive(Debug)]
pub struct Markdown;

/// By which a later run finds its comment.
pub const MARKER: &str = "<!-- daylight:inventory -->";

/// What GitHub takes for one comment, in bytes.
pub const MOST: usize = 65_536;

/// Kept for the lines that must stand in every comment.
const RESERVE: usize = 1024;
/// Longest scanned text in a cell, in characters.
const CELL: usize = 80;
/// Things listed where a list would get long.
const LISTED: usize = 8;

const FOOT: &str =
    "Provisional, from static evidence; not legal advice. An empty table is no proof of absence.\n";

impl Emitter for Markdown {
    fn id(&self) -> &'static str {
        "markdown"
    }

    fn about(&self) -> &'static str {
        "a comment for a pull request, at most 65,536 bytes"
    }

    fn emit(&self, inventory: &Inventory, _: Style, out: &mut dyn Write) -> io::Result<()> {
        let lookup = Lookup::new(inventory);
        let mut page = Page { text: format!("{MARKER}\n"), left_out: 0 };
        head(inventory, &mut page);
        gates(inventory, &lookup, &mut page);
        changes(inventory, &mut page);
        approvals(inventory, &lookup, &mut page);
        in_use(inventory, &mut page);
        systems(inventory, &mut page);
        parts(inventory, &lookup, &mut page);
        look_first(inventory, &mut page);
        questions(inventory, &mut page);
        suppressions(inventory, &mut page);
        not_read(inventory, &mut page);
        out.write_all(page.finish().as_bytes())
    }
}

/// A page that takes lines while there is room and counts the others.
struct Page {
    text: String,
    left_out: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        if self.left_out == 0 && self.text.len() + line.len() < MOST - RESERVE {
            self.text.push_str(line);
            self.text.push('\n');
        } else if !line.is_empty() {
            self.left_out += 1;
        }
    }

    fn title(&mut self, title: &str) {
        self.line("");
        self.line(&format!("### {title}"));
        self.line("");
    }

    fn finish(mut self) -> String {
        self.text.push('\n');
        if self.left_out > 0 {
            let told =
                format!("{} lines did not fit; the whole is in the inventory.\n\n", self.left_out);
            self.text.push_str(&told);
        }
        self.text.push_str(FOOT);
        self.text
    }
}

fn head(inventory: &Inventory, page: &mut Page) {
    let product = inventory.systems.iter().filter(|system| is_product(system)).count();
    page.line(&format!(
        "## Daylight: {product} AI {}",
        if product == 1 { "system" } else { "systems" }
    ));
    page.line("");
    let coverage = &inventory.coverage;
    page.line(&format!(
        "{} files read as of {}, {} components, {} problems.",
        coverage.files_understood(),
        code(&inventory.as_of),
        inventory.components.len(),
        coverage.problems.len()
    ));
    if let Some(selection) = &inventory.selection {
        page.line("");
        page.line(&plain(&selection.told()));
    }
    if !coverage.complete {
        page.line("");
        page.line("**The scan was cut short: absence means nothing here.**");
    }
}

fn gates(inventory: &Inventory, lookup: &Lookup<'_>, page: &mut Page) {
    if inventory.gates.is_empty() {
        return;
    }
    page.title("Gates");
    for gate in &inventory.gates {
        if !gate.failed {
            page.line(&format!("- {} said yes", code(&gate.expression)));
            continue;
        }
        let mut names: Vec<String> = gate
            .matched
            .iter()
            .take(LISTED)
            .map(|id| {
                let component = lookup.component(id).map(|component| component.name.as_str());
                let system =
                    || inventory.systems.iter().find(|s| s.id == *id).map(|s| s.name.as_str());
                code(component.or_else(system).unwrap_or(id))
            })
            .collect();
        if gate.matched.len() > LISTED {
            names.push(format!("{} more", gate.matched.len() - LISTED));
        }
        page.line(&format!("- **{} said no**: {}", code(&gate.expression), names.join(", ")));
    }
}

/// Changes of one kind that a comment lists.
const CHANGES: usize = 30;

fn changes(inventory: &Inventory, page: &mut Page) {
    let Some(changes) = &inventory.changes else { return };
    page.title(&format!("Since {}: {}", changes.baseline.as_of, counts(changes)));
    for note in &changes.notes {
        page.line(&format!("- note {}: {}", code(&note.code), plain(&note.detail)));
    }
    for row in changes.rows.iter().take(CHANGES) {
        let unclear = if row.cause == Cause::Unclear { " (may not be the code)" } else { "" };
        page.line(&format!("- {}: {}{unclear}", row.change.word(), code_long(&sentence(row))));
    }
    if changes.rows.len() > CHANGES {
        page.line(&format!("- and {} more", changes.rows.len() - CHANGES));
    }
}

fn approvals(inventory: &Inventory, lookup: &Lookup<'_>, page: &mut Page) {
    if inventory.approvals.is_empty() {
        return;
    }
    page.title("Approved AI");
    page.line("| component | approval | why |");
    page.line("|---|---|---|");
    for approval in &inventory.approvals {
        let Some(component) = lookup.component(&approval.subject) else { continue };
        let mut why: Vec<&str> = approval.broken.iter().map(String::as_str).collect();
        why.extend(approval.open.iter().map(String::as_str));
        if why.is_empty() {
            why.push(&approval.reason);
        }
        page.line(&format!(
            "| {} | {} | {} |",
            cell(&component.name),
            words(approval.status.word()),
            cells(&why, "-")
        ));
    }
}

fn suppressions(inventory: &Inventory, page: &mut Page) {
    if inventory.suppressions.is_empty() {
        return;
    }
    page.title("Suppressions");
    for suppression in &inventory.suppressions {
        page.line(&format!("- {}", code_long(&suppression_line(suppression))));
    }
}

fn systems(inventory: &Inventory, page: &mut Page) {
    if inventory.systems.is_empty() {
        return;
    }
    page.title("Systems");
    page.line(
        "| system | where | decides? | models | impact | purpose | training data | scope proposal | role \
         | risk indicator | data goes to | owner |",
    );
    page.line("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for system in inventory.systems.iter().filter(|system| is_product(system)) {
        let classification = &system.classification;
        let first = first(classification);
        let hosts: Vec<&str> = system.destinations.iter().map(|d| d.host.as_str()).collect();
        let owners: Vec<String> = system.owners.iter().map(Owner::label).collect();
        page.line(&format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            cell(&system.name),
            cell(&path_of(&system.root)),
            words(&first.decides),
            words(&first.models),
            words(&impact(&first)),
            words(&first.purpose),
            words(&first.training_data),
            words(&first.scope),
            if classification.roles.plain.is_empty() {
                "-".to_owned()
            } else {
                words(&classification.roles.plain.join(", "))
            },
            words(&classification.risk.value),
            cells(&hosts, "-"),
            cells(&owners.iter().map(String::as_str).collect::<Vec<_>>(), "nobody"),
        ));
    }
    let aside = inventory.systems.iter().filter(|system| !is_product(system)).count();
    if aside > 0 {
        page.line("");
        page.line(&format!(
            "Beside these: {aside} in tests, examples, docs or vendored code only."
        ));
    }
}

/// Products that exports say are in use, and what they were given.
fn in_use(inventory: &Inventory, page: &mut Page) {
    let used = inventory.systems.iter().filter(|system| is_product(system));
    let used = used.filter_map(|system| Some((system, system.adoption.as_ref()?)));
    let used: Vec<(&AiSystem, &Adoption)> = used.collect();
    if used.is_empty() {
        return;
    }
    page.title("In use");
    page.line("| product | users, at least | first seen | last seen | reaches | scopes | decided | exports |");
    page.line("|---|---|---|---|---|---|---|---|");
    let list = |words: &[String]| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        cells(&words, "-")
    };
    for (system, adoption) in used {
        page.line(&format!(
            "| {} | {} | {} | {} | {} | {} | {} | {} |",
            cell(&system.name),
            adoption.users.map_or_else(|| "-".to_owned(), |users| users.to_string()),
            cell(adoption.first_seen.as_deref().unwrap_or("-")),
            cell(adoption.last_seen.as_deref().unwrap_or("-")),
            list(&adoption.reaches),
            list(&adoption.scopes),
            list(&adoption.decided),
            list(&adoption.exports),
        ));
    }
}

/// Whom and what it touches, in a cell.
fn impact(first: &First) -> String {
    let touched: Vec<String> = first
        .impact
        .iter()
        .filter(|(_, touched)| touched != "none indicated")
        .map(|(dimension, touched)| format!("{dimension}: {touched}"))
        .collect();
    if touched.is_empty() { "none indicated".to_owned() } else { touched.join("; ") }
}

/// What each system consists of, folded away.
fn parts(inventory: &Inventory, lookup: &Lookup<'_>, page: &mut Page) {
    for system in inventory.systems.iter().filter(|system| is_product(system)) {
        page.line("");
        page.line(&format!(
            "<details><summary>Components of <code>{}</code></summary>",
            html(&clipped(&system.name))
        ));
        page.line("");
        page.line("| component | kind | provider | usage | region | first place |");
        page.line("|---|---|---|---|---|---|");
        for (used, component) in lookup.uses(system) {
            let first = lookup.pieces(&used.evidence).next().map(place_text).unwrap_or_default();
            page.line(&format!(
                "| {} | {} | {} | {}{} | {} | {} |",
                cell(&component.name),
                component.kind.word(),
                cell(&component.provider),
                used.usage.word(),
                if used.indicated { " (indicated)" } else { "" },
                used.region.word(),
                cell(&first),
            ));
        }
        page.line("");
        page.line("</details>");
    }
}

fn look_first(inventory: &Inventory, page: &mut Page) {
    let keys: Vec<_> =
        inventory.evidence.iter().filter(|e| e.technique == Technique::Key).collect();
    let powers: Vec<_> = inventory
        .evidence
        .iter()
        .filter(|e| e.grant == Some(Grant::ActsWithoutAsking) && e.region == Region::Product)
        .collect();
    if keys.is_empty() && powers.is_empty() {
        return;
    }
    page.title("Look first");
    for key in keys.iter().take(LISTED) {
        page.line(&format!(
            "- credential of an AI service ({}) at {}",
            code(&key.value),
            code(&place_text(key))
        ));
    }
    for power in powers.iter().take(LISTED) {
        page.line(&format!(
            "- {} at {} lets a tool act without asking",
            code(&power.value),
            code(&place_text(power))
        ));
    }
    let more = keys.len().saturating_sub(LISTED) + powers.len().saturating_sub(LISTED);
    if more > 0 {
        page.line(&format!("- and {more} more"));
    }
}

fn questions(inventory: &Inventory, page: &mut Page) {
    let asking: Vec<&AiSystem> = inventory
        .systems
        .iter()
        .filter(|system| is_product(system) && !system.classification.questions.is_empty())
        .collect();
    if asking.is_empty() {
        return;
    }
    page.title("A person must still answer");
    for system in asking {
        for question in system.classification.questions.iter().take(3) {
            page.line(&format!("- {}: {}", code(&system.name), plain(question)));
        }
    }
}

fn not_read(inventory: &Inventory, page: &mut Page) {
    let skipped = &inventory.coverage.skipped;
    if skipped.is_empty() {
        return;
    }
    let rows: Vec<String> =
        skipped.iter().map(|row| format!("{} {}", row.files, words(&row.reason))).collect();
    page.title("Not read");
    page.line(&format!("{}.", rows.join(", ")));
}

fn is_product(system: &AiSystem) -> bool {
    matches!(system.region, Region::Product | Region::Generated)
}

/// A word of Daylight's own, for people.
fn words(word: &str) -> String {
    plain(&word.replace(['-', '_'], " "))
}

fn clipped(text: &str) -> String {
    if text.chars().count() <= CELL {
        return text.to_owned();
    }
    text.chars().take(CELL - 1).chain(['…']).collect()
}

/// Scanned text in a code span, where no markup counts. A backtick would end it.
fn code(text: &str) -> String {
    let inside = clipped(text).replace('`', "'");
    let inside: String = inside.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let inside = inside.trim();
    if inside.is_empty() { "-".to_owned() } else { format!("`{inside}`") }
}

/// The same for a line of its own, which may be longer.
fn code_long(text: &str) -> String {
    let words: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let inside: String = words.replace('`', "'").chars().take(4 * CELL).collect();
    format!("`{inside}`")
}

/// The same in a table, where a bar would end the cell even in a code span.
fn cell(text: &str) -> String {
    code(text).replace('\\', "/").replace('|', "\\|")
}

fn cells(texts: &[&str], none: &str) -> String {
    let mut shown: Vec<String> = texts.iter().take(3).map(|text| cell(text)).collect();
    if texts.len() > 3 {
        shown.push(format!("{} more", texts.len() - 3));
    }
    if shown.is_empty() { none.to_owned() } else { shown.join(", ") }
}

/// A sentence that may name scanned things: its code spans stay, everything
/// else that Markdown or HTML would take for markup is escaped.
fn plain(text: &str) -> String {
    let even = text.matches('`').count().is_multiple_of(2);
    let mut inside = false;
    let mut shown = String::new();
    for c in text.chars() {
        match c {
            '`' if even => {
                inside = !inside;
                shown.push(c);
            }
            c if inside => shown.push(c),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            // a mention is made after entities are read: part it from its name
            '@' => shown.push_str("@\u{200B}"),
            '`' | '\\' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                shown.push('\\');
                shown.push(c);
            }
            c if c.is_control() => shown.push(' '),
            c => shown.push(c),
        }
    }
    shown
}

fn html(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('@', "@\u{200B}")
        .replace(['`', '*', '_', '[', ']', '\\', '~'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scanned_text_cannot_leave_its_code_span_or_cell() {
        assert_eq!(code("a`b` @all <img>"), "`a'b' @all <img>`");
        assert_eq!(cell("a|b\\|c"), "`a\\|b/\\|c`");
        assert_eq!(code("  "), "-");
        assert_eq!(code("a\nb"), "`a b`");
    }

    #[test]
    fn a_sentence_keeps_its_code_spans_and_loses_its_markup() {
        assert_eq!(
            plain("Is `a_b` meant for <b>@all</b>?"),
            "Is `a_b` meant for &lt;b&gt;@\u{200B}all&lt;/b&gt;?"
        );
        assert_eq!(plain("one ` tick [x](y)"), "one \\` tick \\[x\\](y)");
    }

    #[test]
    fn a_page_that_is_full_counts_what_it_left_out() {
        let mut page = Page { text: String::new(), left_out: 0 };
        for _ in 0..10 {
            page.line(&"x".repeat(10_000));
        }
        let text = page.finish();
        assert!(text.len() <= MOST && text.contains("4 lines did not fit"), "{}", text.len());
    }
}
