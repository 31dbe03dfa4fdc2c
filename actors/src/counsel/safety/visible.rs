//! What a reader sees of a diary's HTML: tags gone, entities decoded. It exists because words can be split by markup
//! (`죽<b>고</b>`) or written as entities; it is no sanitiser and its output must never be shown as HTML.

/// Tags that end a line on the screen; every other tag leaves no trace between two letters.
const BREAKS: [&str; 12] = ["p", "br", "div", "li", "ul", "ol", "h1", "h2", "h3", "blockquote", "pre", "tr"];

/// The longest entity name worth looking for, `&#x1F468;` and the named ones below included.
const LONGEST_ENTITY: usize = 10;

const NAMED: [(&str, &str); 17] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", " "),
    ("ensp", " "),
    ("emsp", " "),
    ("thinsp", " "),
    ("shy", ""),
    ("zwj", ""),
    ("zwnj", ""),
    ("hellip", "…"),
    ("middot", "·"),
    ("bull", "•"),
    ("period", "."),
    ("comma", ","),
];

/// The text of `html` as a person reads it. Text that only looks like markup (`<3`, `a < b`, `&co`) stays as it is.
pub(super) fn text(html: &str) -> String {
    let mut seen = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        let (before, from) = rest.split_at(at);
        seen.push_str(before);
        let (shown, after) = tag(from).or_else(|| entity(from)).unwrap_or_else(|| {
            // Only a sign; both are one byte long.
            let (sign, after) = from.split_at(1);
            (sign.to_owned(), after)
        });
        seen.push_str(&shown);
        rest = after;
    }
    seen.push_str(rest);
    seen
}

/// A tag or comment at the start of `from`: what it shows (a line break or nothing) and what follows it.
fn tag(from: &str) -> Option<(String, &str)> {
    let inner = from.strip_prefix('<')?;
    if let Some(comment) = inner.strip_prefix("!--") {
        return comment.split_once("-->").map(|(_, after)| (String::new(), after));
    }
    if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!') {
        return None;
    }
    // A `<` before the `>` means that this one was no tag; it also keeps the scan linear.
    let end = inner.find(['<', '>'])?;
    let (body, after) = inner.split_at(end);
    let after = after.strip_prefix('>')?;
    let name =
        body.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let shown = if BREAKS.iter().any(|tag| tag.eq_ignore_ascii_case(name)) { "\n" } else { "" };
    Some((shown.to_owned(), after))
}

/// An entity at the start of `from`, decoded, and what follows it.
fn entity(from: &str) -> Option<(String, &str)> {
    let inner = from.strip_prefix('&')?;
    let (end, _) = inner.char_indices().take(LONGEST_ENTITY).find(|(_, c)| *c == ';')?;
    let (name, after) = inner.split_at(end);
    let after = after.strip_prefix(';')?;
    let shown = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?.to_string()
        }
        None => NAMED.iter().find(|(known, _)| *known == name)?.1.to_owned(),
    };
    Some((shown, after))
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn inline_tags_vanish_and_blocks_break_lines() {
        assert_eq!(text("<p>오늘 <b>하</b>루</p><p>끝</p>"), "\n오늘 하루\n\n끝\n");
        assert_eq!(text("자<!-- 숨은 말 -->리<br/>밑"), "자리\n밑");
    }

    #[test]
    fn entities_are_decoded_once() {
        assert_eq!(text("&#51453;&#xACE0; &amp;nbsp; 끝&nbsp;"), "죽고 &nbsp; 끝 ");
    }

    #[test]
    fn text_that_only_looks_like_markup_stays() {
        for plain in
            ["나는 <3 너", "1 < 2 > 0", "<", "&", "a&b;c", "&#x110000;", "<b 안 닫힘", "<<<&&&;", "&#;"]
        {
            assert_eq!(text(plain), plain);
        }
    }
}
