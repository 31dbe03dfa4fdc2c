//! Which rooms nobody may be in.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use nine_cloud_actors::domain::chat::RoomName;
use nine_cloud_actors::domain::seoul::Instant;

use super::Conn;
use crate::adapters::sql::fault::SqlResult;
use crate::adapters::sql::schema::chat_closed_rooms;
use crate::adapters::sql::time::Ms;

pub(in crate::adapters::sql) async fn close(conn: &mut Conn, room: RoomName, now: Instant) -> SqlResult<()> {
    diesel::insert_or_ignore_into(chat_closed_rooms::table)
        .values((
            chat_closed_rooms::room.eq(room.to_string()),
            chat_closed_rooms::closed_at.eq(Ms::from(now)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub(in crate::adapters::sql) async fn reopen(conn: &mut Conn, room: RoomName) -> SqlResult<bool> {
    Ok(diesel::delete(chat_closed_rooms::table.find(room.to_string())).execute(conn).await? == 1)
}

pub(in crate::adapters::sql) async fn all(conn: &mut Conn) -> SqlResult<Vec<RoomName>> {
    let rooms: Vec<String> = chat_closed_rooms::table.select(chat_closed_rooms::room).load(conn).await?;
    // A room that this release does not know, as after a roll back, keeps no other from opening.
    Ok(rooms.iter().filter_map(|room| room.parse().ok()).collect())
}
