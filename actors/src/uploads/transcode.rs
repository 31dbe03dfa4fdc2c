//! The third stage: a picture is decoded and written anew, so that only its pixels survive: no metadata, no place
//! where it was taken, nothing that hides behind its end.

use std::io::Cursor;
use std::sync::Arc;

use actix::{Actor, Context, Handler, ResponseFuture};
use bytes::Bytes;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::imageops::FilterType as Resampling;
use image::{DynamicImage, ImageDecoder, ImageReader, ImageResult, Limits};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::alive::Alive;
use super::inspect::{Picture, refusal};
use super::messages::{InspectedImage, TranscodeImage};
use crate::domain::file::{FileKey, ImageFormat, NewFile};
use crate::kit::ActorStats;
use crate::metered;
use crate::ports::Ids;
use crate::refusal::{Outcome, Refusal};

/// What a picture is for, which decides its largest size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The drawing of a diary: the client's are 365 pixels wide.
    Drawing,
    /// The picture beside a name.
    Avatar,
}

impl Purpose {
    /// Pixels of the longest side; larger pictures are scaled down.
    pub fn longest_side(self) -> u32 {
        match self {
            Self::Drawing => 2048,
            Self::Avatar => 512,
        }
    }
}

/// From here on a picture takes all permits, so that only one large one is in memory at a time.
const LARGE_PIXELS: u64 = 6_000_000;
/// Bytes a decoder may ask for: eight per pixel, and some.
const SMALL_ALLOC: u64 = 64 * 1024 * 1024;
const LARGE_ALLOC: u64 = 256 * 1024 * 1024;
/// What we hand on at most: the row goes to the database in one packet, which MariaDB bounds at 16 MB.
const MAX_STORED_BYTES: usize = 8 * 1024 * 1024;
const JPEG_QUALITY: u8 = 85;

/// Decodes within limits, scales down, turns upright, encodes. Takes up to seconds of CPU.
pub(super) fn transcode(
    file: &[u8],
    picture: Picture,
    longest_side: u32,
) -> ImageResult<(ImageFormat, Vec<u8>)> {
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(if picture.pixels > LARGE_PIXELS { LARGE_ALLOC } else { SMALL_ALLOC });
    let mut reader = ImageReader::with_format(Cursor::new(file), picture.format);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let mut image = shrink(DynamicImage::from_decoder(decoder)?, longest_side);
    image.apply_orientation(orientation);
    encode(plain(image), picture.stored, MAX_STORED_BYTES)
}

/// In two steps: the first is fast and needs no memory, the second is smooth.
fn shrink(mut image: DynamicImage, longest_side: u32) -> DynamicImage {
    let rough = longest_side * 2;
    if image.width().max(image.height()) > rough {
        image = image.thumbnail(rough, rough);
    }
    if image.width().max(image.height()) > longest_side {
        image = image.resize(longest_side, longest_side, Resampling::Triangle);
    }
    image
}

/// Eight bits a channel, and transparency only where something shines through.
fn plain(image: DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image.into_rgb8().into();
    }
    let pixels = image.into_rgba8();
    let is_opaque = pixels.pixels().all(|pixel| pixel.0[3] == u8::MAX);
    let image = DynamicImage::from(pixels);
    if is_opaque { image.into_rgb8().into() } else { image }
}

/// A PNG of more than `max_bytes` becomes a JPEG, or smaller where something shines through.
pub(super) fn encode(
    mut image: DynamicImage,
    wanted: ImageFormat,
    max_bytes: usize,
) -> ImageResult<(ImageFormat, Vec<u8>)> {
    let is_opaque = !image.color().has_alpha();
    if wanted == ImageFormat::Jpeg && is_opaque {
        return jpeg(&image);
    }
    loop {
        let mut bytes = Vec::new();
        let encoder =
            PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
        image.write_with_encoder(encoder)?;
        if bytes.len() <= max_bytes {
            return Ok((ImageFormat::Png, bytes));
        }
        if is_opaque {
            return jpeg(&image);
        }
        image = image.thumbnail(image.width() / 2, image.height() / 2);
    }
}

fn jpeg(image: &DynamicImage) -> ImageResult<(ImageFormat, Vec<u8>)> {
    let mut bytes = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))?;
    Ok((ImageFormat::Jpeg, bytes))
}

/// Holds the permits; the work itself is on the blocking pool.
pub(super) struct Transcode {
    permits: Arc<Semaphore>,
    all: u32,
    ids: Arc<dyn Ids>,
    _alive: Alive,
}

impl Transcode {
    /// At most `permits` pictures at a time.
    pub(super) fn new(permits: u16, ids: Arc<dyn Ids>, stats: &Arc<ActorStats>) -> Self {
        let all = u32::from(permits.max(1));
        let permits = Arc::new(Semaphore::new(usize::from(permits.max(1))));
        Self { permits, all, ids, _alive: Alive::new(stats) }
    }
}

impl Actor for Transcode {
    type Context = Context<Self>;
}

metered!(Transcode: TranscodeImage);

impl Handler<TranscodeImage> for Transcode {
    type Result = ResponseFuture<Outcome<NewFile>>;

    fn handle(&mut self, TranscodeImage(image): TranscodeImage, _: &mut Self::Context) -> Self::Result {
        let share = if image.picture.pixels > LARGE_PIXELS { self.all } else { 1 };
        let permits = Arc::clone(&self.permits).acquire_many_owned(share);
        let random = self.ids.random();
        Box::pin(async move {
            let permit = permits.await.map_err(|_| Refusal::Unavailable)?;
            // Ticket and permit stay with the work: it goes on when nobody waits for it any more.
            let work = spawn_blocking(move || {
                let InspectedImage { ticket, bytes, purpose, picture } = image;
                let written = transcode(&bytes, picture, purpose.longest_side());
                drop((ticket, permit));
                written
            });
            let (format, bytes) = match work.await {
                Ok(written) => written.map_err(|error| refusal(&error))?,
                Err(error) if error.is_panic() => {
                    tracing::warn!("a picture made its decoder panic");
                    return Err(Refusal::ImageBroken);
                }
                Err(_) => return Err(Refusal::Unavailable),
            };
            Ok(NewFile { key: FileKey::new(random, format), bytes: Bytes::from(bytes) })
        })
    }
}
