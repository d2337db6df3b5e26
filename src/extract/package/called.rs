//! Calls and assigned lists in manifests that are programs: which strings a
//! call is given, under which label, and which strings a name is given.
//!
//! Stands on `lexed`; knows no meaning of any name and no file.

use super::lexed::{Grammar, Kind, Tokens};
use crate::extract::{Content, ExtractError};

/// A string, or a truth value, that a call is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Argument<'a> {
    /// Its label; the name of the inner call that holds it; or empty.
    pub(super) label: &'a str,
    pub(super) text: &'a str,
    pub(super) offset: usize,
}

/// A call that has been read to its end.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// The dotted name as written.
    pub(super) name: &'a str,
    pub(super) arguments: Vec<Argument<'a>>,
}

impl<'a> Call<'a> {
    /// What stands under one of the labels.
    pub(super) fn under(&self, labels: &[&str]) -> Option<&Argument<'a>> {
        self.arguments.iter().find(|argument| labels.contains(&argument.label))
    }

    /// The text under one of the labels, or nothing.
    pub(super) fn text(&self, labels: &[&str]) -> &'a str {
        self.under(labels).map_or("", |argument| argument.text)
    }

    /// What stands without a label.
    pub(super) fn plain(&self) -> impl Iterator<Item = &Argument<'a>> {
        self.arguments.iter().filter(|argument| argument.label.is_empty())
    }
}

/// What has been read.
#[derive(Debug)]
pub(super) enum Found<'a> {
    Call(Call<'a>),
    /// A string outside of calls, with the name that it, or the list or table
    /// that it stands in, is given to.
    Assigned {
        name: &'a str,
        text: &'a str,
        offset: usize,
    },
}

/// Arguments that are kept of one call.
const ARGUMENTS: usize = 4096;

/// A bracket that is open, or the file itself.
#[derive(Debug, Default)]
struct Frame<'a> {
    /// The call that it belongs to, if any.
    call: Option<&'a str>,
    label: &'a str,
    arguments: Vec<Argument<'a>>,
}

/// Reads all calls and assigned strings, innermost first.
///
/// # Errors
/// The language's grammar is broken, or brackets nest beyond the limit; what
/// was read before counts.
pub(super) fn read<'a>(
    content: &Content<'a>,
    grammar: &'static Grammar,
    take: &mut dyn FnMut(Found<'a>),
) -> Result<(), ExtractError> {
    let mut tokens = Tokens::new(content.text, grammar);
    let mut frames = vec![Frame::default()];
    let mut before: Option<&str> = None;
    // A value may begin on the line after its name.
    let mut expects = false;
    while let Some(token) = tokens.next() {
        let name = before.take();
        let expected = std::mem::take(&mut expects);
        match token.kind {
            Kind::Name(text) => {
                before = Some(text);
                if matches!(text, "true" | "false" | "True" | "False") {
                    give(&mut frames, text, token.offset, &mut |_| {});
                }
            }
            Kind::Text(text) => give(&mut frames, text, token.offset, take),
            Kind::Mark(b'=' | b':') if name.is_some() && !tokens.is_next(b'=') => {
                if let (Some(frame), Some(name)) = (frames.last_mut(), name) {
                    frame.label = name;
                }
                expects = true;
            }
            Kind::Mark(b',') if frames.len() > 1 => {
                if let Some(frame) = frames.last_mut() {
                    frame.label = "";
                }
            }
            Kind::Mark(b'\n') if expected => expects = true,
            Kind::Mark(b'\n' | b';') => {
                if let Some(frame) = frames.last_mut() {
                    frame.label = "";
                }
            }
            Kind::Mark(mark @ (b'(' | b'[' | b'{')) => {
                if frames.len() > content.limits.nesting {
                    return Err(ExtractError::TooDeep { limit: content.limits.nesting });
                }
                let call = name.filter(|_| mark == b'(');
                frames.push(Frame { call, ..Frame::default() });
            }
            Kind::Mark(b')' | b']' | b'}') if frames.len() > 1 => {
                if let Some(frame) = frames.pop() {
                    close(frame, &mut frames, take);
                }
            }
            Kind::Mark(_) => {}
        }
    }
    // What is still open after a mistake is told as it stands.
    while let Some(frame) = frames.pop() {
        close(frame, &mut frames, take);
    }
    tokens.mistake.into_result(content)
}

/// Gives a text to the innermost call, or else to the name before it.
fn give<'a>(
    frames: &mut [Frame<'a>],
    text: &'a str,
    offset: usize,
    take: &mut dyn FnMut(Found<'a>),
) {
    let mut label = "";
    for frame in frames.iter_mut().rev() {
        if label.is_empty() {
            label = frame.label;
        }
        if frame.call.is_some() {
            if frame.arguments.len() < ARGUMENTS {
                frame.arguments.push(Argument { label, text, offset });
            }
            return;
        }
    }
    take(Found::Assigned { name: label, text, offset });
}

/// Tells a call, and gives its arguments to the one that it stands in.
fn close<'a>(frame: Frame<'a>, frames: &mut [Frame<'a>], take: &mut dyn FnMut(Found<'a>)) {
    let Some(name) = frame.call else { return };
    let call = Call { name, arguments: frame.arguments };
    if let Some(outer) = frames.iter_mut().rev().find(|outer| outer.call.is_some()) {
        let room = ARGUMENTS.saturating_sub(outer.arguments.len());
        outer.arguments.extend(call.arguments.iter().take(room).map(|argument| {
            let label = if argument.label.is_empty() { name } else { argument.label };
            Argument { label, ..*argument }
        }));
    }
    take(Found::Call(call));
}
