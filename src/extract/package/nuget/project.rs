//! Project files of `MSBuild` and the files that they share.

use std::borrow::Cow;
use std::collections::HashMap;

use super::super::xml::{self, Element};
use super::super::{declared, may_be_version};
use super::tell;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Fact, Scope};

/// `*.csproj`, `*.fsproj`, `*.vbproj`, and `*.props` and `*.targets` such as
/// `Directory.Packages.props`.
///
/// | item | direct | scope |
/// |---|---|---|
/// | `PackageReference Include` | yes | runtime; build if all its assets are private; development in a test project |
/// | `PackageReference Update`, `PackageVersion` | not said: the version of what others ask for | runtime |
/// | `GlobalPackageReference` | yes | build |
/// | `DotNetCliToolReference`, `PackageDownload` | yes | build |
///
/// Items under a condition count like others. `$(Name)` in a version is
/// resolved by the properties of the file; those of a shared file that may be
/// versions are told for the projects below it. A project file declares a unit,
/// named by `AssemblyName` or by itself.
#[derive(Debug)]
pub struct Project;

impl Extractor for Project {
    fn id(&self) -> &'static str {
        "nuget-project"
    }

    fn about(&self) -> &'static str {
        "project files of .NET, with central versions"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &[],
            extensions: &["csproj", "fsproj", "vbproj", "props", "targets"],
            gate: Gate::Open,
        }
    }

    fn needs_whole(&self) -> bool {
        true
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (root, error) = xml::read(content);
        let is_project = content.name().ends_with("proj");
        // Other tools have files of these names too.
        let Some(root) = root.filter(|root| is_project || root.is("Project")) else {
            return if is_project { error.map_or(Ok(()), Err) } else { Ok(()) };
        };
        let properties = Properties::new(&root);
        if is_project {
            let stem = content.name().rsplit_once('.').map_or("", |(stem, _)| stem);
            let assembly = properties.get("assemblyname").filter(|name| !name.contains("$("));
            sink.fact(declared(Some(assembly.unwrap_or(stem))), None);
        }
        if !is_project {
            root.walk(&mut |group| {
                let defined = group.children.iter().filter(|_| group.is("PropertyGroup"));
                for property in defined.filter(|one| may_be_version(one.own().text)) {
                    let name = property.name.to_ascii_lowercase().into();
                    let value = property.own().text.into();
                    let at = content.span_at(property.own().offset);
                    sink.fact(Fact::Defined { name, value }, Some(at));
                }
            });
        }
        let is_test = is_project && is_test(&root, &properties);
        root.walk(&mut |item| {
            let Some((direct, scope)) = place_of(item, is_test) else { return };
            let named = [item.attribute("Include"), item.attribute("Update")];
            let Some(named) = named.iter().find(|named| !named.text.is_empty()) else { return };
            let version = ["VersionOverride", "Version"].map(|key| item.value(key).text);
            let version = version.into_iter().find(|version| !version.is_empty());
            let version = properties.resolved(version.unwrap_or_default());
            let mut offset = named.offset;
            for name in named.text.split(';') {
                let plain = name.trim();
                // `@(…)` and `$(…)` are lists that only a build knows.
                if !plain.is_empty() && !plain.contains(['@', '$', '%']) {
                    tell((plain, &version), false, (direct, scope), offset, content, sink);
                }
                offset += name.len() + 1;
            }
        });
        error.map_or(Ok(()), Err)
    }
}

/// Direct and scope of an item, if it names packages.
fn place_of(item: &Element<'_>, is_test: bool) -> Option<(Option<bool>, Scope)> {
    let found = match item.name.to_ascii_lowercase().as_str() {
        "packagereference" => {
            let is_private = item.value("PrivateAssets").text.eq_ignore_ascii_case("all");
            let scope = match (is_private, is_test) {
                (_, true) => Scope::Development,
                (true, false) => Scope::Build,
                (false, false) => Scope::Runtime,
            };
            let is_named = !item.attribute("Include").text.is_empty();
            (is_named.then_some(true), scope)
        }
        "packageversion" => (None, Scope::Runtime),
        "globalpackagereference" | "dotnetclitoolreference" | "packagedownload" => {
            (Some(true), Scope::Build)
        }
        _ => return None,
    };
    Some(found)
}

/// Whether the project says that it is for tests, or brings what runs them.
fn is_test(root: &Element<'_>, properties: &Properties<'_>) -> bool {
    let said = properties.get("istestproject");
    let mut brings = false;
    root.walk(&mut |item| {
        brings |= item.is("PackageReference")
            && item.attribute("Include").text.eq_ignore_ascii_case("Microsoft.NET.Test.Sdk");
    });
    said.map_or(brings, |said| said.eq_ignore_ascii_case("true"))
}

/// The properties of the file, by their names in lower case; the last one counts.
struct Properties<'t>(HashMap<String, &'t str>);

impl<'t> Properties<'t> {
    fn new(root: &'t Element<'_>) -> Self {
        let mut found = HashMap::new();
        root.walk(&mut |group| {
            if group.is("PropertyGroup") {
                for property in &group.children {
                    found.insert(property.name.to_ascii_lowercase(), property.own().text);
                }
            }
        });
        Self(found)
    }

    fn get(&self, name: &str) -> Option<&'t str> {
        self.0.get(name).copied().filter(|value| !value.is_empty())
    }

    /// A version that is nothing but `$(Name)`, or as written.
    fn resolved<'v>(&self, version: &'v str) -> Cow<'v, str>
    where
        't: 'v,
    {
        let name = version.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
        let value = name.and_then(|name| self.get(&name.to_ascii_lowercase()));
        Cow::Borrowed(value.unwrap_or(version))
    }
}
