//! Numbers in paths and queries.

use nine_cloud_actors::refusal::Refusal;

use super::error::ApiResult;

/// Largest integer that the client's language can hold exactly; the previous server refused larger ones as well.
const MAX_ID: i64 = (1 << 53) - 1;

/// Longest page that may be asked for.
const MAX_PAGE_SIZE: u16 = 100;

/// An id out of a path: a decimal number of 1 and above.
pub(super) fn id(field: &'static str, text: &str) -> ApiResult<i64> {
    let id = text.parse().ok().filter(|id| (1..=MAX_ID).contains(id));
    Ok(id.ok_or(Refusal::Invalid { field, reason: "1 이상의 정수여야 합니다." })?)
}

/// The pairs of a query; what cannot be decoded is no pair.
pub(super) fn pairs(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}

/// The value of a query parameter, decoded, blanks around it gone; `None` when it is missing or empty.
pub(super) fn query<'a>(query: &'a [(String, String)], name: &str) -> Option<&'a str> {
    query.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// `limit`: how much a page holds, 1–100.
pub(super) fn page_size(query: &[(String, String)], default: u16) -> ApiResult<u16> {
    let Some(text) = self::query(query, "limit") else { return Ok(default) };
    let size = text.parse().ok().filter(|size| (1..=MAX_PAGE_SIZE).contains(size));
    Ok(size.ok_or(Refusal::Invalid {
        field: "limit", reason: "1에서 100 사이의 정수여야 합니다."
    })?)
}

/// Pages before the wanted one; whatever is not a page number is the first page (contract §1.13).
pub(super) fn pages_before(page: Option<&str>) -> u32 {
    page.and_then(|text| text.parse::<u32>().ok()).unwrap_or(1).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_whole_numbers_that_a_browser_can_hold() {
        assert_eq!(id("diaryId", "7"), Ok(7));
        assert_eq!(id("diaryId", "007"), Ok(7));
        for text in ["0", "-1", "x", "", "1.5", "9007199254740992", "9223372036854775808"] {
            assert!(id("diaryId", text).is_err(), "{text}");
        }
    }

    #[test]
    fn whatever_is_no_page_is_the_first() {
        for text in [None, Some("0"), Some("-3"), Some("x"), Some("1"), Some("1e9")] {
            assert_eq!(pages_before(text), 0, "{text:?}");
        }
        assert_eq!(pages_before(Some("3")), 2);
    }
}
