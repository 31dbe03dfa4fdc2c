//! The multipart form of the posting page, part for part (contract §1.17).

use reqwest::multipart::{Form, Part};

/// 365×365, as the client's canvas makes them, with a comment in it that must not survive.
pub(crate) const DRAWING: &[u8] = include_bytes!("drawing.png");

/// A form to change before it is sent.
#[derive(Clone)]
pub(crate) struct DiaryForm {
    texts: Vec<(&'static str, String)>,
    image: Option<Vec<u8>>,
}

/// A public diary with a drawing.
pub(crate) fn diary(content: &str) -> DiaryForm {
    let texts = [
        ("EmotionStatus", "3.5"),
        ("content", content),
        ("isPublic", "true"),
        ("sentence", "구름 뒤에는 해가 있어요"),
        ("weather", "3"),
        ("temperature", "4"),
        ("humid", "3"),
        ("sleep", "5"),
    ];
    DiaryForm {
        texts: texts.map(|(name, text)| (name, text.to_owned())).to_vec(),
        image: Some(DRAWING.to_vec()),
    }
}

impl DiaryForm {
    /// A form of no parts.
    pub(crate) fn empty() -> Self {
        Self { texts: Vec::new(), image: None }
    }

    /// With this text in a part, also one of its own making.
    pub(crate) fn with(mut self, name: &'static str, text: &str) -> Self {
        self.texts.retain(|(other, _)| *other != name);
        self.texts.push((name, text.to_owned()));
        self
    }

    /// With this drawing.
    pub(crate) fn with_drawing(mut self, bytes: &[u8]) -> Self {
        self.image = Some(bytes.to_vec());
        self
    }

    /// Without a part.
    pub(crate) fn without(mut self, name: &'static str) -> Self {
        if name == "image" {
            self.image = None;
        }
        self.texts.retain(|(other, _)| *other != name);
        self
    }

    pub(crate) fn into_form(self) -> Form {
        let form = self.texts.into_iter().fold(Form::new(), |form, (name, text)| form.text(name, text));
        match self.image {
            Some(bytes) => form.part("image", picture(bytes, "blob", "image/png")),
            None => form,
        }
    }
}

/// A file part.
pub(crate) fn picture(bytes: Vec<u8>, name: &'static str, kind: &str) -> Part {
    Part::bytes(bytes).file_name(name).mime_str(kind).unwrap()
}
