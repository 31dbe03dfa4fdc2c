//! The names under which people talk: a word of mood and a word of sky.

use std::fmt;
use std::sync::Arc;

/// What others call a person in one room on one day. Cheap to clone: it goes out with every message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Alias(Arc<str>);

impl Alias {
    /// A name that was given before.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

const MOODS: [&str; 48] = [
    "기분 좋은",
    "느긋한",
    "다정한",
    "수줍은",
    "용감한",
    "졸린",
    "설레는",
    "차분한",
    "씩씩한",
    "포근한",
    "엉뚱한",
    "부지런한",
    "조용한",
    "명랑한",
    "상냥한",
    "따뜻한",
    "시원한",
    "꿈꾸는",
    "춤추는",
    "노래하는",
    "웃음 많은",
    "생각 깊은",
    "호기심 많은",
    "눈물 많은",
    "솔직한",
    "든든한",
    "반짝이는",
    "말랑한",
    "폭신한",
    "보드라운",
    "싱그러운",
    "향긋한",
    "산책하는",
    "책 읽는",
    "여행하는",
    "기다리는",
    "쉬어 가는",
    "천천히 걷는",
    "배부른",
    "심심한",
    "고요한",
    "환한",
    "그리운",
    "담담한",
    "발그레한",
    "재잘대는",
    "어른스러운",
    "장난꾸러기",
];

const SKIES: [&str; 40] = [
    "구름",
    "소나기",
    "무지개",
    "햇살",
    "바람",
    "이슬",
    "안개",
    "노을",
    "새벽",
    "별빛",
    "달빛",
    "눈송이",
    "빗방울",
    "파도",
    "물결",
    "산들바람",
    "하늘",
    "은하수",
    "초승달",
    "보름달",
    "샛별",
    "저녁놀",
    "아침놀",
    "봄비",
    "가랑비",
    "단비",
    "여우비",
    "먹구름",
    "뭉게구름",
    "새털구름",
    "양떼구름",
    "조각구름",
    "꽃구름",
    "솜구름",
    "함박눈",
    "서리꽃",
    "물안개",
    "해돋이",
    "회오리",
    "무더위",
];

/// Names to try, best first, all from one unguessable seed; the last ones carry a number, so that a full room still
/// finds one.
pub fn alias_candidates(seed: [u8; 16]) -> Vec<String> {
    let numbers = seed.chunks_exact(4).map(|four| {
        let mut bytes = [0; 4];
        bytes.copy_from_slice(four);
        u32::from_be_bytes(bytes) as usize
    });
    let plain = numbers.map(|n| {
        let (mood, sky) = (n % MOODS.len(), n / MOODS.len() % SKIES.len());
        format!("{} {}", MOODS[mood], SKIES[sky])
    });
    let mut names: Vec<String> = plain.collect();
    let number = u32::from_be_bytes([0, seed[0], seed[5], seed[10]]);
    let numbered: Vec<String> = names.iter().map(|name| format!("{name} {number}")).collect();
    names.extend(numbered);
    names
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_word_is_there_once() {
        assert_eq!(MOODS.iter().collect::<HashSet<_>>().len(), MOODS.len());
        assert_eq!(SKIES.iter().collect::<HashSet<_>>().len(), SKIES.len());
    }

    #[test]
    fn the_same_seed_gives_the_same_names_and_the_last_have_a_number() {
        let names = alias_candidates([7; 16]);
        assert_eq!(names, alias_candidates([7; 16]));
        assert_eq!(names.len(), 8);
        assert!(names[7].ends_with(char::is_numeric), "{names:?}");
    }
}
