//! The second stage: what a file is, by its first bytes, before anything is decoded.

use std::io::Cursor;
use std::panic::catch_unwind;
use std::sync::Arc;

use actix::{Actor, Context, Handler, MessageResult};
use image::{ImageError, ImageFormat, ImageReader};

use super::alive::Alive;
use super::messages::{InspectImage, InspectedImage};
use super::webp;
use crate::domain::file::ImageFormat as StoredFormat;
use crate::kit::ActorStats;
use crate::metered;
use crate::refusal::{Outcome, Refusal};

/// The largest file we take: 10 MB as people count them, and as the limit of the transport.
pub const MAX_IMAGE_BYTES: usize = 10 * 1024 * 1024;

/// The largest picture we decode.
pub const MAX_IMAGE_PIXELS: u64 = 25_000_000;

/// What the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Picture {
    /// How it is to be read.
    pub(super) format: ImageFormat,
    /// How it is to be written: drawings keep their sharp lines, photos stay small.
    pub(super) stored: StoredFormat,
    /// Width times height; at most [`MAX_IMAGE_PIXELS`].
    pub(super) pixels: u64,
}

/// Decides by content; names and types that the sender claims never come this far.
pub(super) fn inspect(file: &[u8]) -> Outcome<Picture> {
    if file.len() > MAX_IMAGE_BYTES {
        return Err(Refusal::ImageTooLarge);
    }
    let format = image::guess_format(file).map_err(|_| Refusal::ImageUnsupported)?;
    let (stored, (width, height)) = match format {
        ImageFormat::Png => (StoredFormat::Png, png_size(file).ok_or(Refusal::ImageBroken)?),
        ImageFormat::WebP => webp_size(file)?,
        ImageFormat::Gif => (StoredFormat::Png, gif_size(file).ok_or(Refusal::ImageBroken)?),
        ImageFormat::Bmp => (StoredFormat::Png, size(file, format)?),
        ImageFormat::Jpeg => (StoredFormat::Jpeg, size(file, format)?),
        _ => return Err(Refusal::ImageUnsupported),
    };
    let pixels = u64::from(width) * u64::from(height);
    match pixels {
        0 => Err(Refusal::ImageBroken),
        1..=MAX_IMAGE_PIXELS => Ok(Picture { format, stored, pixels }),
        _ => Err(Refusal::ImageTooManyPixels),
    }
}

/// By hand, for the decoder reads on to the pixels and may unpack a colour profile on its way.
fn png_size(file: &[u8]) -> Option<(u32, u32)> {
    let header = file.get(12..24)?.strip_prefix(b"IHDR")?;
    let (width, height) = header.split_first_chunk()?;
    Some((u32::from_be_bytes(*width), u32::from_be_bytes(*height.first_chunk()?)))
}

/// By hand, for the decoder reads on to the first frame.
fn gif_size(file: &[u8]) -> Option<(u32, u32)> {
    let &[w0, w1, h0, h1] = file.get(6..)?.first_chunk()?;
    Some((u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into()))
}

fn webp_size(file: &[u8]) -> Outcome<(StoredFormat, (u32, u32))> {
    let inner = webp::first_picture(file).ok_or(Refusal::ImageBroken)?;
    let (width, height) = size(file, ImageFormat::WebP)?;
    let stored = if inner.is_lossless { StoredFormat::Png } else { StoredFormat::Jpeg };
    Ok((stored, (width.max(inner.width), height.max(inner.height))))
}

fn size(file: &[u8], format: ImageFormat) -> Outcome<(u32, u32)> {
    ImageReader::with_format(Cursor::new(file), format).into_dimensions().map_err(|error| refusal(&error))
}

/// What a decoder's complaint means to the person.
pub(super) fn refusal(error: &ImageError) -> Refusal {
    match error {
        ImageError::Limits(_) => Refusal::ImageTooManyPixels,
        ImageError::Unsupported(_) => Refusal::ImageUnsupported,
        _ => Refusal::ImageBroken,
    }
}

/// Looks at one picture after the other; each takes microseconds, a large JPEG a millisecond.
pub(super) struct Inspect {
    _alive: Alive,
}

impl Inspect {
    pub(super) fn new(stats: &Arc<ActorStats>) -> Self {
        Self { _alive: Alive::new(stats) }
    }
}

impl Actor for Inspect {
    type Context = Context<Self>;
}

metered!(Inspect: InspectImage);

impl Handler<InspectImage> for Inspect {
    type Result = MessageResult<InspectImage>;

    fn handle(&mut self, message: InspectImage, _: &mut Self::Context) -> Self::Result {
        let InspectImage { ticket, bytes, purpose } = message;
        // A file that makes a decoder panic is a bad file, and no reason to lose this actor.
        let picture = catch_unwind(|| inspect(&bytes)).unwrap_or(Err(Refusal::ImageBroken));
        MessageResult(picture.map(|picture| InspectedImage { ticket, bytes, purpose, picture }))
    }
}
