//! Text as a row of words: names are split where their parts meet, accents
//! are folded, and each word knows in what kind of text it stands. So one
//! phrase meets `candidateRank`, `candidate_rank` and "candidate rank" alike.
//!
//! A light reading of comments and strings, not a parser: a mistake costs the
//! channel of a word, never more. Linear, and without a look at its meaning.

/// A comparison (`<`, `>=`, …), as a word that phrases can hold.
pub(super) const COMPARES: &str = "<>";
/// An equality test, so that `status == X` is not read as `status = X`.
const EQUALS: &str = "==";
/// Words from which on a string is a sentence.
const SENTENCE: u32 = 5;
/// Letters, digits and the signs of base64 in a row, from which on they are
/// packed data: by chance it holds any short word.
const PACKED: usize = 160;

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Syntax {
    /// `#` comments, triple quotes.
    Python,
    /// `//` and `/* */` comments.
    Braces,
    /// The same with markup in it.
    Jsx,
    /// `--` comments.
    Sql,
    /// `#` comments, no strings of note.
    Hash,
    /// Tags.
    Markup,
    /// Sentences.
    Prose,
}

/// In what kind of text a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// Names.
    Code,
    /// A line that imports something.
    Import,
    /// A comment or docstring.
    Comment,
    /// A short string.
    Word,
    /// A string of several words.
    Sentence,
    /// A string that begins as a statement to a database.
    Query,
    /// A string that begins with `/`.
    Route,
    /// Text between tags.
    Markup,
    /// Text of a document.
    Prose,
}

/// One word.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    start: u32,
    end: u32,
    /// Byte offset in the file.
    pub(super) offset: u32,
    /// Line, from 1.
    pub(super) line: u32,
    /// What surrounds it.
    pub(super) setting: Setting,
}

/// The words of one text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    text: String,
    all: Vec<Token>,
}

impl Tokens {
    pub(super) fn all(&self) -> &[Token] {
        &self.all
    }

    pub(super) fn word(&self, index: usize) -> &str {
        self.all.get(index).map_or("", |token| self.text_of(token))
    }

    pub(super) fn text_of(&self, token: &Token) -> &str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or_default()
    }
}

/// The words of a phrase of the tables, folded as texts are; `*` and the
/// signs of patterns are kept by the caller.
pub(super) fn folded_words(phrase: &str) -> Vec<String> {
    let tokens = tokenise(phrase, Syntax::Prose);
    (0..tokens.all.len()).map(|index| tokens.word(index).to_owned()).collect()
}

/// The words of a text.
pub(super) fn tokenise(text: &str, syntax: Syntax) -> Tokens {
    let mut scanner = Scanner {
        text,
        bytes: text.as_bytes(),
        syntax,
        out: Tokens { text: String::with_capacity(text.len()), all: Vec::new() },
        state: State::Code,
        line: 1,
        importing: is_import(text, syntax),
        open: None,
        last: Kind::Other,
        measured: 0,
        endless_style: false,
    };
    scanner.run();
    scanner.out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Lower,
    Upper,
    Digit,
    Other,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Code,
    LineComment,
    BlockComment(&'static str),
    JsxText,
    Text(Quoted),
}

#[derive(Debug, Clone, Copy)]
struct Quoted {
    end: &'static str,
    first: usize,
    words: u32,
    in_word: bool,
    kind: Setting,
}

struct Scanner<'t> {
    text: &'t str,
    bytes: &'t [u8],
    syntax: Syntax,
    out: Tokens,
    state: State,
    line: u32,
    importing: bool,
    /// Where the open word begins: in the folded text and in the file.
    open: Option<(u32, u32)>,
    last: Kind,
    /// Up to here it is known whether the bytes are packed.
    measured: usize,
    /// No style sheet ends behind where the scanner is.
    endless_style: bool,
}

impl Scanner<'_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.bytes.len() {
            if let Some(end) = self.packed(at) {
                self.close_word();
                at = end;
                continue;
            }
            let skip = self.sign(at);
            if skip > 0 {
                at += skip;
                continue;
            }
            let c = match self.bytes.get(at) {
                Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
                _ => self.text.get(at..).and_then(|rest| rest.chars().next()),
            };
            let Some(c) = c else { break };
            self.letter(c, at);
            if c == '\n' {
                self.new_line(at + 1);
            }
            at += c.len_utf8();
        }
        self.close_word();
        self.close_text();
    }

    /// Where packed data ends that begins here.
    fn packed(&mut self, at: usize) -> Option<usize> {
        if at < self.measured {
            return None;
        }
        let rest = self.bytes.get(at..).unwrap_or_default();
        let is_sign = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=".contains(*byte);
        let run = rest.iter().take_while(is_sign).count();
        self.measured = at + run.max(1);
        let run = rest.get(..run).filter(|run| run.len() >= PACKED)?;
        let has = |is: fn(&u8) -> bool| run.iter().any(is);
        let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_uppercase);
        (mixed && has(u8::is_ascii_lowercase)).then_some(self.measured)
    }

    fn starts(&self, at: usize, sign: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(sign.as_bytes()))
    }

    /// Takes a sign that changes the kind of text, or a comparison; how many
    /// bytes it took.
    fn sign(&mut self, at: usize) -> usize {
        let byte = self.bytes.get(at).copied().unwrap_or_default();
        if byte.is_ascii_alphanumeric() || byte >= 0x80 || byte == b' ' {
            return 0;
        }
        match self.state {
            State::Code => self.sign_in_code(at, byte),
            State::JsxText if byte == b'<' || byte == b'{' => self.enter(State::Code, 1),
            State::BlockComment(end) if self.starts(at, end) => self.enter(State::Code, end.len()),
            State::Text(_) if byte == b'\\' => {
                self.close_word();
                if self.bytes.get(at + 1).is_some_and(u8::is_ascii) { 2 } else { 1 }
            }
            State::Text(quoted) if self.starts(at, quoted.end) => {
                self.close_text();
                quoted.end.len()
            }
            _ => 0,
        }
    }

    /// Passes by a style sheet: how a page looks says nothing. One that never
    /// ends is none.
    fn style(&mut self, at: usize) -> usize {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let named = rest.get(6).is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b'>');
        // once none ends, nothing behind is looked through again
        if !named || self.endless_style {
            return 0;
        }
        let tag = memchr::memchr(b'>', rest).unwrap_or(rest.len());
        if rest.get(..tag).is_some_and(|tag| tag.ends_with(b"/")) {
            return 0;
        }
        let Some(skip) = memchr::memmem::find(rest, b"</style") else {
            self.endless_style = true;
            return 0;
        };
        self.close_word();
        let passed = rest.get(..skip).unwrap_or_default();
        self.line = self.line.saturating_add(short(memchr::memchr_iter(b'\n', passed).count()));
        skip
    }

    fn enter(&mut self, state: State, bytes: usize) -> usize {
        self.close_word();
        self.state = state;
        bytes
    }

    fn sign_in_code(&mut self, at: usize, byte: u8) -> usize {
        let (line, block): (&[&str], &[(&str, &str)]) = match self.syntax {
            Syntax::Python | Syntax::Hash => (&["#"], &[]),
            Syntax::Braces | Syntax::Jsx => (&["//"], &[("/*", "*/")]),
            Syntax::Sql => (&["--"], &[("/*", "*/")]),
            Syntax::Markup => (&[], &[("<!--", "-->")]),
            Syntax::Prose => (&[], &[]),
        };
        if let Some(sign) = line.iter().find(|sign| self.starts(at, sign)) {
            return self.enter(State::LineComment, sign.len());
        }
        if self.syntax == Syntax::Markup && self.starts(at, "<style") {
            return self.style(at);
        }
        if let Some((begin, end)) = block.iter().find(|(begin, _)| self.starts(at, begin)) {
            return self.enter(State::BlockComment(end), begin.len());
        }
        if matches!(self.syntax, Syntax::Markup | Syntax::Prose | Syntax::Hash) {
            return 0;
        }
        if let Some(end) = self.quote_at(at, byte) {
            return self.open_text(at, end);
        }
        self.operator(at, byte)
    }

    fn quote_at(&self, at: usize, byte: u8) -> Option<&'static str> {
        match byte {
            b'"' if self.syntax == Syntax::Python && self.starts(at, "\"\"\"") => Some("\"\"\""),
            b'\'' if self.syntax == Syntax::Python && self.starts(at, "'''") => Some("'''"),
            b'"' => Some("\""),
            b'\'' => Some("'"),
            b'`' if self.syntax != Syntax::Sql => Some("`"),
            _ => None,
        }
    }

    fn open_text(&mut self, at: usize, end: &'static str) -> usize {
        self.close_word();
        let inner = self.text.get(at + end.len()..).unwrap_or_default();
        let alone = end.len() == 3
            && self.text.get(..at).is_some_and(|before| {
                before.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
            });
        let kind = if alone {
            Setting::Comment
        } else if inner.starts_with('/') {
            Setting::Route
        } else if is_query(inner) {
            Setting::Query
        } else {
            Setting::Word
        };
        let first = self.out.all.len();
        self.state = State::Text(Quoted { end, first, words: 0, in_word: false, kind });
        end.len()
    }

    fn operator(&mut self, at: usize, byte: u8) -> usize {
        let before = at.checked_sub(1).and_then(|index| self.bytes.get(index)).copied();
        let after = self.bytes.get(at + 1).copied().unwrap_or(b' ');
        match byte {
            b'=' | b'!' if after == b'=' => {
                self.push_sign(EQUALS, at);
                if self.bytes.get(at + 2) == Some(&b'=') { 3 } else { 2 }
            }
            b'<' | b'>' => {
                let arrow = matches!(before, Some(b'-' | b'=' | b'<' | b'>' | b'/'))
                    || matches!(after, b'<' | b'>' | b'/');
                let spaced = before == Some(b' ') || after == b'=' || after.is_ascii_digit();
                if !arrow && spaced {
                    self.push_sign(COMPARES, at);
                } else if self.syntax == Syntax::Jsx && byte == b'>' && !arrow {
                    self.close_word();
                    let rest = self.text.get(at + 1..).unwrap_or_default();
                    if rest.trim_start().starts_with(char::is_alphabetic) {
                        self.state = State::JsxText;
                    }
                } else {
                    self.close_word();
                }
                if after == b'=' { 2 } else { 1 }
            }
            _ => 0,
        }
    }

    fn push_sign(&mut self, sign: &str, at: usize) {
        self.close_word();
        let start = short(self.out.text.len());
        self.out.text.push_str(sign);
        self.push(start, short(at));
    }

    fn letter(&mut self, c: char, at: usize) {
        if let State::Text(quoted) = &mut self.state {
            if c.is_whitespace() {
                quoted.in_word = false;
            } else if !quoted.in_word {
                quoted.in_word = true;
                quoted.words += 1;
            }
        }
        if is_combining(c) {
            // a diaeresis is written out, as when it is part of its letter
            if c == '\u{308}' && self.out.text.ends_with(['a', 'o', 'u']) && self.open.is_some() {
                self.out.text.push('e');
            }
            return;
        }
        let kind = match c {
            'a'..='z' => Kind::Lower,
            'A'..='Z' => Kind::Upper,
            '0'..='9' => Kind::Digit,
            _ if c.is_ascii() => Kind::Other,
            _ if c.is_numeric() => Kind::Digit,
            _ if c.is_uppercase() => Kind::Upper,
            _ if c.is_alphabetic() => Kind::Lower,
            _ => Kind::Other,
        };
        if kind == Kind::Other {
            self.close_word();
            self.last = kind;
            return;
        }
        let next_is_lower = || {
            let rest = self.text.get(at + c.len_utf8()..).unwrap_or_default();
            rest.chars().next().is_some_and(char::is_lowercase)
        };
        let parts = match (self.last, kind) {
            (Kind::Lower, Kind::Upper)
            | (Kind::Digit, Kind::Lower | Kind::Upper)
            | (Kind::Lower | Kind::Upper, Kind::Digit) => true,
            (Kind::Upper, Kind::Upper) => next_is_lower(),
            _ => false,
        };
        if parts {
            self.close_word();
        }
        if self.open.is_none() {
            self.open = Some((short(self.out.text.len()), short(at)));
        }
        fold(c, &mut self.out.text);
        self.last = kind;
    }

    fn close_word(&mut self) {
        if let Some((start, offset)) = self.open.take() {
            self.push(start, offset);
        }
        self.last = Kind::Other;
    }

    fn push(&mut self, start: u32, offset: u32) {
        let setting = match self.state {
            State::LineComment | State::BlockComment(_) => Setting::Comment,
            State::JsxText => Setting::Markup,
            State::Text(quoted) => quoted.kind,
            State::Code => match self.syntax {
                Syntax::Markup => Setting::Markup,
                Syntax::Prose => Setting::Prose,
                _ if self.importing => Setting::Import,
                _ => Setting::Code,
            },
        };
        let end = short(self.out.text.len());
        self.out.all.push(Token { start, end, offset, line: self.line, setting });
    }

    /// The words of a string are known when it ends.
    fn close_text(&mut self) {
        self.close_word();
        let State::Text(quoted) = self.state else { return };
        self.state = State::Code;
        if quoted.kind == Setting::Word && quoted.words >= SENTENCE {
            for token in self.out.all.iter_mut().skip(quoted.first) {
                token.setting = Setting::Sentence;
            }
        }
        if self.importing && quoted.kind == Setting::Word {
            for token in self.out.all.iter_mut().skip(quoted.first) {
                token.setting = Setting::Import;
            }
        }
    }

    fn new_line(&mut self, next: usize) {
        match self.state {
            State::LineComment => self.state = State::Code,
            // a quote that is still open at the end of its line was none
            State::Text(quoted) if quoted.end.len() == 1 && quoted.end != "`" => self.close_text(),
            _ => {}
        }
        self.line = self.line.saturating_add(1);
        self.importing = is_import(self.text.get(next..).unwrap_or_default(), self.syntax);
    }
}

fn short(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

/// Whether the line at the beginning of `rest` imports something.
fn is_import(rest: &str, syntax: Syntax) -> bool {
    if matches!(syntax, Syntax::Prose | Syntax::Markup | Syntax::Hash | Syntax::Sql) {
        return false;
    }
    let line = rest.lines().next().unwrap_or_default();
    let line = line.get(..line.len().min(200)).unwrap_or(line).trim_start();
    ["import ", "from ", "use ", "using ", "#include", "require ", "export * from"]
        .iter()
        .any(|word| line.starts_with(word))
        || line.contains("require(")
        || ((line.starts_with('}') || line.starts_with("export "))
            && (line.contains(" from '") || line.contains(" from \"")))
}

/// Whether a string begins as a statement to a database.
fn is_query(inner: &str) -> bool {
    let inner = inner.trim_start();
    let word: String = inner.chars().take(12).take_while(char::is_ascii_alphabetic).collect();
    ["select", "insert", "update", "delete", "create", "alter"]
        .contains(&word.to_ascii_lowercase().as_str())
        && inner.get(word.len()..).is_some_and(|rest| rest.starts_with(char::is_whitespace))
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

/// Lower case without accents; what German writes out is written out.
fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
    for c in c.to_lowercase() {
        let plain = match c {
            'ä' | 'æ' => "ae",
            'ö' | 'œ' | 'ø' => "oe",
            'ü' => "ue",
            'ß' => "ss",
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
            'ç' | 'ć' | 'ĉ' | 'ċ' | 'č' => "c",
            'ď' | 'đ' | 'ð' => "d",
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
            'ì' | 'í' | 'î' | 'ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => "i",
            'ł' | 'ĺ' | 'ļ' | 'ľ' | 'ŀ' => "l",
            'ñ' | 'ń' | 'ņ' | 'ň' => "n",
            'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ŏ' | 'ő' => "o",
            'ŕ' | 'ŗ' | 'ř' => "r",
            'ś' | 'ŝ' | 'ş' | 'š' => "s",
            'ţ' | 'ť' | 'ŧ' => "t",
            'ù' | 'ú' | 'û' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => "u",
            'ý' | 'ÿ' => "y",
            'ź' | 'ż' | 'ž' => "z",
            other => {
                if !is_combining(other) {
                    into.push(other);
                }
                continue;
            }
        };
        into.push_str(plain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> String {
        folded_words(text).join(" ")
    }

    fn settings(text: &str, syntax: Syntax) -> Vec<(String, Setting)> {
        let tokens = tokenise(text, syntax);
        tokens.all().iter().map(|t| (tokens.text_of(t).to_owned(), t.setting)).collect()
    }

    #[test]
    fn names_in_every_spelling_become_the_same_words() {
        for name in
            ["candidateRank", "candidate_rank", "CandidateRank", "candidate-rank", "candidate rank"]
        {
            assert_eq!(words(name), "candidate rank", "{name}");
        }
        assert_eq!(words("HTTPServer2"), "http server 2");
        assert_eq!(words("icd10 ICD-10"), "icd 10 icd 10");
    }

    #[test]
    fn packed_data_and_style_sheets_have_no_words() {
        let packed = format!("a {}Sso1 b", "iVBORw0KGgo".repeat(20));
        assert_eq!(words(&packed), "a b");
        assert_eq!(words(&"word ".repeat(60)).len(), 60 * 5 - 1, "words with blanks are no data");
        assert_eq!(words(&"abc".repeat(80)), "abc".repeat(80), "one case and no digit is a name");
        let page = "<p>one</p>\n<style>\n.recommended {}\n</style>\n<p>two</p>";
        let tokens = tokenise(page, Syntax::Markup);
        let two = tokens.all().iter().find(|token| tokens.text_of(token) == "two");
        assert_eq!(two.map(|token| token.line), Some(5));
        assert!(tokens.all().iter().all(|token| tokens.text_of(token) != "recommended"));
        for read in ["<style> a", "<style src='x'/> a", "<styled-input> a"] {
            let tokens = tokenise(read, Syntax::Markup);
            let last = tokens.all().last().map(|token| tokens.text_of(token));
            assert_eq!(last, Some("a"), "{read}");
        }
    }

    #[test]
    fn accents_are_folded_whether_composed_or_not() {
        assert_eq!(words("Kreditwürdigkeit"), "kreditwuerdigkeit");
        assert_eq!(words("Kreditwu\u{308}rdigkeit"), "kreditwuerdigkeit");
        assert_eq!(words("solvabilité zdolność"), "solvabilite zdolnosc");
    }

    #[test]
    fn comments_and_docstrings_are_no_code() {
        let found = settings("\"\"\"about it\"\"\"\nx = 'go' # why\n", Syntax::Python);
        let of = |word: &str| found.iter().find(|(w, _)| w == word).unwrap().1;
        assert_eq!(of("about"), Setting::Comment);
        assert_eq!(of("x"), Setting::Code);
        assert_eq!(of("go"), Setting::Word);
        assert_eq!(of("why"), Setting::Comment);
    }

    #[test]
    fn strings_are_told_by_what_they_hold() {
        let found = settings(
            "a('Rank the best five of them', '/candidates/rank', \"select name from people\")",
            Syntax::Braces,
        );
        let of = |word: &str| found.iter().find(|(w, _)| w == word).unwrap().1;
        assert_eq!(of("best"), Setting::Sentence);
        assert_eq!(of("candidates"), Setting::Route);
        assert_eq!(of("people"), Setting::Query);
    }

    #[test]
    fn a_comparison_is_a_word_and_an_arrow_is_none() {
        assert!(settings("if score < 60:", Syntax::Python).iter().any(|(w, _)| w == COMPARES));
        assert!(settings("score>=60", Syntax::Braces).iter().any(|(w, _)| w == COMPARES));
        for text in ["a => b", "fn f() -> u8", "x << 2", "Vec<String>", "1 / 2"] {
            let found = settings(text, Syntax::Braces);
            assert!(!found.iter().any(|(w, _)| w == COMPARES), "{text}: {found:?}");
        }
    }

    #[test]
    fn text_between_tags_is_what_people_read() {
        let found = settings("return <p className=\"x\">Look at the screen</p>;", Syntax::Jsx);
        assert_eq!(found.iter().find(|(w, _)| w == "screen").unwrap().1, Setting::Markup);
    }

    #[test]
    fn hostile_text_is_read_to_its_end() {
        for text in
            ["'", "\"\"\"", "/*", "\\", "'\\", "`\u{1F600}", "<!--", "\u{308}\u{308}", "é'é\\é"]
        {
            for syntax in [Syntax::Python, Syntax::Braces, Syntax::Jsx, Syntax::Sql, Syntax::Markup]
            {
                tokenise(text, syntax);
            }
        }
    }
}
