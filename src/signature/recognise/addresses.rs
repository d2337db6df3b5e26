//! Addresses in literals and settings become sightings of those who answer
//! there; a page about a service, or one still to be filled in, is a hint.

use super::{At, LITERAL_BYTES, Match, Recogniser, is_placeholder, letters};
use crate::model::text::display_safe;
use crate::model::vocabulary::{Proves, Tier, Usage};
use crate::signature::index::Matcher;
use crate::signature::names::{HostMention, hosts_in};

impl Recogniser<'_> {
    pub(super) fn hosts(&mut self, text: &str, usage: Usage, at: At<'_>) {
        if text.len() > LITERAL_BYTES {
            return;
        }
        self.path_of_request(text, usage, at);
        if !text.contains(['.', ':']) {
            return;
        }
        for mention in hosts_in(text) {
            // An address inside a sentence is a mention, not a client.
            // (The caller has ruled out names under which links stand.)
            let prose = text.split_whitespace().nth(3).is_some();
            // `your_resource_here.vendor.example` names nobody yet.
            let to_fill_in = mention.host.contains('_')
                && mention.host.contains('.')
                && is_placeholder(&mention.host);
            let leads_nowhere = usage != Usage::Called && (to_fill_in || is_page(mention.path));
            for matcher in self.matchers(self.index().hosts(&mention.host, mention.path)) {
                let mut found = Match::new(matcher, mention.host.as_ref(), usage);
                if prose
                    || leads_nowhere
                    || matcher.proves == Some(Proves::Mention)
                    || self.is_anyones_port(matcher, &mention, at)
                {
                    found.tier = Tier::C;
                }
                self.keep(found, at);
            }
        }
    }

    /// A path without a host that a request is sent to, `{}/predict`: only a
    /// hint, as the host is somebody's.
    fn path_of_request(&mut self, text: &str, usage: Usage, at: At<'_>) {
        let path = text.strip_prefix("{}").unwrap_or(text);
        if usage != Usage::Called || !path.starts_with('/') {
            return;
        }
        for matcher in self.matchers(self.index().anyones_path(path)) {
            if matcher.tier == Tier::C {
                self.keep(Match::new(matcher, display_safe(path), usage), at);
            }
        }
    }

    /// Whether an address is a port of this machine that many programs listen
    /// on, and nothing beside it speaks of the product.
    fn is_anyones_port(&self, matcher: &Matcher, mention: &HostMention<'_>, at: At<'_>) -> bool {
        let local = ["localhost:", "127.0.0.1:"].iter().any(|of| mention.host.starts_with(of));
        if matcher.tier < Tier::B || !local {
            return false;
        }
        let asks_a_model = mention.path.starts_with("/v1") || mention.path.starts_with("/api/");
        let name = self.library.entry(matcher.entry).map(|entry| letters(&entry.signature.name));
        let speaks = |text: &str| name.as_ref().is_some_and(|name| letters(text).contains(name));
        !asks_a_model && !speaks(&self.place.path) && !speaks(at.line())
    }
}

/// Whether a path leads people to a page about a service: its documentation,
/// its terms, the place where they make a key. Nothing is sent there.
fn is_page(path: &str) -> bool {
    const PAGES: &[&str] = &[
        "account",
        "api-keys",
        "apikey",
        "billing",
        "dashboard",
        "docs",
        "documentation",
        "help",
        "keys",
        "legal",
        "login",
        "pricing",
        "privacy",
        "settings",
        "sign-up",
        "signup",
        "terms",
    ];
    let first = path.trim_start_matches('/').split(['/', '?', '#']).next().unwrap_or_default();
    PAGES.contains(&first)
}
