//! Which files the second reading takes, how they are written, and in which
//! channel their words stand. By path alone. Knows no word.

use super::tokens::{Setting, Syntax};
use crate::model::place::{Region, name_of};
use crate::model::reading::Channel;
use crate::model::region::region_of;

/// What a path says about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // a path says several things at once
pub struct FileClass {
    pub(super) syntax: Syntax,
    /// Where names and plain text of the file stand.
    home: Channel,
    /// The name speaks of prompts.
    prompts: bool,
    /// It declares packages.
    pub(super) manifest: bool,
    /// Belongs to the whole unit wherever it lies in it: a manifest, a readme,
    /// a schema, a model card.
    pub of_the_unit: bool,
    /// Neighbourhood.
    pub(super) region: Region,
    /// A script or tool beside the product.
    pub(super) tool: bool,
    /// A notebook: JSON that holds code and prose.
    pub is_notebook: bool,
    /// Documentation, or how tables came to be: read after what is as near.
    pub comes_last: bool,
}

/// Folders of steps by which tables came to be.
const MIGRATIONS: &[&str] = &["migrations", "migration", "alembic", "versions", "migrate"];
/// Files of translations: their words say nothing about the system.
const TRANSLATIONS: &[&str] = &["locales", "locale", "i18n", "l10n", "translations", "lang"];
/// Folders in which nothing says what a product is for: what steers an
/// assistant that develops it, and reports about tests.
const BESIDE: &[&str] = &[
    ".claude",
    ".cursor",
    ".codex",
    ".gemini",
    ".windsurf",
    ".continue",
    ".agents",
    ".opencode",
    "lcov-report",
    "htmlcov",
];
/// Folders of documentation that a tool made of the sources.
const MADE: &[&str] = &["_modules", "_sources", "_static"];
/// Beginnings of names of files that are never read for words.
const PASSED_BY: &[&str] = &[
    "license",
    "licence",
    "copying",
    "notice",
    "changelog",
    "changes",
    "history",
    "news",
    "authors",
];
const MANIFESTS: &[&str] = &[
    "pyproject.toml",
    "package.json",
    "go.mod",
    "cargo.toml",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "gemfile",
    "composer.json",
    "environment.yml",
    "environment.yaml",
    "setup.py",
    "setup.cfg",
    "pipfile",
    "packages.config",
];
const SCHEMA_STEMS: &[&str] =
    &["models", "schema", "schemas", "entities", "entity", "tables", "dto", "dtos", "forms"];

/// Endings of files that may be read for words.
const ENDINGS: &[&str] = &[
    "py",
    "rb",
    "r",
    "ipynb",
    "jl",
    "js",
    "mjs",
    "cjs",
    "ts",
    "mts",
    "go",
    "rs",
    "java",
    "kt",
    "kts",
    "cs",
    "c",
    "cc",
    "cpp",
    "h",
    "hpp",
    "php",
    "swift",
    "scala",
    "dart",
    "tsx",
    "jsx",
    "sql",
    "prisma",
    "graphql",
    "proto",
    "avsc",
    "xsd",
    "yaml",
    "yml",
    "toml",
    "ini",
    "cfg",
    "conf",
    "properties",
    "env",
    "json",
    "html",
    "htm",
    "vue",
    "svelte",
    "hbs",
    "ejs",
    "erb",
    "cshtml",
    "jsp",
    "prompt",
    "jinja",
    "jinja2",
    "j2",
    "tmpl",
    "mustache",
    "md",
    "mdx",
    "rst",
    "txt",
    "adoc",
    "tf",
    "mod",
    "xml",
    "gradle",
    "config",
];

/// Whether a file may be read for words, at a glance: asked of every file of
/// every tree, so it allocates nothing and leaves the finer questions to
/// [`class_of`].
#[must_use]
pub fn may_be_read(path: &str) -> bool {
    let name = name_of(path);
    let known = match name.rsplit_once('.') {
        Some((_, ending)) => ENDINGS.iter().any(|known| known.eq_ignore_ascii_case(ending)),
        None => name.len() < 20,
    };
    known && !path.contains("node_modules/") && !path.contains("vendor/")
}

/// What the path says; `None` for files that are not read for words.
#[must_use]
pub fn class_of(path: &str) -> Option<FileClass> {
    let lower = path.to_ascii_lowercase();
    let name = name_of(&lower);
    let folders: Vec<&str> = lower.split('/').rev().skip(1).collect();
    let region = region_of(path);
    let skipped = matches!(region, Region::Test | Region::Vendored | Region::Generated)
        || folders.iter().any(|folder| TRANSLATIONS.contains(folder))
        || folders.iter().any(|folder| BESIDE.contains(folder))
        || region == Region::Docs && folders.iter().any(|folder| MADE.contains(folder))
        || is_pipeline(&folders)
        || is_report(&folders, name)
        || is_passed_by(name)
        || is_lock(name);
    if skipped {
        return None;
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let prompts = stem.contains("prompt") || folders.iter().any(|folder| folder.contains("prompt"));
    let class = |syntax, home| FileClass {
        syntax,
        home,
        prompts,
        manifest: false,
        of_the_unit: false,
        region,
        is_notebook: extension == "ipynb",
        comes_last: region == Region::Docs
            || folders.iter().any(|folder| MIGRATIONS.contains(folder)),
        tool: folders.iter().any(|folder| ["scripts", "tools", "bin", "hack"].contains(folder)),
    };
    if MANIFESTS.contains(&name) || (name.starts_with("requirements") && extension == "txt") {
        let home = class(Syntax::Hash, Channel::Meta);
        return Some(FileClass { manifest: true, of_the_unit: true, ..home });
    }
    if ["chart.yaml", "catalog-info.yaml", "catalog-info.yml"].contains(&name) {
        return Some(FileClass { of_the_unit: true, ..class(Syntax::Hash, Channel::Meta) });
    }
    let deploys = name.contains("dockerfile")
        || name.starts_with("compose.")
        || name.starts_with("docker-compose")
        || extension == "tf"
        || folders.iter().any(|folder| {
            [
                "k8s",
                "kubernetes",
                "helm",
                "deploy",
                "deployment",
                "charts",
                "templates",
                "manifests",
            ]
            .contains(folder)
        }) && ["yaml", "yml"].contains(&extension);
    if deploys {
        return Some(class(Syntax::Hash, Channel::Deployment));
    }
    let schema = SCHEMA_STEMS.contains(&stem)
        || folders.iter().any(|folder| ["migrations", "entities", "schemas"].contains(folder));
    let (syntax, home) = by_ending(name, extension, schema, prompts)?;
    // a page of documentation is no page of the product
    let explains = region == Region::Docs && home == Channel::Interface;
    let home = if explains { Channel::Document } else { home };
    let schema_file = home == Channel::Schema && matches!(syntax, Syntax::Sql | Syntax::Braces);
    let telling = ["readme", "model_card", "modelcard", "model-card", "datasheet"];
    let of_the_unit = schema_file && !is_code(extension)
        || syntax == Syntax::Prose && telling.iter().any(|word| stem.starts_with(word));
    Some(FileClass { of_the_unit, ..class(syntax, home) })
}

/// `.github/workflows` and its kin; a folder `workflows` of a product is none.
fn is_pipeline(folders: &[&str]) -> bool {
    folders.windows(2).any(|pair| match pair {
        [inner, outer] => *inner == "workflows" && outer.starts_with('.'),
        _ => false,
    })
}

/// What a measurement of tests writes into a folder `coverage`; an insurer's
/// folder of that name holds code.
fn is_report(folders: &[&str], name: &str) -> bool {
    let written = [".html", ".json", ".xml", ".css"];
    let scripts = ["prettify.js", "sorter.js", "block-navigation.js"];
    folders.contains(&"coverage")
        && (written.iter().any(|ending| name.ends_with(ending)) || scripts.contains(&name))
}

/// `LICENSE-MIT`, `NEWS.md`: a text that is called so. `license_plate.py` is
/// none.
fn is_passed_by(name: &str) -> bool {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_text = ["", "md", "rst", "txt", "adoc", "html"].contains(&ending)
        || ending.starts_with(|c: char| c.is_ascii_digit());
    let begins = |word: &str| {
        stem.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphabetic()))
    };
    is_text && PASSED_BY.iter().any(|word| begins(word))
}

fn is_code(ending: &str) -> bool {
    matches!(
        ending,
        "js" | "mjs"
            | "cjs"
            | "ts"
            | "mts"
            | "go"
            | "rs"
            | "java"
            | "kt"
            | "kts"
            | "cs"
            | "c"
            | "cc"
            | "cpp"
            | "h"
            | "hpp"
            | "php"
            | "swift"
            | "scala"
            | "dart"
    )
}

/// How a file of this ending is written, and where its words stand.
fn by_ending(name: &str, ending: &str, schema: bool, prompts: bool) -> Option<(Syntax, Channel)> {
    let code = if schema { Channel::Schema } else { Channel::Code };
    Some(match ending {
        "py" | "rb" | "r" | "ipynb" | "jl" => (Syntax::Python, code),
        ending if is_code(ending) => (Syntax::Braces, code),
        "tsx" | "jsx" => (Syntax::Jsx, code),
        "sql" => (Syntax::Sql, Channel::Schema),
        "prisma" | "graphql" | "proto" | "avsc" | "xsd" => (Syntax::Braces, Channel::Schema),
        "yaml" | "yml" | "toml" | "ini" | "cfg" | "conf" | "properties" | "env" | "json" => {
            (Syntax::Hash, Channel::Config)
        }
        "" if name.starts_with(".env") => (Syntax::Hash, Channel::Config),
        "html" | "htm" | "vue" | "svelte" | "hbs" | "ejs" | "erb" | "cshtml" | "jsp" => {
            (Syntax::Markup, Channel::Interface)
        }
        "prompt" => (Syntax::Markup, Channel::Prompt),
        "jinja" | "jinja2" | "j2" | "tmpl" | "mustache" => {
            (Syntax::Markup, if prompts { Channel::Prompt } else { Channel::Interface })
        }
        "md" | "mdx" | "rst" | "txt" | "adoc" => {
            (Syntax::Prose, if prompts { Channel::Prompt } else { Channel::Document })
        }
        _ => return None,
    })
}

fn is_lock(name: &str) -> bool {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    ending == "lock"
        || name.ends_with("-lock.json")
        || name.ends_with("-lock.yaml")
        || name.ends_with(".min.js")
        || name == "go.sum"
}

impl FileClass {
    /// In which channel a word stands. `near_ai`: the file itself uses AI.
    pub(super) fn channel(self, setting: Setting, near_ai: bool) -> Channel {
        match setting {
            Setting::Comment if self.manifest => Channel::Meta,
            Setting::Comment => Channel::Document,
            Setting::Query => Channel::Schema,
            Setting::Route | Setting::Markup
                if ![Channel::Prompt, Channel::Document].contains(&self.home) =>
            {
                Channel::Interface
            }
            Setting::Sentence if near_ai || self.prompts => Channel::Prompt,
            Setting::Sentence => Channel::Interface,
            Setting::Word if self.syntax == Syntax::Jsx => Channel::Interface,
            _ => self.home,
        }
    }

    /// The same file's prose, where it holds both: the Markdown of a notebook.
    #[must_use]
    pub fn prose(self) -> Self {
        Self { syntax: Syntax::Prose, home: Channel::Document, ..self }
    }

    /// Whether it lies in documentation.
    #[must_use]
    pub fn is_documentation(self) -> bool {
        self.region == Region::Docs
    }

    /// Settings: what is longer than worth reading is data.
    #[must_use]
    pub fn is_data(self) -> bool {
        self.home == Channel::Config
    }

    /// Most bytes of such a file that are worth reading.
    #[must_use]
    pub fn bytes(self, most: usize) -> usize {
        // what is longer is data, not settings
        if self.home == Channel::Config { most / 4 } else { most }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_where_its_words_stand() {
        let home = |path: &str| class_of(path).map(|class| class.home);
        assert_eq!(home("app/screening.py"), Some(Channel::Code));
        assert_eq!(home("app/models.py"), Some(Channel::Schema));
        assert_eq!(home("db/migrations/001_init.rb"), Some(Channel::Schema));
        assert_eq!(home("prompts/screen.md"), Some(Channel::Prompt));
        assert_eq!(home("README.md"), Some(Channel::Document));
        assert_eq!(home("Dockerfile"), Some(Channel::Deployment));
        assert_eq!(home("package.json"), Some(Channel::Meta));
        assert_eq!(home("ui/page.html"), Some(Channel::Interface));
        assert_eq!(home("docs/page.html"), Some(Channel::Document));
    }

    #[test]
    fn whatever_is_read_may_be_read_at_a_glance() {
        for path in ["Dockerfile", "a.py", "a/b.tsx", "go.mod", "pom.xml", "x.prisma", "README.md"]
        {
            assert!(class_of(path).is_some() && may_be_read(path), "{path}");
        }
        assert!(!may_be_read("node_modules/a/b.js") && !may_be_read("logo.png"));
    }

    #[test]
    fn what_is_only_called_like_them_is_read() {
        for path in [
            "app/license_plate.py",
            "news.py",
            "src/history.ts",
            "src/workflows/screening.py",
            "src/coverage/policy.py",
            "src/coverage/decide.js",
            "_modules/score.py",
        ] {
            assert!(class_of(path).is_some(), "{path}");
        }
    }

    #[test]
    fn tests_translations_locks_and_licences_are_passed_by() {
        for path in [
            "tests/test_app.py",
            "app/locales/de.json",
            "package-lock.json",
            "LICENSE",
            "LICENSE-MIT",
            "COPYING.txt",
            "NEWS-2024.md",
            "CHANGELOG.md",
            ".github/workflows/ci.yml",
            "coverage/index.html",
            "docs/_modules/app.html",
            "logo.png",
            "node_modules/x/index.js",
        ] {
            assert_eq!(class_of(path), None, "{path}");
        }
    }
}
