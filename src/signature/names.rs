//! How names are compared: each ecosystem's own normalisation, host labels,
//! image references. Pure functions.

use std::borrow::Cow;

use crate::model::fact::{Ecosystem, Language};

/// A package name in the form in which its ecosystem compares names.
#[must_use]
pub fn normalised_package(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        Ecosystem::Pypi => normalised_pypi(name),
        Ecosystem::Nuget
        | Ecosystem::Composer
        | Ecosystem::Hex
        | Ecosystem::Github
        | Ecosystem::Swift
        | Ecosystem::Generic
        | Ecosystem::VscodeExtension
        | Ecosystem::JetbrainsPlugin
        | Ecosystem::FlowNode
        | Ecosystem::Luarocks
        | Ecosystem::Vcpkg
        | Ecosystem::Conan => name.to_lowercase(),
        // Cargo treats `-` and `_` as the same name.
        Ecosystem::Cargo => name.to_lowercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

/// PEP 503: lower case, runs of `-`, `_` and `.` become one `-`. A trailing
/// separator is kept, so that a prefix stays one.
fn normalised_pypi(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if matches!(c, '-' | '_' | '.') {
            if !out.ends_with('-') {
                out.push('-');
            }
        } else {
            out.extend(c.to_lowercase());
        }
    }
    out
}

/// The purl of a package, without a version.
#[must_use]
pub fn purl_of(ecosystem: Ecosystem, name: &str) -> String {
    // NuGet compares without case, but its purls keep it.
    let name = match ecosystem {
        Ecosystem::Nuget => name.to_owned(),
        _ => normalised_package(ecosystem, name),
    };
    let (namespace, name) = match ecosystem {
        Ecosystem::Npm if name.starts_with('@') => match name.split_once('/') {
            Some((scope, rest)) => (Some(scope.to_owned()), rest.to_owned()),
            None => (None, name),
        },
        Ecosystem::Golang | Ecosystem::Composer | Ecosystem::Swift | Ecosystem::Github => {
            match name.rsplit_once('/') {
                Some((namespace, rest)) => (Some(namespace.to_owned()), rest.to_owned()),
                None => (None, name),
            }
        }
        Ecosystem::VscodeExtension => match name.split_once('.') {
            Some((publisher, rest)) => (Some(publisher.to_owned()), rest.to_owned()),
            None => (None, name),
        },
        // A part of a pod is a path within it.
        Ecosystem::Cocoapods if name.contains('/') => {
            let (pod, part) = name.split_once('/').unwrap_or((&name, ""));
            return packageurl::PackageUrl::new(ecosystem.purl_type(), pod.to_owned())
                .and_then(|mut purl| Ok(purl.with_subpath(part.to_owned())?.to_string()))
                .unwrap_or_else(|_| format!("pkg:cocoapods/{name}"));
        }
        Ecosystem::Maven => match name.split_once(':') {
            Some((group, artifact)) => (Some(group.to_owned()), artifact.to_owned()),
            None => (None, name),
        },
        _ => (None, name),
    };
    let built =
        packageurl::PackageUrl::new(ecosystem.purl_type(), name.clone()).and_then(|mut purl| {
            if let Some(namespace) = &namespace {
                purl.with_namespace(namespace.clone())?;
            }
            Ok(purl.to_string())
        });
    built.unwrap_or_else(|_| format!("pkg:{}/{name}", ecosystem.purl_type()))
}

/// The PyPI name of a conda package, where the two differ.
#[must_use]
pub fn pypi_name_of_conda(name: &str) -> &str {
    match name {
        "py-xgboost" | "py-xgboost-cpu" | "py-xgboost-gpu" => "xgboost",
        "pytorch" | "pytorch-gpu" | "pytorch-cpu" => "torch",
        "tensorflow-base" | "tensorflow-gpu" | "tensorflow-cpu" => "tensorflow",
        "py-opencv" | "opencv" => "opencv-python",
        "faiss" => "faiss-cpu",
        other => other,
    }
}

/// The package of a language that a distribution packs under a name of its own.
#[must_use]
pub fn repackaged(ecosystem: Ecosystem, name: &str) -> Option<(Ecosystem, &str)> {
    let prefix = match ecosystem {
        Ecosystem::Deb | Ecosystem::Rpm => "python3-",
        Ecosystem::Apk => "py3-",
        _ => return None,
    };
    let name = name.strip_prefix(prefix)?;
    // The same word is another project there, or the other way round.
    (!matches!(name, "whisper" | "triton")).then_some((Ecosystem::Pypi, name))
}

/// The npm package that a JavaScript specifier names: `@scope/name/sub` →
/// `@scope/name`; `npm:` prefixes of other runtimes and versions are dropped.
#[must_use]
pub fn npm_package_of(specifier: &str) -> &str {
    let bare = specifier.strip_prefix("npm:").unwrap_or(specifier);
    let segments = if bare.starts_with('@') { 2 } else { 1 };
    let end = bare
        .char_indices()
        .filter(|(_, c)| *c == '/')
        .map(|(at, _)| at)
        .nth(segments - 1)
        .unwrap_or(bare.len());
    let package = bare.get(..end).unwrap_or(bare);
    match package.get(1..).and_then(|rest| rest.find('@')) {
        Some(version) => package.get(..=version).unwrap_or(package),
        None => package,
    }
}

/// The ecosystem from whose package names a language's imports can be derived.
#[must_use]
pub fn ecosystem_of(language: Language) -> Option<Ecosystem> {
    match language {
        Language::Javascript => Some(Ecosystem::Npm),
        Language::Rust => Some(Ecosystem::Cargo),
        Language::Go => Some(Ecosystem::Golang),
        Language::Ruby => Some(Ecosystem::Gem),
        Language::Dart => Some(Ecosystem::Pub),
        Language::R => Some(Ecosystem::Cran),
        Language::Julia => Some(Ecosystem::Julia),
        Language::Elixir => Some(Ecosystem::Hex),
        _ => None,
    }
}

/// The package of Dart that an import names: `package:name/file.dart`.
#[must_use]
pub fn pub_package_of(module: &str) -> &str {
    let path = module.strip_prefix("package:").unwrap_or(module);
    path.split('/').next().unwrap_or(path)
}

/// The packages of Hex that a module of Elixir may be from: `OpenaiEx.Chat` is
/// of `openai_ex`, `LangChain.Tools` of `langchain`.
#[must_use]
pub fn hex_packages_of(module: &str) -> [String; 2] {
    let first = module.split('.').next().unwrap_or(module);
    let mut parted = String::with_capacity(first.len() + 4);
    for (at, c) in first.chars().enumerate() {
        if c.is_uppercase() && at > 0 {
            parted.push('_');
        }
        parted.extend(c.to_lowercase());
    }
    [parted, first.to_lowercase()]
}

/// An image reference without tag, digest and the default registry's prefixes.
#[must_use]
pub fn image_repository(reference: &str) -> &str {
    let without_digest = reference.split('@').next().unwrap_or(reference);
    let tag = without_digest.rfind(':').filter(|colon| {
        // a colon before a slash belongs to a registry's port
        !without_digest.get(colon + 1..).unwrap_or_default().contains('/')
    });
    let bare = tag.map_or(without_digest, |colon| without_digest.get(..colon).unwrap_or_default());
    let bare = bare.strip_prefix("docker.io/").unwrap_or(bare);
    bare.strip_prefix("library/").unwrap_or(bare)
}

/// A host in a text, with the path that follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostMention<'a> {
    /// Lower-case host, with its port if one is given.
    pub host: Cow<'a, str>,
    /// The path after it, from `/`; empty if none.
    pub path: &'a str,
    /// Whether a scheme stood before it, or the text is nothing but the host.
    pub addressed: bool,
}

/// The hosts in a text: after `://`, or the text as a whole. Interpolations
/// (`{}`) count as one label. At most 16 are returned.
#[must_use]
pub fn hosts_in(text: &str) -> Vec<HostMention<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(scheme) = rest.find("://") {
        rest = rest.get(scheme + 3..).unwrap_or_default();
        if let Some(mention) = host_at_start(rest, true) {
            found.push(mention);
            if found.len() == 16 {
                return found;
            }
        }
    }
    if found.is_empty()
        && !text.contains(char::is_whitespace)
        && let Some(mention) = host_at_start(text, true)
    {
        found.push(mention);
    }
    found
}

fn host_at_start(text: &str, addressed: bool) -> Option<HostMention<'_>> {
    // user:password@ before the host
    let authority_end =
        text.find(['/', '?', '#', '"', '\'', ' ', '\\', '<', '>', '`']).unwrap_or(text.len());
    let authority = text.get(..authority_end)?;
    let after = text.get(authority_end..)?;
    let bare = authority.rsplit('@').next()?;
    if bare.is_empty() || bare.len() > 253 {
        return None;
    }
    let bare = bare.trim_end_matches([',', ';', ')', '.', ':']);
    if !bare.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:{}*".contains(&b)) {
        return None;
    }
    let host = bare.replace("{}", "x").replace("*.", "x.");
    let (name, port) = host.split_once(':').map_or((host.as_str(), ""), |(n, p)| (n, p));
    let valid = !name.is_empty()
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        && port.bytes().all(|b| b.is_ascii_digit())
        && (name.contains('.') || !port.is_empty());
    if !valid {
        return None;
    }
    let path_end =
        after.find(['"', '\'', ' ', '?', '#', '\\', '<', '>', '`']).unwrap_or(after.len());
    let path = after.get(..path_end).unwrap_or_default();
    let path = if path.starts_with('/') { path } else { "" };
    Some(HostMention { host: Cow::Owned(host.to_lowercase()), path, addressed })
}

/// Keys under which model ids stand, folded.
const WHOLE: &[&str] = &[
    "engine",
    "deployment",
    "deploymentname",
    "llm",
    "embedding",
    "embeddings",
    "repoid",
    "checkpoint",
    "basemodel",
    "llmname",
];
/// Ends of such keys, folded.
const ENDS: &[&str] = &[
    "model",
    "models",
    "modelname",
    "modelid",
    "modelids",
    "modelpath",
    "modelkey",
    "modelkwargs",
    "modelpreset",
    "modelalias",
];

/// Whether a key or argument name is one under which model ids stand. The
/// comparison is on the last dotted segment, without case and separators.
#[must_use]
pub fn is_model_like(key: &str) -> bool {
    let mut parts = key.rsplit('.');
    let last = parts.next().unwrap_or(key);
    if last == "name" && parts.next().is_some_and(|above| above == "model") {
        return true;
    }
    // No key of settings is longer; asked for every literal, so nothing is allocated.
    let mut folded = [0; 64];
    let mut length = 0;
    for byte in last.bytes().filter(u8::is_ascii_alphanumeric) {
        let Some(slot) = folded.get_mut(length) else { return false };
        *slot = byte.to_ascii_lowercase();
        length += 1;
    }
    let folded = folded.get(..length).unwrap_or_default();
    WHOLE.iter().any(|whole| folded == whole.as_bytes())
        || ENDS.iter().any(|end| folded.ends_with(end.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pypi_spellings_are_one_name() {
        for name in ["scikit_learn", "Scikit.Learn", "scikit--learn"] {
            assert_eq!(normalised_package(Ecosystem::Pypi, name), "scikit-learn");
        }
    }

    #[test]
    fn a_specifier_names_its_package() {
        assert_eq!(npm_package_of("@ai-sdk/openai/edge"), "@ai-sdk/openai");
        assert_eq!(npm_package_of("openai/helpers/zod"), "openai");
        assert_eq!(npm_package_of("npm:openai@4"), "openai");
        assert_eq!(npm_package_of("npm:@scope/name@1/sub"), "@scope/name");
        assert_eq!(npm_package_of("openai"), "openai");
    }

    #[test]
    fn a_module_names_the_packages_it_may_be_from() {
        assert_eq!(pub_package_of("package:openai_dart/openai_dart.dart"), "openai_dart");
        assert_eq!(hex_packages_of("OpenaiEx.Chat"), ["openai_ex", "openaiex"]);
        assert_eq!(hex_packages_of("LangChain"), ["lang_chain", "langchain"]);
    }

    #[test]
    fn an_image_loses_tag_digest_and_default_registry_but_not_a_port() {
        assert_eq!(image_repository("docker.io/library/redis:7"), "redis");
        assert_eq!(
            image_repository("registry.example:5000/a/b@sha256:00"),
            "registry.example:5000/a/b"
        );
        assert_eq!(image_repository("ollama/ollama"), "ollama/ollama");
    }

    #[test]
    fn hosts_are_found_with_exact_labels() {
        let hosts = |text: &str| -> Vec<String> {
            hosts_in(text).into_iter().map(|mention| mention.host.into_owned()).collect()
        };
        assert_eq!(hosts("https://api.openai.com/v1"), ["api.openai.com"]);
        assert_eq!(hosts("deny api.openai.com.evil.test"), Vec::<String>::new());
        assert_eq!(hosts("https://user:pw@api.openai.com"), ["api.openai.com"]);
        assert_eq!(hosts("https://{}.openai.azure.com/x"), ["x.openai.azure.com"]);
        assert_eq!(hosts("localhost:11434"), ["localhost:11434"]);
        assert_eq!(
            hosts("see https://a.example/x, and http://b.example."),
            ["a.example", "b.example"]
        );
        assert_eq!(hosts("v1.2.3 is out"), Vec::<String>::new());
    }

    #[test]
    fn model_like_keys_are_told_from_others() {
        for key in ["model", "modelId", "spec.llm.model_name", "EMBEDDING_MODEL", "default_model"] {
            assert!(is_model_like(key), "{key}");
        }
        for key in ["name", "id", "modeling", "title"] {
            assert!(!is_model_like(key), "{key}");
        }
    }

    #[test]
    fn purls_have_namespaces_where_the_ecosystem_has() {
        assert_eq!(purl_of(Ecosystem::Npm, "@ai-sdk/openai"), "pkg:npm/%40ai-sdk/openai");
        assert_eq!(purl_of(Ecosystem::Pypi, "Llama_Index"), "pkg:pypi/llama-index");
        assert_eq!(
            purl_of(Ecosystem::Golang, "github.com/openai/openai-go"),
            "pkg:golang/github.com/openai/openai-go"
        );
        assert_eq!(purl_of(Ecosystem::Maven, "ai.djl:api"), "pkg:maven/ai.djl/api");
        assert_eq!(
            purl_of(Ecosystem::Maven, "org.apache.spark:spark-mllib_2.12"),
            "pkg:maven/org.apache.spark/spark-mllib_2.12"
        );
        assert_eq!(
            purl_of(Ecosystem::Composer, "OpenAI-PHP/client"),
            "pkg:composer/openai-php/client"
        );
        assert_eq!(purl_of(Ecosystem::Nuget, "Microsoft.ML"), "pkg:nuget/Microsoft.ML");
        assert_eq!(purl_of(Ecosystem::Gem, "ruby-openai"), "pkg:gem/ruby-openai");
        assert_eq!(purl_of(Ecosystem::Hex, "Openai_ex"), "pkg:hex/openai_ex");
        assert_eq!(purl_of(Ecosystem::Pub, "tflite_flutter"), "pkg:pub/tflite_flutter");
    }
}
