//! Comments below a diary.

use super::{deleted, edited};
use crate::domain::comment::Comment;
use crate::domain::ids::{CommentId, DiaryId};
use crate::domain::text::CommentText;
use crate::refusal::{Outcome, Refusal};
use crate::sessions::{Lane, Person, PersonCommand};

/// Reads the comments of a diary, newest first; none for one the caller may not see, because the client crashes on any
/// refusal here (contract invariant 10).
pub struct ListComments(pub DiaryId);

/// Writes a comment below a visible diary.
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
        let now = person.ports.clock.now();
        let added = person.ports.comments.add(person.account.id, self.diary, self.text, now).await?;
        added.ok_or(Refusal::DiaryNotVisible)
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
