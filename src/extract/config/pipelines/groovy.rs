//! Pipelines of Jenkins: programs in Groovy whose commands stand in strings.
//! Finds `sh '...'` and its like, images and the environment; runs nothing and
//! knows no product.

use std::borrow::Cow;

use crate::extract::config::{Teller, scripts, settings};
use crate::extract::{Content, ExtractError, Extractor, Gate, Interest, Sink};
use crate::model::fact::Fact;

/// Reads a `Jenkinsfile`, declarative or scripted.
///
/// The string behind `sh`, `bat`, `powershell` and `pwsh` is a script; behind
/// `image` and `docker.image(` an image; `NAME = '...'` and `NAME =
/// credentials('...')` with a name in capitals a setting, the latter without a
/// value. Comments are not read.
#[derive(Debug)]
pub struct Jenkinsfile;

impl Extractor for Jenkinsfile {
    fn id(&self) -> &'static str {
        "jenkinsfile"
    }

    fn about(&self) -> &'static str {
        "pipelines of Jenkins: commands, images, environment"
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &["Jenkinsfile"],
            globs: &["Jenkinsfile.*", "*.jenkinsfile", "*.Jenkinsfile", "jenkins/**/*.jenkins"],
            extensions: &[],
            gate: Gate::Anchors,
        }
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let mut teller = Teller::new(content, sink);
        let mut reader = Reader { text: content.text, at: 0, last: '\n' };
        let mut before: Vec<&str> = Vec::new();
        loop {
            match reader.next() {
                Token::End => return Ok(()),
                Token::Endless(at) => {
                    let line = content.span_at(at).line;
                    let what = format_args!("what opens in line {line} never ends");
                    return if content.truncated {
                        Ok(())
                    } else {
                        Err(ExtractError::malformed(what))
                    };
                }
                Token::Word(word) => {
                    if before.len() == WORDS {
                        before.remove(0);
                    }
                    before.push(word);
                }
                Token::Break => before.clear(),
                Token::Text(text, offset) => {
                    if tell(&before, text, offset, &mut teller) {
                        before.clear();
                    } else {
                        before.pop();
                    }
                }
            }
        }
    }
}

/// Words before a string that say what it is.
const WORDS: usize = 4;

/// Whether the string was the script of the command before it.
fn tell(before: &[&str], text: &str, offset: usize, teller: &mut Teller<'_, '_>) -> bool {
    if teller.is_full() {
        return false;
    }
    let interpreter = before.iter().rev().find_map(|word| match *word {
        "sh" => Some("sh"),
        "powershell" | "pwsh" => Some("pwsh"),
        _ => None,
    });
    let is_name = |name: &str| {
        name.len() > 1
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    };
    match before {
        [.., "label" | "returnStdout" | "returnStatus" | "encoding"] => {}
        _ if interpreter.is_some() => {
            if let Some(reader) = scripts::reader_of(interpreter) {
                let script = as_the_shell_sees(text);
                scripts::read(&script, offset, reader, teller.content, teller.sink);
            }
            return true;
        }
        [.., "image"] if settings::is_image(text) => {
            teller.at(offset, Fact::Image { reference: Cow::Borrowed(text) });
        }
        [.., name, "credentials"] if is_name(name) => teller.setting(offset, name, "", false),
        [.., name] if is_name(name) => teller.setting(offset, name, text, false),
        _ => {}
    }
    false
}

/// A string with its backslashes resolved, and with the variables that Groovy
/// fills in written as a shell would.
fn as_the_shell_sees(text: &str) -> Cow<'_, str> {
    if !text.contains("\\\\") && !text.contains("${env.") {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace("\\\\", "\\").replace("${env.", "${"))
}

enum Token<'a> {
    /// A word, or the last part of a dotted name.
    Word(&'a str),
    /// A string without its quotes, and where it starts.
    Text(&'a str, usize),
    /// A line or a block ends.
    Break,
    /// A string or comment that opens here is not closed.
    Endless(usize),
    End,
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The last sign: behind an open list a line's end ends nothing.
    last: char,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&mut self) -> Token<'a> {
        loop {
            let rest = self.rest();
            let Some(first) = rest.chars().next() else { return Token::End };
            if rest.starts_with("//") || (first == '#' && self.at == 0) {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let Some(end) = rest.find("*/") else { return self.endless() };
                self.at += end + 2;
            } else if first == '"' || first == '\'' {
                return self.string(first);
            } else if first.is_alphabetic() || first == '_' {
                let is_word = |c: char| c.is_alphanumeric() || c == '_';
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                self.at += end;
                self.last = first;
                return Token::Word(rest.get(..end).unwrap_or_default());
            } else {
                self.at += first.len_utf8();
                let goes_on = first == '\n' && matches!(self.last, '(' | ',' | ':');
                if !first.is_whitespace() {
                    self.last = first;
                }
                if matches!(first, '\n' | ';' | '{' | '}') && !goes_on {
                    return Token::Break;
                }
            }
        }
    }

    fn endless(&mut self) -> Token<'a> {
        let at = self.at;
        self.at = self.text.len();
        Token::Endless(at)
    }

    fn string(&mut self, quote: char) -> Token<'a> {
        let rest = self.rest();
        self.last = quote;
        let thrice = if quote == '"' { "\"\"\"" } else { "'''" };
        let mark =
            if rest.starts_with(thrice) { thrice } else { thrice.get(..1).unwrap_or(thrice) };
        let body = rest.get(mark.len()..).unwrap_or_default();
        let bytes = body.as_bytes();
        let mut end = 0;
        while let Some(byte) = bytes.get(end) {
            match byte {
                b'\\' => end += 1,
                b'\n' if mark.len() == 1 => break,
                _ if bytes.get(end..).is_some_and(|left| left.starts_with(mark.as_bytes())) => {
                    let start = self.at + mark.len();
                    self.at = start + end + mark.len();
                    return Token::Text(body.get(..end).unwrap_or_default(), start);
                }
                _ => {}
            }
            end += 1;
        }
        if mark.len() == 1 && bytes.get(end) == Some(&b'\n') {
            // A stray quote: the line is lost, the rest is not.
            self.at += mark.len() + end;
            return Token::Break;
        }
        self.endless()
    }
}
