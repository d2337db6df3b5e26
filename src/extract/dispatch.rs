//! Which extractors read a file, decided by its path alone: names, extensions
//! and globs of all extractors compiled once.

use std::borrow::Cow;

use foldhash::HashMap;
use globset::GlobBuilder;

use super::{EXTRACTORS, Extractor};
use crate::model::path_globs::PathGlobs;
use crate::model::place::name_of;

/// The compiled interests of all extractors.
#[derive(Debug)]
pub struct Dispatch {
    names: HashMap<String, Vec<usize>>,
    extensions: HashMap<&'static str, Vec<usize>>,
    globs: PathGlobs,
    glob_owner: Vec<usize>,
}

impl Dispatch {
    /// Compiles the interests of [`EXTRACTORS`].
    ///
    /// # Errors
    /// A glob in the table does not compile: a mistake of ours that every test meets.
    pub fn new() -> Result<Self, globset::Error> {
        let mut names: HashMap<String, Vec<usize>> = HashMap::default();
        let mut extensions: HashMap<&'static str, Vec<usize>> = HashMap::default();
        let mut globs = Vec::new();
        let mut glob_owner = Vec::new();
        for (index, extractor) in EXTRACTORS.iter().enumerate() {
            let interest = extractor.interest();
            for name in interest.names {
                names.entry(name.to_lowercase()).or_default().push(index);
            }
            for extension in interest.extensions {
                extensions.entry(extension).or_default().push(index);
            }
            for glob in interest.globs {
                let anywhere = format!("**/{glob}");
                globs.push(GlobBuilder::new(&anywhere).literal_separator(true).build()?);
                glob_owner.push(index);
            }
        }
        Ok(Self { names, extensions, globs: PathGlobs::new(globs), glob_owner })
    }

    /// Fills `into` with the indices into [`EXTRACTORS`] that want `path`, ascending.
    pub fn readers_of(&self, path: &str, into: &mut Vec<usize>) {
        into.clear();
        let name = name_of(path);
        // most names are in lower case
        let is_lower = name.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
        let name = if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_lowercase()) };
        if let Some(found) = self.names.get(name.as_ref()) {
            into.extend(found);
        }
        if let Some((_, extension)) = name.rsplit_once('.')
            && let Some(found) = self.extensions.get(extension)
        {
            into.extend(found);
        }
        into.extend(self.globs.matches(path).into_iter().filter_map(|at| self.glob_owner.get(at)));
        into.sort_unstable();
        into.dedup();
    }
}

/// The extractor with this id.
#[must_use]
pub fn extractor_by_id(id: &str) -> Option<&'static dyn Extractor> {
    EXTRACTORS.iter().copied().find(|extractor| extractor.id() == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(path: &str) -> Vec<&'static str> {
        let mut found = Vec::new();
        Dispatch::new().map(|dispatch| dispatch.readers_of(path, &mut found)).ok();
        // Exports are known by their beginning, whatever their name.
        let named = |id: &&str| !id.starts_with("export-");
        found.iter().map(|index| EXTRACTORS[*index].id()).filter(named).collect()
    }

    #[test]
    fn a_path_finds_its_readers_wherever_it_lies() {
        assert_eq!(readers("a/b/package.json"), ["npm-package-json", "json"]);
        assert_eq!(readers("src/app.PY"), ["python", "databricks"]);
        assert_eq!(readers(".env.example"), ["dotenv"]);
        assert_eq!(readers("api/requirements/dev.txt"), ["pypi-requirements"]);
        assert_eq!(readers("docker-compose.prod.yml"), ["compose", "yaml"]);
        assert_eq!(readers("README.md"), ["readme"]);
        assert!(readers("notes.md").is_empty());
    }

    #[test]
    fn ids_are_unique() {
        let mut ids: Vec<_> = EXTRACTORS.iter().map(|extractor| extractor.id()).collect();
        ids.sort_unstable();
        let count = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }
}
