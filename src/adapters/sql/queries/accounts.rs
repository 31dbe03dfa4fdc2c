//! People.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::account::{Account, Credentials, NewAccount};
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::ids::UserId;
use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::session::SessionId;
use nine_cloud_actors::ports::ProfileChange;

use super::{Conn, files, last_id};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::rows::{AccountRow, CredentialsRow};
use crate::adapters::sql::schema::{accounts, sessions};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn create(conn: &mut Conn, new: &NewAccount) -> SqlResult<Account> {
    let now = Ms::from(new.created_at);
    diesel::insert_into(accounts::table)
        .values((
            accounts::email.eq(new.email.as_typed()),
            accounts::email_key.eq(new.email.key()),
            accounts::username.eq(&new.username),
            accounts::password_hash.eq(new.password_hash.as_ref().map(Secret::reveal)),
            accounts::profile_image.eq(new.profile_image.as_ref().map(Image::as_store)),
            accounts::kind.eq(new.kind.as_wire()),
            accounts::is_admin.eq(false),
            accounts::created_at.eq(now),
            accounts::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(Account {
        id: UserId(last_id(conn).await?),
        email: new.email.clone(),
        username: new.username.clone(),
        profile_image: new.profile_image.clone(),
        kind: new.kind,
        is_admin: false,
        is_suspended: false,
        purge_at: None,
    })
}

pub(in crate::adapters::sql) async fn find(conn: &mut Conn, user: UserId) -> SqlResult<Option<Account>> {
    let row = accounts::table.find(user.0).select(AccountRow::as_select()).first(conn).await.optional()?;
    row.map(AccountRow::read).transpose()
}

pub(in crate::adapters::sql) async fn find_by_email(
    conn: &mut Conn,
    email_key: &str,
) -> SqlResult<Option<Credentials>> {
    let row = accounts::table
        .filter(accounts::email_key.eq(email_key))
        .select(CredentialsRow::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(CredentialsRow::read).transpose()
}

pub(in crate::adapters::sql) async fn find_credentials(
    conn: &mut Conn,
    user: UserId,
) -> SqlResult<Option<Credentials>> {
    let row =
        accounts::table.find(user.0).select(CredentialsRow::as_select()).first(conn).await.optional()?;
    row.map(CredentialsRow::read).transpose()
}

pub(in crate::adapters::sql) async fn update_profile(
    conn: &mut Conn,
    user: UserId,
    change: &ProfileChange,
    now: Instant,
) -> SqlResult<bool> {
    conn.transaction(async |conn| {
        // Locks the row, so that of two new pictures the second replaces the first, not the one before.
        let locked = diesel::update(accounts::table.find(user.0))
            .set(accounts::updated_at.eq(Ms::from(now)))
            .execute(conn)
            .await?;
        if locked == 0 {
            return Ok(false);
        }
        if let Some(username) = &change.username {
            diesel::update(accounts::table.find(user.0))
                .set(accounts::username.eq(username.as_str()))
                .execute(conn)
                .await?;
        }
        if let Some(picture) = &change.picture {
            let old: Option<String> =
                accounts::table.find(user.0).select(accounts::profile_image).first(conn).await?;
            diesel::update(accounts::table.find(user.0))
                .set(accounts::profile_image.eq(picture.key.as_str()))
                .execute(conn)
                .await?;
            files::queue_put(conn, picture, now).await?;
            files::queue_removal(conn, old, now).await?;
        }
        Ok::<_, SqlError>(true)
    })
    .await
}

pub(in crate::adapters::sql) async fn change_password(
    conn: &mut Conn,
    user: UserId,
    hash: &Secret,
    keep: &SessionId,
    now: Instant,
) -> SqlResult<()> {
    conn.transaction(async |conn| {
        diesel::update(accounts::table.find(user.0))
            .set((accounts::password_hash.eq(hash.reveal()), accounts::updated_at.eq(Ms::from(now))))
            .execute(conn)
            .await?;
        let others =
            sessions::table.filter(sessions::user_id.eq(user.0)).filter(sessions::id.ne(keep.as_str()));
        diesel::delete(others).execute(conn).await?;
        Ok::<_, SqlError>(())
    })
    .await
}

pub(in crate::adapters::sql) async fn replace_hash(
    conn: &mut Conn,
    user: UserId,
    old: &Secret,
    new: &Secret,
) -> SqlResult<()> {
    let unchanged = accounts::table.find(user.0).filter(accounts::password_hash.eq(old.reveal()));
    diesel::update(unchanged).set(accounts::password_hash.eq(new.reveal())).execute(conn).await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn set_admin(
    conn: &mut Conn,
    email_key: &str,
    is_admin: bool,
) -> SqlResult<bool> {
    let person = accounts::table.filter(accounts::email_key.eq(email_key));
    Ok(diesel::update(person).set(accounts::is_admin.eq(is_admin)).execute(conn).await? == 1)
}

pub(in crate::adapters::sql) async fn suspend(
    conn: &mut Conn,
    user: UserId,
    now: Instant,
) -> SqlResult<bool> {
    conn.transaction(async |conn| {
        let now = Ms::from(now);
        // Also of a suspended one: whether a row is there says whether there is such a person.
        let found = diesel::update(accounts::table.find(user.0))
            .set(accounts::updated_at.eq(now))
            .execute(conn)
            .await?;
        let free = accounts::table.find(user.0).filter(accounts::suspended_at.is_null());
        diesel::update(free).set(accounts::suspended_at.eq(now)).execute(conn).await?;
        diesel::delete(sessions::table.filter(sessions::user_id.eq(user.0))).execute(conn).await?;
        Ok::<_, SqlError>(found == 1)
    })
    .await
}

pub(in crate::adapters::sql) async fn reinstate(
    conn: &mut Conn,
    user: UserId,
    now: Instant,
) -> SqlResult<bool> {
    let freed = diesel::update(accounts::table.find(user.0))
        .set((accounts::suspended_at.eq(None::<Ms>), accounts::updated_at.eq(Ms::from(now))))
        .execute(conn)
        .await?;
    Ok(freed == 1)
}
