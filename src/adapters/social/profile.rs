//! The second answer: what a provider says of a person, read from where each of them has it.
//!
//! Without a subject there is no person; anything else that is missing or of another type was not told.

use nine_cloud_actors::domain::email::Email;
use nine_cloud_actors::domain::identity::{Profile, Provider, Subject};
use serde_json::Value;

/// `None` when the answer names nobody.
pub(super) fn read(provider: Provider, facts: &Value) -> Option<Profile> {
    match provider {
        Provider::Kakao => kakao(facts),
        Provider::Google => google(facts),
        Provider::Naver => naver(facts),
    }
}

/// An address that is not valid any more went to another Kakao account.
fn kakao(facts: &Value) -> Option<Profile> {
    let account = &facts["kakao_account"];
    let is_lost = account["is_email_valid"].as_bool() == Some(false);
    Some(Profile {
        subject: subject(&facts["id"])?,
        email: email(&account["email"]).filter(|_| !is_lost),
        is_email_verified: is_true(&account["is_email_valid"]) && is_true(&account["is_email_verified"]),
        nickname: text(&facts["properties"]["nickname"]),
        picture: text(&facts["properties"]["profile_image"]),
    })
}

fn google(facts: &Value) -> Option<Profile> {
    Some(Profile {
        subject: subject(&facts["id"])?,
        email: email(&facts["email"]),
        is_email_verified: is_true(&facts["verified_email"]),
        nickname: text(&facts["name"]),
        picture: text(&facts["picture"]),
    })
}

/// Naver lets people write any address into their profile, so it vouches for none.
fn naver(facts: &Value) -> Option<Profile> {
    let is_error = facts["resultcode"].as_str().is_some_and(|code| code != "00");
    let person = &facts["response"];
    Some(Profile {
        subject: subject(&person["id"]).filter(|_| !is_error)?,
        email: email(&person["email"]),
        is_email_verified: false,
        nickname: text(&person["name"]),
        picture: text(&person["profile_image"]),
    })
}

/// A whole number is the same subject as its digits.
fn subject(id: &Value) -> Option<Subject> {
    match id {
        Value::Number(number) => Subject::parse(&number.as_u64()?.to_string()),
        Value::String(text) => Subject::parse(text),
        _ => None,
    }
}

fn email(address: &Value) -> Option<Email> {
    Email::parse(address.as_str()?.trim())
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

fn is_true(value: &Value) -> bool {
    value.as_bool() == Some(true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn with_email(person: &Profile) -> (&str, bool) {
        (person.email.as_ref().map_or("", Email::as_typed), person.is_email_verified)
    }

    #[test]
    fn the_facts_are_where_each_provider_has_them() {
        let kakao = json!({
            "id": 3_141_592_653_u64,
            "properties": {"nickname": "미나", "profile_image": "http://k.kakaocdn.net/1.jpg"},
            "kakao_account": {"email": "mina@kakao.com", "is_email_valid": true, "is_email_verified": true},
        });
        let google = json!({
            "id": "110169484474386276334", "email": "mina@gmail.com", "verified_email": true,
            "name": "미나", "picture": "https://lh3.googleusercontent.com/a",
        });
        let naver = json!({"resultcode": "00", "message": "success", "response": {
            "id": "aB-_9xYz", "email": "mina@naver.com", "name": "미나",
            "profile_image": "https://ssl.pstatic.net/1.png",
        }});
        for (provider, facts, subject, email) in [
            (Provider::Kakao, kakao, "3141592653", ("mina@kakao.com", true)),
            (Provider::Google, google, "110169484474386276334", ("mina@gmail.com", true)),
            (Provider::Naver, naver, "aB-_9xYz", ("mina@naver.com", false)),
        ] {
            let person = read(provider, &facts).unwrap();
            assert_eq!(person.subject.as_str(), subject);
            assert_eq!(with_email(&person), email);
            assert_eq!(person.nickname.as_deref(), Some("미나"));
            assert!(person.picture.unwrap().starts_with("http"));
        }
    }

    #[test]
    fn a_verified_address_takes_the_word_true() {
        let kakao = |account| read(Provider::Kakao, &json!({"id": 1, "kakao_account": account})).unwrap();
        let address = "mina@kakao.com";
        for account in [
            json!({"email": address}),
            json!({"email": address, "is_email_valid": true}),
            json!({"email": address, "is_email_verified": true}),
            json!({"email": address, "is_email_valid": true, "is_email_verified": false}),
            json!({"email": address, "is_email_valid": "true", "is_email_verified": 1}),
        ] {
            assert_eq!(with_email(&kakao(account)), (address, false));
        }
        let lost = json!({"email": address, "is_email_valid": false, "is_email_verified": true});
        assert_eq!(with_email(&kakao(lost)), ("", false), "it is another's by now");
        for verified in [json!(false), json!(null), json!("true"), json!(1)] {
            let google = json!({"id": "1", "email": address, "verified_email": verified});
            assert_eq!(with_email(&read(Provider::Google, &google).unwrap()), (address, false));
        }
        let naver = json!({"response": {"id": "1", "email": address, "verified_email": true}});
        assert_eq!(with_email(&read(Provider::Naver, &naver).unwrap()), (address, false));
    }

    #[test]
    fn without_a_subject_there_is_nobody() {
        for id in [json!(null), json!(""), json!(1.5), json!(-1), json!({}), json!(true), json!("a b")] {
            for provider in Provider::ALL {
                let facts = json!({"id": id, "response": {"id": id}});
                assert!(read(provider, &facts).is_none(), "{provider:?} {id}");
            }
        }
        for facts in [json!(null), json!([]), json!("x"), json!({}), json!({"response": null})] {
            assert!(Provider::ALL.into_iter().all(|provider| read(provider, &facts).is_none()), "{facts}");
        }
        let refused =
            json!({"resultcode": "024", "message": "Authentication failed", "response": {"id": "1"}});
        assert!(read(Provider::Naver, &refused).is_none());
    }

    #[test]
    fn a_number_and_its_digits_are_the_same_subject() {
        let of = |id| read(Provider::Kakao, &json!({ "id": id })).unwrap().subject;
        assert_eq!(of(json!(31415)), of(json!("31415")));
        assert_eq!(of(json!(u64::MAX)).as_str(), "18446744073709551615");
    }

    #[test]
    fn what_is_of_another_type_was_not_told() {
        let facts = json!({"id": "1", "email": 5, "verified_email": true, "name": ["x"], "picture": {}});
        let person = read(Provider::Google, &facts).unwrap();
        assert_eq!(with_email(&person), ("", true));
        assert_eq!((person.nickname, person.picture), (None, None));
        assert_eq!(
            with_email(&read(Provider::Google, &json!({"id": "1", "email": "mina"})).unwrap()),
            ("", false)
        );
    }
}
