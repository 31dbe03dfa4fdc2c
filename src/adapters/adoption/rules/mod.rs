//! What becomes of a row: functions from the old row to the new one, or to nothing, and the reasons. The principle:
//! nothing that a person wrote is dropped unless it belongs to nobody, and what cannot be kept as it is says so.

pub(super) mod comments;
pub(super) mod diaries;
pub(super) mod images;
pub(super) mod likes;
pub(super) mod people;
pub(super) mod replies;
pub(super) mod times;
