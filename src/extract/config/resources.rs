//! Shapes by which configuration declares infrastructure and grants
//! permissions, whatever file they stand in: a resource of a template, an
//! object of a cluster, a statement of a policy.
//!
//! Knows how types are written, no provider and no type.

use std::borrow::Cow;

use super::Teller;
use crate::extract::structured::{Node, Value};
use crate::model::fact::Fact;

/// Longest type, name or action, in bytes.
const NAME_BYTES: usize = 256;

/// Attributes that say which of several things a resource of a type is.
const KINDS: &[&str] = &["kind", "service", "type"];

/// Attributes under which the name stands by which others call a resource.
const NAMES: &[&str] = &[
    "name",
    "endpoint_name",
    "deployment_name",
    "agent_name",
    "model_name",
    "display_name",
    "Name",
    "EndpointName",
    "AgentName",
    "ModelName",
    "PhysicalResourceId",
];

/// A resource of a type with what its attributes say of it.
pub(super) fn tell(of: &str, body: &Node<'_>, offset: usize, teller: &mut Teller<'_, '_>) {
    let mut of = of;
    let mut kind = KINDS.iter().find_map(|key| scalar(body, key)).map(Cow::Borrowed);
    // One that stands for any type of another provider says which, and its version.
    if let Some(other) = scalar(body, "type").filter(|it| it.contains('/') && it.contains('.')) {
        of = other.split('@').next().unwrap_or(other);
        kind = body.at(&["body", "kind"]).and_then(text).map(Cow::Borrowed);
    }
    let name = NAMES.iter().find_map(|key| scalar(body, key)).map(Cow::Borrowed);
    teller.at(offset, Fact::Resource { of: Cow::Borrowed(of), kind, name });
}

/// What the shape of a table says by itself.
pub(super) fn of_table(table: &Node<'_>, key: &str, teller: &mut Teller<'_, '_>) {
    let mut parts = Parts::default();
    for entry in table.entries() {
        let node = &entry.node;
        match entry.key.as_ref() {
            "Type" | "type" => parts.of = text(node).map(|text| (text, node.offset)),
            "$schema" => {
                // The schema that a file follows says what it declares.
                if let Some(of) = text(node) {
                    teller.at(node.offset, resource(of, None, scalar(table, "name")));
                }
            }
            "apiVersion" => parts.version = text(node),
            "kind" => parts.kind = text(node).map(|text| (text, node.offset)),
            "Effect" | "effect" => parts.denies = text(node).is_some_and(|it| it == "Deny"),
            "Action" | "actions" | "Actions" | "action" => parts.actions = Some(node),
            "metadata" => parts.metadata = Some(node),
            "Properties" | "properties" => parts.properties = Some(node),
            _ => {}
        }
    }
    parts.tell(table, key, teller);
}

/// The entries of a table by which its shape is told.
#[derive(Default)]
struct Parts<'n, 'a> {
    of: Option<(&'n str, usize)>,
    version: Option<&'n str>,
    kind: Option<(&'n str, usize)>,
    denies: bool,
    actions: Option<&'n Node<'a>>,
    metadata: Option<&'n Node<'a>>,
    properties: Option<&'n Node<'a>>,
}

impl Parts<'_, '_> {
    fn tell(&self, table: &Node<'_>, key: &str, teller: &mut Teller<'_, '_>) {
        match (self.of, self.version, self.kind) {
            // `Type: A::B::C` with its properties; the key above is the logical name.
            (Some((of, offset)), None, _) if of.contains("::") && !of.contains(' ') => {
                let name = self.named(&["Name", "EndpointName", "AgentName", "ModelName"]);
                let name = name.or(Some(key).filter(|key| !key.is_empty()));
                let kind = self.kind_within();
                teller.at(offset, resource(of, kind, name));
            }
            // A template's resource has a type with a slash, and a version.
            (Some((of, offset)), Some(_), kind) if of.contains('/') && of.contains('.') => {
                let name = scalar(table, "name");
                teller.at(offset, resource(of, kind.map(|it| it.0), name));
            }
            // A program's resource, described: `provider:group:Type`.
            (Some((of, offset)), None, _) if is_token(of) && self.properties.is_some() => {
                let name = self.named(&["name", "endpointName", "agentName"]);
                teller.at(offset, resource(of, self.kind_within(), name.or(Some(key))));
            }
            (None, Some(version), Some((kind, offset))) => {
                let Some((group, _)) = version.split_once('/') else { return };
                let name = self.metadata.and_then(|node| scalar(node, "name"));
                let of = format!("{group}/{kind}");
                if of.len() <= NAME_BYTES {
                    let name = name.map(Cow::Borrowed);
                    teller.at(offset, Fact::Resource { of: Cow::Owned(of), kind: None, name });
                }
            }
            _ => {}
        }
        if let Some(actions) = self.actions.filter(|_| !self.denies) {
            granted(actions, teller);
        }
    }

    fn named(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|key| scalar(self.properties?, key))
    }

    fn kind_within(&self) -> Option<&str> {
        KINDS.iter().chain(&["Type", "Kind"]).find_map(|key| scalar(self.properties?, key))
    }
}

/// Actions of a statement: one or a list of them.
fn granted(actions: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let one = std::slice::from_ref(actions);
    let all = if matches!(actions.value, Value::List(_)) { actions.items() } else { one };
    for node in all {
        // An expression that puts lists together holds lists.
        for node in std::iter::once(node).chain(node.items()) {
            permission(node, teller);
        }
    }
}

/// A granted action, if the node is one: `service:Verb`, `roles/x`.
pub(super) fn permission(node: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let action = text(node).filter(|it| it.len() > 3 && !it.contains("${") && !it.starts_with('!'));
    if let Some(action) = action {
        teller.at(node.offset, Fact::Permission { action: Cow::Borrowed(action) });
    }
}

/// Whether a key names a role or policy that is given to somebody.
pub(super) fn names_a_role(key: &str) -> bool {
    matches!(
        key,
        "role"
            | "roles"
            | "role_definition_name"
            | "roleDefinitionName"
            | "roleDefinitionId"
            | "policy_arn"
            | "policy_arns"
            | "managed_policy_arns"
            | "ManagedPolicyArns"
            | "Policies"
            | "managedPolicyArns"
    )
}

fn resource<'t>(of: &'t str, kind: Option<&'t str>, name: Option<&'t str>) -> Fact<'t> {
    let (kind, name) = (kind.map(Cow::Borrowed), name.map(Cow::Borrowed));
    Fact::Resource { of: Cow::Borrowed(of), kind, name }
}

/// `provider:group:Type`, the way programs name types of resources.
fn is_token(text: &str) -> bool {
    let mut parts = text.split(':');
    let filled = parts.by_ref().take(3).filter(|part| !part.is_empty()).count() == 3;
    filled && parts.next().is_none() && !text.contains(' ')
}

fn scalar<'n>(body: &'n Node<'_>, key: &str) -> Option<&'n str> {
    body.get(key).and_then(text)
}

fn text<'n>(node: &'n Node<'_>) -> Option<&'n str> {
    node.as_str().filter(|text| !text.is_empty() && text.len() <= NAME_BYTES)
}
