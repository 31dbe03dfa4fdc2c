use async_trait::async_trait;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{JobRecord, JobStore, PortResult};

use crate::adapters::sql::SqlStore;
use crate::adapters::sql::database::change;

#[async_trait]
impl JobStore for SqlStore {
    async fn register(&self, name: &str, first_due: Instant) -> PortResult<JobRecord> {
        let name = name.to_owned();
        change!(self, jobs::register(&name, first_due))
    }

    async fn claim(
        &self,
        name: &str,
        due: Instant,
        next: Instant,
        node: &str,
        now: Instant,
    ) -> PortResult<bool> {
        let (name, node) = (name.to_owned(), node.to_owned());
        change!(self, jobs::claim(&name, due, next, &node, now))
    }

    async fn finish(&self, name: &str, millis: i64, error: Option<&str>) -> PortResult<()> {
        let (name, error) = (name.to_owned(), error.map(str::to_owned));
        change!(self, jobs::finish(&name, millis, error.as_deref()))
    }
}
