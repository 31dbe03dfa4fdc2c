//! Live chat rooms.
//!
//! A [`Room`] keeps the order of what is said in it, writes it to the chat log and hands it to the workers, one
//! [`Parcel`] per worker. [`Rooms`] starts and closes them. Who may enter is decided in the [`Lobby`]; what a socket comes
//! back to after its connection broke is a [`Record`], written by the [`RecoveryKeeper`].
//!
//! The log is the truth: a message is shown to nobody before it is stored, and its sender is told last.

mod admission;
mod allowance;
mod archive;
mod at_log;
mod census;
mod closing;
mod counts;
mod directory;
mod keeper;
mod logic;
#[cfg(test)]
mod logic_tests;
mod members;
mod messages;
mod moderation;
mod outbound;
mod parcel;
mod presence;
mod pseudonym;
mod recovery;
mod refusal;
mod returning;
mod room;
mod roster;
mod window;

pub use admission::{Admission, AskAdmission, ConfirmReader, GetMyCloud, Lobby};
pub use allowance::{Allowance, Pace};
pub use archive::{Archive, HistoryPage, Reader, RoomStatus};
pub use counts::ChatCounts;
pub use directory::RoomDirectory;
pub use keeper::{KeepRecovery, RecoveryKeeper};
pub use members::Author;
pub use messages::{
    CatchUp, CloseRoom, CountElsewhere, DeleteMessage, ExpelPerson, Heard, LeaveCluster, LeaveRoom, LogIn,
    MoveSeat, NameMember, PutOut, ReadClosedRooms, SendMessage, SetShut, SetTyping, StartRoom, TakeSeat,
    TurnRooms,
};
pub use moderation::{ModeratedRoom, Moderation};
pub use parcel::{Batch, Expulsion, Item, LineId, Lines, NewSeat, Parcel, Receipt, Seated, SocketKey, Word};
pub use pseudonym::Pseudonyms;
pub use recovery::{GuestName, KEPT_FOR, REPLAY_WINDOW, Record, RoomStart, Who, read_offset, write_offset};
pub use refusal::ChatRefusal;
pub use room::{Room, RoomPorts};
pub use roster::Rooms;
