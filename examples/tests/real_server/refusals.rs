//! A confirmation says what to look at where the server refuses, in whatever words that server has for it.

use std::time::{Duration, SystemTime};

use presize::error::{Detail, Error};
use presize::{Bucket, ConfirmRequest, Credentials, Presigner, UploadPolicy, Uploads, UrlStyle};

use crate::ground::Ground;
use crate::server::Rule;

scenarios!(
    a_bucket_that_does_not_exist_is_no_missing_upload,
    wrong_credentials_are_told_from_a_missing_upload,
    a_clock_that_is_behind_is_named,
);

const KEY: &str = "uploads/user-7/1700000000000-0123456789abcdef.jpg";

impl Ground {
    fn bucket(&self, name: &str) -> Bucket {
        Bucket::custom(&self.server.endpoint, self.server.region, name, UrlStyle::Path).unwrap()
    }

    /// The error of confirming an upload that was never sent, with the clock this far behind.
    fn refusal(&self, bucket: &str, credentials: Credentials, behind: Duration) -> Error {
        let presigner = Presigner::new(self.bucket(bucket), credentials);
        let uploads = Uploads::new(presigner, UploadPolicy::default()).unwrap();
        let now = || SystemTime::now() - behind;
        let mut confirmation = uploads.confirm(&ConfirmRequest::new("user-7", KEY), now()).unwrap();
        while let Some(request) = confirmation.next_request(now()).unwrap() {
            confirmation.answer(self.client.send_to_store(&request, Duration::from_mins(1)).unwrap());
        }
        confirmation.finish().unwrap_err()
    }
}

fn a_bucket_that_does_not_exist_is_no_missing_upload(ground: &Ground) {
    let refusal = |bucket| ground.refusal(bucket, ground.credentials(), Duration::ZERO);
    assert_eq!(refusal(&ground.server.bucket).code(), "upload_not_found");
    let error = refusal("no-such-bucket");
    let bucket = ground.bucket("no-such-bucket");
    let answer = ground.send(Presigner::new(bucket, ground.credentials()).get(KEY), b"");
    ground.holds(Rule::UnknownBucket, answer.s3_code().as_deref() == Some("NoSuchBucket"), &answer);
    let is_kept = (error.code(), error.http_status()) == ("bucket_not_found", 500);
    ground.holds(Rule::UnknownBucket, is_kept, &answer);
}

fn wrong_credentials_are_told_from_a_missing_upload(ground: &Ground) {
    let (access_key_id, secret) = (&ground.server.access_key_id, &ground.server.secret_access_key);
    for (access_key_id, secret_access_key) in [(access_key_id.as_str(), "another"), ("AKIDOTHER", secret.as_str())] {
        let credentials = Credentials::new(access_key_id, secret_access_key).unwrap();
        let error = ground.refusal(&ground.server.bucket, credentials, Duration::ZERO);
        let text = error.to_string();
        assert_eq!((error.code(), error.http_status()), ("store_refused", 502), "{text}");
        assert!(error.details().contains(&("status", Detail::Integer(403))), "{text}");
        assert!(text.contains(": look at ") || text.contains(": the store does not know the access key id"), "{text}");
        assert!(!text.contains("clock"), "{text}");
        assert!(!text.contains(access_key_id) && !text.contains(secret_access_key), "{text}");
    }
}

fn a_clock_that_is_behind_is_named(ground: &Ground) {
    let error = ground.refusal(&ground.server.bucket, ground.credentials(), Duration::from_secs(1230));
    let text = error.to_string();
    assert_eq!(error.code(), "store_refused", "{text}");
    assert!(text.contains("the clock here is 20 minutes behind that of the store: look at the clock"), "{text}");
}
