//! The queries of hot reads: how many they are, and that they use their index without sorting.
//!
//! The SQL is what the store really sends: every connection of this process is watched, and what mentions the marker
//! time or id is kept.

use std::sync::{Mutex, Once, PoisonError};

use diesel::QueryableByName;
use diesel::connection::{
    Instrumentation, InstrumentationEvent, SimpleConnection, set_default_instrumentation,
};
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncConnection, AsyncMysqlConnection};
use nine_cloud_actors::domain::chat::{Alias, ChatText, ClientId, LogKey, Oid};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::{ChatLog, DiaryStore, Draft, NewMessage, Span};

use crate::harness::{Backend, TestDatabase, at, on_each_backend, on_server, person};

on_each_backend!(pages_walk_their_index_without_sorting, the_chat_is_read_by_its_keys_without_sorting);

/// What the first bytes of an id that marks a query are printed as.
const MARKED_ID: &str = "[19, 99, ";

static SEEN: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn watch() {
    static WATCHING: Once = Once::new();
    WATCHING.call_once(|| {
        set_default_instrumentation(|| {
            let record: Box<dyn Instrumentation> = Box::new(|event: InstrumentationEvent<'_>| {
                if let InstrumentationEvent::StartQuery { query, .. } = event {
                    let query = query.to_string();
                    if query.contains("1999-") || query.contains(MARKED_ID) {
                        SEEN.lock().unwrap_or_else(PoisonError::into_inner).push(query);
                    }
                }
            });
            Some(record)
        })
        .unwrap();
    });
}

/// The only query sent with this marker, with literals in place of its parameters.
fn sent(marker: &str, literals: &[String]) -> String {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let queries: Vec<&String> = seen.iter().filter(|query| query.contains(marker)).collect();
    let [query] = queries[..] else { panic!("one query, not {queries:?}") };
    let mut sql = query.split(" -- binds").next().unwrap().to_owned();
    assert_eq!(sql.matches('?').count(), literals.len(), "{sql}");
    for literal in literals {
        sql = sql.replacen('?', literal, 1);
    }
    sql
}

async fn pages_walk_their_index_without_sorting(database: &TestDatabase) {
    watch();
    let store = database.store();
    let mina = person(&store, "mina").await;
    let jun = person(&store, "jun").await;
    fill(database, mina.id.0, jun.id.0).await;

    // Markers of their own, because both backends run at once.
    let year = if database.backend == Backend::Sqlite { 1 } else { 2 };
    let from = |n: u32| at(&format!("1999-0{year}-0{n}T03:04:05Z"));
    let until = at("2026-11-22T00:00:00Z");
    let text = |at: Instant| format!("'{}'", at.format("%Y-%m-%d %H:%M:%S%.3f"));
    let marker = |n: u32| from(n).format("%Y-%m-%d").to_string();
    let tail = |n| [text(from(n)), text(until), "11".to_owned(), "20".to_owned()];

    let page = store.list_public(Span { from: from(1), until }, 2).await.unwrap();
    assert_eq!(page.diaries.len(), 10);
    let literals = [&["1".to_owned(), "0".to_owned()], &tail(1)[..]].concat();
    assert_plan(database, &sent(&marker(1), &literals), "diary_entries", "INDEX diary_entries_feed").await;

    let page = store.list_own(mina.id, Span { from: from(2), until }, 2).await.unwrap();
    assert_eq!(page.diaries.len(), 10);
    let literals = [&[mina.id.to_string()], &tail(2)[..]].concat();
    assert_plan(database, &sent(&marker(2), &literals), "diary_entries", "INDEX diary_entries_own").await;
}

async fn the_chat_is_read_by_its_keys_without_sorting(database: &TestDatabase) {
    watch();
    let store = database.store();
    // Markers of their own, because both backends run at once.
    let year = if database.backend == Backend::Sqlite { 1 } else { 2 };
    let room = |n: u8| -> LogKey { format!("rain-sad@1999-1{year}-0{n}").parse().unwrap() };
    let [one, two, three] = [1, 2, 3].map(|n| format!("'{}'", room(n)));
    let id = |n: u8| Oid::from([19, 99, year, n, 0, 0, 0, 0, 0, 0, 0, 0]);
    let said = |room: u8, n: u8| {
        Draft::Message(NewMessage {
            id: id(n),
            author: Oid::from([n % 7; 12]),
            person: None,
            name: Alias::new("느긋한 구름"),
            text: ChatText::parse("안녕").unwrap(),
            client_id: ClientId::parse(&format!("{room} {n}")),
            at: at("2026-11-22T00:00:00Z"),
        })
    };
    for (number, ids) in [(1, 0..80), (2, 80..160), (3, 160..240)] {
        store.append(room(number), 0, ids.map(|n| said(number, n)).collect()).await.unwrap();
    }
    if database.backend == Backend::Mysql {
        on_server(&database.url, "ANALYZE TABLE chat_entries").await;
    }
    SEEN.lock().unwrap_or_else(PoisonError::into_inner).retain(|query| !is_of(query, year));

    let key = "PRIMARY KEY";
    assert_eq!(store.read_after(room(1), 20, 10).await.unwrap().len(), 10);
    let sql = sent(&room(1).to_string(), &[one, "20".to_owned(), "10".to_owned()]);
    assert_plan(database, &sql, "chat_entries", key).await;

    assert_eq!(store.history(room(2), Some(70), 10).await.unwrap().len(), 10);
    let sql = sent(&room(2).to_string(), &[two, "70".to_owned(), "10".to_owned()]);
    assert_plan(database, &sql, "chat_entries", key).await;

    assert_eq!(store.tail(room(3)).await.unwrap(), 80);
    let sql = sent(&room(3).to_string(), &[three, "1".to_owned()]);
    assert_plan(database, &sql, "chat_entries", key).await;

    assert_eq!(ChatLog::find(&store, id(7)).await.unwrap().unwrap().seq, 8);
    let hex: String = id(7).to_string();
    let sql = sent(&format!("[19, 99, {year}, 7,"), &[format!("x'{hex}'"), "1".to_owned()]);
    assert_plan(database, &sql, "chat_entries", "INDEX chat_entries_id").await;
}

/// Whether a query is one of the chat's, on the backend of this marker.
fn is_of(query: &str, year: u8) -> bool {
    query.contains(&format!("@1999-1{year}")) || query.contains(&format!("{MARKED_ID}{year}, "))
}

/// Nine hundred diaries each of two people, of which two in three are public.
async fn fill(database: &TestDatabase, mina: i64, jun: i64) {
    let (day, moment) = match database.backend {
        Backend::Sqlite => (
            "date('2010-01-01', '+' || n || ' days')",
            "strftime('%Y-%m-%d %H:%M:%f', '2010-01-01', '+' || n || ' days')",
        ),
        Backend::Mysql => {
            ("DATE_ADD('2010-01-01', INTERVAL n DAY)", "DATE_ADD('2010-01-01 00:00:00', INTERVAL n DAY)")
        }
    };
    for author in [mina, jun] {
        let insert = format!(
            "INSERT INTO diary_entries (author_id, diary_date, emotion, content, is_public, author_leaving, \
             view_count, like_count, weather, created_at, updated_at) \
             WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 899) \
             SELECT {author}, {day}, 3, 'x', n % 3 > 0, 0, 0, 0, '1', {moment}, {moment} FROM numbers"
        );
        match database.backend {
            Backend::Sqlite => sqlite(database).batch_execute(&insert).unwrap(),
            Backend::Mysql => on_server(&database.url, &insert).await,
        }
    }
    if database.backend == Backend::Mysql {
        on_server(&database.url, "ANALYZE TABLE diary_entries").await;
    }
}

fn sqlite(database: &TestDatabase) -> diesel::SqliteConnection {
    diesel::Connection::establish(database.url.trim_start_matches("sqlite://")).unwrap()
}

#[derive(QueryableByName)]
struct SqliteStep {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(QueryableByName)]
struct MysqlStep {
    #[diesel(sql_type = Nullable<Text>)]
    key: Option<String>,
    #[diesel(sql_type = Nullable<Text>, column_name = "Extra")]
    extra: Option<String>,
}

/// `key` is `PRIMARY KEY` or `INDEX` with its name.
async fn assert_plan(database: &TestDatabase, sql: &str, table: &str, key: &str) {
    match database.backend {
        Backend::Sqlite => {
            let query = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}"));
            let steps: Vec<SqliteStep> = diesel::RunQueryDsl::load(query, &mut sqlite(database)).unwrap();
            let plan = steps.into_iter().map(|step| step.detail).collect::<Vec<_>>().join("; ");
            assert!(plan.contains(&format!("SEARCH {table} USING {key} ")), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
        Backend::Mysql => {
            let index = key.trim_start_matches("INDEX ").trim_end_matches(" KEY");
            let mut conn = AsyncMysqlConnection::establish(&database.url).await.unwrap();
            let query = diesel::sql_query(format!("EXPLAIN {sql}"));
            let steps: Vec<MysqlStep> = diesel_async::RunQueryDsl::load(query, &mut conn).await.unwrap();
            for step in steps {
                assert_eq!(step.key.as_deref(), Some(index));
                assert!(!step.extra.unwrap_or_default().contains("filesort"));
            }
        }
    }
}
