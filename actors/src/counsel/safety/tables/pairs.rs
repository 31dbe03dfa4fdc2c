//! Words that say little alone and much together, in any order and across a sentence's end.

/// What a person in danger may speak of, as lines of one meaning each.
const MEANS: &str = "(옥상|난간|대교|한강 물|약통|수면제|커터칼|면도칼|밧줄|번개탄|선로|강물|높은 곳|다리 위|베란다|창문 밖|창밖 아래|창문을 열)";
const PULL: &str = "(나쁜 생각|나쁜 마음|이상한 생각|충동|유혹|한 발만|한 걸음만|한 발짝|무섭지 않|뛰어|몸을 던|신발을 벗|떨어지|그만 쉬|한참 내려다|한참을 내려다|오래 내려다|계속 내려다|멍하니 내려다|아래를 내려다|밑을 내려다|바닥을 내려다|서성|맴돌|배회|눈을 떼|강물을 내려다|오래 아래|한참 아래|아래를 오래|아래를 한참|밑을 한참|아래만)";
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

const WHEELS: &str = "(차가|트럭|화물차|덤프|버스|지하철|열차|기차|전철|자동차)";
const STEP: &str = "(한 발만|한 발짝만|한 걸음만|내디디|내딛|뛰어들|몸을 던|피하고 싶지|피하지 않|안 피하)";
const PAPERS: &str = "(통장|비밀번호|보험|인감|도장|계좌|등기|서류|비번|잠금)";
const LEFT_FOR: &str = "(보내 두|보내 뒀|알려 두|알려 뒀|맡겨 두|맡겨 뒀|남겨 두|남겨 뒀|풀어 두|풀어 뒀|동생에게|엄마에게|가족에게|남길)";
const DEPENDENT: &str = "(강아지|고양이|반려견|반려묘|멍멍이|햄스터|아이들|애들|새끼)";
const SETTLED_FOR: &str = "(맡아 주기로|맡아주기로|부탁해 두|부탁해 놓|부탁해 뒀|누가 돌봐|누가 키워|누가 챙겨|마음에 걸리는 게 없|걱정할 게 없)";
const LETTER: &str = "(<편지|쪽지|메모를|봉투|일기장|<글을)";
const FOUND_LATER: &str = "(발견하|발견할|발견되|찾게 되|읽게 되|보게 되겠|나중에 읽|내가 없)";
const THANKS: &str =
    "(그동안 고마웠|그동안 감사했|그동안 미안했|지금까지 고마웠|지금까지 감사했|그동안 행복했|여태 고마웠)";
const EACH: &str = "(한 명씩|한 사람씩|한명씩|일일이|하나하나|한 명 한 명|메시지를|문자를|편지를|카톡을)";
const BELONGINGS: &str = "(내 방을|방을 비우|방을 치우|내 물건|내 짐|사진도 다|계정을)";
const READY: &str = "(갈 수 있|갈 준비|떠날|이제 정말|남길 게|여한|이제 됐)";
const MIND_SET: &str = "(마음을 정했|마음을 먹었|결심이 섰|결정했으니|정하고 나니|날짜를 정)";
const AT_PEACE: &str = "(무섭지 않|두렵지 않|편안하|편해졌|담담|고요하|차분|후련|미련)";

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
    (WHEELS, STEP),
    (PAPERS, LEFT_FOR),
    (DEPENDENT, SETTLED_FOR),
    (LETTER, FOUND_LATER),
    (THANKS, EACH),
    (BELONGINGS, READY),
    (MIND_SET, AT_PEACE),
];

/// Letters from the start of one to the start of the other.
pub(in super::super) const PAIR_REACH: usize = 24;
