//! How long a batch of chat messages takes to be durable:
//! `cargo run --release --example append [MESSAGES_PER_BATCH [BATCHES [DATABASE_URL]]]`.
//!
//! Without an address it writes to a new SQLite file in the current folder and removes it afterwards. On a server, give
//! it an empty database.

use std::time::{Duration, Instant};

use nine_cloud::adapters::sql::{Migrations, SqlOptions, SqlStore};
use nine_cloud_actors::domain::chat::{Alias, ChatText, ClientId, LogKey, Oid};
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::ports::{BoxError, ChatLog, Draft, NewMessage};

/// Those who talk; each message is of the next one.
const PEOPLE: u64 = 200;

fn main() -> Result<(), BoxError> {
    let mut arguments = std::env::args().skip(1);
    let size: u64 = arguments.next().map_or(Ok(16), |text| text.parse())?;
    let batches: u64 = arguments.next().map_or(Ok(5000), |text| text.parse())?;
    let folder = tempfile::tempdir_in(".")?;
    let embedded = || format!("sqlite://{}", folder.path().join("append.db").display());
    let url = arguments.next().unwrap_or_else(embedded);
    Migrations::of(&url)?.run()?;
    let store = SqlStore::open(&url, &SqlOptions::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    for (what, is_named) in [("without client ids", false), ("with client ids", true)] {
        let mut took = runtime.block_on(append(&store, size, batches, is_named))?;
        took.sort_unstable();
        let total: Duration = took.iter().sum();
        let micros = |percent: usize| took[(took.len() - 1) * percent / 100].as_micros();
        println!(
            "{batches} batches of {size} {what}: mean {} µs, p50 {}, p90 {}, p99 {}, worst {}; {} batches/s",
            total.as_micros() / u128::from(batches),
            micros(50),
            micros(90),
            micros(99),
            micros(100),
            u128::from(batches) * 1_000_000 / total.as_micros().max(1),
        );
    }
    Ok(())
}

/// One batch after another, as a room appends them; the time of each.
async fn append(
    store: &SqlStore,
    size: u64,
    batches: u64,
    is_named: bool,
) -> Result<Vec<Duration>, BoxError> {
    let mut tail = store.tail(LogKey::Plaza).await?;
    let mut took = Vec::new();
    for _ in 0..batches {
        let drafts = (tail + 1..=tail + size).map(|n| draft(n, is_named)).collect();
        let started = Instant::now();
        store.append(LogKey::Plaza, tail, drafts).await?;
        took.push(started.elapsed());
        tail += size;
    }
    Ok(took)
}

fn draft(n: u64, is_named: bool) -> Draft {
    let mixed = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    let oid = |n: u64| {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&mixed(n));
        Oid::from(bytes)
    };
    let at = chrono::DateTime::from_timestamp_millis(1_795_000_000_000 + i64::try_from(n).unwrap_or(0));
    let at = at.unwrap_or_default();
    let mut random = [0; 16];
    random[..8].copy_from_slice(&mixed(n));
    let text = "오늘은 비가 와서 집에 있었어요. 다들 뭐 하고 지내요?";
    Draft::Message(NewMessage {
        id: Oid::dated(at, &random),
        author: oid(n % PEOPLE),
        person: i64::try_from(n % PEOPLE).ok().map(UserId),
        name: Alias::new("기분 좋은 구름"),
        text: ChatText::parse(text).unwrap_or_else(|| unreachable!("it is short")),
        client_id: is_named.then(|| ClientId::parse(&format!("3f2a91c0-{n:08}"))).flatten(),
        at,
    })
}
