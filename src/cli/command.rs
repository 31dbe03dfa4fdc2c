//! What was asked for.

use std::ffi::OsString;

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::secret::Secret;

/// A sub-command with its arguments.
#[derive(Debug)]
pub enum Command {
    /// Runs the server; the default.
    Serve,
    /// Runs pending migrations.
    Migrate,
    /// Prints the settings in force.
    CheckConfig,
    /// `admin grant` and `admin revoke`.
    SetAdmin {
        /// Whose.
        email: Email,
        /// `true` for `grant`.
        is_admin: bool,
    },
    /// Prints the OpenAPI document.
    OpenApi,
    /// Asks the running server.
    Health,
    /// Fills an empty database from the previous service's.
    Adopt {
        /// The old database's address; has a password in it.
        from: Secret,
        /// Only report what would be done.
        is_dry_run: bool,
    },
    /// `--help`.
    Help,
    /// `--version`.
    Version,
}

/// The arguments make no sense; the text says which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(String);

impl Command {
    /// Reads the arguments after the program's name.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, UsageError> {
        let arguments = arguments
            .into_iter()
            .map(|argument| {
                argument.into_string().map_err(|_| UsageError("an argument is not UTF-8".to_owned()))
            })
            .collect::<Result<Vec<_>, _>>()?;
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        match arguments.as_slice() {
            [] | ["serve"] => Ok(Self::Serve),
            ["migrate"] => Ok(Self::Migrate),
            ["check-config"] => Ok(Self::CheckConfig),
            ["admin", "grant", email] => set_admin(email, true),
            ["admin", "revoke", email] => set_admin(email, false),
            ["admin", ..] => Err(UsageError("`admin` takes `grant EMAIL` or `revoke EMAIL`".to_owned())),
            ["openapi"] => Ok(Self::OpenApi),
            ["health"] => Ok(Self::Health),
            ["adopt", "--from", url] => Ok(Self::Adopt { from: Secret::new(*url), is_dry_run: false }),
            ["adopt", "--from", url, "--dry-run"] | ["adopt", "--dry-run", "--from", url] => {
                Ok(Self::Adopt { from: Secret::new(*url), is_dry_run: true })
            }
            ["adopt", "--help" | "-h"] => Ok(Self::Help),
            ["adopt", ..] => {
                Err(UsageError("`adopt` takes `--from URL` and, if wanted, `--dry-run`".to_owned()))
            }
            ["help" | "--help" | "-h", ..] | [_, "--help" | "-h"] => Ok(Self::Help),
            ["--version" | "-V"] => Ok(Self::Version),
            ["serve" | "migrate" | "check-config" | "openapi" | "health", extra, ..] => {
                Err(UsageError(format!("unexpected argument `{extra}`")))
            }
            [unknown, ..] => Err(UsageError(format!("unknown sub-command `{unknown}`"))),
        }
    }
}

fn set_admin(email: &str, is_admin: bool) -> Result<Command, UsageError> {
    let email = Email::parse(email).ok_or_else(|| UsageError(format!("`{email}` is not a mail address")))?;
    Ok(Command::SetAdmin { email, is_admin })
}

#[cfg(test)]
mod tests {
    use super::Command;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line.split_whitespace().map(Into::into)).map_err(|error| error.to_string())
    }

    #[test]
    fn no_argument_serves() {
        assert!(matches!(parse(""), Ok(Command::Serve)));
        assert!(matches!(parse("serve"), Ok(Command::Serve)));
    }

    #[test]
    fn every_sub_command_is_known() {
        assert!(matches!(parse("migrate"), Ok(Command::Migrate)));
        assert!(matches!(parse("check-config"), Ok(Command::CheckConfig)));
        assert!(matches!(parse("openapi"), Ok(Command::OpenApi)));
        assert!(matches!(parse("health"), Ok(Command::Health)));
        assert!(matches!(
            parse("admin grant mina@example.com"),
            Ok(Command::SetAdmin { is_admin: true, .. })
        ));
        assert!(matches!(
            parse("admin revoke mina@example.com"),
            Ok(Command::SetAdmin { is_admin: false, .. })
        ));
        for (line, expected) in [
            ("adopt --from mysql://u:p@h/d", false),
            ("adopt --from mysql://u:p@h/d --dry-run", true),
            ("adopt --dry-run --from mysql://u:p@h/d", true),
        ] {
            let adopt = parse(line);
            assert!(
                matches!(adopt, Ok(Command::Adopt { is_dry_run, .. }) if is_dry_run == expected),
                "{line}"
            );
        }
        assert!(matches!(parse("serve --help"), Ok(Command::Help)));
        assert!(matches!(parse("--version"), Ok(Command::Version)));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(parse("sevre").unwrap_err(), "unknown sub-command `sevre`");
        assert_eq!(parse("serve now").unwrap_err(), "unexpected argument `now`");
        assert_eq!(parse("admin grant nobody").unwrap_err(), "`nobody` is not a mail address");
        let adopt = "`adopt` takes `--from URL` and, if wanted, `--dry-run`";
        assert_eq!(parse("adopt").unwrap_err(), adopt);
        assert_eq!(parse("adopt --from").unwrap_err(), adopt);
        assert_eq!(parse("admin").unwrap_err(), "`admin` takes `grant EMAIL` or `revoke EMAIL`");
    }

    #[test]
    fn the_password_in_the_old_address_is_not_printed() {
        let command = parse("adopt --from mysql://u:hunter2@h/d").expect("a command");
        assert!(!format!("{command:?}").contains("hunter2"));
    }
}
