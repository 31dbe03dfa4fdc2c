//! Who else is at a database.

use std::time::Duration;

use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use tokio::time::sleep;

use super::database::Address;
use super::migrate::MigrateError;

/// Whoever has just gone stays on the server's list for a moment, and a server that has just started is not on it yet.
const SETTLES: Duration = Duration::from_secs(3);

/// Everybody may see the connections of their own user, and a server has one at all times.
const OTHERS: &str = "SELECT COUNT(*) AS n FROM information_schema.processlist \
    WHERE db = DATABASE() AND user = LEFT(USER(), CHAR_LENGTH(USER()) - 1 - CHAR_LENGTH(SUBSTRING_INDEX(USER(), '@', -1))) \
    AND id <> CONNECTION_ID()";

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Whether somebody else is connected as the same user: a server, most likely. Never says so of SQLite, where the lock on
/// `DATA_DIR` does.
pub async fn is_in_use(url: &str) -> Result<bool, MigrateError> {
    let Address::Mysql(address) = Address::parse(url)? else { return Ok(false) };
    let mut connection = address.connect().await.map_err(MigrateError::Connect)?;
    sleep(SETTLES).await;
    let others: Number = diesel::sql_query(OTHERS).get_result(&mut connection).await?;
    Ok(others.n > 0)
}
