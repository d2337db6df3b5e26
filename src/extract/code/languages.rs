//! What differs between languages as far as a lexer can see: one row each.
//!
//! A new language is a new row here (and a reader for its imports). Nothing
//! in this file knows what the words of a program mean.

mod c;
mod clojure;
mod csharp;
mod dart;
mod elixir;
mod erlang;
mod fsharp;
mod golang;
mod groovy;
mod haskell;
mod java;
mod julia;
mod kotlin;
mod lua;
mod matlab;
mod objc;
mod perl;
mod php;
mod powershell;
mod rlang;
mod ruby;
mod rustlang;
mod scala;
mod sql;
mod swift;

use crate::model::fact::Language;

/// The lexical grammar of a language.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // a row of a table
pub struct Rules {
    /// What starts a comment that ends with its line.
    pub line_comments: &'static [&'static str],
    /// Comments with an end of their own.
    pub block_comments: &'static [BlockComment],
    /// The ways to write a string, longest opening first.
    pub quotes: &'static [Quote],
    /// Letters that may stand before a quote, lower case.
    pub prefixes: &'static [Prefix],
    /// Operators of several characters, longest first; any other character is
    /// an operator of its own.
    pub operators: &'static [&'static str],
    /// What else may stand in a name besides letters, digits and `_`.
    pub name_signs: &'static [u8],
    /// Words that are never the name of anything, sorted.
    pub words: &'static [&'static str],
    /// Words that only ever start a statement: when a line starts with one
    /// inside of brackets, the brackets were never closed. Sorted.
    pub statement_words: &'static [&'static str],
    /// Methods of the language's own strings and lists, sorted: what they are
    /// called on is data.
    pub value_methods: &'static [&'static str],
    /// A backslash joins a line with the next one.
    pub continuation: bool,
    /// `/` may start a regular expression.
    pub regex: bool,
    /// `<` may start markup (JSX).
    pub markup: bool,
    /// Strings next to each other are one string.
    pub adjacent_strings: bool,
    /// `'x'` is one character and never a string.
    pub characters: bool,
    /// These rules do not know enough of the language to call anything broken:
    /// other things than strings may hold quotes and brackets there.
    pub loose: bool,
}

/// What no language has: rows that have little name only that.
const NOTHING: Rules = Rules {
    line_comments: &[],
    block_comments: &[],
    quotes: &[],
    prefixes: &[],
    operators: &[],
    name_signs: &[],
    words: &[],
    statement_words: &[],
    value_methods: &[],
    continuation: false,
    regex: false,
    markup: false,
    adjacent_strings: false,
    characters: false,
    loose: false,
};

/// A comment with a beginning and an end.
#[derive(Debug)]
pub struct BlockComment {
    /// What starts it.
    pub open: &'static str,
    /// What ends it.
    pub close: &'static str,
    /// Whether one may stand within another.
    pub nested: bool,
}

/// A way to write a string.
#[derive(Debug, PartialEq, Eq)]
pub struct Quote {
    /// What starts it, without a prefix.
    pub open: &'static str,
    /// What ends it.
    pub close: &'static str,
    /// Whether it may run over several lines.
    pub lines: bool,
    /// Code within the string, if any such string may hold code.
    pub interpolation: Option<&'static Interpolation>,
    /// A backslash is a character like any other; it hides no quote.
    pub verbatim: bool,
    /// The end doubled stands for itself.
    pub doubled: bool,
    /// What is special about where it ends.
    pub form: Form,
}

/// Where a string ends that has no fixed end. Such strings are passed over,
/// but for [`Form::Plain`] ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// It ends with the end that its row says.
    Plain,
    /// Its text stands behind the line: `<<~NAME`.
    Behind,
    /// Its text starts with the next line, and the code goes on behind it.
    Inline,
    /// Its end is the bracket's that follows a letter: `%w[…]`.
    Percent,
    /// Its end repeats what stands before its parenthesis: `R"x(…)x"`.
    Delimited,
    /// It is one of fixed end, and none right behind an operand.
    Apart,
}

/// Letters before a quote.
#[derive(Debug)]
pub struct Prefix {
    /// The letters, lower case.
    pub letters: &'static str,
    /// A backslash stands for itself (it still hides a quote).
    pub raw: bool,
    /// A backslash does not even hide a quote.
    pub verbatim: bool,
    /// Code within the string.
    pub interpolation: Option<&'static Interpolation>,
}

/// Code within a string. It ends with `}`, or with `)` if that is how it opens.
#[derive(Debug, PartialEq, Eq)]
pub struct Interpolation {
    /// What starts the code.
    pub open: &'static str,
    /// The opening doubled stands for itself.
    pub doubled: bool,
    /// A colon starts a format, which is no code.
    pub format: bool,
    /// What a bare name within the string may follow: `$name`.
    pub bare: Option<char>,
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// The language that facts name.
    pub language: Language,
    /// Extensions without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// The lexical grammar.
    pub rules: &'static Rules,
    /// Only what stands in `<script>` is code.
    pub scripts: bool,
}

/// Every dialect that is read.
pub const TABLE: &[Row] = &[
    row(Language::Python, &["py", "pyi", "pyw"], &PYTHON),
    row(Language::Javascript, &["js", "jsx", "tsx"], &JAVASCRIPT_WITH_MARKUP),
    // `.ts` has no JSX: `<T>x` is a type assertion there.
    row(Language::Javascript, &["ts", "mts", "cts", "mjs", "cjs"], &JAVASCRIPT),
    Row { scripts: true, ..row(Language::Javascript, &["vue", "svelte", "astro"], &JAVASCRIPT) },
    row(Language::Go, &["go"], &golang::RULES),
    row(Language::Rust, &["rs"], &rustlang::RULES),
    row(Language::Java, &["java"], &java::RULES),
    row(Language::Kotlin, &["kt", "kts"], &kotlin::RULES),
    row(Language::Csharp, &["cs"], &csharp::RULES),
    row(
        Language::C,
        &["c", "h", "cc", "cpp", "cxx", "hpp", "hh", "hxx", "cu", "cuh", "ipp", "tpp"],
        &c::RULES,
    ),
    row(Language::Ruby, &["rb", "rake", "ru"], &ruby::RULES),
    row(Language::Php, &["php", "phtml"], &php::RULES),
    row(Language::Swift, &["swift"], &swift::RULES),
    row(Language::Scala, &["scala", "sc"], &scala::RULES),
    row(Language::Groovy, &["groovy", "gvy", "gsh"], &groovy::RULES),
    row(Language::Dart, &["dart"], &dart::RULES),
    row(Language::Fsharp, &["fs", "fsx", "fsi"], &fsharp::RULES),
    // `.m` is MATLAB's, too: the readers look at what stands in it.
    row(Language::Objectivec, &["m", "mm"], &objc::RULES),
    row(Language::R, &["r"], &rlang::RULES),
    row(Language::Julia, &["jl"], &julia::RULES),
    row(Language::Elixir, &["ex", "exs"], &elixir::RULES),
    row(Language::Erlang, &["erl", "hrl", "escript"], &erlang::RULES),
    row(Language::Clojure, &["clj", "cljs", "cljc", "bb"], &clojure::RULES),
    row(Language::Haskell, &["hs"], &haskell::RULES),
    row(Language::Lua, &["lua"], &lua::RULES),
    row(Language::Perl, &["pl", "pm", "psgi"], &perl::RULES),
    row(Language::Powershell, &["ps1", "psm1"], &powershell::RULES),
    row(Language::Matlab, &["m"], &matlab::RULES),
    row(Language::Sql, &["sql", "pgsql", "bqsql", "hql"], &sql::RULES),
];

const fn row(
    language: Language,
    extensions: &'static [&'static str],
    rules: &'static Rules,
) -> Row {
    Row { language, extensions, rules, scripts: false }
}

/// Shell scripts are no row: their words have a scanner of their own.
pub const SHELL_EXTENSIONS: &[&str] = &["sh", "bash", "zsh"];

/// The first row of a language: all there is to say of one without dialects.
#[must_use]
pub fn first_row_of(language: Language) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.language == language)
}

/// The row for a file of this name, if its extension is in the table.
#[must_use]
pub fn row_of(name: &str, language: Language) -> Option<&'static Row> {
    let (_, extension) = name.rsplit_once('.')?;
    TABLE
        .iter()
        .filter(|row| row.language == language)
        .find(|row| row.extensions.iter().any(|known| known.eq_ignore_ascii_case(extension)))
}

const fn quote(open: &'static str, lines: bool) -> Quote {
    Quote {
        open,
        close: open,
        lines,
        interpolation: None,
        verbatim: false,
        doubled: false,
        form: Form::Plain,
    }
}

/// A way to write a string in which a backslash means nothing.
const fn verbatim(open: &'static str, close: &'static str, lines: bool) -> Quote {
    Quote {
        open,
        close,
        lines,
        interpolation: None,
        verbatim: true,
        doubled: false,
        form: Form::Plain,
    }
}

/// A string of a special form; its end is found elsewhere.
const fn special(open: &'static str, form: Form) -> Quote {
    Quote {
        open,
        close: open,
        lines: true,
        interpolation: None,
        verbatim: true,
        doubled: false,
        form,
    }
}

const fn prefix(
    letters: &'static str,
    raw: bool,
    interpolation: Option<&'static Interpolation>,
) -> Prefix {
    Prefix { letters, raw, verbatim: false, interpolation }
}

const BRACES: Interpolation = Interpolation { open: "{", doubled: true, format: true, bare: None };
const DOLLAR_BRACES: Interpolation =
    Interpolation { open: "${", doubled: false, format: false, bare: None };

const SLASHED: &[BlockComment] = &[BlockComment { open: "/*", close: "*/", nested: false }];

/// Python 3.
pub const PYTHON: Rules = Rules {
    line_comments: &["#"],
    block_comments: &[],
    quotes: &[quote("\"\"\"", true), quote("'''", true), quote("\"", false), quote("'", false)],
    prefixes: &[
        prefix("r", true, None),
        prefix("u", false, None),
        prefix("b", false, None),
        prefix("br", true, None),
        prefix("rb", true, None),
        prefix("f", false, Some(&BRACES)),
        prefix("fr", true, Some(&BRACES)),
        prefix("rf", true, Some(&BRACES)),
        prefix("t", false, Some(&BRACES)),
        prefix("tr", true, Some(&BRACES)),
        prefix("rt", true, Some(&BRACES)),
    ],
    operators: &[
        "...", "**=", "//=", "<<=", ">>=", "==", "!=", "<=", ">=", ":=", "->", "+=", "-=", "*=",
        "/=", "%=", "&=", "|=", "^=", "@=", "**", "//",
    ],
    name_signs: &[],
    words: &[
        "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class",
        "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global",
        "if", "import", "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return",
        "try", "while", "with", "yield",
    ],
    statement_words: &[
        "assert", "break", "class", "continue", "def", "del", "from", "global", "import",
        "nonlocal", "pass", "raise", "return", "try", "while",
    ],
    // Not `encode` and `decode`: much else has methods of these names.
    value_methods: &[
        "append",
        "endswith",
        "extend",
        "format",
        "items",
        "join",
        "keys",
        "lower",
        "lstrip",
        "replace",
        "rstrip",
        "split",
        "splitlines",
        "startswith",
        "strip",
        "upper",
        "values",
    ],
    continuation: true,
    regex: false,
    markup: false,
    adjacent_strings: true,
    characters: false,
    loose: false,
};

/// JavaScript and TypeScript without JSX.
pub const JAVASCRIPT: Rules = Rules {
    line_comments: &["//"],
    block_comments: SLASHED,
    quotes: &[
        quote("\"", false),
        quote("'", false),
        Quote { interpolation: Some(&DOLLAR_BRACES), ..quote("`", true) },
    ],
    prefixes: &[],
    operators: &[
        "...", "===", "!==", "??=", "||=", "&&=", "**=", "=>", "==", "!=", "<=", ">=", "?.", "??",
        "||", "&&", "++", "--", "+=", "-=", "*=", "/=", "%=", "|=", "&=", "^=",
    ],
    name_signs: b"$#",
    words: &[
        "as",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "debugger",
        "default",
        "delete",
        "do",
        "else",
        "enum",
        "export",
        "extends",
        "false",
        "finally",
        "for",
        "function",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "let",
        "new",
        "null",
        "return",
        "satisfies",
        "switch",
        "throw",
        "true",
        "try",
        "typeof",
        "undefined",
        "var",
        "void",
        "while",
        "with",
        "yield",
    ],
    statement_words: &[],
    value_methods: &[
        "catch",
        "endsWith",
        "every",
        "filter",
        "finally",
        "flatMap",
        "forEach",
        "includes",
        "indexOf",
        "join",
        "map",
        "push",
        "reduce",
        "replace",
        "replaceAll",
        "slice",
        "some",
        "split",
        "startsWith",
        "substring",
        "then",
        "toLowerCase",
        "toString",
        "toUpperCase",
        "trim",
        "trimEnd",
        "trimStart",
    ],
    continuation: false,
    regex: true,
    markup: false,
    adjacent_strings: false,
    characters: false,
    loose: false,
};

/// JavaScript and TypeScript with JSX.
pub const JAVASCRIPT_WITH_MARKUP: Rules = Rules { markup: true, ..JAVASCRIPT };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted_and_longer_spellings_come_first() {
        for row in TABLE {
            assert!(row.rules.words.is_sorted());
            assert!(row.rules.statement_words.is_sorted());
            assert!(row.rules.value_methods.is_sorted());
            let lengths = |list: &[&str]| list.iter().map(|one| one.len()).collect::<Vec<_>>();
            assert!(lengths(row.rules.operators).is_sorted_by(|a, b| a >= b));
            let opens: Vec<&str> = row.rules.quotes.iter().map(|quote| quote.open).collect();
            assert!(lengths(&opens).is_sorted_by(|a, b| a >= b));
        }
    }

    #[test]
    fn an_extension_finds_its_dialect() {
        let markup = |name| row_of(name, Language::Javascript).map(|row| row.rules.markup);
        assert_eq!(markup("a.TSX"), Some(true));
        assert_eq!(markup("a.ts"), Some(false));
        assert_eq!(markup("a.py"), None);
        assert!(row_of("setup.py", Language::Python).is_some());
    }
}
