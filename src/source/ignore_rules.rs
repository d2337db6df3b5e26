//! Ignore rules of a target: its own `.gitignore`, `.ignore` and
//! `.daylightignore` files, and `--exclude`. The rules' grammar is the
//! `ignore` crate's; what is ours is that every cut is told with its rule.
//!
//! The user's global ignore file, `.git/info/exclude` and folders above the
//! target are never asked: the same tree gives the same answer everywhere.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Names of ignore files, strongest first.
const FILES: &[&str] = &[".daylightignore", ".ignore", ".gitignore"];

/// Which rules count.
#[derive(Debug, Clone, Default)]
pub struct IgnoreOptions {
    /// `--no-gitignore`: only `.daylightignore` and `--exclude` count.
    pub no_gitignore: bool,
    /// `--exclude` globs, gitignore grammar, relative to the target.
    pub exclude: Vec<String>,
}

/// A rule that cut something off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// The rule as written.
    pub rule: String,
    /// The file that holds it, relative to the target, or `--exclude`.
    pub source: String,
}

/// The rules of one folder and, by its parent, of those above it.
#[derive(Debug)]
struct Level {
    parent: Option<Arc<Level>>,
    /// One per name in [`FILES`], in that order.
    rules: Vec<Option<Gitignore>>,
}

/// All rules of a target, loaded folder by folder as the walk gets there.
#[derive(Debug)]
pub struct IgnoreRules {
    root: PathBuf,
    options: IgnoreOptions,
    exclude: Gitignore,
    /// By the folder as the walk writes it: comparing paths part by part costs more.
    levels: RwLock<HashMap<OsString, Arc<Level>>>,
}

impl IgnoreRules {
    /// The rules of the target at `root`.
    ///
    /// # Errors
    /// An `--exclude` glob is invalid.
    pub fn new(root: &Path, options: IgnoreOptions) -> Result<Self, ignore::Error> {
        let mut builder = GitignoreBuilder::new(root);
        for glob in &options.exclude {
            builder.add_line(None, glob)?;
        }
        let exclude = builder.build()?;
        Ok(Self { root: root.to_path_buf(), options, exclude, levels: RwLock::default() })
    }

    /// The rule that cuts `path` off, if one does. Parents must have been
    /// asked before: what lies in a cut folder is never asked.
    #[must_use]
    pub fn cut(&self, path: &Path, is_folder: bool) -> Option<Cut> {
        self.cut_by(FILES.len(), path, is_folder)
    }

    /// The place at which `--exclude` or a `.daylightignore` cuts off `file`
    /// or a folder it lies in, and the rule: these hold for tracked files too.
    #[must_use]
    pub fn cut_by_choice(&self, file: &Path) -> Option<(PathBuf, Cut)> {
        let mut on_the_way: Vec<&Path> =
            file.ancestors().take_while(|path| *path != self.root).collect();
        on_the_way.reverse();
        on_the_way.into_iter().find_map(|path| {
            let cut = self.cut_by(1, path, path != file)?;
            Some((path.to_path_buf(), cut))
        })
    }

    /// As [`Self::cut`], by `--exclude` and the first `kinds` of [`FILES`] only.
    fn cut_by(&self, kinds: usize, path: &Path, is_folder: bool) -> Option<Cut> {
        if let Match::Ignore(glob) = self.exclude.matched(path, is_folder) {
            return Some(Cut { rule: glob.original().to_owned(), source: "--exclude".to_owned() });
        }
        let level = self.level(path.parent()?);
        for kind in 0..kinds {
            let mut at = Some(&level);
            while let Some(current) = at {
                let rules = current.rules.get(kind).and_then(Option::as_ref);
                match rules.map_or(Match::None, |rules| rules.matched(path, is_folder)) {
                    Match::Ignore(glob) => {
                        let source =
                            glob.from().map_or_else(String::new, |from| self.relative(from));
                        return Some(Cut { rule: glob.original().to_owned(), source });
                    }
                    Match::Whitelist(_) => return None,
                    Match::None => at = current.parent.as_ref(),
                }
            }
        }
        None
    }

    fn relative(&self, path: &Path) -> String {
        let relative = path.strip_prefix(&self.root).unwrap_or(path);
        crate::model::text::display_safe(&relative.to_string_lossy().replace('\\', "/"))
    }

    fn level(&self, folder: &Path) -> Arc<Level> {
        let name = folder.as_os_str();
        let known = self.levels.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(level) = known {
            return level;
        }
        let parent = (folder != self.root)
            .then(|| folder.parent().filter(|parent| parent.starts_with(&self.root)))
            .flatten()
            .map(|parent| self.level(parent));
        let level = Arc::new(Level { parent, rules: self.load(folder) });
        let mut levels = self.levels.write().unwrap_or_else(PoisonError::into_inner);
        levels.entry(name.to_owned()).or_insert(level).clone()
    }

    fn load(&self, folder: &Path) -> Vec<Option<Gitignore>> {
        FILES
            .iter()
            .map(|name| {
                if self.options.no_gitignore && *name != ".daylightignore" {
                    return None;
                }
                let file = folder.join(name);
                let readable = file
                    .symlink_metadata()
                    .is_ok_and(|meta| meta.is_file() && meta.len() < 1 << 20);
                if !readable {
                    return None;
                }
                let mut builder = GitignoreBuilder::new(folder);
                // A broken line is left out, as git does; the others count.
                let _ = builder.add(&file);
                builder.build().ok()
            })
            .collect()
    }
}
