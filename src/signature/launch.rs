//! What the line that starts a tool server says of it: the program, the package
//! or image that is fetched and run, and whether its version is fixed.
//!
//! Knows how runners of packages are called; knows no server.

use crate::model::fact::Ecosystem;

/// How a tool server is started or reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Launch<'a> {
    /// The program that is started; empty if the server is reached by an address.
    pub command: &'a str,
    /// The package that the program fetches, with its registry.
    pub package: Option<(Ecosystem, &'a str)>,
    /// The container image that the program runs, without its tag.
    pub image: Option<&'a str>,
    /// The version that is asked for; empty if none is.
    pub version: &'a str,
    /// Whether the version, where something is fetched, is a fixed one.
    pub pinned: Option<bool>,
    /// Whether it is reached by an address.
    pub remote: bool,
}

/// Programs that fetch a package of npm and run it, by the words before its name.
const NPM: &[&[&str]] = &[
    &["npx"],
    &["bunx"],
    &["pnpx"],
    &["npm", "exec"],
    &["npm", "x"],
    &["pnpm", "dlx"],
    &["yarn", "dlx"],
    &["bun", "x"],
];
/// The same for `PyPI`.
const PYPI: &[&[&str]] = &[&["uvx"], &["uv", "tool", "run"], &["pipx", "run"]];
/// The same for container images.
const IMAGES: &[&[&str]] = &[&["docker", "run"], &["podman", "run"], &["nerdctl", "run"]];
/// Options that name the package, or are followed by a value that is none.
const NAMING: &[&str] = &["--from", "--package", "-p"];
const VALUED: &[&str] = &[
    "-e",
    "--env",
    "-v",
    "--volume",
    "--mount",
    "--name",
    "--network",
    "--net",
    "-p",
    "--publish",
    "-u",
    "--user",
    "-w",
    "--workdir",
    "--env-file",
    "--entrypoint",
    "--platform",
    "--add-host",
    "--python",
    "--with",
    "--index-url",
    "--pull",
    "-l",
    "--label",
    "--memory",
    "-m",
];

impl<'a> Launch<'a> {
    /// What a command line, or an address, says.
    #[must_use]
    pub fn of(reached_by: &'a str) -> Self {
        if reached_by.contains("://") && !reached_by.trim().contains(char::is_whitespace) {
            return Self { remote: true, ..Self::default() };
        }
        let mut words: Vec<&str> = reached_by.split_whitespace().collect();
        // `cmd /c npx …` is how Windows starts it.
        if let [first, flag, ..] = words.as_slice()
            && program_of(first) == "cmd"
            && flag.eq_ignore_ascii_case("/c")
        {
            words.drain(..2);
        }
        let Some(first) = words.first() else { return Self::default() };
        let launch = Self { command: program_of(first), ..Self::default() };
        if let Some(rest) = behind(&words, NPM) {
            return launch.fetching(Ecosystem::Npm, named(rest, true));
        }
        if let Some(rest) = behind(&words, PYPI) {
            return launch.fetching(Ecosystem::Pypi, named(rest, true));
        }
        match behind(&words, IMAGES).and_then(|rest| named(rest, false)) {
            Some(image) => launch.running(image),
            None => launch,
        }
    }

    fn fetching(self, ecosystem: Ecosystem, written: Option<&'a str>) -> Self {
        let Some(written) = written else { return self };
        if written.contains("://") || written.starts_with(['.', '/']) {
            return Self { pinned: Some(false), ..self };
        }
        let (name, version) = match written.split_once("==") {
            Some(parts) => parts,
            // `@scope/name@version`
            None => match written.get(1..).and_then(|rest| rest.find('@')) {
                Some(at) => written.split_at(at + 1),
                None => (written, ""),
            },
        };
        let version = version.trim_start_matches('@');
        let name = name.split('[').next().unwrap_or(name);
        Self { package: Some((ecosystem, name)), version, pinned: Some(is_fixed(version)), ..self }
    }

    fn running(self, written: &'a str) -> Self {
        let image = super::names::image_repository(written);
        let digest = written.split_once('@').map(|(_, digest)| digest);
        let tag = written.rsplit_once(':').map(|(_, tag)| tag).filter(|tag| !tag.contains('/'));
        let version = digest.or(tag).unwrap_or_default();
        let pinned = digest.is_some() || is_fixed(version);
        Self { image: Some(image), version, pinned: Some(pinned), ..self }
    }

    /// The name by which its reach may be known: of the package, or the image.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        self.package.map(|(_, name)| name).or(self.image)
    }
}

/// The words behind those that call a runner.
fn behind<'w, 'a>(words: &'w [&'a str], runners: &[&[&str]]) -> Option<&'w [&'a str]> {
    let (first, rest) = words.split_first()?;
    runners.iter().find_map(|runner| {
        let (program, more) = runner.split_first()?;
        let called = program_of(first) == *program && rest.starts_with(more);
        called.then(|| rest.get(more.len()..)).flatten()
    })
}

/// The package or image among a runner's words.
fn named<'a>(words: &[&'a str], options_name: bool) -> Option<&'a str> {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let (option, value) = word.split_once('=').unwrap_or((word, ""));
        if options_name && NAMING.contains(&option) {
            return if value.is_empty() { words.next().copied() } else { Some(value) };
        }
        if VALUED.contains(word) {
            words.next();
        } else if !word.starts_with('-') {
            return Some(word);
        }
    }
    None
}

/// A program's name without its folder and extension.
fn program_of(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.strip_suffix(".exe").or_else(|| name.strip_suffix(".cmd")).unwrap_or(name)
}

/// Whether a version names one and no range: `1.2.3`, but not `latest`, `^1` or `1.x`.
fn is_fixed(version: &str) -> bool {
    let bare = version.strip_prefix('v').unwrap_or(version);
    bare.starts_with(|c: char| c.is_ascii_digit())
        && bare.contains('.')
        && !bare.split(['.', '-']).any(|part| matches!(part, "x" | "*"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runner_says_which_package_and_whether_its_version_is_fixed() {
        let npm = Launch::of("npx -y @scope/server-files@1.2.3 /srv");
        assert_eq!(npm.command, "npx");
        assert_eq!(npm.package, Some((Ecosystem::Npm, "@scope/server-files")));
        assert_eq!((npm.version, npm.pinned), ("1.2.3", Some(true)));
        let latest = Launch::of("cmd /c npx.cmd example-mcp@latest");
        assert_eq!(latest.package, Some((Ecosystem::Npm, "example-mcp")));
        assert_eq!(latest.pinned, Some(false));
        let bare = Launch::of("uvx example-mcp");
        assert_eq!(bare.package, Some((Ecosystem::Pypi, "example-mcp")));
        assert_eq!((bare.version, bare.pinned), ("", Some(false)));
        let from = Launch::of("uvx --from example[all]==2.0 run-it");
        assert_eq!(from.package, Some((Ecosystem::Pypi, "example")));
        assert_eq!(from.pinned, Some(true));
        assert_eq!(Launch::of("uvx --from git+https://a.example/b c").pinned, Some(false));
    }

    #[test]
    fn images_addresses_and_own_programs_are_told_apart() {
        let image = Launch::of("docker run -i --rm -e KEY ghcr.io/a/server:v1.4.0 stdio");
        assert_eq!((image.image, image.version), (Some("ghcr.io/a/server"), "v1.4.0"));
        assert_eq!(image.pinned, Some(true));
        assert_eq!(Launch::of("docker run mcp/fetch").pinned, Some(false));
        assert_eq!(Launch::of("docker run mcp/fetch@sha256:00").pinned, Some(true));
        assert!(Launch::of("https://mcp.example/sse").remote);
        let own = Launch::of("python server.py");
        assert_eq!((own.command, own.name(), own.pinned), ("python", None, None));
        assert_eq!(Launch::of(""), Launch::default());
    }
}
