//! How hot queries are gone about: every row is found by a key, and nothing is sorted.
//!
//! The statements are those that the store sent while it did what requests, rooms and queues ask of it, on tables of some
//! hundred rows.

use std::sync::Arc;

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use nine_cloud::adapters::sql::SqlStore;
use nine_cloud_actors::domain::chat::{Alias, ChatText, ClientId, LogKey, Oid};
use nine_cloud_actors::domain::diary::{DiaryChange, NewDiary};

use nine_cloud_actors::domain::ids::{CommentId, DiaryId, NotificationId, UserId};
use nine_cloud_actors::domain::mail::Mail;
use nine_cloud_actors::domain::seoul::SeoulMonth;
use nine_cloud_actors::domain::session::{Session, SessionId};
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::{
    AccountStore, BanSubject, ChatLog, ChatPeople, CommentStore, DiaryStore, Draft, FileTaskStore, MailQueue,
    NewMessage, NotificationStore, SessionStore, SolutionStore, Span, Stage,
};

use crate::explain::{Watch, keys_of};
use crate::harness::{Backend, TestDatabase, at, email, new_diary, now, on_each_backend, on_server, picture};

on_each_backend!(
    feeds_walk_their_index,
    what_requests_ask_is_found_by_keys,
    what_rooms_ask_is_found_by_keys,
    what_queues_ask_is_found_by_keys,
);

const PEOPLE: i64 = 900;
/// Whose everything is asked for; people and diaries have ids from 1 on.
const MINA: UserId = UserId(1);

/// A table, its columns, and the row number `n` of 900.
const ROWS: [(&str, &str, &str); 15] = [
    (
        "accounts",
        "id, email, email_key, username, password_hash, kind, is_admin, created_at, updated_at",
        "n, {email}, {email}, 'x', 'x', 'Common', 0, {moment}, {moment}",
    ),
    (
        "sessions",
        "id, user_id, created_at, last_used_at, expires_at",
        "{text32}, n, {moment}, {moment}, '2030-01-01 00:00:00.000'",
    ),
    (
        "diary_entries",
        "id, author_id, diary_date, emotion, content, is_public, author_leaving, view_count, like_count, weather, \
         created_at, updated_at",
        "n, 1, {day}, 3, 'x', n % 3 > 0, 0, 0, 0, '1', {moment}, {moment}",
    ),
    (
        "diary_entries",
        "id, author_id, diary_date, emotion, content, is_public, author_leaving, view_count, like_count, weather, \
         created_at, updated_at",
        "n + 900, 2, {day}, 3, 'x', n % 3 > 0, 0, 0, 0, '1', {moment}, {moment}",
    ),
    ("diary_likes", "id, user_id, diary_id, created_at", "n, n, n % 60 + 1, {moment}"),
    (
        "diary_comments",
        "id, diary_id, author_id, content, is_edited, created_at, updated_at",
        "n, n % 60 + 1, n, 'x', 0, {moment}, {moment}",
    ),
    (
        "comment_replies",
        "id, comment_id, diary_id, author_id, content, created_at, updated_at",
        "n, n, n % 60 + 1, n, 'x', {moment}, {moment}",
    ),
    (
        "notifications",
        "id, recipient_id, actor_id, diary_id, comment_id, created_at, read_at",
        "n, n % 30 + 1, n, n % 60 + 1, n, {moment}, CASE WHEN n % 2 = 0 THEN {moment} END",
    ),
    (
        "diary_solutions",
        "diary_id, title, first_tip, second_tip, source, created_at",
        "n, 'x', 'x', 'x', 'rules', {moment}",
    ),
    ("pending_files", "file_key, attempts, due_at", "{text32}, 0, '2030-01-01 00:00:00.000'"),
    (
        "outgoing_mails",
        "recipient, subject, html, plain, attempts, due_at, is_dead, created_at",
        "'x@example.com', 'x', 'x', 'x', 0, '2030-01-01 00:00:00.000', n % 2, {moment}",
    ),
    (
        "chat_entries",
        "room, seq, kind, id, author, name, content, client_id, created_at",
        "'plaza', n, 'said', {blob12}, {blob12}, 'x', 'x', {text32}, {moment}",
    ),
    ("chat_aliases", "day, room, person, alias", "'2026-11-22', 'plaza', {blob12}, {text32}"),
    ("chat_hidden", "day, room, viewer, hidden", "'2026-11-22', 'plaza', {blob12}, {blob12}"),
    ("chat_bans", "subject, until, reason, created_at", "{text32}, '2030-01-01 00:00:00.000', 'x', {moment}"),
];

async fn fill(database: &TestDatabase) {
    let words = match database.backend {
        Backend::Sqlite => [
            ("{email}", "n || '@example.com'"),
            ("{text32}", "printf('%032d', n)"),
            ("{blob12}", "CAST(printf('%012d', n) AS BLOB)"),
            ("{day}", "date('2010-01-01', '+' || n || ' days')"),
            ("{moment}", "strftime('%Y-%m-%d %H:%M:%f', '2010-01-01', '+' || n || ' days')"),
        ],
        Backend::Mysql => [
            ("{email}", "CONCAT(n, '@example.com')"),
            ("{text32}", "LPAD(n, 32, '0')"),
            ("{blob12}", "LPAD(n, 12, '0')"),
            ("{day}", "DATE_ADD('2010-01-01', INTERVAL n DAY)"),
            ("{moment}", "DATE_ADD('2010-01-01 00:00:00', INTERVAL n DAY)"),
        ],
    };
    for (table, columns, values) in ROWS {
        let values = words.iter().fold(values.to_owned(), |values, (word, sql)| values.replace(word, sql));
        let insert = format!(
            "INSERT INTO {table} ({columns}) WITH RECURSIVE numbers (n) AS \
             (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {PEOPLE}) SELECT {values} FROM numbers"
        );
        match database.backend {
            Backend::Sqlite => {
                let path = database.url.trim_start_matches("sqlite://");
                let mut conn: diesel::SqliteConnection = diesel::Connection::establish(path).unwrap();
                conn.batch_execute(&insert).unwrap();
            }
            Backend::Mysql => {
                on_server(&database.url, &insert).await;
                on_server(&database.url, &format!("ANALYZE TABLE {table}")).await;
            }
        }
    }
}

/// A store on full tables, and what it sends.
async fn watched(database: &TestDatabase) -> (SqlStore, Watch) {
    Watch::begin();
    fill(database).await;
    let store = database.store();
    let watch = Watch::over(&store).await;
    watch.take();
    (store, watch)
}

/// Panics unless there are that many, and all are found by keys.
async fn assert_found_by_keys(database: &TestDatabase, watch: &Watch, least: usize) {
    let statements = watch.take();
    assert!(statements.len() >= least, "{statements:#?}");
    for sql in statements {
        keys_of(database, &sql).await;
    }
}

async fn feeds_walk_their_index(database: &TestDatabase) {
    let (store, watch) = watched(database).await;
    let span = Span { from: at("2010-01-01T00:00:00Z"), until: now() };
    assert_eq!(store.list_public(span, 2).await.unwrap().diaries.len(), 10);
    assert_eq!(store.list_own(MINA, span, 2).await.unwrap().diaries.len(), 10);
    let statements = watch.take();
    assert_eq!(statements.len(), 2);
    for (sql, index) in statements.iter().zip(["diary_entries_feed", "diary_entries_own"]) {
        let keys = keys_of(database, sql).await;
        assert!(matches!(&keys[..], [key] if key.contains(index)), "{sql}\n{keys:?}");
    }
}

async fn what_requests_ask_is_found_by_keys(database: &TestDatabase) {
    let (store, watch) = watched(database).await;
    let jun = UserId(2);
    let diary = DiaryId(4);

    // Who somebody is, at sign-in and at each request.
    let session = |n: u8| Session {
        id: SessionId::new([n; 16]),
        user: MINA,
        device: None,
        created_at: now(),
        last_used_at: now(),
        expires_at: now() + TimeDelta::days(7),
    };
    store.find_by_email(&email("1@example.com")).await.unwrap().unwrap();
    let password = store.find_credentials(MINA).await.unwrap().unwrap().password_hash.unwrap();
    for n in [1, 2] {
        assert!(SessionStore::open(&store, session(n), password.clone()).await.unwrap());
    }
    AccountStore::find(&store, MINA).await.unwrap().unwrap();
    store.look_up(&session(1).id, MINA, now()).await.unwrap();
    let some = (1..=20).map(|n| (SessionId::new([n; 16]), MINA)).collect::<Vec<_>>();
    assert_eq!(store.find_ended(some, now()).await.unwrap().len(), 18);
    assert!(store.touch(&session(1).id, MINA, now()).await.unwrap());
    assert!(store.end(MINA, &session(1).id).await.unwrap());
    assert_found_by_keys(database, &watch, 8).await;

    // The calendar, a diary, likes.
    let month = SeoulMonth::new(2010, 3).unwrap();
    assert_eq!(store.list_month(MINA, month).await.unwrap().len(), 31);
    assert!(store.find_of_day(MINA, "2010-03-01".parse().unwrap()).await.unwrap().is_some());
    for viewer in [None, Some(jun)] {
        assert!(store.find_visible(diary, viewer).await.unwrap().is_some());
    }
    store.count_view(diary).await.unwrap().unwrap();
    for _ in 0..2 {
        store.toggle_like(jun, diary, now()).await.unwrap().unwrap();
    }
    let change = DiaryChange { content: None, is_public: true };
    DiaryStore::edit(&store, MINA, diary, change, now()).await.unwrap().unwrap();
    assert!(SolutionStore::latest(&store, MINA, diary).await.unwrap().is_some());
    store.take_turn(MINA, "2026-11-22".parse().unwrap(), 5).await.unwrap().unwrap();
    assert_found_by_keys(database, &watch, 15).await;
    // Not the deletion of a diary, which sorts what else its author wrote that day: next to nothing.

    // Comments and replies, and who is told of them.
    let text = || CommentText::parse("저도 그랬어요").unwrap();
    assert_eq!(CommentStore::list(&store, diary, Some(jun)).await.unwrap().len(), 15);
    assert_eq!(store.list_replies(diary, None).await.unwrap().len(), 15);
    let comment = store.add(jun, diary, text(), now()).await.unwrap().unwrap().id;
    let reply = store.add_reply(MINA, diary, comment, text(), now()).await.unwrap().unwrap().id;
    CommentStore::edit(&store, jun, comment, text(), now()).await.unwrap();
    store.edit_reply(MINA, diary, reply, text(), now()).await.unwrap();
    store.delete_reply(MINA, reply).await.unwrap();
    CommentStore::delete(&store, jun, comment).await.unwrap();
    CommentStore::delete(&store, jun, CommentId(3)).await.unwrap();
    assert_found_by_keys(database, &watch, 12).await;

    let page = NotificationStore::list(&store, MINA, Some(NotificationId(800)), 10).await.unwrap();
    assert_eq!(page.notifications.len(), 10);
    NotificationStore::find(&store, MINA, page.notifications[0].id).await.unwrap().unwrap();
    store.mark_read(MINA, Some(NotificationId(400)), now()).await.unwrap();
    assert_found_by_keys(database, &watch, 4).await;
}

/// The id of a line, and who said it, as the table was filled.
fn oid(n: u32) -> Oid {
    let digits: [u8; 12] = format!("{n:012}").into_bytes().try_into().unwrap();
    Oid::from(digits)
}

async fn what_rooms_ask_is_found_by_keys(database: &TestDatabase) {
    let (store, watch) = watched(database).await;
    let room = LogKey::Plaza;
    assert_eq!(store.tail(room).await.unwrap(), 900);
    assert_eq!(store.read_after(room, 20, 10).await.unwrap().len(), 10);
    assert_eq!(store.history(room, Some(70), 10).await.unwrap().len(), 10);
    assert_eq!(ChatLog::find(&store, oid(7)).await.unwrap().unwrap().seq, 7);
    assert_found_by_keys(database, &watch, 4).await;

    // The same seq, client id and message again; then a deletion.
    let message = NewMessage {
        id: oid(1_001),
        author: oid(7),
        person: None,
        name: Alias::new("느긋한 구름"),
        text: ChatText::parse("안녕").unwrap(),
        client_id: ClientId::parse(&format!("{:032}", 7)),
        at: now(),
    };
    let again = NewMessage { id: oid(9), author: oid(9), client_id: None, ..message.clone() };
    let drafts = [Draft::Message(message), Draft::Message(again)];
    store.append(room, 5, Arc::from(drafts)).await.unwrap();
    let deletion = Draft::Deletion { of: oid(8), at: now() };
    store.append(room, 900, Arc::from([deletion])).await.unwrap();
    assert_found_by_keys(database, &watch, 5).await;

    let stage = Stage { room, day: "2026-11-22".parse().unwrap() };
    assert!(store.alias_of(stage, oid(7)).await.unwrap().is_some());
    store.settle_alias(stage, oid(2_000), vec![format!("{:032}", 3), "졸린 구름".to_owned()]).await.unwrap();
    store.hide(stage, oid(2_000), &format!("{:032}", 3)).await.unwrap().unwrap();
    assert_eq!(store.hidden_by(stage, oid(7)).await.unwrap().len(), 1);
    let subjects = [BanSubject::Person(MINA), BanSubject::Address("192.0.2.1".parse().unwrap())];
    store.banned_until(&subjects, now()).await.unwrap();
    assert_found_by_keys(database, &watch, 4).await;
}

async fn what_queues_ask_is_found_by_keys(database: &TestDatabase) {
    let (store, watch) = watched(database).await;
    let lease = now() + TimeDelta::minutes(1);
    let drawing = picture();
    let drawn = new_diary(MINA, now());
    store.publish(NewDiary { drawing: Some(drawing.clone()), ..drawn }).await.unwrap();
    assert!(store.find_pending(&drawing.key).await.unwrap().is_some());
    let tasks = FileTaskStore::claim(&store, now(), lease, 16).await.unwrap();
    assert_eq!(tasks.len(), 1);
    FileTaskStore::postpone(&store, &drawing.key, lease).await.unwrap();
    store.finish(&tasks[0]).await.unwrap();
    assert_found_by_keys(database, &watch, 5).await;

    let mail = Mail {
        to: email("mina@example.com"),
        subject: "x".to_owned(),
        html: "x".to_owned(),
        text: "x".to_owned(),
    };
    let id = store.enqueue(mail, now()).await.unwrap();
    assert_eq!(MailQueue::claim(&store, now(), lease, 16).await.unwrap().len(), 1);
    MailQueue::postpone(&store, id, lease, "x").await.unwrap();
    store.put_back(id, lease, "x").await.unwrap();
    store.sent(id).await.unwrap();
    assert_found_by_keys(database, &watch, 5).await;
}
