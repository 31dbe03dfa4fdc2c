//! Likes, with the count on the diary.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::Toggled;

use super::visible::visible_to;
use super::{Conn, diaries, notifications};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::{diary_entries, diary_likes};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn toggle(
    conn: &mut Conn,
    user: UserId,
    diary: DiaryId,
    now: Instant,
) -> SqlResult<Option<Toggled>> {
    conn.transaction(async |conn| {
        // Locks the diary: from here on toggles of it come one after another, and the count is that of the rows.
        let visible = diary_entries::table.find(diary.0).filter(visible_to(user.0));
        let locked = diesel::update(visible)
            .set(diary_entries::like_count.eq(diary_entries::like_count))
            .execute(conn)
            .await?;
        if locked == 0 {
            return Ok(None);
        }
        let own = diary_likes::table
            .filter(diary_likes::user_id.eq(user.0))
            .filter(diary_likes::diary_id.eq(diary.0));
        let taken_back = diesel::delete(own).execute(conn).await? == 1;
        if !taken_back {
            diesel::insert_into(diary_likes::table)
                .values((
                    diary_likes::user_id.eq(user.0),
                    diary_likes::diary_id.eq(diary.0),
                    diary_likes::created_at.eq(Ms::from(now)),
                ))
                .execute(conn)
                .await?;
        }
        let step: i64 = if taken_back { -1 } else { 1 };
        diesel::update(diary_entries::table.find(diary.0))
            .set(diary_entries::like_count.eq(diary_entries::like_count + step))
            .execute(conn)
            .await?;
        let diary = diaries::find_row(conn, diary).await?;
        let notified =
            if taken_back { None } else { notifications::tell_of_like(conn, user, &diary).await? };
        Ok::<_, SqlError>(Some(Toggled { liked: !taken_back, diary, notified }))
    })
    .await
}
