//! People who were there before the test began.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use nine_cloud::adapters::host::SystemClock;
use nine_cloud_actors::accounts::{Caller, TokenKeys, Tokens};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::session::SessionId;
use nine_cloud_actors::ports::Clock as _;

use super::server::{KEY, Server};

static NEXT: AtomicU64 = AtomicU64::new(1);

/// Somebody with a session.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: i64,
    pub(crate) email: String,
    /// As sent in `Authorization`.
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) session: String,
}

impl Server {
    /// So many people, put straight into the database: signing them up would be two password hashes each.
    pub(crate) fn people(&self, count: usize) -> Vec<Person> {
        let (people, sql) = Person::some(count);
        self.execute(&format!("BEGIN IMMEDIATE;{sql}COMMIT;"));
        people
    }

    pub(crate) fn person(&self) -> Person {
        self.people(1).remove(0)
    }
}

impl Person {
    /// So many people, and the statements that make them known to a database.
    pub(crate) fn some(count: usize) -> (Vec<Self>, String) {
        let people: Vec<_> = (0..count).map(|_| Self::new()).collect();
        let mut sql = String::new();
        for Self { id, email, session, .. } in &people {
            let _ = write!(
                sql,
                "INSERT INTO accounts (id, email, email_key, username, kind, is_admin, created_at, updated_at)
                 VALUES ({id}, '{email}', '{email}', 'mina', 'Common', 0, '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000');
                 INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at)
                 VALUES ('{session}', {id}, '2026-01-01 00:00:00.000', '2026-01-01 00:00:00.000', '2999-01-01 00:00:00.000');"
            );
        }
        (people, sql)
    }

    fn new() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let id = i64::try_from(1000 + number).unwrap();
        let session = SessionId::new(u128::from(number).to_be_bytes());
        let caller = Caller { user: UserId(id), session: session.clone() };
        let (tokens, now) = (tokens(KEY), SystemClock.now());
        Self {
            id,
            email: format!("mina-{number}@secret.example"),
            access: tokens.access(&caller, now, [1; 16]).unwrap(),
            refresh: tokens.refresh(&caller, now, now + TimeDelta::days(7), [2; 16]).unwrap(),
            session: session.as_str().to_owned(),
        }
    }

    /// An access token of theirs that ran out a second ago.
    pub(crate) fn expired(&self) -> String {
        self.signed_with(KEY, SystemClock.now() - TimeDelta::seconds(3601))
    }

    /// An access token of theirs as another server would sign it.
    pub(crate) fn foreign(&self) -> String {
        self.signed_with("key-of-another-server-thirty-two-bytes", SystemClock.now())
    }

    fn signed_with(&self, key: &str, at: DateTime<Utc>) -> String {
        let session = SessionId::parse(&self.session).unwrap();
        tokens(key).access(&Caller { user: UserId(self.id), session }, at, [1; 16]).unwrap()
    }

    /// What must not be in a log.
    pub(crate) fn secrets(&self) -> [&str; 3] {
        [&self.email, self.access.strip_prefix("Bearer ").unwrap(), &self.refresh]
    }

    /// The header line of a signed-in person.
    pub(crate) fn header(&self) -> String {
        format!("Authorization: {}\r\n", self.access)
    }
}

fn tokens(key: &str) -> Tokens {
    Tokens::new(&TokenKeys {
        current: Secret::new(key),
        previous: None,
        access_lifetime: Duration::from_hours(1),
        refresh_lifetime: Duration::from_hours(168),
    })
}
