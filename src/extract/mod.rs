//! Formats become facts. Knows formats, knows no AI.
//!
//! One file per parsing logic, one row per file in [`EXTRACTORS`]. Siblings
//! never import each other; what several formats of one family share lies in
//! that family's own `mod.rs`.

pub mod code;
pub mod commands;
pub mod config;
pub mod content;
pub mod dispatch;
pub mod export;
pub mod package;
pub mod structured;

use thiserror::Error;

use crate::model::fact::{Fact, Language};
use crate::model::place::Span;
pub use content::Content;

/// Which files an extractor reads. Declarative: compiled once into one table.
#[derive(Debug, Clone, Copy)]
pub struct Interest {
    /// Exact file names, compared without regard to case.
    pub names: &'static [&'static str],
    /// Globs over the whole relative path (`**/` is implied at the start).
    pub globs: &'static [&'static str],
    /// Extensions without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// Whether the file must hold an anchor of some signature first.
    pub gate: Gate,
}

/// When an extractor runs on a file it is interested in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// Only if an anchor of some signature stands in the bytes.
    Anchors,
    /// Always: the file draws boundaries, names owners, or is so small and
    /// telling (a manifest) that short names in it count.
    Open,
    /// If the beginning of the file tells the format ([`Extractor::claims`]).
    Telling,
}

/// What kind of thing a reader makes of a file: a word that means something
/// in one language's source means nothing in another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// Source code in a language.
    Source(Language),
    /// Source code in several languages.
    Sources(&'static [Language]),
    /// Settings: keys and values, neither packages nor code.
    Settings,
    /// Exports of consoles and logs, known by their beginning: no name in
    /// them is looked for beforehand.
    Exports,
    /// Anything else; the gate makes no difference there.
    Other,
}

/// Reads one format.
pub trait Extractor: Sync {
    /// Stable id; appears in problems and docs.
    fn id(&self) -> &'static str;
    /// One sentence for `daylight list extractors`.
    fn about(&self) -> &'static str;
    /// The files it reads.
    fn interest(&self) -> Interest;
    /// What it makes of a file, by which the gate knows what concerns it.
    fn reads(&self) -> Reads {
        Reads::Other
    }
    /// Whether of a file of this name it reads [`Content::parts`] and no more.
    fn reads_parts(&self, _name: &str) -> bool {
        false
    }
    /// Whether a file is only valid whole, so that the larger limit holds.
    fn needs_whole(&self) -> bool {
        false
    }
    /// Whether a file that begins like this is of the format, for
    /// [`Gate::Telling`]. Cheap: it is asked of every file of that name.
    fn claims(&self, _head: &[u8]) -> bool {
        false
    }
    /// A reading line by line of a file that begins like this, for files that
    /// are larger than what is read at once.
    fn lines(&self, _head: &[u8]) -> Option<Box<dyn Lines>> {
        None
    }
    /// Whether [`Extractor::glance`] looks at all.
    fn glances(&self) -> bool {
        false
    }
    /// A cheap look at a file that the gate keeps out, so that a file that is
    /// plainly broken is told even where nothing in it is looked for.
    fn glance(&self, _content: &Content<'_>) -> Option<ExtractError> {
        None
    }
    /// Tells the facts of one file. Must not panic on any input (if it does,
    /// the pipeline records `extractor-panicked`); facts told before an error count.
    ///
    /// # Errors
    /// What is wrong with the file; it becomes a problem in the coverage.
    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError>;
}

/// Reads a file line by line, so that it may be larger than memory.
pub trait Lines {
    /// Lines in which no anchor of any signature stands: not read, but counted.
    fn pass(&mut self, lines: u32);
    /// The next line.
    fn line(&mut self, line: &str);
    /// Tells what was read.
    ///
    /// # Errors
    /// What is wrong with the file.
    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<(), ExtractError>;
}

/// Takes what an extractor tells.
pub trait Sink {
    /// A fact, with the point where it stands (`None`: the file as a whole).
    fn fact(&mut self, fact: Fact<'_>, span: Option<Span>);
    /// Something that could not be understood, without ending the file.
    fn note(&mut self, code: ProblemCode, detail: &str);
}

/// Why a file could not be read in full. `detail` never holds file content.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtractError {
    /// The file breaks its own grammar.
    #[error("{detail}")]
    Malformed {
        /// What and where, as the parser says it, without quoting the file.
        detail: String,
    },
    /// Nesting beyond the limit.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
}

impl ExtractError {
    /// A grammar error with its detail.
    #[must_use]
    pub fn malformed(detail: impl std::fmt::Display) -> Self {
        Self::Malformed { detail: detail.to_string() }
    }

    /// The stable code of the problem it becomes.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        match self {
            Self::Malformed { .. } => ProblemCode::Malformed,
            Self::TooDeep { .. } => ProblemCode::TooDeep,
        }
    }
}

/// The codes of problems, for `daylight list problems`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ProblemCode {
    /// The operating system refused to open or read the file.
    Unreadable,
    /// Only the head of the file was read.
    Truncated,
    /// The bytes are not the text that the name promises.
    Encoding,
    /// The file is UTF-16; it was converted and read.
    Transcoded,
    /// A FIFO, socket or device: not opened.
    SpecialFile,
    /// A link that leads back to a folder it lies in: not followed.
    LinkLoop,
    /// The file's name holds characters that could deceive; they are shown as U+FFFD.
    UnsafeName,
    /// The file breaks its own grammar.
    Malformed,
    /// Nested deeper than the limit.
    TooDeep,
    /// A reference to another file leads nowhere or out of the target.
    BrokenReference,
    /// More facts or matches than the limit; the rest was not looked at.
    Capped,
    /// An export that is cut off, or says that it is not all.
    Incomplete,
    /// A file among exports that is of no known kind.
    NotUnderstood,
    /// The extractor itself failed; a defect of Daylight.
    ExtractorPanicked,
    /// The walker met an error that belongs to no file.
    Walk,
    /// A merge had not the files whose words it would have read.
    NotReadAgain,
    /// A bound cut an archive; the rest of it was not read.
    ArchiveLimit,
    /// Members of an archive are under a password.
    Encrypted,
    /// A format or a way of packing that is not read.
    Unsupported,
}

impl ProblemCode {
    /// Every code.
    pub const ALL: &'static [Self] = &[
        Self::Unreadable,
        Self::Truncated,
        Self::Encoding,
        Self::Transcoded,
        Self::SpecialFile,
        Self::LinkLoop,
        Self::UnsafeName,
        Self::Malformed,
        Self::TooDeep,
        Self::BrokenReference,
        Self::Capped,
        Self::Incomplete,
        Self::NotUnderstood,
        Self::ExtractorPanicked,
        Self::Walk,
        Self::NotReadAgain,
        Self::ArchiveLimit,
        Self::Encrypted,
        Self::Unsupported,
    ];

    /// The stable kebab word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Truncated => "truncated",
            Self::Encoding => "encoding",
            Self::Transcoded => "transcoded",
            Self::SpecialFile => "special-file",
            Self::LinkLoop => "link-loop",
            Self::UnsafeName => "unsafe-name",
            Self::Malformed => "malformed",
            Self::TooDeep => "too-deep",
            Self::BrokenReference => "broken-reference",
            Self::Capped => "capped",
            Self::Incomplete => "incomplete",
            Self::NotUnderstood => "not-understood",
            Self::ExtractorPanicked => "extractor-panicked",
            Self::Walk => "walk",
            Self::NotReadAgain => "not-read-again",
            Self::ArchiveLimit => "archive-limit",
            Self::Encrypted => "encrypted",
            Self::Unsupported => "unsupported",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Unreadable => "the operating system refused to open or read the file",
            Self::Truncated => "only the head of the file was read",
            Self::Encoding => "the bytes are not the text that the name promises",
            Self::Transcoded => "the file is UTF-16; it was converted and read",
            Self::SpecialFile => "a FIFO, socket or device; not opened",
            Self::LinkLoop => "a link that leads back to a folder it lies in; not followed",
            Self::UnsafeName => "the name holds control or reordering characters, shown as U+FFFD",
            Self::Malformed => "the file breaks its own grammar; what could be read was used",
            Self::TooDeep => "nested deeper than the limit; not read",
            Self::BrokenReference => {
                "a reference to another file leads nowhere or out of the target"
            }
            Self::Capped => "more facts than the limit; the rest was not looked at",
            Self::Incomplete => {
                "an export that is cut off or says that it is not all: no proof of absence"
            }
            Self::NotUnderstood => "a file among exports that is of no known kind; not read",
            Self::ExtractorPanicked => {
                "the reader itself failed: a defect of Daylight worth reporting"
            }
            Self::Walk => "the walk met an error that belongs to no file",
            Self::NotReadAgain => "a merge had not the files: words around AI were not read",
            Self::ArchiveLimit => "a bound cut the archive; the rest of it was not read",
            Self::Encrypted => "members of the archive are encrypted; not read",
            Self::Unsupported => "a format or a way of packing that is not read",
        }
    }
}

/// Every extractor, in the order in which they read a file that several are
/// interested in. To add a format, add its file and its row here.
pub const EXTRACTORS: &[&dyn Extractor] = &[
    // Before all others: what is an export speaks of persons, and is theirs alone.
    &export::json::ExportJson,
    &export::csv::ExportCsv,
    &export::log::ExportLog,
    &export::manifest::ExportManifest,
    &package::pypi::Requirements,
    &package::pypi::Pyproject,
    &package::pypi::SetupPy,
    &package::pypi::SetupCfg,
    &package::pypi::Pipfile,
    &package::pypi_lock::TomlLock,
    &package::pypi_lock::PipfileLock,
    &package::conda::Environment,
    &package::conda_recipe::Recipe,
    &package::npm::PackageJson,
    &package::npm_lock::PackageLock,
    &package::npm_lock::YarnLock,
    &package::npm_lock::PnpmLock,
    &package::npm_lock::BunLock,
    &package::cargo::CargoToml,
    &package::cargo::CargoLock,
    &package::cargo::CargoMetadata,
    &package::golang::GoMod,
    &package::maven::Pom,
    &package::gradle::BuildScript,
    &package::gradle::VersionCatalog,
    &package::gradle::GradleLock,
    &package::gradle::GradleProperties,
    &package::sbt::Sbt,
    &package::clojure::Clojure,
    &package::nuget::Project,
    &package::nuget::PackagesConfig,
    &package::nuget::PackagesLock,
    &package::nuget::Nuspec,
    &package::nuget::DepsJson,
    &package::nuget::PaketDependencies,
    &package::nuget::PaketLock,
    &package::rubygems::Gemfile,
    &package::rubygems::GemfileLock,
    &package::rubygems::Gemspec,
    &package::composer::ComposerJson,
    &package::composer::ComposerLock,
    &package::hex::MixExs,
    &package::hex::MixLock,
    &package::hex::RebarConfig,
    &package::hex::RebarLock,
    &package::pubspec::Pubspec,
    &package::pubspec::PubspecLock,
    &package::pixi::Pixi,
    &package::pixi::PixiLock,
    &package::pixi::CondaLock,
    &package::swift::PackageSwift,
    &package::swift::PackageResolved,
    &package::swift::XcodeProject,
    &package::swift::Podfile,
    &package::swift::PodfileLock,
    &package::swift::Podspec,
    &package::native::ConanfileTxt,
    &package::native::ConanfilePy,
    &package::native::ConanLock,
    &package::native::Vcpkg,
    &package::native::Cmake,
    &package::native::Meson,
    &package::native::MesonWrap,
    &package::bazel::BazelModule,
    &package::bazel::BazelBuild,
    &package::cran::Description,
    &package::cran::RenvLock,
    &package::julia::JuliaProject,
    &package::julia::JuliaManifest,
    &package::hackage::Cabal,
    &package::hackage::Hpack,
    &package::hackage::Stack,
    &package::luarocks::Rockspec,
    &package::nix::Nix,
    &package::nix::FlakeLock,
    &package::sbom::SbomJson,
    &package::sbom::SbomXml,
    &package::sbom::SpdxTagValue,
    &package::installed::PythonMetadata,
    &package::installed::SystemPackages,
    &package::installed::PomProperties,
    &package::installed::GemMetadata,
    &code::python::Python,
    &code::javascript::Javascript,
    &code::notebook::Notebook,
    &code::literate::Literate,
    &code::databricks::Databricks,
    &code::dotted::GO,
    &code::dotted::RUST,
    &code::dotted::JAVA,
    &code::dotted::KOTLIN,
    &code::dotted::CSHARP,
    &code::dotted::C,
    &code::dotted::RUBY,
    &code::dotted::PHP,
    &code::dotted::SWIFT,
    &code::dotted::SCALA,
    &code::dotted::GROOVY,
    &code::dotted::DART,
    &code::dotted::FSHARP,
    &code::dotted::OBJECTIVE_C,
    &code::dotted::R,
    &code::dotted::JULIA,
    &code::dotted::ELIXIR,
    &code::dotted::ERLANG,
    &code::dotted::CLOJURE,
    &code::dotted::HASKELL,
    &code::dotted::LUA,
    &code::dotted::PERL,
    &code::dotted::POWERSHELL,
    &code::dotted::MATLAB,
    &code::dotted::SQL,
    &code::shell::Shell,
    &config::codeowners::Codeowners,
    &config::backstage::Catalog,
    &config::chart::Chart,
    &config::template::Template,
    &config::gitmodules::Gitmodules,
    &config::readme::Readme,
    &config::dockerfile::Dockerfile,
    &config::compose::Compose,
    &config::terraform::Terraform,
    &config::terraform::TerraformValues,
    &config::records::Records,
    &config::flows::FlowProject,
    &config::xaml::Xaml,
    &config::bicep::Bicep,
    &config::servers::ToolServers,
    &config::pipelines::Pipelines,
    &config::pipelines::Jenkinsfile,
    &config::editors::Editors,
    &config::editors::RequiredPlugins,
    &config::image::ImageConfig,
    &config::dotenv::Dotenv,
    &config::properties::Properties,
    &config::model_folder::ModelFolder,
    &config::json::Json,
    &config::toml::Toml,
    &config::yaml::Yaml,
];
