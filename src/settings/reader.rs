//! Takes settings out of a [`Source`], one variable at a time, and notes everything on the way: all problems for
//! the start error, and the value in force of each variable for `check-config`.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use nine_cloud_actors::domain::secret::Secret;

use super::Problem;
use super::source::{Origin, Source, Value};
use super::urls::masked;

/// The value in force of one variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The part of the settings it belongs to.
    pub(super) section: &'static str,
    /// The variable.
    pub(super) name: &'static str,
    /// Its value, secrets masked; `None` when it is unset and has no default.
    pub(super) shown: Option<String>,
    /// `None` when the default is in force.
    pub(super) origin: Option<Origin>,
}

/// A problem with this setting is on the list; there is no value to go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Noted;

pub(super) struct Reader<'a> {
    source: &'a Source,
    section: &'static str,
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        let problems = source.problems().to_vec();
        Self { source, section: "", entries: Vec::new(), problems, warnings: Vec::new() }
    }

    /// What follows belongs to this section.
    pub(super) fn section(&mut self, section: &'static str) {
        self.section = section;
    }

    /// A setting that may be absent.
    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, Noted> {
        let text = self.text(name)?;
        self.entry(name, text.map(|(text, _)| masked(text)), text.map(|(_, origin)| origin));
        let Some((text, _)) = text else { return Ok(None) };
        parse(text).map(Some).ok_or_else(|| self.note(Problem::new(name, found(text), expected)))
    }

    /// A setting with a default, which is written the way a person would write it.
    pub(super) fn or<T>(
        &mut self,
        name: &'static str,
        default: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Noted> {
        let text = self.text(name)?;
        let in_force = text.map_or(default, |(text, _)| text);
        self.entry(name, Some(masked(in_force)), text.map(|(_, origin)| origin));
        parse(in_force).ok_or_else(|| self.note(Problem::new(name, found(in_force), expected)))
    }

    /// A whole number with a default and bounds.
    pub(super) fn number<T>(
        &mut self,
        name: &'static str,
        default: T,
        bounds: RangeInclusive<T>,
    ) -> Result<T, Noted>
    where
        T: FromStr + Display + PartialOrd + Copy,
    {
        let expected = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        self.or(name, &default.to_string(), &expected, |text| {
            text.parse().ok().filter(|number| bounds.contains(number))
        })
    }

    /// A whole number of seconds.
    pub(super) fn seconds(
        &mut self,
        name: &'static str,
        default: u64,
        bounds: RangeInclusive<u64>,
    ) -> Result<Duration, Noted> {
        self.number(name, default, bounds).map(Duration::from_secs)
    }

    /// A whole number of milliseconds.
    pub(super) fn millis(
        &mut self,
        name: &'static str,
        default: u64,
        bounds: RangeInclusive<u64>,
    ) -> Result<Duration, Noted> {
        self.number(name, default, bounds).map(Duration::from_millis)
    }

    /// `on` or `off`; both are on by default.
    pub(super) fn switch(&mut self, name: &'static str) -> Result<bool, Noted> {
        self.or(name, "on", "on or off", |text| match text {
            "on" | "true" | "1" => Some(true),
            "off" | "false" | "0" => Some(false),
            _ => None,
        })
    }

    /// A secret: from the variable, or from the file that `<NAME>_FILE` names, whose last line break does not count.
    pub(super) fn secret(&mut self, name: &'static str) -> Result<Option<Secret>, Noted> {
        let secret = self.secret_text(name)?;
        let shown = secret.as_ref().map(|_| "[secret]".to_owned());
        self.entry(name, shown, secret.as_ref().map(|(_, origin)| *origin));
        Ok(secret.map(|(text, _)| Secret::new(text)))
    }

    /// An address with credentials in it; `check-config` shows it without them.
    pub(super) fn secret_url(
        &mut self,
        name: &'static str,
        expected: &str,
        accept: impl FnOnce(&str) -> bool,
    ) -> Result<Option<Secret>, Noted> {
        let secret = self.secret_text(name)?;
        let shown = secret.as_ref().map(|(text, _)| masked(text));
        self.entry(name, shown, secret.as_ref().map(|(_, origin)| *origin));
        let Some((text, _)) = secret else { return Ok(None) };
        if accept(&text) {
            return Ok(Some(Secret::new(text)));
        }
        // A mistyped address may have its password anywhere but in the scheme.
        let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
        let found = if scheme.is_empty() { "[secret]".to_owned() } else { format!("{scheme}://[secret]") };
        Err(self.note(Problem::new(name, found, expected)))
    }

    /// Puts a problem on the list.
    pub(super) fn note(&mut self, problem: Problem) -> Noted {
        self.problems.push(problem);
        Noted
    }

    /// Shows the value that a default depending on other settings came to.
    pub(super) fn show(&mut self, name: &'static str, shown: String) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.name == name) {
            entry.shown = Some(shown);
        }
    }

    /// Once everything is read: a name in `.env` that nobody asked for is more likely a typing error than not. The
    /// environment is full of others' names, and the client's build variables may share the file.
    pub(super) fn warn_of_unread_names(&mut self) {
        let known = |name: &str| {
            let secret = name.strip_suffix("_FILE");
            self.entries.iter().any(|entry| entry.name == name || Some(entry.name) == secret)
        };
        let unread =
            self.source.names_of_dotenv().filter(|name| !known(name) && !name.starts_with("REACT_APP_"));
        let warnings: Vec<_> = unread.map(|name| format!(".env sets {name}, which nothing reads")).collect();
        self.warnings.extend(warnings);
    }

    fn entry(&mut self, name: &'static str, shown: Option<String>, origin: Option<Origin>) {
        self.entries.push(Entry { section: self.section, name, shown, origin });
    }

    fn text(&mut self, name: &str) -> Result<Option<(&'a str, Origin)>, Noted> {
        match self.source.get(name) {
            None => Ok(None),
            Some((Value::Text(text), origin)) => Ok(Some((text, *origin))),
            Some((Value::NotUtf8, _)) => {
                Err(self.note(Problem::new(name, "bytes that are not UTF-8", "text")))
            }
        }
    }

    fn secret_text(&mut self, name: &str) -> Result<Option<(String, Origin)>, Noted> {
        let direct = self.text(name)?;
        let file_name = format!("{name}_FILE");
        match (direct, self.text(&file_name)?) {
            (None, None) => Ok(None),
            (Some((text, origin)), None) => Ok(Some((text.to_owned(), origin))),
            (Some(_), Some(_)) => {
                Err(self.note(Problem::new(file_name, format!("{name} as well"), "only one of the two")))
            }
            (None, Some((path, origin))) => match std::fs::read_to_string(path) {
                Ok(text) if text.trim().is_empty() => {
                    Err(self.note(Problem::new(file_name, "an empty file", "a file that holds the secret")))
                }
                Ok(text) => Ok(Some((text.trim_end_matches(['\r', '\n']).to_owned(), origin))),
                Err(error) => {
                    let found = format!("{path:?} ({error})");
                    Err(self.note(Problem::new(file_name, found, "a readable file that holds the secret")))
                }
            },
        }
    }
}

/// Enough of a wrong value to recognise it, and no password.
fn found(text: &str) -> String {
    const LONGEST: usize = 80;
    let text = masked(text);
    let cut: String = text.chars().take(LONGEST).collect();
    let dots = if cut.len() < text.len() { "…" } else { "" };
    format!("{cut:?}{dots}")
}
