//! Why a request was not done: the only error an actor answers with.
//!
//! Refusals travel in replies. What status and words they become is the transport's business; the one table for that
//! is `error_table` in the server crate.

use std::time::Duration;

use crate::kit::{AskError, note_failure};
use crate::ports::PortError;

/// Shorthand for every reply that can be refused.
pub type Outcome<T> = Result<T, Refusal>;

/// The closed list of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A field broke its rule.
    #[error("{field} is invalid")]
    Invalid {
        /// The key as the client sent it.
        field: &'static str,
        /// Korean, for a person.
        reason: &'static str,
    },
    /// An account with this address exists.
    #[error("the address is taken")]
    EmailTaken,
    /// The code mail could not be queued.
    #[error("the mail could not be queued")]
    MailFailed,
    /// No sign-up code is waiting for this address.
    #[error("no code is waiting")]
    CodeExpired,
    /// The sign-up code is another one.
    #[error("wrong code")]
    CodeWrong,
    /// Sign-in with an unknown address.
    #[error("no such address")]
    UnknownEmail,
    /// Sign-in with a wrong password, or to an account that has none.
    #[error("wrong password")]
    WrongPassword,
    /// The right password, but the account is to be removed. Only sign-in may answer this (contract invariant 4).
    #[error("the account is to be removed")]
    PendingSignOff,
    /// Asking about a removal without the grant that a sign-in gives.
    #[error("no grant to ask about the removal")]
    NoRecallGrant,
    /// No access token was sent.
    #[error("no access token")]
    TokenMissing,
    /// The first word was not `Bearer`.
    #[error("not a bearer token")]
    TokenTypeMismatch,
    /// The access token is not one of ours.
    #[error("bad access token")]
    TokenInvalid,
    /// Signed by us, but run out: 419, and nothing else may be (contract invariant 5).
    #[error("access token expired")]
    TokenExpired,
    /// The refresh token does not name a living session.
    #[error("bad refresh token")]
    RefreshInvalid,
    /// The session behind the token was ended.
    #[error("the session was ended")]
    SessionEnded,
    /// The person behind the token is gone.
    #[error("no such person")]
    UserGone,
    /// Only administrators may.
    #[error("not an administrator")]
    NotAdmin,
    /// People from a provider have no password to change.
    #[error("the account has no password")]
    NoPassword,
    /// Password change with a wrong present password.
    #[error("wrong present password")]
    PresentPasswordWrong,
    /// No such session of this person.
    #[error("no such session")]
    SessionNotFound,
    /// This sign-in provider is not set up on this server.
    #[error("provider not configured")]
    ProviderUnavailable,
    /// No code came back from the provider: the person went away from its page.
    #[error("cancelled at the provider")]
    ProviderCancelled,
    /// The provider does not take the code.
    #[error("refused by the provider")]
    ProviderRefused,
    /// The provider did not answer in time, or made no sense.
    #[error("the provider failed")]
    ProviderFailed,
    /// The provider told no address of somebody who has no account yet.
    #[error("no address from the provider")]
    ProviderEmailMissing,
    /// The address that the provider told belongs to an account that this identity may not have.
    #[error("the account is not this identity's")]
    ProviderNotLinked,
    /// Missing, or not visible to the caller.
    #[error("no such diary")]
    DiaryNotFound,
    /// Missing, or not the caller's to edit.
    #[error("no such diary to edit")]
    DiaryNotYoursToEdit,
    /// Missing, or not the caller's to delete.
    #[error("no such diary to delete")]
    DiaryNotYoursToDelete,
    /// Missing, or not visible to the caller, asked for by a like or a comment.
    #[error("no such diary to react to")]
    DiaryNotVisible,
    /// Missing, or not the caller's, asked for a solution.
    #[error("no such diary to advise on")]
    DiaryNotYoursToSolve,
    /// Nothing was said about the diary yet, or it is not the caller's.
    #[error("no solution")]
    SolutionNotFound,
    /// As many solutions as a person gets in a day.
    #[error("no solution left today")]
    SolutionsUsedUp {
        /// Until midnight in Seoul.
        retry_after: Duration,
    },
    /// The second diary of a day.
    #[error("a diary was written today")]
    AlreadyWrittenToday,
    /// Editing a comment or reply that does not exist.
    #[error("no such comment to edit")]
    CommentNotFoundToEdit,
    /// Deleting a comment or reply that does not exist, or replying to one.
    #[error("no such comment")]
    CommentNotFound,
    /// Editing someone else's comment or reply.
    #[error("not the caller's comment to edit")]
    CommentNotYoursToEdit,
    /// Deleting someone else's comment or reply.
    #[error("not the caller's comment to delete")]
    CommentNotYoursToDelete,
    /// The picture is of no format we read.
    #[error("unsupported image")]
    ImageUnsupported,
    /// The picture cannot be decoded.
    #[error("broken image")]
    ImageBroken,
    /// More than 10 MB.
    #[error("image too large")]
    ImageTooLarge,
    /// More than 25 megapixels.
    #[error("image of too many pixels")]
    ImageTooManyPixels,
    /// No such uploaded file.
    #[error("no such file")]
    FileNotFound,
    /// No chat room has this name, or its day is over.
    #[error("no such room")]
    NoSuchRoom,
    /// A cloud is read by those who wrote its diary that day.
    #[error("not the cloud of this person's day")]
    NotYourCloud,
    /// No chat message has this id, or it was taken back.
    #[error("no such message")]
    MessageNotFound,
    /// The chat room is open.
    #[error("the room is not closed")]
    RoomNotClosed,
    /// Nobody is kept out under this name or address.
    #[error("no such ban")]
    BanNotFound,
    /// Sign-in to an account that an administrator keeps out.
    #[error("the account is suspended")]
    Suspended,
    /// No account has this id.
    #[error("no such account")]
    AccountNotFound,
    /// An administrator may not keep themselves out.
    #[error("one's own account")]
    NotYourself,
    /// No scheduled job has this name.
    #[error("no such job")]
    JobNotFound,
    /// This node runs the job already.
    #[error("the job runs already")]
    JobRunning,
    /// The job was run and failed; the cause is in its report.
    #[error("the job failed")]
    JobFailed,
    /// No dead letter has this id.
    #[error("no such dead letter")]
    MailNotFound,
    /// A rate limit.
    #[error("too many requests")]
    TooMany {
        /// When to come back.
        retry_after: Duration,
    },
    /// A mailbox or queue is full; nothing was done.
    #[error("busy")]
    Busy,
    /// A backend is away; nothing was done.
    #[error("a backend is away")]
    Unavailable,
    /// A defect, whose cause was logged.
    #[error("internal error")]
    Internal,
}

/// Logs the cause here, once: above this point a failed port is only a refusal.
impl From<PortError> for Refusal {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Unavailable(cause) => {
                let cause = chain(&*cause);
                tracing::warn!(cause, "backend unavailable");
                note_failure(&cause);
                Self::Unavailable
            }
            PortError::Broken(cause) => {
                let cause = chain(&*cause);
                tracing::error!(cause, "backend failed");
                note_failure(&cause);
                Self::Internal
            }
            PortError::Orphaned => Self::UserGone,
            PortError::Conflict(key) => {
                tracing::error!(?key, "a conflict reached a caller that does not expect it");
                Self::Internal
            }
        }
    }
}

impl From<AskError> for Refusal {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Full => Self::Busy,
            AskError::Closed => Self::Unavailable,
            AskError::NoReply => Self::Internal,
        }
    }
}

/// An error with its causes in one line.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |e| e.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
