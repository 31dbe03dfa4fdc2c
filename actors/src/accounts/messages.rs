//! What the HTTP handlers may ask of [`super::Accounts`]. Each is answered once; none depends on another's order.

use std::net::IpAddr;

use actix::Message;

use crate::domain::account::Account;
use crate::domain::email::Email;
use crate::domain::file::Image;
use crate::domain::identity::Provider;
use crate::domain::password::NewPassword;
use crate::domain::secret::Secret;
use crate::domain::text::Username;
use crate::refusal::Outcome;

/// Sends a code to an address that has no account yet. Answered when the mail is durably queued.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<()>")]
pub struct RequestSignUp {
    /// Where the code goes.
    pub email: Email,
    /// Who asks, for the limits.
    pub client: IpAddr,
}

/// Makes an account for whoever holds the code.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<Account>")]
pub struct CompleteSignUp {
    /// The address the code went to.
    pub email: Email,
    /// As typed; blanks around it and its case do not matter.
    pub code: Secret,
    /// The new password.
    pub password: NewPassword,
    /// The new name.
    pub username: Username,
    /// Who asks, for the limits.
    pub client: IpAddr,
}

/// Opens a session with address and password.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<SignedIn>")]
pub struct SignIn {
    /// As typed; what is no address is an unknown one.
    pub email: Option<Email>,
    /// As typed; compared, never checked for its pattern.
    pub password: Secret,
    /// Who asks, for the limits.
    pub client: IpAddr,
    /// `User-Agent`, for the list of sessions.
    pub device: Option<String>,
}

/// Opens a session with the code that a provider gave the browser; makes an account for whoever has none, and takes the
/// removal of one back.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<ProviderSignIn>")]
pub struct SignInWithProvider {
    /// Which provider.
    pub provider: Provider,
    /// Its code; `None` when the person cancelled.
    pub code: Option<Secret>,
    /// What the browser says it was sent with, whatever it is (D-B15).
    pub state: Option<String>,
    /// Who asks, for the limits.
    pub client: IpAddr,
    /// `User-Agent`, for the list of sessions.
    pub device: Option<String>,
}

/// Takes a new access token for a session. May run many times at once; the refresh token stays as it is.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<String>")]
pub struct RefreshAccess {
    /// The `Refreshtoken` header, if it was sent.
    pub token: Option<Secret>,
}

/// Takes the removal of an account back, right after a sign-in that was refused because of it.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<()>")]
pub struct CancelSignOff {
    /// Whose.
    pub email: Email,
}

/// Asks when an account will be removed, right after a sign-in that was refused because of it.
#[derive(Debug, Message)]
#[rtype(result = "Outcome<TimeLeft>")]
pub struct GetSignOff {
    /// Whose.
    pub email: Email,
}

/// Whole days, and the whole hours beside them, until an account is removed; never negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLeft {
    /// 0–15.
    pub days: i64,
    /// 0–23.
    pub hours: i64,
}

/// An open session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Of the `Authorization` header, with its `Bearer `.
    pub access: String,
    /// Of the `Refreshtoken` header, bare.
    pub refresh: String,
    /// The name to greet.
    pub username: String,
    /// Their picture.
    pub profile_image: Option<Image>,
}

/// An open session of somebody who came from a provider.
#[derive(Debug, Clone)]
pub struct ProviderSignIn {
    /// The session.
    pub signed_in: SignedIn,
    /// The account was made for it.
    pub is_new: bool,
}
