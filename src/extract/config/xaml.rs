//! XAML: the assemblies whose elements stand in a file, be they activities of an
//! automation or controls of a window. Knows no assembly.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::Event;

use super::{ATTRIBUTES, Teller, broken_xml};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::{Ecosystem, Fact};

/// Reads `*.xaml`: elements of a namespace that is bound to an assembly
/// (`xmlns:x="clr-namespace:…;assembly=Some.Library"`) put that assembly to work,
/// which has the name of the package it comes in.
///
/// A namespace that no element uses, and a mere reference, say nothing: editors
/// leave them behind. Comments are not read.
#[derive(Debug)]
pub struct Xaml;

/// Namespaces of one file that are kept.
const NAMESPACES: usize = 256;

impl Extractor for Xaml {
    fn id(&self) -> &'static str {
        "xaml"
    }

    fn about(&self) -> &'static str {
        "XAML: assemblies whose activities or controls are used"
    }

    fn interest(&self) -> Interest {
        Interest { names: &[], globs: &[], extensions: &["xaml"], gate: Gate::Telling }
    }

    fn claims(&self, head: &[u8]) -> bool {
        memchr::memmem::find(head, b";assembly=").is_some()
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut teller = Teller::new(content, sink);
        let mut reader = quick_xml::Reader::from_str(content.text);
        let mut assemblies: BTreeMap<String, String> = BTreeMap::new();
        let mut used: BTreeSet<String> = BTreeSet::new();
        loop {
            let start = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => {
                    for given in tag.attributes().with_checks(false).flatten().take(ATTRIBUTES) {
                        if assemblies.len() < NAMESPACES
                            && let Some(prefix) = given.key.as_ref().strip_prefix("xmlns:")
                            && let Some(assembly) = assembly_of(&given.value)
                        {
                            assemblies.insert(prefix.to_owned(), assembly.to_owned());
                        }
                    }
                    let name = tag.name();
                    let prefix = name.as_ref().split_once(':').map(|(prefix, _)| prefix);
                    if let Some(assembly) = prefix.and_then(|prefix| assemblies.get(prefix))
                        && used.insert(assembly.clone())
                    {
                        let fact = Fact::Part {
                            catalogue: Ecosystem::Nuget,
                            name: Cow::Borrowed(assembly),
                            version: Cow::Borrowed(""),
                            active: true,
                            addressed: false,
                        };
                        teller.at(start, fact);
                    }
                }
                Ok(Event::Eof) => return Ok(()),
                Ok(_) => {}
                Err(_) => return broken_xml(content, start),
            }
        }
    }
}

/// The assembly that a namespace is bound to.
fn assembly_of(namespace: &str) -> Option<&str> {
    let (_, assembly) = namespace.strip_prefix("clr-namespace:")?.split_once(";assembly=")?;
    let assembly = assembly.trim();
    (!assembly.is_empty() && assembly.len() < 200).then_some(assembly)
}
