//! Properties named `daylight:*`: what the format has no field for, above all
//! the provisional classification. Names may repeat; the order is fixed.

use serde_json::{Value, json};

use crate::model::classification::{Conclusion, Roles};
use crate::model::component::Component;
use crate::model::inventory::{Coverage, Gate, Inventory};
use crate::model::system::{Adoption, AiSystem};
use crate::report::criteria::first;
use crate::report::lookup::{Lookup, basis_of, kind_of, path_of};
use crate::report::policy::{sentence, suppression_line};

/// Properties of one thing.
#[derive(Default)]
pub(super) struct Properties(Vec<Value>);

impl Properties {
    /// An empty value says nothing and is left out.
    pub(super) fn add(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.0.push(json!({ "name": format!("daylight:{name}"), "value": value }));
        }
    }

    pub(super) fn value(self) -> Value {
        Value::Array(self.0)
    }

    pub(super) fn of_system(&mut self, system: &AiSystem) {
        self.add("system:kind", kind_of(system));
        self.add("system:root", &path_of(&system.root));
        self.add("system:region", system.region.word());
        for unit in &system.units {
            self.add("system:unit", &format!("{} {}", unit.kind.word(), path_of(&unit.place)));
        }
        for owner in &system.owners {
            self.add("system:owner", &owner.label());
        }
        for destination in &system.destinations {
            let basis = basis_of(destination.basis);
            self.add("system:destination", &format!("{} ({basis})", destination.host));
        }
        for used in &system.components {
            let said = format!(
                "{} {} {} {}{}",
                used.component,
                used.usage.word(),
                used.region.word(),
                used.confidence,
                if used.indicated { " indicated" } else { "" }
            );
            self.add("system:use", &said);
        }
        if let Some(adoption) = &system.adoption {
            self.of_use(adoption);
        }
        let classification = &system.classification;
        self.add("classification:provisional", "true");
        let first = first(classification);
        self.add("classification:decides", &first.decides);
        self.add("classification:models", &first.models);
        for (dimension, touched) in &first.impact {
            self.add(&format!("classification:impact:{dimension}"), touched);
        }
        for area in &classification.areas {
            let said = format!("{} {}", area.area, area.level.word());
            self.add("classification:area", &said);
            for iri in &area.iri {
                self.add("classification:area:iri", iri);
            }
        }
        self.of_conclusion("scope", &classification.scope);
        self.of_roles(&classification.roles);
        self.of_conclusion("risk-indicator", &classification.risk);
        for trigger in &classification.transparency {
            self.of_conclusion("transparency", trigger);
        }
        for (factor, conclusion) in &classification.factors {
            self.of_conclusion(&format!("factor:{factor}"), conclusion);
        }
        for ask in &classification.asks {
            self.of_conclusion("asks", ask);
        }
        self.of_conclusion("definition", &classification.definition);
        self.add("classification:human", &classification.human.state);
        for question in &classification.questions {
            self.add("classification:question", question);
        }
    }

    /// How an organisation uses a product, as exports say.
    fn of_use(&mut self, adoption: &Adoption) {
        let users = adoption.users.map(|users| users.to_string());
        for (name, value) in [
            ("users", &users),
            ("first-seen", &adoption.first_seen),
            ("last-seen", &adoption.last_seen),
        ] {
            self.add(&format!("system:in-use:{name}"), value.as_deref().unwrap_or_default());
        }
        for (name, words) in [
            ("scope", &adoption.scopes),
            ("reaches", &adoption.reaches),
            ("decided", &adoption.decided),
            ("export", &adoption.exports),
        ] {
            for word in words {
                self.add(&format!("system:in-use:{name}"), word);
            }
        }
    }

    fn of_roles(&mut self, roles: &Roles) {
        for (vocabulary, words) in [
            ("plain", &roles.plain),
            ("iso22989", &roles.iso22989),
            ("eu-ai-act", &roles.eu_ai_act),
        ] {
            for word in words {
                self.add(&format!("classification:role:{vocabulary}"), word);
            }
        }
    }

    fn of_conclusion(&mut self, name: &str, conclusion: &Conclusion) {
        let name = format!("classification:{name}");
        self.add(&name, &conclusion.value);
        for also in &conclusion.also {
            self.add(&format!("{name}:also"), also);
        }
        self.add(&format!("{name}:iri"), conclusion.iri.as_deref().unwrap_or_default());
        if conclusion.confidence > 0 {
            self.add(&format!("{name}:confidence"), &conclusion.confidence.to_string());
        }
        for reason in &conclusion.reasons {
            self.add(&format!("{name}:reason"), &format!("{} {}", reason.code, reason.rationale));
            self.add(&format!("{name}:basis"), &reason.basis.join(", "));
        }
    }

    pub(super) fn of_component(&mut self, component: &Component) {
        self.add("component:kind", component.kind.word());
        self.add("component:signature", &component.signature);
        self.add("component:country", component.country.as_deref().unwrap_or_default());
        for capability in &component.capabilities {
            self.add("component:capability", capability.word());
        }
        self.add("component:egress", component.egress.word());
        self.add("component:lifecycle", component.lifecycle.word());
        self.add("component:usage", component.usage.word());
        for usage in &component.usages {
            self.add("component:usages", usage.word());
        }
        self.add("component:region", component.region.word());
        self.add("component:indicated", if component.indicated { "true" } else { "" });
        self.add("component:transitive", if component.transitive { "true" } else { "" });
        for version in &component.versions {
            self.add("component:version", version);
        }
        self.add("component:confidence", &component.confidence.to_string());
        self.add("component:evidence-total", &component.evidence_total.to_string());
    }

    pub(super) fn of_coverage(&mut self, coverage: &Coverage) {
        self.add("coverage:complete", &coverage.complete.to_string());
        self.add("coverage:files-read", &coverage.read.files.to_string());
        self.add("coverage:files-gated-out", &coverage.gated_out.files.to_string());
        self.add("coverage:places-ignored", &coverage.ignored.len().to_string());
        for row in &coverage.skipped {
            self.add(&format!("coverage:skipped:{}", row.reason), &row.files.to_string());
        }
        self.add("coverage:problems", &coverage.problems.len().to_string());
        for (cap, count) in &coverage.capped {
            self.add(&format!("coverage:capped:{cap}"), &count.to_string());
        }
    }

    /// What the organisation says of a system or component.
    pub(super) fn of_policy(&mut self, id: &str, lookup: &Lookup<'_>) {
        if let Some(approval) = lookup.approval(id) {
            self.add("approval", approval.status.word());
            self.add("approval:reason", &approval.reason);
            self.add("approval:owner", approval.owner.as_deref().unwrap_or_default());
            self.add("approval:expires", approval.expires.as_deref().unwrap_or_default());
            for broken in &approval.broken {
                self.add("approval:broken", broken);
            }
            for open in &approval.open {
                self.add("approval:open", open);
            }
        }
        if let Some(suppression) = lookup.muted_by(id) {
            self.add("suppressed", &suppression.reason);
        }
    }

    pub(super) fn of_document(&mut self, inventory: &Inventory) {
        for file in &inventory.configuration {
            self.add("configuration", &format!("{} {}", file.name, file.sha256));
        }
        for suppression in &inventory.suppressions {
            self.add("suppression", &suppression_line(suppression));
        }
        if let Some(changes) = &inventory.changes {
            let baseline = &changes.baseline;
            self.add("baseline", &format!("{} {}", baseline.as_of, baseline.sha256));
            for note in &changes.notes {
                self.add("change:note", &format!("{}: {}", note.code, note.detail));
            }
            for row in &changes.rows {
                self.add("change", &format!("{} {}", row.change.word(), sentence(row)));
            }
        }
    }

    pub(super) fn of_gates(&mut self, gates: &[Gate]) {
        for gate in gates {
            let said = if gate.failed { "no" } else { "yes" };
            self.add("gate", &format!("{}: {said}", gate.expression));
        }
    }
}
