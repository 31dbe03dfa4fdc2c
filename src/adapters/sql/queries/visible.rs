//! Who may see a diary: its author; and everyone, when it is public and its author is not leaving (D-B10, D-B20).

use diesel::prelude::*;
use nine_cloud_actors::domain::ids::UserId;

use crate::adapters::sql::schema::diary_entries;

/// The condition on a diary for it to be seen by `viewer` (see [`viewer_id`]).
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn visible_to(viewer: i64) -> _ {
    diary_entries::author_id
        .eq(viewer)
        .or(diary_entries::is_public.eq(true).and(diary_entries::author_leaving.eq(false)))
}

/// Ids begin at 1, so a visitor without an account is nobody's author.
pub(super) fn viewer_id(viewer: Option<UserId>) -> i64 {
    viewer.map_or(0, |user| user.0)
}
