//! The text of a diary: HTML of the client's editor, sanitised on write (contract D-B22).

use std::sync::LazyLock;

use ammonia::Builder;

/// Bytes of raw HTML looked at; the editor wraps every paragraph, so far more than the visible limit.
pub const MAX_RAW_BYTES: usize = 16 * 1024;

/// Visible UTF-16 units of a diary (contract §1.17).
pub const MAX_VISIBLE_UNITS: usize = 200;

/// Diary text that only holds what the editor makes: the tags below, and its three alignment classes.
#[derive(Clone, PartialEq, Eq)]
pub struct DiaryHtml(String);

/// Why a text cannot be a diary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooLong {
    /// More than [`MAX_RAW_BYTES`] of HTML.
    Raw,
    /// More than [`MAX_VISIBLE_UNITS`] once the tags are gone.
    Visible,
}

static EDITOR: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(["p", "br", "em", "i", "u", "s", "strong", "b", "span"].into())
        .allowed_classes(
            ["p", "span"]
                .map(|tag| (tag, ["ql-align-center", "ql-align-right", "ql-align-justify"].into()))
                .into(),
        )
        .clean_content_tags(["script", "style"].into());
    builder
});

static TEXT_ONLY: LazyLock<Builder<'static>> = LazyLock::new(Builder::empty);

impl DiaryHtml {
    /// Sanitises what the editor (or a paste into it) produced; `""` is a diary of a drawing alone.
    pub fn parse(raw: &str) -> Result<Self, TooLong> {
        if raw.len() > MAX_RAW_BYTES {
            return Err(TooLong::Raw);
        }
        let clean = Self::sanitise(raw);
        if visible_units(&clean.0) > MAX_VISIBLE_UNITS {
            return Err(TooLong::Visible);
        }
        Ok(clean)
    }

    /// As [`parse`](Self::parse), at any length: for what was accepted elsewhere.
    pub fn sanitise(raw: &str) -> Self {
        Self(EDITOR.clean(&raw.replace('\0', "")).to_string())
    }

    /// Text that was sanitised when it was written.
    pub fn from_store(stored: String) -> Self {
        Self(stored)
    }

    /// The HTML to send.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What people wrote stays out of logs.
impl std::fmt::Debug for DiaryHtml {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[diary]")
    }
}

/// UTF-16 units that a reader sees: tags gone, entities decoded.
fn visible_units(clean: &str) -> usize {
    let text = TEXT_ONLY.clean(clean).to_string();
    let mut units = 0;
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        // The sanitiser writes exactly these entities.
        let entity = ["&amp;", "&lt;", "&gt;", "&nbsp;", "&quot;"].into_iter().find(|e| rest.starts_with(*e));
        units += if entity.is_some() { 1 } else { first.len_utf16() };
        rest = &rest[entity.map_or(first.len_utf8(), str::len)..];
    }
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(raw: &str) -> String {
        DiaryHtml::parse(raw).unwrap().as_str().to_owned()
    }

    #[test]
    fn what_the_editor_makes_is_kept() {
        let made = r#"<p class="ql-align-center">오늘은 <em>정말</em> <u>좋은</u> <s>날</s></p><p><br></p>"#;
        assert_eq!(clean(made), made);
    }

    #[test]
    fn what_a_browser_could_run_is_gone_and_the_text_stays() {
        assert_eq!(clean(r#"<p onclick="x()">안녕<script>alert(1)</script></p>"#), "<p>안녕</p>");
        assert_eq!(clean(r#"<a href="javascript:x()">링크</a><img src=x onerror=y>"#), "링크");
        assert_eq!(
            clean(r#"<p class="ql-align-right evil" style="color:red">a</p>"#),
            r#"<p class="ql-align-right">a</p>"#
        );
    }

    #[test]
    fn only_visible_units_count() {
        let paragraphs = "<p>가</p>".repeat(200);
        assert!(DiaryHtml::parse(&paragraphs).is_ok());
        assert_eq!(DiaryHtml::parse(&"<p>가</p>".repeat(201)), Err(TooLong::Visible));
        assert!(DiaryHtml::parse(&"&amp;".repeat(200)).is_ok());
        assert_eq!(DiaryHtml::parse(&"😀".repeat(101)), Err(TooLong::Visible));
        assert_eq!(DiaryHtml::parse(&"<p></p>".repeat(3000)), Err(TooLong::Raw));
        assert!(DiaryHtml::parse("").is_ok());
    }
}
