//! The commands of a `CMake` file with their words; nothing is evaluated.
//!
//! Knows no command.

use super::super::FirstMistake;

/// A word of a command: an argument without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) offset: usize,
}

/// Iterates over the commands of a text.
#[derive(Debug)]
pub(super) struct Commands<'a> {
    text: &'a str,
    at: usize,
    words: Vec<Word<'a>>,
    pub(super) mistake: FirstMistake,
}

/// Words that are kept of one command.
const WORDS: usize = 10_000;

impl<'a> Commands<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, words: Vec::new(), mistake: FirstMistake::default() }
    }

    /// The words of the command that was read last.
    pub(super) fn words(&self) -> &[Word<'a>] {
        &self.words
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    fn line_end(&self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.text.len(), |found| self.at + found)
    }

    /// The inside of `[[…]]` or `[=[…]=]` at `at`, and where it ends.
    fn bracketed(&mut self, at: usize) -> Option<(usize, usize, usize)> {
        let rest = self.text.as_bytes().get(at..)?;
        let marks = rest.iter().skip(1).take(64).take_while(|byte| **byte == b'=').count();
        if rest.first() != Some(&b'[') || rest.get(1 + marks) != Some(&b'[') {
            return None;
        }
        let close = format!("]{}]", "=".repeat(marks));
        let body = at + marks + 2;
        let inside = self.text.as_bytes().get(body..)?;
        let Some(end) = memchr::memmem::find(inside, close.as_bytes()) else {
            self.mistake.at(at, "a bracket that is never closed");
            return Some((body, self.text.len(), self.text.len()));
        };
        Some((body, body + end, body + end + close.len()))
    }

    /// Skips a comment that starts here.
    fn comment(&mut self) {
        self.at = match self.bracketed(self.at + 1) {
            Some((_, _, end)) => end,
            None => self.line_end(),
        };
    }

    fn quoted(&mut self) -> Word<'a> {
        let body = self.at + 1;
        let mut at = body;
        while let Some(byte) = self.byte(at) {
            match byte {
                b'"' => {
                    self.at = at + 1;
                    return Word { text: self.slice(body, at), offset: body };
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.mistake.at(self.at, "a string that does not end");
        self.at = self.text.len();
        Word { text: self.slice(body, self.text.len()), offset: body }
    }

    fn bare(&mut self) -> Word<'a> {
        let start = self.at;
        // `${…}` and `$<…>` may hold what ends a word elsewhere.
        let mut depth = 0usize;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'{' | b'<'
                    if self.at > start && (depth > 0 || self.byte(self.at - 1) == Some(b'$')) =>
                {
                    depth += 1;
                }
                b'}' | b'>' => depth = depth.saturating_sub(1),
                b'\\' => self.at += 1,
                b'\n' => break,
                b' ' | b'\t' | b'\r' | b';' | b'(' | b')' | b'#' | b'"' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        let end = self.at.min(self.text.len());
        self.at = end.max(start + 1);
        Word { text: self.slice(start, end), offset: start }
    }

    fn arguments(&mut self, opened: usize) {
        self.words.clear();
        let mut depth = 1usize;
        while let Some(byte) = self.byte(self.at) {
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return;
                    }
                }
                b'#' => {
                    self.comment();
                    continue;
                }
                b'"' => {
                    let word = self.quoted();
                    self.keep(word);
                    continue;
                }
                b' ' | b'\t' | b'\r' | b'\n' | b';' => {}
                _ => {
                    let word = match self.bracketed(self.at) {
                        Some((from, to, end)) => {
                            self.at = end;
                            Word { text: self.slice(from, to), offset: from }
                        }
                        None => self.bare(),
                    };
                    self.keep(word);
                    continue;
                }
            }
            self.at += 1;
        }
        self.mistake.at(opened, "a command that does not end");
    }

    fn keep(&mut self, word: Word<'a>) {
        if self.words.len() < WORDS {
            self.words.push(word);
        }
    }

    /// Reads the next command and gives its name.
    pub(super) fn read(&mut self) -> Option<&'a str> {
        loop {
            let byte = self.byte(self.at)?;
            if byte == b'#' {
                self.comment();
                continue;
            }
            if !(byte.is_ascii_alphabetic() || byte == b'_') {
                if !byte.is_ascii_whitespace() {
                    self.mistake.at(self.at, "not a command");
                    self.at = self.line_end();
                }
                self.at += 1;
                continue;
            }
            let start = self.at;
            while self
                .byte(self.at)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
            {
                self.at += 1;
            }
            let name = self.slice(start, self.at);
            while self.byte(self.at).is_some_and(|byte| byte == b' ' || byte == b'\t') {
                self.at += 1;
            }
            if self.byte(self.at) == Some(b'(') {
                self.at += 1;
                self.arguments(start);
                return Some(name);
            }
            // Templates hold `@NAME@` and more on lines of their own.
            self.mistake.at(start, "not a command");
            self.at = self.line_end();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, Vec<String>)> {
        let mut commands = Commands::new(text);
        let mut found = Vec::new();
        while let Some(name) = commands.read() {
            let words = commands.words().iter().map(|word| word.text.to_owned()).collect();
            found.push((name.to_owned(), words));
        }
        found
    }

    #[test]
    fn commands_have_words_and_comments_have_none() {
        let text = "# a(b)\nA(b \"c d\" # e\n  ${f} $<g:h i>;j)\n#[[ k( ]]\nl ([=[m n]=] (o))";
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect();
        assert_eq!(
            told(text),
            [
                ("A".to_owned(), words(&["b", "c d", "${f}", "$<g:h i>", "j"])),
                ("l".to_owned(), words(&["m n", "o"]))
            ]
        );
    }

    #[test]
    fn what_does_not_end_ends_with_the_text() {
        for text in ["a(b", "a(\"b", "a([[b", "#[[b", "a(\\", "a(\"\\"] {
            told(text);
        }
    }
}
