//! What the lines of each log look like.

use std::borrow::Cow;

use crate::extract::Content;
use crate::extract::export::row::Row;
use crate::extract::structured::{self, Node};
use crate::limits::Limits;

/// What a line says.
#[derive(Debug, Default)]
pub(super) struct Told<'l> {
    pub(super) host: Cow<'l, str>,
    pub(super) who: Option<Cow<'l, str>>,
    pub(super) time: Option<Cow<'l, str>>,
    pub(super) refused: bool,
}

/// Objects, one a line: keys that tell, and where host, asker, time and answer stand.
#[derive(Debug)]
pub(super) struct Objects {
    id: &'static str,
    has: &'static [&'static str],
    host: &'static [&'static str],
    who: &'static [&'static str],
    time: &'static [&'static str],
    action: &'static [&'static str],
}

const OBJECTS: &[Objects] = &[
    Objects {
        id: "log.cloudflare-dns",
        has: &["QueryName", "Datetime"],
        host: &["QueryName"],
        who: &["UserID", "Email", "DeviceID", "SrcIP"],
        time: &["Datetime"],
        action: &["ResolverDecision"],
    },
    Objects {
        id: "log.cloudflare-http",
        has: &["HTTPHost", "Datetime"],
        host: &["HTTPHost"],
        who: &["UserID", "Email", "DeviceID", "SourceIP"],
        time: &["Datetime"],
        action: &["Action"],
    },
    Objects {
        id: "log.zscaler",
        has: &["event.host", "event.login"],
        host: &["event.host"],
        who: &["event.login"],
        time: &["event.time", "event.datetime"],
        action: &["event.action"],
    },
    Objects {
        id: "log.netskope",
        has: &["cs-host", "cs-username"],
        host: &["cs-host", "x-cs-sni"],
        who: &["cs-username"],
        time: &["date", "x-cs-timestamp"],
        action: &["x-policy-action"],
    },
    Objects {
        id: "log.zeek-dns",
        has: &["query", "id.orig_h", "ts"],
        host: &["query"],
        who: &["id.orig_h"],
        time: &["ts"],
        action: &[],
    },
    Objects {
        id: "log.zeek-ssl",
        has: &["server_name", "id.orig_h", "ts"],
        host: &["server_name"],
        who: &["id.orig_h"],
        time: &["ts"],
        action: &[],
    },
];

/// Columns, by position.
#[derive(Debug)]
pub(super) struct Columns {
    id: &'static str,
    delimiter: u8,
    header: bool,
    host: usize,
    who: usize,
    time: usize,
    action: Option<usize>,
}

#[derive(Debug)]
pub(super) enum Format {
    Objects(&'static Objects),
    Columns(Columns),
    /// `1793577600.123 56 10.0.0.5 TCP_TUNNEL/200 4512 CONNECT host:443 user ...`
    Squid,
    /// `Nov  2 10:00:00 dnsmasq[1]: query[A] host from 10.0.0.5`
    Dnsmasq,
    /// `02-Nov-2026 10:00:00.1 queries: info: client @0x1 10.0.0.5#53 (host): query: host IN A`
    Bind,
}

const HOSTS: &[&str] = &[
    "host",
    "query",
    "queryname",
    "cshost",
    "csurihost",
    "xcssni",
    "sni",
    "url",
    "csuri",
    "qname",
    "hostname",
    "desthost",
    "destinationhost",
    "servername",
    "domain",
    "urlhost",
    "requesthost",
];
const WHO: &[&str] = &[
    "user",
    "login",
    "username",
    "csusername",
    "email",
    "client",
    "clientip",
    "cip",
    "sourceip",
    "srcip",
    "src",
    "device",
    "devicename",
    "idorigh",
    "identity",
];
const TIMES: &[&str] = &["datetime", "date", "time", "timestamp", "ts", "eventtime"];
const ACTIONS: &[&str] =
    &["action", "xpolicyaction", "decision", "resolverdecision", "scfilterresult"];

/// Names of the kinds of logs.
pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    let others = ["log.table", "log.squid", "log.dnsmasq", "log.bind", "log.zeek", "log.extended"];
    OBJECTS.iter().map(|of| of.id).chain(others)
}

impl Format {
    /// The format of a log that begins like this.
    pub(super) fn of(head: &str) -> Option<Self> {
        let mut lines = head.lines().filter(|line| !line.trim().is_empty());
        let first = lines.next()?;
        if first.starts_with('#') {
            return of_fields(head);
        }
        if first.starts_with('{') {
            return with_row(first, |row| {
                let fits = |of: &&Objects| of.has.iter().all(|key| row.has(key));
                OBJECTS.iter().find(fits).map(Self::Objects)
            })?;
        }
        let sample: Vec<&str> = std::iter::once(first).chain(lines.take(3)).collect();
        // The last line of a head may be cut.
        let whole = sample.get(..sample.len().max(2) - 1).unwrap_or(&sample);
        [Self::Squid, Self::Dnsmasq, Self::Bind]
            .into_iter()
            .find(|format| whole.iter().all(|line| format.speaks(line)))
            .or_else(|| of_header(first))
    }

    /// The format of a log that somebody says is of a kind.
    pub(super) fn taken_for(id: &str, text: &str) -> Option<Self> {
        let mut end = text.len().min(super::HEAD);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let seen = text.get(..end).and_then(Self::of).filter(|format| format.id() == id);
        seen.or_else(|| {
            let of = OBJECTS.iter().find(|of| of.id == id).map(Self::Objects);
            of.or(match id {
                "log.squid" => Some(Self::Squid),
                "log.dnsmasq" => Some(Self::Dnsmasq),
                "log.bind" => Some(Self::Bind),
                _ => None,
            })
        })
    }

    /// A table whose columns somebody named; what is not named is left out.
    pub(super) fn of_columns(first: &str, names: [Option<&str>; 4]) -> Option<Self> {
        let delimiter = [b',', b'\t', b';', b' ']
            .into_iter()
            .max_by_key(|of| first.bytes().filter(|byte| byte == of).count())?;
        let header: Vec<String> =
            split(first, delimiter).iter().map(|name| name.trim().to_lowercase()).collect();
        let at = |name: Option<&str>| {
            let name = name?.trim().to_lowercase();
            header.iter().position(|one| *one == name)
        };
        let [host, who, time, action] = names;
        let nowhere = usize::MAX;
        Some(Self::Columns(Columns {
            id: "log.table",
            delimiter,
            header: true,
            host: at(host)?,
            who: at(who).unwrap_or(nowhere),
            time: at(time).unwrap_or(nowhere),
            action: at(action),
        }))
    }

    pub(super) fn id(&self) -> &'static str {
        match self {
            Self::Objects(of) => of.id,
            Self::Columns(of) => of.id,
            Self::Squid => "log.squid",
            Self::Dnsmasq => "log.dnsmasq",
            Self::Bind => "log.bind",
        }
    }

    pub(super) fn has_header(&self) -> bool {
        matches!(self, Self::Columns(of) if of.header)
    }

    /// Whether a line is of this log, whatever it tells.
    fn speaks(&self, line: &str) -> bool {
        match self {
            Self::Squid => squid(line).is_some(),
            Self::Dnsmasq => line.contains(" dnsmasq[") || line.contains(" dnsmasq:"),
            Self::Bind => line.contains(" query: ") && line.contains(" client "),
            _ => false,
        }
    }

    /// What a line says; `None` if it is no line of this log.
    pub(super) fn read<'l>(&self, line: &'l str) -> Option<Told<'l>> {
        match self {
            Self::Objects(of) => with_row(line, |row| of.read(row))?,
            Self::Columns(of) => of.read(line),
            Self::Squid => squid(line),
            Self::Dnsmasq => Some(dnsmasq(line)),
            Self::Bind => bind(line),
        }
    }
}

impl Objects {
    fn read(&self, row: Row<'_>) -> Option<Told<'static>> {
        let of = |keys: &[&str]| keys.iter().find_map(|key| row.text(key)).filter(|it| *it != "-");
        let owned = |text: &str| Cow::Owned(text.to_owned());
        self.has.iter().take(1).any(|key| row.has(key)).then(|| Told {
            host: owned(of(self.host).unwrap_or_default()),
            who: of(self.who).map(owned),
            time: of(self.time).map(owned),
            refused: of(self.action).is_some_and(is_refusal),
        })
    }
}

impl Columns {
    fn read<'l>(&self, line: &'l str) -> Option<Told<'l>> {
        let fields = split(line, self.delimiter);
        let of = |at: usize| {
            fields
                .get(at)
                .map(|field| field.trim())
                .filter(|it| !matches!(*it, "" | "-" | "(empty)"))
        };
        if fields.len() <= self.host {
            return None;
        }
        let owned = |text: &str| Cow::Owned(text.to_owned());
        Some(Told {
            host: owned(of(self.host).unwrap_or_default()),
            who: of(self.who).map(owned),
            time: of(self.time).map(owned),
            refused: self.action.and_then(of).is_some_and(is_refusal),
        })
    }
}

/// Words for an answer that was no.
fn is_refusal(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    ["block", "den", "drop", "refus", "reset"].iter().any(|part| word.contains(part))
}

fn with_row<T>(line: &str, read: impl FnOnce(Row<'_>) -> T) -> Option<T> {
    let limits = Limits::default();
    let content = Content::new("", line, false, &limits);
    let node: Node<'_> = structured::json(&content).ok()?;
    Some(read(Row::new(&node)))
}

/// Fields of a line; quoted ones may hold the delimiter.
fn split(line: &str, delimiter: u8) -> Vec<Cow<'_, str>> {
    if !line.contains('"') {
        let parts = line.split(char::from(delimiter));
        return parts
            .filter(|part| delimiter != b' ' || !part.is_empty())
            .map(Cow::Borrowed)
            .collect();
    }
    let mut fields = Vec::new();
    let (mut field, mut quoted) = (String::new(), false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == char::from(delimiter) && !quoted => {
                fields.push(Cow::Owned(std::mem::take(&mut field)));
            }
            c => field.push(c),
        }
    }
    fields.push(Cow::Owned(field));
    fields
}

fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Columns by their names: a host, a time and who asked must be among them.
fn columns(
    id: &'static str,
    names: &[Cow<'_, str>],
    delimiter: u8,
    header: bool,
) -> Option<Columns> {
    let names: Vec<String> = names.iter().map(|name| folded(name)).collect();
    let at =
        |known: &[&str]| known.iter().find_map(|name| names.iter().position(|one| one == name));
    Some(Columns {
        id,
        delimiter,
        header,
        host: at(HOSTS)?,
        who: at(WHO)?,
        time: at(TIMES)?,
        action: at(ACTIONS),
    })
}

fn of_header(first: &str) -> Option<Format> {
    let delimiter = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|of| first.bytes().filter(|byte| byte == of).count())?;
    let names = split(first, delimiter);
    if names.len() < 3 {
        return None;
    }
    columns("log.table", &names, delimiter, true).map(Format::Columns)
}

/// `#fields` of Zeek, parted by tabs, and `#Fields:` of the extended format,
/// parted by blanks.
fn of_fields(head: &str) -> Option<Format> {
    for line in head.lines().take_while(|line| line.starts_with('#')) {
        if let Some(names) = line.strip_prefix("#fields\t") {
            let names: Vec<Cow<'_, str>> = names.split('\t').map(Cow::Borrowed).collect();
            return columns("log.zeek", &names, b'\t', false).map(Format::Columns);
        }
        if let Some(names) = line.strip_prefix("#Fields:") {
            let names: Vec<Cow<'_, str>> = names.split_whitespace().map(Cow::Borrowed).collect();
            return columns("log.extended", &names, b' ', false).map(Format::Columns);
        }
    }
    None
}

fn squid(line: &str) -> Option<Told<'_>> {
    let words: Vec<&str> = line.split_whitespace().take(9).collect();
    let [time, took, client, status, size, _method, address, user, ..] = words.as_slice() else {
        return None;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let stamp = time.split_once('.').is_some_and(|(a, b)| digits(a) && digits(b));
    if !stamp || !digits(took) || !digits(size) || !status.contains('/') {
        return None;
    }
    let who = if *user == "-" { client } else { user };
    Some(Told {
        host: Cow::Borrowed(address),
        who: Some(Cow::Borrowed(who)),
        time: Some(Cow::Borrowed(time)),
        refused: status.contains("DENIED"),
    })
}

/// Only questions are read: what is answered, cached or refused belongs to one.
fn dnsmasq(line: &str) -> Told<'_> {
    let Some((_, rest)) = line.split_once(": query[") else { return Told::default() };
    let rest = rest.split_once("] ").map_or("", |(_, rest)| rest);
    let mut words = rest.split(' ');
    let host = words.next().unwrap_or_default();
    Told {
        host: Cow::Borrowed(host),
        who: words.nth(1).map(Cow::Borrowed),
        time: None, // no year
        refused: false,
    }
}

fn bind(line: &str) -> Option<Told<'_>> {
    let (before, after) = line.split_once(" query: ")?;
    let who = before.split(' ').find(|word| word.contains('#'));
    Some(Told {
        host: Cow::Borrowed(after.split(' ').next().unwrap_or_default()),
        who: who.and_then(|word| word.split('#').next()).map(Cow::Borrowed),
        time: line.split(' ').next().map(Cow::Borrowed),
        refused: false,
    })
}
