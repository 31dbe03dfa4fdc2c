//! Solutions, and who may ask for one.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use nine_cloud_actors::domain::ids::{DiaryId, UserId};
use nine_cloud_actors::domain::seoul::Instant;
use nine_cloud_actors::domain::solution::Answer;

use super::Conn;
use crate::adapters::sql::fault::{SqlError, SqlResult, is_orphan};
use crate::adapters::sql::rows::SolutionRow;
use crate::adapters::sql::schema::{accounts, diary_entries, diary_solutions};
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn take_turn(
    conn: &mut Conn,
    person: UserId,
    today: NaiveDate,
    limit: u16,
) -> SqlResult<Option<u16>> {
    let limit = i16::try_from(limit).unwrap_or(i16::MAX);
    conn.transaction(async |conn| {
        // Never back to an earlier day, which a node with a slow clock may still have.
        let new_day = accounts::solution_date.is_null().or(accounts::solution_date.lt(today));
        diesel::update(accounts::table.find(person.0).filter(new_day))
            .set((accounts::solution_date.eq(today), accounts::solutions_taken.eq(0)))
            .execute(conn)
            .await?;
        let left = accounts::table.find(person.0).filter(accounts::solutions_taken.lt(limit));
        let taken = diesel::update(left)
            .set(accounts::solutions_taken.eq(accounts::solutions_taken + 1))
            .execute(conn)
            .await?;
        if taken == 0 {
            return Ok(None);
        }
        let turn: i16 = accounts::table.find(person.0).select(accounts::solutions_taken).first(conn).await?;
        Ok::<_, SqlError>(u16::try_from(turn).ok())
    })
    .await
}

pub(in crate::adapters::sql) async fn keep(
    conn: &mut Conn,
    diary: DiaryId,
    answer: &Answer,
) -> SqlResult<bool> {
    let [first, second] = &answer.solution.action_tips;
    let kept = diesel::replace_into(diary_solutions::table)
        .values((
            diary_solutions::diary_id.eq(diary.0),
            diary_solutions::title.eq(&answer.solution.title),
            diary_solutions::first_tip.eq(first),
            diary_solutions::second_tip.eq(second),
            diary_solutions::source.eq(answer.source.as_wire()),
            diary_solutions::model.eq(&answer.model),
            diary_solutions::created_at.eq(Ms::from(answer.created_at)),
        ))
        .execute(conn)
        .await;
    match kept {
        Ok(_) => Ok(true),
        Err(error) if is_orphan(&error) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

pub(in crate::adapters::sql) async fn latest(
    conn: &mut Conn,
    author: UserId,
    diary: DiaryId,
) -> SqlResult<Option<Answer>> {
    let row = diary_solutions::table
        .inner_join(diary_entries::table)
        .filter(diary_solutions::diary_id.eq(diary.0))
        .filter(diary_entries::author_id.eq(author.0))
        .select(SolutionRow::as_select())
        .first(conn)
        .await
        .optional()?;
    row.map(SolutionRow::read).transpose()
}

pub(in crate::adapters::sql) async fn ai_consent(conn: &mut Conn, user: UserId) -> SqlResult<bool> {
    let given = accounts::table.find(user.0).select(accounts::ai_consent).first(conn).await.optional()?;
    Ok(given.unwrap_or(false))
}

pub(in crate::adapters::sql) async fn set_ai_consent(
    conn: &mut Conn,
    user: UserId,
    given: bool,
    now: Instant,
) -> SqlResult<bool> {
    let set = diesel::update(accounts::table.find(user.0))
        .set((accounts::ai_consent.eq(given), accounts::updated_at.eq(Ms::from(now))))
        .execute(conn)
        .await?;
    Ok(set == 1)
}
