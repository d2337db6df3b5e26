//! Paths that a reader claims, made of what it says it is interested in.

use daylight::extract::Interest;

/// One path for each name, extension and glob.
#[must_use]
pub fn paths_of(interest: &Interest) -> Vec<String> {
    let names = interest.names.iter().map(|name| (*name).to_owned());
    let extensions = interest.extensions.iter().map(|extension| format!("a.{extension}"));
    let globs = interest.globs.iter().map(|glob| path_of(glob));
    names.chain(extensions).chain(globs).collect()
}

/// The nth of these paths that is most like that of a seed.
#[must_use]
pub fn most_like(paths: &[String], seed: &str) -> usize {
    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_lowercase();
    let end = |path: &str| path.rsplit('.').next().unwrap_or(path).to_lowercase();
    let same =
        |known: &dyn Fn(&str) -> String| paths.iter().position(|path| known(path) == known(seed));
    same(&|path| path.to_owned()).or_else(|| same(&name)).or_else(|| same(&end)).unwrap_or(0)
}

/// A path that a glob matches: the first of every choice.
fn path_of(glob: &str) -> String {
    let mut path = String::new();
    let mut rest = glob.chars().peekable();
    while let Some(next) = rest.next() {
        match next {
            '*' if rest.peek() == Some(&'*') => {
                rest.next();
                rest.next_if_eq(&'/');
                if rest.peek().is_none() {
                    path.push('a');
                }
            }
            '*' | '?' => path.push('a'),
            '[' => {
                path.extend(rest.next());
                let _ = rest.by_ref().find(|end| *end == ']');
            }
            '{' => {
                let mut choices = String::new();
                choices.extend(rest.by_ref().take_while(|end| *end != '}'));
                path.push_str(choices.split(',').next().unwrap_or_default());
            }
            plain => path.push(plain),
        }
    }
    path
}
