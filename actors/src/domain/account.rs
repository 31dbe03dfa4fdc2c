//! People.

use super::email::Email;
use super::file::Image;
use super::ids::UserId;
use super::secret::Secret;
use super::seoul::Instant;

/// How a person signs in: `userType` of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// Mail address and password.
    Common,
    /// Kakao.
    Kakao,
    /// Google.
    Google,
    /// Naver.
    Naver,
}

impl AccountKind {
    /// `Common`, `K`, `G` or `N`.
    pub fn as_wire(self) -> &'static str {
        match self {
            Self::Common => "Common",
            Self::Kakao => "K",
            Self::Google => "G",
            Self::Naver => "N",
        }
    }

    /// Reads the stored word; unknown words are `None`.
    pub fn from_wire(word: &str) -> Option<Self> {
        [Self::Common, Self::Kakao, Self::Google, Self::Naver].into_iter().find(|kind| kind.as_wire() == word)
    }
}

/// A person as every part of the service but sign-in sees them: without the password hash (D-B25).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Key of the contract.
    pub id: UserId,
    /// As typed at sign-up.
    pub email: Email,
    /// Shown beside comments.
    pub username: String,
    /// `None` renders the default picture's address.
    pub profile_image: Option<Image>,
    /// How they sign in.
    pub kind: AccountKind,
    /// May see `/admin`.
    pub is_admin: bool,
    /// Kept out by an administrator.
    pub is_suspended: bool,
    /// When the account is removed for good, if its owner asked for it.
    pub purge_at: Option<Instant>,
}

/// What sign-in needs of a person.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The person.
    pub account: Account,
    /// Argon2id or, from the previous service, bcrypt; `None` for people who come from a provider.
    pub password_hash: Option<Secret>,
}

/// A person to be.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Unique, case-insensitively.
    pub email: Email,
    /// Checked or made to fit before.
    pub username: String,
    /// Hash of the password; `None` for people who come from a provider.
    pub password_hash: Option<Secret>,
    /// Picture from the provider.
    pub profile_image: Option<Image>,
    /// How they sign in.
    pub kind: AccountKind,
    /// Now.
    pub created_at: Instant,
}
