//! Fills a migrated, empty database for `make bench` (`benches/README.md`): people, diaries and likes in bulk.
//!
//! Each person wrote one diary a day, back from the end of the last month: a calendar of that month shows them, the
//! window of the feed contains it, and both hold on any day of the year. Every fifth diary is private.

use std::error::Error;
use std::fmt::Write as _;

use chrono::{Datelike, Days, NaiveDate, Utc};
use diesel::SqliteConnection;
use diesel_async::sync_connection_wrapper::SyncConnectionWrapper;
use diesel_async::{AsyncConnection, AsyncMysqlConnection, SimpleAsyncConnection};
use nine_cloud_actors::accounts::{Cost, Passwords};
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::date_of;

type Failure = Box<dyn Error + Send + Sync>;

const USAGE: &str = "seed DATABASE_URL PEOPLE DIARIES; prints the calendar month with diaries, as YYYY/M";

/// Rows of one statement: about half a megabyte of SQL.
const BATCH: usize = 1000;

/// The HTML that the editor makes of a short entry; a drawing goes with it.
const CONTENT: &str = "<p>오늘은 오랜만에 친구를 만나 한강을 걸었다.</p><p>바람이 차가웠지만 <strong>마음은 따뜻했다</strong>. \
    집에 오는 길에 작은 화분을 하나 샀다.</p>";

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, people, diaries] = words.as_slice() else { return Err(USAGE.into()) };
    let passwords = Passwords::new(Cost::Production, [0; 16])?;
    #[expect(
        clippy::disallowed_methods,
        reason = "the server that will be loaded takes the machine's time, too"
    )]
    let today = date_of(Utc::now());
    let last_day = today.with_day(1).and_then(|first| first.pred_opt()).ok_or("no last month")?;
    let seed = Seed {
        people: people.parse()?,
        diaries: diaries.parse()?,
        last_day,
        // One hash for all: what a sign-in costs does not depend on whose it is.
        password_hash: passwords.hash(&Secret::new("password1!"), [7; 16]).await?,
    };
    if let Some(path) = url.strip_prefix("sqlite://") {
        let mut conn = SyncConnectionWrapper::<SqliteConnection>::establish(path).await?;
        conn.batch_execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF").await?;
        seed.fill(&mut conn).await?;
    } else {
        let mut conn = AsyncMysqlConnection::establish(url).await?;
        seed.fill(&mut conn).await?;
        // The server does it by itself some seconds later, in the middle of the measurement.
        conn.batch_execute("ANALYZE TABLE accounts, diary_entries, diary_likes").await?;
    }
    println!("{}/{}", last_day.year(), last_day.month());
    Ok(())
}

struct Seed {
    people: u64,
    diaries: u64,
    last_day: NaiveDate,
    password_hash: Secret,
}

impl Seed {
    async fn fill<C: SimpleAsyncConnection>(&self, conn: &mut C) -> Result<(), Failure> {
        conn.batch_execute("BEGIN").await?;
        insert(conn, "accounts", ACCOUNT_COLUMNS, 0..self.people, |number| self.account(number)).await?;
        insert(conn, "diary_entries", DIARY_COLUMNS, 0..self.diaries, |number| self.diary(number)).await?;
        insert(conn, "diary_likes", LIKE_COLUMNS, 0..self.diaries, |number| self.like(number)).await?;
        conn.batch_execute("COMMIT").await?;
        Ok(())
    }

    fn account(&self, number: u64) -> String {
        let (id, hash) = (number + 1, self.password_hash.reveal());
        let email = format!("person{id}@example.com");
        format!("({id},'{email}','{email}','구름{id}','{hash}',NULL,'Common',0,'{EPOCH}','{EPOCH}')")
    }

    /// Ids go with time, as they would have.
    fn diary(&self, number: u64) -> String {
        let (id, author) = (number + 1, self.author_of(number));
        let days_back = (self.diaries - id) / self.people;
        let date = self.last_day.checked_sub_days(Days::new(days_back)).unwrap_or(self.last_day);
        let second = number % self.people * 40_000 / self.people;
        let at = format!("{date} {:02}:{:02}:{:02}.000", second / 3600, second / 60 % 60, second % 60);
        let (is_public, level) = (u8::from(!id.is_multiple_of(5)), number % 5 + 1);
        format!(
            "({id},{author},'{date}',{level},'{id:032x}.png','{CONTENT}',{is_public},0,0,1,\
             '작은 기쁨이 모여 큰 하루가 됩니다.','3',{level},{level},{level},'{at}','{at}')"
        )
    }

    /// One like per diary, by the next person.
    fn like(&self, number: u64) -> String {
        let (id, liker) = (number + 1, self.author_of(number + 1));
        format!("({id},{liker},{id},'{EPOCH}')")
    }

    fn author_of(&self, number: u64) -> u64 {
        number % self.people + 1
    }
}

const EPOCH: &str = "2024-01-01 00:00:00.000";
const ACCOUNT_COLUMNS: &str =
    "id,email,email_key,username,password_hash,profile_image,kind,is_admin,created_at,updated_at";
const DIARY_COLUMNS: &str = "id,author_id,diary_date,emotion,image,content,is_public,author_leaving,view_count,\
    like_count,sentence,weather,temperature,humid,sleep,created_at,updated_at";
const LIKE_COLUMNS: &str = "id,user_id,diary_id,created_at";

async fn insert<C: SimpleAsyncConnection>(
    conn: &mut C,
    table: &str,
    columns: &str,
    rows: std::ops::Range<u64>,
    row: impl Fn(u64) -> String,
) -> Result<(), Failure> {
    let rows: Vec<u64> = rows.collect();
    for batch in rows.chunks(BATCH) {
        let mut statement = format!("INSERT INTO {table} ({columns}) VALUES ");
        for (index, number) in batch.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // Writing to a String cannot fail.
            let _ = write!(statement, "{comma}{}", row(*number));
        }
        conn.batch_execute(&statement).await?;
    }
    Ok(())
}
