//! Removing people whose grace period is over.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::PurgeReport;

use super::{Conn, PIECE, files};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::{accounts, diary_entries, diary_likes};
use crate::adapters::sql::time::Ms;

/// People per transaction: short enough that writers of others hardly wait.
const BATCH: i64 = 50;

/// Some of the people whose time is over; empty when nobody is left.
pub(in crate::adapters::sql) async fn due(conn: &mut Conn, now: Instant) -> SqlResult<Vec<i64>> {
    let due = accounts::table
        .filter(accounts::purge_at.le(Ms::from(now)))
        .order((accounts::purge_at, accounts::id))
        .limit(BATCH)
        .select(accounts::id);
    Ok(due.load(conn).await?)
}

/// Removes those of `people` whose time is still over, with everything of theirs, in one transaction.
pub(in crate::adapters::sql) async fn remove(
    conn: &mut Conn,
    people: &[i64],
    now: Instant,
) -> SqlResult<PurgeReport> {
    conn.transaction(async |conn| {
        let still_due = || {
            accounts::table.filter(accounts::id.eq_any(people)).filter(accounts::purge_at.le(Ms::from(now)))
        };
        // Locks the rows: whoever takes the removal back now waits, and then finds nobody.
        diesel::update(still_due()).set(accounts::updated_at.eq(accounts::updated_at)).execute(conn).await?;
        let leaving: Vec<(i64, Option<String>)> =
            still_due().select((accounts::id, accounts::profile_image)).load(conn).await?;
        let (leaving, pictures): (Vec<i64>, Vec<Option<String>>) = leaving.into_iter().unzip();

        let mut files = files::queue_drawings(conn, &leaving, now).await?;
        for picture in pictures {
            files += files::queue_removal(conn, picture, now).await?;
        }
        take_back_likes(conn, &leaving).await?;
        let accounts =
            diesel::delete(accounts::table.filter(accounts::id.eq_any(&leaving))).execute(conn).await?;
        Ok::<_, SqlError>(PurgeReport { accounts: accounts as u64, files })
    })
    .await
}

/// Deletes the likes of `people` and counts those that stay, with the diaries locked as a toggle locks them.
async fn take_back_likes(conn: &mut Conn, people: &[i64]) -> SqlResult<()> {
    let liked: Vec<i64> = diary_likes::table
        .inner_join(diary_entries::table.on(diary_entries::id.eq(diary_likes::diary_id)))
        .filter(diary_likes::user_id.eq_any(people))
        .filter(diary_entries::author_id.ne_all(people))
        .order(diary_likes::diary_id)
        .select(diary_likes::diary_id)
        .distinct()
        .load(conn)
        .await?;
    for piece in liked.chunks(PIECE) {
        let diaries = || diary_entries::table.filter(diary_entries::id.eq_any(piece));
        diesel::update(diaries())
            .set(diary_entries::like_count.eq(diary_entries::like_count))
            .execute(conn)
            .await?;
        let theirs = diary_likes::table
            .filter(diary_likes::diary_id.eq_any(piece))
            .filter(diary_likes::user_id.eq_any(people));
        diesel::delete(theirs).execute(conn).await?;
        let remaining: Vec<(i64, i64)> = diary_likes::table
            .filter(diary_likes::diary_id.eq_any(piece))
            .group_by(diary_likes::diary_id)
            .select((diary_likes::diary_id, diesel::dsl::count_star()))
            .load(conn)
            .await?;
        diesel::update(diaries()).set(diary_entries::like_count.eq(0)).execute(conn).await?;
        for (diary, likes) in remaining {
            diesel::update(diary_entries::table.find(diary))
                .set(diary_entries::like_count.eq(likes))
                .execute(conn)
                .await?;
        }
    }
    Ok(())
}
