//! Replies below comments.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::comment::Reply;
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, ReplyId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::{Added, OwnOutcome};

use super::notifications::Words;
use super::visible::{viewer_id, visible_to};
use super::{Conn, last_id, notifications};
use crate::adapters::sql::fault::{SqlError, SqlResult, is_orphan};
use crate::adapters::sql::rows::{AuthorRow, ReplyRow};
use crate::adapters::sql::schema::{accounts, comment_replies, diary_comments, diary_entries};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn list(
    conn: &mut Conn,
    diary: DiaryId,
    viewer: Option<UserId>,
) -> SqlResult<Vec<Reply>> {
    let rows = comment_replies::table
        .inner_join(accounts::table)
        .inner_join(diary_entries::table)
        .filter(comment_replies::diary_id.eq(diary.0))
        .filter(visible_to(viewer_id(viewer)))
        .order((comment_replies::created_at.desc(), comment_replies::id.desc()))
        .select((ReplyRow::as_select(), AuthorRow::as_select()))
        .load::<(ReplyRow, AuthorRow)>(conn)
        .await?;
    Ok(rows.into_iter().map(|(reply, author)| reply.read(author)).collect())
}

/// The insert adds a row below the comment if it is of this diary and, at that moment, the author may see it.
pub(in crate::adapters::sql) async fn add(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    comment: CommentId,
    text: &CommentText,
    now: Instant,
) -> SqlResult<Option<Added<ReplyId>>> {
    let added = conn.transaction(async |conn| {
        if insert(conn, author, diary, comment, text, now).await? == 0 {
            return Ok(None);
        }
        let id = ReplyId(last_id(conn).await?);
        let recipients = recipients(conn, comment).await?;
        let words = Words { actor: author, diary, comment, reply: Some(id), at: now };
        let notified = notifications::tell_of_words(conn, &words, recipients).await?;
        Ok::<_, SqlError>(Some(Added { id, notified }))
    });
    match added.await {
        // Deleted between being seen and being referred to.
        Err(SqlError::Query(error)) if is_orphan(&error) => Ok(None),
        added => added,
    }
}

/// The diary's author; and the comment's, if that is somebody else who may see the diary.
async fn recipients(conn: &mut Conn, comment: CommentId) -> QueryResult<Vec<i64>> {
    let (owner, is_seen, commenter) = diary_comments::table
        .inner_join(diary_entries::table)
        .filter(diary_comments::id.eq(comment.0))
        .select((diary_entries::author_id, visible_to(viewer_id(None)), diary_comments::author_id))
        .first::<(i64, bool, i64)>(conn)
        .await?;
    Ok(if is_seen && commenter != owner { vec![owner, commenter] } else { vec![owner] })
}

async fn insert(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    comment: CommentId,
    text: &CommentText,
    now: Instant,
) -> QueryResult<usize> {
    let now = Ms::from(now);
    let row = diary_comments::table
        .inner_join(diary_entries::table)
        .filter(diary_comments::id.eq(comment.0))
        .filter(diary_comments::diary_id.eq(diary.0))
        .filter(visible_to(author.0))
        .select((
            diary_comments::id,
            diary_comments::diary_id,
            author.0.into_sql::<BigInt>(),
            text.as_str().into_sql::<Text>(),
            now.into_sql::<Timestamp>(),
            now.into_sql::<Timestamp>(),
        ));
    diesel::insert_into(comment_replies::table)
        .values(row)
        .into_columns((
            comment_replies::comment_id,
            comment_replies::diary_id,
            comment_replies::author_id,
            comment_replies::content,
            comment_replies::created_at,
            comment_replies::updated_at,
        ))
        .execute(conn)
        .await
}

pub(in crate::adapters::sql) async fn edit(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    reply: ReplyId,
    text: &CommentText,
    now: Instant,
) -> SqlResult<OwnOutcome> {
    let whose = comment_replies::table
        .inner_join(diary_entries::table)
        .filter(comment_replies::id.eq(reply.0))
        .filter(comment_replies::diary_id.eq(diary.0))
        .filter(visible_to(author.0))
        .select(comment_replies::author_id)
        .first::<i64>(conn)
        .await
        .optional()?;
    match whose {
        None => Ok(OwnOutcome::Missing),
        Some(owner) if owner != author.0 => Ok(OwnOutcome::NotYours),
        Some(_) => {
            let edited = diesel::update(comment_replies::table.find(reply.0))
                .set((
                    comment_replies::content.eq(text.as_str()),
                    comment_replies::updated_at.eq(Ms::from(now)),
                ))
                .execute(conn)
                .await?;
            Ok(if edited == 0 { OwnOutcome::Missing } else { OwnOutcome::Done })
        }
    }
}

/// As for comments: own words always, of others only what is seen exists.
pub(in crate::adapters::sql) async fn delete(
    conn: &mut Conn,
    author: UserId,
    reply: ReplyId,
) -> SqlResult<OwnOutcome> {
    let own = comment_replies::table.find(reply.0).filter(comment_replies::author_id.eq(author.0));
    if diesel::delete(own).execute(conn).await? == 1 {
        return Ok(OwnOutcome::Done);
    }
    let seen = comment_replies::table
        .inner_join(diary_entries::table)
        .filter(comment_replies::id.eq(reply.0))
        .filter(visible_to(author.0))
        .select(comment_replies::id)
        .first::<i64>(conn)
        .await
        .optional()?;
    Ok(if seen.is_some() { OwnOutcome::NotYours } else { OwnOutcome::Missing })
}
