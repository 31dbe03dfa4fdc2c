//! Who a sign-in provider says that somebody is.

use super::account::AccountKind;
use super::email::Email;

/// A service that people may sign in through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provider {
    /// Kakao.
    Kakao,
    /// Google.
    Google,
    /// Naver.
    Naver,
}

impl Provider {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Kakao, Self::Google, Self::Naver];

    /// What accounts are that were made through it.
    pub fn kind(self) -> AccountKind {
        match self {
            Self::Kakao => AccountKind::Kakao,
            Self::Google => AccountKind::Google,
            Self::Naver => AccountKind::Naver,
        }
    }

    /// `K`, `G` or `N`: as `userType` of the contract says it.
    pub fn as_wire(self) -> &'static str {
        self.kind().as_wire()
    }
}

/// What a provider calls a person: never given to another, and the same whatever becomes of their address.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Subject(String);

impl Subject {
    /// Bytes; the providers' own have 10 to 64.
    const MAX_BYTES: usize = 191;

    /// `None` unless the text is visible ASCII: what is compared as a key must have one spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (1..=Self::MAX_BYTES).contains(&text.len());
        (fits && text.bytes().all(|byte| byte.is_ascii_graphic())).then(|| Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// It leads to a person at the provider, so it stays out of logs.
impl std::fmt::Debug for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[subject]")
    }
}

/// Somebody at a provider: what an account is bound to, in place of an address (D-B1, D-B2).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Where.
    pub provider: Provider,
    /// Who.
    pub subject: Subject,
}

/// What a provider tells of a person; all but the subject is theirs to hold back.
#[derive(Clone)]
pub struct Profile {
    /// Who they are there.
    pub subject: Subject,
    /// Their address, unless the provider says that it is not theirs any more.
    pub email: Option<Email>,
    /// The provider says that mail to this address reaches them. Naver never does.
    pub is_email_verified: bool,
    /// What they are called there, as it stands.
    pub nickname: Option<String>,
    /// The address of their picture, as it stands.
    pub picture: Option<String>,
}

/// Neither a name nor an address gets into a log.
impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[profile]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_has_one_spelling() {
        for good in ["1", "3141592653", "aB-_9xYz", &"x".repeat(191)] {
            assert_eq!(Subject::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", " ", "1 ", " 1", "a b", "a\n", "a\0", "민아", &"x".repeat(192)] {
            assert!(Subject::parse(bad).is_none(), "{bad:?}");
        }
    }
}
