use std::time::Duration;

use nine_cloud_actors::domain::secret::Secret;
use nine_cloud_actors::ports::Limit;

use super::{
    CacheSettings, ChatLogSettings, DatabaseBackend, FileSettings, LogFormat, MailSettings, Report, Settings,
    Source,
};

fn settings<const N: usize>(pairs: [(&str, &str); N]) -> Settings {
    Settings::from_source(&Source::from_pairs(pairs)).expect("good settings")
}

fn problems<const N: usize>(pairs: [(&str, &str); N]) -> Vec<String> {
    let problems = Settings::from_source(&Source::from_pairs(pairs)).expect_err("bad settings");
    problems.iter().map(ToString::to_string).collect()
}

const KEY: (&str, &str) = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");

#[test]
fn nothing_set_is_the_embedded_server() {
    let settings = settings([]);
    assert_eq!(settings.server.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.server.public_url, "http://127.0.0.1:3000");
    assert_eq!(settings.tokens.secret_key, None);
    assert!(
        matches!(&settings.database.backend, DatabaseBackend::Sqlite(file) if file.ends_with("data/nine-cloud.db"))
    );
    assert!(matches!(settings.cache, CacheSettings::InProcess));
    assert!(matches!(settings.files, FileSettings::Disk));
    assert!(matches!(settings.mail, MailSettings::Outbox));
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    insta::assert_snapshot!(
        problems([
            ("HOST", "example.com"),
            ("PORT", "0"),
            ("DATABASE_URL", "mysql://app:hunter2/#@db/nine"),
            ("CORS_ORIGINS", "https://a.example,https://b.example/path"),
            ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
            ("AUTO_MIGRATE", "maybe"),
            ("LIMIT_MAIL_PER_EMAIL", "5/10m"),
            ("CHAT_MAX_SOCKETS", "-1"),
            ("LOG_FORMAT", "xml"),
            ("RUST_LOG", "nine_cloud=loudly"),
            ("MONGO_DB", "http://hunter2"),
            ("S3_ACCESS_KEY", "hunter2"),
            ("MAILER_EMAIL", "nobody"),
            ("MAILER_PASSWORD", "hunter2"),
            ("NAVER_CLIENT_ID", "id"),
            ("AI_BASE_URL", "https://user:hunter2@ai.example/v1"),
        ])
        .join("\n")
    );
}

#[test]
fn values_lose_their_quotes_and_nothing_else() {
    let settings =
        settings([("SECRET_KEY", r#""p$a's ${HOME} "w0rd" \n and more of it""#), ("NODE_ID", "'blue'")]);
    assert_eq!(settings.server.node_id, "blue");
    let key = settings.tokens.secret_key.expect("a key");
    assert_eq!(key.reveal(), r#"p$a's ${HOME} "w0rd" \n and more of it"#);
}

#[test]
fn an_empty_value_is_the_same_as_none() {
    let settings = settings([("PORT", ""), ("S3_ACCESS_KEY", "''"), ("MONGO_DB", "")]);
    assert_eq!(settings.server.listen.port(), 3000);
    assert!(matches!(settings.files, FileSettings::Disk));
}

#[test]
fn a_secret_may_come_from_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, "from $a \"file\"\r\n").expect("written");
    let path = file.to_str().expect("a plain path");
    let found = settings([("SECRET_KEY_FILE", path)]).tokens.secret_key;
    assert_eq!(found, Some(Secret::new("from $a \"file\"")));

    let both = problems([("SECRET_KEY_FILE", path), ("SECRET_KEY", "hunter2")]);
    assert_eq!(both, ["SECRET_KEY_FILE: found SECRET_KEY as well; expected only one of the two"]);
    std::fs::write(&file, "\n").expect("written");
    let empty = problems([("SECRET_KEY_FILE", path)]);
    assert_eq!(empty, ["SECRET_KEY_FILE: found an empty file; expected a file that holds the secret"]);
    let missing = problems([("ADMIN_TOKEN_FILE", "/nowhere/at/all")]);
    assert!(
        missing[0].starts_with("ADMIN_TOKEN_FILE: found \"/nowhere/at/all\" (No such file"),
        "{missing:?}"
    );
}

#[test]
fn an_external_database_needs_a_key() {
    let url = ("DATABASE_URL", "mysql://app:p%40ss@127.0.0.1:3306/nine");
    assert!(problems([url])[0].starts_with("SECRET_KEY: found nothing; expected a key of 32 bytes or more"));
    let settings = settings([url, KEY]);
    assert!(settings.database.is_external());
}

#[test]
fn a_parameter_of_a_database_that_nobody_knows_is_named() {
    let with =
        |parameter| problems([("DATABASE_URL", &format!("mysql://app:hunter2@db/nine?{parameter}")), KEY]);
    assert_eq!(
        with("ssl-mode=PREFERRED"),
        ["DATABASE_URL: found another value of the parameter ssl-mode; \
          expected DISABLED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY"]
    );
    let unknown = with("sslmode=require");
    assert!(
        unknown[0].starts_with("DATABASE_URL: found the parameter sslmode; expected ssl-mode, "),
        "{unknown:?}"
    );
}

#[test]
fn half_a_backend_is_a_problem_of_the_missing_half() {
    let starts = |found: Vec<String>, expected: &[&str]| {
        let names: Vec<_> =
            found.iter().filter_map(|line| line.split_once(':')).map(|(name, _)| name).collect();
        assert_eq!(names, expected, "{found:?}");
    };
    starts(problems([("S3_SECRET_ACCESS_KEY", "k")]), &["S3_BUCKET"]);
    starts(problems([("S3_BUCKET", "b")]), &["S3_ACCESS_KEY", "S3_SECRET_ACCESS_KEY"]);
    starts(problems([("REDIS_PASSWORD", "p")]), &["REDIS_HOST"]);
    starts(problems([("REDIS_URL", "redis://a"), ("REDIS_HOST", "a")]), &["REDIS_URL"]);
    starts(problems([("MAILER_PASSWORD", "p")]), &["MAILER_EMAIL"]);
    starts(problems([("MAILER_EMAIL", "a@example.com")]), &["MAILER_PASSWORD"]);
    starts(problems([("KAKAO_CLIENT_ID", "id")]), &["KAKAO_REDIRECT_URI"]);
    starts(
        problems([("GOOGLE_CLIENT_SECRET", "s")]),
        &["GOOGLE_CLIENT_ID", "REACT_APP_GOOGLE_AUTH_REDIRECT_URI"],
    );
}

#[test]
fn a_replica_set_is_an_address_too() {
    let settings = settings([("MONGO_DB", "mongodb://u:p@a:1,b:2/chat?replicaSet=rs")]);
    assert!(matches!(settings.chat_log, ChatLogSettings::Mongo(_)));
    for text in ["mongodb://", "a:27017"] {
        assert_eq!(problems([("MONGO_DB", text)]).len(), 1, "{text}");
    }
}

#[test]
fn limits_are_settings_and_can_be_off() {
    let own = settings([("LIMIT_MAIL_PER_EMAIL", "3/60s")]);
    let rate = own.limits.rate(Limit::MailPerEmail).expect("limits are on");
    assert_eq!((rate.count.get(), rate.window), (3, Duration::from_mins(1)));
    let off = settings([("RATE_LIMITS", "off")]);
    assert_eq!(off.limits.rate(Limit::MailPerEmail), None);
    for wrong in ["5", "5/600", "0/60s", "5/0s", "-1/60s", "5/90000s", "5/60s "] {
        assert_eq!(problems([("LIMIT_TOKEN_PER_SESSION", wrong)]).len(), 1, "{wrong}");
    }
}

#[test]
fn insecure_choices_are_warned_of() {
    let warned = |settings: &Settings, word: &str| settings.warnings().iter().any(|line| line.contains(word));
    assert!(warned(&settings([]), "SECRET_KEY is not set"));
    assert!(warned(&settings([("SECRET_KEY", "short")]), "shorter than 32 bytes"));
    assert!(warned(&settings([("RATE_LIMITS", "off")]), "RATE_LIMITS is off"));
    assert!(warned(&settings([("HOST", "0.0.0.0")]), "unencrypted"));
    assert!(warned(&settings([("HOST", "0.0.0.0")]), "ADMIN_TOKEN is not set"));
    assert!(warned(&settings([("TRUSTED_PROXIES", "0.0.0.0/0")]), "TRUSTED_PROXIES"));
    assert!(warned(&settings([("LIMIT_CALL_PER_PERSON", "599/60s")]), "blanks the client's pages"));
    assert!(warned(&settings([("S3_ACCESS_KEY2", "k")]), "S3_ACCESS_KEY2 is ignored"));
    let kakao = [
        ("KAKAO_CLIENT_ID", "id"),
        ("KAKAO_REDIRECT_URI", "http://nine.example/auth/kakao/callback"),
        ("KAKAO_USERINFO_URL", "http://10.0.0.2/me"),
    ];
    assert!(warned(&settings(kakao), "KAKAO_USERINFO_URL is not https"));
    assert!(!warned(&settings(kakao), "KAKAO_TOKEN_URL"));
    assert!(warned(&settings([("SMTP_URL", "smtp://mail")]), "MAILER_EMAIL is not set"));
    assert!(!warned(&settings([("SMTP_URL", "smtp://a%40b.co:p@mail")]), "MAILER_EMAIL"));
    let settings = settings([KEY, ("SMTP_URL", "smtp://mail"), ("MAILER_EMAIL", "nine@example.com")]);
    assert_eq!(settings.warnings(), Vec::<String>::new());
}

#[test]
fn a_name_in_dotenv_that_nobody_reads_is_warned_of() {
    let source = Source::from_dotenv("PROT=80\nREACT_APP_SERVER_URL=x\nADMIN_TOKEN=a-token-of-16-bytes\n");
    let settings = Settings::from_source(&source).expect("good settings");
    assert!(settings.warnings().contains(&".env sets PROT, which nothing reads".to_owned()));
    assert!(!settings.warnings().iter().any(|line| line.contains("REACT_APP_SERVER_URL")));
}

#[test]
fn the_report_shows_everything_but_secrets() {
    let report = Report::of(&Source::from_pairs([
        KEY,
        ("NODE_ID", "blue"),
        ("RELEASE", "1.2.3"),
        ("DATABASE_URL", "mysql://app:hunter2@db/nine"),
        ("REDIS_URL", "redis://:hunter2@cache:6379"),
        ("S3_BUCKET", "b"),
        ("S3_ACCESS_KEY", "hunter2"),
        ("S3_SECRET_ACCESS_KEY", "hunter2"),
        ("SMTP_URL", "smtps://mina:hunter2@mail:465"),
        ("NAVER_CLIENT_ID", "id"),
        ("NAVER_CLIENT_SECRET", "hunter2"),
        ("NAVER_REDIRECT_URI", "http://localhost:3000/auth/naver/callback"),
        ("AI_API_KEY", "hunter2"),
        ("ADMIN_TOKEN", "hunter2"),
        ("LOG_FORMAT", "json"),
    ]));
    let settings = report.settings.as_ref().expect("good settings");
    assert_eq!(settings.log.format, Some(LogFormat::Json));
    assert!(!format!("{settings:?}{report}").contains("hunter2"));
    insta::assert_snapshot!(report.to_string());
}

/// `(name, value)` of every line of `.env.example` that sets something once its `# ` is taken off.
fn example() -> Vec<(&'static str, &'static str)> {
    include_str!("../../.env.example")
        .lines()
        .filter_map(|line| line.strip_prefix("# ")?.split_once('='))
        .filter(|(name, _)| name.chars().all(|letter| letter.is_ascii_uppercase() || "_23".contains(letter)))
        .collect()
}

#[test]
fn the_example_names_every_variable_with_its_default() {
    let report = Report::of(&Source::default());
    let made_at_start = ["NODE_ID", "RELEASE"];
    let known: Vec<_> = report
        .entries()
        .iter()
        .map(|entry| {
            let default = entry.shown.as_deref().filter(|_| !made_at_start.contains(&entry.name));
            (entry.name, default.unwrap_or_default())
        })
        .collect();
    assert_eq!(example(), known);
}

#[test]
fn the_example_with_every_line_in_force_changes_nothing() {
    let changed = Report::of(&Source::from_pairs(example()));
    assert!(changed.settings.is_ok(), "good settings");
    let shown = |report: &Report| {
        report.entries().iter().map(|entry| (entry.name, entry.shown.clone())).collect::<Vec<_>>()
    };
    assert_eq!(shown(&changed), shown(&Report::of(&Source::default())));
}
