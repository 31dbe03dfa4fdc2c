//! Where comments and replies are kept.

use async_trait::async_trait;

use super::{Notified, PortResult};
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

/// A comment or reply that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Added<Id> {
    /// Its key.
    pub id: Id,
    /// Who is told of it.
    pub notified: Vec<Notified>,
}

/// The comments and replies. Visibility of the diary is checked inside each method (D-B20).
#[async_trait]
pub trait CommentStore: Send + Sync {
    /// Comments of a diary that `viewer` may see, newest first; empty for missing and invisible alike.
    async fn list(&self, diary: DiaryId, viewer: Option<UserId>) -> PortResult<Vec<Comment>>;

    /// Adds a comment, and the notification of the diary's author. `None` when the diary is not visible to the author of
    /// the comment.
    async fn add(
        &self,
        author: UserId,
        diary: DiaryId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<Option<Added<CommentId>>>;

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

    /// Adds a reply, and the notifications of the diary's author and, if they may see the diary, of the comment's. `None`
    /// when the diary is not visible to the author of the reply or has no such comment.
    async fn add_reply(
        &self,
        author: UserId,
        diary: DiaryId,
        comment: CommentId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<Option<Added<ReplyId>>>;

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
