//! Diaries: one a day and person.

use chrono::NaiveDate;

use super::emotion::{Emotion, Level, Weather};
use super::file::{Image, NewFile};
use super::html::DiaryHtml;
use super::ids::{DiaryId, LikeId, UserId};
use super::seoul::Instant;

/// A diary as stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Diary {
    /// Key of the contract.
    pub id: DiaryId,
    /// Who wrote it.
    pub author: UserId,
    /// The day in Seoul it is of. The store keeps one diary per author and day, beside those of the previous service
    /// that were written when there was one already.
    pub date: NaiveDate,
    /// 1.0–5.0.
    pub emotion: Emotion,
    /// The drawing.
    pub image: Option<Image>,
    /// Sanitised HTML.
    pub content: DiaryHtml,
    /// Whether the community sees it.
    pub is_public: bool,
    /// Counted views of others.
    pub view_count: i64,
    /// Always the number of likes.
    pub like_count: i64,
    /// The fortune sentence drawn that day.
    pub sentence: Option<String>,
    /// Weather of the day.
    pub weather: Weather,
    /// First mood slider.
    pub temperature: Option<Level>,
    /// Second mood slider.
    pub humid: Option<Level>,
    /// Sleep slider.
    pub sleep: Option<Level>,
    /// The true instant.
    pub created_at: Instant,
    /// The true instant of the last edit by its author; views and likes do not move it (D-C5).
    pub updated_at: Instant,
}

/// A diary to be written.
#[derive(Debug, Clone)]
pub struct NewDiary {
    /// Who writes.
    pub author: UserId,
    /// The day in Seoul of `created_at`.
    pub date: NaiveDate,
    /// 1.0–5.0.
    pub emotion: Emotion,
    /// The re-encoded drawing; committed with the row (contract §0.1).
    pub drawing: Option<NewFile>,
    /// Sanitised HTML.
    pub content: DiaryHtml,
    /// Whether the community sees it.
    pub is_public: bool,
    /// The fortune sentence.
    pub sentence: Option<String>,
    /// Weather of the day.
    pub weather: Weather,
    /// First mood slider.
    pub temperature: Option<Level>,
    /// Second mood slider.
    pub humid: Option<Level>,
    /// Sleep slider.
    pub sleep: Option<Level>,
    /// Now.
    pub created_at: Instant,
}

/// An edit by the author.
#[derive(Debug, Clone)]
pub struct DiaryChange {
    /// `None` leaves the text as it is.
    pub content: Option<DiaryHtml>,
    /// Always set: the client leaves the key out to say "private" (contract invariant 13).
    pub is_public: bool,
}

/// A like of the viewer's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    /// Key of the contract.
    pub id: LikeId,
    /// Who liked.
    pub user: UserId,
    /// What.
    pub diary: DiaryId,
    /// When.
    pub created_at: Instant,
}

/// A diary with what its viewer did to it.
#[derive(Debug, Clone, PartialEq)]
pub struct DiaryDetail {
    /// The diary.
    pub diary: Diary,
    /// The viewer's like, if any.
    pub like: Option<Like>,
}

/// A page of a feed, newest first, and whether it is known to be the last.
#[derive(Debug, Clone, PartialEq)]
pub struct DiaryPage {
    /// At most ten.
    pub diaries: Vec<Diary>,
    /// No diary stands behind this page.
    pub is_last: bool,
}

/// Pages of a feed that are read; behind them it is empty. A page costs as much as all before it, and nobody scrolls
/// through a hundred thousand diaries.
pub const MAX_PAGES: u32 = 10_000;

impl DiaryPage {
    /// The page behind the last one.
    pub fn beyond_the_end() -> Self {
        Self { diaries: Vec::new(), is_last: true }
    }
}

/// Diaries per page of either feed (contract §1.13).
pub const PAGE_SIZE: usize = 10;
