//! What files say with names in it is said again once it is known what the
//! names stand for: the default of a variable in another file of the folder, a
//! file of values, the argument of every use of a module that lies in the tree.
//!
//! A name that stands for one value is filled in; one that stands for several, or
//! for something that no file says, stays as it is written. Knows how names are
//! written, no format, no provider and no signature.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use crate::assemble::Gathered;
use crate::model::definition::{Definition, Said, Unfilled};
use crate::model::evidence::Sighting;
use crate::model::fact::Fact;
use crate::model::place::{Place, Region, Span, folder_of, name_of};
use crate::model::region::{region_of, region_of_folder};
use crate::model::text::{display_safe, label, redact};
use crate::model::vocabulary::Technique;
use crate::signature::library::Library;
use crate::signature::recognise::{At, Recogniser};

/// Names that may lead to others, and modules that use modules.
const STEPS: usize = 16;
/// Longest text that is filled in, in bytes.
const LONGEST: usize = 1024;

/// Fills in what was gathered of all targets.
pub fn fill(gathered: &mut Gathered, library: &Library, cap: usize) {
    // Files are read in no order; what is asked for first must not depend on it.
    gathered.definitions.sort();
    let names = Names::of(&gathered.definitions);
    let mut replaced: BTreeSet<(Place, Option<Span>, String)> = BTreeSet::new();
    let mut gained: BTreeSet<Sighting> = BTreeSet::new();
    for Definition { place, said } in &gathered.definitions {
        let Said::Unfilled { span, excerpt, what } = said else { continue };
        let Some(what) = names.filled_in(what, place) else { continue };
        if let Unfilled::Resource { of, .. } = &what {
            replaced.insert((place.clone(), *span, label(&redact(&display_safe(of)))));
        }
        let found = recognised(&what, place, *span, library, cap).into_iter();
        gained.extend(found.map(|one| Sighting { excerpt: excerpt.clone(), ..one }));
    }
    if gained.is_empty() {
        return;
    }
    // What was said of a resource whose kind or name was not known is said better now.
    gathered.sightings.retain(|one| {
        one.technique != Technique::Resource
            || !replaced.contains(&(one.place.clone(), one.span, one.value.clone()))
    });
    gathered.sightings.extend(gained);
}

/// What the signatures make of something said in full.
fn recognised(
    what: &Unfilled,
    place: &Place,
    span: Option<Span>,
    library: &Library,
    cap: usize,
) -> Vec<Sighting> {
    let region = region_of(&place.path);
    let mut recogniser = Recogniser::new(library, place.clone(), region, cap);
    let fact = match what {
        Unfilled::Resource { of, kind, name } => Fact::Resource {
            of: of.into(),
            kind: kind.as_deref().map(Into::into),
            name: name.as_deref().map(Into::into),
        },
        Unfilled::Setting { key, value } => {
            Fact::Setting { key: key.into(), value: value.into(), listed: false }
        }
        Unfilled::Image { reference } => Fact::Image { reference: reference.into() },
    };
    recogniser.fact(&fact, At { span, line: "", line_of: &|_| "" });
    recogniser.finish().sightings
}

/// Whether a file lies among examples, tests or the like, and a folder does not.
fn is_apart(path: &str, folder: &str) -> bool {
    region_of(path) != Region::Product && region_of_folder(folder) == Region::Product
}

/// The uses of a module, by the file and the name of each: what is given, by name.
type Uses<'d> = BTreeMap<(&'d str, &'d str), BTreeMap<&'d str, &'d str>>;

/// What names stand for, by target and folder.
#[derive(Default)]
struct Names<'d> {
    /// (target, folder, name with its kind) → values.
    said: BTreeMap<(&'d str, &'d str, &'d str), BTreeSet<&'d str>>,
    /// (target, folder, variable) → values by a file that is chosen by hand.
    chosen: BTreeMap<(&'d str, &'d str, &'d str), BTreeSet<&'d str>>,
    /// (target, folder) → who uses it.
    uses: BTreeMap<(&'d str, &'d str), Uses<'d>>,
    /// What was found out, by (target, folder, name).
    found: RefCell<BTreeMap<(String, String, String), Found>>,
    /// Whether the steps ran out since this was last lowered.
    cut: Cell<bool>,
}

/// What was found out of a name.
#[derive(Clone)]
enum Found {
    /// The one value; `None` if there is none.
    Value(Option<String>),
    /// No value within so many steps: with more there may be one.
    TooFar(usize),
}

impl<'d> Names<'d> {
    fn of(definitions: &'d [Definition]) -> Self {
        let mut names = Self::default();
        for Definition { place, said } in definitions {
            let (target, folder) = (place.target.as_str(), folder_of(&place.path));
            match said {
                Said::Value { name, value } => {
                    let file = name_of(&place.path);
                    let by_hand = name.starts_with("given.")
                        && !file.starts_with("terraform.tfvars")
                        && !file.contains(".auto.tfvars");
                    let values = if by_hand { &mut names.chosen } else { &mut names.said };
                    values.entry((target, folder, name)).or_default().insert(value);
                }
                // How an example or a test uses a module says nothing of the module.
                Said::Given { folder, .. } if is_apart(&place.path, folder) => {}
                Said::Given { folder, call, name, value } => {
                    let uses = names.uses.entry((target, folder)).or_default();
                    uses.entry((&place.path, call)).or_default().insert(name, value);
                }
                Said::Inherits { .. } | Said::Unfilled { .. } => {}
            }
        }
        names
    }

    /// What is said, with every name filled in that stands for one value;
    /// `None` if there is none.
    fn filled_in(&self, what: &Unfilled, place: &Place) -> Option<Unfilled> {
        let (target, folder) = (place.target.as_str(), folder_of(&place.path));
        let one = |text: &str| self.text(text, target, folder, STEPS);
        let filled = match what {
            Unfilled::Resource { of, kind, name } => {
                let or_so = |text: &Option<String>| {
                    text.as_ref().map(|text| one(text).unwrap_or_else(|| text.clone()))
                };
                Unfilled::Resource { of: of.clone(), kind: or_so(kind), name: or_so(name) }
            }
            Unfilled::Setting { key, value } => {
                Unfilled::Setting { key: key.clone(), value: one(value)? }
            }
            Unfilled::Image { reference } => Unfilled::Image { reference: one(reference)? },
        };
        (filled != *what).then_some(filled)
    }

    /// A text without names; `None` if one of them stands for no single value.
    fn text(&self, text: &str, target: &str, folder: &str, steps: usize) -> Option<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            let (name, after) = behind.split_once('}')?;
            filled.push_str(before);
            filled.push_str(&self.value(name.trim(), target, folder, steps)?);
            if filled.len() > LONGEST {
                return None;
            }
            rest = after;
        }
        filled.push_str(rest);
        Some(filled)
    }

    /// The one value that a name stands for in a folder. Found out once: what is
    /// asked for while it is being found out leads to itself, and is none. Where
    /// the steps ran out nothing is known, except for who has no more of them.
    fn value(&self, name: &str, target: &str, folder: &str, steps: usize) -> Option<String> {
        let key = (target.to_owned(), folder.to_owned(), name.to_owned());
        match self.found.borrow().get(&key) {
            Some(Found::Value(value)) => return value.clone(),
            Some(Found::TooFar(known)) if steps <= *known => {
                self.cut.set(true);
                return None;
            }
            _ => {}
        }
        self.found.borrow_mut().insert(key.clone(), Found::Value(None));
        let was_cut = self.cut.replace(false);
        let value = self.found_out(name, target, folder, steps);
        let is_cut = value.is_none() && self.cut.get();
        let found = if is_cut { Found::TooFar(steps) } else { Found::Value(value.clone()) };
        self.found.borrow_mut().insert(key, found);
        self.cut.set(was_cut || is_cut);
        value
    }

    fn found_out(&self, name: &str, target: &str, folder: &str, steps: usize) -> Option<String> {
        let Some(steps) = steps.checked_sub(1) else {
            self.cut.set(true);
            return None;
        };
        let mut found = BTreeSet::new();
        let all = |known: &BTreeMap<_, BTreeSet<&'d str>>, name: &str| {
            known.get(&(target, folder, name)).cloned().unwrap_or_default()
        };
        let Some(variable) = name.strip_prefix("var.") else {
            let said = name.starts_with("local.").then(|| all(&self.said, name))?;
            return self.only(&said, target, folder, steps);
        };
        let default = all(&self.said, name);
        if let Some(uses) = self.uses.get(&(target, folder)) {
            for ((file, _), given) in uses {
                let value = match given.get(variable) {
                    Some(&"") => None,
                    Some(value) => self.text(value, target, folder_of(file), steps),
                    None => self.only(&default, target, folder, steps),
                };
                found.insert(value?);
            }
        } else {
            let given = format!("given.{variable}");
            let mut said = all(&self.said, &given);
            if said.is_empty() {
                said = default;
            }
            said.extend(all(&self.chosen, &given));
            return self.only(&said, target, folder, steps);
        }
        if found.len() == 1 { found.pop_first() } else { None }
    }

    /// The text that all of these are once they are filled in.
    fn only(
        &self,
        texts: &BTreeSet<&str>,
        target: &str,
        folder: &str,
        steps: usize,
    ) -> Option<String> {
        let [text] = texts.iter().copied().collect::<Vec<_>>()[..] else { return None };
        self.text(text, target, folder, steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str, said: Said) -> Definition {
        Definition { place: Place::new(".", path), said }
    }

    fn value(name: &str, value: &str) -> Definition {
        said("main.tf", Said::Value { name: name.to_owned(), value: value.to_owned() })
    }

    #[test]
    fn what_lies_too_far_from_one_name_is_not_lost_to_the_others() {
        let mut rows = vec![value("local.l20", "gpt-4o")];
        let links = (0..20).map(|at| (format!("local.l{at}"), format!("${{local.l{}}}", at + 1)));
        rows.extend(links.map(|(name, to)| value(&name, &to)));
        let names = Names::of(&rows);
        let asked = |name: &str| names.value(name, ".", ".", STEPS);
        assert_eq!(asked("local.l0"), None);
        assert_eq!(asked("local.l1"), None);
        for at in (2..20).rev() {
            assert_eq!(asked(&format!("local.l{at}")).as_deref(), Some("gpt-4o"), "{at}");
        }
    }

    #[test]
    fn names_that_lead_to_each_other_stand_for_nothing() {
        let rows = [value("local.a", "${local.b}"), value("local.b", "${local.a}")];
        let names = Names::of(&rows);
        for name in ["local.a", "local.b", "local.a"] {
            assert_eq!(names.value(name, ".", ".", STEPS), None);
        }
    }
}
