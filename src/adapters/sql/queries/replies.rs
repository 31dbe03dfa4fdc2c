//! Replies below comments.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamp};
use diesel_async::RunQueryDsl;
use nine_cloud_actors::domain::comment::Reply;
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, ReplyId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::text::CommentText;
use nine_cloud_actors::ports::OwnOutcome;

use super::visible::{viewer_id, visible_to};
use super::{Conn, last_id};
use crate::adapters::sql::fault::{SqlResult, is_orphan};
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

/// One statement: it adds a row below the comment if it is of this diary and, at that moment, the author may see it.
pub(in crate::adapters::sql) async fn add(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    comment: CommentId,
    text: &CommentText,
    now: Instant,
) -> SqlResult<Option<ReplyId>> {
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
    let added = diesel::insert_into(comment_replies::table)
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
        .await;
    match added {
        Ok(0) => Ok(None),
        Ok(_) => Ok(Some(ReplyId(last_id(conn).await?))),
        // Deleted between being seen and being referred to.
        Err(error) if is_orphan(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
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
