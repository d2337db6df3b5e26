//! Source code readers against hostile input: nothing panics, every byte is
//! covered once, and work grows with the input and not faster.

#![allow(clippy::panic, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

use std::time::{Duration, Instant};

use daylight::extract::code::languages::TABLE;
use daylight::extract::code::lexer::Lexer;
use daylight::extract::dispatch::extractor_by_id;
use daylight::extract::{Content, ProblemCode, Sink};
use daylight::limits::Limits;
use daylight::model::fact::Fact;
use daylight::model::place::Span;
use proptest::prelude::*;

#[derive(Default)]
struct Counter {
    facts: usize,
    notes: Vec<ProblemCode>,
    last: Option<Span>,
}

impl Sink for Counter {
    fn fact(&mut self, _fact: Fact<'_>, span: Option<Span>) {
        assert!(span >= self.last, "facts come in the order of the text");
        self.last = span;
        self.facts += 1;
    }

    fn note(&mut self, code: ProblemCode, _detail: &str) {
        self.notes.push(code);
    }
}

fn read(id: &str, path: &str, text: &str, limits: &Limits) -> Counter {
    let content = Content::new(path, text, false, limits);
    let mut counter = Counter::default();
    let extractor = extractor_by_id(id).expect("extractor");
    // Most of these texts are malformed; what matters is that they are survived.
    let _ = extractor.extract(&content, &mut counter);
    counter
}

/// Words and signs that the readers look at.
#[rustfmt::skip]
const PIECES: &[&str] = &[
    "\"", "'", "\"\"\"", "`", "${", "{", "}", "(", ")", "[", "]", "<", ">", "</", "/>", "/", "\\", "\n", "\r\n",
    " ", "    ", "#", "//", "/*", "*/", "=", ":", ",", ";", ".", "?.", "=>", "@", "|", "f", "r", "b", "import ",
    "from ", "as ", "class ", "def ", "async ", "await ", "new ", "extends ", "export ", "require", "const ",
    "function ", "case ", "default", "with ", "try:", "except ImportError:", "if ", "in ", "lambda ", "openai",
    "self", "this", "process.env.", "os.environ", "Literal", "match ", "type ", "*", "!", "é", "\u{2028}", "0",
    "1.5e-3", "<T,>", "<script>", "</script>", "{{", "}}", "0,", "super", "getenv",
];

/// The pieces in no order that makes sense.
fn soup() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(PIECES);
    prop::collection::vec(pieces, 0..80).prop_map(|pieces| pieces.concat())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![soup(), any::<String>()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn every_byte_is_covered_exactly_once(text in any_text(), depth in 0usize..6) {
        for row in TABLE {
            let mut end = 0;
            for lexeme in Lexer::new(&text, row.rules, depth) {
                prop_assert_eq!(lexeme.start, end);
                prop_assert!(lexeme.end > lexeme.start);
                prop_assert!(text.is_char_boundary(lexeme.end));
                end = lexeme.end;
            }
            prop_assert_eq!(end, text.len());
        }
    }

    #[test]
    fn no_reader_panics_on_any_text(text in any_text(), nesting in 0usize..4) {
        let mut limits = Limits::default();
        limits.nesting = nesting;
        for (id, path) in [("python", "a.py"), ("javascript", "a.ts"), ("javascript", "a.tsx"), ("javascript", "a.vue")] {
            read(id, path, &text, &limits);
        }
    }
}

#[test]
fn hostile_texts_cost_no_more_than_their_size() {
    // Large enough that a square of it would not end.
    let size = 40_000;
    let limits = Limits::default();
    let fill = |piece: &str| piece.repeat(size / piece.len());
    let texts = [
        fill("("),
        fill(")"),
        fill("[{("),
        fill("([)]"),
        fill("f("),
        fill("a.b().c"),
        fill("\""),
        fill("'a' "),
        fill("f'{"),
        fill("f\"{x}\" "),
        fill("`${"),
        fill("`${a}` "),
        fill("=[/["),
        fill("=/a "),
        fill("<a>"),
        fill("= <a b={"),
        fill("a<b,"),
        fill("x=y.z()\n"),
        fill("x=x or y\n"),
        fill("import a\n"),
        fill("from a import b\nb.c()\n"),
        fill("const {a,b}=c;"),
        fill("a=b;c(a);"),
        fill("{'k':"),
        fill("{'k':['v','w'],"),
        fill("/*"),
        fill("#\n"),
        fill("try:\n"),
        fill("try: "),
        fill("if TYPE_CHECKING: "),
        fill("class A(B): "),
        fill("def f(x: A): "),
        fill("lambda: "),
        fill("export {a} from 'b';"),
        fill("import {a} from "),
        fill("import {"),
        fill("case 'a': {"),
        fill("a?b:"),
        fill("x!."),
        fill("self.a=A()\n"),
        fill("a\u{e9}"),
        fill("\\\n"),
        fill("<script>"),
        fill("<!--"),
        fill("os.getenv('A',"),
        fill("require("),
        fill("0,a)("),
        format!("import {name} as a\n{}", fill("a()\n"), name = "n".repeat(size)),
        format!("x = {}", fill("a.")),
        format!("{{'{}': [{}]}}", "k".repeat(size), fill("'v',")),
    ];
    for text in &texts {
        for (id, path) in [
            ("python", "a.py"),
            ("javascript", "a.ts"),
            ("javascript", "a.jsx"),
            ("javascript", "a.svelte"),
        ] {
            let start = Instant::now();
            read(id, path, text, &limits);
            let took = start.elapsed();
            let shown: String = text.chars().take(20).collect();
            assert!(took < Duration::from_secs(10), "{path}: `{shown}…` took {took:?}");
        }
    }
}

#[test]
fn a_file_that_says_too_much_is_capped_once() {
    let mut limits = Limits::default();
    limits.facts_per_file = 50;
    for (id, path) in [("python", "a.py"), ("javascript", "a.js")] {
        let counter = read(id, path, &"x = 'literal'\n".repeat(1000), &limits);
        assert_eq!(counter.facts, 50);
        assert_eq!(counter.notes, [ProblemCode::Capped]);
    }
}
