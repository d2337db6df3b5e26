//! CycloneDX and SPDX as JSON.

use super::graph::Graph;
use crate::extract::package::text_under;
use crate::extract::structured::{self, Node};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Scope;

/// Bills of materials as JSON: CycloneDX (`bomFormat`) and SPDX 2
/// (`spdxVersion`) or 3 (`@graph`). Which one it is stands in the file, not in
/// its name. The answer of a forge that holds one under `sbom`, and a list of
/// such answers, is read as well.
///
/// Every component with a package URL is a package in use; types of package
/// URLs that name no ecosystem of Daylight's are left out. Whether one is
/// direct comes from what the root stands on, if the file says that. Optional
/// components are optional, excluded ones and what is only for tests or
/// development are for development. What the bill is of is no package of it.
#[derive(Debug)]
pub struct SbomJson;

impl Extractor for SbomJson {
    fn id(&self) -> &'static str {
        "sbom-json"
    }

    fn about(&self) -> &'static str {
        "CycloneDX and SPDX bills of materials as JSON"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["bom.json", "sbom.json"],
            globs: &[
                "*bom*.json",
                "*cdx*.json",
                "*cyclonedx*.json",
                "*spdx*.json",
                "syft*.json",
                "trivy*.json",
            ],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let root = structured::json(content)?;
        let answers = root.items();
        if answers.is_empty() {
            bill(&root, content, sink);
        }
        // Several answers in one list: each has ids of its own.
        for answer in answers.iter().filter(|answer| answer.get("sbom").is_some()) {
            bill(answer, content, sink);
        }
        Ok(())
    }
}

/// One bill, or the answer of a forge that holds one under `sbom`.
fn bill(root: &Node<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
    let root = root.get("sbom").filter(|inner| inner.get("spdxVersion").is_some()).unwrap_or(root);
    let mut graph = Graph::default();
    if root.get("bomFormat").is_some() {
        cyclonedx(root, &mut graph);
    } else if root.get("spdxVersion").is_some() {
        spdx(root, &mut graph);
    } else if let Some(elements) = root.get("@graph") {
        spdx3(elements, &mut graph);
    }
    graph.tell(content, sink);
}

fn cyclonedx<'t>(root: &'t Node<'_>, graph: &mut Graph<'t>) {
    if let Some(subject) = root.at(&["metadata", "component"]) {
        graph.root(text_under(subject, "bom-ref"));
    }
    let mut pending = vec![root];
    while let Some(level) = pending.pop() {
        for component in level.get("components").map_or(&[][..], Node::items) {
            if component.get("components").is_some() {
                pending.push(component);
            }
            let Some(node) = component.get("purl") else { continue };
            let Some(purl) = node.as_str() else { continue };
            let id = match text_under(component, "bom-ref") {
                "" => purl,
                id => id,
            };
            let scope = scope_of(text_under(component, "scope"));
            graph.component(id, purl, node.offset, scope);
        }
    }
    for edge in root.get("dependencies").map_or(&[][..], Node::items) {
        let from = text_under(edge, "ref");
        for on in edge.get("dependsOn").map_or(&[][..], Node::items).iter().filter_map(Node::as_str)
        {
            graph.edge(from, on);
        }
    }
}

/// The words of CycloneDX for what a component is needed for.
pub(super) fn scope_of(word: &str) -> Scope {
    match word {
        "optional" => Scope::Optional,
        "excluded" => Scope::Development,
        _ => Scope::Runtime,
    }
}

fn spdx<'t>(root: &'t Node<'_>, graph: &mut Graph<'t>) {
    for described in root.get("documentDescribes").map_or(&[][..], Node::items) {
        graph.root(described.as_str().unwrap_or_default());
    }
    for package in root.get("packages").map_or(&[][..], Node::items) {
        let references = package.get("externalRefs").map_or(&[][..], Node::items);
        let purl = references
            .iter()
            .filter(|reference| text_under(reference, "referenceType") == "purl")
            .find_map(|reference| reference.get("referenceLocator"));
        if let Some((node, purl)) = purl.and_then(|node| Some((node, node.as_str()?))) {
            let id = text_under(package, "SPDXID");
            graph.component(id, purl, node.offset, Scope::Runtime);
        }
    }
    for relation in root.get("relationships").map_or(&[][..], Node::items) {
        relate(
            text_under(relation, "spdxElementId"),
            text_under(relation, "relationshipType"),
            text_under(relation, "relatedSpdxElement"),
            graph,
        );
    }
}

/// One relationship of SPDX 2, which says some of them the other way round.
pub(super) fn relate<'t>(one: &'t str, word: &str, other: &'t str, graph: &mut Graph<'t>) {
    match word {
        "DESCRIBES" => graph.root(other),
        "DESCRIBED_BY" => graph.root(one),
        "DEPENDS_ON" => graph.edge(one, other),
        "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" => graph.edge(other, one),
        "DEV_DEPENDENCY_OF" | "TEST_DEPENDENCY_OF" => {
            graph.edge(other, one);
            graph.scope(one, Scope::Development);
        }
        "BUILD_DEPENDENCY_OF" => {
            graph.edge(other, one);
            graph.scope(one, Scope::Build);
        }
        "OPTIONAL_DEPENDENCY_OF" | "PROVIDED_DEPENDENCY_OF" => {
            graph.edge(other, one);
            graph.scope(one, Scope::Optional);
        }
        _ => {}
    }
}

fn spdx3<'t>(elements: &'t Node<'_>, graph: &mut Graph<'t>) {
    for element in elements.items() {
        let id = match text_under(element, "spdxId") {
            "" => text_under(element, "@id"),
            id => id,
        };
        match text_under(element, "type") {
            "software_Sbom" | "SpdxDocument" | "Sbom" => {
                let roots = element.get("rootElement").map_or(&[][..], Node::items);
                roots.iter().filter_map(Node::as_str).for_each(|root| graph.root(root));
            }
            "Relationship" | "LifecycleScopedRelationship"
                if text_under(element, "relationshipType") == "dependsOn" =>
            {
                let from = text_under(element, "from");
                for on in element.get("to").map_or(&[][..], Node::items) {
                    let on = on.as_str().unwrap_or_default();
                    graph.edge(from, on);
                    match text_under(element, "scope") {
                        "development" | "test" => graph.scope(on, Scope::Development),
                        "build" => graph.scope(on, Scope::Build),
                        _ => {}
                    }
                }
            }
            _ => {
                let own = element.get("software_packageUrl").or_else(|| element.get("packageUrl"));
                if let Some((node, purl)) = own.and_then(|node| Some((node, node.as_str()?))) {
                    graph.component(id, purl, node.offset, Scope::Runtime);
                }
            }
        }
    }
}
