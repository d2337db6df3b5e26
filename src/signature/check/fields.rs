//! Lint of one signature's matchers: names that would match too much, patterns
//! that cost too much, fields that change nothing.

use crate::signature::index::compiles;
use crate::signature::schema::{EnvField, Signature};

/// Shortest name of a package or module that may stand alone.
const SHORTEST_NAME: usize = 2;
/// Longest pattern, in bytes: longer ones are lists in disguise.
const LONGEST_PATTERN: usize = 1500;

pub(super) fn lint(signature: &Signature) -> Vec<String> {
    let mut what = Vec::new();
    let short = signature.packages.iter().filter_map(|text| Some(text.split_once('/')?.1));
    for name in names(signature).map(String::as_str).chain(short) {
        if name.trim_end_matches('*').len() < SHORTEST_NAME {
            what.push(format!("`{name}` is a one-letter name: it would match by chance"));
        }
    }
    let anyones = signature.host.iter().filter(|block| block.names == ["*"]);
    what.extend(anyones.flat_map(|block| of_anyones_paths(&block.paths)));
    let named = signature.host.iter().filter(|block| block.names != ["*"]);
    for host in signature.hosts.iter().chain(named.flat_map(|block| &block.names)) {
        what.extend(of_host(host));
    }
    for pattern in patterns(signature) {
        what.extend(of_pattern(pattern));
    }
    what.extend(unused(signature));
    what
}

/// What is wrong with the paths that any host may have.
fn of_anyones_paths(paths: &[String]) -> Vec<String> {
    const SHORTEST: usize = 6;
    if paths.is_empty() {
        return vec!["host `*` matches the hosts of everyone: name the paths".to_owned()];
    }
    let short = paths.iter().filter(|path| !path.starts_with('/') || path.len() < SHORTEST);
    short.map(|path| format!("path `{path}` of any host would match by chance")).collect()
}

/// What is wrong with a host.
pub(super) fn of_host(host: &str) -> Option<String> {
    let name = host.split('/').next().unwrap_or(host);
    let bare = name.split(':').next().unwrap_or(name);
    let fixed = bare.rsplit('*').next().unwrap_or(bare).trim_start_matches(['.', '-']);
    if bare.contains('*') && !fixed.contains('.') {
        return Some(format!("host `{host}` matches the hosts of everyone: fix at least a domain"));
    }
    if !name.contains(['.', ':']) {
        return Some(format!("host `{host}` has neither a domain nor a port"));
    }
    (host.contains("://") || host.chars().any(char::is_whitespace))
        .then(|| format!("host `{host}` must be a bare name, without a scheme"))
}

fn of_pattern(pattern: &str) -> Option<String> {
    if pattern.len() > LONGEST_PATTERN {
        return Some(format!(
            "a pattern of {} bytes is a list in disguise: at most {LONGEST_PATTERN}",
            pattern.len()
        ));
    }
    match compiles(pattern) {
        Err(cause) => Some(format!("pattern `{pattern}` costs too much or is misspelt: {cause}")),
        Ok(regex) if regex.is_match("") => {
            Some(format!("pattern `{pattern}` matches nothing at all: every line would match"))
        }
        Ok(_) => None,
    }
}

fn names(signature: &Signature) -> impl Iterator<Item = &String> {
    let packages =
        signature.package.iter().flat_map(|block| block.names.iter().chain(&block.prefixes));
    let modules = signature.import.iter().flat_map(|block| &block.modules);
    let env = match &signature.env {
        EnvField::Names(names) => names.iter().collect::<Vec<_>>(),
        EnvField::Blocks(blocks) => blocks.iter().flat_map(|block| &block.names).collect(),
    };
    let images = signature.images.iter().chain(signature.image.iter().flat_map(|b| &b.names));
    let models = signature.model.iter().flat_map(|block| &block.exact);
    packages.chain(modules).chain(env).chain(images).chain(models)
}

fn patterns(signature: &Signature) -> impl Iterator<Item = &String> {
    let models = signature.model.iter().flat_map(|block| &block.regex);
    let keys = signature.key.iter().map(|block| &block.regex);
    let lines =
        signature.file.iter().flat_map(|block| block.line_any.iter().chain(&block.line_all));
    models.chain(keys).chain(lines)
}

/// Fields that change nothing.
fn unused(signature: &Signature) -> Vec<String> {
    let mut what = Vec::new();
    for block in &signature.package {
        if !block.exclude.is_empty() && block.prefixes.is_empty() {
            what.push(
                "a package block has `exclude` but no `prefixes`: names are exact".to_owned(),
            );
        }
        if block.names.is_empty() && block.prefixes.is_empty() {
            what.push("a package block has neither `names` nor `prefixes`".to_owned());
        }
        let outside = block
            .exclude
            .iter()
            .find(|name| !block.prefixes.iter().any(|prefix| name.starts_with(prefix.as_str())));
        if let Some(name) = outside.filter(|_| !block.prefixes.is_empty()) {
            what.push(format!("`exclude` of `{name}`, which no prefix takes"));
        }
    }
    for block in &signature.model {
        if block.exact.is_empty() && block.regex.is_empty() {
            what.push("a model block has neither `exact` nor `regex`".to_owned());
        }
    }
    for block in &signature.call {
        if block.symbols.is_empty() {
            what.push("a call block has no `symbols`".to_owned());
        }
    }
    for block in &signature.setting {
        if block.keys.is_empty() {
            what.push("a setting block has no `keys`".to_owned());
        }
    }
    if signature.reason.is_some() && !signature.disabled {
        what.push("`reason` without `disabled` says nothing".to_owned());
    }
    what
}
