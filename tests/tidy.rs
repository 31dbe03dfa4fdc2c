//! The invariants of ARCHITECTURE.md that a machine can see.
#![expect(clippy::unwrap_used, reason = "a file of ours that cannot be read should fail the test")]

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files below a folder of the repository, with their texts.
fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "{folder} has no sources");
    found
}

/// No code line below `folder` may contain one of `words`.
fn assert_absent(folder: &str, words: &[&str], except: &[&str]) {
    for (path, text) in sources(folder) {
        if except.iter().any(|excepted| path.ends_with(excepted)) {
            continue;
        }
        for (number, line) in
            text.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"))
        {
            for word in words {
                assert!(!line.contains(word), "{}:{}: {word}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn the_domain_imports_nothing_of_ours_and_ports_only_the_domain() {
    assert_absent("actors/src/domain", &["crate::"], &[]);
    let others = [
        "accounts",
        "comments",
        "diaries",
        "kit",
        "mailer",
        "metrics",
        "notifications",
        "people",
        "refusal",
        "scheduler",
        "sessions",
        "uploads",
    ];
    let others: Vec<String> = others.iter().map(|module| format!("crate::{module}")).collect();
    assert_absent("actors/src/ports", &others.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
}

#[test]
fn the_actors_know_no_web_framework_database_or_bucket() {
    assert_absent("actors/src", &["actix_web", "diesel", "mongodb", "redis", "aws_sdk", "lettre"], &[]);
    let manifest = fs::read_to_string(root().join("actors/Cargo.toml")).unwrap();
    for name in ["actix-web", "diesel", "mongodb", "redis", "aws-sdk", "lettre"] {
        assert!(!manifest.contains(name), "actors/Cargo.toml: {name}");
    }
}

#[test]
fn http_and_adapters_do_not_know_each_other() {
    assert_absent("src/http", &["crate::adapters", "nine_cloud::adapters"], &[]);
    assert_absent("src/adapters", &["crate::http", "nine_cloud::http"], &[]);
}

#[test]
fn the_environment_and_the_wall_clock_are_read_in_one_place_each() {
    for folder in ["src", "actors/src"] {
        assert_absent(folder, &["env::var"], &["src/settings/source.rs"]);
        assert_absent(folder, &["Utc::now"], &["src/adapters/host.rs"]);
        assert_absent(folder, &[".do_send("], &[]);
    }
}

#[test]
fn files_are_of_one_sitting() {
    for folder in ["src", "actors", "tests"] {
        for (path, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 600, "{} has {lines} lines: split it by use case", path.display());
        }
    }
}

#[test]
fn every_migration_stands_on_both_sides_with_its_way_back() {
    let steps = |backend: &str| {
        let mut names: Vec<String> = fs::read_dir(root().join("migrations").join(backend))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_dir())
            .inspect(|path| {
                assert!(
                    path.join("up.sql").is_file() && path.join("down.sql").is_file(),
                    "{}",
                    path.display()
                );
            })
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    };
    let sqlite = steps("sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, steps("mysql"));
}
