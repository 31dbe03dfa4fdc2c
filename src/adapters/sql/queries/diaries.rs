//! Diaries.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::diary::{Diary, DiaryChange, DiaryDetail, DiaryPage, NewDiary, PAGE_SIZE};
use nine_cloud_actors::domain::emotion::Level;
use nine_cloud_actors::domain::file::Image;
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::{Instant, SeoulMonth, midnight, to_millis};
use nine_cloud_actors::ports::Span;

use super::visible::{viewer_id, visible_to};
use super::{Conn, files, last_id};
use crate::adapters::sql::fault::{SqlError, SqlResult};
use crate::adapters::sql::rows::{DiaryRow, LikeRow};
use crate::adapters::sql::schema::{accounts, diary_entries, diary_likes};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn publish(conn: &mut Conn, new: &NewDiary) -> SqlResult<Diary> {
    let id = conn
        .transaction(async |conn| {
            insert(conn, new).await?;
            let id = last_id(conn).await?;
            // The insert holds the author's row (foreign key), so a sign-off comes wholly before or after this.
            let leaving = accounts::table
                .find(new.author.0)
                .filter(accounts::purge_at.is_not_null())
                .select(accounts::id)
                .first::<i64>(conn)
                .await
                .optional()?;
            if leaving.is_some() {
                diesel::update(diary_entries::table.find(id))
                    .set(diary_entries::author_leaving.eq(true))
                    .execute(conn)
                    .await?;
            }
            if let Some(drawing) = &new.drawing {
                files::queue_put(conn, drawing, new.created_at).await?;
            }
            Ok::<_, SqlError>(id)
        })
        .await?;
    let created_at = to_millis(new.created_at);
    Ok(Diary {
        id: DiaryId(id),
        author: new.author,
        date: new.date,
        emotion: new.emotion,
        image: new.drawing.as_ref().map(|drawing| Image::Stored(drawing.key.clone())),
        content: new.content.clone(),
        is_public: new.is_public,
        view_count: 0,
        like_count: 0,
        sentence: new.sentence.clone(),
        weather: new.weather,
        temperature: new.temperature,
        humid: new.humid,
        sleep: new.sleep,
        created_at,
        updated_at: created_at,
    })
}

async fn insert(conn: &mut Conn, new: &NewDiary) -> SqlResult<()> {
    let now = Ms::from(new.created_at);
    let level = |level: Option<Level>| level.map(|level| i16::from(level.value()));
    diesel::insert_into(diary_entries::table)
        .values((
            diary_entries::author_id.eq(new.author.0),
            diary_entries::diary_date.eq(new.date),
            diary_entries::emotion.eq(new.emotion.value()),
            diary_entries::image.eq(new.drawing.as_ref().map(|drawing| drawing.key.as_str())),
            diary_entries::content.eq(new.content.as_str()),
            diary_entries::is_public.eq(new.is_public),
            diary_entries::author_leaving.eq(false),
            diary_entries::view_count.eq(0),
            diary_entries::like_count.eq(0),
            diary_entries::sentence.eq(new.sentence.as_deref()),
            diary_entries::weather.eq(new.weather.as_wire()),
            diary_entries::temperature.eq(level(new.temperature)),
            diary_entries::humid.eq(level(new.humid)),
            diary_entries::sleep.eq(level(new.sleep)),
            diary_entries::created_at.eq(now),
            diary_entries::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn find_of_day(
    conn: &mut Conn,
    author: UserId,
    date: NaiveDate,
) -> SqlResult<Option<DiaryId>> {
    let id = diary_entries::table
        .filter(diary_entries::author_id.eq(author.0))
        .filter(diary_entries::diary_date.eq(date))
        .select(diary_entries::id)
        .first(conn)
        .await
        .optional()?;
    Ok(id.map(DiaryId))
}

pub(in crate::adapters::sql) async fn find_visible(
    conn: &mut Conn,
    diary: DiaryId,
    viewer: Option<UserId>,
) -> SqlResult<Option<DiaryDetail>> {
    let viewer = viewer_id(viewer);
    let own_like = diary_likes::diary_id.eq(diary_entries::id).and(diary_likes::user_id.eq(viewer));
    let row = diary_entries::table
        .left_join(diary_likes::table.on(own_like))
        .filter(diary_entries::id.eq(diary.0))
        .filter(visible_to(viewer))
        .select((DiaryRow::as_select(), Option::<LikeRow>::as_select()))
        .first::<(DiaryRow, Option<LikeRow>)>(conn)
        .await
        .optional()?;
    row.map(|(diary, like)| Ok(DiaryDetail { diary: diary.read()?, like: like.map(LikeRow::read) }))
        .transpose()
}

pub(in crate::adapters::sql) async fn count_view(conn: &mut Conn, diary: DiaryId) -> SqlResult<Option<i64>> {
    conn.transaction(async |conn| {
        let counted = diesel::update(diary_entries::table.find(diary.0))
            .set(diary_entries::view_count.eq(diary_entries::view_count + 1))
            .execute(conn)
            .await?;
        if counted == 0 {
            return Ok(None);
        }
        let views = diary_entries::table.find(diary.0).select(diary_entries::view_count).first(conn).await?;
        Ok::<_, SqlError>(Some(views))
    })
    .await
}

pub(in crate::adapters::sql) async fn list_month(
    conn: &mut Conn,
    author: UserId,
    month: SeoulMonth,
) -> SqlResult<Vec<Diary>> {
    // The last day, not the end: text of the year 10000 would not sort.
    let last_day = month.end_day().pred_opt().unwrap_or(month.end_day());
    let rows = diary_entries::table
        .filter(diary_entries::author_id.eq(author.0))
        .filter(diary_entries::diary_date.between(month.first_day(), last_day))
        .order(diary_entries::diary_date)
        .select(DiaryRow::as_select())
        .load(conn)
        .await?;
    rows.into_iter().map(DiaryRow::read).collect()
}

pub(in crate::adapters::sql) async fn list_public(
    conn: &mut Conn,
    span: Span,
    page: u32,
) -> SqlResult<DiaryPage> {
    let rows = diary_entries::table
        .filter(diary_entries::is_public.eq(true))
        .filter(diary_entries::author_leaving.eq(false))
        .filter(diary_entries::created_at.ge(Ms::from(span.from)))
        .filter(diary_entries::created_at.lt(Ms::from(span.until)))
        .order((diary_entries::created_at.desc(), diary_entries::id.desc()))
        .limit(ROWS)
        .offset(offset(page))
        .select(DiaryRow::as_select())
        .load(conn)
        .await?;
    to_page(rows)
}

pub(in crate::adapters::sql) async fn list_own(
    conn: &mut Conn,
    author: UserId,
    span: Span,
    page: u32,
) -> SqlResult<DiaryPage> {
    let rows = diary_entries::table
        .filter(diary_entries::author_id.eq(author.0))
        .filter(diary_entries::created_at.ge(Ms::from(span.from)))
        .filter(diary_entries::created_at.lt(Ms::from(span.until)))
        .order((diary_entries::created_at.desc(), diary_entries::id.desc()))
        .limit(ROWS)
        .offset(offset(page))
        .select(DiaryRow::as_select())
        .load(conn)
        .await?;
    to_page(rows)
}

#[expect(clippy::cast_possible_wrap, reason = "a small constant")]
const PER_PAGE: i64 = PAGE_SIZE as i64;

/// One more than a page holds tells whether another page stands behind it.
const ROWS: i64 = PER_PAGE + 1;

fn offset(page: u32) -> i64 {
    i64::from(page) * PER_PAGE
}

fn to_page(mut rows: Vec<DiaryRow>) -> SqlResult<DiaryPage> {
    let is_last = rows.len() <= PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    Ok(DiaryPage { diaries: rows.into_iter().map(DiaryRow::read).collect::<SqlResult<_>>()?, is_last })
}

pub(in crate::adapters::sql) async fn edit(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    change: &DiaryChange,
    now: Instant,
) -> SqlResult<Option<Diary>> {
    conn.transaction(async |conn| {
        let own = diary_entries::table.find(diary.0).filter(diary_entries::author_id.eq(author.0));
        let edited = diesel::update(own)
            .set((
                change.content.as_ref().map(|content| diary_entries::content.eq(content.as_str())),
                diary_entries::is_public.eq(change.is_public),
                diary_entries::updated_at.eq(Ms::from(now)),
            ))
            .execute(conn)
            .await?;
        if edited == 0 {
            return Ok(None);
        }
        find_row(conn, diary).await.map(Some)
    })
    .await
}

pub(super) async fn find_row(conn: &mut Conn, diary: DiaryId) -> Result<Diary, SqlError> {
    diary_entries::table.find(diary.0).select(DiaryRow::as_select()).first(conn).await?.read()
}

pub(in crate::adapters::sql) async fn delete(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
    now: Instant,
) -> SqlResult<bool> {
    conn.transaction(async |conn| {
        let own = || diary_entries::table.find(diary.0).filter(diary_entries::author_id.eq(author.0));
        let locked = diesel::update(own())
            .set(diary_entries::like_count.eq(diary_entries::like_count))
            .execute(conn)
            .await?;
        if locked == 0 {
            return Ok(false);
        }
        let (image, date): (Option<String>, Option<NaiveDate>) =
            own().select((diary_entries::image, diary_entries::diary_date)).first(conn).await?;
        files::queue_removal(conn, image, now).await?;
        diesel::delete(own()).execute(conn).await?;
        if let Some(date) = date {
            give_day_to_next(conn, author, date).await?;
        }
        Ok::<_, SqlError>(true)
    })
    .await
}

/// The previous service let several diaries of a day happen, and its calendar showed the latest that there was.
async fn give_day_to_next(conn: &mut Conn, author: UserId, date: NaiveDate) -> SqlResult<()> {
    let (begin, end) = (midnight(date), midnight(date) + TimeDelta::days(1));
    let next = diary_entries::table
        .filter(diary_entries::author_id.eq(author.0))
        .filter(diary_entries::created_at.ge(Ms::from(begin)))
        .filter(diary_entries::created_at.lt(Ms::from(end)))
        .filter(diary_entries::diary_date.is_null())
        .order((diary_entries::created_at.desc(), diary_entries::id.desc()))
        .select(diary_entries::id)
        .first::<i64>(conn)
        .await
        .optional()?;
    if let Some(next) = next {
        diesel::update(diary_entries::table.find(next))
            .set(diary_entries::diary_date.eq(date))
            .execute(conn)
            .await?;
    }
    Ok(())
}
