use async_trait::async_trait;
use nine_cloud_actors::domain::comment::{Comment, Reply};
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, ReplyId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::{Added, CommentStore, OwnOutcome, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl CommentStore for SqlStore {
    async fn list(&self, diary: DiaryId, viewer: Option<UserId>) -> PortResult<Vec<Comment>> {
        read!(self, comments::list(diary, viewer))
    }

    async fn add(
        &self,
        author: UserId,
        diary: DiaryId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<Option<Added<CommentId>>> {
        change!(self, comments::add(author, diary, &text, now))
    }

    async fn edit(
        &self,
        author: UserId,
        comment: CommentId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<OwnOutcome> {
        change!(self, comments::edit(author, comment, &text, now))
    }

    async fn delete(&self, author: UserId, comment: CommentId) -> PortResult<OwnOutcome> {
        change!(self, comments::delete(author, comment))
    }

    async fn list_replies(&self, diary: DiaryId, viewer: Option<UserId>) -> PortResult<Vec<Reply>> {
        read!(self, replies::list(diary, viewer))
    }

    async fn add_reply(
        &self,
        author: UserId,
        diary: DiaryId,
        comment: CommentId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<Option<Added<ReplyId>>> {
        change!(self, replies::add(author, diary, comment, &text, now))
    }

    async fn edit_reply(
        &self,
        author: UserId,
        diary: DiaryId,
        reply: ReplyId,
        text: CommentText,
        now: Instant,
    ) -> PortResult<OwnOutcome> {
        change!(self, replies::edit(author, diary, reply, &text, now))
    }

    async fn delete_reply(&self, author: UserId, reply: ReplyId) -> PortResult<OwnOutcome> {
        change!(self, replies::delete(author, reply))
    }
}
