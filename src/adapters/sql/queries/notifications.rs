//! Notifications: the list, and who is told of a deed. What takes them away is in the foreign keys.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use nine_cloud_actors::domain::diary::Diary;
use nine_cloud_actors::domain::ids::{CommentId, DiaryId, NotificationId, ReplyId, UserId};
use nine_cloud_actors::domain::notification::{Notification, NotificationPage};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::ports::Notified;

use super::visible::visible_to;
use super::{Conn, PIECE, last_id};
use crate::adapters::sql::fault::SqlResult;
use crate::adapters::sql::rows::{AuthorRow, NotificationRow};
use crate::adapters::sql::schema::{
    accounts, comment_replies, diary_comments, diary_entries, diary_likes, notifications,
};
use crate::adapters::sql::time::Ms;

type Row = (NotificationRow, AuthorRow, bool, Option<String>, Option<String>);

pub(in crate::adapters::sql) async fn list(
    conn: &mut Conn,
    recipient: UserId,
    before: Option<NotificationId>,
    limit: u16,
) -> SqlResult<NotificationPage> {
    let limit = usize::from(limit);
    // One more than the page holds tells whether another page stands behind it.
    let mut notifications =
        newest(conn, recipient, before.map_or(i64::MAX, |before| before.0), limit + 1).await?;
    let is_last = notifications.len() <= limit;
    notifications.truncate(limit);
    let next = notifications.last().filter(|_| !is_last).map(|last| last.id);
    Ok(NotificationPage { unread: count_unread(conn, recipient).await?, notifications, next })
}

pub(in crate::adapters::sql) async fn find(
    conn: &mut Conn,
    recipient: UserId,
    id: NotificationId,
) -> SqlResult<Option<Notification>> {
    let found = newest(conn, recipient, id.0.saturating_add(1), 1).await?.pop();
    Ok(found.filter(|found| found.id == id))
}

/// What the recipient may see, below an id.
async fn newest(conn: &mut Conn, recipient: UserId, below: i64, most: usize) -> SqlResult<Vec<Notification>> {
    let rows = notifications::table
        .inner_join(accounts::table)
        .inner_join(diary_entries::table)
        .left_join(diary_comments::table)
        .left_join(comment_replies::table)
        .filter(notifications::recipient_id.eq(recipient.0))
        .filter(notifications::id.lt(below))
        .filter(visible_to(recipient.0))
        .order(notifications::id.desc())
        .limit(i64::try_from(most).unwrap_or(i64::MAX))
        .select((
            NotificationRow::as_select(),
            AuthorRow::as_select(),
            diary_entries::is_public,
            diary_comments::content.nullable(),
            comment_replies::content.nullable(),
        ))
        .load::<Row>(conn)
        .await?;
    let shown = rows.into_iter().map(|(row, actor, is_public, comment, reply)| {
        row.read(actor, reply.or(comment).as_deref().filter(|_| is_public))
    });
    shown.collect()
}

async fn count_unread(conn: &mut Conn, recipient: UserId) -> SqlResult<i64> {
    let unread = notifications::table
        .inner_join(diary_entries::table)
        .filter(notifications::recipient_id.eq(recipient.0))
        .filter(notifications::read_at.is_null())
        .filter(visible_to(recipient.0))
        .count();
    Ok(unread.get_result(conn).await?)
}

pub(in crate::adapters::sql) async fn mark_read(
    conn: &mut Conn,
    recipient: UserId,
    up_to: Option<NotificationId>,
    now: Instant,
) -> SqlResult<i64> {
    let unread = notifications::table
        .filter(notifications::recipient_id.eq(recipient.0))
        .filter(notifications::read_at.is_null())
        .filter(notifications::id.le(up_to.map_or(i64::MAX, |up_to| up_to.0)));
    diesel::update(unread).set(notifications::read_at.eq(Ms::from(now))).execute(conn).await?;
    count_unread(conn, recipient).await
}

/// Ids ascend with time, so the oldest stand first: no index is needed to find them. Empty when those are not that old.
pub(in crate::adapters::sql) async fn oldest(conn: &mut Conn, than: Instant) -> SqlResult<Vec<i64>> {
    let first = notifications::table
        .order(notifications::id)
        .limit(i64::try_from(PIECE).unwrap_or(i64::MAX))
        .select((notifications::id, notifications::created_at))
        .load::<(i64, Ms)>(conn)
        .await?;
    Ok(first.into_iter().filter(|(_, at)| at.instant() < than).map(|(id, _)| id).collect())
}

pub(in crate::adapters::sql) async fn remove(conn: &mut Conn, ids: &[i64]) -> SqlResult<u64> {
    let these = notifications::table.filter(notifications::id.eq_any(ids));
    Ok(diesel::delete(these).execute(conn).await? as u64)
}

/// Tells the author of `diary` that `actor` likes it, within the transaction of the like.
pub(super) async fn tell_of_like(
    conn: &mut Conn,
    actor: UserId,
    diary: &Diary,
) -> SqlResult<Option<Notified>> {
    if diary.author == actor {
        return Ok(None);
    }
    let like = diary_likes::table
        .filter(diary_likes::user_id.eq(actor.0))
        .filter(diary_likes::diary_id.eq(diary.id.0))
        .select((
            diary.author.0.into_sql::<BigInt>(),
            diary_likes::user_id,
            diary_likes::diary_id,
            diary_likes::id.nullable(),
            diary_likes::created_at,
        ));
    diesel::insert_into(notifications::table)
        .values(like)
        .into_columns((
            notifications::recipient_id,
            notifications::actor_id,
            notifications::diary_id,
            notifications::like_id,
            notifications::created_at,
        ))
        .execute(conn)
        .await?;
    Ok(Some(Notified { id: NotificationId(last_id(conn).await?), recipient: diary.author }))
}

/// A comment or reply, as those who are told of it need it.
pub(super) struct Words {
    pub(super) actor: UserId,
    pub(super) diary: DiaryId,
    pub(super) comment: CommentId,
    pub(super) reply: Option<ReplyId>,
    pub(super) at: Instant,
}

/// Tells each of `recipients`, within the transaction of the words, but nobody of their own.
pub(super) async fn tell_of_words(
    conn: &mut Conn,
    words: &Words,
    recipients: impl IntoIterator<Item = i64>,
) -> SqlResult<Vec<Notified>> {
    let mut notified = Vec::new();
    for recipient in recipients.into_iter().filter(|&recipient| recipient != words.actor.0) {
        diesel::insert_into(notifications::table)
            .values((
                notifications::recipient_id.eq(recipient),
                notifications::actor_id.eq(words.actor.0),
                notifications::diary_id.eq(words.diary.0),
                notifications::comment_id.eq(words.comment.0),
                notifications::reply_id.eq(words.reply.map(|reply| reply.0)),
                notifications::created_at.eq(Ms::from(words.at)),
            ))
            .execute(conn)
            .await?;
        notified.push(Notified { id: NotificationId(last_id(conn).await?), recipient: UserId(recipient) });
    }
    Ok(notified)
}
