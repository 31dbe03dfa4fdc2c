//! What a store really sends, and how the database goes about it.
//!
//! Every connection of this process is watched; a store is told apart by its runtime, which no other store has.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use diesel::QueryableByName;
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncConnection, AsyncMysqlConnection};
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::ports::AccountStore;
use tokio::runtime::{Handle, Id};

use crate::harness::{Backend, TestDatabase, email};

/// What was sent on each runtime that is watched.
static SENT: Mutex<Option<HashMap<Id, Vec<String>>>> = Mutex::new(None);

/// Stands in a query that makes its store known.
const MARK: &str = "@watched.example";

fn sent() -> MutexGuard<'static, Option<HashMap<Id, Vec<String>>>> {
    SENT.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(event: &InstrumentationEvent<'_>) {
    let InstrumentationEvent::StartQuery { query, .. } = event else { return };
    let Ok(runtime) = Handle::try_current() else { return };
    let (id, query) = (runtime.id(), query.to_string());
    let mut sent = sent();
    let sent = sent.get_or_insert_default();
    if let Some(seen) = sent.get_mut(&id) {
        seen.push(query);
    } else if query.contains(MARK) {
        sent.insert(id, vec![query]);
    }
}

/// The statements of one store.
pub(crate) struct Watch(Id);

impl Watch {
    /// Makes what connections of this process send known, from the next one on.
    pub(crate) fn begin() {
        static BEGUN: Once = Once::new();
        BEGUN.call_once(|| {
            set_default_instrumentation(|| {
                let record: Box<dyn Instrumentation> =
                    Box::new(|event: InstrumentationEvent<'_>| note(&event));
                Some(record)
            })
            .unwrap();
        });
    }

    /// Watches a store that was opened after [`begin`](Self::begin).
    pub(crate) async fn over(store: &SqlStore) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mark = format!("{}{MARK}", COUNT.fetch_add(1, Ordering::Relaxed));
        assert!(store.find_by_email(&email(&mark)).await.unwrap().is_none());
        let sent = sent();
        let mut of = sent.iter().flatten().filter(|(_, seen)| seen.iter().any(|query| query.contains(&mark)));
        Self(*of.next().unwrap().0)
    }

    /// What was asked of tables since the last time, with values in place of its parameters, each once.
    pub(crate) fn take(&self) -> Vec<String> {
        let seen = sent().as_mut().and_then(|sent| sent.get_mut(&self.0).map(std::mem::take));
        let mut statements: Vec<String> =
            seen.unwrap_or_default().iter().filter_map(|it| filled(it)).collect();
        statements.sort();
        statements.dedup();
        statements
    }
}

/// `None` of what begins and ends transactions, asks for the last id, or puts new rows.
fn filled(query: &str) -> Option<String> {
    let (sql, binds) = query.split_once(" -- binds: ")?;
    let reads_a_table = sql.contains(" FROM ") || sql.starts_with("UPDATE");
    if !reads_a_table {
        return None;
    }
    let binds = split(binds.strip_prefix('[').unwrap().strip_suffix(']').unwrap());
    assert_eq!(sql.matches('?').count(), binds.len(), "{query}");
    Some(binds.iter().fold(sql.to_owned(), |sql, bind| sql.replacen('?', &literal(bind), 1)))
}

/// Parts what `Debug` prints of several values.
fn split(binds: &str) -> Vec<&str> {
    let (mut parts, mut begin, mut depth, mut quoted, mut escaped) = (Vec::new(), 0, 0, false, false);
    for (at, letter) in binds.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(binds[begin..at].trim());
                begin = at + 1;
            }
            _ => {}
        }
    }
    let last = binds[begin..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    parts
}

/// A value as `Debug` prints it, as SQL has it.
fn literal(value: &str) -> String {
    let inner = value.split_once('(').filter(|_| value.starts_with(|c: char| c.is_ascii_uppercase()));
    if let Some((_, inner)) = inner {
        return literal(inner.strip_suffix(')').unwrap());
    }
    if let Some(text) = value.strip_prefix('"') {
        let text = text.strip_suffix('"').unwrap();
        assert!(!text.contains(['?', '\\', '\'']), "{text}");
        return format!("'{text}'");
    }
    if let Some(bytes) = value.strip_prefix('[') {
        let bytes = bytes.strip_suffix(']').unwrap().split(", ").filter(|byte| !byte.is_empty());
        let hex = bytes.fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{:02x}", byte.parse::<u8>().unwrap());
            hex
        });
        return format!("x'{hex}'");
    }
    match value {
        "None" => "NULL".to_owned(),
        "true" => "1".to_owned(),
        "false" => "0".to_owned(),
        number if number.parse::<f64>().is_ok() => number.to_owned(),
        // A day, or a moment.
        time => format!("'{}'", time.replace('T', " ")),
    }
}

#[derive(Debug, QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(Debug, QueryableByName)]
struct MysqlStep {
    #[diesel(sql_type = Nullable<Text>)]
    table: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "type")]
    access: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "Extra")]
    extra: Option<String>,
}

/// Panics unless every row that the statement looks at is found by a key, and none are sorted. The keys that are used.
pub(crate) async fn keys_of(database: &TestDatabase, sql: &str) -> Vec<String> {
    match database.backend {
        Backend::Sqlite => {
            let query = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"));
            let path = database.url.trim_start_matches("sqlite://");
            let mut conn: diesel::SqliteConnection = diesel::Connection::establish(path).unwrap();
            let steps: Vec<SqliteStep> = diesel::RunQueryDsl::load(query, &mut conn).unwrap();
            let is_bad =
                |step: &SqliteStep| step.detail.contains("SCAN") || step.detail.contains("TEMP B-TREE");
            assert!(!steps.is_empty() && !steps.iter().any(is_bad), "{sql}\n{steps:#?}");
            steps.into_iter().map(|step| step.detail).collect()
        }
        Backend::Mysql => {
            let mut conn = AsyncMysqlConnection::establish(&database.url).await.unwrap();
            let query = diesel::sql_query(format!("EXPLAIN {sql}"));
            let steps: Vec<MysqlStep> = diesel_async::RunQueryDsl::load(query, &mut conn).await.unwrap();
            let is_bad = |step: &MysqlStep| {
                let extra = step.extra.as_deref().unwrap_or_default();
                // Without a table: a look at a unique key has told already that there is nothing.
                let is_read_whole =
                    step.table.is_some() && (step.key.is_none() || step.access.as_deref() == Some("index"));
                is_read_whole || extra.contains("filesort") || extra.contains("temporary")
            };
            assert!(!steps.is_empty() && !steps.iter().any(is_bad), "{sql}\n{steps:#?}");
            steps.into_iter().filter_map(|step| step.key).collect()
        }
    }
}

#[test]
fn values_are_written_as_sql_has_them() {
    let query = "SELECT a FROM t WHERE b = ? AND c IN (?, ?) AND d = ? AND e = ? -- binds: \
                 [Ms(2026-11-22T08:46:09.917), \"a, (b\", 7, [1, 255], None]";
    let expected = "SELECT a FROM t WHERE b = '2026-11-22 08:46:09.917' AND c IN ('a, (b', 7) AND d = x'01ff' AND \
                    e = NULL";
    assert_eq!(filled(query).as_deref(), Some(expected));
    assert_eq!(filled("BEGIN -- binds: []"), None);
}
