//! What a format says, in neutral words.
//!
//! A fact is borrowed from the file that says it and lives only while that
//! file is in memory. No variant knows what AI is: that is for the
//! signatures to say.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place::Span;

/// One statement of a file. Serialisable only so that tests can keep golden files.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Fact<'a> {
    /// A manifest or lock file names a package.
    Package(Package<'a>),
    /// Source code imports a module. Never a relative or local import.
    Import {
        /// The language of the importing file.
        language: Language,
        /// The module as written: `google.generativeai`, `@ai-sdk/openai/edge`.
        module: Cow<'a, str>,
        /// Guarded: inside `try: … except ImportError`, or a lazy import.
        optional: bool,
    },
    /// Source code calls something.
    Call {
        /// The language of the calling file.
        language: Language,
        /// The module that the root of the path was imported from, if it was.
        module: Option<Cow<'a, str>>,
        /// The dotted path with its root resolved through imports and simple
        /// assignments: `openai.OpenAI.chat.completions.create`.
        path: Cow<'a, str>,
        /// The string literals among the arguments, in order. Fields of a
        /// first-level object or dict argument count as named arguments.
        arguments: Vec<Argument<'a>>,
        /// The names of arguments whose values are no string literals.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        named: Vec<Cow<'a, str>>,
        /// The function or class that the call decorates.
        #[serde(skip_serializing_if = "Option::is_none")]
        decorates: Option<Cow<'a, str>>,
    },
    /// A string literal in source code that is not a direct argument of a
    /// call; never a comment or docstring.
    Literal {
        /// Its text, escapes resolved where that is cheap.
        text: Cow<'a, str>,
        /// The variable, field or key it is given to.
        name: Option<Cow<'a, str>>,
        /// Whether it is one item of a list, tuple, set, union type or one of
        /// several sibling records in a list.
        listed: bool,
    },
    /// A scalar in a configuration file: `a.b.c = v`. Array indices are left
    /// out of the key.
    Setting {
        /// Dotted path of keys; an environment variable's bare name.
        key: Cow<'a, str>,
        /// The scalar as text.
        value: Cow<'a, str>,
        /// Whether it stands in an array (directly, or as a field of an
        /// element of an array with several elements).
        listed: bool,
    },
    /// Source code reads an environment variable.
    Variable {
        /// The variable's name.
        name: Cow<'a, str>,
    },
    /// A container image is run or built upon.
    Image {
        /// The reference as written, tag and digest included.
        reference: Cow<'a, str>,
    },
    /// Infrastructure is declared: a resource of a cloud, an object of a cluster.
    Resource {
        /// The type as its provider writes it: `aws_sqs_queue`,
        /// `AWS::SQS::Queue`, `Microsoft.Storage/storageAccounts`, `apps/Deployment`.
        of: Cow<'a, str>,
        /// The attribute that says which of several things of that type it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<Cow<'a, str>>,
        /// The name that it is given and others call it by, if it is literal.
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<Cow<'a, str>>,
    },
    /// Somebody is allowed to do something: an action or a role that is granted.
    Permission {
        /// The action or role as written: `sqs:SendMessage`, `roles/storage.admin`.
        action: Cow<'a, str>,
    },
    /// A ready-made part stands where a tool puts it to work: a step of a
    /// pipeline, an extension of an editor, a node of a flow.
    Part {
        /// Where its name is registered.
        catalogue: Ecosystem,
        /// The name as written; normalisation is the recogniser's.
        name: Cow<'a, str>,
        /// The version or reference asked for; empty if none is given.
        version: Cow<'a, str>,
        /// Whether it is put to work here. Else it only stands there:
        /// recommended, switched off, or without a word on whether it is on.
        active: bool,
        /// It is told where to send its requests, which may be anybody's.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        addressed: bool,
    },
    /// A tool server is declared for a client (`mcpServers` and siblings).
    Server {
        /// The protocol: `mcp`.
        protocol: &'static str,
        /// The entry's name.
        name: Cow<'a, str>,
        /// How it is started or reached: a command line or an address.
        reached_by: Cow<'a, str>,
    },
    /// The folder of this file (or `root`, relative to it) is a deployable or
    /// declared unit.
    Unit {
        /// What kind of declaration it is.
        kind: UnitKind,
        /// The name it declares, if any.
        name: Option<Cow<'a, str>>,
        /// The unit's root relative to the file's folder, when not that folder.
        root: Option<Cow<'a, str>>,
    },
    /// This file asks for another one to be read too (`-r base.txt`).
    Include {
        /// Path relative to this file's folder.
        path: Cow<'a, str>,
        /// Id of the extractor that shall read it.
        reader: &'static str,
    },
    /// This file gives a value a name that files below its folder may use
    /// (a property of Maven, Gradle or `MSBuild` that may be a version).
    Defined {
        /// The name.
        name: Cow<'a, str>,
        /// What it stands for.
        value: Cow<'a, str>,
    },
    /// This file uses the folder at a path and gives a value to one of its names
    /// (an argument of a module).
    Given {
        /// Path of the folder, relative to this file's folder.
        folder: Cow<'a, str>,
        /// What tells this use from others of the same file.
        call: Cow<'a, str>,
        /// The name; empty for the use itself.
        name: Cow<'a, str>,
        /// What is given, as written; empty if it is no scalar.
        value: Cow<'a, str>,
    },
    /// Something is said with names in it that files around it give values to:
    /// once these are known it can be said in full. A resource, a setting or
    /// an image.
    Unfilled(Box<Fact<'a>>),
    /// What another file defines holds in this one, too (a parent project).
    Inherits {
        /// Path relative to this file's folder.
        path: Cow<'a, str>,
    },
    /// The file is an export of an administrator's console or of a log, of
    /// this kind: nothing else in it may be told, for it speaks of persons.
    Export {
        /// The kind, as docs/exports/ lists them: `github.installations`.
        kind: &'static str,
    },
    /// An export says that something is in use in the organisation.
    Record(Record<'a>),
    /// The file is knowledge about AI (rules, signatures, block lists), not
    /// use of it: nothing in it is evidence.
    Knowledge,
    /// A program is linked with a library, or is one itself.
    Library {
        /// The library's file name as the program gives it: `libm.so.6`, `KERNEL32.dll`.
        name: Cow<'a, str>,
        /// Its version, where it stands beside the name.
        version: Option<Cow<'a, str>>,
        /// Whether the program calls itself so.
        own: bool,
    },
    /// A program takes a symbol from outside, or offers one.
    Symbol {
        /// The symbol as written, mangled or not.
        name: Cow<'a, str>,
        /// Whether the program offers it.
        defined: bool,
    },
    /// A piece of a program's constant data, in which texts may stand.
    Data {
        /// The bytes, of which nothing is ever shown.
        #[serde(skip)]
        bytes: &'a [u8],
    },
    /// The file holds a trained model, an index made by one, or a part of either.
    Weights(Weights<'a>),
    /// A CODEOWNERS-like line: who answers for which paths.
    Owner {
        /// The pattern as written.
        pattern: Cow<'a, str>,
        /// Team handles, user handles or mail addresses, as written.
        owners: Vec<Cow<'a, str>>,
    },
    /// A person whom a package names as its author or maintainer: a mail
    /// address where one is given, else a name.
    Maintainer {
        /// Address or name, as written.
        person: Cow<'a, str>,
    },
}

/// What the header of a model file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Weights<'a> {
    /// The file's format: `gguf`, `onnx`, …
    pub format: &'static str,
    /// The name that the header gives the model.
    pub name: Option<Cow<'a, str>>,
    /// What else it says, under the words that docs/json.md lists; a word may
    /// come several times.
    pub properties: Vec<(&'static str, Cow<'a, str>)>,
}

/// A package that a manifest or lock file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package<'a> {
    /// Where the name is registered.
    pub ecosystem: Ecosystem,
    /// The name as written; normalisation is the recogniser's.
    pub name: Cow<'a, str>,
    /// Requirement (`>=2,<3`) or resolved version (`2.1.0`); empty if none is given.
    pub version: Cow<'a, str>,
    /// True in a lock file: the version is the one in use.
    pub resolved: bool,
    /// Whether the project itself asks for it; `None` if the file cannot say.
    pub direct: Option<bool>,
    /// What the project needs it for.
    pub scope: Scope,
}

/// What an export says of one thing in use: an app, a licence, a host. It has
/// no field for a person, for the value of a variable, for a token or for a
/// command line, so that none can be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Record<'a> {
    /// What sort of thing.
    pub about: RecordKind,
    /// Identifiers, as the source gives them: client ids, slugs, bundle ids,
    /// SKUs, service names, hosts.
    pub ids: Vec<Cow<'a, str>>,
    /// Names for people.
    pub names: Vec<Cow<'a, str>>,
    /// Hosts of its home page or its answers, where the export gives them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Cow<'a, str>>,
    /// What it was allowed, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<Cow<'a, str>>,
    /// What these open, in plain words: `mail`, `files`, `code`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reaches: Vec<&'static str>,
    /// How many different persons or devices use it, as far as the export says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub users: Option<u64>,
    /// How many rows or lines say so.
    pub times: u64,
    /// First day on which it was seen, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Cow<'a, str>>,
    /// Last day on which it was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Cow<'a, str>>,
    /// What the source says was decided about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<RecordState>,
    /// Whether the export shows that it is used, and not only there.
    pub used: bool,
}

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordKind {
    /// An application that was given access, or that people sign in to.
    App,
    /// A licence, seat or paid feature.
    Licence,
    /// An extension of a browser or an editor.
    Extension,
    /// A program installed on a device.
    Program,
    /// A service of a cloud that is switched on or holds resources.
    Service,
    /// A host that devices asked for.
    Host,
}

/// What a source says was decided about a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RecordState {
    /// It is allowed or switched on.
    Approved,
    /// Somebody asked for it.
    Requested,
    /// It is refused, suspended or switched off.
    Blocked,
}

impl RecordState {
    /// The word used in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Requested => "requested",
            Self::Blocked => "blocked",
        }
    }
}

/// A string-literal argument of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Argument<'a> {
    /// Keyword or field name, if it has one.
    pub name: Option<Cow<'a, str>>,
    /// The literal's text.
    pub value: Cow<'a, str>,
    /// Where the literal stands.
    pub span: Span,
}

/// Package ecosystems, by their purl type.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)] // the purl type is the documentation
pub enum Ecosystem {
    Pypi,
    Npm,
    Cargo,
    Golang,
    Maven,
    Nuget,
    Gem,
    Composer,
    Conda,
    Hex,
    Pub,
    Swift,
    Cocoapods,
    Conan,
    Vcpkg,
    Cran,
    Julia,
    Hackage,
    Luarocks,
    Bazel,
    Deb,
    Apk,
    Rpm,
    Github,
    /// Libraries that a build file asks the machine for by a bare name
    /// (`CMake`, Meson, Nix): no registry stands behind them.
    Generic,
    /// Extensions of editors of the VS Code kind, `publisher.name`.
    #[serde(rename = "vscode-extension")]
    VscodeExtension,
    /// Plugins of `JetBrains` editors.
    #[serde(rename = "jetbrains-plugin")]
    JetbrainsPlugin,
    /// Nodes and connectors of flows that are clicked together, `tool:node`.
    #[serde(rename = "flow-node")]
    FlowNode,
}

impl Ecosystem {
    /// The purl type.
    #[must_use]
    pub fn purl_type(self) -> &'static str {
        match self {
            Self::Pypi => "pypi",
            Self::Npm => "npm",
            Self::Cargo => "cargo",
            Self::Golang => "golang",
            Self::Maven => "maven",
            Self::Nuget => "nuget",
            Self::Gem => "gem",
            Self::Composer => "composer",
            Self::Conda => "conda",
            Self::Hex => "hex",
            Self::Pub => "pub",
            Self::Swift => "swift",
            Self::Cocoapods => "cocoapods",
            Self::Conan => "conan",
            Self::Vcpkg => "vcpkg",
            Self::Cran => "cran",
            Self::Julia => "julia",
            Self::Hackage => "hackage",
            Self::Luarocks => "luarocks",
            Self::Bazel => "bazel",
            Self::Deb => "deb",
            Self::Apk => "apk",
            Self::Rpm => "rpm",
            Self::Github => "github",
            Self::Generic => "generic",
            Self::VscodeExtension => "vscode-extension",
            Self::JetbrainsPlugin => "jetbrains-plugin",
            Self::FlowNode => "flow-node",
        }
    }
}

/// Programming languages that source facts come from. TypeScript, JSX, Vue,
/// Svelte and Astro say `javascript`: they import from the same world.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum Language {
    Python,
    Javascript,
    Go,
    Rust,
    Java,
    Kotlin,
    Csharp,
    C,
    Ruby,
    Php,
    Swift,
    Shell,
    Scala,
    Groovy,
    Dart,
    Fsharp,
    Objectivec,
    R,
    Julia,
    Elixir,
    Erlang,
    Clojure,
    Haskell,
    Lua,
    Perl,
    Powershell,
    Matlab,
    Sql,
}

impl Language {
    /// The word used in signatures.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Javascript => "javascript",
            Self::Go => "go",
            Self::Rust => "rust",
            Self::Java => "java",
            Self::Kotlin => "kotlin",
            Self::Csharp => "csharp",
            Self::C => "c",
            Self::Ruby => "ruby",
            Self::Php => "php",
            Self::Swift => "swift",
            Self::Shell => "shell",
            Self::Scala => "scala",
            Self::Groovy => "groovy",
            Self::Dart => "dart",
            Self::Fsharp => "fsharp",
            Self::Objectivec => "objectivec",
            Self::R => "r",
            Self::Julia => "julia",
            Self::Elixir => "elixir",
            Self::Erlang => "erlang",
            Self::Clojure => "clojure",
            Self::Haskell => "haskell",
            Self::Lua => "lua",
            Self::Perl => "perl",
            Self::Powershell => "powershell",
            Self::Matlab => "matlab",
            Self::Sql => "sql",
        }
    }
}

/// What a project needs a package for.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// To run.
    #[default]
    Runtime,
    /// Only if an extra or optional feature is chosen.
    Optional,
    /// To develop, test or document.
    Development,
    /// To build.
    Build,
}

impl Scope {
    /// The word used in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Optional => "optional",
            Self::Development => "development",
            Self::Build => "build",
        }
    }
}

/// What declares a unit. The order is the order of preference when several
/// declare the same folder (design: the nearest deployable or declared unit).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// A Backstage `catalog-info.yaml` component.
    Catalog,
    /// A Helm chart.
    Chart,
    /// A compose service with a build context.
    ComposeService,
    /// A Dockerfile's folder.
    Dockerfile,
    /// A package manifest with a name (`pyproject.toml`, `package.json`, …).
    Package,
    /// A requirements file without any manifest.
    Requirements,
    /// The target itself.
    Repository,
    /// No declaration but a link: a container file copies a folder into its
    /// image. `name` is the folder as written; where the build starts is not
    /// known to the file.
    Carried,
    /// No declaration but a link: this unit's manifest needs the unit of the
    /// same repository that is called `name`.
    Needed,
    /// No declaration but a link: the variable `name` stands for a container
    /// file in this folder.
    Alias,
    /// No declaration but a link: the unit is started with the variable `name`.
    Given,
    /// A file that runs the image `name`; in a system, the image of its unit.
    Deployment,
    /// No declaration but a link: this file writes what a training gave, under
    /// the name `name`.
    Trained,
    /// No declaration but a link: this file loads such a result.
    Loaded,
}

impl UnitKind {
    /// The word used in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Catalog => "catalog",
            Self::Chart => "chart",
            Self::ComposeService => "compose-service",
            Self::Dockerfile => "dockerfile",
            Self::Package => "package",
            Self::Requirements => "requirements",
            Self::Repository => "repository",
            Self::Carried => "carried",
            Self::Needed => "needed",
            Self::Alias => "alias",
            Self::Given => "given",
            Self::Deployment => "deployment",
            Self::Trained => "trained",
            Self::Loaded => "loaded",
        }
    }
}
