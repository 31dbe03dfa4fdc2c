//! Plain text of people: names and comments. Kept as typed, never escaped (contract §0.1).

/// A person's name: 2–10 complete Hangul syllables, Latin letters or digits (contract §1.0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// `None` when the rule is not met.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = (2..=10).contains(&text.chars().count());
        let allowed = text.chars().all(|c| c.is_ascii_alphanumeric() || ('가'..='힣').contains(&c));
        (fits && allowed).then(|| Self(text.to_owned()))
    }

    /// Makes a name out of what a sign-in provider calls the person: forbidden characters fall out, the rest is cut to
    /// ten; a name of nothing becomes `구름`.
    pub fn from_provider(text: &str) -> Self {
        let kept: String = text
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || ('가'..='힣').contains(c))
            .take(10)
            .collect();
        Self::parse(&kept).unwrap_or_else(|| Self("구름".to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The text of a comment or a reply: 1–200 UTF-16 units, not blank, kept as typed.
///
/// The client cuts at 20; its counter and the previous server say 200, so 200 is the bound.
#[derive(Clone, PartialEq, Eq)]
pub struct CommentText(String);

impl CommentText {
    /// Longest text in UTF-16 units.
    pub const MAX_UNITS: usize = 200;

    /// `None` when blank or too long.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.encode_utf16().count() <= Self::MAX_UNITS;
        (fits && !text.trim().is_empty() && !text.contains('\0')).then(|| Self(text.to_owned()))
    }

    /// The text as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What people wrote stays out of logs.
impl std::fmt::Debug for CommentText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[comment]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_two_to_ten_letters_digits_or_syllables() {
        for good in ["미나", "mina", "미나9", "가나다라마바사아자차"] {
            assert!(Username::parse(good).is_some(), "{good}");
        }
        for bad in ["", "나", "ㅋㅋ", "mi na", "<b>", "가나다라마바사아자차카", "미나!"] {
            assert!(Username::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_providers_name_is_made_to_fit() {
        assert_eq!(Username::from_provider("Mina Kim (미나)").as_str(), "MinaKim미나");
        assert_eq!(Username::from_provider("🙂").as_str(), "구름");
        assert_eq!(Username::from_provider("가나다라마바사아자차카타").as_str(), "가나다라마바사아자차");
    }

    #[test]
    fn comments_are_kept_as_typed() {
        assert_eq!(CommentText::parse(" <b>좋아요</b>\n").unwrap().as_str(), " <b>좋아요</b>\n");
        assert!(CommentText::parse(" \n").is_none());
        assert!(CommentText::parse(&"가".repeat(200)).is_some());
        assert!(CommentText::parse(&"😀".repeat(101)).is_none());
    }
}
