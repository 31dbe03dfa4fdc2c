//! Who people are at sign-in providers.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::account::{Account, NewAccount};
use nine_cloud_actors::domain::identity::Identity;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::session::Session;

use super::{Conn, accounts as people, leaving, sessions};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::{account_identities, accounts};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn owner(
    conn: &mut Conn,
    identity: &Identity,
) -> SqlResult<Option<UserId>> {
    let owner = account_identities::table
        .filter(account_identities::provider.eq(identity.provider.as_wire()))
        .filter(account_identities::subject.eq(identity.subject.as_str()))
        .select(account_identities::account_id)
        .first(conn)
        .await
        .optional()?;
    Ok(owner.map(UserId))
}

pub(in crate::adapters::sql) async fn bind(
    conn: &mut Conn,
    user: UserId,
    identity: &Identity,
    now: Instant,
) -> SqlResult<()> {
    diesel::insert_into(account_identities::table)
        .values((
            account_identities::provider.eq(identity.provider.as_wire()),
            account_identities::subject.eq(identity.subject.as_str()),
            account_identities::account_id.eq(user.0),
            account_identities::created_at.eq(Ms::from(now)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn create_owner(
    conn: &mut Conn,
    new: &NewAccount,
    identity: &Identity,
) -> SqlResult<Account> {
    conn.transaction(async |conn| {
        let account = people::create(conn, new).await?;
        bind(conn, account.id, identity, new.created_at).await?;
        Ok::<_, SqlError>(account)
    })
    .await
}

/// The no-op update holds the account's row, so that a sign-off or a suspension comes wholly before this, and is taken back, or wholly
/// after it, and ends the session.
pub(in crate::adapters::sql) async fn open_session(
    conn: &mut Conn,
    session: &Session,
    identity: &Identity,
) -> SqlResult<bool> {
    conn.transaction(async |conn| {
        let user = session.user;
        let held = diesel::update(accounts::table.find(user.0).filter(accounts::suspended_at.is_null()))
            .set(accounts::kind.eq(accounts::kind))
            .execute(conn)
            .await?;
        if held == 0 || owner(conn, identity).await? != Some(user) {
            return Ok(false);
        }
        leaving::take_back(conn, user, session.created_at).await?;
        sessions::insert(conn, session).await?;
        Ok::<_, SqlError>(true)
    })
    .await
}
