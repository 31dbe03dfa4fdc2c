//! An answer, read to its end.

use std::fmt;

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde_json::Value;

/// Shown, it is what tests take snapshots of: the status, and the body with its random keys hidden.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
    /// `null` when the body is not JSON.
    pub(crate) json: Value,
}

impl Answer {
    pub(super) fn new(status: u16, headers: HeaderMap, bytes: Bytes) -> Self {
        let json = serde_json::from_slice(&bytes).unwrap_or_default();
        Self { status, headers, bytes, json }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The top-level `data`.
    pub(crate) fn data(&self) -> &Value {
        &self.json["data"]
    }

    /// The `data` of a list.
    pub(crate) fn list(&self) -> &[Value] {
        self.data().as_array().unwrap()
    }

    pub(crate) fn message(&self) -> &str {
        self.json["message"].as_str().unwrap_or_default()
    }

    /// Status and code of a refusal.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.json["code"].as_str().unwrap_or_default())
    }

    /// The same answer, if its status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    fn text(&self) -> String {
        if self.json.is_null() {
            return String::from_utf8_lossy(&self.bytes).into_owned();
        }
        serde_json::to_string_pretty(&self.json).unwrap()
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, hide_keys(&self.text()))
    }
}

/// Puts `[key]` in place of each word of exactly 32 lower-case hexadecimal digits; anything else would be a key of
/// another form, and stays to be seen.
fn hide_keys(text: &str) -> String {
    let is_key =
        |word: &str| word.len() == 32 && word.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    text.split_inclusive(|c: char| !c.is_ascii_alphanumeric())
        .map(|piece| {
            let word = piece.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            if is_key(word) { piece.replace(word, "[key]") } else { piece.to_owned() }
        })
        .collect()
}
