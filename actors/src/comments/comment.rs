//! Comments below a diary.

use super::{deleted, edited};
use crate::domain::comment::Comment;
use crate::domain::ids::{CommentId, DiaryId};
use crate::domain::notification::{Deed, Preview};
use crate::domain::text::CommentText;
use crate::notifications::News;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads the comments of a diary, newest first; none for one the caller may not see, because the client crashes on any
/// refusal here (contract invariant 10).
pub struct ListComments(pub DiaryId);

/// Writes a comment below a visible diary, and tells its author.
pub struct AddComment {
    /// Below which.
    pub diary: DiaryId,
    /// What.
    pub text: CommentText,
}

/// Changes a comment of the caller's own.
pub struct EditComment {
    /// Which.
    pub comment: CommentId,
    /// The new text.
    pub text: CommentText,
}

/// Removes a comment of the caller's own with its replies.
pub struct DeleteComment(pub CommentId);

impl PersonCommand for ListComments {
    type Reply = Vec<Comment>;
    const LANE: Lane = Lane::Read;

    async fn run(self, person: Person) -> Outcome<Vec<Comment>> {
        Ok(person.ports.comments.list(self.0, Some(person.account.id)).await?)
    }
}

impl PersonCommand for AddComment {
    type Reply = CommentId;
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<CommentId> {
        let Self { diary, text } = self;
        let (now, preview) = (person.ports.clock.now(), Preview::of(text.as_str()));
        let added = person.ports.comments.add(person.account.id, diary, text, now).await?;
        let added = added.ok_or(Refusal::DiaryNotVisible)?;
        let news = News { diary, deed: Deed::Comment(added.id), preview: Some(preview), at: now };
        news.tell(&person, added.notified);
        Ok(added.id)
    }
}

impl PersonCommand for EditComment {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        let now = person.ports.clock.now();
        edited(person.ports.comments.edit(person.account.id, self.comment, self.text, now).await?)
    }
}

impl PersonCommand for DeleteComment {
    type Reply = ();
    const LANE: Lane = Lane::Write;

    async fn run(self, person: Person) -> Outcome<()> {
        deleted(person.ports.comments.delete(person.account.id, self.0).await?)
    }
}
