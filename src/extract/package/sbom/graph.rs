//! The components of a bill and what stands on what. Package URLs become
//! packages; the root of the graph tells which of them are direct.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use crate::extract::{Content, Sink};
use crate::model::fact::{Ecosystem, Fact, Package, Scope};

/// A component with a package URL.
#[derive(Debug)]
struct Component<'a> {
    id: Cow<'a, str>,
    purl: Cow<'a, str>,
    /// Where the package URL stands.
    offset: usize,
    scope: Scope,
}

/// What a bill says.
#[derive(Debug, Default)]
pub(super) struct Graph<'a> {
    components: Vec<Component<'a>>,
    roots: HashSet<Cow<'a, str>>,
    /// What the roots stand on, once anything says what they do.
    asked: Option<HashSet<Cow<'a, str>>>,
    scopes: HashMap<Cow<'a, str>, Scope>,
    /// Edges read before the roots were known.
    edges: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Graph<'a> {
    pub(super) fn component(
        &mut self,
        id: impl Into<Cow<'a, str>>,
        purl: impl Into<Cow<'a, str>>,
        offset: usize,
        scope: Scope,
    ) {
        let (id, purl) = (id.into(), purl.into());
        self.components.push(Component { id, purl, offset, scope });
    }

    pub(super) fn root(&mut self, id: impl Into<Cow<'a, str>>) {
        self.roots.insert(id.into());
    }

    /// `from` stands on `on`.
    pub(super) fn edge(&mut self, from: impl Into<Cow<'a, str>>, on: impl Into<Cow<'a, str>>) {
        self.edges.push((from.into(), on.into()));
    }

    /// What a component is needed for, where an edge says so.
    pub(super) fn scope(&mut self, id: impl Into<Cow<'a, str>>, scope: Scope) {
        self.scopes.insert(id.into(), scope);
    }

    /// Tells every package, in the order of the file.
    pub(super) fn tell(mut self, content: &Content<'_>, sink: &mut dyn Sink) {
        for (from, on) in std::mem::take(&mut self.edges) {
            if self.roots.contains(&from) {
                self.asked.get_or_insert_default().insert(on);
            }
        }
        for component in &self.components {
            if self.roots.contains(&component.id) {
                continue; // what the bill is of
            }
            let Some((ecosystem, name, version)) = package_of(&component.purl) else { continue };
            let scope = self.scopes.get(&component.id).copied().unwrap_or(component.scope);
            sink.fact(
                Fact::Package(Package {
                    ecosystem,
                    name: name.into(),
                    version: version.into(),
                    resolved: true,
                    direct: self.asked.as_ref().map(|asked| asked.contains(&component.id)),
                    scope,
                }),
                Some(content.span_at(component.offset)),
            );
        }
    }
}

/// Ecosystem, name as its ecosystem writes it, and version of a package URL;
/// `None` for other types and for what is no package URL.
fn package_of(purl: &str) -> Option<(Ecosystem, String, String)> {
    let purl = packageurl::PackageUrl::from_str(purl.trim()).ok()?;
    let kind = serde_json::Value::String(purl.ty().to_owned());
    let ecosystem: Ecosystem = serde_json::from_value(kind).ok()?;
    let name = purl.name();
    let name = match (purl.namespace(), ecosystem) {
        (
            Some(space),
            Ecosystem::Npm
            | Ecosystem::Golang
            | Ecosystem::Composer
            | Ecosystem::Swift
            | Ecosystem::Github,
        ) => format!("{space}/{name}"),
        (Some(space), Ecosystem::Maven) => format!("{space}:{name}"),
        // A distribution, an organisation or a channel.
        _ => name.to_owned(),
    };
    let name = match purl.subpath() {
        Some(part) if ecosystem == Ecosystem::Cocoapods => format!("{name}/{part}"),
        _ => name,
    };
    Some((ecosystem, name, purl.version().unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_url_gives_the_name_that_its_ecosystem_writes() {
        let of = |purl: &str| {
            package_of(purl)
                .map(|(kind, name, version)| format!("{} {name} {version}", kind.purl_type()))
        };
        assert_eq!(of("pkg:npm/%40team/a@1.0").as_deref(), Some("npm @team/a 1.0"));
        assert_eq!(of("pkg:maven/org.team/a@1?type=jar").as_deref(), Some("maven org.team:a 1"));
        assert_eq!(
            of("pkg:golang/git.example/team/a@v1").as_deref(),
            Some("golang git.example/team/a v1")
        );
        assert_eq!(of("pkg:deb/debian/a@1?arch=amd64").as_deref(), Some("deb a 1"));
        assert_eq!(of("pkg:cocoapods/A@1#Part").as_deref(), Some("cocoapods A/Part 1"));
        assert_eq!(of("pkg:pypi/a").as_deref(), Some("pypi a "));
        assert_eq!(of("pkg:oci/a@1"), None);
        assert_eq!(of("a@1"), None);
    }
}
