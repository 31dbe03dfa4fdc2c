//! The JSON of the contract, key by key. Field names are the client's, whatever their case.

mod comment;
mod diary;
mod message;
mod notification;
mod room;
mod solution;
mod time;

pub(super) use comment::{CommentList, ReplyList};
pub(super) use diary::{CalendarBody, DetailBody, DiaryBody, DiaryChanged, FeedBody};
pub(super) use message::{Message, said};
pub(super) use notification::NotificationList;
pub use notification::notification_json;
pub(super) use room::{ChatMessageList, RoomBody, RoomList};
pub(super) use solution::SolutionBody;
pub(super) use time::Stamp;

use nine_cloud_actors::domain::file::Image;

use super::state::Node;

/// Path of the picture of people who have none; served by [`super::assets`].
pub(super) const DEFAULT_PICTURE: &str = "/assets/default-profile.svg";

/// Renders images to addresses, at read time (contract §0.1). Those of ours lead to [`super::uploads`], wherever the file
/// is: nobody else has it in the first moments, and what a page holds must not run out.
#[derive(Clone, Copy)]
pub(super) struct Urls<'a> {
    public_url: &'a str,
}

impl<'a> Urls<'a> {
    pub(super) fn of(node: &'a Node) -> Self {
        Self { public_url: &node.public_url }
    }

    pub(super) fn image(&self, image: &Image) -> String {
        match image {
            Image::Stored(key) => format!("{}/uploads/{}", self.public_url, key.as_str()),
            Image::External(url) => url.clone(),
        }
    }

    /// Never absent: the client's comment list has no picture of its own to fall back to (contract §4).
    pub(super) fn picture(&self, image: Option<&Image>) -> String {
        image.map_or_else(|| format!("{}{DEFAULT_PICTURE}", self.public_url), |image| self.image(image))
    }
}
