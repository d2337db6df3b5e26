//! What a SARIF viewer shows beside a result: a sentence, what it means, what
//! to do. One rule for each kind of result.

use serde_json::{Value, json};

use crate::model::vocabulary::{Grant, Role};

/// The descriptor of a rule.
pub(super) fn descriptor(id: &str) -> Value {
    let said = told(id);
    json!({
        "id": id,
        "name": camel(id),
        "shortDescription": { "text": said.short },
        "fullDescription": { "text": said.full },
        "help": {
            "text": format!("{} {}", said.full, said.todo),
            "markdown": format!("{}\n\n**What to do:** {}", said.full, said.todo),
        },
        "defaultConfiguration": { "level": "note" },
        "properties": { "tags": ["ai", "inventory", said.tag], "precision": "high" },
    })
}

struct Told {
    short: String,
    full: String,
    todo: &'static str,
    tag: String,
}

const PROVISIONAL: &str = "What Daylight says is provisional and drawn from static evidence.";

fn told(id: &str) -> Told {
    let component = id.strip_prefix("daylight.component.");
    let kind = component.and_then(|word| Role::ALL.iter().find(|role| role.word() == word));
    if let Some(kind) = kind {
        return Told {
            short: format!("AI component: {}", phrase(*kind)),
            full: format!("An AI system uses {}. {PROVISIONAL}", phrase(*kind)),
            todo: "Check that its use is known, owned and approved. `daylight explain` with the \
                   id in the message shows the evidence.",
            tag: kind.word().to_owned(),
        };
    }
    let grant = id.strip_prefix("daylight.grant.");
    let grant = grant.and_then(|word| Grant::ALL.iter().find(|grant| grant.word() == word));
    if let Some(grant) = grant {
        let what = match grant {
            Grant::ActsWithoutAsking => "act without asking a person",
            Grant::RunsCommands => "run commands",
            Grant::ReachesNetwork => "reach the network",
        };
        return Told {
            short: format!("A setting lets a tool {what}"),
            full: format!("A setting in a file lets an AI tool {what}. {PROVISIONAL}"),
            todo: "Check that this power is meant, and that it is as small as it can be.",
            tag: "permission".to_owned(),
        };
    }
    if id == "daylight.credential" {
        return Told {
            short: "Credential of an AI service in a file".to_owned(),
            full: format!(
                "Something shaped like a credential of an AI service stands in a file. Its value \
                 is not shown. {PROVISIONAL}"
            ),
            todo: "Revoke it with its vendor, then remove it from the file and its history.",
            tag: "credential".to_owned(),
        };
    }
    Told {
        short: "AI system".to_owned(),
        full: format!("A unit of this repository makes use of AI. {PROVISIONAL}"),
        todo: "Name an owner, answer the open questions, and decide whether it belongs in the \
               scope of the management system.",
        tag: "system".to_owned(),
    }
}

/// `daylight.component.provider-api` as `DaylightComponentProviderApi`.
fn camel(id: &str) -> String {
    id.split(['.', '-'])
        .map(|word| {
            let mut letters = word.chars();
            letters.next().map_or_else(String::new, |first| {
                first.to_uppercase().chain(letters).collect::<String>()
            })
        })
        .collect()
}

fn phrase(kind: Role) -> &'static str {
    match kind {
        Role::ProviderApi => "a model or AI service behind an API",
        Role::Gateway => "a gateway to several providers of models",
        Role::Sdk => "a client library for AI services",
        Role::Framework => "a framework for AI applications",
        Role::Agent => "an agent",
        Role::AgentProtocol => "a protocol between agents and tools",
        Role::AgentTool => "a tool that agents act with",
        Role::ModelRuntime => "a runtime of models",
        Role::Training => "a library that trains or adapts models",
        Role::Mlops => "a platform that tracks, stores or serves models",
        Role::EvalObservability => "a means to measure or watch models",
        Role::Guardrail => "a check on what goes into or comes out of models",
        Role::VectorStore => "a store of embeddings",
        Role::ModelArtifact => "a file that holds a model",
        Role::Dataset => "a data set",
        Role::CodingAssistant => "an assistant for developers",
        Role::AppBuilder => "a builder of applications from descriptions",
        Role::SaasFeature => "an AI feature of a service",
        Role::LowCode => "AI in a visual flow builder",
        Role::ClassicalMl => "a library of classical machine learning",
        Role::Accelerator => "a driver of AI hardware",
        Role::Model => "a model",
        Role::McpServer => "a declared tool server",
        Role::Prompt => "an instruction written for a model",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_power_has_help_of_its_own() {
        let kinds = Role::ALL.iter().map(|kind| format!("daylight.component.{}", kind.word()));
        let powers = Grant::ALL.iter().map(|grant| format!("daylight.grant.{}", grant.word()));
        for id in kinds.chain(powers).chain(["daylight.credential".to_owned()]) {
            assert_ne!(told(&id).short, "AI system", "{id}");
        }
    }
}
