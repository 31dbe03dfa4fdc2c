//! Replies below a comment ("secondary comments").

use super::{deleted, edited};
use crate::domain::comment::Reply;
use crate::domain::ids::{CommentId, DiaryId, ReplyId};
use crate::domain::notification::{Deed, Preview};
use crate::domain::text::CommentText;
use crate::notifications::News;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads all replies below a diary, newest first; none for one the caller may not see.
pub struct ListReplies(pub DiaryId);

/// Writes a reply below a comment of a visible diary, and tells the authors of both.
pub struct AddReply {
    /// Of which diary.
    pub diary: DiaryId,
    /// Below which comment.
    pub comment: CommentId,
    /// What.
    pub text: CommentText,
}

/// Changes a reply of the caller's own.
pub struct EditReply {
    /// Of which diary.
    pub diary: DiaryId,
    /// Which.
    pub reply: ReplyId,
    /// The new text.
    pub text: CommentText,
}

/// Removes a reply of the caller's own.
pub struct DeleteReply(pub ReplyId);

impl PersonCommand for ListReplies {
    type Reply = Vec<Reply>;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Vec<Reply>> {
        Ok(person.ports.comments.list_replies(self.0, Some(person.account.id)).await?)
    }
}

impl PersonCommand for AddReply {
    type Reply = ReplyId;
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<ReplyId> {
        let Self { diary, comment, text } = self;
        let (now, preview) = (person.ports.clock.now(), Preview::of(text.as_str()));
        let added = person.ports.comments.add_reply(person.account.id, diary, comment, text, now).await?;
        let added = added.ok_or(Refusal::CommentNotFound)?;
        let deed = Deed::Reply { comment, reply: added.id };
        News { diary, deed, preview: Some(preview), at: now }.tell(&person, added.notified);
        Ok(added.id)
    }
}

impl PersonCommand for EditReply {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let Self { diary, reply, text } = self;
        let now = person.ports.clock.now();
        edited(person.ports.comments.edit_reply(person.account.id, diary, reply, text, now).await?)
    }
}

impl PersonCommand for DeleteReply {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        deleted(person.ports.comments.delete_reply(person.account.id, self.0).await?)
    }
}
