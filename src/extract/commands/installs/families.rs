//! Package managers: their words that mean "install what follows", and which
//! of their options take a value. A table and nothing else.

use crate::model::fact::Ecosystem;

/// Package managers that share one registry and the shape of their options.
pub(super) struct Family {
    pub(super) ecosystem: Ecosystem,
    /// Options whose value is the next word.
    pub(super) value_options: &'static [&'static str],
    /// Options whose value is the version of the one package.
    pub(super) version_options: &'static [&'static str],
    pub(super) recipes: &'static [Recipe],
}

/// A program and its words that mean "install what follows".
pub(super) struct Recipe {
    pub(super) command: &'static [&'static str],
    /// Only the first word is a package; the rest is for the program in it.
    pub(super) first_only: bool,
}

const fn all(command: &'static [&'static str]) -> Recipe {
    Recipe { command, first_only: false }
}

const fn first(command: &'static [&'static str]) -> Recipe {
    Recipe { command, first_only: true }
}

/// Options after which the first word is a program and not its package.
pub(super) const PACKAGE_ELSEWHERE: &[&str] = &["-p", "--package", "--from", "--spec"];

/// Options that say that a crate does not come from a registry.
pub(super) const SOURCE_ELSEWHERE: &[&str] = &["--git", "--path"];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        ecosystem: Ecosystem::Pypi,
        #[rustfmt::skip]
        value_options: &[
            "-r", "--requirement", "--requirements", "-c", "--constraint", "--constraints", "-i",
            "--index-url", "--extra-index-url", "--index", "--default-index", "-f", "--find-links",
            "-t", "--target", "--prefix", "--root", "--src", "--platform", "--python-version",
            "--implementation", "--abi", "--trusted-host", "--cache-dir", "--timeout",
            "--default-timeout", "--retries", "--proxy", "--cert", "--client-cert", "--log",
            "--report", "--no-binary", "--only-binary", "--config-settings", "-C", "-e",
            "--editable", "-p", "--python", "--progress-bar", "--upgrade-strategy", "--group", "-G",
            "--optional", "--extra", "--extras", "-E", "--source", "--index-strategy",
            "--link-mode", "--torch-backend", "--build-constraint", "--override", "--exclude-newer",
            "--exists-action", "--root-user-action", "--directory", "--project", "--package",
            "--prerelease", "--resolution", "--keyring-provider", "--branch", "--tag", "--rev",
            "--suffix", "--pip-args", "--with", "-P",
        ],
        version_options: &[],
        recipes: &[
            all(&["pip", "install"]),
            all(&["uv", "pip", "install"]),
            all(&["uv", "add"]),
            all(&["uv", "tool", "install"]),
            first(&["uvx"]),
            all(&["pipx", "install"]),
            first(&["pipx", "run"]),
            all(&["poetry", "add"]),
            all(&["pdm", "add"]),
            all(&["pipenv", "install"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Npm,
        #[rustfmt::skip]
        value_options: &[
            "--workspace", "--prefix", "--registry", "--cache", "--loglevel", "--tag", "--omit",
            "--include", "--userconfig", "-C", "--dir", "--filter", "-F", "--cwd",
            "--modules-folder", "--network-timeout", "--fetch-timeout", "--store-dir", "-c",
            "--call", "--cache-folder",
        ],
        version_options: &[],
        recipes: &[
            all(&["npm", "install"]),
            all(&["npm", "i"]),
            all(&["npm", "add"]),
            first(&["npm", "exec"]),
            first(&["npx"]),
            all(&["yarn", "add"]),
            all(&["yarn", "global", "add"]),
            first(&["yarn", "dlx"]),
            all(&["pnpm", "add"]),
            all(&["pnpm", "install"]),
            all(&["pnpm", "i"]),
            first(&["pnpm", "dlx"]),
            all(&["bun", "add"]),
            all(&["bun", "install"]),
            all(&["bun", "i"]),
            first(&["bunx"]),
            all(&["deno", "add"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Cargo,
        #[rustfmt::skip]
        value_options: &[
            "--git", "--branch", "--tag", "--rev", "--path", "--root",
            "--index", "--registry", "--features", "-F", "--profile", "--target", "--target-dir",
            "--bin", "--example", "--rename", "-p", "--package", "--manifest-path", "--jobs", "-j", "--config", "--color", "-Z",
        ],
        version_options: &["--version", "--vers"],
        recipes: &[all(&["cargo", "install"]), all(&["cargo", "binstall"]), all(&["cargo", "add"])],
    },
    Family {
        ecosystem: Ecosystem::Golang,
        #[rustfmt::skip]
        value_options: &[
            "-ldflags", "-tags", "-o", "-p", "-gcflags", "-asmflags", "-mod", "-modfile", "-C",
        ],
        version_options: &[],
        recipes: &[all(&["go", "install"]), all(&["go", "get"]), first(&["go", "run"])],
    },
    Family {
        ecosystem: Ecosystem::Conda,
        #[rustfmt::skip]
        value_options: &[
            "-n", "--name", "-p", "--prefix", "-c", "--channel", "--file", "-f", "--solver", "-r",
            "--root-prefix", "--repodata-fn",
        ],
        version_options: &[],
        recipes: &[
            all(&["conda", "install"]),
            all(&["conda", "create"]),
            all(&["mamba", "install"]),
            all(&["mamba", "create"]),
            all(&["micromamba", "install"]),
            all(&["micromamba", "create"]),
            all(&["pixi", "add"]),
            all(&["pixi", "global", "install"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Gem,
        #[rustfmt::skip]
        value_options: &[
            "-i", "--install-dir", "-n", "--bindir", "-s", "--source", "--platform", "-P",
            "--trust-policy", "--group", "-g", "--git", "--path", "--require", "--branch",
        ],
        version_options: &["-v", "--version"],
        recipes: &[all(&["gem", "install"]), all(&["gem", "i"]), all(&["bundle", "add"])],
    },
    Family {
        ecosystem: Ecosystem::Composer,
        value_options: &["-d", "--working-dir", "--ignore-platform-req"],
        version_options: &[],
        recipes: &[all(&["composer", "require"]), all(&["composer", "global", "require"])],
    },
    Family {
        ecosystem: Ecosystem::Nuget,
        #[rustfmt::skip]
        value_options: &[
            "-f", "--framework", "-s", "--source", "--package-directory", "--project",
            "--tool-path", "--add-source", "--configfile", "-OutputDirectory", "-Source",
        ],
        version_options: &["-v", "--version", "-Version"],
        recipes: &[
            first(&["dotnet", "add", "package"]),
            first(&["dotnet", "package", "add"]),
            first(&["dotnet", "tool", "install"]),
            first(&["nuget", "install"]),
            first(&["Install-Package"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Pub,
        value_options: &["-C", "--directory", "--hosted-url", "--git-url", "--path"],
        version_options: &[],
        recipes: &[
            all(&["dart", "pub", "add"]),
            all(&["flutter", "pub", "add"]),
            all(&["pub", "add"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Deb,
        #[rustfmt::skip]
        value_options: &[
            "-t", "--target-release", "--default-release", "-o", "--option", "-c", "--config-file",
            "-a", "--host-architecture",
        ],
        version_options: &[],
        recipes: &[
            all(&["apt-get", "install"]),
            all(&["apt", "install"]),
            all(&["aptitude", "install"]),
            all(&["apt-fast", "install"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Apk,
        #[rustfmt::skip]
        value_options: &[
            "-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch", "--keys-dir",
            "--repositories-file", "--cache-dir", "--wait",
        ],
        version_options: &[],
        recipes: &[all(&["apk", "add"])],
    },
    Family {
        ecosystem: Ecosystem::Rpm,
        #[rustfmt::skip]
        value_options: &[
            "-c", "--config", "--installroot", "--releasever", "--setopt", "--enablerepo",
            "--disablerepo", "--repo", "--repoid", "-x", "--exclude", "--arch", "-r", "--root",
            "--from",
        ],
        version_options: &[],
        recipes: &[
            all(&["dnf", "install"]),
            all(&["dnf5", "install"]),
            all(&["yum", "install"]),
            all(&["microdnf", "install"]),
            all(&["tdnf", "install"]),
            all(&["zypper", "install"]),
            all(&["zypper", "in"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Generic,
        value_options: &["--appdir", "--channel", "--bucket", "-s", "--source"],
        version_options: &["--version"],
        recipes: &[
            all(&["brew", "install"]),
            all(&["snap", "install"]),
            all(&["choco", "install"]),
            all(&["scoop", "install"]),
            all(&["port", "install"]),
        ],
    },
    Family {
        ecosystem: Ecosystem::Luarocks,
        value_options: &["--server", "--tree", "--only-server", "--lua-version", "--lua-dir"],
        version_options: &[],
        recipes: &[first(&["luarocks", "install"])],
    },
    Family {
        ecosystem: Ecosystem::Cran,
        value_options: &["-l", "--libloc", "-r", "--repos", "-t", "--type", "-n", "--ncpus"],
        version_options: &[],
        recipes: &[all(&["install2.r"])],
    },
    Family {
        ecosystem: Ecosystem::Github,
        value_options: &["-d", "--deps"],
        version_options: &[],
        recipes: &[all(&["installGithub.r"])],
    },
    Family {
        ecosystem: Ecosystem::Hackage,
        value_options: &["--installdir", "-w", "--with-compiler", "--resolver", "--constraint"],
        version_options: &[],
        recipes: &[all(&["cabal", "install"]), all(&["stack", "install"])],
    },
    Family {
        ecosystem: Ecosystem::Vcpkg,
        value_options: &["--triplet", "--host-triplet"],
        version_options: &[],
        recipes: &[all(&["vcpkg", "install"])],
    },
];
