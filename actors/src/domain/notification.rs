//! What a person is told of: what others did with their diary, or below their comment.

use super::comment::Author;
use super::ids::{CommentId, DiaryId, NotificationId, ReplyId, UserId};
use super::seoul::Instant;

/// What somebody did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Liked the diary.
    Like,
    /// Commented on it.
    Comment(CommentId),
    /// Replied to a comment below it.
    Reply {
        /// To which.
        comment: CommentId,
        /// With what.
        reply: ReplyId,
    },
}

impl Deed {
    /// `like`, `comment` or `reply`.
    pub fn as_wire(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Comment(_) => "comment",
            Self::Reply { .. } => "reply",
        }
    }
}

/// One deed, told to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Later ones have higher ids.
    pub id: NotificationId,
    /// Who is told; never the actor.
    pub recipient: UserId,
    /// Who did it.
    pub actor: Author,
    /// To which diary, or below it. The recipient may see it.
    pub diary: DiaryId,
    /// What.
    pub deed: Deed,
    /// How the comment or reply begins, as it is now; `None` for likes, and while the diary is private.
    pub preview: Option<Preview>,
    /// True instant of the deed.
    pub created_at: Instant,
    /// When the recipient said that they read it.
    pub read_at: Option<Instant>,
}

/// A page of somebody's notifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationPage {
    /// Newest first.
    pub notifications: Vec<Notification>,
    /// How many are unread, on all pages together.
    pub unread: i64,
    /// Older ones follow after this one; `None` on the last page.
    pub next: Option<NotificationId>,
}

/// Notifications per page, unless asked otherwise.
pub const PAGE_SIZE: u16 = 20;

/// The beginning of a comment or reply.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview(String);

impl Preview {
    /// Unicode scalar values that are kept.
    pub const MAX_CHARS: usize = 40;

    /// Cuts without a mark: the comment itself is a click away.
    pub fn of(text: &str) -> Self {
        Self(text.chars().take(Self::MAX_CHARS).collect())
    }

    /// The words.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What people wrote stays out of logs.
impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[preview]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_is_forty_characters_whatever_they_take() {
        let long = "구름😀".repeat(30);
        let preview = Preview::of(&long);
        assert_eq!(preview.as_str().chars().count(), 40);
        assert!(long.starts_with(preview.as_str()));
        assert_eq!(Preview::of("짧아요").as_str(), "짧아요");
        assert_eq!(format!("{preview:?}"), "[preview]");
    }
}
