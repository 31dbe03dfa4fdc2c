//! Arguments on their way out.

use std::fmt::Write as _;

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::RawValue;

/// Arguments of an event or an acknowledgement: JSON already written, with its attachments. Written once, they may be
/// sent to many.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Args {
    pub(super) json: String,
    pub(super) attachments: Vec<Bytes>,
}

impl Args {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// One argument. Fails only for values that JSON cannot hold, such as a map with keys that are no strings.
    pub fn of(value: &impl Serialize) -> Result<Self, serde_json::Error> {
        Self::new().and(value)
    }

    /// Arguments that are JSON already: values separated by commas. What is no JSON reaches the client as it is.
    pub fn json(values: &str) -> Self {
        Self { json: values.to_owned(), attachments: Vec::new() }
    }

    /// The arguments a client sent, as they came.
    pub fn same(values: &[&RawValue], attachments: &[Bytes]) -> Self {
        let mut args = Self { json: String::new(), attachments: attachments.to_vec() };
        for value in values {
            args.separate();
            args.json.push_str(value.get());
        }
        args
    }

    /// One argument more.
    pub fn and(mut self, value: &impl Serialize) -> Result<Self, serde_json::Error> {
        self.separate();
        self.json.push_str(&serde_json::to_string(value)?);
        Ok(self)
    }

    /// One binary argument more.
    #[must_use]
    pub fn and_binary(mut self, data: Bytes) -> Self {
        self.separate();
        push_placeholder(&mut self.json, self.attachments.len());
        self.attachments.push(data);
        self
    }

    fn separate(&mut self) {
        if !self.json.is_empty() {
            self.json.push(',');
        }
    }
}

pub(super) fn push_placeholder(json: &mut String, number: usize) {
    // Writing to a string cannot fail.
    let _ = write!(json, r#"{{"_placeholder":true,"num":{number}}}"#);
}
