//! Adapters whose calls are counted, whichever they are.

use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use bytes::Bytes;
use nine_cloud_actors::domain::file::{FileKey, NewFile};
use nine_cloud_actors::domain::ids::MailId;
use nine_cloud_actors::domain::mail::Mail;
use nine_cloud_actors::kit::PortStats;
use nine_cloud_actors::ports::{
    CounselModel, Elsewhere, FileStore, MailError, MailTransport, ModelError, ModelRequest, PortResult,
};

/// A file store.
pub struct CountedFiles {
    inner: Arc<dyn FileStore>,
    stats: Arc<PortStats>,
}

impl CountedFiles {
    /// Counts the calls of `inner` in `stats`.
    pub fn new(inner: Arc<dyn FileStore>, stats: Arc<PortStats>) -> Self {
        Self { inner, stats }
    }
}

#[async_trait]
impl FileStore for CountedFiles {
    async fn put(&self, file: &NewFile) -> PortResult<()> {
        self.stats.call(self.inner.put(file)).await
    }

    async fn get(&self, key: &FileKey) -> PortResult<Option<Bytes>> {
        self.stats.call(self.inner.get(key)).await
    }

    async fn delete(&self, key: &FileKey) -> PortResult<()> {
        self.stats.call(self.inner.delete(key)).await
    }

    fn elsewhere(&self, key: &FileKey) -> PortResult<Option<Elsewhere>> {
        self.inner.elsewhere(key)
    }

    async fn check(&self) -> PortResult<()> {
        self.inner.check().await
    }
}

/// A way for mails. What is wrong with a mail is no failure of it; that nobody waits for it any longer is one.
pub struct CountedMails {
    inner: Arc<dyn MailTransport>,
    stats: Arc<PortStats>,
}

impl CountedMails {
    /// Counts the calls of `inner` in `stats`.
    pub fn new(inner: Arc<dyn MailTransport>, stats: Arc<PortStats>) -> Self {
        Self { inner, stats }
    }
}

#[async_trait]
impl MailTransport for CountedMails {
    async fn send(&self, id: MailId, mail: &Mail) -> Result<(), MailError> {
        let is_failure = |error: &MailError| !matches!(error, MailError::Permanent(_));
        Asked::of(&self.stats).watch(self.inner.send(id, mail), is_failure).await
    }
}

/// A model. That it does not want to answer is no failure of it; that nobody waits for it any longer is one.
pub struct CountedModel {
    inner: Arc<dyn CounselModel>,
    stats: Arc<PortStats>,
}

impl CountedModel {
    /// Counts the calls of `inner` in `stats`.
    pub fn new(inner: Arc<dyn CounselModel>, stats: Arc<PortStats>) -> Self {
        Self { inner, stats }
    }
}

#[async_trait]
impl CounselModel for CountedModel {
    fn name(&self) -> &str {
        self.inner.name()
    }

    async fn complete(&self, request: &ModelRequest) -> Result<String, ModelError> {
        let is_failure = |error: &ModelError| *error != ModelError::Refused;
        Asked::of(&self.stats).watch(self.inner.complete(request), is_failure).await
    }
}

/// A question that may be given up before its answer.
struct Asked<'a> {
    stats: &'a PortStats,
    began: Instant,
    is_answered: bool,
}

impl<'a> Asked<'a> {
    fn of(stats: &'a PortStats) -> Self {
        Self { stats, began: Instant::now(), is_answered: false }
    }

    async fn watch<T, E>(
        mut self,
        call: impl Future<Output = Result<T, E>>,
        is_failure: impl FnOnce(&E) -> bool,
    ) -> Result<T, E> {
        let answer = self.stats.watch(call, is_failure).await;
        self.is_answered = true;
        answer
    }
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.stats.given_up(self.began.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use nine_cloud_actors::domain::email::Email;
    use serde_json::Value;

    use super::*;

    /// Answers the way it is asked to.
    struct Oracle;

    #[async_trait]
    impl CounselModel for Oracle {
        fn name(&self) -> &'static str {
            "oracle"
        }

        async fn complete(&self, request: &ModelRequest) -> Result<String, ModelError> {
            match request.messages.as_str() {
                Some("refuse") => Err(ModelError::Refused),
                Some("fail") => Err(ModelError::Failed("as asked")),
                Some("wait") => std::future::pending().await,
                _ => Ok(String::new()),
            }
        }
    }

    #[tokio::test]
    async fn a_model_fails_when_it_is_broken_or_too_slow_and_not_when_it_refuses() {
        let stats = Arc::new(PortStats::of("model"));
        let model = CountedModel::new(Arc::new(Oracle), Arc::clone(&stats));
        let mut counts = Vec::new();
        for wish in ["answer", "refuse", "fail", "wait"] {
            let request = ModelRequest { messages: wish.into(), response_format: Value::Null };
            let patience = Duration::from_millis(20);
            let _ = tokio::time::timeout(patience, model.complete(&request)).await;
            let report = stats.report();
            counts.push((report.took.samples(), report.failures));
        }
        assert_eq!(counts, [(1, 0), (2, 0), (3, 1), (4, 2)]);
    }
    /// Takes mails the way that their subject says.
    struct Postman;

    #[async_trait]
    impl MailTransport for Postman {
        async fn send(&self, _: MailId, mail: &Mail) -> Result<(), MailError> {
            match mail.subject.as_str() {
                "refuse" => Err(MailError::Permanent("as asked".into())),
                "fail" => Err(MailError::Transient("as asked".into())),
                "wait" => std::future::pending().await,
                _ => Ok(()),
            }
        }
    }

    #[tokio::test]
    async fn a_mail_server_fails_when_it_is_broken_or_too_slow_and_not_when_it_refuses_a_mail() {
        let stats = Arc::new(PortStats::of("mail"));
        let mails = CountedMails::new(Arc::new(Postman), Arc::clone(&stats));
        let mut counts = Vec::new();
        for subject in ["take", "refuse", "fail", "wait"] {
            let to = Email::parse("mina@example.com").unwrap();
            let mail = Mail { to, subject: subject.to_owned(), html: String::new(), text: String::new() };
            let _ = tokio::time::timeout(Duration::from_millis(20), mails.send(MailId(1), &mail)).await;
            let report = stats.report();
            counts.push((report.took.samples(), report.failures));
        }
        assert_eq!(counts, [(1, 0), (2, 0), (3, 1), (4, 2)]);
    }
}
