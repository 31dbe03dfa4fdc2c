//! Large files in parts, so that none of them takes longer than a call may.

use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use futures_util::{StreamExt, TryStreamExt, stream};
use nine_cloud_actors::domain::file::NewFile;
use nine_cloud_actors::ports::PortResult;
use nine_cloud_actors::refusal::chain;

use super::bucket::{Bucket, CACHE_CONTROL};
use super::fault::{refused, unread};

/// The largest file that goes in one piece, and the size of the parts of others; Amazon wants 5 MiB at least.
pub(super) const PART_BYTES: usize = 8 * 1024 * 1024;

/// Parts under way at a time.
const AT_A_TIME: usize = 3;

/// There is the whole file in the end, or nothing of it.
pub(super) async fn put(bucket: &Bucket, file: &NewFile) -> PortResult<()> {
    let begun = bucket
        .client
        .create_multipart_upload()
        .bucket(&bucket.name)
        .key(file.key.as_str())
        .content_type(file.key.format().content_type())
        .cache_control(CACHE_CONTROL)
        .send()
        .await
        .map_err(|error| refused("begin an upload", &error))?;
    let upload = begun.upload_id.ok_or_else(unread)?;
    let done = put_parts(bucket, file, &upload).await;
    if done.is_err() {
        abort(bucket, file, &upload).await;
    }
    done
}

async fn put_parts(bucket: &Bucket, file: &NewFile, upload: &str) -> PortResult<()> {
    let offsets = (0..file.bytes.len()).step_by(PART_BYTES);
    let parts: Vec<CompletedPart> = stream::iter((1..).zip(offsets))
        .map(|(number, from)| put_part(bucket, file, upload, number, from))
        .buffered(AT_A_TIME)
        .try_collect()
        .await?;
    bucket
        .client
        .complete_multipart_upload()
        .bucket(&bucket.name)
        .key(file.key.as_str())
        .upload_id(upload)
        .multipart_upload(CompletedMultipartUpload::builder().set_parts(Some(parts)).build())
        .send()
        .await
        .map_err(|error| refused("complete an upload", &error))?;
    Ok(())
}

async fn put_part(
    bucket: &Bucket,
    file: &NewFile,
    upload: &str,
    number: i32,
    from: usize,
) -> PortResult<CompletedPart> {
    let until = file.bytes.len().min(from + PART_BYTES);
    let put = bucket
        .client
        .upload_part()
        .bucket(&bucket.name)
        .key(file.key.as_str())
        .upload_id(upload)
        .part_number(number)
        .body(file.bytes.slice(from..until).into())
        .send()
        .await
        .map_err(|error| refused("put a part", &error))?;
    Ok(CompletedPart::builder().part_number(number).set_e_tag(put.e_tag).build())
}

/// Parts cost until they are completed or aborted. What cannot be aborted now, a rule of the bucket has to remove.
async fn abort(bucket: &Bucket, file: &NewFile, upload: &str) {
    let call = bucket.client.abort_multipart_upload().bucket(&bucket.name).key(file.key.as_str());
    if let Err(error) = call.upload_id(upload).send().await {
        tracing::warn!(cause = %chain(&refused("abort an upload", &error)), "parts of a file stay in the bucket");
    }
}
