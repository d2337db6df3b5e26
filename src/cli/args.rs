//! What users type. Syntax only; meaning is given in `command/`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Finds the AI in repositories and says, provisionally, what each system may
/// mean for ISO/IEC 42001 and the EU AI Act.
#[derive(Debug, Parser)]
#[command(name = "daylight", version, propagate_version = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Take the inventory of the paths
    Scan(ScanArguments),
    /// Show the chain from a conclusion down to `file:line` and signature
    Explain(ExplainArguments),
    /// Say what appeared, went and changed between two inventories
    Compare(CompareArguments),
    /// Join the parts of a scan, or the scans of several repositories
    Merge(MergeArguments),
    /// Write a saved inventory in another format
    Render(RenderArguments),
    /// Write a document for people from a saved inventory
    Report(ReportArguments),
    /// Record a decision of a person about a system
    Decide(DecideArguments),
    /// List what needs a person, most important first
    Review(ReviewArguments),
    /// Compare a register with what was found
    Reconcile(ReconcileArguments),
    /// Draw components at random, for reading against the code
    Sample(SampleArguments),
    /// Work on signatures
    Signature(SignatureArguments),
    /// Work on governance tables
    Rules(RulesArguments),
    /// List the tables that the docs are made of
    List(ListArguments),
    /// Write shell completions to stdout
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page to stdout
    Manual,
}

/// `daylight scan`.
#[derive(Debug, Clone, Args)]
#[allow(clippy::struct_excessive_bools)] // flags are what they are
pub struct ScanArguments {
    /// Folders or files to scan
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Write FORMAT to PATH (`-` is stdout); repeatable
    #[arg(short, long = "output", value_name = "[FORMAT=]PATH")]
    pub outputs: Vec<String>,
    /// Format where an output names none (default: text on a terminal, else json)
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Exit with 1 if EXPR holds, e.g. `any`, `undecided`, `kind=provider-api`, `provider=OpenAI and confidence>=800`; repeatable
    #[arg(long = "fail-on", value_name = "EXPR")]
    pub fail_on: Vec<String>,
    /// Read part K of N only, for `daylight merge`; `1/1` to merge repositories, or to go on from with `--since`
    #[arg(long, value_name = "K/N", conflicts_with_all = ["owners", "within"])]
    pub shard: Option<String>,
    /// Examine only what has changed since REV of git; the rest is taken from the `--baseline`, which a scan of REV with `--shard 1/1` or `--since` wrote
    #[arg(long, value_name = "REV", requires = "baseline", conflicts_with_all = ["shard", "owners", "within"])]
    pub since: Option<String>,
    /// Compare with an earlier inventory, for the gate `new`
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Which part is shown
    #[command(flatten)]
    pub show: ShowArguments,
    /// Configuration, in place of the targets' own daylight.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// List of approved AI, in place of the target's own approved-ai.toml
    #[arg(long, value_name = "FILE")]
    pub approved: Option<PathBuf>,
    /// Heed nothing that the scanned tree says: neither its daylight.toml, approved-ai.toml and ai-decisions.toml nor `daylight:allow(ID)`
    #[arg(long)]
    pub no_repo_config: bool,
    /// Folder of signatures laid over the built-in ones; repeatable
    #[arg(long, value_name = "DIR")]
    pub signatures: Vec<PathBuf>,
    /// Decisions of people, in place of the target's own ai-decisions.toml
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Ids that systems had: read if it is there, and written anew
    #[arg(long, value_name = "FILE")]
    pub lock: Option<PathBuf>,
    /// Leave out what matches GLOB (gitignore grammar); repeatable
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Read what .gitignore and .ignore leave out
    #[arg(long)]
    pub no_gitignore: bool,
    /// Enter mounted file systems
    #[arg(long)]
    pub cross_filesystems: bool,
    /// Read the history as well: which assistants took part in commits, by month
    #[arg(long, conflicts_with = "since")]
    pub git: bool,
    /// Keep persons' handles and mail addresses of owners, and names of authors
    #[arg(long)]
    pub include_identities: bool,
    /// Threads (default: one per core)
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    pub jobs: usize,
    /// Stop after SECONDS with what there is; exit code 4
    #[arg(long, value_name = "SECONDS")]
    pub max_time: Option<u64>,
    /// Exit with 4 if anything could not be read in full
    #[arg(long)]
    pub strict: bool,
    /// Judge dates as of DATE (default: today, UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
    /// Accepted for clarity: a scan never uses the network
    #[arg(long)]
    pub offline: bool,
    /// No progress, no talk
    #[arg(short, long)]
    pub quiet: bool,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// `daylight explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// Id of a system, component or evidence, or a rule's or signature's
    #[arg(value_name = "ID")]
    pub id: String,
    /// The inventory (default: `daylight.json` if it is there, else `.` is scanned)
    #[arg(long, value_name = "FILE")]
    pub inventory: Option<PathBuf>,
}

/// `daylight compare`.
#[derive(Debug, Args)]
pub struct CompareArguments {
    /// The earlier inventory
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The later inventory
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Write the later inventory with its changes as FORMAT to PATH (`-` is stdout); repeatable (default: the changes, for people)
    #[arg(short, long = "output", value_name = "FORMAT=PATH")]
    pub outputs: Vec<String>,
    /// Exit with 1 if EXPR holds, as in a scan; repeatable
    #[arg(long = "fail-on", value_name = "EXPR")]
    pub fail_on: Vec<String>,
}

/// Which part of an inventory is shown.
#[derive(Debug, Clone, Args)]
pub struct ShowArguments {
    /// Show only the systems of this owner; repeatable. Gates judge the whole
    #[arg(long = "owner", value_name = "HANDLE")]
    pub owners: Vec<String>,
    /// Show only what lies below this path of the target; repeatable. Gates judge the whole
    #[arg(long = "path", value_name = "PATH")]
    pub within: Vec<String>,
}

/// `daylight merge`.
#[derive(Debug, Args)]
pub struct MergeArguments {
    /// Inventories of scans with `--shard`; NAME is what the target is called then
    #[arg(value_name = "[NAME=]FILE", required = true)]
    pub files: Vec<String>,
    /// Write FORMAT to PATH (`-` is stdout); repeatable
    #[arg(short, long = "output", value_name = "[FORMAT=]PATH")]
    pub outputs: Vec<String>,
    /// Format where an output names none (default: text on a terminal, else json)
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Exit with 1 if EXPR holds, as in a scan; repeatable
    #[arg(long = "fail-on", value_name = "EXPR")]
    pub fail_on: Vec<String>,
    /// Compare with an earlier inventory, for the gate `new`
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Which part is shown
    #[command(flatten)]
    pub show: ShowArguments,
    /// Decisions of people, as for a scan
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Folder of the target in the state that was scanned, to read the words around its AI; repeatable
    #[arg(long, value_name = "[NAME=]PATH")]
    pub tree: Vec<String>,
    /// Folder of signatures, as the scans had it; repeatable
    #[arg(long, value_name = "DIR")]
    pub signatures: Vec<PathBuf>,
}

/// `daylight render`.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// The inventory
    #[arg(long, value_name = "FILE")]
    pub inventory: PathBuf,
    /// Write FORMAT to PATH (`-` is stdout); repeatable
    #[arg(short, long = "output", value_name = "FORMAT=PATH", required = true)]
    pub outputs: Vec<String>,
    /// Which part is shown
    #[command(flatten)]
    pub show: ShowArguments,
}

/// How a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportForm {
    /// For reading
    Markdown,
    /// For spreadsheets
    Csv,
    /// For programs
    Json,
}

/// `daylight report`.
#[derive(Debug, Args)]
pub struct ReportArguments {
    /// `register`, `scope-draft`, `gaps`, `soa-hints` or `shadow-delta`
    #[arg(value_name = "KIND")]
    pub kind: String,
    /// The inventory
    #[arg(long, value_name = "FILE")]
    pub inventory: PathBuf,
    /// Decisions of people (default: `ai-decisions.toml` if it is there)
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// List of approved AI (default: what the scan that made the inventory knew)
    #[arg(long, value_name = "FILE")]
    pub approved: Option<PathBuf>,
    /// How it is written
    #[arg(long = "format", value_enum, default_value_t = ReportForm::Markdown)]
    pub form: ReportForm,
    /// Where it is written (default: stdout)
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
}

/// `daylight decide`.
#[derive(Debug, Args)]
pub struct DecideArguments {
    /// The system's id
    #[arg(value_name = "SYSTEM")]
    pub system: String,
    /// The inventory that the decision looks at
    #[arg(long, value_name = "FILE")]
    pub inventory: PathBuf,
    /// `scope`, `risk`, `role`, `factor:NAME`, `same-as`, `not-ai` or `accept-gap`
    #[arg(long, value_name = "WHAT", default_value = "scope")]
    pub about: String,
    /// The value
    #[arg(long, value_name = "WORD")]
    pub value: Option<String>,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// In which capacity
    #[arg(long, value_name = "TEXT")]
    pub capacity: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub because: Option<String>,
    /// Who looked at it besides
    #[arg(long, value_name = "NAME")]
    pub second_reviewer: Option<String>,
    /// The day by which it is looked at again (default: in 3, 6 or 12 months)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub review_by: Option<String>,
    /// An answer to the question of a rule; repeatable
    #[arg(long, value_name = "RULE=TEXT")]
    pub answer: Vec<String>,
    /// The decision that this one takes the place of
    #[arg(long, value_name = "ID")]
    pub supersedes: Option<String>,
    /// The file to append to (default: `ai-decisions.toml`)
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// The day of the decision (default: today, UTC)
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<String>,
}

/// `daylight review`.
#[derive(Debug, Args)]
pub struct ReviewArguments {
    /// The inventory
    #[arg(long, value_name = "FILE")]
    pub inventory: PathBuf,
    /// Decisions of people (default: `ai-decisions.toml` if it is there)
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
}

/// `daylight reconcile`.
#[derive(Debug, Args)]
pub struct ReconcileArguments {
    /// The register: a table with a column `system id` or `name`
    #[arg(value_name = "REGISTER.csv")]
    pub register: PathBuf,
    /// The inventory
    #[arg(long, value_name = "FILE")]
    pub inventory: PathBuf,
    /// How it is written
    #[arg(long = "format", value_enum, default_value_t = ReportForm::Markdown)]
    pub form: ReportForm,
    /// Where it is written (default: stdout)
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
}

/// `daylight sample`.
#[derive(Debug, Args)]
pub struct SampleArguments {
    /// The inventory
    #[arg(long, value_name = "FILE")]
    pub inventory: PathBuf,
    /// The draw: same seed, same components
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub count: usize,
}

/// `daylight signature`.
#[derive(Debug, Args)]
pub struct SignatureArguments {
    /// What to do
    #[command(subcommand)]
    pub command: SignatureCommand,
}

/// What to do with signatures.
#[derive(Debug, Subcommand)]
pub enum SignatureCommand {
    /// Write a scaffold for FAMILY.THING
    New {
        /// The new signature's id
        #[arg(value_name = "FAMILY.THING")]
        id: String,
        /// Folder to write into
        #[arg(long, value_name = "DIR", default_value = "signatures")]
        into: PathBuf,
    },
    /// Lint signatures
    Check {
        /// Folder to check (default: the built-in set)
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
        /// Also silence the marks of each signature by turns: a test must fail
        #[arg(long)]
        thorough: bool,
    },
    /// Run the tests that stand in signatures
    Test {
        /// Folder to test (default: the built-in set)
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
    /// List signatures
    List,
    /// Show one signature
    Show {
        /// Its id
        id: String,
    },
    /// Count products and names by kind, ecosystem and tier
    Stats,
    /// Say why names match or not
    Coverage {
        /// Names, e.g. `pkg:npm/groq`, `host:api.example.com`, `env:X_KEY`, `model:x-1`, or bare; `-` reads stdin
        #[arg(value_name = "NAME", required = true)]
        names: Vec<String>,
        /// Folder of signatures laid over the built-in ones; repeatable
        #[arg(long, value_name = "DIR")]
        signatures: Vec<PathBuf>,
    },
}

/// `daylight rules`.
#[derive(Debug, Args)]
pub struct RulesArguments {
    /// What to do
    #[command(subcommand)]
    pub command: RulesCommand,
}

/// What to do with governance tables.
#[derive(Debug, Subcommand)]
pub enum RulesCommand {
    /// Lint the tables and run their tests
    Check,
    /// List the rules
    List,
}

/// `daylight list`.
#[derive(Debug, Args)]
pub struct ListArguments {
    /// Which table
    #[arg(value_enum)]
    pub table: Table,
}

/// A table that can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// What reads which files
    Extractors,
    /// Languages whose source is read
    Languages,
    /// Output formats
    Formats,
    /// Every bound
    Limits,
    /// Codes of problems
    Problems,
}
