//! Addresses of pictures: kept, absolute as they are. They are not ours, so nothing of ours ever removes what is there.

use nine_cloud_actors::domain::file::Image;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::adapters::adoption::report::{Changes, Why};

/// What a page must not be shown within an address; other characters are as they may be encoded already.
const UNSAFE: &AsciiSet = &CONTROLS.add(b' ').add(b'<').add(b'>').add(b'"').add(b'\'');

/// Names of uploaded files went into addresses as they were, so blanks and quotes can be in there.
pub(super) fn adopt(old: Option<String>, changes: &mut Changes) -> Option<Image> {
    let old = old?;
    if let Some(image) = Image::external(&old) {
        return Some(image);
    }
    let mended = Image::external(&utf8_percent_encode(old.trim(), UNSAFE).to_string());
    changes.changed(if mended.is_some() { Why::ImageMended } else { Why::ImageUnusable });
    mended
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::adoption::report::Table;

    fn adopted(old: &str) -> (Option<String>, Vec<Why>) {
        let mut changes = Changes::of(Table::People, 1);
        let image = adopt(Some(old.to_owned()), &mut changes);
        (image.map(|image| image.as_store().to_owned()), changes.reasons())
    }

    #[test]
    fn an_address_stays_as_it_is() {
        let url = "https://finaldrawings.s3.ap-northeast-2.amazonaws.com/0b1c-blob%20x?y=%ED%95%9C";
        assert_eq!(adopted(url), (Some(url.to_owned()), vec![]));
    }

    #[test]
    fn what_would_break_a_page_is_encoded_or_gone() {
        assert_eq!(
            adopted(" https://a.b/my \"cat\".png"),
            (Some("https://a.b/my%20%22cat%22.png".to_owned()), vec![Why::ImageMended])
        );
        let key_of_ours = format!("{}.png", "a".repeat(32));
        for unusable in ["", "javascript:alert(1)", "/uploads/x.png", &key_of_ours] {
            assert_eq!(adopted(unusable), (None, vec![Why::ImageUnusable]), "{unusable}");
        }
    }
}
