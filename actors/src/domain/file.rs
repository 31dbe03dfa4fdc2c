//! Images as the service keeps them: re-encoded by us, under a random key.

use bytes::Bytes;

/// The two formats we write: drawings keep their sharp lines, photos stay small.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// `image/png`
    Png,
    /// `image/jpeg`
    Jpeg,
}

impl ImageFormat {
    /// The fixed content type of the format.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// The ending of keys of this format.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
        }
    }
}

/// The name of a stored file: `<32 hex digits>.<png|jpg>`, so that a key can never be a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileKey(String);

impl FileKey {
    /// A key out of 16 random bytes.
    pub fn new(random: [u8; 16], format: ImageFormat) -> Self {
        Self(format!("{:032x}.{}", u128::from_be_bytes(random), format.extension()))
    }

    /// `None` unless the text has the exact form of a key.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, extension) = text.split_once('.')?;
        let is_hex = name.len() == 32 && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        (is_hex && matches!(extension, "png" | "jpg")).then(|| Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The format that the ending says.
    pub fn format(&self) -> ImageFormat {
        if self.0.ends_with("png") { ImageFormat::Png } else { ImageFormat::Jpeg }
    }
}

/// A re-encoded image on its way to the store. The bytes are ours: no metadata or trailing payload of the sender.
#[derive(Clone)]
pub struct NewFile {
    /// Where it will be found.
    pub key: FileKey,
    /// The whole encoded image.
    pub bytes: Bytes,
}

impl std::fmt::Debug for NewFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewFile({}, {} bytes)", self.key.as_str(), self.bytes.len())
    }
}

/// Where a picture of a diary or a person is: in our file store, or at an absolute address taken over from the
/// previous service or a sign-in provider. Rendered to a URL when it is read (contract §0.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Image {
    /// A file of ours.
    Stored(FileKey),
    /// An absolute `http(s)` address.
    External(String),
}

impl Image {
    /// Longest address that is stored.
    const URL_MAX_BYTES: usize = 2048;

    /// A picture at an address that somebody else gave us; `None` when a page could not show it.
    pub fn external(url: &str) -> Option<Self> {
        let is_web = ["https://", "http://"].iter().any(|scheme| {
            url.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
        });
        let is_clean = url.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"'".contains(c));
        (is_web && is_clean && url.len() <= Self::URL_MAX_BYTES).then(|| Self::External(url.to_owned()))
    }

    /// Reads the stored column: a key, or else an address.
    pub fn from_store(text: String) -> Self {
        FileKey::parse(&text).map_or(Self::External(text), Self::Stored)
    }

    /// The stored column.
    pub fn as_store(&self) -> &str {
        match self {
            Self::Stored(key) => key.as_str(),
            Self::External(url) => url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_a_path() {
        let key = FileKey::new([0xab; 16], ImageFormat::Jpeg);
        assert_eq!(FileKey::parse(key.as_str()), Some(key.clone()));
        assert_eq!(key.format().content_type(), "image/jpeg");
        for bad in [
            "",
            "a.png",
            "../../etc/passwd",
            "..%2f.png",
            &format!("{}.svg", "a".repeat(32)),
            &format!("{}.png", "A".repeat(32)),
        ] {
            assert_eq!(FileKey::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_picture_elsewhere_has_a_web_address() {
        let longest = format!("https://a.b/{}", "x".repeat(2048 - 12));
        for good in ["http://k.kakaocdn.net/dn/1.jpg", "https://a.b/c?d=%ED%95%9C#e", &longest] {
            assert_eq!(Image::external(good), Some(Image::External(good.to_owned())));
        }
        for bad in [
            "",
            "https://",
            "https:///a",
            "HTTPS://a.b",
            "//a.b/c",
            "javascript:alert(1)",
            "data:image/png;base64,AA==",
            "https://a.b/\"onerror=x",
            "https://a.b/c d",
            "https://a.b/\n",
            &format!("{longest}x"),
        ] {
            assert_eq!(Image::external(bad), None, "{bad}");
        }
    }
}
