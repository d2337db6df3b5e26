//! Exit codes, and how a failure is told: `error:`, its causes, a blank line,
//! `hint:`.

use std::process::ExitCode;

/// How a command ended. The numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done; findings alone are never an error.
    Done = 0,
    /// A gate that the user set said no.
    Gate = 1,
    /// Bad usage or configuration.
    Usage = 2,
    /// Could not scan.
    Failed = 3,
    /// Incomplete, under `--strict` or `--max-time`.
    Incomplete = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// A command that could not do its job.
#[derive(Debug)]
pub struct Failure {
    /// What and why.
    pub error: anyhow::Error,
    /// What to do about it.
    pub hint: Option<String>,
    /// The exit code.
    pub exit: Exit,
}

impl Failure {
    /// Bad usage or configuration.
    pub fn usage(error: impl Into<anyhow::Error>) -> Self {
        Self { error: error.into(), hint: None, exit: Exit::Usage }
    }

    /// The job could not be done.
    pub fn failed(error: impl Into<anyhow::Error>) -> Self {
        Self { error: error.into(), hint: None, exit: Exit::Failed }
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A defect of Daylight itself.
    #[must_use]
    pub fn internal() -> Self {
        Self::failed(anyhow::anyhow!("internal failure; this is a defect of daylight"))
            .hint("please report it with the command and, if you may, the input")
    }

    /// Tells it on stderr.
    #[allow(clippy::print_stderr)]
    pub fn print(&self) {
        let safe = |text: String| -> String {
            text.lines().map(crate::model::text::display_safe).collect::<Vec<_>>().join("\n")
        };
        eprintln!("error: {}", safe(self.error.to_string()));
        for cause in self.error.chain().skip(1) {
            eprintln!("  caused by: {}", safe(cause.to_string()));
        }
        if let Some(hint) = &self.hint {
            eprintln!("\nhint: {}", safe(hint.clone()));
        }
    }
}
