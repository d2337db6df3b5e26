//! How one inventory differs from an earlier one. Where what judged differs,
//! or one of the scans was cut short, the code is not blamed. Knows the
//! document; knows no file and no format.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::change::{Baseline, Cause, Change, ChangeKind, ChangeNote, Changes, Subject};
use crate::model::classification::{Classification, Conclusion};
use crate::model::component::Component;
use crate::model::id::sha256_hex;
use crate::model::inventory::{Inventory, Pack, SCHEMA_VERSION};
use crate::model::policy::ConfigFile;
use crate::model::system::AiSystem;
use crate::model::vocabulary::Role;

/// How `new` differs from `old`. Pure; rows are sorted.
#[must_use]
pub fn compare(old: &Inventory, new: &Inventory) -> Changes {
    let mut differences =
        Differences { doubts: Doubts::between(old, new), rows: Vec::new(), names: names(old, new) };
    differences.components(old, new);
    differences.systems(old, new);
    differences.rows.sort();
    Changes {
        baseline: Baseline {
            sha256: sha256_hex(&serde_json::to_vec(old).unwrap_or_default(), 16),
            as_of: old.as_of.clone(),
            schema_version: old.schema_version.clone(),
            tool_version: old.tool.version.clone(),
        },
        notes: differences.doubts.notes,
        rows: differences.rows,
    }
}

/// What keeps a difference from being the code's.
#[allow(clippy::struct_excessive_bools)] // four sides of one question
struct Doubts {
    notes: Vec<ChangeNote>,
    /// Of what is found at all.
    of_findings: bool,
    /// Of what is concluded from it.
    of_conclusions: bool,
    /// Whether what is not in the old one may have been there.
    of_new: bool,
    /// Whether what is not in the new one may be there.
    of_gone: bool,
}

impl Doubts {
    fn between(old: &Inventory, new: &Inventory) -> Self {
        let mut notes = Vec::new();
        let mut note = |holds: bool, code: &str, detail: String| {
            if holds {
                notes.push(ChangeNote { code: code.to_owned(), detail });
            }
            holds
        };
        note(
            old.schema_version != new.schema_version && old.schema_version != SCHEMA_VERSION,
            "older-schema",
            format!(
                "the baseline has schema_version {}, this one {}: fields it does not have are empty",
                old.schema_version, new.schema_version
            ),
        );
        let tool = note(
            old.tool.version != new.tool.version,
            "other-tool",
            format!("made by daylight {} and {}", old.tool.version, new.tool.version),
        );
        let signatures = note(
            old.signature_packs != new.signature_packs,
            "other-signatures",
            format!("{}; {}", named(&old.signature_packs), named(&new.signature_packs)),
        );
        let rules = note(
            old.rule_packs != new.rule_packs,
            "other-rules",
            format!("{}; {}", named(&old.rule_packs), named(&new.rule_packs)),
        );
        let configuration = note(
            !set_by(old).eq(set_by(new)),
            "other-configuration",
            "the files that set how is scanned and judged differ".to_owned(),
        );
        let targets = note(
            old.targets != new.targets,
            "other-targets",
            "other folders or files were scanned".to_owned(),
        );
        let of_new = note(
            !old.coverage.complete,
            "baseline-incomplete",
            "the baseline was cut short: what is new may have been there".to_owned(),
        );
        let of_gone = note(
            !new.coverage.complete,
            "inventory-incomplete",
            "this scan was cut short: what is gone may still be there".to_owned(),
        );
        notes.sort();
        let of_findings = tool || signatures || targets;
        // A file of the tree itself must not turn what is new into what may
        // always have been there: a change could bring both. What it hides
        // or regroups is in doubt.
        let of_gone = of_gone || configuration;
        Self {
            notes,
            of_findings,
            of_conclusions: of_findings || rules || configuration,
            of_new,
            of_gone,
        }
    }

    fn cause(&self, subject: Subject, change: ChangeKind) -> Cause {
        let concluded = matches!(subject, Subject::Factor | Subject::Conclusion);
        let unclear = match change {
            ChangeKind::New => self.of_new,
            ChangeKind::Gone => self.of_gone,
            ChangeKind::Changed => self.of_new || self.of_gone,
        };
        if unclear || self.of_findings || (concluded && self.of_conclusions) {
            Cause::Unclear
        } else {
            Cause::Code
        }
    }
}

/// What sets how is scanned: the list of approved AI changes nothing that is found.
fn set_by(inventory: &Inventory) -> impl Iterator<Item = &ConfigFile> {
    inventory.configuration.iter().filter(|file| !file.approves)
}

fn named(packs: &[Pack]) -> String {
    let packs: Vec<String> =
        packs.iter().map(|p| format!("{} {} {}", p.name, p.version, p.sha256)).collect();
    packs.join(", ")
}

fn names<'i>(old: &'i Inventory, new: &'i Inventory) -> BTreeMap<&'i str, &'i str> {
    let all = old.components.iter().chain(&new.components);
    all.map(|component| (component.id.as_str(), component.name.as_str())).collect()
}

struct Differences<'i> {
    doubts: Doubts,
    rows: Vec<Change>,
    /// Names of components, by id.
    names: BTreeMap<&'i str, &'i str>,
}

/// Where a difference stands.
struct At<'a> {
    subject: Subject,
    id: &'a str,
    name: &'a str,
    system: Option<&'a str>,
}

impl<'i> Differences<'i> {
    fn row(&mut self, at: &At<'_>, change: ChangeKind, field: &str, from: String, to: String) {
        self.rows.push(Change {
            subject: at.subject,
            change,
            cause: self.doubts.cause(at.subject, change),
            id: at.id.to_owned(),
            name: at.name.to_owned(),
            system: at.system.map(str::to_owned),
            field: field.to_owned(),
            from,
            to,
        });
    }

    fn here_or_not(&mut self, at: &At<'_>, change: ChangeKind) {
        self.row(at, change, "", String::new(), String::new());
    }

    fn field(&mut self, at: &At<'_>, field: &str, from: String, to: String) {
        if from != to {
            self.row(at, ChangeKind::Changed, field, from, to);
        }
    }

    /// Things that one list holds and the other does not.
    fn lists<'s>(
        &mut self,
        old: &BTreeSet<&'s str>,
        new: &BTreeSet<&'s str>,
        at: impl Fn(&'s str) -> At<'s>,
    ) {
        for one in new.difference(old) {
            self.here_or_not(&at(one), ChangeKind::New);
        }
        for one in old.difference(new) {
            self.here_or_not(&at(one), ChangeKind::Gone);
        }
    }

    fn components(&mut self, old: &Inventory, new: &Inventory) {
        fn by_id(of: &Inventory) -> BTreeMap<&str, &Component> {
            of.components.iter().map(|component| (component.id.as_str(), component)).collect()
        }
        let (old, new) = (by_id(old), by_id(new));
        for (id, component) in &new {
            match old.get(id) {
                None => self.here_or_not(&of_component(component), ChangeKind::New),
                Some(before) => self.component(before, component),
            }
        }
        for component in old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(_, c)| c) {
            self.here_or_not(&of_component(component), ChangeKind::Gone);
        }
    }

    fn component(&mut self, old: &Component, new: &Component) {
        let at = of_component(new);
        self.field(&at, "usage", old.usage.word().to_owned(), new.usage.word().to_owned());
        self.field(&at, "region", old.region.word().to_owned(), new.region.word().to_owned());
        self.field(&at, "indicated", old.indicated.to_string(), new.indicated.to_string());
        self.field(&at, "versions", old.versions.join(", "), new.versions.join(", "));
        self.field(&at, "purls", old.purls.join(", "), new.purls.join(", "));
    }

    fn systems(&mut self, old: &Inventory, new: &Inventory) {
        fn by_id(of: &Inventory) -> BTreeMap<&str, &AiSystem> {
            of.systems.iter().map(|system| (system.id.as_str(), system)).collect()
        }
        let (old, new) = (by_id(old), by_id(new));
        for (id, system) in &new {
            match old.get(id) {
                None => self.here_or_not(&of_system(system), ChangeKind::New),
                Some(before) => self.system(before, system),
            }
        }
        for system in old.iter().filter(|(id, _)| !new.contains_key(*id)).map(|(_, s)| s) {
            self.here_or_not(&of_system(system), ChangeKind::Gone);
        }
    }

    fn system<'s>(&mut self, old: &'s AiSystem, new: &'s AiSystem)
    where
        'i: 's,
    {
        let at = of_system(new);
        let owners = |system: &AiSystem| -> String {
            let handles: Vec<&str> = system.owners.iter().map(|o| o.handle.as_str()).collect();
            handles.join(", ")
        };
        self.field(&at, "name", old.name.clone(), new.name.clone());
        self.field(&at, "owners", owners(old), owners(new));
        self.field(&at, "region", old.region.word().to_owned(), new.region.word().to_owned());
        let names = self.names.clone();
        self.lists(&uses(old), &uses(new), |component| At {
            subject: Subject::Use,
            id: component,
            name: names.get(component).copied().unwrap_or_default(),
            system: Some(&new.id),
        });
        self.lists(&hosts(old), &hosts(new), |host| At {
            subject: Subject::Host,
            id: &new.id,
            name: host,
            system: Some(&new.id),
        });
        self.classification(new, &old.classification, &new.classification);
    }

    fn classification(&mut self, system: &AiSystem, old: &Classification, new: &Classification) {
        let concluded = |subject| At { subject, ..of_system(system) };
        let factors: BTreeSet<&String> = old.factors.keys().chain(new.factors.keys()).collect();
        for factor in factors {
            let said = |of: &Classification| of.factors.get(factor).map(value).unwrap_or_default();
            self.field(&concluded(Subject::Factor), factor, said(old), said(new));
        }
        let at = concluded(Subject::Conclusion);
        self.field(&at, "scope", value(&old.scope), value(&new.scope));
        self.field(&at, "risk", value(&old.risk), value(&new.risk));
        self.field(&at, "roles", old.roles.plain.join(", "), new.roles.plain.join(", "));
        let triggers = |of: &Classification| -> String {
            of.transparency.iter().map(value).collect::<Vec<_>>().join(", ")
        };
        self.field(&at, "transparency", triggers(old), triggers(new));
    }
}

fn of_component(component: &Component) -> At<'_> {
    let subject = if component.kind == Role::Model { Subject::Model } else { Subject::Component };
    At { subject, id: &component.id, name: &component.name, system: None }
}

fn of_system(system: &AiSystem) -> At<'_> {
    At { subject: Subject::System, id: &system.id, name: &system.name, system: None }
}

fn uses(system: &AiSystem) -> BTreeSet<&str> {
    system.components.iter().map(|used| used.component.as_str()).collect()
}

fn hosts(system: &AiSystem) -> BTreeSet<&str> {
    system.destinations.iter().map(|destination| destination.host.as_str()).collect()
}

fn value(conclusion: &Conclusion) -> String {
    let also = conclusion.also.iter().map(String::as_str);
    std::iter::once(conclusion.value.as_str()).chain(also).collect::<Vec<_>>().join(", ")
}
