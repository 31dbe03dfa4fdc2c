//! Comments below diaries and replies below comments.

use super::file::Image;
use super::ids::{CommentId, DiaryId, ReplyId, UserId};
use super::seoul::Instant;

/// Who wrote a comment, as its readers see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The person.
    pub id: UserId,
    /// Their name now.
    pub username: String,
    /// Their picture now; `None` renders the default.
    pub profile_image: Option<Image>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Key of the contract.
    pub id: CommentId,
    /// Below which diary.
    pub diary: DiaryId,
    /// By whom.
    pub author: Author,
    /// Plain text as typed.
    pub content: String,
    /// Whether its author changed it.
    pub is_edited: bool,
    /// True instant.
    pub created_at: Instant,
    /// True instant.
    pub updated_at: Instant,
}

/// A reply ("secondary comment").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Key of the contract.
    pub id: ReplyId,
    /// Below which comment.
    pub comment: CommentId,
    /// Of which diary.
    pub diary: DiaryId,
    /// By whom.
    pub author: Author,
    /// Plain text as typed.
    pub content: String,
    /// True instant.
    pub created_at: Instant,
    /// True instant.
    pub updated_at: Instant,
}
