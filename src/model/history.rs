//! What a repository's history says of its commits: plain data between the
//! reader of the object database and the signatures. Never part of an inventory.

/// A person or a program as a commit names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The name.
    pub name: String,
    /// The mail address, without brackets.
    pub mail: String,
}

impl Identity {
    /// `Name <mail>`; without brackets all of it is the name.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let (name, mail) = text.split_once('<').unwrap_or((text, ""));
        let mail = mail.split('>').next().unwrap_or_default();
        Self { name: name.trim().to_owned(), mail: mail.trim().to_owned() }
    }
}

/// One commit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    /// The month in which it was committed, `YYYY-MM` in UTC.
    pub month: String,
    /// Who wrote it.
    pub author: Identity,
    /// Who committed it.
    pub committer: Identity,
    /// Its message, or the head and the tail of a long one.
    pub message: String,
}

/// What was read of a history, and what was not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extent {
    /// Commits that were read.
    pub commits: u64,
    /// There are more commits than the limit.
    pub capped: bool,
    /// Older commits were left out when the repository was cloned.
    pub shallow: bool,
    /// Objects that are not there or cannot be read.
    pub broken: u64,
    /// Short names of branches, sorted, each once.
    pub branches: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_a_name_and_a_mail_address() {
        let of = |text| {
            let Identity { name, mail } = Identity::parse(text);
            (name, mail)
        };
        let pair = |name: &str, mail: &str| (name.to_owned(), mail.to_owned());
        assert_eq!(of("A Tool <tool@acme.example>"), pair("A Tool", "tool@acme.example"));
        assert_eq!(of("A Tool"), pair("A Tool", ""));
        assert_eq!(of("<x"), pair("", "x"));
    }
}
