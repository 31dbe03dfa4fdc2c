//! The two forms with a picture: the diary's and the profile's (contract §1.6, §1.17).

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use bytes::{Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt};
use nine_cloud_actors::uploads::MAX_IMAGE_BYTES;

use super::watched::Watched;
use super::{BodyError, Patience};

/// The name of the part with the picture.
const IMAGE: &str = "image";
/// The client sends nine.
const MAX_PARTS: usize = 32;
/// Bytes of one text.
const MAX_TEXT: usize = 64 * 1024;
/// Bytes of all texts.
const MAX_TEXTS: usize = 256 * 1024;
/// Bytes of a body: one picture, the texts, and room for what stands between and for parts that we skip.
const MAX_BODY: usize = MAX_IMAGE_BYTES + 1024 * 1024;

/// A form as sent; nothing is checked yet but its bounds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    fields: Vec<(&'static str, String)>,
    /// The file, of any content, not empty, at most 10 MB.
    pub image: Option<Bytes>,
}

impl Form {
    /// The text of the first part of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| *own == name).map(|(_, text)| text.as_str())
    }
}

/// Why a form could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// The body is of another type.
    #[error("not multipart/form-data")]
    NotMultipart,
    /// It has no boundary, no end, or no sense.
    #[error("malformed multipart")]
    Malformed,
    /// The named text is not UTF-8.
    #[error("{0} is not UTF-8")]
    NotUtf8(&'static str),
    /// The picture is of more than 10 MB.
    #[error("image too large")]
    ImageTooLarge,
    /// The body as such.
    #[error(transparent)]
    Body(#[from] BodyError),
}

impl From<MultipartError> for FormError {
    fn from(_: MultipartError) -> Self {
        Self::Malformed
    }
}

/// Reads the texts of `names` and the picture; all other parts are skipped.
///
/// A part `image` is the picture when it has a file name or the type of an image, and is not empty. As a text it is how
/// the client says "no picture" (contract invariant 14), whatever it holds.
pub async fn read_form(
    headers: &HeaderMap,
    payload: impl Stream<Item = Result<Bytes, PayloadError>> + 'static,
    names: &[&'static str],
    patience: Patience,
) -> Result<Form, FormError> {
    let body = Watched::new(payload, MAX_BODY, patience);
    let form = if is_form_data(headers) {
        read_parts(Multipart::new(headers, body.clone()), names).await
    } else {
        Err(FormError::NotMultipart)
    };
    body.drain().await;
    match (form, body.fault()) {
        // What the parser takes for a malformed body.
        (Err(FormError::Malformed), Some(fault @ (BodyError::TooLarge | BodyError::Silent))) => {
            Err(fault.into())
        }
        (form, _) => form,
    }
}

fn is_form_data(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case("multipart/form-data")
}

async fn read_parts(mut parts: Multipart, names: &[&'static str]) -> Result<Form, FormError> {
    let mut form = Form::default();
    let (mut parts_left, mut texts_left) = (MAX_PARTS, MAX_TEXTS);
    while let Some(part) = parts.try_next().await? {
        parts_left = parts_left.checked_sub(1).ok_or(FormError::Malformed)?;
        let name = part.name().unwrap_or_default();
        if name == IMAGE && is_file(&part) {
            if let Some(image) = read_image(part).await? {
                form.image.get_or_insert(image);
            }
        } else if let Some(name) = names.iter().find(|known| **known == name && !is_file(&part)) {
            let text = read_text(part, name, texts_left).await?;
            texts_left -= text.len();
            form.fields.push((name, text));
        } else {
            skip(part).await?;
        }
    }
    Ok(form)
}

fn is_file(part: &Field) -> bool {
    let has_file_name = part.content_disposition().is_some_and(|head| head.get_filename().is_some());
    has_file_name || part.content_type().is_some_and(|kind| kind.type_() == "image")
}

async fn read_image(mut part: Field) -> Result<Option<Bytes>, FormError> {
    let mut image = BytesMut::new();
    while let Some(chunk) = part.try_next().await? {
        if image.len() + chunk.len() > MAX_IMAGE_BYTES {
            return Err(FormError::ImageTooLarge);
        }
        image.extend_from_slice(&chunk);
    }
    Ok((!image.is_empty()).then(|| image.freeze()))
}

async fn read_text(mut part: Field, name: &'static str, left: usize) -> Result<String, FormError> {
    let bytes = part.bytes(MAX_TEXT.min(left)).await.map_err(|_| BodyError::TooLarge)??;
    String::from_utf8(bytes.into()).map_err(|_| FormError::NotUtf8(name))
}

async fn skip(mut part: Field) -> Result<(), FormError> {
    while part.try_next().await?.is_some() {}
    Ok(())
}
