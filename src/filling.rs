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
    for of_file in gathered.definitions.chunk_by(|one, next| one.place == next.place) {
        // One for the file, so that what is kept of it is bounded.
        let mut recogniser: Option<Recogniser<'_>> = None;
        let mut excerpts: BTreeMap<Option<Span>, &String> = BTreeMap::new();
        for Definition { place, said } in of_file {
            let Said::Unfilled { span, region, excerpt, what } = said else { continue };
            let Some(what) = names.filled_in(what, place) else { continue };
            if let Unfilled::Resource { of, .. } = &what {
                replaced.insert((place.clone(), *span, label(&redact(&display_safe(of)))));
            }
            excerpts.insert(*span, excerpt);
            let at = At { span: *span, line_of: &|_| "" };
            recogniser
                .get_or_insert_with(|| Recogniser::new(library, place.clone(), *region, cap))
                .fact(&fact_of(&what), at);
        }
        for mut one in recogniser.into_iter().flat_map(|it| it.finish().sightings) {
            if let Some(excerpt) = excerpts.get(&one.span) {
                one.excerpt.clone_from(excerpt);
            }
            gained.insert(one);
        }
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

/// What is said in full, as a fact.
fn fact_of(what: &Unfilled) -> Fact<'_> {
    match what {
        Unfilled::Resource { of, kind, name } => Fact::Resource {
            of: of.into(),
            kind: kind.as_deref().map(Into::into),
            name: name.as_deref().map(Into::into),
        },
        Unfilled::Setting { key, value } => {
            Fact::Setting { key: key.into(), value: value.into(), listed: false }
        }
        Unfilled::Image { reference } => Fact::Image { reference: reference.into() },
    }
}

/// Whether a file lies among examples, tests or the like, and a folder does not.
fn is_apart(path: &str, folder: &str) -> bool {
    region_of(path) != Region::Product && region_of_folder(folder) == Region::Product
}

/// Uses of a module, by the file and the name of each.
type Calls<'d> = BTreeSet<(&'d str, &'d str)>;

/// Who uses a module, and what they give to its variables.
#[derive(Default)]
struct Uses<'d> {
    calls: Calls<'d>,
    given: BTreeMap<&'d str, Arguments<'d>>,
}

/// What one variable of a module is given.
#[derive(Default)]
struct Arguments<'d> {
    /// The uses that give it something.
    calls: Calls<'d>,
    /// What is given, with the folder where it is written.
    values: BTreeSet<(&'d str, &'d str)>,
}

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
                    let call = (place.path.as_str(), call.as_str());
                    let uses = names.uses.entry((target, folder)).or_default();
                    uses.calls.insert(call);
                    if !name.is_empty() {
                        let arguments = uses.given.entry(name).or_default();
                        arguments.calls.insert(call);
                        arguments.values.insert((value, folder_of(&place.path)));
                    }
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
        let all = |known: &BTreeMap<_, BTreeSet<&'d str>>, name: &str| {
            known.get(&(target, folder, name)).cloned().unwrap_or_default()
        };
        let Some(variable) = name.strip_prefix("var.") else {
            let said = name.starts_with("local.").then(|| all(&self.said, name))?;
            return self.only(&said, target, folder, steps);
        };
        let default = all(&self.said, name);
        let Some(uses) = self.uses.get(&(target, folder)) else {
            let given = format!("given.{variable}");
            let mut said = all(&self.said, &given);
            if said.is_empty() {
                said = default;
            }
            said.extend(all(&self.chosen, &given));
            return self.only(&said, target, folder, steps);
        };
        let given = uses.given.get(variable);
        let mut found = None;
        if given.is_none_or(|given| given.calls.len() < uses.calls.len()) {
            found = Some(self.only(&default, target, folder, steps)?);
        }
        for (value, folder) in given.into_iter().flat_map(|given| &given.values) {
            let known = (!value.is_empty()).then(|| self.text(value, target, folder, steps))??;
            if *found.get_or_insert_with(|| known.clone()) != known {
                return None;
            }
        }
        found
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

    fn gathered(rows: Vec<Definition>, cap: usize) -> Gathered {
        let mut gathered = Gathered { definitions: rows, ..Gathered::default() };
        let library = Library::built_in().expect("signatures");
        fill(&mut gathered, &library, cap);
        gathered.sightings.sort();
        gathered
    }

    fn account(line: u32, name: &str) -> Definition {
        let what = Unfilled::Resource {
            of: "azurerm_cognitive_account".to_owned(),
            kind: Some(name.to_owned()),
            name: None,
        };
        let span = Some(Span { line, column: 1 });
        let (region, excerpt) = (Region::Generated, format!("line {line}"));
        said("main.tf", Said::Unfilled { span, region, excerpt, what })
    }

    #[test]
    fn what_is_filled_in_of_one_file_is_bounded_and_of_the_region_of_the_file() {
        let mut rows: Vec<Definition> = (1..9).map(|line| account(line, "${var.what}")).collect();
        rows.push(value("var.what", "OpenAI"));
        let found = gathered(rows, 3).sightings;
        assert_eq!(found.len(), 3, "{found:?}");
        for (one, line) in found.iter().zip(1..) {
            assert_eq!(one.region, Region::Generated);
            assert_eq!(one.excerpt, format!("line {line}"));
        }
    }

    #[test]
    fn the_order_in_which_files_are_read_changes_nothing() {
        let mut rows = vec![value("local.l20", "OpenAI")];
        rows.extend(
            (0..20).map(|at| value(&format!("local.l{at}"), &format!("${{local.l{}}}", at + 1))),
        );
        rows.extend((0..20).map(|at| account(at + 1, &format!("${{local.l{at}}}"))));
        let found = gathered(rows.clone(), 100).sightings;
        rows.reverse();
        assert_eq!(gathered(rows, 100).sightings, found);
        assert!(!found.is_empty());
    }

    #[test]
    fn what_several_uses_give_counts_once_and_a_default_where_one_gives_nothing() {
        let uses = |call: &str, name: &str, value: &str| {
            let [call, name, value] = [call, name, value].map(str::to_owned);
            said("main.tf", Said::Given { folder: "ai".to_owned(), call, name, value })
        };
        let default = Said::Value { name: "var.x".to_owned(), value: "OpenAI".to_owned() };
        let mut rows = vec![said("ai/main.tf", default)];
        for call in ["one", "two"] {
            rows.extend([uses(call, "", ""), uses(call, "x", "OpenAI")]);
        }
        let asked = |rows: &[Definition]| Names::of(rows).value("var.x", ".", "ai", STEPS);
        assert_eq!(asked(&rows).as_deref(), Some("OpenAI"));
        rows.push(uses("three", "", ""));
        assert_eq!(asked(&rows).as_deref(), Some("OpenAI"));
        rows.push(uses("three", "x", "Face"));
        assert_eq!(asked(&rows), None);
        assert_eq!(asked(&rows[1..5]).as_deref(), Some("OpenAI"));
        rows.pop();
        assert_eq!(asked(&rows[1..]), None);
    }
}
