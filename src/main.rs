//! The binary: picks the sub-command.

use std::process::ExitCode;

use nine_cloud::cli::{self, Command};

/// Gives memory back: with the C library's allocator each thread that has hashed a password keeps its 19 MiB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let command = match Command::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => return cli::usage::refuse(&error),
    };
    match command {
        Command::Serve => cli::serve::run(),
        Command::Migrate => cli::migrate::run(),
        Command::CheckConfig => cli::check_config::run(),
        Command::SetAdmin { email, is_admin } => cli::admin::run(&email, is_admin),
        Command::OpenApi => cli::openapi::run(),
        Command::Health => cli::health::run(),
        Command::Adopt { from, is_dry_run } => cli::adopt::run(&from, is_dry_run),
        Command::Help => cli::usage::help(),
        Command::Version => cli::usage::version(),
    }
}
