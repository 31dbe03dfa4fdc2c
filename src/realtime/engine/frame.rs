//! Server WebSocket frames (RFC 6455 §5.2), written straight into a send buffer.
//!
//! A broadcast is encoded once and copied into many buffers, each copy with its own short ending; only a writer that
//! takes the message in parts does that without putting it together first.

use bytes::{BufMut, BytesMut};

pub(super) const TEXT: u8 = 0x1;
pub(super) const BINARY: u8 = 0x2;
pub(super) const CLOSE: u8 = 0x8;
pub(super) const PONG: u8 = 0xA;

const FINAL: u8 = 0x80;

/// Appends one unmasked, unfragmented frame whose payload is the parts one after another.
pub(super) fn write(buffer: &mut BytesMut, opcode: u8, parts: &[&[u8]]) {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    buffer.reserve(length + 10);
    buffer.put_u8(FINAL | opcode);
    if let Ok(short @ 0..=125) = u8::try_from(length) {
        buffer.put_u8(short);
    } else if let Ok(medium) = u16::try_from(length) {
        buffer.put_u8(126);
        buffer.put_u16(medium);
    } else {
        buffer.put_u8(127);
        buffer.put_u64(length as u64);
    }
    for part in parts {
        buffer.put_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(length: usize) -> Vec<u8> {
        let mut buffer = BytesMut::new();
        write(&mut buffer, TEXT, &[&vec![b'x'; length]]);
        buffer[..buffer.len() - length].to_vec()
    }

    #[test]
    fn the_length_takes_the_shortest_form() {
        assert_eq!(header(0), [0x81, 0]);
        assert_eq!(header(119), [0x81, 119]);
        assert_eq!(header(126), [0x81, 126, 0, 126]);
        assert_eq!(header(65_535), [0x81, 126, 255, 255]);
        assert_eq!(header(65_536), [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }

    #[test]
    fn parts_make_one_payload() {
        let mut buffer = BytesMut::new();
        write(&mut buffer, BINARY, &[b"ab", b"", b"c"]);
        assert_eq!(&buffer[..], b"\x82\x03abc");
    }
}
