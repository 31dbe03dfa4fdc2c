//! `check-config`: the value in force of every variable.

use std::fmt;

use super::reader::{Entry, Reader};
use super::{Origin, Problem, Settings, Source};

/// Settings together with how they came about. `Display` prints every variable by section, secrets masked.
#[derive(Debug)]
pub struct Report {
    /// The settings, or everything that is wrong with them.
    pub settings: Result<Settings, Vec<Problem>>,
    entries: Vec<Entry>,
}

impl Report {
    /// Reads everything there is to read.
    pub fn of(source: &Source) -> Self {
        let mut reader = Reader::new(source);
        let settings = Settings::read(&mut reader);
        let settings = match settings {
            Ok(settings) if reader.problems.is_empty() => Ok(settings),
            _ => Err(reader.problems),
        };
        Self { settings, entries: reader.entries }
    }

    #[cfg(test)]
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut section = "";
        for entry in &self.entries {
            if entry.section != section {
                let gap = if section.is_empty() { "" } else { "\n" };
                writeln!(f, "{gap}# {}", entry.section)?;
                section = entry.section;
            }
            let shown = entry.shown.as_deref().unwrap_or("(unset)");
            let origin = match entry.origin {
                None => "",
                Some(Origin::Environment) => "  # environment",
                Some(Origin::DotEnv) => "  # .env",
            };
            writeln!(f, "{} = {shown}{origin}", entry.name)?;
        }
        Ok(())
    }
}
