//! The fixed words for a person in danger. They are written once, by hand, and never mixed with a model's.

use serde::Serialize;

use super::Solution;

/// A place to turn to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Hotline {
    /// What it is, in Korean.
    pub name: &'static str,
    /// The number to dial; `None` where help is found by its name (an app).
    pub number: Option<&'static str>,
    /// Who it is for and when it answers, in Korean.
    pub note: &'static str,
}

/// What is shown in place of a solution when a text speaks of suicide or self-harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SafetyCard {
    /// A warm word.
    pub title: &'static str,
    /// Two things to do now. They name the hotlines, for clients that show nothing else.
    pub action_tips: [&'static str; 2],
    /// The hotlines again, for clients that can make them buttons.
    pub hotlines: [Hotline; 6],
}

impl SafetyCard {
    /// The part that every client can show.
    pub fn solution(&self) -> Solution {
        Solution { title: self.title.to_owned(), action_tips: self.action_tips.map(str::to_owned) }
    }
}

/// The card. Numbers are those of the Ministry of Health and Welfare (109 took over from 1393 in January 2024) and the
/// Ministry of Gender Equality and Family (1388); whoever changes one checks it there.
pub const SAFETY_CARD: SafetyCard = SafetyCard {
    title: "많이 힘드셨죠. 혼자 견디지 않아도 괜찮아요.",
    action_tips: [
        "지금 마음을 들어 줄 사람이 있어요. 자살예방 상담전화 109(24시간)나 정신건강 위기상담 1577-0199로 전화해 보세요. 무슨 말부터 할지 몰라도 괜찮아요.",
        "말하기 어렵다면 마들랜(SNS 상담)에 글로 털어놓아도 돼요. 청소년은 1388, 지금 위험하다면 112나 119에 바로 알리고 가까운 사람 곁에 있어 주세요.",
    ],
    hotlines: [
        Hotline { name: "자살예방 상담전화", number: Some("109"), note: "24시간, 누구나" },
        Hotline {
            name: "정신건강 위기상담 전화", number: Some("1577-0199"), note: "24시간, 누구나"
        },
        Hotline {
            name: "청소년 상담전화", number: Some("1388"), note: "24시간, 청소년과 보호자"
        },
        Hotline { name: "마들랜", number: None, note: "글로 이야기하는 SNS 상담" },
        Hotline { name: "경찰", number: Some("112"), note: "지금 위험할 때" },
        Hotline { name: "구급", number: Some("119"), note: "다쳤거나 지금 위험할 때" },
    ],
};

/// The one line that goes with an answer from the rules when the check was unsure.
pub const HOTLINE_LINE: &str =
    "마음이 버거운 날에는 자살예방 상담전화 109(24시간)에서 언제든 이야기를 들어 드려요.";

#[cfg(test)]
mod tests {
    use super::super::{TIP_MAX_UNITS, TITLE_MAX_UNITS, units};
    use super::{HOTLINE_LINE, SAFETY_CARD};

    #[test]
    fn the_card_fits_every_client_and_names_every_hotline() {
        let card = SAFETY_CARD.solution();
        let tips = card.action_tips.concat();
        assert!(units(&card.title) <= TITLE_MAX_UNITS);
        assert!(card.action_tips.iter().all(|tip| units(tip) <= TIP_MAX_UNITS));
        assert!(units(HOTLINE_LINE) <= TIP_MAX_UNITS && HOTLINE_LINE.contains("109"));
        for hotline in SAFETY_CARD.hotlines {
            assert!(tips.contains(hotline.number.unwrap_or(hotline.name)), "{}", hotline.name);
        }
    }
}
