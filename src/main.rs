//! The binary: see `daylight::cli`.

fn main() -> std::process::ExitCode {
    daylight::cli::main()
}
