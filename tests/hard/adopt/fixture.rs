//! A thousand people and twenty thousand diaries of the previous service, every oddity among them, and beside each row
//! what must become of it: written down here by hand, not by the rules that are tested.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use nine_cloud::adapters::host::SystemClock;
use nine_cloud_actors::ports::Clock as _;

pub(super) const PEOPLE: i64 = 1_000;
/// Diaries per person, the first yesterday, the others each a day earlier.
const DAYS: i64 = 20;
/// `password1!`
const HASH: &str = "$2b$10$w4sFNg2id0RjL4WdH/XNsezFHmGfuiDo/SIf9a3Wo.4pHZENCeHoy";
const AVATAR: &str = "https://finaldrawings.s3.ap-northeast-2.amazonaws.com/default-profile.avif";
/// Nobody.
const NOBODY: i64 = 5_000;

/// Old rows as values of an `INSERT`, and what is expected as lines of text, per table.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) old: Vec<String>,
    pub(super) new: Vec<String>,
}

#[derive(Default)]
pub(super) struct Fixture {
    pub(super) people: Rows,
    pub(super) diaries: Rows,
    pub(super) likes: Rows,
    pub(super) comments: Rows,
    pub(super) replies: Rows,
    pub(super) report: BTreeSet<String>,
    pub(super) secrets: Vec<String>,
    next_diary: i64,
}

/// `'…'` or `NULL`.
fn quoted(text: Option<&str>) -> String {
    text.map_or_else(
        || "NULL".to_owned(),
        |text| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
    )
}

fn shown(text: Option<&str>) -> &str {
    text.unwrap_or("-")
}

fn digits(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%S%.3f").to_string()
}

/// Midnight of today in Seoul, as digits of the wall clock there.
pub(super) fn today() -> NaiveDate {
    (SystemClock.now() + TimeDelta::hours(9)).date_naive()
}

/// The clock in Seoul shows this much after midnight, so many days ago.
fn in_seoul(days_ago: i64, after_midnight: TimeDelta) -> DateTime<Utc> {
    (today() - TimeDelta::days(days_ago)).and_hms_opt(0, 0, 0).unwrap().and_utc() + after_midnight
}

/// When a person's diary was written, as the clock in Seoul showed it: at any time of the day, nights included.
fn written(person: i64, days_ago: i64) -> DateTime<Utc> {
    let millis = (person * 7_919_113 + days_ago * 104_729_717) % 86_400_000;
    in_seoul(days_ago, TimeDelta::milliseconds(millis))
}

/// The text of a diary as it was, and as it is to be; so with those below.
fn content_of(id: i64) -> (String, String) {
    match id {
        777 => ("😀".repeat(190), "😀".repeat(190)),
        _ if id % 50 == 3 => (
            format!("<p onclick=\"x()\">비밀 {id}<script>steal()</script> & <a href=\"//x\">곳</a></p>"),
            format!("<p>비밀 {id} &amp; 곳</p>"),
        ),
        _ => {
            let text = format!("<p class=\"ql-align-center\">비밀 <em>{id}</em> 😀</p>");
            (text.clone(), text)
        }
    }
}

fn image_of(id: i64) -> (Option<String>, Option<String>) {
    match id {
        _ if id % 101 == 9 => {
            (Some(format!("https://a.b/{id} blob")), Some(format!("https://a.b/{id}%20blob")))
        }
        _ if id % 7 == 0 => (None, None),
        _ => {
            let url = format!("https://finaldrawings.s3.ap-northeast-2.amazonaws.com/{id:08x}-blob");
            (Some(url.clone()), Some(url))
        }
    }
}

fn sentence_of(id: i64) -> (Option<&'static str>, Option<&'static str>) {
    match id {
        _ if id % 107 == 11 => (Some(""), None),
        _ if id % 4 == 0 => (None, None),
        _ => (Some("구름 뒤에는 해가 있다"), Some("구름 뒤에는 해가 있다")),
    }
}

fn weather_of(id: i64) -> (&'static str, &'static str) {
    let digit = ["1", "2", "3"][usize::try_from(id % 3).unwrap()];
    if id % 97 == 5 { ("sunny", "2") } else { (digit, digit) }
}

impl Fixture {
    pub(super) fn new() -> Self {
        let mut fixture = Self { next_diary: 1, ..Self::default() };
        for id in 1..=PEOPLE {
            fixture.person(id);
        }
        for person in 1..=PEOPLE {
            fixture.diaries_of(person);
        }
        for _ in 0..3 {
            let id = fixture.next_diary;
            fixture.next_diary += 1;
            let at = digits(in_seoul(30, TimeDelta::hours(12)));
            fixture.diaries.old.push(format!(
                "({id},{NOBODY},3,NULL,'<p>고아</p>',1,0,0,NULL,'1',NULL,NULL,NULL,'{at}','{at}',NULL)"
            ));
            fixture.dropped("diaries", id, "person_missing", None);
            fixture.like(4, id, Some(("diary_missing", None)));
            fixture.comment(id, 4, "허공에", Some("diary_missing"));
        }
        fixture
    }

    fn changed(&mut self, table: &str, id: i64, why: &str, other: Option<i64>) {
        self.line(table, id, "changed", why, other);
    }

    fn dropped(&mut self, table: &str, id: i64, why: &str, other: Option<i64>) {
        self.line(table, id, "dropped", why, other);
    }

    fn line(&mut self, table: &str, id: i64, action: &str, why: &str, other: Option<i64>) {
        let other = other.map(|other| format!(",\"other\":{other}")).unwrap_or_default();
        let line =
            format!("{{\"table\":\"{table}\",\"id\":{id},\"action\":\"{action}\",\"why\":\"{why}\"{other}}}");
        assert!(self.report.insert(line), "one line each");
    }

    fn person(&mut self, id: i64) {
        let mut note = |why: &str, other| self.changed("Users", id, why, other);
        let email = match id {
            7 => "USER8@example.com".to_owned(),
            9 => "카카오에 주소 없음".to_owned(),
            17 => "user17@example.com ".to_owned(),
            _ => format!("user{id}@example.com"),
        };
        let new_email = match id {
            7 => {
                note("email_taken", Some(8));
                "adopted-7@nine-cloud.invalid".to_owned()
            }
            9 => {
                note("email_unusable", None);
                "adopted-9@nine-cloud.invalid".to_owned()
            }
            17 => {
                note("email_trimmed", None);
                "user17@example.com".to_owned()
            }
            _ => email.clone(),
        };
        let (name, new_name) = match id {
            10 => ("Mina Kim <b>".to_owned(), "MinaKimb".to_owned()),
            11 => (String::new(), "구름".to_owned()),
            12 => ("가".repeat(30), "가".repeat(10)),
            _ => (format!("구름{id}"), format!("구름{id}")),
        };
        if name != new_name {
            note("name_mended", None);
        }
        let kind = match (id, id % 12) {
            (6, _) => "kakao",
            (_, 0) => "N",
            (_, 4) => "K",
            (_, 8) => "G",
            _ => "Common",
        };
        let password = if id == 13 { "letmein" } else { HASH };
        let (new_kind, hash) = match (id, kind) {
            (6, _) => {
                note("kind_unknown", None);
                ("Common", None)
            }
            (13, _) => {
                note("password_unusable", None);
                ("Common", None)
            }
            (_, "Common") => ("Common", Some(HASH)),
            (_, social) => {
                note("password_of_social_account", None);
                (social, None)
            }
        };
        let (image, new_image) = match id {
            14 => {
                note("image_mended", None);
                (Some("https://a.b/my cat.png"), Some("https://a.b/my%20cat.png"))
            }
            15 => {
                note("image_unusable", None);
                (Some("javascript:alert(1)"), None)
            }
            _ if id % 5 == 1 => (None, None),
            _ => (Some(AVATAR), Some(AVATAR)),
        };
        let created = digits(in_seoul(400, TimeDelta::seconds(id)));
        let updated = digits(in_seoul(300, TimeDelta::milliseconds(id)));
        let (old_created, created) = if id == 16 {
            note("time_missing", None);
            ("0000-00-00 00:00:00.000".to_owned(), updated.clone())
        } else {
            (created.clone(), created)
        };
        let purge = (id == 5).then(|| in_seoul(-10, TimeDelta::hours(3)));
        let deleted = purge.map(|at| digits(at + TimeDelta::hours(9)));
        let purge = purge.map(digits);
        self.people.old.push(format!(
            "({id},{},{},{},{},'{kind}','{old_created}','{updated}',{})",
            quoted(Some(&name)),
            quoted(Some(password)),
            quoted(Some(&email)),
            quoted(image),
            quoted(deleted.as_deref())
        ));
        self.people.new.push(format!(
            "{id}|{new_email}|{}|{new_name}|{}|{}|{new_kind}|0|{}|{created}|{updated}",
            new_email.to_lowercase(),
            shown(hash),
            shown(new_image),
            shown(purge.as_deref())
        ));
        self.secrets.push(email);
    }

    /// Person 7 writes nothing, so that 8 is the one in use. Others wrote several diaries on a day.
    fn diaries_of(&mut self, person: i64) {
        if person == 7 {
            return;
        }
        for days_ago in 1..=DAYS {
            let noon = in_seoul(days_ago, TimeDelta::hours(12));
            let hours = |hours| noon + TimeDelta::hours(hours);
            match (days_ago, person % 37) {
                // A later one follows, and then an even later one is the diary of the day.
                (4, 0) => {
                    let first = self.next_diary;
                    self.diary(person, hours(0), Some(first + 2));
                    self.diary(person, hours(3), Some(first + 2));
                    self.diary(person, hours(8), None);
                }
                // At the same moment the one with the higher id is the later one.
                (4, 1) => {
                    let first = self.next_diary;
                    self.diary(person, noon, Some(first + 1));
                    self.diary(person, noon, None);
                }
                // The first of two in the order of ids was written later.
                (4, 2) => {
                    let first = self.next_diary;
                    self.diary(person, hours(6), None);
                    self.diary(person, noon, Some(first));
                }
                _ => self.diary(person, written(person, days_ago), None),
            }
        }
    }

    /// `wall_clock`: when it was written, as the clock in Seoul showed it, which is what was stored.
    fn diary(&mut self, person: i64, wall_clock: DateTime<Utc>, later_of_day: Option<i64>) {
        let id = self.next_diary;
        self.next_diary += 1;
        let likers = self.likes_of(id);
        let mut note = |why: &str, other| self.changed("diaries", id, why, other);
        if later_of_day.is_some() {
            note("further_diary_of_day", later_of_day);
        }
        let (content, new_content) = content_of(id);
        if content != new_content {
            note("content_sanitised", None);
        }
        // Tens, because SQLite and MySQL spell fractions differently.
        let (emotion, emotion_tens, sliders) = match id {
            _ if id % 89 == 6 => (0, 35, [Some("3"), Some("4")]),
            _ if id % 83 == 7 => (9, 50, [None, None]),
            _ => (id % 5 + 1, (id % 5 + 1) * 10, [Some("2"), Some("5")]),
        };
        if emotion * 10 != emotion_tens {
            note("emotion_mended", None);
        }
        let (sleep, new_sleep) = match id {
            _ if id % 79 == 8 => (Some("9"), None),
            _ if id % 2 == 0 => (None, None),
            _ => (Some("4"), Some("4")),
        };
        if sleep != new_sleep {
            note("slider_unusable", None);
        }
        let (weather, new_weather) = weather_of(id);
        if weather != new_weather {
            note("weather_unusable", None);
        }
        let (image, new_image) = image_of(id);
        if image != new_image {
            note("image_mended", None);
        }
        let (views, new_views) = if id % 103 == 10 { (-3, 0) } else { (id % 9, id % 9) };
        if views != new_views {
            note("views_mended", None);
        }
        let (sentence, new_sentence) = sentence_of(id);
        if sentence != new_sentence {
            note("sentence_blank", None);
        }
        let deleted = (id % 109 == 12).then(|| digits(wall_clock));
        if deleted.is_some() {
            note("deleted_mark_ignored", None);
        }
        let old_likes = if id % 61 == 13 { -1 } else { likers };
        if old_likes != likers {
            note("likes_recounted", None);
        }
        let is_public = i32::from(id % 3 != 0);
        let leaving = i32::from(person == 5);
        let written = wall_clock - TimeDelta::hours(9);
        let updated = digits(written + TimeDelta::minutes(id % 3));
        let [temperature, humid] = sliders;
        self.diaries.old.push(format!(
            "({id},{person},{emotion},{},{},{is_public},{views},{old_likes},{},'{weather}',{},{},{},'{}','{updated}',{})",
            quoted(image.as_deref()),
            quoted(Some(&content)),
            quoted(sentence),
            quoted(temperature),
            quoted(humid),
            quoted(sleep),
            digits(wall_clock),
            quoted(deleted.as_deref())
        ));
        let day = wall_clock.date_naive().to_string();
        self.diaries.new.push(format!(
            "{id}|{person}|{}|{emotion_tens}|{}|{new_content}|{is_public}|{leaving}|{new_views}|{likers}|{}|{new_weather}|{}|{}|{}|{}|{updated}",
            if later_of_day.is_some() { "-" } else { &day },
            shown(new_image.as_deref()),
            shown(new_sentence),
            shown(temperature),
            shown(humid),
            shown(new_sleep),
            digits(written)
        ));
        self.comments_on(id);
    }

    /// How many people like the diary in the end.
    fn likes_of(&mut self, diary: i64) -> i64 {
        let likers = if diary % 5 == 0 { diary % 4 } else { 0 };
        for number in 0..likers {
            let person = (diary * 7 + number) % PEOPLE + 1;
            let first = self.like(person, diary, None);
            if diary % 15 == 0 && number == 0 {
                self.like(person, diary, Some(("double_like", Some(first))));
            }
        }
        if diary % 70 == 0 {
            self.like(NOBODY, diary, Some(("person_missing", None)));
        }
        likers
    }

    fn like(&mut self, person: i64, diary: i64, dropped: Option<(&str, Option<i64>)>) -> i64 {
        let id = i64::try_from(self.likes.old.len()).unwrap() + 1;
        let at = digits(in_seoul(1, TimeDelta::milliseconds(id)));
        self.likes.old.push(format!("({id},{person},{diary},1,'{at}','{at}')"));
        match dropped {
            Some((why, other)) => self.dropped("DiaryLikes", id, why, other),
            None => self.likes.new.push(format!("{id}|{person}|{diary}|{at}")),
        }
        id
    }

    fn comments_on(&mut self, diary: i64) {
        if diary % 10 != 0 {
            return;
        }
        let author = diary % PEOPLE + 1;
        let first = self.comment(diary, author, &format!(" <b>비밀 댓글 {diary}</b>\n"), None);
        self.comment(diary, author, "", None);
        self.reply(first, diary, diary, author, None);
        if diary % 200 == 0 {
            let lost = self.comment(diary, NOBODY, "누구", Some("person_missing"));
            self.reply(lost, diary, diary, author, Some("comment_missing"));
            self.reply(first, diary, diary, NOBODY, Some("person_missing"));
            self.reply(first, diary - 1, diary, author, None);
        }
    }

    fn comment(&mut self, diary: i64, author: i64, content: &str, dropped: Option<&str>) -> i64 {
        let id = i64::try_from(self.comments.old.len()).unwrap() + 1;
        let (created, updated) =
            (digits(in_seoul(1, TimeDelta::seconds(id))), digits(in_seoul(0, TimeDelta::milliseconds(id))));
        let edited = id % 2;
        let text = quoted(Some(content));
        self.comments
            .old
            .push(format!("({id},{diary},{author},{text},{edited},'{created}','{updated}',NULL)"));
        match dropped {
            Some(why) => self.dropped("comments", id, why, None),
            None => self
                .comments
                .new
                .push(format!("{id}|{diary}|{author}|{content}|{edited}|{created}|{updated}")),
        }
        id
    }

    /// `diary`: as stored; `true_diary`: that of the comment.
    fn reply(&mut self, comment: i64, diary: i64, true_diary: i64, author: i64, dropped: Option<&str>) {
        let id = i64::try_from(self.replies.old.len()).unwrap() + 1;
        let at = digits(in_seoul(1, TimeDelta::milliseconds(id)));
        self.replies.old.push(format!("({id},{author},{diary},{comment},'네 {id}','{at}','{at}',NULL)"));
        if let Some(why) = dropped {
            return self.dropped("secondaryComments", id, why, None);
        }
        self.replies.new.push(format!("{id}|{comment}|{true_diary}|{author}|네 {id}|{at}|{at}"));
        if diary != true_diary {
            self.changed("secondaryComments", id, "diary_of_reply_mended", Some(true_diary));
        }
    }

    /// The rows for [`MysqlDatabase::fill`](super::old_database::MysqlDatabase::fill).
    pub(super) fn tables(&self) -> [(&'static str, Vec<String>); 5] {
        [
            ("Users", self.people.old.clone()),
            ("diaries", self.diaries.old.clone()),
            ("DiaryLikes", self.likes.old.clone()),
            ("comments", self.comments.old.clone()),
            ("secondaryComments", self.replies.old.clone()),
        ]
    }
}
