//! What every answer keeps, whatever the test is about: CORS, the shape of refusals, ids, and the OpenAPI document.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::{Draft, Validator};
use nine_cloud::settings::{Settings, Source};
use reqwest::{Method, Request};
use serde_json::{Map, Value};

use super::Answer;

/// What the rules must know of a request.
pub(super) struct Told {
    method: Method,
    path: String,
    origin: Option<String>,
    request_id: Option<String>,
}

impl Told {
    pub(super) fn of(request: &Request) -> Self {
        let header = |name| {
            request.headers().get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Self {
            method: request.method().clone(),
            path: request.url().path().to_owned(),
            origin: header("origin"),
            request_id: header("x-request-id"),
        }
    }
}

/// Fails the test when a rule is broken.
pub(super) fn check(told: &Told, answer: &Answer) {
    check_frame(told, answer);
    if answer.status >= 400 {
        check_refusal(answer);
    }
    match operation(&told.method, &told.path) {
        Some((name, operation)) => check_declared(&name, &operation, answer),
        None if told.method == Method::OPTIONS => assert_eq!(answer.status, 204, "{answer}"),
        None if told.path.starts_with("/api-docs") => {}
        None => assert_eq!(answer.refusal(), (404, "route_not_found"), "{} {}", told.method, told.path),
    }
}

/// Contract invariant 1, and §0.1.
fn check_frame(told: &Told, answer: &Answer) {
    let allowed = told.origin.as_deref().filter(|origin| ORIGINS.iter().any(|one| one == origin));
    assert_eq!(answer.header("access-control-allow-origin"), allowed.unwrap_or_default());
    if allowed.is_some() {
        assert_eq!(answer.header("access-control-allow-credentials"), "true");
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "Authorization, Refreshtoken, Retry-After, X-Request-Id, X-Node"
        );
    }
    let varies = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().contains("Origin");
    assert!(answer.headers.get_all("vary").iter().any(varies), "a cache must tell origins apart");
    assert!(answer.header("x-node").starts_with("test"));
    let id = answer.header("x-request-id");
    match &told.request_id {
        Some(sent) if sent.len() <= 64 && !sent.contains(' ') => assert_eq!(id, sent),
        _ => assert_eq!(id.len(), 32, "{id}"),
    }
}

/// Contract invariants 2 and 4, and the error table.
fn check_refusal(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "application/json");
    let body = answer.json.as_object().unwrap_or_else(|| panic!("no JSON object: {answer}"));
    if body.contains_key("ready") {
        return;
    }
    for (key, value) in body {
        let text = value.as_str().unwrap_or_default();
        match key.as_str() {
            "message" => assert!(text.chars().any(|c| ('가'..='힣').contains(&c)), "for people: {answer}"),
            "code" => assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{answer}"),
            "field" => assert!(!text.is_empty(), "{answer}"),
            "retryAfterSecs" => assert!(value.is_u64(), "{answer}"),
            _ => panic!("an unknown key: {answer}"),
        }
    }
    assert!(body.contains_key("message") && body.contains_key("code"), "{answer}");
    assert!(answer.status != 300 && answer.status != 500, "{answer}");
    let retry = answer.header("retry-after");
    assert_eq!(
        matches!(answer.refusal().1, "too_many_requests" | "solutions_used_up" | "busy" | "unavailable"),
        !retry.is_empty()
    );
}

/// The status is declared, and so is the body, with no key too many or too few.
fn check_declared(name: &str, operation: &Value, answer: &Answer) {
    let declared = &operation["responses"][answer.status.to_string()];
    assert!(declared.is_object(), "{name} does not declare {answer}");
    let Some(content) = declared["content"].as_object() else {
        assert!(answer.bytes.is_empty(), "{name} declares no body for {answer}");
        return;
    };
    let kind = answer.header("content-type");
    assert!(content.contains_key(kind), "{name} does not declare {kind} for {}", answer.status);
    if kind == "application/json" {
        let schema = &content[kind]["schema"];
        let errors: Vec<String> = validator(&format!("{name} {}", answer.status), schema)
            .iter_errors(&answer.json)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?} in {answer}");
    }
}

static ORIGINS: LazyLock<Vec<String>> =
    LazyLock::new(|| Settings::from_source(&Source::from_pairs([])).unwrap().server.cors_origins);

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = serde_json::from_str(&nine_cloud::http::openapi_json()).unwrap();
    close(&mut document, false);
    document
});

/// The operation that a request is for, under the name that the document has for it.
fn operation(method: &Method, path: &str) -> Option<(String, Value)> {
    let segments = |path: &str| -> Vec<String> {
        path.split('/').filter(|segment| !segment.is_empty()).map(ToOwned::to_owned).collect()
    };
    let wanted = segments(path);
    let fits = |template: &str| {
        let template = segments(template);
        let same = |(part, text): (&String, &String)| part.starts_with('{') || part == text;
        template.len() == wanted.len() && template.iter().zip(&wanted).all(same)
    };
    let method = method.as_str().to_lowercase();
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let mut found: Vec<_> =
        paths.filter(|(template, item)| fits(template) && item.get(&method).is_some()).collect();
    found.sort_by_key(|(template, _)| template.matches('{').count());
    found.first().map(|(template, item)| (format!("{method} {template}"), item[&method].clone()))
}

/// Makes every object schema of the document say that it has no other keys. Where schemas are put together (`allOf`),
/// the whole says it, not its parts.
fn close(node: &mut Value, is_part: bool) {
    match node {
        Value::Array(items) => {
            for item in items {
                close(item, is_part);
            }
        }
        Value::Object(map) => {
            for (key, child) in map.iter_mut() {
                close(child, key == "allOf");
            }
            if !is_part && (map.contains_key("$ref") || map.contains_key("allOf")) {
                map.insert("unevaluatedProperties".to_owned(), Value::Bool(false));
            }
        }
        _ => {}
    }
}

fn validator(name: &str, schema: &Value) -> Arc<Validator> {
    static MADE: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut validators = MADE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let make = || {
        let mut root = schema.as_object().cloned().unwrap_or_else(Map::new);
        root.insert("components".to_owned(), DOCUMENT["components"].clone());
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        Arc::new(options.build(&Value::Object(root)).unwrap())
    };
    Arc::clone(validators.entry(name.to_owned()).or_insert_with(make))
}
