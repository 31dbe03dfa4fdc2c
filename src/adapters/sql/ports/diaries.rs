use async_trait::async_trait;
use chrono::NaiveDate;
use nine_cloud_actors::domain::diary::{Diary, DiaryChange, DiaryDetail, DiaryPage, NewDiary};
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::{Instant, SeoulMonth};
use nine_cloud_actors::ports::{DiaryStore, PortResult, Span, Toggled};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl DiaryStore for SqlStore {
    async fn publish(&self, new: NewDiary) -> PortResult<Diary> {
        change!(self, diaries::publish(&new))
    }

    async fn find_of_day(&self, author: UserId, date: NaiveDate) -> PortResult<Option<DiaryId>> {
        read!(self, diaries::find_of_day(author, date))
    }

    async fn find_visible(&self, diary: DiaryId, viewer: Option<UserId>) -> PortResult<Option<DiaryDetail>> {
        read!(self, diaries::find_visible(diary, viewer))
    }

    async fn count_view(&self, diary: DiaryId) -> PortResult<Option<i64>> {
        change!(self, diaries::count_view(diary))
    }

    async fn list_month(&self, author: UserId, month: SeoulMonth) -> PortResult<Vec<Diary>> {
        read!(self, diaries::list_month(author, month))
    }

    async fn list_public(&self, span: Span, page: u32) -> PortResult<DiaryPage> {
        read!(self, diaries::list_public(span, page))
    }

    async fn list_own(&self, author: UserId, span: Span, page: u32) -> PortResult<DiaryPage> {
        read!(self, diaries::list_own(author, span, page))
    }

    async fn edit(
        &self,
        author: UserId,
        diary: DiaryId,
        change: DiaryChange,
        now: Instant,
    ) -> PortResult<Option<Diary>> {
        change!(self, diaries::edit(author, diary, &change, now))
    }

    async fn delete(&self, author: UserId, diary: DiaryId, now: Instant) -> PortResult<bool> {
        change!(self, diaries::delete(author, diary, now))
    }

    async fn toggle_like(&self, user: UserId, diary: DiaryId, now: Instant) -> PortResult<Option<Toggled>> {
        change!(self, likes::toggle(user, diary, now))
    }
}
