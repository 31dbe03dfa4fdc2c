//! Newtypes around the integer keys of the contract, so that a diary's id cannot be passed where a person's is meant.

use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id! {
    /// A person: `userId` of the contract.
    UserId,
    /// `diaryId` of the contract.
    DiaryId,
    /// `commentId` of the contract.
    CommentId,
    /// `secondaryCommentId` of the contract: a reply below a comment.
    ReplyId,
    /// `diarylikeId` of the contract.
    LikeId,
    /// A mail in the outgoing queue.
    MailId,
    /// A notification.
    NotificationId,
    /// What an administrator did.
    DeedId,
}
