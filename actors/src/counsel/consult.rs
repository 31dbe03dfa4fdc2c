//! One person's question to the model: asked, checked, once more if that may help.

use tokio::time::{Instant, timeout};

use super::reply::validate;
use super::{Solution, prompt};
use crate::ports::{CounselModel, ModelError, ModelRequest};

/// Of the time left, how much the first try gets; the rest is for the second.
const FIRST_SHARE: f64 = 0.6;

/// How a question went.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Consulted {
    /// With this.
    Said(Solution),
    /// The provider works, but what it says to this is of no use.
    Useless,
    /// The provider does not work.
    Failed,
}

/// Asks until `deadline`, at most twice.
pub(super) async fn consult(
    model: &dyn CounselModel,
    request: &ModelRequest,
    deadline: Instant,
) -> Consulted {
    let left = deadline.saturating_duration_since(Instant::now());
    match attempt(model, request, Instant::now() + left.mul_f64(FIRST_SHARE)).await {
        (said @ Consulted::Said(_), _) => said,
        (first, false) => first,
        (_, true) => attempt(model, request, deadline).await.0,
    }
}

/// One try, and whether another may go better.
async fn attempt(model: &dyn CounselModel, request: &ModelRequest, until: Instant) -> (Consulted, bool) {
    let patience = until.saturating_duration_since(Instant::now());
    match timeout(patience, model.complete(request)).await {
        Ok(Ok(reply)) => match validate(&reply) {
            Ok(solution) => (Consulted::Said(solution), false),
            Err(reason) => {
                tracing::debug!(%reason, "a reply of the model was refused");
                (Consulted::Useless, true)
            }
        },
        Ok(Err(error)) => {
            tracing::debug!(%error, "the model gave no reply");
            match error {
                ModelError::Overloaded => (Consulted::Failed, false),
                ModelError::Failed(_) => (Consulted::Failed, true),
                ModelError::Refused => (Consulted::Useless, true),
            }
        }
        Err(_) => {
            tracing::debug!(?patience, "the model gave no reply in time");
            (Consulted::Failed, true)
        }
    }
}

/// What [`super::AskModel`] asks.
pub(super) fn question(day: &super::Day) -> ModelRequest {
    prompt::request(day.text.as_str(), day.cloud(), day.sleep)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use async_trait::async_trait;

    use super::*;
    use crate::ports::ModelRequest;

    const GOOD: &str =
        r#"{"title":"오늘도 수고했어요","actionTips":["물 한 잔을 천천히 마셔요.","창밖을 잠시 바라봐요."]}"#;
    const LINK: &str =
        r#"{"title":"오늘도 수고했어요","actionTips":["http://x.kr 로 가요.","창밖을 잠시 바라봐요."]}"#;

    /// Says what it was told to, from the last to the first; then hangs.
    struct Scripted(Mutex<Vec<Result<String, ModelError>>>);

    #[async_trait]
    impl CounselModel for Scripted {
        fn name(&self) -> &'static str {
            "scripted"
        }

        async fn complete(&self, _: &ModelRequest) -> Result<String, ModelError> {
            let next = self.0.lock().unwrap().pop();
            match next {
                Some(reply) => reply,
                None => std::future::pending().await,
            }
        }
    }

    async fn consulted(script: &[Result<&str, ModelError>]) -> (Consulted, usize, Duration) {
        let script: Vec<_> = script.iter().rev().map(|reply| reply.map(str::to_owned)).collect();
        let (model, begun) = (Scripted(Mutex::new(script)), Instant::now());
        let request = ModelRequest { messages: ().into(), response_format: ().into() };
        let consulted = consult(&model, &request, begun + Duration::from_secs(10)).await;
        let unsaid = model.0.lock().unwrap().len();
        (consulted, unsaid, begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_bad_reply_is_asked_for_again_once() {
        for first in [Ok(LINK), Ok("<html>"), Err(ModelError::Refused), Err(ModelError::Failed("x"))] {
            assert!(matches!(consulted(&[first, Ok(GOOD)]).await, (Consulted::Said(_), 0, _)), "{first:?}");
            let (second, unsaid, _) = consulted(&[first, Ok(LINK), Ok(GOOD)]).await;
            assert_eq!((second, unsaid), (Consulted::Useless, 1), "{first:?}");
        }
        let (overloaded, unsaid, _) = consulted(&[Err(ModelError::Overloaded), Ok(GOOD)]).await;
        assert_eq!((overloaded, unsaid), (Consulted::Failed, 1), "it is not pressed");
    }

    #[tokio::test(start_paused = true)]
    async fn a_model_that_hangs_costs_the_deadline_and_no_more() {
        let (hung, _, took) = consulted(&[]).await;
        assert_eq!((hung, took), (Consulted::Failed, Duration::from_secs(10)));
        let (hung, _, took) = consulted(&[Ok(LINK)]).await;
        assert_eq!((hung, took), (Consulted::Failed, Duration::from_secs(10)));
    }
}
