//! Sessions: one per sign-in, many per person (D-B5).

use super::account::Account;
use super::ids::UserId;
use super::seoul::Instant;

/// Names a session in tokens and URLs; 128 random bits in hex. Not a secret by itself: it must be signed to count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SessionId(String);

impl SessionId {
    /// A fresh id out of 16 random bytes.
    pub fn new(random: [u8; 16]) -> Self {
        Self(format!("{:032x}", u128::from_be_bytes(random)))
    }

    /// `None` unless the text has the exact form of an id.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        is_hex.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A session as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// Whose.
    pub user: UserId,
    /// The `User-Agent` of the sign-in, at most 191 characters, for its owner to recognise it.
    pub device: Option<String>,
    /// The sign-in.
    pub created_at: Instant,
    /// Last access token taken.
    pub last_used_at: Instant,
    /// When its refresh token runs out.
    pub expires_at: Instant,
}

/// What a session row says when it is looked at.
#[derive(Debug, Clone)]
pub enum SessionState {
    /// It lives, and so does its person.
    Live(Account),
    /// It was ended or ran out.
    Ended,
    /// The person's row is gone.
    NoSuchUser,
}
