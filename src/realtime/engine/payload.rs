//! Several packets in one polling body: joined by the record separator, binary as base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{InvalidPacket, Packet};

/// Between packets. JSON escapes control characters, so it cannot occur inside a Socket.IO packet.
const SEPARATOR: char = '\u{1e}';

/// Reads the packets of a body in order; the first error is where reading must stop.
pub fn decode(body: &str) -> impl Iterator<Item = Result<Packet<'_>, InvalidPacket>> {
    body.split(SEPARATOR).map(Packet::decode)
}

/// Appends a packet that is already text, type digit included.
pub fn push_text(body: &mut String, packet: &str) {
    separate(body);
    body.push_str(packet);
}

/// Appends a binary packet.
pub fn push_binary(body: &mut String, data: &[u8]) {
    separate(body);
    body.push('b');
    STANDARD.encode_string(data, body);
}

fn separate(body: &mut String) {
    if !body.is_empty() {
        body.push(SEPARATOR);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn packets_are_joined_by_the_record_separator() {
        let mut body = String::new();
        push_text(&mut body, "4hello");
        push_binary(&mut body, &[1, 2, 3, 4]);
        push_text(&mut body, "2");
        assert_eq!(body, "4hello\u{1e}bAQIDBA==\u{1e}2");
        let packets: Result<Vec<_>, _> = decode(&body).collect();
        let binary = Packet::Binary(Bytes::from_static(&[1, 2, 3, 4]));
        assert_eq!(packets, Ok(vec![Packet::Message("hello"), binary, Packet::Ping("")]));
    }

    #[test]
    fn an_empty_body_or_part_is_an_invalid_packet() {
        assert_eq!(decode("").next(), Some(Err(InvalidPacket)));
        assert_eq!(decode("4a\u{1e}").nth(1), Some(Err(InvalidPacket)));
    }
}
