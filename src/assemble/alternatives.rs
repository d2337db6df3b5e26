//! Families of adapters: a folder whose children each wrap one product, named
//! after it (`AiProviders/anthropic/`, `providers/openai.ts`), or a file that
//! switches between many. What such code calls is what the program *can* be
//! set to use, not what it uses: its sightings are offered, not called.
//!
//! What runs within the program itself and sends nothing anywhere is no
//! provider that is chosen: it stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use super::boundary::{Home, Located};
use super::{Description, Descriptions};
use crate::model::evidence::Subject;
use crate::model::place::{Region, folder_of, name_of};
use crate::model::vocabulary::{Egress, Role, Technique, Usage};

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
/// Services that one file reaches if it is a switch between ways to search.
const SEARCHES: usize = 3;
/// How many of them are tools of agents: nobody needs two for one purpose.
const TOOLS: usize = 2;
/// Files that each wrap a product and make a family where only some of them
/// are named after theirs.
const WRAPPERS: usize = 3;
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
    "speech",
    "transcri",
    "whisper",
    "rerank",
    "imagegen",
];
/// Words in the names of folders that hold nothing but adapters.
const PLAIN_WORDS: &[&str] =
    &["providers", "adapters", "engines", "backends", "connectors", "drivers", "vendors"];

/// Marks what is one of several alternatives.
pub fn mark(located: &mut [Located], descriptions: &Descriptions) {
    let families = families(located, descriptions);
    if families.is_empty() {
        return;
    }
    let own = own_works(located, descriptions);
    let mut adapted: BTreeSet<(Home, String)> = BTreeSet::new();
    for Located { sighting, home } in &mut *located {
        // What every provider can use is no provider.
        let beside = descriptions
            .get(&sighting.signature)
            .is_some_and(|one| matches!(one.role, Role::AgentProtocol | Role::Guardrail));
        let in_code = !beside
            && matches!(
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
        let local = |child: &str| {
            own.contains(&(home.clone(), child.to_owned()))
                || (sighting.subject == Subject::Product
                    && is_in_process(&sighting.signature, descriptions))
        };
        if let Some(child) = family.filter(|child| !local(child)) {
            sighting.usage = Usage::Offered;
            sighting.captured.insert(ALTERNATIVES.to_owned(), folder_of(child).to_owned());
            adapted.insert((home.clone(), sighting.signature.clone()));
        }
    }
    // A client that lies elsewhere and is named after an adapter's product is
    // what the adapter is made of.
    for Located { sighting, home } in located {
        let of_adapter = sighting.technique == Technique::Host
            && sighting.usage == Usage::Configured
            && sighting.region == Region::Product
            && adapted.contains(&(home.clone(), sighting.signature.clone()));
        let path = sighting.place.path.as_str();
        let named = |of: &Description| {
            let is_source = !matches!(
                path.rsplit_once('.').map(|(_, extension)| extension),
                Some("json" | "yaml" | "yml" | "toml" | "env" | "properties") | None
            );
            is_source && is_named_after(path, &sighting.signature, of)
        };
        if of_adapter && descriptions.get(&sighting.signature).is_some_and(named) {
            sighting.usage = Usage::Offered;
        }
    }
}

/// Whether a product runs within the program and sends nothing anywhere.
fn is_in_process(signature: &str, descriptions: &Descriptions) -> bool {
    descriptions.get(signature).is_some_and(|description| {
        description.egress == Egress::Local
            && !description.is_server
            && !matches!(description.role, Role::Model | Role::ModelArtifact)
    })
}

/// Files and folders whose code reaches nothing but what runs in the program.
fn own_works(located: &[Located], descriptions: &Descriptions) -> BTreeSet<(Home, String)> {
    let mut reached: BTreeMap<(Home, String), bool> = BTreeMap::new();
    for Located { sighting, home } in located {
        let in_code = matches!(sighting.technique, Technique::Call | Technique::Import);
        if !in_code || sighting.subject != Subject::Product {
            continue;
        }
        let local = is_in_process(&sighting.signature, descriptions);
        let path = sighting.place.path.as_str();
        for child in [folder_of(path), path] {
            let only = reached.entry((home.clone(), child.to_owned())).or_insert(true);
            *only &= local;
        }
    }
    reached.into_iter().filter(|(_, only)| *only).map(|(child, _)| child).collect()
}

/// The adapters (a file or a folder each) of every family, by home.
fn families(located: &[Located], descriptions: &Descriptions) -> BTreeSet<(Home, String)> {
    // folder → child → signatures that the child is named after
    let mut named: BTreeMap<(Home, String), BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    let mut wrapping: BTreeMap<(Home, String), BTreeMap<String, BTreeSet<String>>> =
        BTreeMap::new();
    for Located { sighting, home } in located {
        let in_code =
            matches!(sighting.technique, Technique::Call | Technique::Import | Technique::Host);
        if !in_code || sighting.region != Region::Product || sighting.subject != Subject::Product {
            continue;
        }
        let Some(description) = descriptions.get(&sighting.signature) else { continue };
        let models = matches!(
            description.role,
            Role::ProviderApi | Role::Gateway | Role::ModelRuntime | Role::VectorStore
        );
        for child in [folder_of(&sighting.place.path), sighting.place.path.as_str()] {
            if child == "." {
                continue;
            }
            let folder = (home.clone(), folder_of(child).to_owned());
            let note = |of: &mut BTreeMap<_, BTreeMap<String, BTreeSet<String>>>| {
                let of_folder = of.entry(folder.clone()).or_default();
                of_folder.entry(child.to_owned()).or_default().insert(sighting.signature.clone());
            };
            if models {
                note(&mut wrapping);
            }
            if is_named_after(child, &sighting.signature, description) {
                note(&mut named);
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
    // A folder that is called `providers` and holds files that wrap some.
    let plain = |folder: &(Home, String), of: &BTreeMap<String, BTreeSet<String>>| {
        let name = name_of(&folder.1).to_lowercase();
        let products: BTreeSet<&String> = of.values().flatten().collect();
        PLAIN_WORDS.iter().any(|word| name.ends_with(word))
            && of.len() >= WRAPPERS
            && products.len() >= FURTHER_FAMILY
            && named.contains_key(folder)
    };
    let mut adapter_folders: BTreeSet<(Home, String)> = wrapping
        .iter()
        .filter(|(folder, of)| plain(folder, of))
        .map(|(folder, _)| folder.clone())
        .collect();
    adapter_folders.extend(
        named
            .into_iter()
            .filter(|((home, folder), of)| {
                let says_so = WORDS.iter().any(|w| name_of(folder).to_lowercase().contains(w));
                let enough = if says_so { 1 } else { FURTHER_FAMILY };
                having_one.contains(home) && size(of) >= enough
            })
            .map(|(folder, _)| folder),
    );
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
    let mut tools: BTreeMap<(Home, String), BTreeSet<&str>> = BTreeMap::new();
    for Located { sighting, home } in located {
        let Some(description) = descriptions.get(&sighting.signature) else { continue };
        let in_code = matches!(sighting.technique, Technique::Call | Technique::Host);
        if !in_code || sighting.region != Region::Product {
            continue;
        }
        let file = (home.clone(), sighting.place.path.clone());
        let is_provider = matches!(description.role, Role::ProviderApi | Role::Gateway);
        if is_provider {
            reached.entry(file).or_default().insert(&sighting.signature);
        } else if description.role == Role::AgentTool && sighting.technique == Technique::Host {
            tools.entry(file).or_default().insert(&sighting.signature);
        }
    }
    let count = |of: &BTreeMap<(Home, String), BTreeSet<&str>>, file: &(Home, String)| {
        of.get(file).map_or(0, BTreeSet::len)
    };
    let files: BTreeSet<&(Home, String)> = reached.keys().chain(tools.keys()).collect();
    let switches = files.into_iter().filter(|file| {
        let (providers, tools) = (count(&reached, file), count(&tools, file));
        providers >= SWITCH || (tools >= TOOLS && providers + tools >= SEARCHES)
    });
    switches.cloned().collect()
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
                    is_server: false,
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

    fn described(name: &str, role: Role, egress: Egress) -> Description {
        Description {
            name: format!("{name} API"),
            vendor: name.to_owned(),
            country: None,
            role,
            capabilities: Vec::new(),
            egress,
            lifecycle: Lifecycle::Inference,
            default_host: None,
            is_server: false,
        }
    }

    #[test]
    fn what_runs_in_the_program_itself_is_no_provider_that_is_chosen() {
        let mut known = descriptions();
        let local = described("transform", Role::ModelRuntime, Egress::Local);
        known.insert("transform.api".to_owned(), local);
        let mut located: Vec<Located> = PRODUCTS
            .iter()
            .map(|name| call(name, &format!("server/EmbeddingEngines/{name}/index.js")))
            .collect();
        located.push(call("transform", "server/EmbeddingEngines/native/index.js"));
        mark(&mut located, &known);
        let last = usages(&located).pop();
        assert_eq!(last, Some(Usage::Called));
        assert!(usages(&located).iter().take(PRODUCTS.len()).all(|u| *u == Usage::Offered));
    }

    #[test]
    fn a_model_that_an_adapter_names_is_offered_even_if_it_could_run_locally() {
        let mut known = descriptions();
        known.insert(
            "weights.api".to_owned(),
            described("weights", Role::ModelRuntime, Egress::Local),
        );
        let mut located: Vec<Located> = PRODUCTS
            .iter()
            .map(|name| call(name, &format!("server/SpeechToText/{name}/index.js")))
            .collect();
        let mut model = call("weights", "server/SpeechToText/groq/index.js");
        model.sighting.subject = Subject::Model("weights-1".to_owned());
        model.sighting.technique = Technique::Model;
        located.push(model);
        mark(&mut located, &known);
        assert!(usages(&located).iter().all(|usage| *usage == Usage::Offered));
    }

    #[test]
    fn a_folder_called_providers_may_name_its_files_otherwise() {
        let files = [
            ("openai", "WhisperProviders/OpenAiWhisper.js"),
            ("openai", "WhisperProviders/Generic.js"),
            ("groq", "WhisperProviders/Fast.js"),
        ];
        let mut located: Vec<Located> = files.iter().map(|(of, path)| call(of, path)).collect();
        mark(&mut located, &descriptions());
        assert!(usages(&located).iter().all(|usage| *usage == Usage::Offered));
    }

    #[test]
    fn the_client_of_an_adapter_is_part_of_it_wherever_it_lies() {
        let mut located: Vec<Located> =
            PRODUCTS.iter().map(|name| call(name, &format!("core/providers/{name}.py"))).collect();
        for path in ["core/net/openai_client.py", "core/settings.py"] {
            let mut host = call("openai", path);
            host.sighting.technique = Technique::Host;
            host.sighting.usage = Usage::Configured;
            located.push(host);
        }
        mark(&mut located, &descriptions());
        let last: Vec<Usage> = usages(&located).into_iter().skip(PRODUCTS.len()).collect();
        assert_eq!(last, [Usage::Offered, Usage::Configured]);
    }

    #[test]
    fn what_every_provider_can_use_is_none_of_them() {
        let mut known = descriptions();
        known.insert(
            "tools.api".to_owned(),
            described("tools", Role::AgentProtocol, Egress::Depends),
        );
        let mut located: Vec<Located> =
            PRODUCTS.iter().map(|name| call(name, &format!("core/providers/{name}.py"))).collect();
        located.push(call("tools", "core/providers/tools.py"));
        mark(&mut located, &known);
        assert_eq!(usages(&located).pop(), Some(Usage::Called));
    }

    #[test]
    fn a_file_that_can_search_in_many_ways_offers_them() {
        let mut known = descriptions();
        for name in ["seek", "find"] {
            let tool = described(name, Role::AgentTool, Egress::ThirdParty);
            known.insert(format!("{name}.api"), tool);
        }
        let mut located: Vec<Located> = ["seek", "find", "openai"]
            .iter()
            .map(|name| {
                let mut located = call(name, "plugins/web-browsing.js");
                located.sighting.technique = Technique::Host;
                located
            })
            .collect();
        mark(&mut located, &known);
        assert!(usages(&located).iter().all(|usage| *usage == Usage::Offered));
        let mut two = vec![call("openai", "src/a.js"), call("seek", "src/a.js")];
        mark(&mut two, &known);
        assert!(usages(&two).iter().all(|usage| *usage == Usage::Called));
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
