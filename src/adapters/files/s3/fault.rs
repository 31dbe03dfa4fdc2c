//! What can go wrong with a bucket, in our words: those of a client name addresses, which may be signed.

use std::fmt::Write as _;

use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::RequestId as _;
use nine_cloud_actors::ports::PortError;

/// A call that failed. A key, a policy or a bucket may be mended like a network, so all of it is worth another try.
pub(super) fn refused<E>(doing: &str, error: &SdkError<E, HttpResponse>) -> PortError
where
    E: ProvideErrorMetadata,
{
    let mut words = format!("could not {doing}: ");
    match error {
        SdkError::ConstructionFailure(_) => {
            return PortError::Broken((words + "no such request can be made").into());
        }
        SdkError::TimeoutError(_) => words += "no answer in time",
        SdkError::DispatchFailure(failure) if failure.is_timeout() => words += "no connection in time",
        SdkError::DispatchFailure(failure) if failure.is_io() => words += "no connection",
        SdkError::DispatchFailure(_) => words += "the connection failed",
        SdkError::ServiceError(answer) => {
            let _ = write!(words, "the answer was {}", answer.raw().status().as_u16());
            for word in [answer.err().code(), error.request_id()].into_iter().flatten().filter(is_word) {
                let _ = write!(words, " {word}");
            }
        }
        _ => words += "the answer does not read",
    }
    PortError::Unavailable(words.into())
}

/// A success that says too little.
pub(super) fn unread() -> PortError {
    PortError::Unavailable("the answer does not read".into())
}

/// What the other side calls an error or a request, not what it says of it.
fn is_word(text: &&str) -> bool {
    text.len() <= 64 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
