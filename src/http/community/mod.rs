//! `/community`: the rooms of the live chat as they are read without a socket. The chat itself is served by
//! `crate::realtime`.

pub(super) mod messages;
pub(super) mod rooms;

use nine_cloud_actors::rooms::Reader;

use super::caller::MaybeCaller;
use super::client::Client;

fn reader(caller: MaybeCaller, client: Client) -> Reader {
    caller.0.map_or(Reader::Visitor(client.0), |caller| Reader::Person(caller.0))
}
