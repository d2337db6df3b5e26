//! What a container is started with: `command`, `args` and `entrypoint` of one
//! table as the call of a program. Knows no program.

use std::borrow::Cow;

use super::Teller;
use crate::extract::commands::{Style, Token, Tokens, Word, installs};
use crate::extract::structured::{Node, Value};
use crate::model::fact::{Argument, Fact, Language};

/// Words of one command that are looked at.
const WORDS: usize = 200;

/// Tells the program that the table starts, if it says one.
pub(super) fn tell(table: &Node<'_>, teller: &mut Teller<'_, '_>) {
    let mut words: Vec<Word<'_>> = Vec::new();
    for key in ["entrypoint", "command", "args"] {
        match table.get(key).map(|node| (node, &node.value)) {
            Some((_, Value::List(items))) => {
                let items = items.iter().filter_map(|item| {
                    let text = Cow::Borrowed(item.as_str()?);
                    Some(Word { text, offset: item.offset })
                });
                words.extend(items.take(WORDS));
            }
            Some((node, Value::Scalar(line))) if line.len() <= 4096 => {
                // A scalar may stand over several lines: its start is near enough.
                let tokens = Tokens::new(line, 0, Style::Shell).words().take(WORDS);
                words.extend(tokens.map(|word| Word { offset: node.offset, ..word }));
            }
            _ => {}
        }
    }
    if words.len() < 2 {
        return;
    }
    match installs::script_of(&words) {
        Some(script) => {
            let mut command: Vec<Word<'_>> = Vec::new();
            for token in Tokens::new(&script.text, 0, Style::Shell).take(WORDS * 10) {
                match token {
                    Token::Word(word) => command.push(Word { offset: script.offset, ..word }),
                    Token::End => {
                        call(&command, teller);
                        command.clear();
                    }
                }
            }
            call(&command, teller);
        }
        None => call(&words, teller),
    }
}

fn call(command: &[Word<'_>], teller: &mut Teller<'_, '_>) {
    let Some((first, rest)) = installs::after_leaders(command).split_first() else { return };
    let program = installs::program_of(&first.text);
    if program.is_empty() || program.starts_with(['-', '$', '{']) {
        return;
    }
    if let ("python", [option, module, ..]) = (program, rest)
        && option.text == "-m"
    {
        let root = module.text.split('.').next().unwrap_or_default().to_owned();
        let path = Cow::Owned(module.text.clone().into_owned());
        tell_call((Language::Python, Some(Cow::Owned(root))), path, Vec::new(), first, teller);
        return;
    }
    let mut path = program.to_owned();
    let mut words = rest.iter().peekable();
    if rest.len() > 1
        && let Some(word) = words.next_if(|word| is_bare(&word.text))
    {
        path.push('.');
        path.push_str(&word.text);
    }
    let mut arguments = Vec::new();
    while let Some(word) = words.next() {
        if word.text.starts_with('-') {
            let takes_next = !word.text.contains('=');
            words.next_if(|next| takes_next && !next.text.starts_with('-'));
        } else if !word.text.starts_with('$') && !word.text.is_empty() {
            let value = Cow::Owned(word.text.clone().into_owned());
            let span = teller.span_at(word.offset);
            arguments.push(Argument { name: None, value, span });
        }
    }
    tell_call((Language::Shell, None), Cow::Owned(path), arguments, first, teller);
}

fn tell_call(
    (language, module): (Language, Option<Cow<'_, str>>),
    path: Cow<'_, str>,
    arguments: Vec<Argument<'_>>,
    at: &Word<'_>,
    teller: &mut Teller<'_, '_>,
) {
    let (named, decorates) = (Vec::new(), None);
    teller.at(at.offset, Fact::Call { language, module, path, arguments, named, decorates });
}

/// Whether a word can be a command of a program: lower case, and no file.
fn is_bare(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_lowercase())
        && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}
