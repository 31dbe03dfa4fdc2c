//! What people type into the chat.

use std::fmt;

/// A chat message: 1–500 UTF-16 units after trimming, kept as typed. Blanks around it may be as many again.
#[derive(Clone, PartialEq, Eq)]
pub struct ChatText(String);

impl ChatText {
    /// Longest text in UTF-16 units, blanks around it not counted.
    pub const MAX_UNITS: usize = 500;

    /// `None` when blank or too long.
    pub fn parse(text: &str) -> Option<Self> {
        // Bytes are never fewer than units: what is far too long is not counted through.
        let is_near = text.len() <= 6 * Self::MAX_UNITS;
        let fits = is_near && (1..=Self::MAX_UNITS).contains(&text.trim().encode_utf16().count());
        (fits && text.encode_utf16().count() <= 2 * Self::MAX_UNITS && !text.contains('\0'))
            .then(|| Self(text.to_owned()))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What people wrote stays out of logs.
impl fmt::Debug for ChatText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[chat]")
    }
}

/// What a client calls its own message, so that sending it again does not say it twice: 1–64 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ClientId(String);

impl ClientId {
    /// `None` unless 1–64 characters without control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }

    /// As the client wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name that the existing client logs in with, `"<adjective> <noun>. <uuid>"`: 1–100 characters, not blank
/// (contract §3.4). The part before the first dot is what people see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginName(String);

/// Names by which the old page knows messages that are no person's.
const RESERVED: &str = "system";

impl LoginName {
    /// Longest name in characters.
    pub const MAX_CHARS: usize = 100;

    /// `None` when blank, too long, or with control characters.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() <= 4 * Self::MAX_CHARS && text.chars().count() <= Self::MAX_CHARS;
        (fits && !text.trim().is_empty() && !text.chars().any(char::is_control))
            .then(|| Self(text.to_owned()))
    }

    /// The whole name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What people see.
    pub fn shown(&self) -> &str {
        self.0.split('.').next().unwrap_or_default().trim()
    }

    /// Whether people would take it for the server (D-F3).
    pub fn is_reserved(&self) -> bool {
        self.shown().is_empty() || self.shown().to_lowercase() == RESERVED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_1_to_500_units_and_kept_as_typed() {
        assert_eq!(ChatText::parse(" <b>안녕</b>\n").unwrap().as_str(), " <b>안녕</b>\n");
        assert!(ChatText::parse(&"가".repeat(500)).is_some());
        assert!(ChatText::parse(&format!("  {}  ", "가".repeat(500))).is_some());
        for bad in ["", " \n", &"가".repeat(501), &"😀".repeat(251), &" ".repeat(2000), "a\0"] {
            assert!(ChatText::parse(bad).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn nobody_is_called_system() {
        for name in ["system", " SyStem . 1", "system.uuid", " . uuid"] {
            assert!(LoginName::parse(name).unwrap().is_reserved(), "{name}");
        }
        let name = LoginName::parse("행복한 구름. 1111-2222").unwrap();
        assert!(!name.is_reserved());
        assert_eq!(name.shown(), "행복한 구름");
        for bad in ["", "  ", "a\nb", &"가".repeat(101)] {
            assert!(LoginName::parse(bad).is_none(), "{bad:?}");
        }
    }
}
