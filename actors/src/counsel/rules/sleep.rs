//! How the night was, and what to say about it.

/// The writer's grade for last night: 1 (bad) to 5 (good).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sleep(u8);

impl Sleep {
    /// The grade, or `None` outside 1 to 5.
    pub fn new(grade: u8) -> Option<Self> {
        (1..=5).contains(&grade).then_some(Self(grade))
    }

    /// The grade of its text on the wire (`"1"` to `"5"`).
    pub fn from_code(code: &str) -> Option<Self> {
        code.parse().ok().and_then(Self::new).filter(|_| code.len() == 1)
    }

    /// 1 to 5.
    pub const fn get(self) -> u8 {
        self.0
    }

    pub(super) const fn tips(self) -> &'static [&'static str] {
        match self.0 {
            1 => &[
                "어젯밤엔 거의 못 주무셨네요. 오늘은 할 일을 하나만 고르고 나머지는 내일로 미뤄 두세요.",
                "오후에 눈꺼풀이 무거워지면 15분만 알람을 맞추고 눈을 붙여 보세요.",
                "오늘 밤엔 평소보다 한 시간 일찍 불을 낮추고, 휴대폰은 손이 닿지 않는 곳에 두어요.",
            ],
            2 => &[
                "잠이 모자란 날이에요. 오후 커피는 디카페인이나 보리차로 바꿔 보세요.",
                "자기 전에 머릿속에 남은 걱정을 종이에 옮겨 적고, 내일의 나에게 맡겨 두어요.",
                "따뜻한 물로 손발을 씻고 오늘은 조금 일찍 이불 속에 들어가 봐요.",
            ],
            3 => &[
                "오늘 밤엔 어제보다 30분만 먼저 누워 보세요. 작은 차이가 아침을 가볍게 해 줘요.",
                "잠들기 전 10분은 화면 대신 조용한 음악이나 책 한 쪽과 보내 봐요.",
            ],
            4 => &[
                "잘 쉰 몸이에요. 미뤄 둔 일 하나를 오전에 가볍게 끝내 보세요.",
                "어젯밤처럼 편안히 잠든 비결을 한 줄 적어 두면 다음에 도움이 돼요.",
            ],
            _ => &[
                "푹 잔 날의 기운을 아끼지 말고, 하고 싶었던 일 하나를 오늘 시작해 보세요.",
                "개운하게 일어난 오늘처럼, 내일도 같은 시간에 불을 꺼 보세요.",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sleep;

    #[test]
    fn only_grades_of_one_to_five_exist() {
        assert_eq!(["1", "5"].map(|code| Sleep::from_code(code).map(Sleep::get)), [Some(1), Some(5)]);
        assert!(
            ["", "0", "6", "05", "+3", "셋", "256"].into_iter().all(|code| Sleep::from_code(code).is_none())
        );
    }
}
