//! Command lines as they stand in container files and scripts: their words,
//! where each stands, and where one command ends. Nothing is expanded or run.
//! Shared by several families of formats.
//!
//! Knows no file format and no program; `installs` knows package managers.

pub mod installs;

use std::borrow::Cow;

/// The option by which programs are given the name of a model.
pub const MODEL_OPTION: &str = "--model";

/// Further options that name a model, and nothing else.
const MODEL_OPTIONS: &[&str] =
    &[MODEL_OPTION, "--model-id", "--model_id", "--model-path", "--hf-repo", "-hf", "-hfr"];

/// Whether a word is an option that names a model: `Some(None)` if its value
/// is the next word, else with the value.
#[must_use]
pub fn model_option(word: &str) -> Option<Option<&str>> {
    if !word.starts_with('-') {
        return None;
    }
    match word.split_once('=') {
        Some((option, value)) => MODEL_OPTIONS.contains(&option).then_some(Some(value)),
        None => MODEL_OPTIONS.contains(&word).then_some(None),
    }
}

/// Whether a command line starts a workbench that a person works in, not a
/// program that does something for others.
#[must_use]
pub fn starts_workbench(line: &str) -> bool {
    const WORKBENCHES: &[&str] = &["jupyter", "jupyter-lab", "jupyter-notebook", "rstudio-server"];
    line.split(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c))
        .take(20)
        .any(|word| WORKBENCHES.contains(&word) || word.starts_with("start-notebook"))
}

/// How words are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A shell command line: operators end a command, `#` starts a comment.
    Shell,
    /// Blanks and quotes only.
    Plain,
    /// A JSON array of words, read leniently.
    List,
}

/// A word with its quotes removed, and where its text starts in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// Byte offset in the file.
    pub offset: usize,
}

/// A word, or the end of a command.
#[derive(Debug, PartialEq, Eq)]
pub enum Token<'a> {
    /// A word.
    Word(Word<'a>),
    /// A command ends here.
    End,
}

/// Iterates over the tokens of a text.
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    base: usize,
    style: Style,
    /// The character that continues a line and protects the next one.
    escape: u8,
}

impl<'a> Tokens<'a> {
    /// The tokens of `text`, which starts at `base` in the file.
    #[must_use]
    pub fn new(text: &'a str, base: usize, style: Style) -> Self {
        Self { text, at: 0, base, style, escape: b'\\' }
    }

    /// The same with another escape character, as Windows container files have.
    #[must_use]
    pub fn with_escape(mut self, escape: u8) -> Self {
        self.escape = escape;
        self
    }

    /// The words alone.
    pub fn words(self) -> impl Iterator<Item = Word<'a>> {
        self.filter_map(|token| match token {
            Token::Word(word) => Some(word),
            Token::End => None,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn previous(&self) -> Option<u8> {
        self.at.checked_sub(1).and_then(|at| self.text.as_bytes().get(at)).copied()
    }

    /// Where the line after an escape character starts, if nothing but blanks
    /// stands between it and the line end.
    fn continued(&self) -> Option<usize> {
        let rest = self.text.get(self.at + 1..)?;
        // A line end is near or there is none: longer runs of blanks are no continuation.
        let blanks = rest.bytes().take(64).take_while(|byte| b" \t\r".contains(byte)).count();
        (rest.as_bytes().get(blanks) == Some(&b'\n')).then_some(self.at + 1 + blanks + 1)
    }

    /// Skips what stands between words; true if the text goes on with a token.
    fn skip_blanks(&mut self) -> bool {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'[' | b']' | b',' | b'\n' if self.style == Style::List => self.at += 1,
                b'\n' if self.style == Style::Plain => self.at += 1,
                b'#' if self.style == Style::Shell => self.skip_line(),
                _ if byte == self.escape => match self.continued() {
                    Some(next) => self.next_line(next),
                    None => return true,
                },
                _ => return true,
            }
        }
        false
    }

    /// Goes to a continued line, past the comment lines before it.
    fn next_line(&mut self, next: usize) {
        self.at = next;
        while let Some(line) = self.text.get(self.at..) {
            let blanks = line.bytes().take_while(|byte| b" \t\r".contains(byte)).count();
            match line.as_bytes().get(blanks) {
                Some(b'#') => {
                    self.skip_line();
                    self.at += 1;
                }
                Some(b'\n') => self.at += blanks + 1,
                _ => return,
            }
        }
    }

    /// Goes to the end of the line.
    fn skip_line(&mut self) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    fn ends_command(&self, byte: u8) -> bool {
        match byte {
            b'\n' | b';' | b'|' | b'(' | b')' | b'`' => true,
            // `2>&1` and `&>` are redirections.
            b'&' => {
                self.previous() != Some(b'>')
                    && self.text.as_bytes().get(self.at + 1) != Some(&b'>')
            }
            _ => false,
        }
    }

    fn ends_word(&self, byte: u8) -> bool {
        match self.style {
            Style::Shell => b" \t\r".contains(&byte) || self.ends_command(byte),
            Style::Plain => b" \t\r\n".contains(&byte),
            Style::List => b" \t\r\n,]".contains(&byte),
        }
    }

    fn word(&mut self) -> Word<'a> {
        let mut text = Cow::Borrowed("");
        let mut offset = self.base + self.at;
        let mut first = true;
        while let Some(byte) = self.peek() {
            let piece = match byte {
                b'"' | b'\'' => {
                    if first {
                        offset += 1;
                    }
                    self.quoted(byte)
                }
                _ if byte == self.escape => self.escaped(),
                _ if self.ends_word(byte) => break,
                _ => self.plain(),
            };
            first = false;
            append(&mut text, piece);
        }
        Word { text, offset }
    }

    /// A run of characters that mean themselves; at least one.
    fn plain(&mut self) -> Cow<'a, str> {
        let start = self.at;
        self.at += 1;
        while let Some(byte) = self.peek() {
            if b"\"'".contains(&byte) || byte == self.escape || self.ends_word(byte) {
                break;
            }
            self.at += 1;
        }
        Cow::Borrowed(self.text.get(start..self.at).unwrap_or_default())
    }

    fn escaped(&mut self) -> Cow<'a, str> {
        if let Some(next) = self.continued() {
            self.next_line(next);
            return Cow::Borrowed("");
        }
        let rest = self.text.get(self.at + 1..).unwrap_or_default();
        let length = rest.chars().next().map_or(0, char::len_utf8);
        self.at += 1 + length;
        Cow::Borrowed(rest.get(..length).unwrap_or_default())
    }

    /// A quoted run; one that is never closed ends with the text.
    fn quoted(&mut self, quote: u8) -> Cow<'a, str> {
        self.at += 1;
        let mut text = Cow::Borrowed("");
        let mut start = self.at;
        while let Some(byte) = self.peek() {
            let protects = byte == self.escape && quote == b'"';
            if byte != quote && !protects {
                self.at += 1;
                continue;
            }
            let run = self.text.get(start..self.at).unwrap_or_default();
            append(&mut text, Cow::Borrowed(run));
            if byte == quote {
                self.at += 1;
                return text;
            }
            let piece = self.escaped();
            append(&mut text, piece);
            start = self.at;
        }
        append(&mut text, Cow::Borrowed(self.text.get(start..).unwrap_or_default()));
        text
    }
}

/// Puts `piece` behind `text`, borrowing as long as there is but one.
fn append<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else if !piece.is_empty() {
        text.to_mut().push_str(&piece);
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if !self.skip_blanks() {
            return None;
        }
        let byte = self.peek()?;
        if self.style == Style::Shell && self.ends_command(byte) {
            self.at += 1;
            return Some(Token::End);
        }
        Some(Token::Word(self.word()))
    }
}

/// Takes the values of `--model X` and `--model=X` among the words, with their offsets.
pub fn each_model<'a>(words: impl Iterator<Item = Word<'a>>, take: &mut dyn FnMut(&str, usize)) {
    let mut expected = false;
    for word in words {
        let option = model_option(&word.text);
        let model = option.flatten().or_else(|| expected.then_some(word.text.as_ref()));
        expected = model.is_none() && option == Some(None);
        // A variable's value is not known here; an option means that the value is missing.
        if let Some(model) = model.filter(|it| !it.is_empty() && !it.starts_with(['$', '-'])) {
            take(model, word.offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, style: Style) -> Vec<String> {
        Tokens::new(text, 0, style)
            .map(|token| match token {
                Token::Word(word) => word.text.into_owned(),
                Token::End => "|".to_owned(),
            })
            .collect()
    }

    #[test]
    fn words_lose_their_quotes_and_commands_their_ends() {
        assert_eq!(
            told("A=1 pip install 'a>=1' \"b c\"d 2>&1 && x # y", Style::Shell),
            ["A=1", "pip", "install", "a>=1", "b cd", "2>&1", "|", "|", "x"]
        );
        assert_eq!(told(r#"["a b", "--model", "c\"d",]"#, Style::List), ["a b", "--model", "c\"d"]);
        assert_eq!(told("A=b;c&d#e F='g h'", Style::Plain), ["A=b;c&d#e", "F=g h"]);
    }

    #[test]
    fn continued_lines_are_one_command_and_their_comments_vanish() {
        let text = "pip install \\\n  # why\n\n  torch \\  \n  num\\\npy\nls";
        assert_eq!(told(text, Style::Shell), ["pip", "install", "torch", "numpy", "|", "ls"]);
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_with_the_text() {
        assert_eq!(told("a \"b c\\", Style::Shell), ["a", "b c"]);
        assert_eq!(told("a 'é", Style::Shell), ["a", "é"]);
        assert_eq!(told("\\", Style::Shell), [""]);
    }

    #[test]
    fn a_word_knows_where_its_text_starts() {
        let text = "x 'abc'";
        let words: Vec<Word<'_>> = Tokens::new(text, 10, Style::Shell).words().collect();
        assert_eq!(words[1].offset, 13);
    }
}
