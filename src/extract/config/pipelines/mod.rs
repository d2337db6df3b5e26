//! Pipelines: what a host of code runs by itself. Knows the places and shapes
//! of their files, not what is run.
//!
//! [`steps`] walks over the tree, [`groovy`] finds the commands of the one kind
//! of pipeline that is a program.

mod groovy;
mod state;
mod steps;

pub use groovy::Jenkinsfile;

use super::{Teller, unless_excused};
use crate::extract::structured;
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::place::{folder_of, name_of};

/// Files of pipelines that are YAML. The generic reader leaves them alone.
const FILES: &[&str] = &[
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".github/workflows/**/*.yml",
    ".github/workflows/**/*.yaml",
    ".github/workflows/*.disabled",
    ".github/*disabled*/*.yml",
    ".github/*disabled*/*.yaml",
    ".gitea/workflows/*.yml",
    ".gitea/workflows/*.yaml",
    ".forgejo/workflows/*.yml",
    ".forgejo/workflows/*.yaml",
    ".github/actions/**/action.yml",
    ".github/actions/**/action.yaml",
    ".gitlab-ci.yml",
    "*.gitlab-ci.yml",
    ".gitlab-ci/**/*.yml",
    ".gitlab/ci/**/*.yml",
    ".circleci/*.yml",
    ".circleci/*.yaml",
    "azure-pipelines*.yml",
    "azure-pipelines*.yaml",
    ".azure-pipelines/**/*.yml",
    ".azure-pipelines/**/*.yaml",
    ".azuredevops/**/*.yml",
    ".buildkite/*.yml",
    ".buildkite/*.yaml",
    "bitbucket-pipelines.yml",
    ".travis.yml",
    ".drone.yml",
    ".woodpecker.yml",
    ".woodpecker/*.yml",
    ".woodpecker/*.yaml",
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    ".pre-commit-hooks.yaml",
    "action.yml",
    "action.yaml",
];

/// Reads the YAML of pipelines: workflows and actions of GitHub, Gitea and
/// Forgejo, GitLab, `CircleCI`, Azure Pipelines, Buildkite, Bitbucket, Travis,
/// Drone, Woodpecker, and the hooks of pre-commit.
///
/// A step's `uses` and a hook's `repo` are parts, by owner and name; scripts
/// (`run`, `script`, ...) are read by the reader of their language, which is a
/// shell unless the step says otherwise; `image` and `container` are images;
/// secrets and variables that expressions name are read variables. All else is
/// a setting.
///
/// What never runs by itself is told as being there only: a workflow in a
/// folder or under a name that its host does not look at, one that nothing but
/// a person starts, and a job or step whose condition is `false`. Its scripts
/// and images are not told, its settings as one of several.
#[derive(Debug)]
pub struct Pipelines;

impl Extractor for Pipelines {
    fn id(&self) -> &'static str {
        "pipelines"
    }

    fn about(&self) -> &'static str {
        "pipelines: steps, scripts, images and settings of GitHub, GitLab and other hosts"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: FILES, extensions: &[], gate: Gate::Anchors }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let (documents, error) = structured::yaml(content);
        let mut teller = Teller::new(content, sink);
        for document in &documents {
            let active = is_looked_at(content.path) && !state::waits_for_a_person(document);
            steps::tell(document, active, &mut teller);
        }
        unless_filled_in(content, error)
    }
}

/// Whether the generic readers leave a file to this one.
pub(super) fn reads(path: &str) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    let folder = folder_of(path);
    let within = |known: &str| {
        folder.split_once(known).is_some_and(|(before, behind)| {
            (before.is_empty() || before.ends_with('/'))
                && (behind.is_empty() || behind.starts_with('/'))
        })
    };
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let set_aside = within(".github") && last.contains("disabled");
    let action = matches!(name.as_str(), "action.yml" | "action.yaml");
    action
        || set_aside
        || name.ends_with(".gitlab-ci.yml")
        || name.starts_with("azure-pipelines")
        || name.starts_with(".pre-commit-")
        || NAMES.contains(&name.as_str())
        || FOLDERS.iter().any(|known| within(known))
}

/// Names among [`FILES`] that stand anywhere.
const NAMES: &[&str] = &["bitbucket-pipelines.yml", ".travis.yml", ".drone.yml", ".woodpecker.yml"];

/// Folders among [`FILES`] whose YAML is pipelines.
const FOLDERS: &[&str] = &[
    ".github/workflows",
    ".gitea/workflows",
    ".forgejo/workflows",
    ".gitlab-ci",
    ".gitlab/ci",
    ".circleci",
    ".azure-pipelines",
    ".azuredevops",
    ".buildkite",
    ".woodpecker",
];

/// Whether the host of the code looks at this file. GitHub looks at YAML right
/// in its folder; what lies elsewhere near it was put aside.
fn is_looked_at(path: &str) -> bool {
    let name = name_of(path).to_ascii_lowercase();
    let folder = folder_of(path);
    let last = folder.rsplit('/').next().unwrap_or(folder);
    let beside = folder.contains(".github/workflows/");
    !name.ends_with(".disabled") && !last.contains("disabled") && !beside
}

/// A mistake in a file that is filled in first is none of its own. The `${{ }}`
/// of pipelines does not make a file such a one: it stands within values.
fn unless_filled_in(
    content: &Content<'_>,
    error: Option<ExtractError>,
) -> Result<(), ExtractError> {
    let bytes = content.text.as_bytes();
    let of_values = |at: usize| at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'$');
    let mut filled = memchr::memmem::find_iter(bytes, "{{");
    match error {
        Some(error) if !content.truncated && filled.all(of_values) => Err(error),
        error => unless_excused(content, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workflow_is_looked_at_where_its_host_looks() {
        for path in [".github/workflows/a.yml", "x/.github/workflows/a.yaml", ".gitlab-ci.yml"] {
            assert!(reads(path) && is_looked_at(path), "{path}");
        }
        for path in [
            ".github/workflows/old/a.yml",
            ".github/workflows/a.yml.disabled",
            ".github/workflows-disabled/a.yml",
            ".github/disabled_workflows/a.yml",
        ] {
            assert!(reads(path) && !is_looked_at(path), "{path}");
        }
        for path in ["config.yml", "workflows/a.yml", "a.github/workflows/a.yml", "ci.yml"] {
            assert!(!reads(path), "{path}");
        }
    }
}
