//! What is stored with an object, and what is said of it when it is read.

use presize::{CannedAcl, Disposition, content_disposition};

use crate::changes::{replaced, with, without};
use crate::ground::{BYTES, Ground, assert_accepted, assert_refused, signed};
use crate::server::Rule;

scenarios!(
    what_is_stored_comes_back,
    a_checksum_lets_only_its_content_in,
    the_answers_headers_can_be_chosen,
    every_other_header_is_signed,
    a_customers_key_opens_its_object,
);

/// Base64 of the hashes of [`BYTES`], by Python's `hashlib` and `zlib` and by the CRC catalogue's polynomials.
pub(crate) const SHA256: &str = "MduDvwO6D3e66BnvSX5B41Y7f8zN5KyM4Ne42EZ/yDo=";
const CRC32: &str = "SMfsKg==";
const CRC32C: &str = "90HdCg==";
const CRC64NVME: &str = "eby7t2NQayA=";
pub(crate) const MD5: &str = "GONaoALD4L7EvbVELVNS6Q==";

fn what_is_stored_comes_back(ground: &Ground) {
    let disposition = content_disposition(Disposition::Attachment, "제주도 \"사진\" 1.jpg").unwrap();
    let put =
        ground.put("mine.jpg").metadata("owner", "user 7").metadata("Place", "제주도").metadata("a.b_c-1", "+/=%");
    let put = put.cache_control("public, max-age=31536000, immutable").content_disposition(&disposition);
    let put = signed(put.content_language("ko-KR"));
    assert_accepted(&ground.send_signed(&put, BYTES), "PUT");
    for answer in
        [ground.send(ground.presigner.head("mine.jpg"), b""), ground.send(ground.presigner.get("mine.jpg"), b"")]
    {
        assert_eq!(answer.status, 200);
        for (name, value) in &put.headers {
            let is_stored = answer.headers.get(name) == Some(value);
            match name.as_str() {
                "x-amz-meta-a.b_c-1" => ground.holds(Rule::MetadataNames, is_stored, &answer),
                _ => assert!(is_stored, "{name}"),
            }
        }
        // RFC 2047, as the documentation of S3 shows it for metadata.
        assert_eq!(answer.headers["x-amz-meta-place"], "=?UTF-8?B?7KCc7KO864+E?=");
    }
}

fn a_checksum_lets_only_its_content_in(ground: &Ground) {
    let other = vec![b'x'; BYTES.len()];
    let put = |key| ground.put(key);
    for (key, request) in [
        ("md5", put("md5").content_md5(MD5)),
        ("sha256", put("sha256").checksum_sha256(SHA256)),
        ("crc32", put("crc32").checksum_crc32(CRC32)),
        ("crc32c", put("crc32c").checksum_crc32c(CRC32C)),
        ("crc64nvme", put("crc64nvme").checksum_crc64nvme(CRC64NVME)),
    ] {
        let request = signed(request);
        let answer = ground.send_signed(&request, &other);
        if key == "md5" {
            assert_refused(&answer, key);
            ground.holds(Rule::MismatchNotStored, !ground.is_stored(key), &answer);
        } else {
            ground.holds(Rule::NewerChecksums, !answer.is_success(), &answer);
            ground.holds(Rule::NewerMismatchNotStored, !ground.is_stored(key), &answer);
        }
        let name = if key == "md5" { "content-md5".to_owned() } else { format!("x-amz-checksum-{key}") };
        let answer = ground.send_changed(&request.method, &request.url, &without(&request.headers, &name), &other);
        assert_refused(&answer, &format!("{key} left out"));
        assert_accepted(&ground.send_signed(&request, BYTES), key);
        assert!(ground.is_stored(key), "{key}");
    }
}

fn the_answers_headers_can_be_chosen(ground: &Ground) {
    ground.store("mine.jpg");
    let disposition = content_disposition(Disposition::Attachment, "고양이 사진.jpg").unwrap();
    let expires = "Thu, 01 Dec 2050 16:00:00 GMT";
    let get = ground.presigner.get("mine.jpg").response_cache_control("no-store").response_content_encoding("identity");
    let get = get.response_content_disposition(&disposition).response_content_language("ko");
    let get = signed(get.response_content_type("application/octet-stream").response_expires(expires));
    let answer = ground.send_signed(&get, b"");
    assert_eq!((answer.status, answer.body.as_slice()), (200, BYTES), "{:?}", answer.s3_code());
    for (name, value) in [
        ("cache-control", "no-store"),
        ("content-disposition", disposition.as_str()),
        ("content-encoding", "identity"),
        ("content-language", "ko"),
        ("content-type", "application/octet-stream"),
        ("expires", expires),
    ] {
        assert_eq!(answer.headers[name], value, "{name}");
    }
    let changed = replaced(&get.url, "application%2Foctet-stream", "text%2Fhtml");
    assert_refused(&ground.send_changed(&get.method, &changed, &get.headers, b""), "another type");
}

/// Headers that these servers need not act on: their part in the signature is verified all the same.
fn every_other_header_is_signed(ground: &Ground) {
    let put = ground.put("mine.jpg").storage_class("STANDARD").acl(CannedAcl::Private).requester_pays(true);
    let put = signed(put.tag("kind", "cat & dog").expected_bucket_owner("123456789012").content_encoding("identity"));
    for name in [
        "x-amz-storage-class",
        "x-amz-acl",
        "x-amz-request-payer",
        "x-amz-tagging",
        "x-amz-expected-bucket-owner",
        "content-encoding",
    ] {
        let answer = ground.send_changed(&put.method, &put.url, &without(&put.headers, name), BYTES);
        assert_refused(&answer, &format!("{name} left out"));
        let answer = ground.send_changed(&put.method, &put.url, &with(&put.headers, name, "other"), BYTES);
        assert_refused(&answer, &format!("{name} changed"));
    }
    assert!(!ground.is_stored("mine.jpg"));
    assert_accepted(&ground.send_signed(&put, BYTES), "PUT");
}

fn a_customers_key_opens_its_object(ground: &Ground) {
    // base64 of 32 bytes
    let (key, other_key) =
        ("AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=", "/////////////////////////////////////////w8=");
    assert_accepted(&ground.send(ground.put("mine.jpg").sse_customer_key(key), BYTES), "PUT");
    let answer = ground.send(ground.presigner.get("mine.jpg").sse_customer_key(key), b"");
    assert_eq!((answer.status, answer.body.as_slice()), (200, BYTES));
    let answer = ground.send(ground.presigner.get("mine.jpg"), b"");
    ground.holds(Rule::CustomerKeys, !answer.is_success(), &answer);
    let answer = ground.send(ground.presigner.get("mine.jpg").sse_customer_key(other_key), b"");
    ground.holds(Rule::CustomerKeys, !answer.is_success(), &answer);
}
