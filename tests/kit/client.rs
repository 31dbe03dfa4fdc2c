//! Requests as the client of the contract makes them.

use std::sync::LazyLock;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::multipart::Form;
use reqwest::{Method, Request, RequestBuilder};
use serde_json::Value;
use tokio::runtime::Runtime;

use super::{Answer, TestApp, rules};

/// The page that the client runs in.
pub(crate) const ORIGIN: &str = "http://localhost:3000";

/// Connections live here rather than in the runtime of a test, so that they close while a test waits for its server to
/// stop.
static CONNECTIONS: LazyLock<Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
});

/// Somebody with, or without, tokens.
#[derive(Clone)]
pub(crate) struct Client<'a> {
    pub(crate) app: &'a TestApp,
    headers: HeaderMap,
}

impl<'a> Client<'a> {
    pub(super) fn new(app: &'a TestApp, authorization: Option<&str>, refresh: Option<&str>) -> Self {
        let client = Self { app, headers: HeaderMap::new() }.with("origin", ORIGIN);
        let client =
            authorization.into_iter().fold(client, |client, token| client.with("authorization", token));
        refresh.into_iter().fold(client, |client, token| client.with("refreshtoken", token))
    }

    /// The same with one more header in every request.
    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        self
    }

    /// The same without a header.
    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.headers.remove(name);
        self
    }

    /// The value of a header that is sent in every request.
    pub(crate) fn sends(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// With a JSON body.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }

    /// With a JSON body.
    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// Without a body, nor a type of one: `/token`.
    pub(crate) async fn post_nothing(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// With a body of no bytes, said to be a form: what becomes of `axios.post(url, null)` (contract invariant 15).
    pub(crate) async fn post_null(&self, path: &str) -> Answer {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        self.send(self.request(Method::POST, path).header(kind.0, kind.1).body("")).await
    }

    /// As `multipart/form-data`.
    pub(crate) async fn send_form(&self, method: Method, path: &str, form: Form) -> Answer {
        self.send(self.request(method, path).multipart(form)).await
    }

    /// What a browser asks before a request of this method with these headers.
    pub(crate) async fn preflight(&self, method: &str, path: &str, headers: &str) -> Answer {
        let request = self.app.http().request(Method::OPTIONS, format!("{}{path}", self.app.address));
        let request = request
            .header("origin", self.sends("origin"))
            .header("access-control-request-method", method)
            .header("access-control-request-headers", headers);
        self.send(request).await
    }

    /// A request with the headers of this client, to be sent with [`Self::send`].
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.app.address);
        self.app.http().request(method, url).headers(self.headers.clone())
    }

    /// Sends it, and holds the answer against the rules that all answers keep.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().unwrap();
        let (told, url) = (rules::Told::of(&request), request.url().clone());
        let answer = exchange(self.app.http().clone(), request).await;
        rules::check(&told, &answer);
        match answer.header("location") {
            "" => answer,
            // A picture in a bucket, which knows nothing of our rules, or a page of the document.
            elsewhere => {
                let there = self.app.http().get(url.join(elsewhere).unwrap()).build().unwrap();
                exchange(self.app.http().clone(), there).await
            }
        }
    }
}

async fn exchange(http: reqwest::Client, request: Request) -> Answer {
    let exchange = CONNECTIONS.spawn(async move {
        let response = http.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok::<_, reqwest::Error>(Answer::new(status, headers, response.bytes().await?))
    });
    exchange.await.unwrap().unwrap()
}

impl TestApp {
    fn http(&self) -> &reqwest::Client {
        self.http.as_ref().unwrap()
    }
}
