//! Filling an empty database with what the previous service held: not a port, because no actor takes part.
//!
//! A run names itself in the one row of `adoptions`, and each of its transactions begins by touching that row. So a
//! second run stops the first instead of mixing with it, and a database that a killed run left half full is known.

use nine_cloud_actors::domain::account::AccountKind;
use nine_cloud_actors::domain::diary::{Diary, Like};
use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::PortResult;

use super::SqlStore;
use super::database::change;

/// A person as the previous service knew them.
#[derive(Debug)]
pub struct AdoptedPerson {
    /// Kept.
    pub id: i64,
    /// Unique in this database, without case.
    pub email: Email,
    /// Shown beside comments.
    pub username: String,
    /// bcrypt; `None` for people who come from a provider.
    pub password_hash: Option<Secret>,
    /// `None` renders the default picture's address.
    pub profile_image: Option<Image>,
    /// How they sign in.
    pub kind: AccountKind,
    /// When the account is to be removed, if its owner asked for it.
    pub purge_at: Option<Instant>,
    /// When they signed up.
    pub created_at: Instant,
    /// When they last changed something.
    pub updated_at: Instant,
}

/// A diary as the previous service knew it.
#[derive(Debug)]
pub struct AdoptedDiary {
    /// The diary, its counts right.
    pub diary: Diary,
    /// It is the one that the calendar shows; `false` for a further one of the same day.
    pub is_of_its_day: bool,
    /// Its author is about to leave.
    pub author_leaving: bool,
}

/// A comment as the previous service knew it.
#[derive(Debug)]
pub struct AdoptedComment {
    /// Kept.
    pub id: i64,
    /// An adopted diary.
    pub diary: i64,
    /// An adopted person.
    pub author: i64,
    /// As typed.
    pub content: String,
    /// Its author changed it.
    pub is_edited: bool,
    /// When it was written.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// A reply as the previous service knew it.
#[derive(Debug)]
pub struct AdoptedReply {
    /// Kept.
    pub id: i64,
    /// An adopted comment.
    pub comment: i64,
    /// The diary of the comment.
    pub diary: i64,
    /// An adopted person.
    pub author: i64,
    /// As typed.
    pub content: String,
    /// When it was written.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

/// Rows of one table that go into one transaction.
#[derive(Debug)]
pub enum AdoptedRows {
    /// Before everything else.
    People(Vec<AdoptedPerson>),
    /// After their authors.
    Diaries(Vec<AdoptedDiary>),
    /// After their diaries.
    Likes(Vec<Like>),
    /// After their diaries.
    Comments(Vec<AdoptedComment>),
    /// After their comments.
    Replies(Vec<AdoptedReply>),
}

/// Whether a run may begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beginning {
    /// The database is empty.
    Fresh,
    /// A run has begun and not ended; what it left has to be [cleared](SqlStore::clear_adopted) first.
    AfterUnfinishedRun,
    /// People live here already, and not from an unfinished run: nothing was changed.
    NotEmpty,
}

/// Rows that the database holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AdoptedCounts {
    /// `accounts`
    pub people: u64,
    /// `diary_entries`
    pub diaries: u64,
    /// `diary_likes`
    pub likes: u64,
    /// `diary_comments`
    pub comments: u64,
    /// `comment_replies`
    pub replies: u64,
}

impl SqlStore {
    /// Takes hold of the database for `run`, away from an unfinished run if there is one.
    pub async fn begin_adoption(&self, run: &str, now: Instant) -> PortResult<Beginning> {
        let run = run.to_owned();
        change!(self, adoption::begin(&run, now))
    }

    /// Removes some of what an unfinished run has left. `Some(0)`: nothing is left; `None`: another run has taken over.
    pub async fn clear_adopted(&self, run: &str) -> PortResult<Option<usize>> {
        let run = run.to_owned();
        change!(self, adoption::clear(&run))
    }

    /// Puts the rows in, all or none; `false`: another run has taken over.
    pub async fn adopt(&self, run: &str, rows: AdoptedRows) -> PortResult<bool> {
        let run = run.to_owned();
        change!(self, adoption::insert(&run, &rows))
    }

    /// Declares the database whole, and opens it to servers, if it holds what is expected and no more; else says what
    /// it holds. `None`: another run has taken over.
    pub async fn finish_adoption(
        &self,
        run: &str,
        expected: AdoptedCounts,
        now: Instant,
    ) -> PortResult<Option<AdoptedCounts>> {
        let run = run.to_owned();
        change!(self, adoption::finish(&run, expected, now))
    }
}
