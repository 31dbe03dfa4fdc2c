//! One Engine.IO packet as text, as both transports carry it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

/// A packet from a client. Text is borrowed from the frame or payload it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<'a> {
    /// `0…`: only servers send it.
    Open(&'a str),
    /// `1`: the client leaves.
    Close,
    /// `2…`: from a client only as `2probe`, on a WebSocket that wants to take over.
    Ping(&'a str),
    /// `3…`: the answer to our ping.
    Pong(&'a str),
    /// `4…`
    Message(&'a str),
    /// `5`: the probed WebSocket takes over.
    Upgrade,
    /// `6`
    Noop,
    /// `b<base64>` in a payload; a binary frame on a WebSocket.
    Binary(Bytes),
}

/// The text is no packet. The session ends: after it nothing that follows can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an Engine.IO packet")]
pub struct InvalidPacket;

impl<'a> Packet<'a> {
    /// Reads one packet of a payload, where binary is base64.
    pub fn decode(text: &'a str) -> Result<Self, InvalidPacket> {
        match text.strip_prefix('b') {
            Some(encoded) => {
                STANDARD.decode(encoded).map(|data| Self::Binary(data.into())).map_err(|_| InvalidPacket)
            }
            None => Self::decode_text(text),
        }
    }

    /// Reads the packet in a WebSocket text frame, where binary has frames of its own.
    pub fn decode_text(text: &'a str) -> Result<Self, InvalidPacket> {
        let mut rest = text.chars();
        let kind = rest.next().ok_or(InvalidPacket)?;
        let data = rest.as_str();
        match kind {
            '0' => Ok(Self::Open(data)),
            '1' => Ok(Self::Close),
            '2' => Ok(Self::Ping(data)),
            '3' => Ok(Self::Pong(data)),
            '4' => Ok(Self::Message(data)),
            '5' => Ok(Self::Upgrade),
            '6' => Ok(Self::Noop),
            _ => Err(InvalidPacket),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_digit_is_its_packet() {
        for (text, packet) in [
            ("0{}", Packet::Open("{}")),
            ("1", Packet::Close),
            ("2probe", Packet::Ping("probe")),
            ("3", Packet::Pong("")),
            ("4안녕", Packet::Message("안녕")),
            ("5", Packet::Upgrade),
            ("6", Packet::Noop),
        ] {
            assert_eq!(Packet::decode(text), Ok(packet));
        }
    }

    #[test]
    fn binary_is_padded_standard_base64() {
        assert_eq!(Packet::decode("bAQIDBA=="), Ok(Packet::Binary(Bytes::from_static(&[1, 2, 3, 4]))));
        assert_eq!(Packet::decode("b"), Ok(Packet::Binary(Bytes::new())));
        for bad in ["bAQIDBA", "bAQIDBA=", "bAQ_DBA==", "b\u{1f}"] {
            assert_eq!(Packet::decode(bad), Err(InvalidPacket), "{bad}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "7", "abc", "-1", "é4"] {
            assert_eq!(Packet::decode(bad), Err(InvalidPacket), "{bad}");
        }
        assert_eq!(Packet::decode_text("bAQIDBA=="), Err(InvalidPacket), "a text frame has no base64");
    }
}
