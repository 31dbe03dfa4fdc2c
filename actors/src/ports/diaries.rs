//! Where diaries and likes are kept.

use async_trait::async_trait;
use chrono::NaiveDate;

use super::{Notified, PortResult};
use crate::domain::diary::{Diary, DiaryChange, DiaryDetail, DiaryPage, NewDiary};
use crate::domain::ids::{DiaryId, UserId};
use crate::domain::seoul::{Instant, SeoulMonth};

/// A half-open stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Inclusive.
    pub from: Instant,
    /// Exclusive.
    pub until: Instant,
}

/// The outcome of a like toggle.
#[derive(Debug, Clone, PartialEq)]
pub struct Toggled {
    /// Whether the person likes the diary now.
    pub liked: bool,
    /// The diary with its new count.
    pub diary: Diary,
    /// Its author, if they are told.
    pub notified: Option<Notified>,
}

/// The diaries. "Visible" means: own, or public and its author not leaving (D-B10, D-B20).
#[async_trait]
pub trait DiaryStore: Send + Sync {
    /// Commits the diary and its drawing in one transaction. `Conflict(DiaryOfDay)` for the second of a day.
    async fn publish(&self, new: NewDiary) -> PortResult<Diary>;

    /// The diary this person wrote for `date`.
    async fn find_of_day(&self, author: UserId, date: NaiveDate) -> PortResult<Option<DiaryId>>;

    /// A diary that `viewer` may see, with their like. `None` for missing and invisible alike.
    async fn find_visible(&self, diary: DiaryId, viewer: Option<UserId>) -> PortResult<Option<DiaryDetail>>;

    /// Adds one view, atomically, and says the new number; `None` when the diary is gone.
    async fn count_view(&self, diary: DiaryId) -> PortResult<Option<i64>>;

    /// All diaries of one person in a month in Seoul, oldest first.
    async fn list_month(&self, author: UserId, month: SeoulMonth) -> PortResult<Vec<Diary>>;

    /// One page of public diaries of people who are not leaving, newest first; `page` counts from 0.
    async fn list_public(&self, span: Span, page: u32) -> PortResult<DiaryPage>;

    /// One page of a person's own diaries, newest first; `page` counts from 0.
    async fn list_own(&self, author: UserId, span: Span, page: u32) -> PortResult<DiaryPage>;

    /// Changes a diary of its author. `None` when it is missing or someone else's.
    async fn edit(
        &self,
        author: UserId,
        diary: DiaryId,
        change: DiaryChange,
        now: Instant,
    ) -> PortResult<Option<Diary>>;

    /// Removes a diary of its author with all below it, and queues its drawing for removal. `false` when it is missing
    /// or someone else's.
    async fn delete(&self, author: UserId, diary: DiaryId, now: Instant) -> PortResult<bool>;

    /// Adds or takes back a like in one transaction with the count and the notification of the diary's author. `None` when
    /// the diary is not visible.
    async fn toggle_like(&self, user: UserId, diary: DiaryId, now: Instant) -> PortResult<Option<Toggled>>;
}
