//! Where solutions are kept, and the model that may be asked for one.

use async_trait::async_trait;
use chrono::NaiveDate;
use serde_json::Value;

use super::PortResult;
use crate::domain::ids::{DiaryId, UserId};
use crate::domain::solution::Answer;

/// The latest solution of each diary, and how many a person asked for.
#[async_trait]
pub trait SolutionStore: Send + Sync {
    /// Counts one solution on the Seoul day `today`, atomically: says which of the day it is, counted from 1; `None` when
    /// `limit` of them were counted before.
    async fn take_turn(&self, person: UserId, today: NaiveDate, limit: u16) -> PortResult<Option<u16>>;

    /// Keeps `answer` with the diary, in place of an earlier one; it goes when the diary goes. `false` when it is gone
    /// already.
    async fn keep(&self, diary: DiaryId, answer: Answer) -> PortResult<bool>;

    /// What was last said about a diary of this author. `None` when nothing was, or the diary is missing or someone
    /// else's.
    async fn latest(&self, author: UserId, diary: DiaryId) -> PortResult<Option<Answer>>;
}

/// What a model is asked: two members of a chat-completions call.
#[derive(Debug, Clone, PartialEq)]
pub struct ModelRequest {
    /// `messages`
    pub messages: Value,
    /// `response_format`: the schema of the reply.
    pub response_format: Value,
}

/// Why a model said nothing. The words are for logs: they hold nothing of the request, the reply or the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It has too much to do; asking again at once would make it worse.
    #[error("the model is overloaded")]
    Overloaded,
    /// It cannot be reached, or what answers is not it.
    #[error("the model failed: {0}")]
    Failed(&'static str),
    /// It works, but does not want to answer this.
    #[error("the model refused")]
    Refused,
}

/// A model of language. Nobody trusts what it says.
#[async_trait]
pub trait CounselModel: Send + Sync {
    /// Its name, as answers tell it.
    fn name(&self) -> &str;

    /// The text of its reply. Takes as long as it takes: the caller bounds the time by dropping the future.
    async fn complete(&self, request: &ModelRequest) -> Result<String, ModelError>;
}
