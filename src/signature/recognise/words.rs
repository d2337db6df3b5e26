//! What the words of a call, a key or a path say by themselves, whoever's they
//! are. Knows no signature and no product.

use std::borrow::Cow;

use super::agency;
use crate::model::evidence::NAMED;
use crate::model::fact::Argument;

/// Whether a call is told where to send its requests: by a named argument,
/// whatever its value, or by a builder's method.
pub(super) fn addressed(path: &str, arguments: &[Argument<'_>], named: &[Cow<'_, str>]) -> bool {
    let of_strings = arguments.iter().filter_map(|one| one.name.as_deref());
    of_strings.chain(named.iter().map(AsRef::as_ref)).any(names_an_address)
        || path.split(['.', ':']).any(|part| {
            // `Endpoint` is a class, `endpoint` and `WithEndpoint` are methods.
            let method = part.strip_prefix("With").unwrap_or_else(|| {
                if part.starts_with(|c: char| c.is_ascii_uppercase()) { "" } else { part }
            });
            names_an_address(method.trim_start_matches("with_").trim_start_matches("set_"))
        })
}

/// What a call says of agents: the tool it hands to a model and what that does
/// to the world; what bounds an agent or lets it loose.
pub(super) fn said_of_agents(
    path: &str,
    arguments: &[Argument<'_>],
    named: &[Cow<'_, str>],
    decorates: Option<&str>,
) -> Vec<(&'static str, String)> {
    let mut said = Vec::new();
    if agency::declares_tool(path) {
        let given = arguments.iter().find(|one| {
            one.name.as_deref().is_none_or(|name| name == "name" || path.ends_with(name))
        });
        let tool = given.map(|one| one.value.as_ref()).filter(|name| !name.contains(' '));
        if let Some(tool) = tool.or(decorates) {
            said.push(("tool", tool.to_owned()));
            said.extend(agency::effect_of(tool).map(|effect| ("effect", effect.to_owned())));
        }
    }
    let called = arguments.iter().find(|one| {
        one.name.as_deref().is_some_and(names_a_resource) && !one.value.contains(['{', '$', ' '])
    });
    said.extend(called.map(|one| (NAMED, one.value.as_ref().to_owned())));
    let of_strings = arguments.iter().filter_map(|one| one.name.as_deref());
    for name in of_strings.chain(named.iter().map(AsRef::as_ref)) {
        if let Some(control) = agency::control_of(name) {
            said.push((control, name.to_owned()));
        }
    }
    said
}

/// Whether an argument of this name says which deployed thing is called.
fn names_a_resource(argument: &str) -> bool {
    let folded = letters(argument);
    [
        "endpointname",
        "deploymentname",
        "azuredeployment",
        "deploymentid",
        "endpointid",
        "agentname",
        "knowledgebasename",
    ]
    .contains(&folded.as_str())
}

/// Whether a call's name says that it sets what is named by its first argument.
pub(super) fn sets(path: &str) -> bool {
    let last = path.rsplit(['.', ':']).next().unwrap_or(path);
    matches!(last, "setdefault" | "setattr" | "put" | "set" | "putIfAbsent")
}

/// Whether an argument of this name says where requests go.
pub(super) fn names_an_address(name: &str) -> bool {
    const ENDS: &[&str] =
        &["baseurl", "basepath", "baseuri", "apibase", "apiurl", "apihost", "endpoint"];
    const WHOLE: &[&str] = &["endpointurl", "serverurl", "httpoptions", "apiendpoint"];
    let folded: String =
        name.chars().filter(|c| *c != '_' && *c != '-').collect::<String>().to_lowercase();
    ENDS.iter().any(|end| folded.ends_with(end)) || WHOLE.contains(&folded.as_str())
}

/// The letters and digits of a text in lower case.
pub(super) fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Keys under which links for people and for editors stand, not addresses that
/// a program calls.
pub(super) fn is_link_key(name: &str) -> bool {
    // `placeholder` and its kin are shown to people who fill in a form.
    const LINKS: &[&str] = &[
        "$schema",
        "homepage",
        "repository",
        "documentation",
        "docs",
        "website",
        "bugs",
        "href",
        "link",
        "links",
        "placeholder",
        "hint",
        "example",
        "description",
        "title",
        "label",
        "tooltip",
        "modelcard",
        "learnmore",
        "helptext",
    ];
    const ENDS: &[&str] =
        &["policyurl", "privacyurl", "helpurl", "docsurl", "termsurl", "docurl", "signupurl"];
    let folded: String =
        name.chars().filter(|c| *c != '_' && *c != '-').collect::<String>().to_lowercase();
    LINKS.contains(&folded.as_str()) || ENDS.iter().any(|end| folded.ends_with(end))
}

/// `.env.example` and its kin: names are declared there, not set.
pub(super) fn is_template(path: &str) -> bool {
    let name = crate::model::place::name_of(path).to_lowercase();
    ["example", "sample", "template", "dist", "defaults"].iter().any(|word| name.contains(word))
}
