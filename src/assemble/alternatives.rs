//! Families of adapters: a folder whose children each wrap one product, named
//! after it (`AiProviders/anthropic/`, `providers/openai.ts`). What such code
//! calls is what the program *can* be set to use, not what it uses: its
//! sightings are offered, not called.

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{Home, Located};
use super::{Description, Descriptions};
use crate::model::evidence::Subject;
use crate::model::place::{Region, folder_of, name_of};
use crate::model::vocabulary::{Role, Technique, Usage};

/// Key under which a sighting names the folder of alternatives it belongs to.
pub const ALTERNATIVES: &str = "alternatives";

/// Adapters that make a family.
const FAMILY: usize = 5;
/// Adapters that make a family where the folder's name says that it is one.
const NAMED_FAMILY: usize = 3;
/// Adapters that make a further family where a system has one already.
const FURTHER_FAMILY: usize = 2;
/// Providers that one file reaches if it is a switch between them.
const SWITCH: usize = 5;
/// Words in the names of folders of adapters.
const WORDS: &[&str] = &[
    "provider",
    "adapter",
    "engine",
    "backend",
    "connector",
    "llms",
    "embedding",
    "integration",
    "vendor",
    "driver",
];

/// Marks what is one of several alternatives.
pub fn mark(located: &mut [Located], descriptions: &Descriptions) {
    let families = families(located, descriptions);
    if families.is_empty() {
        return;
    }
    for Located { sighting, home } in located {
        let in_code = matches!(
            sighting.technique,
            Technique::Call
                | Technique::Import
                | Technique::Edge
                | Technique::Model
                | Technique::Host
        );
        let used = sighting.usage >= Usage::Configured;
        if !in_code || !used {
            continue;
        }
        let children = [folder_of(&sighting.place.path), sighting.place.path.as_str()];
        let family = children
            .into_iter()
            .find(|child| families.contains(&(home.clone(), (*child).to_owned())));
        if let Some(child) = family {
            sighting.usage = Usage::Offered;
            sighting.captured.insert(ALTERNATIVES.to_owned(), folder_of(child).to_owned());
        }
    }
}

/// The adapters (a file or a folder each) of every family, by home.
fn families(located: &[Located], descriptions: &Descriptions) -> BTreeSet<(Home, String)> {
    // folder → child → signatures that the child is named after
    let mut named: BTreeMap<(Home, String), BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for Located { sighting, home } in located {
        let in_code =
            matches!(sighting.technique, Technique::Call | Technique::Import | Technique::Host);
        if !in_code || sighting.region != Region::Product || sighting.subject != Subject::Product {
            continue;
        }
        let Some(description) = descriptions.get(&sighting.signature) else { continue };
        for child in [folder_of(&sighting.place.path), sighting.place.path.as_str()] {
            if child != "." && is_named_after(child, &sighting.signature, description) {
                let folder = (home.clone(), folder_of(child).to_owned());
                let of_child =
                    named.entry(folder).or_default().entry(child.to_owned()).or_default();
                of_child.insert(sighting.signature.clone());
            }
        }
    }
    let size = |children: &BTreeMap<String, BTreeSet<String>>| {
        let products: BTreeSet<&String> = children.values().flatten().collect();
        children.len().min(products.len())
    };
    let is_family = |folder: &str, size: usize| {
        let name = name_of(folder).to_lowercase();
        let says_so = WORDS.iter().any(|word| name.contains(word));
        size >= if says_so { NAMED_FAMILY } else { FAMILY }
    };
    let having_one: BTreeSet<Home> = named
        .iter()
        .filter(|((_, folder), children)| is_family(folder, size(children)))
        .map(|((home, _), _)| home.clone())
        .collect();
    let adapter_folders: BTreeSet<(Home, String)> = named
        .into_iter()
        .filter(|((home, _), of)| having_one.contains(home) && size(of) >= FURTHER_FAMILY)
        .map(|(folder, _)| folder)
        .collect();
    // Siblings that wrap a product under another name belong to the family too.
    let mut adapters: BTreeSet<(Home, String)> = located
        .iter()
        .flat_map(|Located { sighting, home }| {
            let path = sighting.place.path.as_str();
            [folder_of(path), path].map(|child| (home.clone(), child.to_owned()))
        })
        .filter(|(home, child)| {
            child != "." && adapter_folders.contains(&(home.clone(), folder_of(child).to_owned()))
        })
        .collect();
    adapters.extend(switches(located, descriptions));
    adapters
}

/// Files that reach many providers: they switch between them.
fn switches(located: &[Located], descriptions: &Descriptions) -> BTreeSet<(Home, String)> {
    let mut reached: BTreeMap<(Home, String), BTreeSet<&str>> = BTreeMap::new();
    for Located { sighting, home } in located {
        let is_provider = descriptions
            .get(&sighting.signature)
            .is_some_and(|d| matches!(d.role, Role::ProviderApi | Role::Gateway));
        let in_code = matches!(sighting.technique, Technique::Call | Technique::Host);
        if is_provider && in_code && sighting.region == Region::Product {
            let file = (home.clone(), sighting.place.path.clone());
            reached.entry(file).or_default().insert(&sighting.signature);
        }
    }
    reached.into_iter().filter(|(_, of)| of.len() >= SWITCH).map(|(file, _)| file).collect()
}

/// Whether a file or folder carries the name of a product: of its signature's
/// id, its name or its vendor.
fn is_named_after(child: &str, signature: &str, description: &Description) -> bool {
    let stem = name_of(child).split('.').next().unwrap_or_default();
    let stem = folded(stem);
    let words = signature
        .split(['.', '-'])
        .chain(description.name.split([' ', '(', ')', '/']))
        .chain(description.vendor.split(' '));
    words
        .map(folded)
        .filter(|word| word.len() >= 3 && !is_general(word))
        .any(|word| stem.contains(&word))
}

fn is_general(word: &str) -> bool {
    const GENERAL: &[&str] = &[
        "api", "sdk", "sdks", "and", "the", "open", "model", "models", "library", "runtime",
        "store", "inc", "face",
    ];
    GENERAL.contains(&word)
}

fn folded(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::evidence::Sighting;
    use crate::model::place::Place;
    use crate::model::vocabulary::{Egress, Lifecycle, Tier};

    const PRODUCTS: &[&str] = &["anthropic", "cohere", "groq", "mistral", "openai"];

    fn descriptions() -> Descriptions {
        PRODUCTS
            .iter()
            .map(|name| {
                let description = Description {
                    name: format!("{name} API"),
                    vendor: (*name).to_owned(),
                    country: None,
                    role: Role::ProviderApi,
                    capabilities: Vec::new(),
                    egress: Egress::ThirdParty,
                    lifecycle: Lifecycle::Inference,
                    default_host: None,
                };
                (format!("{name}.api"), description)
            })
            .collect()
    }

    fn call(product: &str, path: &str) -> Located {
        let sighting = Sighting {
            place: Place::new(".", path),
            span: None,
            signature: format!("{product}.api"),
            subject: Subject::Product,
            technique: Technique::Call,
            value: product.to_owned(),
            tier: Tier::A,
            usage: Usage::Called,
            region: Region::Product,
            excerpt: String::new(),
            captured: BTreeMap::new(),
            capabilities: Vec::new(),
            lifecycle: None,
            grant: None,
        };
        Located { sighting, home: Home::Unit(".".to_owned(), ".".to_owned()) }
    }

    fn usages(located: &[Located]) -> Vec<Usage> {
        located.iter().map(|l| l.sighting.usage).collect()
    }

    #[test]
    fn a_folder_of_adapters_offers_what_it_calls() {
        let mut located: Vec<Located> = PRODUCTS
            .iter()
            .map(|name| call(name, &format!("server/AiProviders/{name}/index.js")))
            .collect();
        located.push(call("openai", "server/AiProviders/localAi/index.js"));
        located.push(call("openai", "server/jobs/summary.js"));
        mark(&mut located, &descriptions());
        let (last, adapters) =
            usages(&located).split_last().map(|(l, a)| (*l, a.to_vec())).expect("some");
        assert!(adapters.iter().all(|usage| *usage == Usage::Offered), "{adapters:?}");
        assert_eq!(last, Usage::Called);
    }

    #[test]
    fn files_in_one_folder_are_adapters_if_they_are_named_so() {
        let mut named: Vec<Located> = PRODUCTS
            .iter()
            .take(3)
            .map(|name| call(name, &format!("src/providers/{name}.ts")))
            .collect();
        mark(&mut named, &descriptions());
        assert!(usages(&named).iter().all(|usage| *usage == Usage::Offered));
        let mut plain: Vec<Located> = PRODUCTS
            .iter()
            .map(|name| call(name, &format!("src/step-{}.ts", name.len())))
            .collect();
        mark(&mut plain, &descriptions());
        assert!(usages(&plain).iter().all(|usage| *usage == Usage::Called));
    }
}
