//! Logs of names that devices asked for and of pages that they fetched: DNS
//! servers, proxies, gateways. Line by line, so that a log may be larger than
//! memory. Knows no host: what a host means is for signatures to say.
//!
//! A list of hosts (a blocklist, a policy) is no log: a line of a log says who
//! asked, and when.

mod formats;

use super::row::day_of;
use super::tally::{Seen, Tally};
use crate::extract::{
    Content, ExtractError, Extractor, Gate, Interest, Lines, ProblemCode, Reads, Sink,
};
use crate::model::fact::{Fact, RecordKind, RecordState};
use crate::model::place::Span;
use formats::Format;

/// Reads logs of DNS servers, proxies and gateways.
///
/// Of each line the host, the day, and who asked (as a hash, to be counted) are
/// read; a request that was refused is no use. Lines that are none are counted
/// and told.
#[derive(Debug)]
pub struct ExportLog;

impl Extractor for ExportLog {
    fn id(&self) -> &'static str {
        "export-log"
    }

    fn about(&self) -> &'static str {
        "logs of DNS servers, proxies and gateways"
    }

    fn reads(&self) -> Reads {
        Reads::Exports
    }

    fn interest(&self) -> Interest {
        Interest {
            names: &[],
            globs: &["*.log.[0-9]", "*.log.[0-9][0-9]"],
            extensions: &["log", "json", "jsonl", "ndjson", "csv", "tsv", "txt"],
            gate: Gate::Telling,
        }
    }

    fn claims(&self, head: &[u8]) -> bool {
        LogReading::begin(head).is_some()
    }

    fn lines(&self, head: &[u8]) -> Option<Box<dyn Lines>> {
        LogReading::begin(head).map(|reading| Box::new(reading) as Box<dyn Lines>)
    }

    fn extract(&self, content: &Content<'_>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        let Some(mut reading) = LogReading::begin(content.text.as_bytes()) else { return Ok(()) };
        for line in content.text.split_inclusive('\n') {
            reading.line(line);
        }
        if content.truncated {
            sink.note(ProblemCode::Incomplete, "the log ends in the middle");
        }
        reading.finish(sink)
    }
}

/// Bytes at the beginning of a log in which its format shows.
const HEAD: usize = 4096;
/// Longest line that is read.
const LINE_BYTES: usize = 64 << 10;

/// A log that is being read.
#[derive(Debug)]
pub struct LogReading {
    format: Format,
    tally: Tally,
    /// Lines so far.
    number: u32,
    read: u64,
    strange: u64,
}

impl LogReading {
    /// The reading of a log that begins like this; `None` if it is none.
    #[must_use]
    pub fn begin(head: &[u8]) -> Option<Self> {
        let head = head.get(..HEAD.min(head.len())).unwrap_or_default();
        let text = match std::str::from_utf8(head) {
            Ok(text) => text,
            // a letter that is cut in two at the end is no mistake
            Err(error) => std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?,
        };
        let format = Format::of(text.trim_start_matches('\u{FEFF}'))?;
        let tally = Tally::default();
        Some(Self { format, tally, number: 0, read: 0, strange: 0 })
    }

    /// Names of the kinds of logs.
    pub fn ids() -> impl Iterator<Item = &'static str> {
        formats::ids()
    }

    /// The reading of a log that somebody says is of a kind; of a table they
    /// may name the columns: host, who, time, action.
    #[must_use]
    pub fn taken_for(id: &str, text: &str, names: [Option<&str>; 4]) -> Option<Self> {
        let format = match (id, names) {
            ("log.table", [Some(_), ..]) => Format::of_columns(text.lines().next()?, names)?,
            _ => Format::taken_for(id, text)?,
        };
        Some(Self { format, tally: Tally::default(), number: 0, read: 0, strange: 0 })
    }

    /// Lines that hold nothing of interest are not read, and counted all the same.
    pub fn pass(&mut self, lines: u32) {
        self.number = self.number.saturating_add(lines);
    }

    /// Reads the next line.
    pub fn line(&mut self, line: &str) {
        self.number = self.number.saturating_add(1);
        let line = line.trim_end_matches(['\n', '\r']);
        if line.is_empty() || line.starts_with('#') || line.len() > LINE_BYTES {
            self.strange += u64::from(line.len() > LINE_BYTES);
            return;
        }
        if self.format.has_header() && self.number == 1 {
            return;
        }
        self.read += 1;
        let number = self.number as usize;
        let Some(told) = self.format.read(line) else {
            self.strange += 1;
            return;
        };
        let Some(host) = host_of(&told.host) else { return };
        let seen = Seen::new()
            .id(Some(host))
            .person(told.who.as_deref())
            .on(told.time.as_deref().and_then(day_of))
            .used(!told.refused)
            .state(told.refused.then_some(RecordState::Blocked));
        self.tally.add(RecordKind::Host, seen, number);
    }

    /// Tells what was read.
    ///
    /// # Errors
    /// More lines than not are none of this log.
    pub fn finish(self, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        sink.fact(Fact::Export { kind: self.format.id() }, None);
        self.tally.tell_lines(&mut |fact, line| {
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            sink.fact(fact, Some(Span { line, column: 1 }));
        });
        if self.strange > 0 && self.strange * 2 >= self.read {
            let detail = format!("{} of {} lines are none of this log", self.strange, self.read);
            return Err(ExtractError::malformed(detail));
        }
        if self.strange > 0 {
            let detail = format!("{} lines could not be read", self.strange);
            sink.note(ProblemCode::Malformed, &detail);
        }
        Ok(())
    }
}

impl Lines for LogReading {
    fn pass(&mut self, lines: u32) {
        Self::pass(self, lines);
    }

    fn line(&mut self, line: &str) {
        Self::line(self, line);
    }

    fn finish(self: Box<Self>, sink: &mut dyn Sink) -> Result<(), ExtractError> {
        Self::finish(*self, sink)
    }
}

/// The host of a name, a host with a port, or an address.
fn host_of(text: &str) -> Option<&str> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let host = host.rsplit('@').next().unwrap_or(host);
    let host = host.split(':').next().unwrap_or(host).trim_end_matches('.');
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let named = host.contains('.') && host.bytes().any(|byte| byte.is_ascii_alphabetic());
    (named && host.len() <= 253 && host.bytes().all(plain)).then_some(host)
}
