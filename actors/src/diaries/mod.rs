//! Use cases around diaries: one file each. Those of a signed-in person are `PersonCommand`s; the public ones are
//! messages of [`Feed`].

mod calendar;
mod comment_reads;
mod delete;
mod detail;
mod draft;
mod edit;
mod feed;
mod like;
mod mine;
mod publish;

pub use calendar::{Calendar, GetCalendar};
pub use comment_reads::{CommentReads, Reading, Viewer};
pub use delete::DeleteDiary;
pub use detail::GetDiary;
pub use draft::DiaryDraft;
pub use edit::EditDiary;
pub use feed::{Feed, FeedPorts, GetPublicDiary, ListFeed, ListPublicComments};
pub use like::ToggleLike;
pub use mine::ListMyDiaries;
pub use publish::PublishDiary;
