//! Words that say little alone and much together, in any order and across a sentence's end.

/// What a person in danger may speak of, as lines of one meaning each.
const MEANS: &str = "(옥상|난간|대교|한강 물|약통|수면제|커터칼|면도칼|밧줄|번개탄|선로|강물|높은 곳|다리 위|베란다|창문 밖|창밖 아래|창문을 열)";
const PULL: &str = "(나쁜 생각|나쁜 마음|이상한 생각|충동|유혹|한 발만|한 걸음만|한 발짝|무섭지 않|뛰어|몸을 던|신발을 벗|떨어지|그만 쉬|한참 내려다|한참을 내려다|오래 내려다|계속 내려다|멍하니 내려다|아래를 내려다|밑을 내려다|바닥을 내려다|강물을 내려다|오래 아래|한참 아래|아래를 오래|아래를 한참|밑을 한참|아래만)";
const SETTLED: &str = "(<정리했|다 정리|정리를 마|정리해 두|정리해 뒀|나눠 줬|나눠 주었|적어 두|적어 뒀|부어 놓|채워 놓|지웠다|삭제했|부탁한다|부탁했)";
const GOING: &str = "(편하게 갈|편히 갈|먼저 갈|먼저 갑|떠날 수|떠나려|떠날 준비|갈 준비|먼저 가|떠납니다|떠나요|갈 수 있겠|없어도 되|없어도 괜찮|내가 없|이제 갈게|이제 간다|이제 갑니다|미련이 없|미련은 없|미련도 없|미련 없|이제 필요 없)";
const FAREWELL: &str = "(고마웠|감사했|미안해|미안하|죄송합|안녕히|잘 있어|잘 살아|잘 지내|사랑했|행복해야|행복하게 살|용서해|낳아 줘서|낳아줘서|키워 줘서|키워줘서)";
const ANGUISH: &str = "(한계|버티는|버티면|버틸|견디는|견딜|고통|괴로|지옥|절망|공허|사는 게|사는 것|살아 있는|살아있는|살아가는|우울|희망이 없|숨 막|모두에게 짐|가족에게 짐|삶에 지|인생에 지|사는 데 지|다 지쳤|지긋지긋한|이 삶|내 삶|이 인생)";
const GIVING_UP: &str = "(<끝내야|<끝내고 싶|<끝내려|<끝내자|<끝내도|끝내 버리|끝내버리|<놓고 싶|<놓아 버리|그만하고 싶|그만하겠|그만 쉬고|<편해지고|편해지고 싶|쉬고 싶다 영원|다 놓|내려놓으려|<포기하고 싶다)";
const DEATH: &str = "(<죽음|죽은 뒤|죽고 나|죽으면|<죽는|<저승|<천국|하늘나라)";
const RELIEF: &str = "(편해|편할|편하겠|편안해|홀가분|자유로|쉴 수|끝나겠|부럽|부러웠|가까이|두렵지|무섭지)";

const REST: &str = "(쉬어도|쉬고 싶|잠들고 싶|자고 싶|쉬러|쉴래|잠들래|눈을 감고)";
const FOR_EVER: &str = "(아주 오래|영원|영영|다시는|아주 긴|깨지 않|안 깨)";
const GONE_BEFORE: &str =
    "(먼저 간|먼저 떠난|먼저 가신|하늘에 있|하늘에 계|돌아가신|돌아가시면|죽으면|별이 된|떠난 너|떠나간)";
const FOLLOWING: &str = "(나도 거기|나도 그곳|거기로 가|그곳으로 가|그곳에 가|만나러 가고|만나러 갈|보러 가고 싶|나도 따라|나도 바로|나도 갈|나도 가고|나도 데려|따라가고|따라갈)";

const RIVER: &str = "(<한강|마포대교|<강물|<강가)";
const END: &str = "(끝날까|끝날 것|끝나겠|편해질|다 끝날|끝이 날|사라질|못 돌아|돌아오지)";

const NO_REGRET: &str = "(미련이 없|미련은 없|미련도 없|미련 없|미련도 남|미련이 남지|여한이 없)";
const LEAVING: &str = "(홀가분|떠날|떠나도|갈 수|가도 되|가도 돼|안녕|끝내|정리했|다 정리)";

const BLADE: &str = "(<칼을|<칼로|<칼이|커터|면도칼|면도날|유리 조각)";
const WRIST: &str = "(<손목|팔목|허벅지)";

const BYE_ALL: &str = "(<모두 안녕|<다들 안녕|<여러분 안녕|<모두들 안녕)";
const WAS_GOOD: &str = "(행복했|고마웠|감사했|사랑했|미안)";

/// Two meanings that together are [`Unsure`](super::super::Risk::Unsure) within [`PAIR_REACH`] letters.
pub(in super::super) const PAIRS: &[(&str, &str)] = &[
    (MEANS, PULL),
    (SETTLED, GOING),
    (SETTLED, FAREWELL),
    (GOING, FAREWELL),
    (ANGUISH, GIVING_UP),
    (DEATH, RELIEF),
    (REST, FOR_EVER),
    (BYE_ALL, WAS_GOOD),
    (BLADE, WRIST),
    (NO_REGRET, LEAVING),
    (RIVER, END),
    (GONE_BEFORE, FOLLOWING),
];

/// Letters from the start of one to the start of the other.
pub(in super::super) const PAIR_REACH: usize = 24;
