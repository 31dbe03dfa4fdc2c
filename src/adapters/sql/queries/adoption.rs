//! The rows of the previous service, and the one row that says whose turn it is to bring them.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::seoul::Instant;

use super::Conn;
use super::many_rows::{BindRow, ManyRows};
use crate::adapters::sql::adoption::{AdoptedCounts, AdoptedRows, Beginning};
use crate::adapters::sql::adoption_rows::{
    CommentColumns, DiaryColumns, LikeColumns, PersonColumns, ReplyColumns,
};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::schema::{
    accounts, adoptions, comment_replies, diary_comments, diary_entries, diary_likes,
};
use crate::adapters::sql::time::Ms;

/// The id of the only row of `adoptions`.
const ONLY: i64 = 1;

/// Rows per statement; SQLite takes 32,766 values in one.
const ROWS: usize = 500;

/// Rows that are cleared in one transaction.
const PIECE: i64 = 2_000;

pub(in crate::adapters::sql) async fn begin(
    conn: &mut Conn,
    run: &str,
    now: Instant,
) -> SqlResult<Beginning> {
    conn.transaction(async |conn| {
        let started = (adoptions::run.eq(run), adoptions::started_at.eq(Ms::from(now)));
        let unfinished = adoptions::table.find(ONLY).filter(adoptions::finished_at.is_null());
        if diesel::update(unfinished).set(started).execute(conn).await? == 1 {
            return Ok(Beginning::AfterUnfinishedRun);
        }
        if holds_people(conn).await? {
            return Ok(Beginning::NotEmpty);
        }
        // Of a database that was filled once and emptied since.
        diesel::delete(adoptions::table.find(ONLY)).execute(conn).await?;
        diesel::insert_into(adoptions::table).values((adoptions::id.eq(ONLY), started)).execute(conn).await?;
        Ok::<_, SqlError>(Beginning::Fresh)
    })
    .await
}

async fn holds_people(conn: &mut Conn) -> SqlResult<bool> {
    let somebody = accounts::table.select(accounts::id).first::<i64>(conn).await.optional()?;
    Ok(somebody.is_some())
}

/// Whether the database is this run's; if so, it is held until the transaction ends.
async fn hold(conn: &mut Conn, run: &str) -> SqlResult<bool> {
    let own =
        adoptions::table.find(ONLY).filter(adoptions::run.eq(run)).filter(adoptions::finished_at.is_null());
    Ok(diesel::update(own).set(adoptions::run.eq(adoptions::run)).execute(conn).await? == 1)
}

/// A piece of one table, what belongs to others first, so that no deletion cascades into more than it counts.
macro_rules! clear_piece {
    ($conn:ident, $($table:ident),+) => {
        $(
            let ids: Vec<i64> =
                $table::table.order($table::id).limit(PIECE).select($table::id).load($conn).await?;
            if let (Some(first), Some(last)) = (ids.iter().min(), ids.iter().max()) {
                let piece = $table::table.filter($table::id.between(*first, *last));
                return Ok(Some(diesel::delete(piece).execute($conn).await?));
            }
        )+
    };
}

pub(in crate::adapters::sql) async fn clear(conn: &mut Conn, run: &str) -> SqlResult<Option<usize>> {
    conn.transaction(async |conn| {
        if !hold(conn, run).await? {
            return Ok(None);
        }
        clear_piece!(conn, comment_replies, diary_comments, diary_likes, diary_entries, accounts);
        Ok::<_, SqlError>(Some(0))
    })
    .await
}

pub(in crate::adapters::sql) async fn insert(
    conn: &mut Conn,
    run: &str,
    rows: &AdoptedRows,
) -> SqlResult<bool> {
    conn.transaction(async |conn| {
        if !hold(conn, run).await? {
            return Ok(false);
        }
        match rows {
            AdoptedRows::People(people) => {
                insert_all(conn, PEOPLE, people.iter().map(PersonColumns::of)).await?;
            }
            AdoptedRows::Diaries(diaries) => {
                insert_all(conn, DIARIES, diaries.iter().map(DiaryColumns::of)).await?;
            }
            AdoptedRows::Likes(likes) => insert_all(conn, LIKES, likes.iter().map(LikeColumns::of)).await?,
            AdoptedRows::Comments(comments) => {
                insert_all(conn, COMMENTS, comments.iter().map(CommentColumns::of)).await?;
            }
            AdoptedRows::Replies(replies) => {
                insert_all(conn, REPLIES, replies.iter().map(ReplyColumns::of)).await?;
            }
        }
        Ok::<_, SqlError>(true)
    })
    .await
}

async fn insert_all<R: BindRow + Send + Sync>(
    conn: &mut Conn,
    head: &'static str,
    rows: impl Iterator<Item = R>,
) -> SqlResult<()> {
    let rows: Vec<R> = rows.collect();
    for rows in rows.chunks(ROWS) {
        ManyRows { head, rows }.execute(conn).await?;
    }
    Ok(())
}

pub(in crate::adapters::sql) async fn finish(
    conn: &mut Conn,
    run: &str,
    expected: AdoptedCounts,
    now: Instant,
) -> SqlResult<Option<AdoptedCounts>> {
    conn.transaction(async |conn| {
        if !hold(conn, run).await? {
            return Ok(None);
        }
        let found = AdoptedCounts {
            people: unsigned(accounts::table.count().get_result(conn).await?),
            diaries: unsigned(diary_entries::table.count().get_result(conn).await?),
            likes: unsigned(diary_likes::table.count().get_result(conn).await?),
            comments: unsigned(diary_comments::table.count().get_result(conn).await?),
            replies: unsigned(comment_replies::table.count().get_result(conn).await?),
        };
        if found == expected {
            diesel::update(adoptions::table.find(ONLY))
                .set(adoptions::finished_at.eq(Ms::from(now)))
                .execute(conn)
                .await?;
        }
        Ok::<_, SqlError>(Some(found))
    })
    .await
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}

const PEOPLE: &str = "INSERT INTO accounts (id, email, email_key, username, password_hash, profile_image, kind, \
    is_admin, purge_at, created_at, updated_at) VALUES";

const DIARIES: &str = "INSERT INTO diary_entries (id, author_id, diary_date, emotion, image, content, is_public, \
    author_leaving, view_count, like_count, sentence, weather, temperature, humid, sleep, created_at, updated_at) VALUES";

const LIKES: &str = "INSERT INTO diary_likes (id, user_id, diary_id, created_at) VALUES";

const COMMENTS: &str = "INSERT INTO diary_comments (id, diary_id, author_id, content, is_edited, created_at, \
    updated_at) VALUES";

const REPLIES: &str = "INSERT INTO comment_replies (id, comment_id, diary_id, author_id, content, created_at, \
    updated_at) VALUES";

mod bind {
    //! The columns in the order of the heads above.

    use diesel::result::QueryResult;
    use diesel::sql_types::{BigInt, Bool, Date, Double, Nullable, SmallInt, Text, Timestamp};

    use super::super::many_rows::{BindRow, Columns};
    use super::{CommentColumns, DiaryColumns, LikeColumns, PersonColumns, ReplyColumns};

    impl BindRow for PersonColumns<'_> {
        fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()> {
            columns.push::<BigInt, _>(&self.id)?;
            columns.push::<Text, _>(self.email)?;
            columns.push::<Text, _>(self.email_key)?;
            columns.push::<Text, _>(self.username)?;
            columns.push::<Nullable<Text>, _>(&self.password_hash)?;
            columns.push::<Nullable<Text>, _>(&self.profile_image)?;
            columns.push::<Text, _>(self.kind)?;
            columns.push::<Bool, _>(&false)?;
            columns.push::<Nullable<Timestamp>, _>(&self.purge_at)?;
            columns.push::<Timestamp, _>(&self.created_at)?;
            columns.push::<Timestamp, _>(&self.updated_at)
        }
    }

    impl BindRow for DiaryColumns<'_> {
        fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()> {
            columns.push::<BigInt, _>(&self.id)?;
            columns.push::<BigInt, _>(&self.author)?;
            columns.push::<Nullable<Date>, _>(&self.date)?;
            columns.push::<Double, _>(&self.emotion)?;
            columns.push::<Nullable<Text>, _>(&self.image)?;
            columns.push::<Text, _>(self.content)?;
            columns.push::<Bool, _>(&self.is_public)?;
            columns.push::<Bool, _>(&self.author_leaving)?;
            columns.push::<BigInt, _>(&self.views)?;
            columns.push::<BigInt, _>(&self.likes)?;
            columns.push::<Nullable<Text>, _>(&self.sentence)?;
            columns.push::<Text, _>(self.weather)?;
            for level in &self.levels {
                columns.push::<Nullable<SmallInt>, _>(level)?;
            }
            columns.push::<Timestamp, _>(&self.created_at)?;
            columns.push::<Timestamp, _>(&self.updated_at)
        }
    }

    impl BindRow for LikeColumns {
        fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()> {
            columns.push::<BigInt, _>(&self.id)?;
            columns.push::<BigInt, _>(&self.person)?;
            columns.push::<BigInt, _>(&self.diary)?;
            columns.push::<Timestamp, _>(&self.created_at)
        }
    }

    impl BindRow for CommentColumns<'_> {
        fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()> {
            columns.push::<BigInt, _>(&self.id)?;
            columns.push::<BigInt, _>(&self.diary)?;
            columns.push::<BigInt, _>(&self.author)?;
            columns.push::<Text, _>(self.content)?;
            columns.push::<Bool, _>(&self.is_edited)?;
            columns.push::<Timestamp, _>(&self.created_at)?;
            columns.push::<Timestamp, _>(&self.updated_at)
        }
    }

    impl BindRow for ReplyColumns<'_> {
        fn bind<'b>(&'b self, columns: &mut Columns<'_, '_, 'b>) -> QueryResult<()> {
            columns.push::<BigInt, _>(&self.id)?;
            columns.push::<BigInt, _>(&self.comment)?;
            columns.push::<BigInt, _>(&self.diary)?;
            columns.push::<BigInt, _>(&self.author)?;
            columns.push::<Text, _>(self.content)?;
            columns.push::<Timestamp, _>(&self.created_at)?;
            columns.push::<Timestamp, _>(&self.updated_at)
        }
    }
}
