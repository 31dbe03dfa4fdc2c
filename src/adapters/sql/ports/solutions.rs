use async_trait::async_trait;
use chrono::NaiveDate;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::solution::Answer;
use nine_cloud_actors::ports::{PortResult, SolutionStore};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::{change, read};

#[async_trait]
impl SolutionStore for SqlStore {
    async fn take_turn(&self, person: UserId, today: NaiveDate, limit: u16) -> PortResult<Option<u16>> {
        change!(self, solutions::take_turn(person, today, limit))
    }

    async fn keep(&self, diary: DiaryId, answer: Answer) -> PortResult<bool> {
        change!(self, solutions::keep(diary, &answer))
    }

    async fn latest(&self, author: UserId, diary: DiaryId) -> PortResult<Option<Answer>> {
        read!(self, solutions::latest(author, diary))
    }
}
