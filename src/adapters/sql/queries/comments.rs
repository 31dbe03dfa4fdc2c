//! Comments.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text, Timestamp};
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::comment::Comment;
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::{Added, OwnOutcome};

use super::notifications::Words;
use super::visible::{viewer_id, visible_to};
use super::{Conn, last_id, notifications};
use crate::adapters::sql::fault::{SqlError, SqlResult, is_orphan};
use crate::adapters::sql::rows::{AuthorRow, CommentRow};
use crate::adapters::sql::schema::{accounts, diary_comments, diary_entries};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn list(
    conn: &mut Conn,
    diary: DiaryId,
    viewer: Option<UserId>,
) -> SqlResult<Vec<Comment>> {
    let rows = diary_comments::table
        .inner_join(accounts::table)
        .inner_join(diary_entries::table)
        .filter(diary_comments::diary_id.eq(diary.0))
        .filter(visible_to(viewer_id(viewer)))
        .order((diary_comments::created_at.desc(), diary_comments::id.desc()))
        .select((CommentRow::as_select(), AuthorRow::as_select()))
        .load::<(CommentRow, AuthorRow)>(conn)
        .await?;
    Ok(rows.into_iter().map(|(comment, author)| comment.read(author)).collect())
}

/// The insert adds a row for the diary if, at that moment, the author may see it.
pub(in crate::adapters::sql) async fn add(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    text: &CommentText,
    now: Instant,
) -> SqlResult<Option<Added<CommentId>>> {
    let added = conn.transaction(async |conn| {
        if insert(conn, author, diary, text, now).await? == 0 {
            return Ok(None);
        }
        let id = CommentId(last_id(conn).await?);
        let owner =
            diary_entries::table.find(diary.0).select(diary_entries::author_id).first::<i64>(conn).await?;
        let words = Words { actor: author, diary, comment: id, reply: None, at: now };
        let notified = notifications::tell_of_words(conn, &words, [owner]).await?;
        Ok::<_, SqlError>(Some(Added { id, notified }))
    });
    match added.await {
        // Deleted between being seen and being referred to.
        Err(SqlError::Query(error)) if is_orphan(&error) => Ok(None),
        added => added,
    }
}

async fn insert(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    text: &CommentText,
    now: Instant,
) -> QueryResult<usize> {
    let now = Ms::from(now);
    let row = diary_entries::table.find(diary.0).filter(visible_to(author.0)).select((
        diary_entries::id,
        author.0.into_sql::<BigInt>(),
        text.as_str().into_sql::<Text>(),
        false.into_sql::<Bool>(),
        now.into_sql::<Timestamp>(),
        now.into_sql::<Timestamp>(),
    ));
    diesel::insert_into(diary_comments::table)
        .values(row)
        .into_columns((
            diary_comments::diary_id,
            diary_comments::author_id,
            diary_comments::content,
            diary_comments::is_edited,
            diary_comments::created_at,
            diary_comments::updated_at,
        ))
        .execute(conn)
        .await
}

pub(in crate::adapters::sql) async fn edit(
    conn: &mut Conn,
    author: UserId,
    comment: CommentId,
    text: &CommentText,
    now: Instant,
) -> SqlResult<OwnOutcome> {
    let whose = diary_comments::table
        .inner_join(diary_entries::table)
        .filter(diary_comments::id.eq(comment.0))
        .filter(visible_to(author.0))
        .select(diary_comments::author_id)
        .first::<i64>(conn)
        .await
        .optional()?;
    match whose {
        None => Ok(OwnOutcome::Missing),
        Some(owner) if owner != author.0 => Ok(OwnOutcome::NotYours),
        Some(_) => {
            let edited = diesel::update(diary_comments::table.find(comment.0))
                .set((
                    diary_comments::content.eq(text.as_str()),
                    diary_comments::is_edited.eq(true),
                    diary_comments::updated_at.eq(Ms::from(now)),
                ))
                .execute(conn)
                .await?;
            Ok(if edited == 0 { OwnOutcome::Missing } else { OwnOutcome::Done })
        }
    }
}

/// People may take their own words back wherever they stand; of the words of others only what they see exists.
pub(in crate::adapters::sql) async fn delete(
    conn: &mut Conn,
    author: UserId,
    comment: CommentId,
) -> SqlResult<OwnOutcome> {
    let own = diary_comments::table.find(comment.0).filter(diary_comments::author_id.eq(author.0));
    if diesel::delete(own).execute(conn).await? == 1 {
        return Ok(OwnOutcome::Done);
    }
    let seen = diary_comments::table
        .inner_join(diary_entries::table)
        .filter(diary_comments::id.eq(comment.0))
        .filter(visible_to(author.0))
        .select(diary_comments::id)
        .first::<i64>(conn)
        .await
        .optional()?;
    Ok(if seen.is_some() { OwnOutcome::NotYours } else { OwnOutcome::Missing })
}
