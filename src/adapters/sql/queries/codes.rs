//! Sign-up codes, as digests.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::CodeTry;
use subtle::ConstantTimeEq;

use super::Conn;
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::signup_codes;
use crate::adapters::sql::time::Ms;

/// Tries that one code allows (contract D-B12).
const TRIES: i16 = 5;

pub(in crate::adapters::sql) async fn put(
    conn: &mut Conn,
    email_key: &str,
    digest: &[u8],
    expires_at: Instant,
) -> SqlResult<()> {
    diesel::replace_into(signup_codes::table)
        .values((
            signup_codes::email_key.eq(email_key),
            signup_codes::code_digest.eq(digest),
            signup_codes::tries_left.eq(TRIES),
            signup_codes::expires_at.eq(Ms::from(expires_at)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// The try is spent before the codes are compared, so parallel guesses cannot get more than five.
pub(in crate::adapters::sql) async fn try_code(
    conn: &mut Conn,
    email_key: &str,
    digest: &[u8],
    now: Instant,
) -> SqlResult<CodeTry> {
    conn.transaction(async |conn| {
        let usable = signup_codes::table
            .find(email_key)
            .filter(signup_codes::expires_at.gt(Ms::from(now)))
            .filter(signup_codes::tries_left.gt(0));
        let spent = diesel::update(usable)
            .set(signup_codes::tries_left.eq(signup_codes::tries_left - 1))
            .execute(conn)
            .await?;
        if spent == 0 {
            return Ok(CodeTry::Missing);
        }
        let kept: Vec<u8> =
            signup_codes::table.find(email_key).select(signup_codes::code_digest).first(conn).await?;
        if !bool::from(kept.ct_eq(digest)) {
            return Ok(CodeTry::Wrong);
        }
        diesel::delete(signup_codes::table.find(email_key)).execute(conn).await?;
        Ok::<_, SqlError>(CodeTry::Right)
    })
    .await
}

pub(in crate::adapters::sql) async fn remove_expired(conn: &mut Conn, now: Instant) -> SqlResult<u64> {
    let expired = signup_codes::table.filter(signup_codes::expires_at.le(Ms::from(now)));
    Ok(diesel::delete(expired).execute(conn).await? as u64)
}
