//! `--help`, `--version`, and what is said to anything else.

use std::process::ExitCode;

use super::{UsageError, output};

const USAGE: &str = "\
Usage: nine-cloud [COMMAND]

Commands:
  serve                Run the server (default)
  migrate              Run pending migrations of the database
  check-config         Print every setting in force, secrets masked; fail on a wrong one
  admin grant EMAIL    Make this account an administrator
  admin revoke EMAIL   Make it an ordinary account again
  openapi              Print the OpenAPI document
  health               Ask the running server whether it is up (for containers)
  adopt --from URL     Fill an empty database from the previous service's; prints a line
                       of JSON for each row changed or dropped. --dry-run: only that

Options:
  -h, --help           Print this
  -V, --version        Print the version

Settings come from the environment, over a .env file in the working directory; see .env.example.
";

/// Not understood: the usage on standard error, exit code 2.
pub fn refuse(error: &UsageError) -> ExitCode {
    eprint!("nine-cloud: {error}\n\n{USAGE}");
    ExitCode::from(2)
}

/// `--help`.
pub fn help() -> ExitCode {
    output::print(&USAGE)
}

/// `--version`.
pub fn version() -> ExitCode {
    output::print(&concat!("nine-cloud ", env!("CARGO_PKG_VERSION"), "\n"))
}
