//! The spelling of a signature file, as serde types. One file per vendor or
//! project, several signatures in it; unknown keys are errors.
//!
//! `docs/schema/signature.json` is generated from these types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::fact::{Ecosystem, Language};
use crate::model::vocabulary::{Capability, Egress, Grant, Lifecycle, Proves, Reach, Role, Tier};

/// The version of this spelling. A file with a newer one is refused.
pub const SCHEMA_VERSION: u32 = 1;

/// One signature file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureFile {
    /// Version of the spelling: 1.
    pub schema_version: u32,
    /// Who makes the products; "various" for a group of community projects.
    #[serde(default)]
    pub vendor: String,
    /// Seat of the vendor, ISO 3166-1 alpha-2; left out for community projects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The vendor's or project's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub homepage: Option<String>,
    /// The signatures.
    #[serde(default)]
    pub signature: Vec<Signature>,
    /// What the products of a list have in common.
    #[serde(default)]
    pub family: Vec<Family>,
}

/// What products have in common that a list names one a line: each becomes a
/// product of its own, described by its family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Lower-case letters, digits and `-`; the first part of its products' ids.
    pub id: String,
    /// What its products are, for people.
    pub name: String,
    /// What they are within an AI system.
    pub role: Role,
    /// What they can do.
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// Where data goes when they are used.
    pub egress: Egress,
    /// Which part of a model's life they belong to.
    pub lifecycle: Lifecycle,
    /// Pages the facts come from.
    #[serde(default)]
    pub references: Vec<String>,
    /// Examples that prove it; `id` says of which product.
    #[serde(default)]
    pub test: Vec<FamilyExample>,
}

/// An example that proves a family by one of its products.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FamilyExample {
    /// Id of the product; left out where nothing of the family may be found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The file's path: it decides who reads it.
    pub file: String,
    /// The file's text.
    pub text: String,
    /// Evidence that must be found; empty: none may be.
    pub expect: Vec<Expected>,
}

/// One product, as a security person knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// `family.thing`; never renamed.
    pub id: String,
    /// The name shown to people.
    #[serde(default)]
    pub name: String,
    /// What it is within an AI system.
    #[serde(default = "default_role")]
    pub role: Role,
    /// What it can do.
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// Where data goes when it is used.
    #[serde(default = "default_egress")]
    pub egress: Egress,
    /// Which part of a model's life it belongs to.
    #[serde(default = "default_lifecycle")]
    pub lifecycle: Lifecycle,
    /// SPDX id, or `proprietary-service`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    /// Where the client library sends data when no address is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_host: Option<String>,
    /// Data release in which it appeared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Pages the facts come from.
    #[serde(default)]
    pub references: Vec<String>,
    /// Why this tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence_note: Option<String>,
    /// In an overlay: switches the signature of this id off.
    #[serde(default)]
    pub disabled: bool,
    /// Why it is switched off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// In an overlay: last day on which this entry counts, `YYYY-MM-DD`. After
    /// it what was switched off is on again, and what was added is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,

    /// Short form: `pkg:pypi/openai`, trailing `*` for a prefix; tier A.
    #[serde(default)]
    pub packages: Vec<String>,
    /// Short form: `python:openai`; tier A.
    #[serde(default)]
    pub imports: Vec<String>,
    /// Short form: hosts; tier A.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Short form or blocks: environment variable names; short form is tier B.
    #[serde(default)]
    pub env: EnvField,
    /// Short form: container repositories; tier A.
    #[serde(default)]
    pub images: Vec<String>,
    /// Short form: file globs; tier A.
    #[serde(default)]
    pub files: Vec<String>,

    /// Package blocks.
    #[serde(default)]
    pub package: Vec<PackageBlock>,
    /// Import blocks.
    #[serde(default)]
    pub import: Vec<ImportBlock>,
    /// Call blocks.
    #[serde(default)]
    pub call: Vec<CallBlock>,
    /// Host blocks.
    #[serde(default)]
    pub host: Vec<HostBlock>,
    /// Model blocks.
    #[serde(default)]
    pub model: Vec<ModelBlock>,
    /// Image blocks.
    #[serde(default)]
    pub image: Vec<ImageBlock>,
    /// File blocks.
    #[serde(default)]
    pub file: Vec<FileBlock>,
    /// Setting blocks.
    #[serde(default)]
    pub setting: Vec<SettingBlock>,
    /// Tool server blocks.
    #[serde(default)]
    pub server: Vec<ServerBlock>,
    /// Credential blocks.
    #[serde(default)]
    pub key: Vec<KeyBlock>,
    /// Blocks of libraries that programs are linked with.
    #[serde(default)]
    pub library: Vec<LibraryBlock>,
    /// Blocks of symbols in programs.
    #[serde(default)]
    pub symbol: Vec<SymbolBlock>,
    /// Blocks of texts in programs.
    #[serde(default)]
    pub mark: Vec<MarkBlock>,
    /// Blocks of model files.
    #[serde(default)]
    pub weights: Vec<WeightsBlock>,
    /// Edges to other products.
    #[serde(default)]
    pub edge: Vec<EdgeBlock>,
    /// Examples that prove the signature.
    #[serde(default)]
    pub test: Vec<Example>,
}

impl Signature {
    /// A signature without a matcher: a list names what it is found by.
    #[must_use]
    pub fn of_family(family: &Family, id: String, name: String) -> Self {
        Self {
            id,
            name,
            role: family.role,
            capabilities: family.capabilities.clone(),
            egress: family.egress,
            lifecycle: family.lifecycle,
            license: None,
            default_host: None,
            since: None,
            references: family.references.clone(),
            confidence_note: None,
            disabled: false,
            reason: None,
            expires: None,
            packages: Vec::new(),
            imports: Vec::new(),
            hosts: Vec::new(),
            env: EnvField::default(),
            images: Vec::new(),
            files: Vec::new(),
            package: Vec::new(),
            import: Vec::new(),
            call: Vec::new(),
            host: Vec::new(),
            model: Vec::new(),
            image: Vec::new(),
            file: Vec::new(),
            setting: Vec::new(),
            server: Vec::new(),
            key: Vec::new(),
            library: Vec::new(),
            symbol: Vec::new(),
            mark: Vec::new(),
            weights: Vec::new(),
            edge: Vec::new(),
            test: Vec::new(),
        }
    }
}

fn default_role() -> Role {
    Role::Sdk
}

fn default_egress() -> Egress {
    Egress::Depends
}

fn default_lifecycle() -> Lifecycle {
    Lifecycle::Inference
}

/// `env` is a list of names, or a list of blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum EnvField {
    /// Names at tier B.
    Names(Vec<String>),
    /// Blocks with their own tier.
    Blocks(Vec<EnvBlock>),
}

impl Default for EnvField {
    fn default() -> Self {
        Self::Names(Vec::new())
    }
}

/// What every block may say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Weight {
    /// Strength of one match; each kind of block has a default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// What a match proves, where it differs from the kind's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proves: Option<Proves>,
    /// Capabilities that a match shows.
    #[serde(default)]
    pub capabilities: Vec<Capability>,
    /// Part of a model's life that a match belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
}

/// Declares a block: its own fields plus those of [`Weight`]. serde's
/// `flatten` cannot be combined with `deny_unknown_fields`, hence the macro.
macro_rules! block {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident : $type:ty $(= $default:literal)?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* $(#[serde(default = $default)])? pub $field: $type,)*
            /// Strength of one match.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub tier: Option<Tier>,
            /// What a match proves.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub proves: Option<Proves>,
            /// Capabilities that a match shows.
            #[serde(default)]
            pub capabilities: Vec<Capability>,
            /// Part of a model's life that a match belongs to.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub lifecycle: Option<Lifecycle>,
        }

        impl $name {
            /// What the block says about the weight of a match.
            #[must_use]
            pub fn weight(&self) -> Weight {
                Weight {
                    tier: self.tier,
                    proves: self.proves,
                    capabilities: self.capabilities.clone(),
                    lifecycle: self.lifecycle,
                }
            }
        }
    };
}

fn no_names() -> Vec<String> {
    Vec::new()
}

fn no_reach() -> Vec<Reach> {
    Vec::new()
}

fn no() -> bool {
    false
}

block! {
    /// Packages in manifests and lock files.
    PackageBlock {
        /// Where the names are registered.
        ecosystem: Ecosystem,
        /// Whole names.
        names: Vec<String> = "no_names",
        /// Beginnings of names.
        prefixes: Vec<String> = "no_names",
        /// Names that a prefix must not take.
        exclude: Vec<String> = "no_names",
    }
}

block! {
    /// Imported modules.
    ImportBlock {
        /// The importing language.
        lang: Language,
        /// Modules; submodules count too.
        modules: Vec<String>,
        /// Submodules that are no evidence.
        exclude: Vec<String> = "no_names",
    }
}

block! {
    /// Calls whose resolved path ends in one of the symbols.
    CallBlock {
        /// The calling language, or `any`.
        lang: CallLanguage,
        /// Dotted tails.
        symbols: Vec<String>,
        /// Dotted tails that do not count.
        exclude: Vec<String> = "no_names",
        /// One string-literal argument must equal one of these.
        arguments: Vec<String> = "no_names",
        /// Counts without an import of this signature.
        unbound: bool = "no",
        /// The first positional or model-like argument is a model's id, whatever its shape.
        names_model: bool = "no",
    }
}

/// A language, or any.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum CallLanguage {
    /// One language.
    One(Language),
    /// Every language.
    Any(AnyLanguage),
}

/// The word `any`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AnyLanguage {
    /// Every language.
    Any,
}

block! {
    /// Hosts in literals and settings.
    HostBlock {
        /// Exact names; a leading `*.` stands for one or more labels.
        names: Vec<String>,
        /// The URL's path must begin with one of these.
        paths: Vec<String> = "no_names",
    }
}

block! {
    /// Environment variable names.
    EnvBlock {
        /// Exact names.
        names: Vec<String>,
    }
}

block! {
    /// Model identifiers: whole literals under a model-like key.
    ModelBlock {
        /// Exact ids.
        exact: Vec<String> = "no_names",
        /// Patterns, anchored by the engine.
        regex: Vec<String> = "no_names",
        /// Organisations whose `org/id` counts without a model-like key, at tier A.
        orgs: Vec<String> = "no_names",
        /// Keys and arguments under which ids stand; empty means the built-in list.
        context: Vec<String> = "no_names",
    }
}

block! {
    /// Container images by repository.
    ImageBlock {
        /// Repositories without tag; trailing `*` for a prefix.
        names: Vec<String>,
    }
}

block! {
    /// Files whose presence speaks.
    FileBlock {
        /// Globs relative to any folder.
        globs: Vec<String>,
        /// At least one line must match.
        line_any: Vec<String> = "no_names",
        /// For each of these one line must match.
        line_all: Vec<String> = "no_names",
        /// Top-level keys that a JSON file must have, one of them.
        json_keys: Vec<String> = "no_names",
    }
}

block! {
    /// Settings and call arguments that give a tool power.
    SettingBlock {
        /// Files in which it counts; none: arguments of calls on this product.
        globs: Vec<String> = "no_names",
        /// Dotted keys, array indices left out.
        keys: Vec<String>,
        /// Exact scalars, trailing `*` for a prefix; none: any value.
        values: Vec<String> = "no_names",
        /// The power.
        grants: Grant,
    }
}

block! {
    /// Entries of `mcpServers` and its siblings: each is a component. With
    /// `packages` it is no matcher of its own, but says what these can get at.
    ServerBlock {
        /// The protocol.
        protocol: String,
        /// Packages, images or programs of known servers; trailing `*` for a prefix.
        packages: Vec<String> = "no_names",
        /// What they can get at.
        reach: Vec<Reach> = "no_reach",
    }
}

block! {
    /// The shape of a credential. Only its kind and place are ever kept.
    KeyBlock {
        /// What it is, for people.
        kind: String,
        /// Its shape.
        regex: String,
    }
}

block! {
    /// Libraries that programs are linked with, or that lie there as programs.
    LibraryBlock {
        /// File names without version and folder; trailing `*` for a prefix.
        names: Vec<String>,
    }
}

block! {
    /// Symbols that programs take from outside or offer.
    SymbolBlock {
        /// Whole symbols, without the underscore that some systems put before
        /// them; trailing `*` for a prefix.
        names: Vec<String>,
    }
}

block! {
    /// Texts in the constant data of programs. Two different ones in one
    /// program prove; one alone is a hint.
    MarkBlock {
        /// The texts, case included.
        texts: Vec<String>,
    }
}

block! {
    /// Files that hold a model: each becomes a component of its own.
    WeightsBlock {
        /// Formats, as the readers name them.
        formats: Vec<String>,
        /// What the header must say something of; none: anything.
        key: String = "String::new",
        /// What it must say there, trailing `*` for a prefix; none: anything.
        values: Vec<String> = "no_names",
    }
}

/// A package or module whose name also names another product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeBlock {
    /// Where the name is registered.
    pub ecosystem: Ecosystem,
    /// How the name begins.
    pub prefix: String,
    /// Rest of the name → id of the other product's signature.
    pub map: BTreeMap<String, String>,
}

/// An example that proves a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The file's path: it decides who reads it.
    pub file: String,
    /// The file's text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Instead of a text: the file's bytes, two digits each.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hex: String,
    /// Instead of a text: a program, of which only this matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<Program>,
    /// Evidence of this signature that must be found; empty: none may be.
    pub expect: Vec<Expected>,
    /// With nothing to expect: other signatures that rightly see the file.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<String>,
}

/// A program that an example is about: an executable is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Program {
    /// Libraries that it is linked with.
    #[serde(default)]
    pub libraries: Vec<String>,
    /// Symbols that it takes from them.
    #[serde(default)]
    pub symbols: Vec<String>,
    /// Texts in its constant data.
    #[serde(default)]
    pub texts: Vec<String>,
}

/// Evidence that an example must yield.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The kind of match.
    pub block: crate::model::vocabulary::Technique,
    /// What matched.
    pub value: String,
    /// Expected usage state, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<crate::model::vocabulary::Usage>,
    /// Expected tier, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<Tier>,
    /// Expected part of a model's life, if it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// What the match must show, if it matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capabilities: Vec<Capability>,
}
