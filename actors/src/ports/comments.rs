//! Where comments and replies are kept.

use async_trait::async_trait;

use super::PortResult;
use crate::domain::comment::{Comment, Reply};
use crate::domain::ids::{CommentId, DiaryId, ReplyId, UserId};
use crate::domain::seoul::Instant;
use crate::domain::text::CommentText;

/// The outcome of a change to something that only its author may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnOutcome {
    /// It is done.
    Done,
    /// There is no such thing.
    Missing,
    /// It is someone else's.
    NotYours,
}

/// The comments and replies. Visibility of the diary is checked inside each method (D-B20).
#[async_trait]
pub trait CommentStore: Send + Sync {
    /// Comments of a diary that `viewer` may see, newest first; empty for missing and invisible alike.
    async fn list(&self, diary: DiaryId, viewer: Option<UserId>) -> PortResult<Vec<Comment>>;

    /// Adds a comment. `None` when the diary is not visible to the author.
    async fn add(
        &self,
        author: UserId,
        diary: DiaryId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<Option<CommentId>>;

    /// Changes a comment and marks it edited.
    async fn edit(
        &self,
        author: UserId,
        comment: CommentId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<OwnOutcome>;

    /// Removes a comment with its replies.
    async fn delete(&self, author: UserId, comment: CommentId) -> PortResult<OwnOutcome>;

    /// Replies of a diary that `viewer` may see, newest first; empty for missing and invisible alike.
    async fn list_replies(&self, diary: DiaryId, viewer: Option<UserId>) -> PortResult<Vec<Reply>>;

    /// Adds a reply. `None` when the diary is not visible to the author or has no such comment.
    async fn add_reply(
        &self,
        author: UserId,
        diary: DiaryId,
        comment: CommentId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<Option<ReplyId>>;

    /// Changes a reply of this diary.
    async fn edit_reply(
        &self,
        author: UserId,
        diary: DiaryId,
        reply: ReplyId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<OwnOutcome>;

    /// Removes a reply.
    async fn delete_reply(&self, author: UserId, reply: ReplyId) -> PortResult<OwnOutcome>;
}
