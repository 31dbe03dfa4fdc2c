//! Use cases around comments and replies of a signed-in person.

mod comment;
mod reply;

pub use comment::{AddComment, DeleteComment, EditComment, ListComments};
pub use reply::{AddReply, DeleteReply, EditReply, ListReplies};

use crate::ports::OwnOutcome;
use crate::refusal::{Outcome, Refusal};

fn edited(outcome: OwnOutcome) -> Outcome<()> {
    match outcome {
        OwnOutcome::Done => Ok(()),
        OwnOutcome::Missing => Err(Refusal::CommentNotFoundToEdit),
        OwnOutcome::NotYours => Err(Refusal::CommentNotYoursToEdit),
    }
}

fn deleted(outcome: OwnOutcome) -> Outcome<()> {
    match outcome {
        OwnOutcome::Done => Ok(()),
        OwnOutcome::Missing => Err(Refusal::CommentNotFound),
        OwnOutcome::NotYours => Err(Refusal::CommentNotYoursToDelete),
    }
}
