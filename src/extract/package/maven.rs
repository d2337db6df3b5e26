//! Maven's project model.

use std::borrow::Cow;
use std::collections::HashMap;

use super::xml::{self, Element, Found};
use super::{FirstMistake, declared, may_be_version};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// `pom.xml`, `*.pom`, and `.mvn/extensions.xml`.
///
/// | element | direct | scope |
/// |---|---|---|
/// | `dependencies` of the project and of its profiles | yes | runtime; `test` is development, `optional` is optional |
/// | `plugins`, their `dependencies`, `extensions` | yes | build |
/// | `dependencyManagement`, `pluginManagement` | not said | as above; an `import` is build |
///
/// A package is named `group:artifact`. `${…}` is resolved by the properties
/// of the file and by the project's and its parent's coordinates, and a missing
/// version by the file's own `dependencyManagement`. What only the parent's
/// file says is told as written, with where the parent lies; properties that
/// may be versions are told for the projects that inherit them. `artifactId`
/// declares a unit.
#[derive(Debug)]
pub struct Pom;

impl Extractor for Pom {
    fn id(&self) -> &'static str {
        "maven-pom"
    }

    fn about(&self) -> &'static str {
        "pom.xml of Maven"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["pom.xml"],
            globs: &[".mvn/extensions.xml"],
            extensions: &["pom"],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = xml::read(content);
        let Some(root) = root else { return error.map_or(Ok(()), Err) };
        let mut mistake = FirstMistake::default();
        if root.is("extensions") {
            let project = Project::default();
            for extension in root.all("extension") {
                let demand = Demand { direct: Some(true), scope: Scope::Build, default_group: "" };
                project.tell(extension, demand, content, sink, &mut mistake);
            }
        } else if root.is("project") {
            let project = Project::new(&root);
            let name = root.text("artifactId");
            if !name.text.is_empty() {
                let resolved = project.resolved(name.text);
                sink.fact(declared(Some(&resolved)), Some(content.span_at(name.offset)));
            }
            project.tell_heritage(&root, content, sink);
            let profiles = root.below(&["profiles", "profile"]);
            for holder in std::iter::once(&root).chain(profiles) {
                project.holder(holder, content, sink, &mut mistake);
            }
        } else {
            mistake.at(root.offset, "not a project");
        }
        error.map_or_else(|| mistake.into_result(content), Err)
    }
}

/// What a place in the file says of the packages that stand there.
#[derive(Clone, Copy)]
struct Demand {
    direct: Option<bool>,
    scope: Scope,
    default_group: &'static str,
}

const PLUGIN_GROUP: &str = "org.apache.maven.plugins";

/// What `${…}` and missing versions are resolved by.
#[derive(Default)]
struct Project<'t> {
    properties: HashMap<String, &'t str>,
    managed: HashMap<(String, String), &'t str>,
}

impl<'t> Project<'t> {
    fn new(root: &'t Element<'_>) -> Self {
        let mut properties = HashMap::new();
        let parent = root.child("parent");
        for field in ["groupId", "artifactId", "version"] {
            let inherited = parent.map(|parent| parent.text(field).text).unwrap_or_default();
            let own = root.text(field).text;
            for (prefix, value) in [
                ("project.parent.", inherited),
                ("parent.", inherited),
                ("project.", if own.is_empty() { inherited } else { own }),
                ("pom.", if own.is_empty() { inherited } else { own }),
            ] {
                if !value.is_empty() {
                    properties.insert(format!("{prefix}{field}"), value);
                }
            }
        }
        for property in root.below(&["properties"]).iter().flat_map(|table| &table.children) {
            properties.insert(property.name.to_owned(), property.own().text);
        }
        let mut project = Self { properties, managed: HashMap::new() };
        let managed = root.below(&["dependencyManagement", "dependencies", "dependency"]);
        for dependency in managed {
            let key = project.coordinates(dependency, "");
            project.managed.insert(key, dependency.text("version").text);
        }
        project
    }

    /// Where the parent lies, and the properties that may be versions.
    fn tell_heritage(&self, root: &Element<'_>, content: &Content<'_>, sink: &mut dyn Sink) {
        if let Some(parent) = root.child("parent") {
            // An empty path says that the parent is not beside the project.
            let path = parent.child("relativePath").map_or("../pom.xml", |path| path.own().text);
            let path = path.trim_end_matches('/');
            let path = match path.rsplit('/').next() {
                None | Some("") => Cow::Borrowed(""),
                Some(last) if last.contains('.') && last != ".." => Cow::Borrowed(path),
                Some(_) => Cow::Owned(format!("{path}/pom.xml")),
            };
            if !path.is_empty() {
                sink.fact(Fact::Inherits { path }, Some(content.span_at(parent.offset)));
            }
        }
        for property in root.below(&["properties"]).iter().flat_map(|table| &table.children) {
            let Found { text, offset } = property.own();
            let value = self.resolved(text);
            if may_be_version(&value) {
                let fact = Fact::Defined { name: property.name.into(), value: value.into() };
                sink.fact(fact, Some(content.span_at(offset)));
            }
        }
    }

    /// The project itself, or a profile.
    fn holder(
        &self,
        holder: &Element<'_>,
        content: &Content<'_>,
        sink: &mut dyn Sink,
        mistake: &mut FirstMistake,
    ) {
        let runtime = |direct| Demand { direct, scope: Scope::Runtime, default_group: "" };
        let build = |direct| Demand { direct, scope: Scope::Build, default_group: "" };
        let plugin = |direct| Demand { default_group: PLUGIN_GROUP, ..build(direct) };
        let places: [(&[&str], Demand); 7] = [
            (&["dependencyManagement", "dependencies", "dependency"], runtime(None)),
            (&["dependencies", "dependency"], runtime(Some(true))),
            (&["build", "extensions", "extension"], build(Some(true))),
            (&["build", "pluginManagement", "plugins", "plugin"], plugin(None)),
            (&["build", "plugins", "plugin"], plugin(Some(true))),
            (&["build", "plugins", "plugin", "dependencies", "dependency"], build(Some(true))),
            (&["reporting", "plugins", "plugin"], plugin(Some(true))),
        ];
        for (path, demand) in places {
            for element in holder.below(path) {
                self.tell(element, demand, content, sink, mistake);
            }
        }
    }

    fn tell(
        &self,
        element: &Element<'_>,
        demand: Demand,
        content: &Content<'_>,
        sink: &mut dyn Sink,
        mistake: &mut FirstMistake,
    ) {
        let Found { text, offset } = element.text("artifactId");
        let (group, artifact) = self.coordinates(element, demand.default_group);
        if text.is_empty() || group.is_empty() {
            mistake.at(element.offset, "a package without a group or a name");
            return;
        }
        let written = element.text("version").text;
        let key = (group, artifact);
        let version = match self.managed.get(&key) {
            Some(managed) if written.is_empty() => managed,
            _ => written,
        };
        let (group, artifact) = key;
        let (direct, scope) = self.place_of(element, demand);
        sink.fact(
            Fact::Package(Package {
                ecosystem: Ecosystem::Maven,
                name: format!("{group}:{artifact}").into(),
                version: self.resolved(version).into(),
                resolved: false,
                direct,
                scope,
            }),
            Some(content.span_at(offset)),
        );
    }

    fn coordinates(&self, element: &Element<'_>, default_group: &str) -> (String, String) {
        let group = element.text("groupId").text;
        let group = if group.is_empty() { default_group } else { group };
        (self.resolved(group), self.resolved(element.text("artifactId").text))
    }

    fn place_of(&self, element: &Element<'_>, demand: Demand) -> (Option<bool>, Scope) {
        if demand.scope == Scope::Build {
            return (demand.direct, Scope::Build);
        }
        match self.resolved(element.text("scope").text).as_str() {
            "import" => (None, Scope::Build),
            "test" => (demand.direct, Scope::Development),
            _ if element.text("optional").text == "true" => (demand.direct, Scope::Optional),
            _ => (demand.direct, Scope::Runtime),
        }
    }

    /// With `${…}` replaced as far as the file tells. Properties may name
    /// others; both the number of steps and the length are bounded.
    fn resolved(&self, text: &str) -> String {
        const STEPS: usize = 32;
        const LONGEST: usize = 1024;
        let mut text = text.to_owned();
        let mut from = 0;
        for _ in 0..STEPS {
            let Some(start) = text.get(from..).and_then(|rest| rest.find("${")) else { break };
            let start = from + start;
            let Some(end) = text.get(start..).and_then(|rest| rest.find('}')) else { break };
            let name = text.get(start + 2..start + end).unwrap_or_default();
            match self.properties.get(name) {
                Some(value) if text.len() + value.len() <= LONGEST => {
                    text.replace_range(start..=start + end, value);
                    from = start;
                }
                _ => from = start + end,
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_that_name_each_other_come_to_an_end() {
        let mut project = Project::default();
        project.properties.insert("a".to_owned(), "${b}${b}");
        project.properties.insert("b".to_owned(), "${a}${a}");
        project.properties.insert("c".to_owned(), "1.${d}");
        project.properties.insert("d".to_owned(), "2");
        assert!(project.resolved("${a}").len() <= 1024);
        assert_eq!(project.resolved("${c}-${e}"), "1.2-${e}");
    }
}
