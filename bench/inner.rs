//! The inner loops: the gate, by each of its passes and by the oracle, and the
//! lexer. `cargo bench`; figures to compare on one machine, never a test.

#![allow(missing_docs, clippy::expect_used)]

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use daylight::extract::code::languages::row_of;
use daylight::extract::code::lexer::Lexer;
use daylight::model::fact::Language;
use daylight::signature::gate::oracle::Oracle;
use daylight::signature::gate::words::{Filter, Pass};
use daylight::signature::gate::{Stands, qgram};
use daylight::signature::library::Library;

/// Size of the texts: well beyond the second-level cache's share of a thread.
const SIZE: usize = 4 << 20;
const DEPTH: usize = 128;

/// Numbers that look drawn and are always the same.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        let at = self.below(words.len());
        words.get(at).copied().unwrap_or_default()
    }
}

const WORDS: &[&str] = &[
    "account", "buffer", "cache", "client", "config", "context", "data", "error", "events",
    "filter", "handler", "index", "item", "length", "limit", "message", "model", "name", "number",
    "options", "order", "parser", "path", "payload", "queue", "reader", "request", "response",
    "result", "row", "server", "session", "state", "stream", "table", "token", "total", "user",
    "value", "window", "worker", "writer",
];

/// Python that reads like a service; one line in two thousand names an anchor.
fn python(anchors: &[String]) -> String {
    let mut draw = Draw(42);
    let mut text = String::with_capacity(SIZE + 256);
    while text.len() < SIZE {
        let (a, b, c) = (draw.one_of(WORDS), draw.one_of(WORDS), draw.one_of(WORDS));
        let number = draw.below(10_000);
        let written = match draw.below(8) {
            0 => writeln!(text, "\n\ndef {a}_{b}(self, {c}, limit={number}):"),
            1 => writeln!(text, "    # the {a} of the {b} before the {c} is done"),
            2 => writeln!(text, "    if {a}.{b} is not None and {c} > {number}:"),
            3 => writeln!(text, "        return {a}({b}, {c}[{number}])"),
            4 => writeln!(text, "    {a} = self.{b}.get(\"{c}-{number}\", None)"),
            5 => writeln!(text, "    for {a} in range({number}):  # {b}"),
            6 => writeln!(text, "        log.info(f\"{a} {{{b}.{c}}} took %d\", {number})"),
            _ => writeln!(text, "    {a}[\"{b}\"] = {{\"{c}\": {number}, \"kind\": '{a}'}}"),
        };
        written.expect("a string takes everything");
        if draw.below(2000) == 0
            && let Some(anchor) = anchors.get(draw.below(anchors.len()))
        {
            writeln!(text, "    url = \"{anchor}\"").expect("a string takes everything");
        }
    }
    text
}

/// The same kind of text in TypeScript.
fn typescript() -> String {
    let mut draw = Draw(43);
    let mut text = String::with_capacity(SIZE + 256);
    while text.len() < SIZE {
        let (a, b, c) = (draw.one_of(WORDS), draw.one_of(WORDS), draw.one_of(WORDS));
        let number = draw.below(10_000);
        let written = match draw.below(7) {
            0 => writeln!(text, "export const {a} = async ({b}: string, {c} = {number}) => {{"),
            1 => writeln!(text, "  // the {a} of the {b} before the {c} is done\n}};"),
            2 => writeln!(text, "  if ({a}?.{b} !== undefined && {c} > {number}) return;"),
            3 => writeln!(text, "  await {a}.{b}({{ {c}: {number}, kind: '{b}' }});"),
            4 => writeln!(text, "  const {a} = `${{{b}.{c}}}/items/{number}`;"),
            5 => writeln!(text, "  const {a} = {b}.replace(/{c}\\/[a-z]+/g, \"{c}\");"),
            _ => writeln!(text, "  /* {a} */ {b}.push({c} / {number});"),
        };
        written.expect("a string takes everything");
    }
    text
}

fn gate(criterion: &mut Criterion) {
    let library = Library::built_in().expect("built-in signatures");
    let anchors = library.index().anchors();
    let index = library.index();
    let stands: Vec<(&String, Stands)> =
        (0..).zip(anchors).map(|(number, text)| (text, index.stands(number))).collect();
    let filter = Filter::new(&stands);
    let anywhere = qgram::Filter::new(anchors);
    let oracle = Oracle::new(anchors).expect("anchors of the built-in set");
    let text = python(anchors);
    let bytes = text.as_bytes();

    let mut group = criterion.benchmark_group("gate");
    group.throughput(Throughput::Bytes(bytes.len() as u64)).sample_size(20);
    let by = |pass: Pass| {
        let mut hits = 0usize;
        filter.scan_by(pass, filter.all(), black_box(bytes), &mut |_, _| {
            hits += 1;
            true
        });
        hits
    };
    group.bench_function("plain", |bench| bench.iter(|| by(Pass::Plain)));
    #[cfg(target_arch = "x86_64")]
    group.bench_function("avx2", |bench| bench.iter(|| by(Pass::Avx2)));
    #[cfg(target_arch = "x86_64")]
    group.bench_function("avx512", |bench| bench.iter(|| by(Pass::Avx512)));
    group.bench_function("anywhere", |bench| {
        bench.iter(|| {
            let mut hits = 0usize;
            anywhere.scan(black_box(bytes), &mut |_, _| {
                hits += 1;
                true
            });
            hits
        });
    });
    group.bench_function("oracle", |bench| {
        bench.iter(|| {
            let mut hits = 0usize;
            oracle.scan(black_box(bytes), &mut |_, _| {
                hits += 1;
                true
            });
            hits
        });
    });
    group.bench_function("compile", |bench| bench.iter(|| Filter::new(black_box(&stands))));
    group.finish();
}

fn lexer(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("lexer");
    for (name, language, text) in [
        ("a.py", Language::Python, python(&["api.example.test".to_owned()])),
        ("a.ts", Language::Javascript, typescript()),
        ("a.jsx", Language::Javascript, typescript()),
    ] {
        let rules = row_of(name, language).expect("a language of the table").rules;
        group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
        group.bench_function(name, |bench| {
            bench.iter(|| Lexer::new(black_box(&text), rules, DEPTH).count());
        });
    }
    group.finish();
}

criterion_group!(benches, gate, lexer);
criterion_main!(benches);
