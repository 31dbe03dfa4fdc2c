//! The few bytes of a WebP header that say what is inside.
//!
//! The decoder compares the size of the inner picture with the one of the canvas only after it has decoded a lossy
//! picture, so a tiny canvas could hide an inner picture of 268 megapixels.

/// What the first picture in the container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WebpPicture {
    pub(super) is_lossless: bool,
    pub(super) width: u32,
    pub(super) height: u32,
}

const RIFF_HEADER: usize = 12;
const CHUNK_HEADER: usize = 8;
const FRAME_HEADER: usize = 16;

/// `None` when there is no picture in the container.
pub(super) fn first_picture(file: &[u8]) -> Option<WebpPicture> {
    let mut rest = file.get(RIFF_HEADER..)?;
    loop {
        let (head, after) = rest.split_at_checked(CHUNK_HEADER)?;
        let (kind, size) = head.split_at_checked(4)?;
        let size = usize::try_from(u32::from_le_bytes(size.try_into().ok()?)).ok()?;
        rest = match kind {
            b"VP8 " => return lossy(after),
            b"VP8L" => return lossless(after),
            // A frame of an animation is a header and then chunks of its own.
            b"ANMF" => after.get(FRAME_HEADER..)?,
            _ => after.get(size.checked_add(size & 1)?..)?,
        };
    }
}

/// RFC 6386 §9.1: three bytes of tag, the start code, then 14 bits of width and height each.
fn lossy(data: &[u8]) -> Option<WebpPicture> {
    let &[_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1] = data.first_chunk()? else { return None };
    let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
    Some(WebpPicture { is_lossless: false, width: side(w0, w1), height: side(h0, h1) })
}

/// RFC 9649 §3.4: the signature, then 14 bits of width and height each, less one.
fn lossless(data: &[u8]) -> Option<WebpPicture> {
    let &[0x2f, a, b, c, d] = data.first_chunk()? else { return None };
    let bits = u32::from_le_bytes([a, b, c, d]);
    Some(WebpPicture { is_lossless: true, width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn container(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
        for (kind, data) in chunks {
            file.extend_from_slice(*kind);
            file.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
            file.extend_from_slice(data);
            file.resize(file.len().next_multiple_of(2), 0);
        }
        file
    }

    #[test]
    fn the_size_of_the_inner_picture_is_found_behind_other_chunks() {
        let canvas = [0u8; 10];
        let huge = [0, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f];
        let file = container(&[(b"VP8X", &canvas), (b"ICCP", b"odd"), (b"VP8 ", &huge)]);
        let expected = WebpPicture { is_lossless: false, width: 16_383, height: 16_383 };
        assert_eq!(first_picture(&file), Some(expected));
    }

    #[test]
    fn garbage_holds_no_picture() {
        assert_eq!(first_picture(b""), None);
        assert_eq!(first_picture(&container(&[(b"VP8 ", b"short")])), None);
        assert_eq!(first_picture(&container(&[(b"EXIF", b"only this")])), None);
        let mut endless = container(&[]);
        endless.extend_from_slice(b"EXIF\xff\xff\xff\xff");
        assert_eq!(first_picture(&endless), None);
    }
}
