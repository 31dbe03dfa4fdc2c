//! Where settings come from: the environment over a `.env` file in the working directory.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use super::{Problem, dotenv};

/// Where a value was found; shown by `check-config`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The environment of the process.
    Environment,
    /// The `.env` file.
    DotEnv,
}

/// Every variable there is, ours or not. An empty value is the same as none.
#[derive(Debug, Default)]
pub struct Source {
    variables: BTreeMap<String, (Value, Origin)>,
    problems: Vec<Problem>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    NotUtf8,
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[value]")
    }
}

impl Source {
    /// The environment of this process over `.env` in the working directory. The only reader of the environment.
    pub fn load() -> Self {
        let mut source = Self::default();
        source.add_file(Path::new(".env"));
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            let value = match value.into_string() {
                Ok(text) => Value::Text(unquoted(&text).to_owned()),
                Err(_) => Value::NotUtf8,
            };
            source.add(name, value, Origin::Environment);
        }
        source
    }

    /// These variables and no others, as if from the environment.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut source = Self::default();
        for (name, value) in pairs {
            source.add(name.to_owned(), Value::Text(unquoted(value).to_owned()), Origin::Environment);
        }
        source
    }

    /// The content of a `.env` file and nothing else.
    pub fn from_dotenv(text: &str) -> Self {
        let mut source = Self::default();
        let (variables, problems) = dotenv::parse(text);
        for (name, value) in variables {
            source.add(name, Value::Text(value), Origin::DotEnv);
        }
        source.problems = problems;
        source
    }

    pub(super) fn get(&self, name: &str) -> Option<&(Value, Origin)> {
        self.variables.get(name)
    }

    /// What is wrong with the `.env` file as a file.
    pub(super) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The names that the `.env` file sets, for telling the ones that nobody reads.
    pub(super) fn names_of_dotenv(&self) -> impl Iterator<Item = &str> {
        self.variables
            .iter()
            .filter(|(_, (_, origin))| *origin == Origin::DotEnv)
            .map(|(name, _)| name.as_str())
    }

    fn add_file(&mut self, path: &Path) {
        match std::fs::read_to_string(path) {
            Ok(text) => *self = Self::from_dotenv(&text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                self.problems.push(Problem::new(".env", error.to_string(), "a readable UTF-8 file"));
            }
        }
    }

    fn add(&mut self, name: String, value: Value, origin: Origin) {
        if value != Value::Text(String::new()) {
            self.variables.insert(name, (value, origin));
        }
    }
}

/// Some tools that set an environment from a file leave the quotes on, so they come off here too.
fn unquoted(text: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(text)
}
